"""Statements that count a measure: by day for the rollups, or over a window for a reading."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
)
from sqlmodel import Session, col

from goals.metrics import fitting
from goals.metrics.folding import Layout
from goals.metrics.measures import SEPARATOR, Measure
from goals.metrics.rollup import SPREAD, TOTAL, Rollup
from goals.metrics.rows import Base, Rows
from goals.metrics.sql import local_day
from goals.table import workspace_of

#: What a key counted and summed.
Count = tuple[int, int]
NOTHING: Count = (0, 0)
Counts = dict[str, Count]
#: The days on which a measure counts anything, in order: (day, count, sum).
Line = Sequence[tuple[date, int, int]]
#: A statement of any columns.
Statement = Select[*tuple[Any, ...]]

#: What even the measures that are seldom asked for are rolled up by.
ALWAYS = ("owner",)
#: Accounts are so many that a day's rows by account are as many as the records themselves.
NEVER = ("account",)
#: More keys than this are not put into one statement.
MOST_KEYS = 900


def dimensions(measure: Measure, base: Base) -> dict[str, Callable[[Rows], ColumnElement[Any]]]:
    """Return the dimensions a measure is rolled up by, with the way to each key."""
    found: dict[str, Callable[[Rows], ColumnElement[Any]]] = {TOTAL: _everything}
    for dim in measure.rows(base).dims:
        if dim in ALWAYS or (not measure.seldom and dim not in NEVER):
            found[dim] = partial(_single, dim)
    for first, second in () if measure.seldom else measure.pairs:
        found[f"{first}*{second}"] = partial(_pair, first, second)
    return found


def _everything(rows: Rows) -> ColumnElement[Any]:
    return literal_column("''")


def _single(dim: str, rows: Rows) -> ColumnElement[Any]:
    return rows.dims[dim]


def _pair(first: str, second: str, rows: Rows) -> ColumnElement[Any]:
    return rows.dims[first] + literal(SEPARATOR) + rows.dims[second]


def layout(family: Sequence[Measure], base: Base) -> tuple[list[Measure], Layout]:
    """Return a family in the order in which its measures stand in `by_row`, and how they do."""
    kept = {one.id: dimensions(one, base) for one in family}
    ordered = sorted(family, key=lambda one: len(kept[one.id]), reverse=True)
    conditions, values = (list(found) for found in _shared(ordered))
    return ordered, Layout(
        [(dim, sum(dim in kept[one.id] for one in family)) for dim in kept[ordered[0].id]],
        len(conditions),
        [
            (
                conditions.index(id(one.only)),
                None if one.value is None else values.index(id(one.value)),
            )
            for one in ordered
        ],
        [place for place, one in enumerate(ordered) if one.spread],
    )


def _shared(family: Sequence[Measure]) -> tuple[dict[int, Any], dict[int, Any]]:
    """Return the conditions and the values of a family by their identity, each once."""
    conditions = {id(one.only): one.only for one in family}
    return conditions, {id(one.value): one.value for one in family if one.value is not None}


def by_row(ordered: Sequence[Measure], base: Base) -> Statement:
    """Return day, keys, conditions and values of each row that any measure of a family counts.

    They stand as `layout` has it. A family shares its rows and its day.
    """
    first = ordered[0]
    rows = first.rows(base)
    conditions, values = _shared(ordered)
    yes: ColumnElement[Any] = literal_column("1")
    return (
        select(
            cast(first.day, String),
            *(key(rows) for key in dimensions(first, base).values()),
            # Where there is but one, each row that is found meets it.
            *(case((one, yes)) if len(conditions) > 1 else yes for one in conditions.values()),
            *(value(base) for value in values.values()),
        )
        .select_from(rows.source)
        .where(rows.where, or_(*conditions.values()), first.day.is_not(None))
    )


def days_of(measure: Measure, base: Base) -> Statement:
    """Return each day that any row has, with their number, in order.

    Rows that no measure counts are among them: so an index knows the answer.
    """
    day: Any = measure.day
    if not hasattr(day, "class_"):
        rows = measure.rows(base)
        found = select(day, func.count()).select_from(rows.source)
        found = found.where(rows.where, day.is_not(None))
        return found.group_by(day).order_by(day)
    return (
        select(day, func.count())
        .where(col(day.class_.workspace_id) == base.workspace_id, day.is_not(None))
        .group_by(day)
        .order_by(day)
    )


def edges(session: Session, measure: Measure, base: Base) -> list[date | None]:
    """Return the first and the last day on which the records count for a measure."""
    measure = fitting.fitted(measure, base)
    rows = measure.rows(base)
    edges = select(*_first_and_last(measure.day, base)).select_from(rows.source)
    statement = edges.where(counted(measure, base, rows))
    return list(session.execute(statement).one())


def _first_and_last(day: ColumnElement[Any], base: Base) -> list[ColumnElement[Any]]:
    if not isinstance(day, local_day):
        return [func.min(day), func.max(day)]
    # Days come in the order of their instants: two are worked out, not all.
    at, _zone = day.clauses
    return [local_day(each(at), base.zone) for each in (func.min, func.max)]


def summed(measure: Measure, base: Base) -> ColumnElement[Any]:
    """Return the sum of what a measure's rows are worth, 0 for one that only counts."""
    if measure.value is None:
        return literal(0)
    return cast(func.coalesce(func.sum(measure.value(base)), 0), BigInteger)


