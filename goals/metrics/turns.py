"""Counting what is marked in turns, each a transaction of its own, so that others write between.

A turn counts some days of one place and leaves marks for what follows from them. Whoever reads
meanwhile finds each day either counted or marked.
"""

from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from goals.metrics import counting, firsts, marks, refresh
from goals.metrics.marks import Place
from goals.metrics.rollup import TOTAL, Customer, Rollup
from goals.metrics.rows import Base
from goals.records import bulk
from goals.records.record import DirtyDay
from goals.table import workspace_of

#: Marks that a turn chooses among.
DAYS = 200
#: What leaves marks in other places comes first, and the marks that are left come last.
FIRST, LAST = (firsts.CLOSED,), (firsts.FIRSTS, firsts.YOUNG, refresh.UNDATED_PLACE)


def begin(session: Session) -> None:
    """Mark deals without any day as due if there are some: none of their days is marked."""
    _look_for_undated(session, refresh.base_of(session), {})


def turn(session: Session, rows: int) -> bool | None:
    """Count the next of the marked days, those of so many rows; returns None if there are none.

    Else whether there were as many rows. One day is counted whole. What a writer still holds is
    left to be counted after its commit.
    """
    refresh.wait_for_others(session)
    base = refresh.base_of(session)
    for place in _places(session):
        free = _free(session, place)
        if free:
            days = _first(session, base, place, free, rows)
            _count(session, base, place, days)
            return len(days) < len(free)
    return None


def mark_everything(session: Session) -> None:
    """Mark every day that has records or was counted, so that all is counted anew."""
    here, base = workspace_of(session), refresh.base_of(session)
    days: refresh.Days = {refresh.UNDATED_PLACE: {date.min}}
    for family in refresh.families(base):
        first = family[0]
        if (first.record, first.column) == refresh.UNDATED_PLACE:
            continue
        found = days.setdefault((first.record, first.column), set())
        found.update(day for day, _ in session.execute(counting.days_of(first, base)))
        counted = select(col(Rollup.day)).where(
            col(Rollup.workspace_id) == here,
            col(Rollup.measure).in_([one.id for one in family]),
            col(Rollup.dim) == TOTAL,
        )
        found.update(session.scalars(counted.distinct()))
    bought = select(col(Customer.first_won_on)).where(col(Customer.workspace_id) == here)
    days[firsts.CLOSED].update(session.scalars(bought.distinct()))
    for place, marked in days.items():
        marks.add(session, place, marked)


def _places(session: Session) -> list[Place]:
    """Return where days are marked, in the order in which one leads to the next."""
    statement = select(col(DirtyDay.record), col(DirtyDay.column)).where(
        col(DirtyDay.workspace_id) == workspace_of(session)
    )
    found = {(record, column) for record, column in session.execute(statement.distinct())}
    return sorted(found, key=lambda one: (one not in FIRST, one in LAST, one))


def _free(session: Session, place: Place) -> set[date]:
    """Return the next of the marked days of a place, and hold their marks."""
    if place == refresh.UNDATED_PLACE:
        # Looked at for long, and nobody has to wait before it is written.
        return {date.min}
    record, column = place
    statement = (
        marks.every(session)
        .where(col(DirtyDay.record) == record, col(DirtyDay.column) == column)
        .limit(DAYS)
    )
    return {day for _, _, day in session.execute(statement.with_for_update(skip_locked=True))}


def _first(session: Session, base: Base, place: Place, days: set[date], rows: int) -> set[date]:
    """Return the first of the days that have so many rows."""
    first = next((one[0] for one in refresh.families(base) if place in refresh.places(one)), None)
    if first is None or place == refresh.UNDATED_PLACE:
        return days
    portions = refresh.days_at_once(session, first, base, days, most=rows)
    portion = next(portions, None)
    if portion is None or next(portions, None) is None:
        return days
    return {day for day in days if day <= portion[-1]}


def _count(session: Session, base: Base, place: Place, days: set[date]) -> None:
    marked = {place: days}
    follows = firsts.find(session, days) if place == firsts.CLOSED else {}
    with bulk.roomy(session):
        refresh.count(session, base, marked)
    for other, moved in follows.items():
        marks.add(session, other, moved)
    _look_for_undated(session, base, marked)
    marks.remove(session, [(*place, day) for day in days])


def _look_for_undated(session: Session, base: Base, days: refresh.Days) -> None:
    is_counted = refresh.UNDATED_PLACE in days
    if not is_counted and not refresh.is_none_undated(session, base, days):
        marks.add(session, refresh.UNDATED_PLACE, [date.min])
