"""Looks at the rollup or the records that tell many members of one dimension apart by day."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from goals.metrics import counting
from goals.metrics.measures import Measure
from goals.metrics.rollup import Rollup
from goals.metrics.rows import Base
from goals.table import workspace_of


def lines(
    session: Session, measure: str, dim: str, keys: Collection[str]
) -> dict[str, list[tuple[date, int, int]]]:
    """Return the line of a measure over all days for each key of a rolled-up dimension."""
    statement = (
        select(col(Rollup.key), col(Rollup.day), col(Rollup.n), col(Rollup.sum))
        .where(
            col(Rollup.workspace_id) == workspace_of(session),
            col(Rollup.measure) == measure,
            col(Rollup.dim) == dim,
            col(Rollup.key).in_(keys),
        )
        .order_by(col(Rollup.key), col(Rollup.day))
    )
    found: dict[str, list[tuple[date, int, int]]] = {}
    for key, day, n, total in session.execute(statement):
        found.setdefault(key, []).append((day, n, total))
    return found


def values_by_day(
    session: Session, measure: Measure, base: Base, dim: str, keys: Collection[str]
) -> dict[str, list[tuple[date, int, int]]]:
    """Return by key of a dimension, in the order of days: (day, value, how often)."""
    rows = measure.rows(base)
    assert measure.value is not None
    value = measure.value(base)
    return _by_key(session, measure, base, rows.dims[dim], keys, (value,), (func.count(),))


def outcomes_by_day(
    session: Session, measure: Measure, base: Base, dim: str, keys: Collection[str]
) -> dict[str, list[tuple[date, date, int, int]]]:
    """Return by key of a dimension, in the order of days: (day, day of the outcome, n, sum)."""
    rows = measure.rows(base)
    assert measure.turns is not None
    numbers = func.count(), counting.summed(measure, base)
    return _by_key(session, measure, base, rows.dims[dim], keys, measure.turns[:1], numbers)


def _by_key(
    session: Session,
    measure: Measure,
    base: Base,
    key: ColumnElement[Any],
    keys: Collection[str],
    also: Sequence[ColumnElement[Any]],
    numbers: Sequence[ColumnElement[Any]],
) -> dict[str, list[Any]]:
    rows = measure.rows(base)
    known = (one.is_not(None) for one in (measure.day, *also))
    statement = (
        select(key, measure.day, *also, *numbers)
        .select_from(rows.source)
        .where(counting.counted(measure, base, rows), *known, key.in_(sorted(keys)))
        .group_by(key, measure.day, *also)
        .order_by(measure.day)
    )
    found: dict[str, list[Any]] = {}
    for name, *row in session.execute(statement):
        found.setdefault(str(name), []).append(tuple(row))
    return found
