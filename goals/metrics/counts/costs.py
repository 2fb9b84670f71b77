"""Measures of what winning customers cost, and of what those who pay by the month bring."""

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from goals.metrics import amounts
from goals.metrics.counts.marketing import campaign_of
from goals.metrics.counts.measure import Measure
from goals.metrics.query import Query
from goals.metrics.rows import Base, Rows, column, text_of
from goals.metrics.sql import months_later
from goals.records.commerce import Subscription
from goals.records.marketing import Spend

#: What is not said to be spent on sales is spent on marketing.
_MARKETING = func.coalesce(col(Spend.category), "marketing") != "sales"
_EVERYTHING: ColumnElement[bool] = col(Spend.id).is_not(None)


def spends(base: Base) -> Rows:
    """Return what was spent, by the name of its campaign."""
    return Rows(
        Spend.__table__,  # type: ignore[attr-defined]
        and_(col(Spend.workspace_id) == base.workspace_id, col(Spend.deleted_at).is_(None)),
        {"campaign": campaign_of(Spend)},
        column(Spend.id),
    )


def subscriptions(base: Base) -> Rows:
    """Return the living subscriptions."""
    here = col(Subscription.workspace_id) == base.workspace_id
    return Rows(
        Subscription.__table__,  # type: ignore[attr-defined]
        and_(here, col(Subscription.deleted_at).is_(None)),
        {"account": text_of(Subscription.account_id)},
        column(Subscription.id),
    )


_DAY = column(Spend.day)
_SPENDS = Measure("spends", "spend", "day", spends, _DAY, _EVERYTHING)
_AMOUNTS = replace(
    _SPENDS,
    id="spend",
    value=amounts.in_base(col(Spend.amount), col(Spend.currency), _DAY),
    unit="money",
)
MEASURES = (
    _SPENDS,
    _AMOUNTS,
    replace(_SPENDS, id="spends_marketing", only=_MARKETING),
    replace(_AMOUNTS, id="spend_marketing", only=_MARKETING),
)
#: Spend on the day a month later, when the customers come that it is to win; not rolled up.
_LATER = months_later(_DAY, literal(1))
KNOWN = {
    one.id: one
    for one in (
        replace(_SPENDS, id="spends_lagged", day=_LATER, decides=_DAY),
        replace(_AMOUNTS, id="spend_lagged", day=_LATER, decides=_DAY),
        Measure(
            "subscribed",
            "subscription",
            "",
            subscriptions,
            column(Subscription.started_on),
            col(Subscription.id).is_not(None),
        ),
    )
}


# --- Standing at the end of a window ---------------------------------------------------------


def _runs(one: Any, query: Query) -> ColumnElement[bool]:
    day = query.last_day
    return and_(
        col(one.started_on) <= day, or_(col(one.ended_on).is_(None), col(one.ended_on) > day)
    )


def recurring(query: Query) -> Measure:
    """Return what the subscriptions that run when a window ends bring every month."""
    day = literal(query.last_day)
    return replace(
        KNOWN["subscribed"],
        id="recurring",
        day=day,
        only=_runs(Subscription, query),
        value=amounts.in_base(col(Subscription.mrr), col(Subscription.currency), day),
        unit="money",
    )


def payers(base: Base, query: Query) -> Measure:
    """Return those subscriptions of them that stand for their customer, each customer once."""
    one = aliased(Subscription)
    value = amounts.in_base(col(one.mrr), col(one.currency), literal(query.last_day))(base)
    first = (
        select(func.min(col(one.id)))
        .where(
            col(one.workspace_id) == base.workspace_id,
            col(one.account_id) == col(Subscription.account_id),
            col(one.deleted_at).is_(None),
            _runs(one, query),
            value.is_not(None),
        )
        .scalar_subquery()
    )
    measure = recurring(query)
    return replace(measure, id="payers", only=and_(measure.only, col(Subscription.id) == first))
