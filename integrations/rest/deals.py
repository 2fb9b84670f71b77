"""What vendors tell of deals in pieces: how one stands, and the changes that make its history."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from goals.records.source import Entry, Stage
from integrations.rest.stream import Row


class Change(NamedTuple):
    """A change of a deal's stage (its id; `was` the id before), of its status, or of both.

    None is what did not change, or is not told.
    """

    at: datetime
    stage: str | None = None
    was: str | None = None
    status: str | None = None


def settle(row: Row, status: str, closed_on: date | None, expected_on: date | None) -> Row:
    """Say how a deal stands: only a closed one has a closing day, only an open one expects it."""
    row["status"] = status
    row["closed_on"] = None if status == "open" else closed_on
    row["expected_close_on"] = expected_on if status == "open" else None
    return row


def place(row: Row, stage: Stage | None) -> Row:
    """Name a deal's stage and pipeline; one that is not known keeps what the vendor says."""
    if stage is not None:
        row["stage"], row["pipeline"] = stage.name, stage.pipeline or None
    return row


def named(stages: dict[str, Stage], key: str | None) -> str | None:
    """Return the name of a stage; one that is not known keeps its id."""
    stage = stages.get(key or "")
    return stage.name if stage is not None else key


def history(
    stages: dict[str, Stage],
    zone: ZoneInfo,
    *,
    created: datetime | None,
    stage: str | None,
    status: str,
    changed: datetime | None,
    changes: Sequence[Change],
) -> list[Entry]:
    """Return the stages a deal went through, from its creation to where it stands now.

    `changes` stand in the order in which they happened. The first stage is what the first move
    left; without moves the deal stands where it always stood, unless that is a stage that ends
    deals: then where it came from is not known. Where the changes do not lead to `stage` and
    `status`, which are how the deal stands now, it came there when it was last `changed`. A
    deal that was closed and whose stage then moved stays closed.
    """
    first = next((one for one in changes if one.stage is not None), None)
    at_stage = stage if first is None else first.was or first.stage
    begins = stages.get(at_stage or "")
    at_status = (None if begins is None else begins.status) or "open"
    found: list[Entry] = []

    def enter(at: datetime) -> None:
        name = named(stages, at_stage)
        if name is not None:
            found.append(Entry(name, at.astimezone(zone).date(), at, at_status))

    if created is not None and (first is not None or at_status == "open"):
        enter(created)
    for one in changes:
        at_stage, at_status = one.stage or at_stage, one.status or at_status
        enter(one.at)
    if (at_stage, at_status) != (stage, status) or not found:
        at_stage, at_status = stage, status
        last = changed or created
        if last is not None:
            enter(max([last, *(one.entered_at for one in found[-1:] if one.entered_at)]))
    return found
