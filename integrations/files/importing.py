"""Importing a file: read it whole to know it, then keep its rows as records."""

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from datetime import datetime
from typing import Any, BinaryIO

from sqlmodel import Session, col, select

from goals import workspace
from goals.errors import Refusal
from goals.records import deletes, kinds, newest, stages
from goals.records import mapping as mappings
from goals.records.connections import Connection, SyncRun
from goals.records.kind import Kind
from goals.table import key, new_id, workspace_of
from goals.words import N_, Message
from integrations.files import choosing, planning
from integrations.files.deals import Deals
from integrations.files.meanings import Meanings
from integrations.files.planning import Plan
from integrations.files.references import Known
from integrations.files.result import ImportResult, Problem
from integrations.files.rows import Parsed, RowReader, missing
from integrations.files.sheet import Line, Sheet
from integrations.files.storing import Store

#: The connection that the rows of all files belong to, made with the first of them, so that a
#: file of deals can name the accounts of another.
CONNECTION, PROVIDER = "Files", "file"
#: The columns by which Singer taps and Airbyte sources say when a row was deleted.
GONE = ("_sdc_deleted_at", "_ab_cdc_deleted_at")
#: Rows that are kept in one go.
PORTION = 2000

#: Takes the sheet of a rejected row, its cells, and what is wrong with it.
Rejects = Callable[[Sheet, Sequence[str], Sequence[Problem]], None]


def import_file(
    session: Session,
    file: BinaryIO | bytes,
    record: str,
    mapping: Any = None,
    *,
    now: datetime,
    dry_run: bool = False,
    sheet: str | None = None,
    label: str | None = None,
    rejects: Rejects | None = None,
    run: SyncRun | None = None,
    known: Known | None = None,
    most: int | None = None,
    is_in_order: bool = False,
    is_whole: bool = False,
) -> ImportResult:
    """Import a table of text as records of one kind; the caller commits.

    `file` can be gone through twice; `mapping` is the content of a mapping file, None to use
    one that worked before or is sure enough; `sheet` names that of a workbook. `rejects` gets
    every row that is left out, also in a dry run, which does everything and leaves nothing
    behind. `run` is the run that reads the file, None to make one that is closed here and can
    be undone. `known` says what references mean where their text does not. With `is_in_order`
    rows with one key are what became of one record, one after the other, and one with a value
    in a column of `GONE` says that it is gone. With `is_whole` the result names all that is there.
    Raises Refusal, most often `NotImported`, if the file cannot be imported at all.
    """
    kind = kind_of(record)
    given = None if mapping is None else mappings.read(mapping, kind.name, kind.all_fields())
    source = io.BytesIO(file) if isinstance(file, bytes) else file
    found = planning.plan(session, source, kind, given, sheet, most, is_in_order=is_in_order)
    with session.begin_nested() if dry_run else nullcontext() as point:
        way = Import(kind, found, dry_run, rejects, known, most)
        way.result.there = set() if is_whole else None
        result = _whole(session, way, now, label, run)
        if point is not None:
            point.rollback()
    return result


def kind_of(record: str, also: Sequence[str] = ()) -> Kind:
    """Return a kind of record that files can bring; raises Refusal `unknown_record`.

    `also` names what else can be imported where the question was asked.
    """
    if record not in kinds.KINDS:
        raise Refusal(
            "unknown_record",
            N_("%(name)s is not a kind of record that can be imported."),
            {"name": record},
            fix=Message(N_("Import one of: %(names)s."), {"names": [*kinds.KINDS, *also]}),
            field="record",
        )
    return kinds.KINDS[record]


def _whole(
    session: Session, way: "Import", now: datetime, label: str | None, run: SyncRun | None
) -> ImportResult:
    """Keep all rows of a file, and close the run unless that is done elsewhere."""
    connection = files(session, now)
    reading = run or SyncRun(
        id=new_id(),
        workspace_id=workspace_of(session),
        connection_id=connection.id,
        kind="import",
        started_at=now,
        label=label,
    )
    way.begin(session, reading, now)
    for portion in way.portions():
        way.write(portion)
    way.end(session, now)
    if run is None:
        way.close(session, reading, now)
    return way.result


