"""Measures fitted to sources that part the days between them.

A record counts when its source counts on the day that the measure goes by. What stands for some
time is handed over: with the old source it ends on the cut-over day, with the new one it begins
on it, and neither coming nor going before or after is lost or seen twice.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, case, literal, or_, true
from sqlmodel import col

from goals.metrics import measures
from goals.metrics.measures import Measure
from goals.metrics.rows import Base, Limit
from goals.metrics.sql import no_day
from goals.records import kinds

Expression = ColumnElement[Any]
_DAY = timedelta(days=1)


def fitted(measure: Measure, base: Base, last: date | None = None) -> Measure:
    """Return a measure of what counts only; the same where every source counts on every day.

    What is counted once, however often it comes, counts in the source that counts on the `last`
    day of the question.
    """
    if not base.is_parted:
        return measure
    source = _source(measure)
    mine = true() if base.source is None else source == base.source
    if is_standing(measure):
        return _handed(measure, base, mine)
    day = measure.day if measure.decides is None else measure.decides
    if measure.distinct is not None and last is not None:
        day = literal(last, Date)
    return replace(measure, only=and_(measure.only, mine, counts(source, day, base.limits)))


def counts(source: Any, day: Any, limits: Sequence[Limit]) -> Expression:
    """Return whether a connection counts on a day; without any day, whether it has no end."""
    if isinstance(day, no_day):
        over = [one.connection_id for one in limits if one.last is not None]
        return and_(true(), source.not_in(over)) if over else true()
    return and_(true(), *(or_(source != one.connection_id, within(day, one)) for one in limits))


def within(day: Any, one: Limit) -> Expression:
    """Return whether a day is among those on which a connection counts."""
    bounds = [day >= one.first] if one.first is not None else []
    bounds += [day <= one.last] if one.last is not None else []
    return and_(true(), *bounds)


def following(day: date | None) -> date | None:
    """Return the day after a last one, on which what stands is handed over."""
    return None if day is None else day + _DAY


def _source(measure: Measure) -> Any:
    return col(kinds.KINDS[measure.subject].table.connection_id)


def is_standing(measure: Measure) -> bool:
    """Tell whether a measure counts what comes or goes of something that stands for some time."""
    return measure.came is not None and measure.stood is not None


# --- What stands -----------------------------------------------------------------------------


def _handed(measure: Measure, base: Base, mine: Any) -> Measure:
    source, left, stood = _source(measure), measure.leaves, measure.stood
    assert stood is not None
    handed = _handing(measure, base.limits)
    own = and_(measure.only, counts(source, measure.day, base.limits))
    only = and_(mine, or_(own, *(and_(condition, stood) for condition, _ in handed)))
    leaving = [
        (and_(source == one.connection_id, or_(left.is_(None), left > one.last)), one.last + _DAY)
        for one in base.limits
        if one.last is not None and left is not None
    ]
    return replace(
        measure, only=only, day=_moved(measure.day, handed), leaves=_moved(left, leaving)
    )


def _moved(day: Any, moved: Sequence[tuple[Expression, date]]) -> Any:
    if not moved:
        return day
    return case(*((condition, literal(to, Date)) for condition, to in moved), else_=day)


def _handing(measure: Measure, limits: Sequence[Limit]) -> list[tuple[Expression, date]]:
    """Return what is handed over, and the day on which it comes or goes by that."""
    source, came, left = _source(measure), measure.came, measure.leaves
    assert came is not None and left is not None
    found: list[tuple[Expression, date]] = []
    for one in limits:
        here = source == one.connection_id
        if _comes(measure) and one.first is not None:
            there = and_(here, came < one.first, or_(left.is_(None), left >= one.first))
            found.append((there, one.first))
        if not _comes(measure) and one.last is not None:
            there = and_(here, came <= one.last, or_(left.is_(None), left > one.last))
            found.append((there, one.last + _DAY))
    return found


def _comes(measure: Measure) -> bool:
    return measure.day is measure.came


# --- By day, for the rollups -----------------------------------------------------------------


def parts(family: Sequence[Measure], base: Base) -> Iterator[list[Measure]]:
    """Yield the measures of a family as they are counted, those apart that are handed over."""
    if not base.is_parted:
        yield list(family)
        return
    for standing in (False, True):
        found = [one for one in family if is_standing(one) == standing]
        if found:
            yield _alike([fitted(one, base) for one in found], found)


def _alike(fit: Sequence[Measure], before: Sequence[Measure]) -> list[Measure]:
    """Return fitted measures that share a condition where they shared one before."""
    shared = {id(one.only): new.only for one, new in zip(before, fit, strict=True)}
    return [
        replace(new, only=shared[id(one.only)], day=fit[0].day)
        for one, new in zip(before, fit, strict=True)
    ]


def handed_over(
    measure: Measure, base: Base, marked: Mapping[tuple[str, str], set[date]]
) -> set[date]:
    """Return the days of handing over on which something may have changed, by the marked days."""
    if not base.limits or not is_standing(measure):
        return set()
    came: Any = measure.came
    earliest = min(marked.get((measure.record, came.key), ()), default=None)
    if earliest is None:
        return set()
    days = (_handing_day(measures.MEASURES[measure.id], one) for one in base.limits)
    return {day for day in days if day is not None and earliest < day}


def _handing_day(measure: Measure, one: Limit) -> date | None:
    if _comes(measure):
        return one.first
    return following(one.last)


def reached(measure: Measure, base: Base, days: Sequence[date]) -> Expression:
    """Return a condition that rows on some days meet, by which an index leads to them."""
    if not base.limits or not is_standing(measure):
        return true()
    before = measures.MEASURES[measure.id]
    handed = [there for there, day in _handing(before, base.limits) if day in days]
    return or_(before.day.in_(days), *handed)
