"""Measures of activities: what is done with leads and customers, and how far that reaches."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, func, literal, not_, or_, select
from sqlmodel import col

from goals.metrics import activity_words as words
from goals.metrics import rows
from goals.metrics.counts.measure import Measure
from goals.metrics.query import Query
from goals.metrics.rows import Base, Expression, Rows
from goals.metrics.sql import no_day
from goals.records.demand import Contact, Lead
from goals.records.sales import Account, Deal, Owner
from goals.records.service import Activity


def activities(base: Base) -> Rows:
    """Return the living activities, with the deal, the lead and the customer they are for."""
    here = col(Activity.workspace_id) == base.workspace_id
    source: Any = Activity.__table__  # type: ignore[attr-defined]
    for record, column in (
        (Deal, Activity.deal_id),
        (Lead, Activity.lead_id),
        (Contact, Activity.contact_id),
    ):
        source = source.outerjoin(record, _living(record, column))
    source = source.outerjoin(Account, _living(Account, ACCOUNT))
    return Rows(
        source,
        and_(here, col(Activity.deleted_at).is_(None)),
        {
            "owner": rows.text_of(Activity.owner_id),
            "source": rows.text_of(func.coalesce(col(Lead.source), col(Deal.source))),
            "campaign": rows.text_of(func.coalesce(col(Lead.campaign), col(Deal.campaign))),
            "product": rows.text_of(Deal.product_id),
            "pipeline": rows.text_of(Deal.pipeline),
            "account": rows.text_of(ACCOUNT),
            "account.region": rows.text_of(Account.region),
            "customer_type": rows.text_of(Account.customer_type),
        },
        rows.column(Activity.id),
    )


def owners(base: Base) -> Rows:
    """Return the living owners."""
    return Rows(
        Owner.__table__,  # type: ignore[attr-defined]
        and_(col(Owner.workspace_id) == base.workspace_id, col(Owner.deleted_at).is_(None)),
        {"owner": rows.text_of(Owner.id)},
        rows.column(Owner.id),
    )


def _living(record: Any, column: Any) -> Expression:
    return and_(
        col(record.workspace_id) == col(Activity.workspace_id),
        col(record.id) == column,
        col(record.deleted_at).is_(None),
    )


#: Whom an activity is for: the customer of its deal, else of its contact.
ACCOUNT: Expression = func.coalesce(col(Deal.account_id), col(Contact.account_id))


def _plain(text: Any) -> Expression:
    """Return a source's word as it stands among the words that are understood."""
    return func.replace(func.replace(func.lower(func.trim(text)), "_", " "), "-", " ")


def _is(*kinds: str, of: Any = Activity) -> Expression:
    return _plain(of.kind).in_([word for kind in kinds for word in words.WORDS[kind]])


def _goes(way: str, told: tuple[str, ...], of: Any = Activity) -> Expression:
    """Return the condition that an activity goes a way, by its field, else by its word."""
    silent = and_(of.direction.is_(None), _plain(of.kind).in_(told))
    return func.coalesce(or_(of.direction == way, silent), False)


def _inbound(of: Any = Activity) -> Expression:
    return _goes("inbound", words.INBOUND, of)


_HELD = not_(_plain(func.coalesce(Activity.outcome, "")).in_(words.NOT_HELD))
_OURS = not_(_inbound())
_TO_LEADS = and_(_is("call"), _OURS, col(Activity.lead_id).is_not(None))
_ALL = Measure(
    "activities",
    "activity",
    "day",
    activities,
    rows.column(Activity.day),
    col(Activity.id).is_not(None),
)
_TOUCHES = and_(_is(*words.TOUCHES), _HELD)

