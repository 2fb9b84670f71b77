"""Removing a connection, with its records or without them, and bringing it back."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, delete, func, select
from sqlmodel.sql.expression import SelectOfScalar

from goals import workspace
from goals.records import bulk, deletes, kinds, newest
from goals.records.connections import Checkpoint, Connection, SyncRun
from goals.records.kind import Kind
from goals.table import new_id, workspace_of
from integrations import crm
from integrations.files import importing
from integrations.holding import holder, is_table

#: Rows that are looked at in one go.
PORTION = 2000
#: How the run is called that takes the records of a removed connection away, and the one that
#: brings them back.
RUN, BACK = "removed", "returned"


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
    _stop(session, connection.id, now)
    total = sum(_living(session, kind, connection) for kind in kinds.KINDS.values())
    _begin(session, connection, RUN, total, now)


def bring_back(session: Session, connection: Connection, *, now: datetime) -> None:
    """Take a removal back; for records that went too a run is begun that `go_on` completes.

    The sign-in is gone for good, so a source that needs one asks for it anew. It reads
    everything again then, for what changed meanwhile was not told.
    """
    bulk.lock(session, connection.id)
    total = sum(
        one["deleted"]
        for run in session.exec(_removals(session, connection.id))
        for one in run.streams
    )
    under_way = going(session, connection.id)
    if under_way is None or under_way.label == RUN:
        _stop(session, connection.id, now)
        if total:
            _begin(session, connection, BACK, total, now)
        else:
            _undone(session, connection, now)
    connection.removed_at = None
    provider = crm.PROVIDERS.get(connection.provider)
    # What came in files is not read by itself, and never was.
    connection.interval = 15 if provider is not None else None
    connection.needs_reconnect = provider is not None and bool(provider.ways)
    session.add(connection)
    forget(session, connection)


def going(session: Session, connection_id: int) -> SyncRun | None:
    """Return the run that takes records away or brings them back, None when none is under way."""
    found = _runs(session, connection_id, RUN, BACK).where(col(SyncRun.status) == "running")
    return session.exec(found).first()


def go_on(
    begin: Callable[[], AbstractContextManager[Session]],
    connection_id: int,
    *,
    clock: Callable[[], datetime],
    alive: Callable[[], None],
) -> None:
    """Take records away, or bring them back, portion by portion, until none is left.

    Each portion is a transaction, so that a kill loses nothing, nobody waits for long, and
    whoever decides otherwise meanwhile is heard. `alive` is called after each.
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


def _begin(session: Session, connection: Connection, label: str, total: int, now: datetime) -> None:
    run = SyncRun(
        id=new_id(),
        workspace_id=workspace_of(session),
        connection_id=connection.id,
        kind="manual",
        started_at=now,
        label=label,
        result={"record": label, "total": total},
    )
    session.add(run)
    session.flush()


def _stop(session: Session, connection_id: int, now: datetime) -> None:
    """End what is under way where it is, because the opposite was decided."""
    run = going(session, connection_id)
    if run is not None:
        run.status, run.finished_at = "done", now
        session.add(run)
        session.flush()


def _portion(session: Session, run: SyncRun, now: datetime) -> bool:
    """Move some records and write down how far it is; False when none is left."""
    told = dict(run.result or {})
    back = run.label == BACK
    connection = session.get_one(Connection, (run.workspace_id, run.connection_id))
    home = holder(session, connection).id
    removals = [one.id for one in session.exec(_removals(session, run.connection_id))]
    # What refers goes before what it refers to, and comes back after it.
    names = list(kinds.KINDS) if back else list(reversed(kinds.KINDS))
    for name in names[names.index(told.get("kind", names[0])) :]:
        kind = kinds.KINDS[name]
        after = told.get("after", -1) if name == told.get("kind") else -1
        gone = col(kind.table.deleted_at)
        here = (
            (gone.is_not(None), col(kind.table.run_id).in_(removals)) if back else (gone.is_(None),)
        )
        ids = _rows(session, kind, connection, here, after)
        if not ids:
            continue
        move = deletes.restore if back else deletes.mark_deleted
        moved = move(session, home, run.id, name, ids, now)
        word = "created" if back else "deleted"
        before = {one["record"]: one[word] for one in run.streams}
        before[name] = before.get(name, 0) + moved
        run.streams = [{"record": of, "read": n, word: n} for of, n in before.items() if n]
        run.result = {**told, "kind": name, "after": ids[-1]}
        session.add(run)
        return True
    return False


def _ended(session: Session, run: SyncRun, now: datetime) -> None:
    connection = session.get_one(Connection, (run.workspace_id, run.connection_id))
    run.status, run.finished_at = "done", now
    session.add(run)
    if run.label == BACK:
        connection.records = sorted({*connection.records, *(one["record"] for one in run.streams)})
        _undone(session, connection, now)
    else:
        connection.records, connection.newest_on = [], None
        session.add(connection)


def _undone(session: Session, connection: Connection, now: datetime) -> None:
    """Note that what was taken away is back."""
    for run in session.exec(_removals(session, connection.id)):
        run.undone_at = now
        session.add(run)
    connection.newest_on = newest.day(
        session, connection.id, through=workspace.of(session).local_day(now)
    )
    session.add(connection)


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
    """Return the runs that took records away which are not all back."""
    return _runs(session, connection_id, RUN).where(col(SyncRun.undone_at).is_(None))


def _runs(session: Session, connection_id: int, *labels: str) -> SelectOfScalar[SyncRun]:
    return select(SyncRun).where(
        col(SyncRun.workspace_id) == workspace_of(session),
        col(SyncRun.connection_id) == connection_id,
        col(SyncRun.label).in_(labels),
        col(SyncRun.kind) == "manual",
    )


def _of(session: Session, kind: Kind, connection: Connection) -> list[ColumnElement[bool]]:
    """Return what holds for the rows of a kind that came from a connection.

    The rows of tables and files are kept together, so that they can refer to each other; whose
    they are is told by the run that wrote them last.
    """
    table = kind.table
    found = [
        col(table.workspace_id) == workspace_of(session),
        col(table.connection_id) == holder(session, connection).id,
    ]
    if is_table(connection):
        runs = select(col(SyncRun.id)).where(col(SyncRun.workspace_id) == workspace_of(session))
        own = col(SyncRun.connection_id) == connection.id
        # What no run is known of any more goes with the files that it is kept under.
        is_home = connection.provider == importing.PROVIDER
        found.append(
            col(table.run_id).not_in(runs.where(~own))
            if is_home
            else col(table.run_id).in_(runs.where(own))
        )
    return found


def _living(session: Session, kind: Kind, connection: Connection) -> int:
    if not is_table(connection):
        return deletes.living(session, connection.id, kind.name)
    table = kind.table
    here = (*_of(session, kind, connection), col(table.deleted_at).is_(None))
    return int(session.execute(select(func.count()).where(*here)).scalar_one())


def _rows(
    session: Session,
    kind: Kind,
    connection: Connection,
    chosen: Iterable[ColumnElement[bool]],
    last: int,
) -> list[int]:
    """Return ids of chosen rows of a kind that came from a connection, those after `last`."""
    table = kind.table
    statement = (
        select(col(table.id))
        .where(*_of(session, kind, connection), col(table.id) > last, *chosen)
        .order_by(col(table.id))
        .limit(PORTION)
    )
    return list(session.scalars(statement))
