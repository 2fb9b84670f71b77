"""What is particular to deals in files: the meaning of their stage, and events from their dates."""

from dataclasses import dataclass
from datetime import date

from msgspec import structs

from goals.records.convert import Unreadable
from goals.records.events import Event
from goals.records.mapping import OWN_STAGE
from goals.records.source import Entry
from goals.words import N_, Message
from integrations.files.meanings import Meanings
from integrations.files.result import NotImported, Problem
from integrations.files.rows import Parsed, RowReader

#: The stages of a history where the file does not say which they were.
_STAGE = {"open": "Open", "won": "Won", "lost": "Lost"}


@dataclass
class Deals:
    """Settles the status of deals and derives their histories.

    Without events in the mapping a deal is taken to have been open from `created_on` on, and
    to have entered its stage on `closed_on` if that is a closed one. `partial` tells that
    columns of the mapping's events are not in this file: then histories are left alone.
    """

    rows: RowReader
    meanings: Meanings
    partial: bool = False

    def check(self) -> None:
        """Refuse events whose stage has no meaning."""
        for stage, _, _ in self.rows.events:
            if stage != OWN_STAGE and self.meanings.of(stage) is None:
                raise NotImported(
                    "bad_mapping",
                    N_("events names the stage %(stage)s, but stages does not say what it means."),
                    {"stage": stage},
                    fix=Message(N_("Say under stages whether it is open, won or lost.")),
                    field="mapping",
                )

    def settle(self, row: Parsed) -> Problem | None:
        """Give a row its status; a problem if nobody knows what its stage means."""
        stage = row.values.get("stage")
        if not stage:
            return None
        known = self.meanings.of(stage)
        status = row.values.get("status") or known
        if status is None:
            return self.meanings.miss(stage, row.line, self.rows.column_of("stage"))
        row.values["status"] = status
        self.meanings.note(stage, row.values.get("pipeline") or "", known)
        return None

    def history(self, row: Parsed) -> tuple[list[Entry] | None, list[Problem]]:
        """Return the stage events that a row tells of, None if it tells of none."""
        if self.partial:
            return None, []
        found: list[Entry] | None
        problems: list[Problem] = []
        if self.rows.events:
            found, problems = self._told(row)
        else:
            found = self._assumed(row)
        status = row.values.get("status") or "open"
        if found and status != "open" and found[-1].status == "open":
            # When it closed is not known; open for ever would be wrong.
            found = []
        return found, problems

    def _told(self, row: Parsed) -> tuple[list[Entry], list[Problem]]:
        found: list[Entry] = []
        problems: list[Problem] = []
        for stage, column, place in self.rows.events:
            text = row.cells[place].strip()
            own = stage == OWN_STAGE
            name = row.values.get("stage") if own else stage
            if not text or not name:
                continue
            try:
                day = self.rows.converter.day(text)
            except Unreadable as error:
                problems.append(Problem(row.line, column, text, error.problem, error.fix))
                continue
            status = row.values.get("status") if own else self.meanings.of(name)
            found.append(Entry(name, day, status=status))
        return found, problems

    def _assumed(self, row: Parsed) -> list[Entry] | None:
        fields = self.rows.mapping.fields()
        if not {"created_on", "closed_on"} <= fields or not {"stage", "status"} & fields:
            return None
        status = row.values.get("status") or "open"
        stage = row.values.get("stage")
        created: date | None = row.values["created_on"]
        closed: date | None = row.values["closed_on"]
        is_own = stage and self.meanings.of(stage) == status
        own = stage if stage and is_own else _STAGE[status]
        found = []
        if created is not None:
            found.append(Entry(own if status == "open" else _STAGE["open"], created, status="open"))
        if status != "open" and closed is not None:
            found.append(Entry(own, closed, status=status))
        return found


def event(rows: RowReader, meanings: Meanings, row: Parsed, deal_id: int) -> Event | Problem:
    """Return the stage event that a row is; a problem if nobody knows what its stage means."""
    stage = row.values["stage"]
    status = meanings.of(stage)
    if status is None:
        return meanings.miss(stage, row.line, rows.column_of("stage"))
    meanings.note(stage, "", status)
    entry = Entry(stage, row.values["entered_on"], status=status)
    column = rows.column_of("entered_on")
    if column is not None:
        moment = rows.converter.moment(row.cells[rows.header.index(column)].strip())
        if moment.clock is not None:
            entry = structs.replace(entry, entered_at=moment.at(rows.converter.zone))
    extra = {"url": row.values["url"]} if "url" in row.values else {}
    if row.custom:
        extra["custom"] = row.custom
    return Event(row.external_id, deal_id, entry, extra)