MEASURES = (
    _ALL,
    replace(_ALL, id="calls", only=_is("call")),
    replace(_ALL, id="calls_inbound", only=and_(_is("call"), _inbound()), seldom=True),
    replace(
        _ALL,
        id="calls_outbound",
        only=and_(_is("call"), _goes("outbound", words.OUTBOUND)),
        seldom=True,
    ),
    replace(_ALL, id="calls_ours", only=and_(_is("call"), _OURS), seldom=True),
    replace(_ALL, id="calls_to_leads", only=_TO_LEADS, seldom=True),
    replace(_ALL, id="outreach", only=and_(_is("call", "email", "message"), _OURS)),
    replace(_ALL, id="meetings", only=and_(_is("meeting"), _HELD)),
    replace(_ALL, id="demos", only=and_(_is("demo"), _HELD)),
    replace(_ALL, id="touches", only=_TOUCHES, seldom=True),
    replace(_ALL, id="touches_customers", only=and_(_TOUCHES, ACCOUNT.is_not(None)), seldom=True),
    replace(_ALL, id="on_leads", only=col(Activity.lead_id).is_not(None), seldom=True),
    replace(
        _ALL,
        id="signals",
        only=or_(_is("signal"), and_(_is("call", "email", "message"), _inbound())),
    ),
)
_OWNERS = Measure("owners", "owner", "", owners, no_day(), col(Owner.id).is_not(None))
#: Records that stand without a day, counted when asked for.
UNROLLED = {
    one.id: one
    for one in (
        _OWNERS,
        replace(_ALL, id="leads_called", only=_TO_LEADS, distinct=rows.column(Activity.lead_id)),
        replace(
            _ALL,
            id="customers_touched",
            only=and_(_TOUCHES, ACCOUNT.is_not(None)),
            distinct=ACCOUNT,
        ),
    )
}


# --- People and leads as of a day ------------------------------------------------------------


def reps(query: Query) -> Measure:
    """Return the owners who are active; one who has left or is away is none of them."""
    return replace(_OWNERS, day=literal(query.last_day), only=col(Owner.is_active).is_(True))


def busy_reps(base: Base, query: Query) -> Measure:
    """Return the active owners who did something within a window."""
    active = reps(query)
    did = (
        select(col(Activity.id))
        .where(
            col(Activity.workspace_id) == base.workspace_id,
            col(Activity.owner_id) == col(Owner.id),
            col(Activity.deleted_at).is_(None),
            col(Activity.day).between(query.first_day, query.last_day),
        )
        .correlate(Owner)
        .exists()
    )
    return replace(active, only=and_(active.only, did))


def open_leads(query: Query) -> Measure:
    """Return the leads that have come and are neither converted nor given up at a day's end."""
    day = query.last_day
    return Measure(
        "open_leads",
        "lead",
        "",
        rows.leads,
        literal(day),
        and_(
            col(Lead.created_on) <= day,
            or_(col(Lead.converted_on).is_(None), col(Lead.converted_on) > day),
            or_(col(Lead.disqualified_on).is_(None), col(Lead.disqualified_on) > day),
        ),
    )


def leads_of_reps(base: Base, query: Query) -> Measure:
    """Return the open leads whose owner is active."""
    found = open_leads(query)
    active = (
        select(col(Owner.id))
        .where(
            col(Owner.workspace_id) == base.workspace_id,
            col(Owner.id) == col(Lead.owner_id),
            col(Owner.deleted_at).is_(None),
            col(Owner.is_active).is_(True),
        )
        .correlate(Lead)
        .exists()
    )
    return replace(found, only=and_(found.only, active))


def followed_leads(base: Base, query: Query) -> Measure:
    """Return the open leads that are followed up.

    One is that came, or was reached out to, within so many days, or for which something is
    planned on a later day.
    """
    found, day = open_leads(query), query.last_day
    since = day - timedelta(days=int(query.params["within_days"]))
    touched = and_(
        _is(*words.TOUCHES, "task"),
        _OURS,
        col(Activity.day) > since,
        col(Activity.day) <= day,
    )
    done = (
        select(col(Activity.id))
        .where(
            col(Activity.workspace_id) == base.workspace_id,
            col(Activity.lead_id) == col(Lead.id),
            col(Activity.deleted_at).is_(None),
            or_(touched, and_(_is(*words.TOUCHES, "task"), col(Activity.day) > day)),
        )
        .correlate(Lead)
        .exists()
    )
    return replace(found, only=and_(found.only, or_(col(Lead.created_on) > since, done)))


def busy_leads(base: Base, query: Query) -> Measure:
    """Return the open leads with the number of things that were done for each in a window."""
    done = (
        select(func.count())
        .select_from(Activity)
        .where(
            col(Activity.workspace_id) == base.workspace_id,
            col(Activity.lead_id) == col(Lead.id),
            col(Activity.deleted_at).is_(None),
            col(Activity.day).between(query.first_day, query.last_day),
        )
        .correlate(Lead)
        .scalar_subquery()
    )
    return replace(open_leads(query), id="busy_leads", value=lambda base: done, unit="whole")
