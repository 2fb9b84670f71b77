"""Storing what a stream brought: rows, histories and deletes with the place to go on from."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select, update
from sqlmodel.sql.expression import SelectOfScalar

from goals.records import columns, deciding, deletes, stages, stored, writer
from goals.records.connections import Checkpoint
from goals.records.source import Cursor, Page
from goals.table import key, workspace_of
from integrations.runs import Stream


def store(
    session: Session,
    connection_id: int,
    run_id: int,
    stream: Stream,
    portion: list[Page],
    now: datetime,
) -> None:
    """Store a portion of a stream's pages, and count in the stream what became of its rows."""
    for page in portion:
        if page.stages:
            stages.write_stages(session, connection_id, page.stages)
        if page.stages and page.record == "stage":
            stages.note_listed(session, connection_id, page.stages, now)
    record = portion[0].record
    if record == "deal" and any(page.rows for page in portion):
        decided = deciding.of(session, connection_id)
        portion = [decided.over(page) for page in portion]
    rows = columns.joined(page.rows for page in portion)
    if rows:
        counts = writer.write(session, connection_id, run_id, record, rows, now)
        stream.created += counts.created
        stream.updated += counts.updated
        stream.unchanged += counts.unchanged
        stream.rejected += len(counts.rejected)
        stream.refused.add(rows, counts.rejected)
        stream.lost.add(counts.emptied)
    make_key = stored.key_maker(connection_id, "deal")
    histories = {
        make_key(deal): entries for page in portion for deal, entries in page.histories.items()
    }
    if histories:
        stages.write_histories(session, connection_id, run_id, histories, now)
    stands = {make_key(deal): one for page in portion for deal, one in page.stands.items()}
    if stands:
        stages.note(session, connection_id, run_id, stands, now)
    gone = [external for page in portion for external in page.deleted]
    if gone:
        ids = [key(connection_id, record, external) for external in gone]
        deleted = deletes.mark_deleted(session, connection_id, run_id, record, ids, now)
        stream.deleted += deleted
        # What is gone and was not here, or not any more, changes nothing.
        stream.unchanged += len(gone) - deleted
    rejected = sum(page.rejected for page in portion)
    stream.pages += len(portion)
    stream.read += len(rows) + len(gone) + rejected
    stream.rejected += rejected
    stream.refused.unread([one for page in portion for one in page.unread])
    stream.cursor = portion[-1].cursor
    keep(session, connection_id, stream, now)


def keep(session: Session, connection_id: int, stream: Stream, now: datetime) -> None:
    """Write down how far a stream has been read."""
    values: dict[str, Any] = {"cursor": dict(stream.cursor or {}), "updated_at": now}
    place: dict[str, Any] = {
        "workspace_id": workspace_of(session),
        "connection_id": connection_id,
        "stream": stream.name,
    }
    known = [getattr(Checkpoint, name) == value for name, value in place.items()]
    kept: Any = session.execute(update(Checkpoint).where(*known).values(**values))
    if not kept.rowcount:
        session.add(Checkpoint(**place, **values))
        session.flush()


def places(session: Session, connection_id: int) -> dict[str, Cursor]:
    """Return how far each stream of a connection has been read; one that never was is absent."""
    return {one.stream: dict(one.cursor) for one in session.exec(_kept(session, connection_id))}


def _kept(session: Session, connection_id: int) -> SelectOfScalar[Checkpoint]:
    return select(Checkpoint).where(
        col(Checkpoint.workspace_id) == workspace_of(session),
        col(Checkpoint.connection_id) == connection_id,
    )
