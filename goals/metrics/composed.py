"""Custom metrics read: their parts over the same question, and what comes of them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sqlmodel import Session

from goals.metrics import notes, recipes, segments
from goals.metrics.catalogue import Metric
from goals.metrics.custom.metric import Custom
from goals.metrics.formulas import Figure
from goals.metrics.notes import Note
from goals.metrics.query import Query
from goals.metrics.result import Result

#: Notes that hold for a number and whatever it is part of.
_OF_ALL = frozenset(("partial", "slow", "event_time"))
_REGION = "region"


def leaves(metric: Metric, params: Mapping[str, str]) -> list[tuple[Metric, Mapping[str, str]]]:
    """Return the metrics of the catalogue that a metric is made of in the end, or itself."""
    if not isinstance(metric, Custom):
        return [(metric, params)]
    parts = metric.expression.parts.values()
    return [one for part in parts for one in leaves(part.metric, part.params)]


def subjects(metric: Metric, params: Mapping[str, str]) -> tuple[str, ...]:
    """Return the kinds of record that a metric is counted from in the end."""
    each = (
        recipes.of(one.id, given).subjects
        for one, given in leaves(metric, params)
        if one.id in recipes.RECIPES
    )
    return tuple(dict.fromkeys(name for names in each for name in names))


def asked_of_parts(session: Session, metric: Custom, where: Mapping[str, str]) -> dict[str, str]:
    """Return what a metric is narrowed to as its parts are.

    A region is that of the owner, of the customer or of the record itself: the same for all.
    """
    return {_dimension(session, metric, name): member for name, member in where.items()}


def to_parts(session: Session, metric: Custom, query: Query) -> dict[str, Query]:
    """Return the questions to the parts of a metric that answer one to it."""
    where = asked_of_parts(session, metric, query.where)
    by = None if query.by is None else _dimension(session, metric, query.by)
    return {
        key: replace(query, metric=part.metric.id, params=dict(part.params), where=where, by=by)
        for key, part in metric.expression.parts.items()
    }


def _dimension(session: Session, metric: Custom, name: str) -> str:
    of = subjects(metric, {})
    if name != _REGION or not of:
        return name
    base = segments.dimension(session, name, of).base
    return "owner.region" if base == "owner" else base


def figure(metric: Custom, parts: Mapping[str, Figure]) -> Figure:
    """Return what comes of the figures of the parts.

    A quotient is that of what came of the window, never the mean of others. `n` is how many
    records were counted for all parts together.
    """
    known = {key: one.value for key, one in parts.items()}
    value = metric.expression.value(known)
    n = sum(one.n for one in parts.values())
    above, below = metric.expression.fraction(known)
    if above is None and metric.kind == "flow":
        above = value
    return Figure(value, above, below, n)


def split(metric: Custom, parts: Mapping[str, Result]) -> tuple[list[tuple[str, Figure]], Figure]:
    """Return the figure of every member that any part has, and that of one without anything."""
    nothing = {key: one.nobody or Figure(None) for key, one in parts.items()}
    each = {key: dict(one.segments or ()) for key, one in parts.items()}
    members = dict.fromkeys(name for found in each.values() for name in found)
    shown = [
        (name, figure(metric, {key: each[key].get(name, nothing[key]) for key in parts}))
        for name in members
    ]
    return shown, figure(metric, nothing)


def said(metric: Custom, parts: Mapping[str, Result]) -> list[Note]:
    """Return what is to be known of the parts, each by its name."""
    found: dict[object, Note] = {}
    for key, result in parts.items():
        name = metric.expression.parts[key].name
        for one in result.notes:
            if one.code not in _OF_ALL:
                found[(key, one.code)] = notes.of_part(name, one)
            elif one.code != "partial":
                found[one.code] = one
    return list(found.values())


def series(
    metric: Custom, parts: Mapping[str, Iterable[tuple[date, Decimal]]]
) -> list[tuple[date, Decimal]]:
    """Return the daily amounts of a metric that adds up from those of its parts."""
    each = {key: dict(line) for key, line in parts.items()}
    days = sorted({day for line in each.values() for day in line})
    found = []
    for day in days:
        value = metric.expression.value(
            {key: line.get(day, Decimal()) for key, line in each.items()}
        )
        if value is not None:
            found.append((day, value))
    return found
