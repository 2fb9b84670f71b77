"""Marked days: what the rollups do not know yet, and whether it is too much to count in passing."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, delete, func, select, tuple_
from sqlmodel import Session, col

from goals.metrics import firsts
from goals.metrics.counts.measure import OF_DEALS
from goals.records import bulk, kinds, stored
from goals.records.record import DirtyDay
from goals.table import workspace_of

#: Kind of record and column, by which days are marked.
Place = tuple[str, str]
#: A place and a marked day.
Mark = tuple[str, str, date]

#: With more marked days than this it is quicker to count them all.
MOST_DAYS = 400
#: With more records than this behind that many days, nobody waits until they are counted.
MUCH = 50_000
COLUMNS = (col(DirtyDay.record), col(DirtyDay.column), col(DirtyDay.day))
_SHAPE = stored.shape_of(
    DirtyDay.__table__,  # type: ignore[attr-defined]
    ("workspace_id", "record", "column", "day"),
)


def is_much(session: Session) -> bool:
    """Tell whether so much is marked that who reads meanwhile looks at the records themselves."""
    some = select(col(DirtyDay.day)).where(_here(session)).limit(MOST_DAYS + 1).subquery()
    if session.execute(select(func.count()).select_from(some)).scalar_one() <= MOST_DAYS:
        return False
    records = session.scalars(select(col(DirtyDay.record)).where(_here(session)).distinct())
    return any(_are_many(session, one) for one in records)


def _are_many(session: Session, record: str) -> bool:
    kind = kinds.KINDS.get(record) or kinds.KINDS[OF_DEALS[record]]
    statement = select(col(kind.table.id)).where(
        col(kind.table.workspace_id) == workspace_of(session)
    )
    return session.execute(statement.offset(MUCH).limit(1)).first() is not None


def every(session: Session) -> Select[str, str, date]:
    """Return the statement that lists the marks in order."""
    return select(*COLUMNS).where(_here(session)).order_by(*COLUMNS)


def add(session: Session, place: Place, days: Iterable[date]) -> None:
    """Mark days."""
    here = workspace_of(session)
    bulk.add_missing(session, _SHAPE, [(here, *place, day.isoformat()) for day in days])


def remove(session: Session, marks: Sequence[Mark]) -> None:
    """Remove marks, whose days are counted."""
    for portion in firsts.portions(marks):
        session.execute(delete(DirtyDay).where(_here(session), tuple_(*COLUMNS).in_(portion)))


def forget(session: Session) -> None:
    """Remove all marks, because everything is counted."""
    session.execute(delete(DirtyDay).where(_here(session)))


def _here(session: Session) -> Any:
    return col(DirtyDay.workspace_id) == workspace_of(session)
