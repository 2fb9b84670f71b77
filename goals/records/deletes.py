"""Deletes: rows that their source no longer has count nowhere but stay as evidence."""

from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from goals.records import bulk, kinds, ledger, stored
from goals.records.kind import Kind
from goals.records.stored import CONNECTION, DELETED, ID, RECORDED, RUN, Row
from goals.table import workspace_of

#: Rows that are looked at in one go.
PORTION = 2000


def mark_deleted(
    session: Session,
    connection_id: int,
    run_id: int,
    record: str,
    ids: Collection[int],
    now: datetime,
) -> int:
    """Mark rows of a connection, and what is part of them, as deleted; return how many were.

    Rows that are unknown or deleted already are left alone and not counted; parts (the stage
    events of a deal) are not counted either.
    """
    bulk.lock(session, connection_id)
    kind = kinds.KINDS[record]
    rows = bulk.fetch(session, stored.shape(kind.table), ids)
    living = [row for row in rows if row[DELETED] is None and row[CONNECTION] == connection_id]
    _delete(session, kind, living, run_id, now)
    return len(living)


def restore(
    session: Session,
    connection_id: int,
    run_id: int,
    record: str,
    ids: Collection[int],
    now: datetime,
) -> int:
    """Bring deleted rows back, with the parts that went together with them; return how many.

    Rows that are written again come back by themselves; this is for sources that only tell
    that a delete was taken back.
    """
    bulk.lock(session, connection_id)
    kind = kinds.KINDS[record]
    rows = bulk.fetch(session, stored.shape(kind.table), ids)
    gone = [row for row in rows if row[DELETED] is not None and row[CONNECTION] == connection_id]
    _mark(session, kind, gone, None, run_id, now)
    went = {row[ID]: row[DELETED] for row in gone}
    for part, column in kinds.parts(record):
        of = stored.shape(part.table)
        place = of.place(column)
        with_them = [
            row
            for row in bulk.fetch(session, of, went, by=column)
            if row[DELETED] == went[row[place]]
        ]
        _mark(session, part, with_them, None, run_id, now)
    return len(gone)


def living(session: Session, connection_id: int, record: str, prefix: str = "") -> int:
    """Return how many rows a connection has delivered that are still there, without stubs.

    With a `prefix` only those whose external ids begin so.
    """
    conditions = _conditions(session, kinds.KINDS[record], connection_id, prefix)
    return int(session.execute(select(func.count()).where(*conditions)).scalar_one())


def sweep(
    session: Session,
    connection_id: int,
    run_id: int,
    record: str,
    present: Iterable[str],
    now: datetime,
    prefix: str = "",
) -> int:
    """Mark as deleted whatever a complete listing of the source did not name; return how many.

    `present` are the external ids that are there, all of them: an empty listing deletes
    everything. Where a source has several lists of one kind, the listing is of those whose
    external ids begin with `prefix`. Stubs stay, for they were never at the source.
    """
    bulk.lock(session, connection_id)
    kind = kinds.KINDS[record]
    # Whole numbers side by side: a million of them are eight megabytes.
    there = array("q", sorted(map(stored.key_maker(connection_id, record), present)))
    count = 0
    for ids in _living(session, kind, connection_id, prefix):
        gone = [id_ for id_ in ids if not _holds(there, id_)]
        if gone:
            count += mark_deleted(session, connection_id, run_id, record, gone, now)
    return count


def _delete(
    session: Session, kind: Kind, rows: Collection[Row], run_id: int, now: datetime
) -> None:
    if not rows:
        return
    for part, column in kinds.parts(kind.name):
        ids = [row[ID] for row in rows]
        parts = bulk.fetch(session, stored.shape(part.table), ids, by=column)
        _delete(session, part, [row for row in parts if row[DELETED] is None], run_id, now)
    _mark(session, kind, rows, stored.instant(now), run_id, now)


def _mark(
    session: Session,
    kind: Kind,
    rows: Collection[Row],
    deleted: str | None,
    run_id: int,
    now: datetime,
) -> None:
    changes = {RECORDED: stored.instant(now), RUN: run_id, DELETED: deleted}
    pairs = [(row, stored.changed(row, changes)) for row in rows]
    ledger.keep(session, kind, changed=pairs, run_id=run_id, now=now)


def _living(session: Session, kind: Kind, connection_id: int, prefix: str) -> Iterator[list[int]]:
    table = kind.table
    last = -1
    while True:
        statement = (
            select(col(table.id))
            .where(*_conditions(session, kind, connection_id, prefix), col(table.id) > last)
            .order_by(col(table.id))
            .limit(PORTION)
        )
        ids = list(session.scalars(statement))
        if ids:
            yield ids
            last = ids[-1]
        if len(ids) < PORTION:
            return


def _conditions(session: Session, kind: Kind, connection_id: int, prefix: str) -> list[Any]:
    table = kind.table
    begins = [col(table.external_id).startswith(prefix, autoescape=True)] if prefix else []
    return [
        *begins,
        col(table.workspace_id) == workspace_of(session),
        col(table.connection_id) == connection_id,
        col(table.deleted_at).is_(None),
        col(table.is_stub).is_(False),
    ]


def _holds(numbers: "array[int]", number: int) -> bool:
    place = bisect_left(numbers, number)
    return place < len(numbers) and numbers[place] == number
