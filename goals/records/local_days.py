"""The business days of instants: kept in a column of their own, which nobody writes but this.

Measures count by day, and a database cannot tell in which zone a workspace lives, so an instant
that is counted has its local day beside it. It is worked out where all changes of records pass
(`ledger.keep`), not where they come in: whoever writes an instant, a file, a source or an undo,
gets the day that it is in the workspace's present zone, in summer time or out of it. When the
zone changes, `move` works out all of them again.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from goals import calendar, workspace
from goals.records import bulk, kinds, stored
from goals.records.kind import Kind
from goals.records.stored import Row
from goals.table import workspace_of

#: Rows that are looked at in one go.
PORTION = 2000


def fill(session: Session, kind: Kind, rows: Sequence[Row]) -> Sequence[Row]:
    """Return rows with the days of their instants, None where there is no instant."""
    if not kind.local or not rows:
        return rows
    zone = workspace.of(session).zone
    places = _places(kind)
    return [
        stored.changed(row, {day: _day(row[at], zone) for at, day in places.items()})
        for row in rows
    ]


def move(session: Session, before: str) -> None:
    """Work out the days of all instants again after the zone was another one.

    An instant at midnight of the zone `before` was written as a day: it stays that day, at
    midnight of the new zone. No version is put aside, because nothing else was learned. The
    caller has everything counted again.
    """
    zone = workspace.of(session).zone
    for kind in kinds.KINDS.values():
        places = _places(kind)
        for rows in _all(session, kind) if places else ():
            moved = [
                stored.changed(
                    row,
                    {at: _moved(row[at], before, zone) for at in places if row[at] is not None},
                )
                for row in rows
            ]
            bulk.upsert(session, stored.shape(kind.table), fill(session, kind, moved))


def _places(kind: Kind) -> dict[int, int]:
    of = stored.shape(kind.table)
    return {of.place(at): of.place(day) for at, day in kind.local}


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _day(text: str | None, zone: str) -> str | None:
    return None if text is None else calendar.local_date(_instant(text), zone).isoformat()


def _moved(text: str, before: str, zone: str) -> str:
    there = _instant(text).astimezone(ZoneInfo(before))
    if there != _midnight(there.date(), before):
        return text
    return stored.instant(_midnight(there.date(), zone))


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def _all(session: Session, kind: Kind) -> Iterator[list[Row]]:
    table = kind.table
    last = -1
    while True:
        statement = (
            select(col(table.id))
            .where(col(table.workspace_id) == workspace_of(session), col(table.id) > last)
            .order_by(col(table.id))
            .limit(PORTION)
        )
        ids = list(session.scalars(statement))
        if not ids:
            return
        yield bulk.fetch(session, stored.shape(table), ids)
        last = ids[-1]
