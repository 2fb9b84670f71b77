"""Cohorts: outcomes up to a day, deals that stood open within a window, deals without a day."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, case, literal, or_, select
from sqlmodel import col

from goals.metrics import fitting, measures
from goals.metrics.counting import NOTHING, Count, Counts, Statement
from goals.metrics.edges import Edges
from goals.metrics.measures import MEASURES, UNDATED, Measure
from goals.metrics.query import Query
from goals.metrics.scope import Scope
from goals.metrics.sql import days_between
from goals.records.demand import Lead
from goals.records.sales import Deal, StageEvent


def matured(
    scope: Scope, name: str, params: Mapping[str, str], query: Query, horizon: date
) -> Measure | None:
    """Return a measure of outcomes up to the horizon only; None where the rollup says the same."""
    measure = measures.find(name)
    if measure.turns is None:
        return None
    when, outcomes = measure.turns
    days = int(params["within_days"]) if params.get("within_days") else None
    # Where sources part the days between them, outcomes may come that no rollup has.
    is_told = days is None and outcomes is not None and not scope.base.is_parted
    if is_told and outcomes is not None and _newest(scope.ahead.edges, outcomes) <= horizon:
        return None
    only = and_(measure.only, when <= horizon)
    if days is not None:
        only = and_(only, days_between(measure.day, when) <= days)
    return replace(measure, only=only)


def _newest(edges: Edges, measure: str) -> date:
    return max(edges.of((measure,)), default=date.min)


def total(scope: Scope, measure: Measure, first: date | None, last: date | None) -> Count:
    """Return what a measure of our own making counts in a scope."""
    return scope.of_records(measure, first, last, split=False).get("", NOTHING)


def split(scope: Scope, measure: Measure, first: date | None, last: date | None) -> Counts:
    """Return what a measure of our own making counts by member."""
    return scope.of_records(measure, first, last, split=True)


def chosen(scope: Scope, measure: Measure, *columns: Any) -> Statement:
    """Return a statement of columns of the records that a measure of our own making counts."""
    measure = fitting.fitted(measure, scope.base)
    rows = measure.rows(scope.base)
    found = select(*columns).select_from(rows.source)
    found = found.where(rows.where, measure.only, *scope.custom_is(measure))
    for dim, keys in scope.where.items():
        found = found.where(rows.dims[dim].in_(list(keys)))
    return found


def stood_open(scope: Scope, query: Query, *, name: str) -> Measure:
    """Return the measure of the deals that stood open on some day of a window, each once.

    `name` is the measure of all deals that gives their value. Deals without any day belong to
    them too: they are open now and nobody knows since when.
    """
    # A list of its own, so that the database looks through the events once.
    stood = select(col(StageEvent.deal_id)).where(
        col(StageEvent.workspace_id) == scope.base.workspace_id,
        col(StageEvent.deleted_at).is_(None),
        col(StageEvent.status) == "open",
        col(StageEvent.entered_on) <= query.last_day,
        or_(col(StageEvent.left_on).is_(None), col(StageEvent.left_on) >= query.first_day),
    )
    # A deal that closed within the window stands in the source that counted on that day.
    closed = and_(col(Deal.status) != "open", col(Deal.closed_on) <= query.last_day)
    return replace(
        MEASURES[name],
        day=literal(query.last_day),
        only=or_(col(Deal.id).in_(stood), MEASURES["undated"].only),
        decides=case((closed, col(Deal.closed_on)), else_=literal(query.last_day)),
    )


def unconverted(scope: Scope, name: str, first: date | None, last: date) -> int:
    """Return how many amounts a measure leaves out because their currency has no rate."""
    measure = MEASURES[name]
    assert measure.value is not None
    missing = and_(col(Deal.amount).is_not(None), measure.value(scope.base).is_(None))
    stood = None if measure.stood is None else and_(measure.stood, missing)
    without = replace(measure, only=and_(measure.only, missing), stood=stood, value=None)
    return total(scope, without, first, last)[0]


def unrated(scope: Scope, measure: Measure) -> int:
    """Return how many records a measure of amounts leaves out that it would else count."""
    assert measure.value is not None
    missing = and_(measure.only, measure.value(scope.base).is_(None))
    return total(scope, replace(measure, only=missing, value=None), None, None)[0]


def unripe(scope: Scope, query: Query, days: int, horizon: date) -> int:
    """Return how many leads have not converted and still have time to, of those that came."""
    ripe_to = horizon - timedelta(days=days)
    waiting = or_(col(Lead.converted_on).is_(None), col(Lead.converted_on) > horizon)
    measure = replace(MEASURES["leads"], only=waiting)
    first = max(query.first_day, ripe_to + timedelta(days=1))
    return total(scope, measure, first, query.last_day)[0] if first <= query.last_day else 0


def undated(scope: Scope) -> int:
    """Return how many open deals of a scope have no day."""
    return scope.total("undated", None, date.fromisoformat(UNDATED))[0]
