"""Measures of subscriptions: what starts and ends by day, and the customers behind it.

A change of price is another row that starts on the day on which the one before it ends, so an
account is a customer from the start of the first of such rows to the end of the last: a run.
Versions of a row tell what was known when, not what was paid when; they change nothing here.
"""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from goals.metrics import amounts, rows
from goals.metrics.counts.measure import Measure
from goals.metrics.rows import Base, Expression, Rows
from goals.metrics.sql import days_between, not_by_index
from goals.records.commerce import Subscription
from goals.records.sales import Account

#: A renewal counts until so many days after the day on which it was due.
GRACE = 30
_STARTED, _ENDED = rows.column(Subscription.started_on), rows.column(Subscription.ended_on)
_DUE, _RENEWED = rows.column(Subscription.due_on), rows.column(Subscription.renewed_on)


def subscriptions(base: Base) -> Rows:
    """Return the living subscriptions."""
    return Rows(
        Subscription.__table__,  # type: ignore[attr-defined]
        and_(
            col(Subscription.workspace_id) == base.workspace_id,
            col(Subscription.deleted_at).is_(None),
        ),
        {
            "account": rows.text_of(Subscription.account_id),
            "account.region": rows.of_account(Account.region, Subscription),
            "customer_type": rows.of_account(Account.customer_type, Subscription),
        },
        rows.column(Subscription.id),
    )


def lasts(one: Any) -> Expression:
    """Return whether a row stands on any day; one that ends when it starts never does."""
    return or_(one.ended_on.is_(None), one.ended_on > one.started_on)


def stands(one: Any, day: Any, *, until: bool = False) -> Expression:
    """Return whether a row stands at the end of a day, or `until` its beginning."""
    came, gone = one.started_on <= day, one.ended_on > day
    if until:
        came, gone = one.started_on < day, one.ended_on >= day
    return and_(came, or_(one.ended_on.is_(None), gone))


def others(
    columns: Any, of: Any, *conditions: Callable[[Any], Expression]
) -> Select[tuple[Any, ...]]:
    """Return what the rows of the same account that meet some conditions have.

    `columns` makes what is selected, and each condition is made, for the row looked at.
    """
    row = aliased(Subscription)
    one = SimpleNamespace(
        id=not_by_index(col(row.id)),
        started_on=not_by_index(col(row.started_on)),
        ended_on=not_by_index(col(row.ended_on)),
        mrr=col(row.mrr),
        currency=col(row.currency),
        plan=col(row.plan),
        seats=col(row.seats),
        workspace_id=col(row.workspace_id),
        account_id=col(row.account_id),
    )
    return select(columns(one)).where(
        one.workspace_id == of.workspace_id,
        one.account_id == of.account_id,
        col(row.deleted_at).is_(None),
        lasts(one),
        *(condition(one) for condition in conditions),
    )


def any_other(of: Any, *conditions: Callable[[Any], Expression]) -> Expression:
    """Return whether the account of a row has another that meets some conditions."""
    return others(lambda one: one.account_id, of, *conditions).exists()


def goes_on(of: Any) -> Expression:
    """Return whether the account of a row has another that stands when the row has ended."""
    return any_other(of, lambda one: stands(one, of.ended_on))


def _starts_run() -> Expression:
    """Return whether a row is the first of a run: none of its account stands before it.

    Of two that start on one day the one with the lower id is the first.
    """
    this = Subscription

    def before(one: Any) -> Expression:
        earlier = and_(
            one.started_on < col(this.started_on),
            or_(one.ended_on.is_(None), one.ended_on >= col(this.started_on)),
        )
        same = and_(one.started_on == col(this.started_on), one.id < col(this.id))
        return or_(earlier, same)

    return and_(lasts(this), ~any_other(this, before))


def _run_ends() -> Expression:
    """Return the day on which the run that a row stands in ends, null while it goes on."""
    return others(
        lambda one: func.min(one.ended_on),
        Subscription,
        lambda one: one.ended_on > col(Subscription.started_on),
        lambda one: ~goes_on(one),
    ).scalar_subquery()


RUN_ENDS = _run_ends()
STARTS_RUN = _starts_run()
MRR = amounts.in_base(col(Subscription.mrr), col(Subscription.currency), _STARTED)

_IN = Measure("subs_in", "subscription", "started_on", subscriptions, _STARTED, lasts(Subscription))
_OUT = replace(_IN, id="subs_out", column="ended_on", day=_ENDED, only=_ENDED > _STARTED)
_DUE_ROWS = Measure(
    "due", "subscription", "due_on", subscriptions, _DUE, col(Subscription.id).is_not(None)
)


def _renewed(base: Base) -> Expression:
    """Return the price of a row that was renewed, or the lower one it went on at."""
    later = others(
        lambda one: func.sum(amounts.in_base(one.mrr, one.currency, one.started_on)(base)),
        Subscription,
        lambda one: one.started_on == col(Subscription.ended_on),
    ).scalar_subquery()
    mrr = MRR(base)
    return case((later < mrr, later), else_=mrr)


def renewed(days: int, *, value: bool = False) -> Measure:
    """Return the subscriptions that were renewed by so many days after they were due."""
    one = replace(
        _DUE_ROWS,
        id=f"renewed_{days}",
        only=and_(_RENEWED.is_not(None), days_between(_DUE, _RENEWED) <= days),
        turns=(_RENEWED, "renewals"),
    )
    return replace(one, id=f"renewed_mrr_{days}", value=_renewed, unit="money") if value else one


def accounts(way: str) -> Measure:
    """Return the accounts that became customers ("in") or stopped being it ("out") by day.

    A run is counted as the row that it started with, both ways.
    """
    came = replace(_IN, id="accounts_in", only=STARTS_RUN)
    if way == "in":
        return came
    return replace(
        came, id="accounts_out", day=RUN_ENDS, only=and_(STARTS_RUN, RUN_ENDS.is_not(None))
    )


def made(name: str) -> Measure | None:
    """Return a measure that is made when asked for: runs, and renewals by other days of grace."""
    kind, _, rest = name.rpartition("_")
    if kind == "accounts":
        return accounts(rest)
    if kind in ("renewed", "renewed_mrr") and rest.isdecimal():
        return renewed(int(rest), value=kind == "renewed_mrr")
    return None


MEASURES = (
    _IN,
    replace(_IN, id="mrr_in", value=MRR, unit="money"),
    _OUT,
    replace(_OUT, id="mrr_out", value=lambda base: -MRR(base), unit="money"),
    _DUE_ROWS,
    replace(_DUE_ROWS, id="due_mrr", value=MRR, unit="money", seldom=True),
    renewed(GRACE),
    replace(
        _DUE_ROWS, id="renewals", column="renewed_on", day=_RENEWED, only=_RENEWED.is_not(None)
    ),
)
