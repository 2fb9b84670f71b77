"""Checks of deals."""

from datetime import date, timedelta

from sqlalchemy import and_, or_, select
from sqlmodel import col

from goals.metrics.checks.check import (
    RATE_FIX,
    TWIN_FIX,
    Check,
    ahead,
    doubled,
    is_there,
    owner_gone,
    unrated,
)  # fmt: skip
from goals.metrics.rows import Base, Expression
from goals.metrics.sql import not_by_index
from goals.records.sales import Deal, PipelineStage, Product, StageEvent
from goals.records.service import Activity
from goals.words import N_, P_, Message

#: An open deal that nothing happened to for so many days is stale.
IDLE_DAYS = 90
_OPEN, _WON = col(Deal.status) == "open", col(Deal.status) == "won"


def _no_amount(base: Base, day: date) -> Expression:
    amount = col(Deal.amount)
    return and_(or_(_OPEN, _WON), or_(amount.is_(None), amount <= 0))


def _no_owner(base: Base, day: date) -> Expression:
    return or_(col(Deal.owner_id).is_(None), owner_gone(Deal, base, at_work=_OPEN))


def _dates(base: Base, day: date) -> Expression:
    closed = col(Deal.closed_on)
    never = and_(~_OPEN, or_(closed.is_(None), ahead(Deal, closed)))
    return or_(closed < col(Deal.created_on), never)


def _idle(base: Base, day: date) -> Expression:
    since = day - timedelta(days=IDLE_DAYS)
    done = is_there(
        Deal,
        col(Activity.workspace_id) == base.workspace_id,
        col(Activity.deal_id) == col(Deal.id),
        col(Activity.deleted_at).is_(None),
        not_by_index(col(Activity.day)).between(since + timedelta(days=1), day),
    )
    moved = is_there(
        Deal,
        col(StageEvent.workspace_id) == base.workspace_id,
        col(StageEvent.deal_id) == col(Deal.id),
        col(StageEvent.deleted_at).is_(None),
        not_by_index(col(StageEvent.entered_on)).between(since + timedelta(days=1), day),
    )
    return and_(_OPEN, col(Deal.created_on) <= since, ~done, ~moved)


def _late(base: Base, day: date) -> Expression:
    return and_(_OPEN, col(Deal.expected_close_on) < day)


def _certain(base: Base, day: date) -> Expression:
    return and_(_OPEN, col(Deal.probability) >= 1)


def _astray(base: Base, day: date) -> Expression:
    stages = (
        col(PipelineStage.workspace_id) == base.workspace_id,
        col(PipelineStage.connection_id) == col(Deal.connection_id),
    )
    known = or_(
        col(PipelineStage.name) == col(Deal.stage),
        col(PipelineStage.external_id) == col(Deal.stage),
    )
    told = is_there(Deal, *stages)
    return and_(col(Deal.stage).is_not(None), told, ~is_there(Deal, *stages, known))


def _unknown_product(base: Base, day: date) -> Expression:
    """Return whether a deal names a product that the list of products lacks; needs a list."""
    here = (col(Product.workspace_id) == base.workspace_id, col(Product.deleted_at).is_(None))
    stubs = select(col(Product.id)).where(*here, col(Product.is_stub))
    listed = is_there(Deal, *here, ~col(Product.is_stub))
    return and_(col(Deal.product_id).in_(stubs), listed)


def _twin(base: Base, day: date) -> Expression:
    return doubled(
        Deal, base, lambda one: [one.name, one.account_id, one.created_on, one.amount]
    )  # fmt: skip


CHECKS = (
    Check(
        "amount",
        "deal",
        P_("One deal has no amount.", "%(n)s deals have no amount."),
        Message(N_("Write the amount into the deal, or close it if there is none to expect.")),
        _no_amount,
        frozenset({"money"}),
    ),
    Check(
        "currency",
        "deal",
        P_(
            "One deal is in a currency without an exchange rate.",
            "%(n)s deals are in currencies without an exchange rate.",
        ),
        RATE_FIX,
        unrated(col(Deal.amount), col(Deal.currency), col(Deal.created_on)),
        frozenset({"money"}),
    ),
    Check(
        "dates",
        "deal",
        P_(
            "One deal closed before it was created, in the future or on no day.",
            "%(n)s deals closed before they were created, in the future or on no day.",
        ),
        Message(N_("Correct the day of creation or of closing; both come from the CRM.")),
        _dates,
        frozenset({"closed_on", "days"}),
    ),
    Check(
        "created",
        "deal",
        P_("One deal has no day of creation.", "%(n)s deals have no day of creation."),
        Message(N_("Write down since when the deal is there; by that day it is counted as new.")),
        lambda base, day: col(Deal.created_on).is_(None),
        frozenset({"created_on", "days"}),
    ),
    Check(
        "twin",
        "deal",
        P_(
            "One deal is there twice, with the same name, customer, day and amount.",
            "%(n)s deals are there more than once, with the same name, customer, day and amount.",
        ),
        TWIN_FIX,
        _twin,
        frozenset({"count", "standing"}),
    ),
    Check(
        "owner",
        "deal",
        P_(
            "One deal has no owner, or one who is gone.",
            "%(n)s deals have no owner, or one who is gone.",
        ),
        Message(N_("Hand the deal over to somebody who works on it now.")),
        _no_owner,
        frozenset({"owner"}),
    ),
    Check(
        "stage",
        "deal",
        P_(
            "One deal stands in a stage that its source does not list.",
            "%(n)s deals stand in stages that their source does not list.",
        ),
        Message(N_("Move the deal to a stage of the pipeline, or add the stage there.")),
        _astray,
        frozenset({"stage", "entered_on", "left_on", "standing"}),
    ),
    Check(
        "late",
        "deal",
        P_(
            "One open deal is past its expected close.",
            "%(n)s open deals are past their expected close.",
        ),
        Message(N_("Ask the customer for a new day, or close the deal as lost.")),
        _late,
        frozenset({"expected_close_on", "standing"}),
    ),
    Check(
        "idle",
        "deal",
        P_(
            "%(n)s open deal saw no activity and no change of stage for %(days)s days.",
            "%(n)s open deals saw no activity and no change of stage for %(days)s days.",
        ),
        Message(N_("Take the next step and log it, or close the deal as lost.")),
        _idle,
        frozenset({"expected_close_on", "standing"}),
        {"days": IDLE_DAYS},
    ),
    Check(
        "certain",
        "deal",
        P_("%(n)s open deal stands at 100%%.", "%(n)s open deals stand at 100%%."),
        Message(N_("Close the deal as won, or give it the probability of its stage.")),
        _certain,
        frozenset({"expected_close_on"}),
    ),
    Check(
        "product",
        "deal",
        P_(
            "One deal names a product that is not on the list of products.",
            "%(n)s deals name a product that is not on the list of products.",
        ),
        Message(N_("Spell the product as the list does, or add it there with its price.")),
        _unknown_product,
        frozenset({"list_price", "product"}),
    ),
)
