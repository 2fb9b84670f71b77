"""Stage events as rows: made from visits, read back as what was told."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import repeat
from typing import Any

from sqlmodel import Session

from goals.records import bulk, kinds, stored
from goals.records.columns import Columns
from goals.records.source import Entry
from goals.records.stored import CONNECTION, DELETED, Row
from goals.records.visits import Visit

#: What the external ids of events begin with that have none of their own: they were taken
#: from a deal's history as a whole, or stand in for one.
_UNNAMED = "@"
#: A visit with its deal and the external id of its event.
Told = tuple[int, str, Visit]
_SHAPE = stored.shape(kinds.STAGE_EVENT.table)


@dataclass(frozen=True)
class Event:
    """A stage event with an external id of its own, as a file of events has them."""

    external_id: str
    deal_id: int
    entry: Entry
    extra: Mapping[str, Any] = field(default_factory=dict)


def told(deal_id: int, found: Sequence[Visit]) -> list[Told]:
    """Return the visits of a deal under ids made from what happened."""
    front = f"{_UNNAMED}{deal_id}:"
    names = [
        f"{front}{(one.entry.entered_at or one.entry.entered_on).isoformat()}:{one.entry.stage}:1"
        for one in found
    ]
    if len(set(names)) == len(names):
        return list(zip(repeat(deal_id), names, found, strict=False))
    seen: dict[str, int] = {}
    events: list[Told] = []
    for name, visit in zip(names, found, strict=True):
        seen[name] = seen.get(name, 0) + 1
        events.append((deal_id, f"{name[:-1]}{seen[name]}", visit))
    return events


def columns_of(events: Sequence[Told]) -> Columns:
    """Return visits as rows for the writer, side by side."""
    return Columns(
        {
            "external_id": [external_id for _, external_id, _ in events],
            "deal_id": [deal_id for deal_id, _, _ in events],
            "stage": [one.entry.stage for _, _, one in events],
            "status": [one.status for _, _, one in events],
            "entered_on": [one.entered_on for _, _, one in events],
            "entered_at": [one.entry.entered_at for _, _, one in events],
            "position": [one.position for _, _, one in events],
            "left_on": [one.left_on for _, _, one in events],
            "run_from": [one.run_from for _, _, one in events],
            "starts_run": [one.starts_run for _, _, one in events],
            "ends_run": [one.ends_run for _, _, one in events],
        }
    )


def row_of(deal_id: int, external_id: str, visit: Visit) -> dict[str, Any]:
    """Return a visit as a row for the writer."""
    return columns_of([(deal_id, external_id, visit)])[0]


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
