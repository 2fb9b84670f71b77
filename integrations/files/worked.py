"""Importing a long file by a worker: portion by portion, each with how far it is, as a sync does.

Each portion is a transaction, so that nobody waits long for the database. What was killed is gone
through again from the first row: rows that are here already stay as they are, so that none comes
twice, and the counts go on from what was written down. All of it is one run, undone as one.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, BinaryIO

from sqlmodel import Session, col, select

from goals.errors import Refusal
from goals.records import bulk, undo
from goals.records import mapping as mappings
from goals.records.connections import SyncRun
from goals.table import new_id, workspace_of
from goals.words import N_, Message, to_json
from integrations import beating
from integrations.files import importing, planning
from integrations.files.importing import Import, Rejects
from integrations.files.result import ImportResult

Begin = Callable[[], AbstractContextManager[Session]]

#: What a run says beside its counts while a worker is to bring its file in.
FILE, MAPPING, READER = "file", "mapping", "reader"
#: Counts that only the first writing of a row tells.
_WRITTEN = ("created", "updated", "unchanged", "stubs")


def begin(
    session: Session, record: str, told: dict[str, Any], *, label: str, now: datetime
) -> SyncRun:
    """Begin an import that a worker goes on with; `told` says which file, and how it is read."""
    run = SyncRun(
        id=new_id(),
        workspace_id=workspace_of(session),
        connection_id=importing.files(session, now).id,
        kind="import",
        started_at=now,
        label=label,
        result={"record": record, **told},
    )
    session.add(run)
    session.flush()
    return run


def waiting(session: Session) -> SyncRun | None:
    """Return the import that has begun first, or the last that is to be undone; None for none."""
    statement = (
        select(SyncRun)
        .where(
            col(SyncRun.workspace_id) == workspace_of(session),
            col(SyncRun.kind) == "import",
            col(SyncRun.status) == "running",
        )
        .order_by(col(SyncRun.started_at), col(SyncRun.id))
    )
    found = list(session.exec(statement))
    undone = [one for one in found if undo.UNDOING in (one.result or {})]
    return undone[-1] if undone else next(iter(found), None)


def go_back(
    begin: Begin, run_id: int, *, clock: Callable[[], datetime], alive: Callable[[], None]
) -> None:
    """Undo an import to its end, portion by portion; `alive` is called after each."""
    undone = None
    while undone is None:
        with begin() as session:
            undone = undo.portion(session, of(session, run_id), clock())
        alive()


def go_on(
    begin: Begin,
    run_id: int,
    file: BinaryIO,
    rejects: Rejects,
    *,
    clock: Callable[[], datetime],
    alive: Callable[[], None],
) -> ImportResult:
    """Bring the file of a run in, to its end; `alive` is called now and then.

    Raises Refusal for a file that cannot be imported, or whose connection was removed meanwhile;
    and what `alive` raises, after which another worker goes on.
    """
    with beating.beating(alive) as check:
        with begin() as session:
            run = of(session, run_id)
            told = dict(run.result or {})
            before = dict(run.streams[0]) if run.streams else {}
            kind = importing.kind_of(told["record"])
            mapping = mappings.read(told[MAPPING], kind.name, kind.all_fields())
            found = planning.plan(session, file, kind, mapping)
        way = Import(kind, found, rejects=rejects)
        with begin() as session:
            way.begin(session, of(session, run_id), clock())
        for portion in way.portions():
            check()
            with begin() as session:
                run = _held(session, run_id)
                way.store.go_on(session)
                way.write(portion)
                if way.result.rows <= before.get("read", 0):
                    for name in _WRITTEN:
                        setattr(way.result, name, before[name])
                else:
                    _tell(session, run, way.result, found.rows)
        with begin() as session:
            run = _held(session, run_id)
            way.store.go_on(session)
            way.end(session, clock())
            way.close(session, run, clock())
            if way.result.failed:
                _keep_error(run, Message(N_("Every row was left out.")), _LOOK)
                run.result = {**told, **(run.result or {})}
    return way.result


_LOOK = Message(N_("Open it again to see what is in the way, and correct that."))


def of(session: Session, run_id: int) -> SyncRun:
    """Return a run of this workspace."""
    return session.get_one(SyncRun, (workspace_of(session), run_id))


def _held(session: Session, run_id: int) -> SyncRun:
    """Return a run whose connection is held to write; raises Refusal if that was removed since."""
    run = of(session, run_id)
    removed_at = bulk.lock(session, run.connection_id)
    if removed_at is not None and removed_at > run.started_at:
        raise Refusal("removed", N_("This connection was removed."))
    return run


def _tell(session: Session, run: SyncRun, result: ImportResult, total: int) -> None:
    """Write down how far an import is."""
    counts = result.counts()
    run.streams = [{"record": result.record, "read": result.rows, "total": total, **counts}]
    session.add(run)


def fail(
    session: Session, run_id: int, message: Message, fix: Message | None, now: datetime
) -> None:
    """End an import that cannot go on; what it brought until then is undone as that of any."""
    run = of(session, run_id)
    run.status = "partial" if run.streams else "failed"
    run.finished_at = now
    _keep_error(run, message, fix)
    run.result = {**(run.result or {}), **_counts(run)}
    session.add(run)


def _counts(run: SyncRun) -> dict[str, Any]:
    names = ("rows", "rejected", *_WRITTEN)
    return {name: run.streams[0][name] for name in names} if run.streams else {}


def _keep_error(run: SyncRun, message: Message, fix: Message | None) -> None:
    run.error = {
        "code": "not_imported",
        "message": to_json(message),
        "fix": None if fix is None else to_json(fix),
    }
