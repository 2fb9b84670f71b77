"""Keeping the rollups true: only what a change touched is counted again."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from goals import workspace
from goals.metrics import counting, firsts, fitting, folding, limits, marks
from goals.metrics.measures import MEASURES, UNDATED, Measure
from goals.metrics.rollup import SPREAD, TOTAL, Customer, Rollup
from goals.metrics.rows import Base
from goals.records import bulk, stored
from goals.records.sales import Deal, StageEvent
from goals.table import workspace_of

_SHAPE = stored.shape_of(
    Rollup.__table__,  # type: ignore[attr-defined]
    ("workspace_id", "measure", "dim", "day", "key", "n", "sum"),
)
#: Measure, dimension, key and day of a row.
_MEMBER = itemgetter(1, 2, 4, 3)
#: Days and ids that go into one statement.
PORTION = 500
#: Rows that are held while they are counted, unless one day has more.
AT_ONCE = 10_000
#: Measures that share their rows and their day are counted together.
FAMILIES: tuple[tuple[Measure, ...], ...] = tuple(
    tuple(found)
    for _, found in groupby(
        sorted(MEASURES.values(), key=lambda one: one.family), key=lambda one: one.family
    )
)
#: Marked days by their place.
Days = dict[marks.Place, set[date]]
#: Where it is marked that deals without any day are to be counted, and what may bring one about.
UNDATED_PLACE: marks.Place = ("deal", "")
CREATED, ENTERED = ("deal", "created_on"), ("stage_event", "entered_on")


def refresh(session: Session, *, undated: bool = False) -> int:
    """Count the marked days again and remove their marks; returns how many marks there were.

    Of two refreshers at once the second waits for the first and then finds the marks gone. A
    mark that a writer still holds is counted as far as its rows are committed, and stays for
    the rest. `undated` counts open deals without a day even if no day is marked.
    """
    statement = marks.every(session)
    if not undated and session.execute(statement.limit(1)).first() is None:
        return 0
    wait_for_others(session)
    free = [tuple(row) for row in session.execute(statement.with_for_update(skip_locked=True))]
    found = [tuple(row) for row in session.execute(statement)]
    base = base_of(session)
    days: Days = {}
    for record, column, day in found:
        days.setdefault((record, column), set()).add(day)
    for place, moved in firsts.find(session, days.get(firsts.CLOSED, set())).items():
        days.setdefault(place, set()).update(moved)
    if not is_none_undated(session, base, days):
        days.setdefault(UNDATED_PLACE, set()).add(date.fromisoformat(UNDATED))
    count(session, base, days)
    marks.remove(session, free)
    return len(found)


def true_up(session: Session, *, undated: bool = False) -> None:
    """Count what is marked before something is read, unless it is much.

    Then a worker counts it in turns, and `base_of` has the records themselves read meanwhile.
    """
    if not marks.is_much(session):
        refresh(session, undated=undated)


def count(session: Session, base: Base, days: Days) -> None:
    """Count again what goes by some days, by the place that they are marked in."""
    for family in families(base):
        touched = {day for place in places(family) for day in days.get(place, ())}
        touched |= fitting.handed_over(family[0], base, days)
        if touched:
            _roll(session, family, base, touched)


def places(family: Sequence[Measure]) -> list[marks.Place]:
    """Return where the days are marked that a family goes by."""
    first = family[0]
    young = [firsts.YOUNG] if first.id.startswith("new_revenue") else []
    return [(first.record, first.column), *young]


def families(base: Base) -> Iterator[Sequence[Measure]]:
    """Yield the families as they are counted here, those apart that count by days of their own."""
    for family in FAMILIES:
        yield from fitting.parts(family, base)


def wait_for_others(session: Session) -> None:
    """Let only one at a time count a workspace; SQLite has one writer anyway."""
    if session.connection().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(workspace_of(session))))


def rebuild(session: Session) -> None:
    """Count everything from the records again."""
    here = workspace_of(session)
    wait_for_others(session)
    base = base_of(session)
    session.execute(delete(Rollup).where(col(Rollup.workspace_id) == here))
    session.execute(delete(Customer).where(col(Customer.workspace_id) == here))
    with bulk.roomy(session):
        firsts.write(session, None)
        for family in families(base):
            _roll(session, family, base, None)
    marks.forget(session)


def base_of(session: Session) -> Base:
    """Return what measures are computed for in this workspace.

    While much is marked the rollups are not to be read.
    """
    here = workspace.of(session)
    parted = limits.of(session)
    base = Base(here.id, here.currency, here.zone, here.weekdays, here.country, parted)
    return replace(base, rolled=False) if marks.is_much(session) else base


def _roll(session: Session, family: Sequence[Measure], base: Base, days: set[date] | None) -> None:
    """Count a family of measures again, on some days or (None) on all."""
    if days is not None and len(days) > marks.MOST_DAYS:
        days = None
    ordered, layout = counting.layout(family, base)
    gone = delete(Rollup).where(
        col(Rollup.workspace_id) == base.workspace_id,
        col(Rollup.measure).in_([one.id for one in family]),
    )
    if days is not None:
        # With the dimensions named, an index leads to the days.
        dims = [SPREAD, *(dim for dim, _ in layout.dims)]
        gone = gone.where(col(Rollup.dim).in_(dims), col(Rollup.day).in_(days))
    is_undated = family[0].id == "undated"
    # Looked at for long, and before anybody has to wait for what is changed.
    undated = list(_undated(session, family[0], base)) if is_undated else []
    session.execute(gone)
    if is_undated:
        bulk.add(session, _SHAPE, undated)
        return
    statement = counting.by_row(ordered, base)
    here, names, day = base.workspace_id, [one.id for one in ordered], family[0].day
    connection = session.connection()
    for portion in days_at_once(session, family[0], base, days):
        within = day.between(portion[0], portion[-1]) if days is None else day.in_(portion)
        reached = fitting.reached(family[0], base, portion)
        found = connection.execute(statement.where(within, reached))
        rows = [(here, names[place], *rest) for place, *rest in folding.fold(layout, found)]
        # A member's days stand together in an index, and the next one's place is found at once.
        rows.sort(key=_MEMBER)
        bulk.add(session, _SHAPE, rows)


def days_at_once(
    session: Session, measure: Measure, base: Base, days: set[date] | None, most: int = AT_ONCE
) -> Iterator[list[date]]:
    """Yield the days that have rows, of the given ones or of all, as many as `most` rows have."""
    statement = counting.days_of(measure, base)
    if days is not None:
        reached = fitting.reached(measure, base, sorted(days))
        statement = statement.where(measure.day.in_(days), reached)
    portion: list[date] = []
    held = 0
    for day, n in session.execute(statement).all():
        if portion and (held + n > most or len(portion) == PORTION):
            yield portion
            portion, held = [], 0
        portion.append(day)
        held += n
    if portion:
        yield portion


def _undated(session: Session, measure: Measure, base: Base) -> Iterable[tuple[Any, ...]]:
    """Count what has no day by all dimensions in one look, for no index finds it."""
    rows = measure.rows(base)
    dims = [dim for dim in counting.dimensions(measure, base) if dim in rows.dims]
    statement = (
        select(*(rows.dims[dim] for dim in dims))
        .select_from(rows.source)
        .where(rows.where, measure.only)
        .execution_options(stream_results=True)
    )
    found: dict[str, Counter[str]] = {dim: Counter() for dim in (TOTAL, *dims)}
    for portion in session.connection().execute(statement).partitions(AT_ONCE):
        found[TOTAL][""] += len(portion)
        for dim, keys in zip(dims, zip(*portion, strict=True), strict=True):
            found[dim].update(keys)
    for dim, counts in found.items():
        for key, n in counts.items():
            yield base.workspace_id, measure.id, dim, UNDATED, key, n, 0


def is_none_undated(session: Session, base: Base, days: Days) -> bool:
    """Tell cheaply that no deal had no day, and that what was touched left it so.

    A deal comes to it by a change of its own, or by losing its stage events.
    """
    measure = MEASURES["undated"]
    held = select(col(Rollup.n)).where(
        col(Rollup.workspace_id) == base.workspace_id,
        col(Rollup.measure) == measure.id,
        col(Rollup.dim) == TOTAL,
    )
    created = days.get(CREATED, set())
    entered = days.get(ENTERED, set())
    if (
        max(len(created), len(entered)) > marks.MOST_DAYS
        or session.execute(held).first() is not None
    ):
        return False
    lost = select(col(StageEvent.deal_id)).where(
        col(StageEvent.workspace_id) == base.workspace_id,
        col(StageEvent.entered_on).in_(entered),
        col(StageEvent.deleted_at).is_not(None),
    )
    touched = (
        col(Deal.created_on).in_(created),
        col(Deal.created_on).is_(None),
        col(Deal.id).in_(lost),
    )
    rows = measure.rows(base)
    return all(
        session.execute(select(rows.id).where(rows.where, measure.only, one).limit(1)).first()
        is None
        for one in touched
    )
