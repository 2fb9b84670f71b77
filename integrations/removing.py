"""Removing a connection, with its records or without them, and bringing it back."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
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


def remove(session: Session, connection: Connection, *, records: bool, now: datetime) -> None:
    """Remove a connection: its sign-in is forgotten and nothing is read from it any more.

    What came from it stays and counts, unless `records` go too: then a run is begun that
    `go_on` completes, after which they count nowhere and stay as evidence. Both can be taken
    back with `bring_back`.
    """
    bulk.lock(session, connection.id)
    connection.secrets = None
    connection.interval = None
    connection.is_paused = connection.needs_reconnect = False
    connection.removed_at = now
    session.add(connection)
    session.flush()
    if not records:
        return
    total = sum(deletes.living(session, connection.id, name) for name in kinds.KINDS)
    run = SyncRun(
        id=new_id(),
        workspace_id=workspace_of(session),
        connection_id=connection.id,
        kind="manual",
        started_at=now,
        label=RUN,
        result={"record": RUN, "total": total},
    )
    session.add(run)
    session.flush()


def going(session: Session, connection_id: int) -> SyncRun | None:
    """Return the run that takes a connection's records away, None when none is under way."""
    found = _removals(session, connection_id).where(col(SyncRun.status) == "running")
    return session.exec(found).first()


def go_on(
    begin: Callable[[], AbstractContextManager[Session]],
    connection_id: int,
    *,
    clock: Callable[[], datetime],
    alive: Callable[[], None],
) -> None:
    """Take a removed connection's records away, portion by portion, until none is left.

    Each portion is a transaction, so that a kill loses nothing, nobody waits for long, and
    whoever brings the connection back meanwhile is heard. `alive` is called after each.
    """
    while True:
        with begin() as session:
            bulk.lock(session, connection_id)
            run = going(session, connection_id)
            if run is None:
                return
            if not _portion(session, run, clock()):
                _ended(session, run, clock())
        alive()


def _portion(session: Session, run: SyncRun, now: datetime) -> bool:
    """Take some records away and write down how far it is; False when none is left."""
    told = dict(run.result or {})
    # What refers goes before what it refers to.
    names = list(reversed(kinds.KINDS))
    for name in names[names.index(told.get("kind", names[0])) :]:
        kind = kinds.KINDS[name]
        after = told.get("after", -1) if name == told.get("kind") else -1
        here = col(kind.table.deleted_at).is_(None)
        ids = next(_rows(session, kind, run.connection_id, here, after), None)
        if ids is None:
            continue
        gone = deletes.mark_deleted(session, run.connection_id, run.id, name, ids, now)
        before = {one["record"]: one["deleted"] for one in run.streams}
        before[name] = before.get(name, 0) + gone
        run.streams = [{"record": of, "read": n, "deleted": n} for of, n in before.items() if n]
        run.result = {**told, "kind": name, "after": ids[-1]}
        session.add(run)
        return True
    return False


def _ended(session: Session, run: SyncRun, now: datetime) -> None:
    connection = session.get_one(Connection, (run.workspace_id, run.connection_id))
    connection.records, connection.newest_on = [], None
    run.status, run.finished_at = "done", now
    session.add_all([run, connection])


def bring_back(session: Session, connection: Connection, *, now: datetime) -> int:
    """Take a removal back; returns how many records count again.

    The sign-in is gone for good, so a source that needs one asks for it anew. It reads
    everything again then, for what changed meanwhile was not told.
    """
    bulk.lock(session, connection.id)
    restored = 0
    for run in session.exec(_removals(session, connection.id)):
        for kind in kinds.KINDS.values():
            for ids in _rows(session, kind, connection.id, col(kind.table.run_id) == run.id):
                restored += deletes.restore(session, connection.id, run.id, kind.name, ids, now)
            if any(one["record"] == kind.name for one in run.streams):
                connection.records = sorted({*connection.records, kind.name})
        if run.finished_at is None:
            run.status, run.finished_at = "done", now
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
    return session.exec(_removals(session, connection.id)).first() is not None


def _removals(session: Session, connection_id: int) -> SelectOfScalar[SyncRun]:
    return select(SyncRun).where(
        col(SyncRun.workspace_id) == workspace_of(session),
        col(SyncRun.connection_id) == connection_id,
        col(SyncRun.label) == RUN,
        col(SyncRun.kind) == "manual",
        col(SyncRun.undone_at).is_(None),
    )


def _rows(
    session: Session, kind: Kind, connection_id: int, chosen: object, last: int = -1
) -> Iterator[list[int]]:
    """Yield the ids of the chosen rows of a kind that came from a connection, in portions.

    Those are looked at that come after `last`.
    """
    table = kind.table
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
