"""Keeping the rollups true: only what a change touched is counted again."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy import delete, func, insert, select, tuple_
from sqlmodel import Session, col

from goals import workspace
from goals.metrics import counting, fitting, folding, limits
from goals.metrics.measures import MEASURES, UNDATED, Measure
from goals.metrics.rollup import SPREAD, TOTAL, Customer, Rollup
from goals.metrics.rows import Base
from goals.records import bulk, stored
from goals.records.record import DirtyDay
from goals.records.sales import Deal, StageEvent
from goals.table import workspace_of

T = TypeVar("T")
_SHAPE = stored.shape_of(
    Rollup.__table__,  # type: ignore[attr-defined]
    ("workspace_id", "measure", "dim", "day", "key", "n", "sum"),
)
#: With more marked days than this it is quicker to count them all.
MOST_DAYS = 400
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
#: Marks that the rollups themselves leave: an account's first purchase moved.
YOUNG = ("customer", "revenue")


def refresh(session: Session, *, undated: bool = False) -> int:
    """Count the marked days again and remove their marks; returns how many marks there were.

    Of two refreshers at once the second waits for the first and then finds the marks gone. A
    mark that a writer still holds is counted as far as its rows are committed, and stays for
    the rest. `undated` counts open deals without a day even if no day is marked.
    """
    here = workspace_of(session)
    mark = (col(DirtyDay.record), col(DirtyDay.column), col(DirtyDay.day))
    statement = select(*mark).where(col(DirtyDay.workspace_id) == here).order_by(*mark)
    if not undated and session.execute(statement.limit(1)).first() is None:
        return 0
    _wait_for_others(session)
    free = [tuple(row) for row in session.execute(statement.with_for_update(skip_locked=True))]
    marks = [tuple(row) for row in session.execute(statement)]
    base = base_of(session)
    days: dict[tuple[str, str], set[date]] = {}
    for record, column, day in marks:
        days.setdefault((record, column), set()).add(day)
    for place, moved in _customers(session, days.get(("deal", "closed_on"), set())).items():
        days.setdefault(place, set()).update(moved)
    for family in _families(base):
        first = family[0]
        touched = set(days.get((first.record, first.column), set()))
        if first.id == "undated":
            if touched or not _still_none(session, first, base, days):
                _roll(session, family, base, {date.fromisoformat(UNDATED)})
            continue
        if first.id.startswith("new_revenue"):
            touched |= days.get(YOUNG, set())
        touched |= fitting.handed_over(first, base, days)
        if touched:
            _roll(session, family, base, touched)
    for portion in _portions(free):
        session.execute(
            delete(DirtyDay).where(
                col(DirtyDay.workspace_id) == here,
                tuple_(col(DirtyDay.record), col(DirtyDay.column), col(DirtyDay.day)).in_(portion),
            )
        )
    return len(marks)


def _families(base: Base) -> Iterator[Sequence[Measure]]:
    """Yield the families as they are counted here, those apart that count by days of their own."""
    for family in FAMILIES:
        yield from fitting.parts(family, base)


def _wait_for_others(session: Session) -> None:
    """Let only one at a time count a workspace; SQLite has one writer anyway."""
    if session.connection().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(workspace_of(session))))


def rebuild(session: Session) -> None:
    """Count everything from the records again."""
    here = workspace_of(session)
    _wait_for_others(session)
    base = base_of(session)
    session.execute(delete(Rollup).where(col(Rollup.workspace_id) == here))
    session.execute(delete(Customer).where(col(Customer.workspace_id) == here))
    with bulk.roomy(session):
        _write_customers(session, None)
        for family in _families(base):
            _roll(session, family, base, None)
    session.execute(delete(DirtyDay).where(col(DirtyDay.workspace_id) == here))


def base_of(session: Session) -> Base:
    """Return what measures are computed for in this workspace."""
    here = workspace.of(session)
    parted = limits.of(session)
    return Base(here.id, here.currency, here.zone, here.weekdays, here.country, parted)


def _roll(session: Session, family: Sequence[Measure], base: Base, days: set[date] | None) -> None:
    """Count a family of measures again, on some days or (None) on all."""
    if days is not None and len(days) > MOST_DAYS:
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
    session.execute(gone)
    if family[0].id == "undated":
        bulk.upsert(session, _SHAPE, list(_undated(session, family[0], base)))
        return
    statement = counting.by_row(ordered, base)
    here, names, day = base.workspace_id, [one.id for one in ordered], family[0].day
    connection = session.connection()
    for portion in _days_at_once(session, family[0], base, days):
        within = day.between(portion[0], portion[-1]) if days is None else day.in_(portion)
        reached = fitting.reached(family[0], base, portion)
        found = connection.execute(statement.where(within, reached))
        rows = [(here, names[place], *rest) for place, *rest in folding.fold(layout, found)]
        bulk.upsert(session, _SHAPE, rows)


def _days_at_once(
    session: Session, measure: Measure, base: Base, days: set[date] | None
) -> Iterator[list[date]]:
    """Yield the days that have rows, of the given ones or of all, as many as may be held."""
    statement = counting.days_of(measure, base)
    if days is not None:
        reached = fitting.reached(measure, base, sorted(days))
        statement = statement.where(measure.day.in_(days), reached)
    portion: list[date] = []
    held = 0
    for day, n in session.execute(statement).all():
        if portion and (held + n > AT_ONCE or len(portion) == PORTION):
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


def _still_none(
    session: Session, measure: Measure, base: Base, days: dict[tuple[str, str], set[date]]
) -> bool:
    """Tell cheaply that no deal had no day, and that what was touched left it so.

    A deal comes to it by a change of its own, or by losing its stage events.
    """
    held = select(col(Rollup.n)).where(
        col(Rollup.workspace_id) == base.workspace_id,
        col(Rollup.measure) == measure.id,
        col(Rollup.dim) == TOTAL,
    )
    created = days.get(("deal", "created_on"), set())
    entered = days.get(("stage_event", "entered_on"), set())
    if max(len(created), len(entered)) > MOST_DAYS or session.execute(held).first() is not None:
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


def _customers(session: Session, closed: set[date]) -> dict[tuple[str, str], set[date]]:
    """Find first purchases anew for the accounts that closing days touch.

    Returns the days on which customers and young revenue must be counted again.
    """
    here = workspace_of(session)
    accounts: set[int] = set()
    for portion in _portions(sorted(closed)):
        won = select(col(Deal.account_id)).where(
            col(Deal.workspace_id) == here,
            col(Deal.closed_on).in_(portion),
            col(Deal.account_id).is_not(None),
            col(Deal.deleted_at).is_(None),
        )
        accounts.update(session.scalars(won.distinct()))
        known = select(col(Customer.id)).where(
            col(Customer.workspace_id) == here, col(Customer.first_won_on).in_(portion)
        )
        accounts.update(session.scalars(known))
    if not accounts:
        return {}
    before = _firsts(session, accounts)
    _write_customers(session, accounts)
    after = _firsts(session, accounts)
    first_days: set[date] = set()
    moved: set[int] = set()
    for account in accounts:
        old, new = before.get(account), after.get(account)
        if old == new:
            continue
        first_days.update(day for day, _ in (one for one in (old, new) if one is not None))
        if old is None or new is None or old[0] != new[0]:
            moved.add(account)
    # A first deal that changed without moving keeps its day but may have changed its owner.
    first_days.update(closed)
    return {("customer", "first_won_on"): first_days, YOUNG: _won_days(session, moved)}


def _firsts(session: Session, accounts: set[int]) -> dict[int, tuple[date, int]]:
    here = workspace_of(session)
    found: dict[int, tuple[date, int]] = {}
    for portion in _portions(sorted(accounts)):
        statement = select(
            col(Customer.id), col(Customer.first_won_on), col(Customer.first_deal_id)
        ).where(col(Customer.workspace_id) == here, col(Customer.id).in_(portion))
        found.update({one: (day, deal) for one, day, deal in session.execute(statement)})
    return found


def _won_days(session: Session, accounts: set[int]) -> set[date]:
    here = workspace_of(session)
    days: set[date] = set()
    for portion in _portions(sorted(accounts)):
        statement = (
            select(col(Deal.closed_on))
            .where(
                col(Deal.workspace_id) == here,
                col(Deal.account_id).in_(portion),
                col(Deal.status) == "won",
                col(Deal.closed_on).is_not(None),
            )
            .distinct()
        )
        days.update(session.scalars(statement))
    return days


def _write_customers(session: Session, accounts: set[int] | None) -> None:
    """Write the first won deal of accounts, of all of them when None."""
    here = workspace_of(session)
    table = Customer.__table__  # type: ignore[attr-defined]
    portions: Iterable[list[int] | None] = (
        [None] if accounts is None else _portions(sorted(accounts))
    )
    for portion in portions:
        place = func.row_number().over(
            partition_by=col(Deal.account_id), order_by=(col(Deal.closed_on), col(Deal.id))
        )
        won = select(
            col(Deal.workspace_id).label("workspace_id"),
            col(Deal.account_id).label("account_id"),
            col(Deal.closed_on).label("closed_on"),
            col(Deal.id).label("deal_id"),
            place.label("place"),
        ).where(
            col(Deal.workspace_id) == here,
            col(Deal.status) == "won",
            col(Deal.account_id).is_not(None),
            col(Deal.closed_on).is_not(None),
            col(Deal.deleted_at).is_(None),
        )
        if portion is not None:
            session.execute(
                delete(Customer).where(
                    col(Customer.workspace_id) == here, col(Customer.id).in_(portion)
                )
            )
            won = won.where(col(Deal.account_id).in_(portion))
        first = won.subquery()
        chosen = select(
            first.c.workspace_id, first.c.account_id, first.c.closed_on, first.c.deal_id
        ).where(first.c.place == 1, first.c.workspace_id == here)
        columns = ("workspace_id", "id", "first_won_on", "first_deal_id")
        session.execute(insert(table).from_select(columns, chosen))


def _portions(found: Sequence[T]) -> Iterable[list[T]]:
    for start in range(0, len(found), PORTION):
        yield list(found[start : start + PORTION])
