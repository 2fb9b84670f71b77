"""Undoing an import: what it made goes, what it changed returns, what changed since stays."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import true
from sqlmodel import Session, col, func, select

from goals import workspace
from goals.errors import Refusal
from goals.records import bulk, kinds, ledger, newest, stored, stubs
from goals.records.connections import Connection, SyncRun
from goals.records.kind import Kind
from goals.records.record import RecordVersion
from goals.records.stored import DELETED, ID, RECORDED, RUN, STUB, WORKSPACE, Row
from goals.table import workspace_of
from goals.words import N_, Message

#: Rows that are looked at in one go.
PORTION = 2000
#: Runs by hand that are no imports: stages that mean something else, a connection that was removed
#: or brought back.
DECISIONS = ("stage", "removed", "returned")
#: How a run says how far it is taken back, while that is under way.
UNDOING = "undoing"
#: What a run says of itself while a worker brings its file in or takes it back.
UNDER_WAY = frozenset(("file", UNDOING))


@dataclass
class Undone:
    """What became of the rows of an import: removed, given back their values, or kept.

    A row is kept when a later run changed it. Only rows of the imported kind are counted.
    """

    record: str
    removed: int = 0
    restored: int = 0
    kept: int = 0


def undo(session: Session, run_id: int, now: datetime) -> Undone:
    """Take back what an import wrote; the evidence stays, as it does for every change.

    Raises Refusal `unknown_import`, `not_an_import` or `already_undone`.
    """
    run = undoable(session, run_id)
    begin(session, run)
    while (undone := portion(session, run, now)) is None:
        pass
    return undone


def begin(session: Session, run: SyncRun) -> None:
    """Begin to undo an import, which `portion` goes on with; it is under way until then."""
    written = [_count(session, kind, run.id) for kind in kinds.KINDS.values()]
    place = {"status": run.status, "kind": None, "last": -1, "seen": 0, "total": sum(written)}
    counts = {"removed": 0, "restored": 0, "kept": 0}
    has_before = _has_before(session, run.id)
    run.status = "running"
    run.result = {**(run.result or {}), UNDOING: {**place, **counts, "has_before": has_before}}
    session.add(run)
    session.flush()


def portion(session: Session, run: SyncRun, now: datetime) -> Undone | None:
    """Take the next rows of an import back; returns what became of all once none is left.

    Each may be a transaction of its own: where it stands and what it counted is kept with it.
    """
    bulk.lock(session, run.connection_id)
    result = dict(run.result or {})
    place = dict(result[UNDOING])
    undone = Undone(
        str(result.get("record", "")), place["removed"], place["restored"], place["kept"]
    )
    # What refers goes before what it refers to, so that nothing is kept for its sake.
    names = [kind.name for kind in reversed(kinds.KINDS.values())]
    for name in names[names.index(place["kind"]) if place["kind"] else 0 :]:
        kind = kinds.KINDS[name]
        counted = undone if name == undone.record else Undone(name)
        if place["kind"] != name:
            place |= {"kind": name, "last": -1}
            counted.kept += _changed_since(session, kind, run.id)
        ids = _written(session, kind, run.id, place["last"])
        if ids:
            before = ids if place["has_before"] else []
            _take_back(session, kind, run.id, ids, before, now, counted)
            place |= {"last": ids[-1], "seen": place["seen"] + len(ids)}
            counts = {name: getattr(undone, name) for name in ("removed", "restored", "kept")}
            run.result = {**result, UNDOING: {**place, **counts}}
            session.add(run)
            session.flush()
            return None
    run.status = place["status"]
    run.result = {name: value for name, value in result.items() if name != UNDOING}
    run.undone_at = now
    session.add(run)
    connection = session.get_one(Connection, (workspace_of(session), run.connection_id))
    connection.newest_on = newest.day(
        session, connection.id, through=workspace.of(session).local_day(now)
    )
    session.add(connection)
    session.flush()
    return undone


def undoable(session: Session, run_id: int) -> SyncRun:
    """Return an import that can be undone, held until the end of the transaction.

    Raises Refusal as `undo` does.
    """
    statement = select(SyncRun).where(
        col(SyncRun.workspace_id) == workspace_of(session), col(SyncRun.id) == run_id
    )
    run = session.exec(statement.with_for_update()).first()
    if run is None:
        raise Refusal("unknown_import", N_("There is no such import."), field="import")
    if run.kind not in ("import", "manual"):
        raise Refusal(
            "not_an_import",
            N_("This was a sync, which cannot be undone."),
            fix=Message(N_("Correct the records at their source and sync again.")),
            field="import",
            misused=False,
        )
    if (run.result or {}).get("record") in DECISIONS:
        raise Refusal(
            "not_an_import",
            N_("This is no import, and is taken back where it was decided."),
            fix=Message(N_("Open the connection that it belongs to.")),
            field="import",
            misused=False,
        )
    if run.status == "running" and not UNDER_WAY.isdisjoint(run.result or {}):
        raise Refusal(
            "still_running",
            N_("This import is still under way."),
            fix=Message(N_("Undo it once it has ended.")),
            field="import",
            misused=False,
        )
    if run.undone_at is not None:
        raise Refusal(
            "already_undone",
            N_("This import has already been undone."),
            fix=Message(N_("Import the file again if you want its records back.")),
            field="import",
            misused=False,
        )
    return run


def _written(session: Session, kind: Kind, run_id: int, last: int) -> list[int]:
    """Return the next ids, behind `last`, of rows whose present version this run wrote."""
    table = kind.table
    statement = (
        select(col(table.id))
        .where(
            col(table.workspace_id) == workspace_of(session),
            col(table.id) > last,
            col(table.run_id) == run_id,
        )
        .order_by(col(table.id))
        .limit(PORTION)
    )
    return list(session.scalars(statement))


def _count(session: Session, kind: Kind, run_id: int) -> int:
    table = kind.table
    statement = select(func.count()).where(
        col(table.workspace_id) == workspace_of(session), col(table.run_id) == run_id
    )
    return session.scalars(statement).one()


def _has_before(session: Session, run_id: int) -> bool:
    """Tell whether this run changed any row that another made."""
    statement = select(col(RecordVersion.id)).where(
        col(RecordVersion.workspace_id) == workspace_of(session),
        col(RecordVersion.ended_by) == run_id,
        col(RecordVersion.run_id) != run_id,
    )
    return session.scalars(statement.limit(1)).first() is not None


def _take_back(
    session: Session,
    kind: Kind,
    run_id: int,
    ids: Sequence[int],
    changed: Sequence[int],
    now: datetime,
    counted: Undone,
) -> None:
    """Take rows back, of which at most those in `changed` were there before."""
    of = stored.shape(kind.table)
    rows = bulk.fetch(session, of, ids)
    held = _held(session, kind, rows, run_id)
    counted.kept += len(held)
    before = _before(session, kind, changed, run_id)
    made = [id_ for id_ in ids if id_ not in before]
    referred = _referred(session, kind, made, run_id)
    moment = stored.instant(now)
    pairs: list[tuple[Row, Row]] = []
    for row in rows:
        if row[ID] in held:
            continue
        data = before.get(row[ID])
        if data is not None:
            new = stored.from_data(of, row[WORKSPACE], row[ID], data)
            new = stored.changed(new, {RECORDED: moment})
            counted.restored += new[DELETED] is None
            counted.removed += new[DELETED] is not None
        elif row[DELETED] is not None or (row[STUB] and row[ID] in referred):
            continue
        else:
            # A row that others refer to, or may refer to later, looks as if this import had
            # never been: something stands in for it, or will.
            new = stubs.of_row(kind, row, now) if kinds.referring(kind.name) else row
            gone = None if row[ID] in referred else moment
            new = stored.changed(new, {RECORDED: moment, DELETED: gone})
            counted.removed += 1
        pairs.append((row, new))
    ledger.keep(session, kind, changed=pairs, run_id=run_id, now=now)


def _before(
    session: Session, kind: Kind, ids: Collection[int], run_id: int
) -> dict[int, dict[str, Any]]:
    """Return the rows as they were before this run; those that it made are left out."""
    found: dict[int, dict[str, Any]] = {}
    listed = sorted(ids)
    for start in range(0, len(listed), ledger.PORTION):
        statement = (
            select(col(RecordVersion.record_id), col(RecordVersion.data))
            .where(
                col(RecordVersion.workspace_id) == workspace_of(session),
                col(RecordVersion.record) == kind.name,
                col(RecordVersion.record_id).in_(listed[start : start + ledger.PORTION]),
                col(RecordVersion.ended_by) == run_id,
                col(RecordVersion.run_id) != run_id,
            )
            .order_by(col(RecordVersion.id))
        )
        for record_id, data in session.execute(statement):
            found.setdefault(record_id, data)
    return found


def _changed_since(session: Session, kind: Kind, run_id: int) -> int:
    """Count the rows that this run wrote and another has changed since."""
    table = kind.table
    statement = (
        select(col(RecordVersion.record_id))
        .join(
            table,
            (col(table.workspace_id) == col(RecordVersion.workspace_id))
            & (col(table.id) == col(RecordVersion.record_id)),
        )
        .where(
            col(RecordVersion.workspace_id) == workspace_of(session),
            col(RecordVersion.record) == kind.name,
            col(RecordVersion.run_id) == run_id,
            col(RecordVersion.ended_by) != run_id,
            col(table.run_id) != run_id,
        )
        .distinct()
    )
    return len(session.scalars(statement).all())


def _referred(session: Session, kind: Kind, ids: Sequence[int], run_id: int) -> set[int]:
    """Return those of the ids that living rows refer to."""
    found: set[int] = set()
    for child, column in kinds.referring(kind.name):
        refers = getattr(child.table, column)
        for start in range(0, len(ids), ledger.PORTION):
            statement = select(refers).where(
                col(child.table.workspace_id) == workspace_of(session),
                refers.in_(ids[start : start + ledger.PORTION]),
                col(child.table.deleted_at).is_(None),
                # Rows of the same kind go in the same breath.
                true() if child.name != kind.name else col(child.table.run_id) != run_id,
            )
            found.update(session.scalars(statement.distinct()))
    return found


def _held(session: Session, kind: Kind, rows: Sequence[Row], run_id: int) -> set[int]:
    """Return the rows that stay because a later run wrote other parts of the same whole.

    The stage events of a deal make sense together only.
    """
    of = stored.shape(kind.table)
    held: set[int] = set()
    for column, whole in kind.references().items():
        if whole != kind.part_of or kind.part_of is None:
            continue
        place = of.place(column)
        wholes = {row[place] for row in rows}
        others = bulk.fetch(session, of, wholes, by=column)
        later = {row[place] for row in others if row[RUN] > run_id and row[DELETED] is None}
        held |= {row[ID] for row in rows if row[place] in later}
    return held