class Import:
    """One file on its way in: begun, written portion by portion, ended and closed."""

    def __init__(
        self,
        kind: Kind,
        plan: Plan,
        dry_run: bool = False,
        rejects: Rejects | None = None,
        known: Known | None = None,
        most: int | None = None,
    ) -> None:
        self.known = known
        self.most = most
        self.kind = kind
        self.plan = plan
        self.rejects = rejects
        self.result = ImportResult(kind.name, plan.converter.format, dry_run)
        self.result.letters = plan.sheet.letters()
        self.result.problems.add(plan.problems)
        self.reader = RowReader(kind, plan.mapping, plan.sheet.header, plan.converter)
        self._store: Store | None = None
        header = plan.sheet.header
        self._gone_at = [header.index(name) for name in GONE if name in header]
        self._gone: list[str] = []

    @property
    def store(self) -> Store:
        """Return what writes the rows, once the import has begun."""
        if self._store is None:
            raise RuntimeError("the import has not begun")
        return self._store

    def begin(self, session: Session, run: SyncRun, now: datetime) -> None:
        """Get ready to write; raises NotImported for a mapping that leads nowhere."""
        connection_id = files(session, now).id
        known = stages.meanings(session, connection_id)
        meanings = Meanings(self.plan.mapping.stages, known)
        deals = None
        if self.kind is kinds.DEAL:
            deals = Deals(self.reader, meanings, self.plan.partial_events)
            deals.check()
        self._store = Store(
            session,
            connection_id,
            run.id,
            self.kind,
            self.reader,
            meanings,
            deals,
            self.result,
            self._reject,
            now,
            self.known,
        )

    def portions(self) -> Iterator[list[Parsed]]:
        """Yield the rows that may be kept, so many at once; the last may be none."""
        portion: list[Parsed] = []
        for line in self.plan.sheet.rows():
            if self.result.rows == self.most:
                self.result.is_cut = True
                break
            row = self._parsed(line)
            if row is not None:
                portion.append(row)
            if len(portion) == PORTION:
                yield portion
                portion = []
        yield portion

    def write(self, portion: Sequence[Parsed]) -> None:
        """Keep a portion of rows."""
        self.store.write(portion)

    def end(self, session: Session, now: datetime) -> None:
        """Keep what all rows together say of their connection, and how they were read."""
        store = self.store
        if self._gone:
            self._take_away(session, now)
        self.result.problems.add(store.meanings.problems(self.reader.column_of("stage")))
        self.result.problems.add(self._doubts(store))
        stages.write_stages(session, store.connection_id, store.meanings.stages())
        if not self.result.failed:
            self._note(session, store.connection_id, now)

    def _parsed(self, line: Line) -> Parsed | None:
        """Return a row that may be kept, None for one that is rejected or said before."""
        self.result.rows += 1
        if line.problem is not None and line.fix is not None:
            self.result.there = None
            trouble = Problem(line.number, None, None, line.problem, line.fix)
            self._reject(Parsed(line.number, line.cells), [trouble])
            return None
        if self.plan.key.is_old(line.cells):
            self.result.unchanged += 1
            return None
        if self.plan.key.is_in_order and any(line.cells[at].strip() for at in self._gone_at):
            self._note_gone(line)
            return None
        row, problems = self.reader.read(line)
        if not problems:
            row.external_id = self.plan.key.name(row)
            column = self.reader.column_of((self.plan.key.fields or ("",))[0])
            if not row.external_id:
                problems = [missing(line.number, column, self.plan.key.fields[0])]
            else:
                again = self.plan.key.again(row, column)
                if again is True:
                    self.result.unchanged += 1
                    return None
                problems = [again] if isinstance(again, Problem) else []
        self._note_there(row)
        if problems:
            self._reject(row, problems)
            return None
        return row

    def _note_there(self, row: Parsed) -> None:
        """Take in that a row is there, also where it is left out for what else it holds."""
        keys, found = self.plan.key, self.result.there
        if found is None:
            return
        name = row.external_id
        if not name and keys.fields and all(row.values.get(one) is not None for one in keys.fields):
            name = keys.name(row)
        if name:
            found.add(key(self.store.connection_id, self.kind.name, name))
        else:
            self.result.there = None

    def _note_gone(self, line: Line) -> None:
        """Take in that a row is gone; all but its key may be missing, and is."""
        row, _ = self.reader.read(line)
        keys = self.plan.key
        if keys.fields and all(row.values.get(one) is not None for one in keys.fields):
            self._gone.append(keys.name(row))
        else:
            name = (keys.fields or ("external_id",))[0]
            self._reject(row, [missing(line.number, self.reader.column_of(name), name)])

    def _take_away(self, session: Session, now: datetime) -> None:
        """Mark what is gone; what never was here, or not any more, changes nothing."""
        store, record = self.store, self.kind.name
        ids = [key(store.connection_id, record, one) for one in self._gone]
        gone = deletes.mark_deleted(session, store.connection_id, store.run_id, record, ids, now)
        self.result.deleted += gone
        self.result.unchanged += len(ids) - gone

    def _reject(self, row: Parsed, problems: Sequence[Problem], *, is_listed: bool = False) -> None:
        """Leave a row out; problems that are listed for many rows at once are not listed here."""
        self.result.rejected += 1
        if not is_listed:
            self.result.problems.add(problems)
        if self.rejects is not None:
            self.rejects(self.plan.sheet, row.cells, problems)

    def _doubts(self, store: Store) -> list[Problem]:
        """Return a problem for each name that several records have."""
        return [
            Problem(
                None,
                next(
                    (
                        self.reader.column_of(one.name)
                        for one in self.kind.fields
                        if one.refers_to == record
                    ),
                    None,
                ),
                name,
                Message(N_("Several records have this name; the first of them was taken.")),
                Message(N_("Refer to them by their external_id.")),
            )
            for record, names in store.references.doubtful.items()
            for name in sorted(names)
        ]

    def close(self, session: Session, run: SyncRun, now: datetime) -> None:
        """Write down what the run did."""
        result = self.result
        run.status = "failed" if result.failed else "done"
        run.finished_at = now
        run.result = {"record": self.kind.name, **result.counts()}
        run.streams = [{"record": self.kind.name, "read": result.rows, **result.counts()}]
        session.add(run)
        session.flush()
        if not result.dry_run:
            result.import_id = run.id

    def _note(self, session: Session, connection_id: int, now: datetime) -> None:
        """Write down what is known of the connection now."""
        here = workspace.of(session)
        connection = session.get_one(Connection, (here.id, connection_id))
        brought = {self.kind.name}
        if self.kind is kinds.DEAL and self.reader.events:
            brought.add(kinds.STAGE_EVENT.name)
        connection.records = sorted(set(connection.records) | brought)
        connection.newest_on = newest.day(session, connection.id, through=here.local_day(now))
        connection.last_success_at = now
        # Whoever sends a file wants its records to count, also after they removed it.
        connection.removed_at = None
        session.add(connection)
        if here.knowledge_from is None:
            here.knowledge_from = now
            session.add(here)
        if self.plan.chosen is not None:
            header = self.plan.sheet.header
            choosing.remember(session, self.kind, header, self.plan.chosen, now)
        session.flush()


def home(session: Session) -> int | None:
    """Return the connection that what came in files is kept under, None before the first file."""
    statement = select(col(Connection.id)).where(
        col(Connection.workspace_id) == workspace_of(session),
        col(Connection.provider) == PROVIDER,
    )
    return session.exec(statement).first()


def files(session: Session, now: datetime) -> Connection:
    """Return the connection of imported files, made if it is not there yet."""
    known = home(session)
    if known is not None:
        return session.get_one(Connection, (workspace_of(session), known))
    statement = select(Connection).where(col(Connection.workspace_id) == workspace_of(session))
    found = list(session.exec(statement))
    names = {one.name for one in found}
    name = next(
        name
        for name in (CONNECTION, *(f"{CONNECTION} {n}" for n in range(2, len(found) + 3)))
        if name not in names
    )
    made = Connection(
        id=new_id(),
        workspace_id=workspace_of(session),
        name=name,
        provider=PROVIDER,
        interval=None,
        created_at=now,
    )
    session.add(made)
    session.flush()
    return made
