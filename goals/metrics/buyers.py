"""Buyers over a window: who bought, for how long, who came back and who stays away.

Whoever buys twice is one buyer, so these numbers do not add up over days: each is counted from
the records of its window.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, select
from sqlmodel import col

from goals.metrics import rows
from goals.metrics.counts import purchases as measures
from goals.metrics.measures import Measure
from goals.metrics.query import Query
from goals.metrics.rows import Base, Rows
from goals.metrics.scope import Scope
from goals.metrics.sql import days_between
from goals.records.commerce import Purchase

Expression = ColumnElement[Any]
_DAY, _WHO = rows.column(Purchase.day), rows.column(Purchase.account_id)


def _measure(query: Query, *only: Expression) -> Measure:
    """Return a measure of customers, each once, over the days that its conditions name."""
    return replace(
        measures.PURCHASES,
        day=literal(query.last_day),
        only=and_(measures.BOUGHT, *only),
        distinct=_WHO,
    )


def buyers(scope: Scope, query: Query) -> Measure:
    """Return the customers that bought within the window."""
    return _measure(query, _DAY.between(query.first_day, query.last_day))


# --- Staying away ----------------------------------------------------------------------------


def _idle(query: Query) -> timedelta:
    return timedelta(days=int(query.params["inactive_days"]))


def _active(query: Query) -> Expression:
    """Return whether a purchase makes a customer of the start: not too long before it."""
    start = query.first_day
    return and_(start - _idle(query) <= _DAY, start > _DAY)


def _is_left(query: Query) -> Expression:
    last = query.last_day
    since = last - _idle(query)
    return measures.any_other(lambda _, day: day.between(since, last))


def at_start(scope: Scope, query: Query) -> Measure:
    """Return the customers of the start: on the first day their last purchase is not too old."""
    return _measure(query, _active(query))


def lost(scope: Scope, query: Query) -> Measure:
    """Return those of them whose last purchase is too old on the last day."""
    return _measure(query, _active(query), ~_is_left(query))


def kept(scope: Scope, query: Query) -> Measure:
    """Return those of them whose last purchase is not too old on the last day."""
    return _measure(query, _active(query), _is_left(query))


def passed(scope: Scope, query: Query) -> Measure:
    """Return who was no customer at the start, bought within the window and stays away again."""
    start = query.first_day
    since = start - _idle(query)
    stood = measures.any_other(lambda _, day: and_(day >= since, day < start))
    within = _DAY.between(start, query.last_day)
    return _measure(query, within, ~stood, ~_is_left(query))


# --- Coming back -----------------------------------------------------------------------------


def _first_within(query: Query) -> tuple[Expression, ...]:
    """Return whether a purchase is on its customer's first day, and that day in the window."""
    within = _DAY.between(query.first_day, query.last_day)
    return within, measures.ON_FIRST_DAY


def new(scope: Scope, query: Query) -> Measure:
    """Return the customers who bought for the first time within the window."""
    return _measure(query, *_first_within(query))


def again(scope: Scope, query: Query) -> Measure:
    """Return those of them who bought again, on a later day or by a second order."""
    horizon = query.matured or query.last_day
    within = query.params.get("within_days")

    def later(other: Expression, day: Expression) -> Expression:
        is_another = day > _DAY if query.params["unit"] == "days" else other != col(Purchase.id)
        found = and_(is_another, day <= horizon)
        return found if within is None else and_(found, days_between(_DAY, day) <= int(within))

    return _measure(query, *_first_within(query), measures.any_other(later))


def waiting(scope: Scope, query: Query, horizon: date) -> Measure:
    """Return the new customers who have not come back and have days left to do so."""
    days = timedelta(days=int(query.params["within_days"]))
    again = measures.any_other(lambda _, day: and_(day > _DAY, day <= horizon))
    return _measure(query, *_first_within(query), horizon - days < _DAY, ~again)


# --- How long --------------------------------------------------------------------------------


def spans(scope: Scope, query: Query) -> Measure:
    """Return every customer so far with the days from the first purchase to the last.

    A customer counts as the last purchase that was made.
    """
    order = (_DAY.desc(), col(Purchase.id))
    place = func.row_number().over(partition_by=_WHO, order_by=order)
    told = (
        select(
            col(Purchase.workspace_id).label("workspace_id"),
            col(Purchase.id).label("id"),
            func.min(_DAY).over(partition_by=_WHO).label("first_day"),
            place.label("place"),
        )
        .where(
            col(Purchase.workspace_id) == scope.base.workspace_id,
            col(Purchase.deleted_at).is_(None),
            measures.BOUGHT,
            query.last_day >= _DAY,
        )
        .subquery()
    )

    def looked_at(base: Base) -> Rows:
        found = measures.purchases(base)
        joined = and_(
            col(Purchase.workspace_id) == told.c.workspace_id, col(Purchase.id) == told.c.id
        )
        table = Purchase.__table__  # type: ignore[attr-defined]
        return replace(
            found, source=table.join(told, joined), where=and_(found.where, told.c.place == 1)
        )

    return replace(
        measures.PURCHASES,
        rows=looked_at,
        day=literal(query.last_day),
        value=lambda base: days_between(told.c.first_day, _DAY),
        unit="days",
    )
