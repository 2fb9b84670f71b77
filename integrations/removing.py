"""Removing a connection, with its records or without them, and bringing it back."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session, col, delete, select
from sqlmodel.sql.expression import SelectOfScalar

from goals import workspace
from goals.records import bulk, deletes, kinds, newest
from goals.records.connections import Checkpoint, Connection, SyncRun
from goals.records.kind import Kind
from goals.table import new_id, workspace_of
from integrations import crm

#: Rows that are looked at in one go.
PORTION = 2000
#: How the run is called that took the records of a removed connection away.
RUN = "removed"


def remove(session: Session, connection: Connection, *, records: bool, now: datetime) -> int:
    """Remove a connection: its sign-in is forgotten and nothing is read from it any more.

    What came from it stays and counts, unless `records` go too; then they count nowhere and
    stay as evidence. Returns how many records went. Both can be taken back with `bring_back`.
    """
    bulk.lock(session, connection.id)
    connection.secrets = None
    connection.interval = None
    connection.is_paused = connection.needs_reconnect = False
    connection.removed_at = now
    session.add(connection)
    session.flush()
    if not records:
        return 0
    run = SyncRun(
        id=new_id(),
        workspace_id=workspace_of(session),
        connection_id=connection.id,
        kind="manual",
        status="done",
        started_at=now,
        finished_at=now,
        label=RUN,
        result={"record": RUN},
    )
    session.add(run)
    session.flush()
    gone = 0
    counts = []
    # What refers goes before what it refers to.
    for kind in reversed(kinds.KINDS.values()):
        of_kind = 0
        for ids in _rows(session, kind, connection.id, col(kind.table.deleted_at).is_(None)):
            of_kind += deletes.mark_deleted(session, connection.id, run.id, kind.name, ids, now)
        gone += of_kind
        if of_kind:
            counts.append({"record": kind.name, "read": of_kind, "deleted": of_kind})
    run.streams = counts
    connection.records, connection.newest_on = [], None
    session.add_all([run, connection])
    session.flush()
    return gone


def bring_back(session: Session, connection: Connection, *, now: datetime) -> int:
    """Take a removal back; returns how many records count again.

    The sign-in is gone for good, so a source that needs one asks for it anew. It reads
    everything again then, for what changed meanwhile was not told.
    """
    bulk.lock(session, connection.id)
    restored = 0
    for run in session.exec(_removals(session, connection)):
        for kind in kinds.KINDS.values():
            for ids in _rows(session, kind, connection.id, col(kind.table.run_id) == run.id):
                restored += deletes.restore(session, connection.id, run.id, kind.name, ids, now)
            if any(one["record"] == kind.name for one in run.streams):
                connection.records = sorted({*connection.records, kind.name})
        run.undone_at = now
        session.add(run)
    connection.removed_at = None
    provider = crm.PROVIDERS.get(connection.provider)
    # What came in files is not read by itself, and never was.
    connection.interval = 15 if provider is not None else None
    connection.needs_reconnect = provider is not None and bool(provider.ways)
    connection.newest_on = newest.day(
        session, connection.id, through=workspace.of(session).local_day(now)
    )
    session.add(connection)
    forget(session, connection)
    return restored


def forget(session: Session, connection: Connection) -> None:
    """Forget how far a connection was read, so that all of it is read again."""
    session.execute(
        delete(Checkpoint).where(
            col(Checkpoint.workspace_id) == workspace_of(session),
            col(Checkpoint.connection_id) == connection.id,
        )
    )


def took_records(session: Session, connection: Connection) -> bool:
    """Tell whether the records of a removed connection went with it."""
    return session.exec(_removals(session, connection)).first() is not None


def _removals(session: Session, connection: Connection) -> SelectOfScalar[SyncRun]:
    return select(SyncRun).where(
        col(SyncRun.workspace_id) == workspace_of(session),
        col(SyncRun.connection_id) == connection.id,
        col(SyncRun.label) == RUN,
        col(SyncRun.kind) == "manual",
        col(SyncRun.undone_at).is_(None),
    )


def _rows(session: Session, kind: Kind, connection_id: int, chosen: object) -> Iterator[list[int]]:
    """Yield the ids of the chosen rows of a kind that came from a connection, in portions."""
    table = kind.table
    last = -1
    while True:
        statement = (
            select(col(table.id))
            .where(
                col(table.workspace_id) == workspace_of(session),
                col(table.connection_id) == connection_id,
                col(table.id) > last,
                chosen,  # type: ignore[arg-type]
            )
            .order_by(col(table.id))
            .limit(PORTION)
        )
        ids = list(session.scalars(statement))
        if not ids:
            return
        yield ids
        last = ids[-1]
