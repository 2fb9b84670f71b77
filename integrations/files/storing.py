"""Keeping the rows of a file, portion by portion, as records of its connection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlmodel import Session

from goals.metrics import catalogue
from goals.records import adopting, kinds, stages, stored, stubs, writer
from goals.records.events import Event
from goals.records.kind import Kind
from goals.records.source import Entry
from goals.words import N_, Message
from integrations.files import deals
from integrations.files.deals import Deals
from integrations.files.meanings import Meanings
from integrations.files.references import Known, References
from integrations.files.result import ImportResult, Problem
from integrations.files.rows import Parsed, RowReader, missing


class Reject(Protocol):
    """Takes a row that is left out and why; `is_listed`: the reason is told elsewhere."""

    def __call__(
        self, row: Parsed, problems: Sequence[Problem], *, is_listed: bool = False
    ) -> None: ...


@dataclass
class Store:
    """Writes parsed rows of one kind; what cannot be kept goes to `reject`."""

    session: Session
    connection_id: int
    run_id: int
    kind: Kind
    reader: RowReader
    meanings: Meanings
    deals: Deals | None
    result: ImportResult
    reject: Reject
    now: datetime
    known: Known | None = None
    references: References = field(init=False)
    columns: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """Begin with the references that are known beforehand."""
        known = {record: dict(ids) for record, ids in (self.known or {}).items()}
        # A quota is of a person whose deals most often come from elsewhere.
        everywhere = self.kind.name == "quota"
        self.references = References(self.session, self.connection_id, everywhere, known)
        self.columns = {one.name: one.column for one in self.kind.all_fields()}

    def go_on(self, session: Session) -> None:
        """Keep what follows in another transaction, before which others may have written."""
        known = {record: dict(ids) for record, ids in (self.known or {}).items()}
        self.session = self.references.session = session
        self.references.known = known

    def write(self, rows: Sequence[Parsed]) -> None:
        """Keep a portion of rows."""
        self._resolve(rows)
        rows = self._with_goals(self._with_metrics(rows))
        if self.kind is kinds.STAGE_EVENT:
            self._write_events(rows)
            return
        rows, histories = self._with_histories(rows)
        told = [self._columns(row) for row in rows]
        counts = writer.write(
            self.session, self.connection_id, self.run_id, self.kind.name, told, self.now
        )
        self._count(counts)
        for one in counts.rejected:
            row = rows[one.place]
            histories.pop(row.external_id, None)
            self.reject(row, [self._refusal(row, one)])
        self._write_histories(histories)
        lost = {one.place for one in counts.rejected}
        self._adopt([row for place, row in enumerate(rows) if place not in lost])

    def _count(self, counts: writer.Counts) -> None:
        for name in ("created", "updated", "unchanged", "stubs"):
            setattr(self.result, name, getattr(self.result, name) + getattr(counts, name))

    # --- Values ------------------------------------------------------------------------------

    def _columns(self, row: Parsed) -> dict[str, Any]:
        """Return a row by columns, for the writer."""
        told: dict[str, Any] = {"external_id": row.external_id}
        for name, value in row.values.items():
            if name != "external_id":
                told[self.columns[name]] = value
        if row.custom:
            told["custom"] = row.custom
        return told

    def _resolve(self, rows: Sequence[Parsed]) -> None:
        """Put ids in the place of references that are known; the others make stubs."""
        for one in self.kind.fields:
            if one.refers_to is None or one.name not in self.reader.mapping.fields():
                continue
            texts = {row.values[one.name] for row in rows if row.values[one.name] is not None}
            known = self.references.learn(one.refers_to, texts)
            for row in rows:
                text = row.values[one.name]
                row.values[one.name] = known.get(text, text)

    def _with_metrics(self, rows: Sequence[Parsed]) -> Sequence[Parsed]:
        """Leave out readings of metrics that nobody could ever ask for."""
        if self.kind is not kinds.READING:
            return rows
        found = []
        for row in rows:
            text = row.values["metric"]
            is_word = text == catalogue.MILESTONE.id and row.values.get("goal") is not None
            if text in catalogue.METRICS or text in catalogue.ALIASES or is_word:
                found.append(row)
                continue
            problem = Message(N_("There is no metric %(name)s."), {"name": text})
            fix = Message(N_("List the metrics to see their ids."))
            self.reject(
                row, [Problem(row.line, self.reader.column_of("metric"), text, problem, fix)]
            )
        return found

    def _with_goals(self, rows: Sequence[Parsed]) -> list[Parsed]:
        """Put ids in the place of goals; a row that names an unknown one is left out."""
        found = []
        for row in rows:
            text = row.values.get("goal")
            if self.kind is kinds.READING and text is not None:
                row.values["goal"] = self.references.goal(text)
                if row.values["goal"] is None:
                    problem = Message(N_("There is no single goal of this name."))
                    fix = Message(N_("Name the goal as its page does, or give its id."))
                    column = self.reader.column_of("goal")
                    self.reject(row, [Problem(row.line, column, text, problem, fix)])
                    continue
            found.append(row)
        return found

    def _refusal(self, row: Parsed, refused: writer.Rejected) -> Problem:
        of = next((one for one in self.kind.all_fields() if one.column == refused.column), None)
        name = of.name if of is not None else refused.column
        column = self.reader.column_of(name)
        if refused.missing:
            return missing(row.line, column, name)
        problem = Message(N_("This value of %(field)s cannot be kept."), {"field": name})
        value = str(row.values.get(name))
        return Problem(row.line, column, value, problem, Message(N_("Correct the cell.")))

    # --- Histories ---------------------------------------------------------------------------

    def _with_histories(
        self, rows: Sequence[Parsed]
    ) -> tuple[Sequence[Parsed], dict[str, list[Entry]]]:
        """Return the rows that can be kept, and the stage events of those that tell of some."""
        if self.deals is None:
            return rows, {}
        found: list[Parsed] = []
        histories: dict[str, list[Entry]] = {}
        for row in rows:
            unknown = self.deals.settle(row)
            if unknown is not None:
                self.reject(row, [unknown], is_listed=True)
                continue
            history, problems = self.deals.history(row)
            if problems:
                self.reject(row, problems)
                continue
            found.append(row)
            if history is not None:
                histories[row.external_id] = history
        return found, histories

    def _write_histories(self, histories: Mapping[str, list[Entry]]) -> None:
        if not histories:
            return
        make_key = stored.key_maker(self.connection_id, self.kind.name)
        by_id = {make_key(external_id): history for external_id, history in histories.items()}
        stages.write_histories(
            self.session, self.connection_id, self.run_id, by_id, self.now, stand_in=True
        )

    def _write_events(self, rows: Sequence[Parsed]) -> None:
        make_key = stored.key_maker(self.connection_id, kinds.DEAL.name)
        wanted: dict[int, str] = {}
        found: list[Event] = []
        for row in rows:
            text = row.values["deal"]
            deal_id = text if isinstance(text, int) else make_key(text)
            event = deals.event(self.reader, self.meanings, row, deal_id)
            if isinstance(event, Problem):
                self.reject(row, [event], is_listed=True)
                continue
            if isinstance(text, str):
                wanted[deal_id] = text
            found.append(event)
        self.result.stubs += stubs.ensure(
            self.session, self.connection_id, self.run_id, kinds.DEAL, wanted, self.now
        )
        self._count(
            stages.add_events(self.session, self.connection_id, self.run_id, found, self.now)
        )

    def _adopt(self, rows: Sequence[Parsed]) -> None:
        """Lead references by name to the records of that name, where a stub held the place."""
        if not self.kind.named or kinds.parts(self.kind.name):
            return
        make_key = stored.key_maker(self.connection_id, self.kind.name)
        names: dict[str, int] = {}
        # Of several with one name the first is meant, as when references are looked up.
        for row in sorted(rows, key=lambda one: one.external_id):
            name = row.values.get("name")
            if name and name != row.external_id:
                names.setdefault(name, make_key(row.external_id))
        if names and adopting.adopt(
            self.session, self.connection_id, self.run_id, self.kind.name, names, self.now
        ):
            self.references.forget(self.kind.name)
