"""Keeping changes: new rows written, old ones put aside as versions, touched days marked.

Everything that changes a record (a sync, an import, a delete, an undo) goes through `keep`, so
that evidence and rollups cannot fall behind the rows.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, literal, select, union_all
from sqlmodel import Session, col

from goals.records import based, bulk, kinds, local_days, stored
from goals.records.kind import Kind
from goals.records.record import DirtyDay, Record, RecordVersion
from goals.records.stored import DELETED, ID, RECORDED, RUN, WORKSPACE, Row, Shape
from goals.table import new_id, workspace_of

#: Ids that go into one statement.
PORTION = 1000
#: The mark for rows that are counted and have no day at all.
NO_DAY = date.min.isoformat()

_VERSION = stored.shape_of(
    RecordVersion.__table__,  # type: ignore[attr-defined]
    ("workspace_id", "id", "record", "record_id", "valid_from", "valid_until")
    + ("run_id", "ended_by", "data"),
)
_DAY = stored.shape_of(
    DirtyDay.__table__,  # type: ignore[attr-defined]
    ("workspace_id", "record", "column", "day"),
)


def keep(
    session: Session,
    kind: Kind,
    *,
    created: Sequence[Row] = (),
    changed: Sequence[tuple[Row, Row]] = (),
    run_id: int,
    now: datetime,
) -> None:
    """Write rows that are new and rows that replace others, given as pairs of old and new."""
    if not created and not changed:
        return
    session.flush()
    of = stored.shape(kind.table)
    created = _filled(session, kind, created)
    olds, news = [old for old, _ in changed], [new for _, new in changed]
    changed = list(zip(olds, _filled(session, kind, news), strict=True))
    written = _by_day(kind, of, [*created, *(new for _, new in changed)])
    bulk.upsert(session, of, written)
    bulk.upsert(session, _VERSION, [_version(kind, of, old, run_id, now) for old, _ in changed])
    touched = [row for pair in changed for row in pair]
    marks = set(_marks(kind, of, [*created, *touched]))
    _mark(session, marks.union(_dependent_marks(session, kind, of, created, touched)))
    _refresh_loaded(session, kind.table)


def _by_day(kind: Kind, of: Shape, rows: list[Row]) -> list[Row]:
    """Return rows by the first of the days that they are counted on.

    Those of a day stand together in its index, and the next one's place is found at once.
    """
    for column in kind.counted[:1]:
        place = of.place(column)
        rows.sort(key=lambda row: row[place] or "")
    return rows


def _filled(session: Session, kind: Kind, rows: Sequence[Row]) -> Sequence[Row]:
    """Return rows with what follows from the workspace: local days, and the base of rates."""
    return based.fill(session, kind, local_days.fill(session, kind, rows))


def _version(kind: Kind, of: Shape, old: Row, run_id: int, now: datetime) -> Row:
    return (
        old[WORKSPACE],
        new_id(),
        kind.name,
        old[ID],
        old[RECORDED],
        stored.instant(now),
        old[RUN],
        run_id,
        stored.json_text(stored.to_data(of, old)),
    )


# --- Days ------------------------------------------------------------------------------------


#: Kind of record, column and day in ISO form.
Mark = tuple[str, str, str]


def mark_days(session: Session, kind: Kind, column: str, days: set[str | None]) -> None:
    """Mark days, in ISO form, on which a column of a kind is to be counted again."""
    _mark(session, {(kind.name, column, day) for day in days if day is not None})


def _mark(session: Session, marks: Iterable[Mark]) -> None:
    here = workspace_of(session)
    bulk.add_missing(session, _DAY, [(here, *one) for one in marks])


def _marks(kind: Kind, of: Shape, rows: Sequence[Row]) -> Iterator[Mark]:
    """Yield the days that living rows are counted on."""
    places = {column: of.place(column) for column in kind.counted}
    living = [row for row in rows if row[DELETED] is None]
    for column, place in places.items():
        days = {row[place] for row in living} - {None}
        yield from ((kind.name, column, day) for day in days)
    for place in places.values():
        living = [row for row in living if row[place] is None]
    if living and places:
        yield kind.name, next(iter(places)), NO_DAY


def _dependent_marks(
    session: Session, kind: Kind, of: Shape, created: Sequence[Row], touched: Sequence[Row]
) -> Iterator[Mark]:
    """Yield the days of everything that is counted by a property of these rows."""
    wanted = []
    for child, column, own in kinds.dependents(kind.name):
        place = of.place(own)
        # Nothing refers to a new row yet, but amounts may have waited for a new rate.
        rows = touched if own == "id" else [*created, *touched]
        wanted.append((child, column, sorted({row[place] for row in rows} - {None})))
    most = max((len(values) for _, _, values in wanted), default=0)
    for start in range(0, most, PORTION):
        days = [
            one
            for child, column, values in wanted
            if (portion := values[start : start + PORTION])
            for one in _chosen_days(session, child, _column(child.table, column).in_(portion))
        ]
        for name, counted, day in session.execute(union_all(*days)) if days else ():
            yield name, counted, day.isoformat()


def _chosen_days(
    session: Session, kind: Kind, chosen: ColumnElement[bool]
) -> Iterator[Select[tuple[str, str, date]]]:
    """Yield what selects the days of the chosen rows and of what depends on them in turn."""
    here = workspace_of(session)
    table = kind.table
    # The days of each column by themselves: there are far more pairs of days than days.
    for name in kind.counted:
        day = _column(table, name)
        yield (
            select(literal(kind.name).label("record"), literal(name).label("column"), day)
            .where(col(table.workspace_id) == here, chosen)
            .where(col(table.deleted_at).is_(None), day.is_not(None))
            .distinct()
        )
    below = select(col(table.id)).where(col(table.workspace_id) == here, chosen)
    for child, column, own in kinds.dependents(kind.name):
        if own == "id":
            yield from _chosen_days(session, child, _column(child.table, column).in_(below))


def _column(table: type[Record], name: str) -> Any:
    return getattr(table, name)


def _refresh_loaded(session: Session, table: type[Record]) -> None:
    """Let objects that the Session holds read their rows again: these went past it."""
    for instance in list(session.identity_map.values()):
        if isinstance(instance, table):
            session.expire(instance)
