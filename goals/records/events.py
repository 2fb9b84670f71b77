"""Stage events as rows: made from visits, read back as what was told."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session

from goals.records import bulk, kinds, stored
from goals.records.source import Entry
from goals.records.stored import CONNECTION, DELETED, Row
from goals.records.visits import Visit

#: What the external ids of events begin with that have none of their own: they were taken
#: from a deal's history as a whole, or stand in for one.
_UNNAMED = "@"
_SHAPE = stored.shape(kinds.STAGE_EVENT.table)


@dataclass(frozen=True)
class Event:
    """A stage event with an external id of its own, as a file of events has them."""

    external_id: str
    deal_id: int
    entry: Entry
    extra: Mapping[str, Any] = field(default_factory=dict)


def rows_of(deal_id: int, found: Sequence[Visit]) -> list[dict[str, Any]]:
    """Return the stage events of visits, under ids made from what happened."""
    rows = []
    seen: dict[str, int] = {}
    for visit in found:
        when = visit.entry.entered_at or visit.entry.entered_on
        name = f"{_UNNAMED}{deal_id}:{when.isoformat()}:{visit.entry.stage}"
        seen[name] = seen.get(name, 0) + 1
        rows.append(row_of(deal_id, f"{name}:{seen[name]}", visit))
    return rows


def row_of(deal_id: int, external_id: str, visit: Visit) -> dict[str, Any]:
    """Return a visit as a row for the writer."""
    return {
        "external_id": external_id,
        "deal_id": deal_id,
        "stage": visit.entry.stage,
        "status": visit.status,
        "entered_on": visit.entered_on,
        "entered_at": visit.entry.entered_at,
        "position": visit.position,
        "left_on": visit.left_on,
        "run_from": visit.run_from,
        "starts_run": visit.starts_run,
        "ends_run": visit.ends_run,
    }


def known(session: Session, connection_id: int, deal_ids: Collection[int]) -> dict[int, list[Row]]:
    """Return the living stage events of deals, in the order in which they happened."""
    deal, day, position = map(_SHAPE.place, ("deal_id", "entered_on", "position"))
    found: dict[int, list[Row]] = {}
    for row in bulk.fetch(session, _SHAPE, deal_ids, by="deal_id"):
        if row[DELETED] is None and row[CONNECTION] == connection_id:
            found.setdefault(row[deal], []).append(row)
    for rows in found.values():
        rows.sort(key=lambda row: (row[day], row[position]))
    return found


def is_named(row: Row) -> bool:
    """Tell whether a stored event has an external id of its own."""
    return not row[_SHAPE.place("external_id")].startswith(_UNNAMED)


def read(row: Row) -> Event:
    """Return a stored event as it was told."""
    values = dict(zip(_SHAPE.columns, row, strict=True))
    at = values["entered_at"]
    entry = Entry(
        stage=values["stage"],
        entered_on=date.fromisoformat(values["entered_on"]),
        entered_at=None if at is None else datetime.fromisoformat(at).replace(tzinfo=UTC),
        status=values["status"],
    )
    return Event(values["external_id"], values["deal_id"], entry)