def _number(measure: Measure) -> ColumnElement[int]:
    return func.count() if measure.distinct is None else func.count(measure.distinct.distinct())


def counted(measure: Measure, base: Base, rows: Rows) -> ColumnElement[bool]:
    """Return the condition that rows which a measure counts meet."""
    condition = and_(rows.where, measure.only)
    if measure.value is not None:
        condition = and_(condition, measure.value(base).is_not(None))
    return condition


def from_rollup(
    session: Session,
    measure: str,
    dim: str,
    first: date | None,
    last: date,
    keys: Collection[str] | None = None,
) -> Counts:
    """Return counts by key over a window from the rollup (`first` None: from the beginning)."""
    return from_rollups(session, (measure,), dim, first, last, keys).get(measure, {})


def from_rollups(
    session: Session,
    measures: Collection[str],
    dim: str,
    first: date | None,
    last: date,
    keys: Collection[str] | None = None,
) -> dict[str, Counts]:
    """Return the counts by key of each measure that counts anything over a window."""
    statement = (
        select(
            col(Rollup.measure), col(Rollup.key), func.sum(col(Rollup.n)), func.sum(col(Rollup.sum))
        )
        .where(
            col(Rollup.workspace_id) == workspace_of(session),
            col(Rollup.measure).in_(measures),
            col(Rollup.dim) == dim,
            col(Rollup.day) <= last,
        )
        .group_by(col(Rollup.measure), col(Rollup.key))
    )
    if first is not None:
        statement = statement.where(col(Rollup.day) >= first)
    wanted = None if keys is None else set(keys)
    if wanted is not None and len(wanted) <= MOST_KEYS:
        statement = statement.where(col(Rollup.key).in_(wanted))
    found: dict[str, Counts] = {}
    for measure, key, n, total in session.execute(statement):
        if wanted is None or key in wanted:
            found.setdefault(measure, {})[key] = int(n), int(total)
    return found


def from_records(
    session: Session,
    measure: Measure,
    base: Base,
    first: date | None,
    last: date | None,
    *,
    where: Mapping[str, Collection[str]],
    by: ColumnElement[Any] | None = None,
    also: Collection[ColumnElement[bool]] = (),
) -> Counts:
    """Return counts by key over a window from the records themselves; cost grows with them."""
    measure = fitting.fitted(measure, base, last)
    rows = measure.rows(base)
    key = literal("") if by is None else by
    statement = (
        select(key, _number(measure), summed(measure, base))
        .select_from(rows.source)
        .where(counted(measure, base, rows), *also)
        .group_by(key)
    )
    if last is not None:
        statement = statement.where(measure.day <= last)
    if first is not None:
        statement = statement.where(measure.day >= first)
    for dim, keys in where.items():
        statement = statement.where(rows.dims[dim].in_(list(keys)))
    return {str(found): (int(n), int(total)) for found, n, total in session.execute(statement)}


