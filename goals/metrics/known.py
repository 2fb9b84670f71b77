"""What was known at an earlier instant: the records turned back, read, and put forward again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlmodel import Session, col, select

from goals.metrics import limits, refresh
from goals.records import bulk, kinds, local_days, stored
from goals.records.kind import Kind
from goals.records.record import RecordVersion
from goals.table import workspace_of


@contextmanager
def as_of(session: Session, instant: datetime) -> Iterator[None]:
    """Let a block read the records as they were known at an instant.

    The rows are turned back inside a savepoint that is always undone, so the very same
    statements answer for then and for now. It costs a rebuild, as a question about the past
    may.
    """
    session.flush()
    savepoint = session.begin_nested()
    try:
        for kind in kinds.KINDS.values():
            _turn_back(session, kind, instant)
        limits.turn_back(session, instant)
        refresh.rebuild(session)
        yield
    finally:
        savepoint.rollback()
        session.expire_all()


def _turn_back(session: Session, kind: Kind, instant: datetime) -> None:
    here = workspace_of(session)
    table = kind.table
    later = select(table.id).where(
        col(table.workspace_id) == here, col(table.recorded_at) > instant
    )
    changed = set(session.exec(later))
    if not changed:
        return
    of = stored.shape(table)
    valid = (
        select(RecordVersion)
        .where(
            col(RecordVersion.workspace_id) == here,
            col(RecordVersion.record) == kind.name,
            col(RecordVersion.valid_from) <= instant,
            col(RecordVersion.valid_until) > instant,
        )
        .order_by(col(RecordVersion.valid_until))
    )
    rows = []
    for version in session.exec(valid):
        if version.record_id in changed:
            rows.append(stored.from_data(of, here, version.record_id, version.data))
            changed.discard(version.record_id)
    gone = stored.instant(instant)
    for row in bulk.fetch(session, of, changed):
        rows.append((*row[: stored.DELETED], gone, *row[stored.DELETED + 1 :]))
    bulk.upsert(session, of, local_days.fill(session, kind, rows))
