"""The port through which records come in: what a source offers and in which portions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

import msgspec

from goals.words import Message

#: Where a stream goes on: small, plain JSON, meaningful to its source alone.
Cursor = dict[str, Any]


@dataclass(frozen=True)
class Check:
    """One thing looked at when a connection is tested; `fix` says what to do if not ok.

    The source can do without what is not `needed`. `field` is the setting or secret that is
    wrong, None where no single one is.
    """

    name: str
    ok: bool
    message: Message
    fix: Message | None = None
    needed: bool = True
    field: str | None = None


@dataclass(frozen=True)
class Stage:
    """A stage of a source's pipeline; `status` None where the source does not say."""

    pipeline: str
    name: str
    external_id: str
    position: int
    status: str | None
    probability: float | None = None


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A deal's entry into a stage, in the order in which they happened."""

    stage: str
    entered_on: date
    entered_at: datetime | None = None
    status: str | None = None


@dataclass(frozen=True)
class Page:
    """A portion of a stream that is stored together with the place to go on from.

    `rows` use the column names of the record's table and the source's own ids;
    `histories` gives deals their complete stage histories by external id; `stands` says of
    deals whose source keeps none in which stage each stands, and since when. `deleted` lists
    rows that the source no longer has. `seen` lists every id of a page of a listing of
    everything, which `starts` with its first page and `is_complete` with its last, so that
    what was never seen can be swept; where several lists are of one record, `prefix` is what
    the ids of this one begin with. `total` is how many rows the source says all pages hold.
    `rejected` counts the rows that could not be read, of which `unread` names those with an id.
    """

    record: str
    rows: Sequence[Mapping[str, Any]] = ()
    histories: Mapping[str, Sequence[Entry]] = field(default_factory=dict)
    stands: Mapping[str, Entry] = field(default_factory=dict)
    deleted: Sequence[str] = ()
    cursor: Cursor = field(default_factory=dict)
    stages: Sequence[Stage] = ()
    rejected: int = 0
    unread: Sequence[str] = ()
    seen: Sequence[str] = ()
    starts: bool = False
    is_complete: bool = False
    prefix: str = ""
    total: int | None = None


class CrmSource(Protocol):
    """A system that records are read from; never written to."""

    #: The streams in the order in which they are pulled; each delivers one kind of record.
    streams: Sequence[tuple[str, str]]

    def check(self) -> list[Check]:
        """Look at everything a sync needs; never raises for what it finds."""

    def pages(self, stream: str, cursor: Cursor | None, *, now: datetime) -> Iterator[Page]:
        """Yield what changed since the cursor (None: everything), oldest first.

        Raises goals.errors.SourceError; pages yielded before it stay valid.
        """

    def close(self) -> None:
        """Let go of what was opened."""