def daily(
    session: Session,
    measure: str,
    dim: str,
    first: date,
    last: date,
    where: Mapping[str, Collection[str]],
) -> Line:
    """Return the line of a measure from the rollup of one dimension or pair."""
    statement = (
        select(col(Rollup.day), col(Rollup.key), col(Rollup.n), col(Rollup.sum))
        .where(
            col(Rollup.workspace_id) == workspace_of(session),
            col(Rollup.measure) == measure,
            col(Rollup.dim) == dim,
            col(Rollup.day) >= first,
            col(Rollup.day) <= last,
        )
        .order_by(col(Rollup.day))
    )
    if dim in where and len(where[dim]) <= MOST_KEYS:
        statement = statement.where(col(Rollup.key).in_(where[dim]))
    parts = dim.split("*")
    found: dict[date, Count] = {}
    for day, key, n, total in session.execute(statement):
        if dim:
            place = dict(zip(parts, key.split(SEPARATOR), strict=True))
            if any(place[one] not in keys for one, keys in where.items()):
                continue
        before = found.get(day, (0, 0))
        found[day] = (before[0] + n, before[1] + total)
    return [(day, n, total) for day, (n, total) in found.items()]


def daily_from_records(
    session: Session,
    measures: Sequence[Measure],
    base: Base,
    first: date,
    last: date,
    *,
    where: Mapping[str, Collection[str]],
    also: Collection[ColumnElement[bool]] = (),
) -> list[Line]:
    """Return the line of each measure from the records themselves.

    The measures share their rows and their day, and each adds up over days.
    """
    measures = [fitting.fitted(one, base, last) for one in measures]
    one = measures[0]
    rows, day = one.rows(base), one.day
    is_alone = len(measures) == 1
    counts: Iterable[Sequence[ColumnElement[Any]]] = (
        [(func.count(), summed(one, base))]
        if is_alone
        else (_where_it_counts(each, base) for each in measures)
    )
    statement = (
        select(day, *(column for columns in counts for column in columns))
        .select_from(rows.source)
        .where(counted(one, base, rows) if is_alone else rows.where)
        .where(day >= first, day <= last, *also)
        .group_by(day)
        .order_by(day)
    )
    for dim, keys in where.items():
        statement = statement.where(rows.dims[dim].in_(list(keys)))
    lines: list[list[tuple[date, int, int]]] = [[] for _ in measures]
    for found, *each in session.execute(statement):
        for line, n, total in zip(lines, each[::2], each[1::2], strict=True):
            if n:
                line.append((found, int(n), int(total)))
    return list(lines)


def _where_it_counts(measure: Measure, base: Base) -> Sequence[ColumnElement[Any]]:
    """Return a measure's number and sum over rows of which others may count only some."""
    condition: ColumnElement[Any] = measure.only
    value = None if measure.value is None else measure.value(base)
    if value is not None:
        condition = and_(condition, value.is_not(None))
    n = func.count(case((condition, literal_column("1"))))
    if value is None:
        return n, literal_column("0")
    return n, cast(func.coalesce(func.sum(case((condition, value))), 0), BigInteger)


def values_of(
    session: Session,
    measure: Measure,
    base: Base,
    first: date,
    last: date,
    *,
    where: Mapping[str, Collection[str]],
    by: ColumnElement[Any] | None = None,
    also: Collection[ColumnElement[bool]] = (),
) -> dict[str, list[tuple[int, int]]]:
    """Return the distribution of values by key from the records: (value, how often), sorted."""
    measure = fitting.fitted(measure, base, last)
    rows = measure.rows(base)
    assert measure.value is not None
    value = measure.value(base)
    key = literal("") if by is None else by
    statement = (
        select(key, value, func.count())
        .select_from(rows.source)
        .where(counted(measure, base, rows), measure.day >= first, measure.day <= last, *also)
        .group_by(key, value)
        .order_by(value)
    )
    for dim, keys in where.items():
        statement = statement.where(rows.dims[dim].in_(list(keys)))
    found: dict[str, list[tuple[int, int]]] = {}
    for name, number, n in session.execute(statement):
        found.setdefault(str(name), []).append((int(number), int(n)))
    return found


def spread(session: Session, measure: str, first: date, last: date) -> list[tuple[int, int]]:
    """Return the distribution of a measure's values over a window: (value, how often), sorted."""
    counts = from_rollup(session, measure, SPREAD, first, last)
    return sorted((int(key), n) for key, (n, _) in counts.items())
