"""How far the changes of a stream have been read, told by the vendor's own clock (pure)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from goals.records.source import Cursor

#: A run starts this long before the newest change seen: the search index lags behind.
OVERLAP = timedelta(minutes=10)
#: Before anything.
BEGINNING = datetime.fromtimestamp(0, UTC)


@dataclass
class Place:
    """One pass over a stream: it reads what changed since `since` and may take several runs.

    The next pass starts at the newest stamp that this one saw, and not later than this one
    began: our clock and the vendor's need not agree, and rows change while they are read. `reached`
    is when a pass came to `since`, by our clock. Once a later pass found nothing newer after
    the index had time to catch up, the place is `settled`, and what changed last, which may be
    much at once, is not read with its overlap again and again.
    """

    since: datetime
    started: datetime
    reached: datetime | None = None
    settled: bool = False
    seen: datetime | None = None

    @classmethod
    def of(cls, cursor: Cursor, now: datetime) -> "Place":
        """Return the place that a cursor tells of; an empty one is the beginning."""
        return cls(
            since=_instant(cursor.get("since")) or BEGINNING,
            started=_instant(cursor.get("started")) or now,
            reached=_instant(cursor.get("reached")),
            settled=bool(cursor.get("settled")),
            seen=_instant(cursor.get("seen")),
        )

    def see(self, stamps: Iterable[datetime | None]) -> None:
        """Take in when rows were changed."""
        known = [one for one in (self.seen, *stamps) if one is not None]
        self.seen = max(known, default=None)

    def from_at(self) -> datetime:
        """Return from when on changes are asked for."""
        lag = timedelta(0) if self.settled else OVERLAP
        return max(BEGINNING, self.since - lag) if self.since > BEGINNING else BEGINNING

    def from_ms(self) -> int:
        """Return from when on changes are asked for, in milliseconds."""
        return int(self.from_at().timestamp() * 1000)

    def on(self) -> Cursor:
        """Return the cursor with which an unfinished pass goes on."""
        return _cursor(
            since=self.since,
            started=self.started,
            reached=self.reached,
            settled=self.settled,
            seen=self.seen,
        )

    def done(self) -> Cursor:
        """Return the cursor with which the next pass begins."""
        newest = self.since if self.seen is None else self.seen
        following = max(self.since, min(newest, self.started))
        if following > self.since or self.reached is None:
            return {"mode": "changes", **_cursor(since=following, reached=self.started)}
        waited = self.started - self.reached > OVERLAP
        settled = self.settled or waited
        return {
            "mode": "changes",
            **_cursor(since=following, reached=self.reached, settled=settled),
        }


def _cursor(**parts: datetime | bool | None) -> Cursor:
    return {
        name: part.isoformat() if isinstance(part, datetime) else part
        for name, part in parts.items()
        if part
    }


def _instant(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
