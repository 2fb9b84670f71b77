"""Records of one object type: their values, every change of them, and their order by id."""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fakes.hubspot.bulk import Bulk

Values = dict[str, str | None]


@dataclass(slots=True)
class Change:
    """One value that a property took; `at` in epoch milliseconds."""

    value: str | None
    at: int
    source: str = "CRM_UI"
    user: int | None = None


@dataclass(slots=True)
class Snapshot:
    """What the search index knows of a record from `visible` (epoch milliseconds) on."""

    visible: int
    values: Values
    live: bool


class Record:
    """A record as HubSpot holds it; stamps in epoch milliseconds, changes oldest first."""

    __slots__ = ("archived", "changes", "created", "id", "indexed", "links", "updated", "values")

    def __init__(self, key: int, created: int, updated: int) -> None:
        self.id = key
        self.created = created
        self.updated = updated
        self.archived: int | None = None
        self.values: Values = {}
        self.changes: dict[str, list[Change]] = {}
        self.indexed: list[Snapshot] = []
        # Associations of a deal of the range: type name to id.
        self.links: dict[str, int] = {}

    def put(self, name: str, change: Change) -> None:
        """Add a change; the newest one by time is the value, whatever order they come in."""
        changes = self.changes.setdefault(name, [])
        insort(changes, change, key=lambda c: c.at)
        self.values[name] = changes[-1].value

    def seen_at(self, now: int) -> Values | None:
        """What search sees at `now`; None while the record is not in the index."""
        if not self.indexed:
            return self.values if self.archived is None else None
        seen = None
        for snapshot in self.indexed:
            if snapshot.visible <= now:
                seen = snapshot
        return seen.values if seen and seen.live else None


class Table:
    """All records of one type: those held one by one, and a range that is made on demand."""

    def __init__(self, first_id: int) -> None:
        self.rows: dict[int, Record] = {}
        self.next_id = first_id
        self.bulk: Bulk | None = None
        self._live: list[int] = []
        self._dead: list[int] = []
        # Ids of the range that are held in `rows` or are gone; sorted, and as a set.
        self._taken: list[int] = []
        self._taken_set: set[int] = set()

    def new_id(self) -> int:
        """The next free id."""
        self.next_id += 1
        return self.next_id - 1

    def add(self, record: Record) -> None:
        """Take a record in."""
        self.rows[record.id] = record
        insort(self._live if record.archived is None else self._dead, record.id)

    def get(self, key: int) -> Record | None:
        """A record for reading; one of the range is made anew each time."""
        if self.bulk is not None and self._in_range(key):
            return self.bulk.record(key)
        return self.rows.get(key)

    def lives(self, key: int) -> bool | None:
        """Whether a record is live (True) or archived (False); None when there is none."""
        if key in self.rows:
            return self.rows[key].archived is None
        return True if self._in_range(key) else None

    def links(self, key: int) -> dict[str, int]:
        """Associations that a deal of the range came with."""
        if key in self.rows:
            return self.rows[key].links
        return self.bulk.links(key) if self.bulk is not None and self._in_range(key) else {}

    def hold(self, key: int) -> Record | None:
        """A record for writing; one of the range is held from now on."""
        record = self.get(key)
        if record is not None and key not in self.rows:
            self._take(key)
            self.add(record)
        return record

    def drop(self, key: int) -> Record:
        """Take a record out for good; KeyError when there is none."""
        record = self.hold(key)
        if record is None:
            raise KeyError(key)
        del self.rows[key]
        ids = self._live if record.archived is None else self._dead
        ids.pop(bisect_left(ids, key))
        return record

    def move(self, record: Record) -> None:
        """Put a record's id into the list that its `archived` stamp says."""
        for ids in (self._live, self._dead):
            place = bisect_left(ids, record.id)
            if place < len(ids) and ids[place] == record.id:
                ids.pop(place)
        insort(self._live if record.archived is None else self._dead, record.id)

    def after(self, key: int, *, archived: bool = False) -> Iterator[int]:
        """Ids above `key` in ascending order."""
        own = self._dead if archived else self._live
        place = bisect_right(own, key)
        held = (own[i] for i in range(place, len(own)))
        if archived or self.bulk is None:
            return held
        ids = self.bulk.ids
        start = max(ids.start, key + 1)
        return heapq.merge(held, self.untouched(range(start, ids.stop)))

    def unbroken(self, key: int, limit: int) -> range | None:
        """The next `limit` ids above `key` where all are of the untouched range, else None."""
        if self.bulk is None:
            return None
        ids = self.bulk.ids
        start = max(ids.start, key + 1)
        run = range(start, min(start + limit, ids.stop))
        if not run or bisect_right(self._live, key) != bisect_left(self._live, run.stop):
            return None
        if bisect_left(self._taken, run.start) != bisect_left(self._taken, run.stop):
            return None
        return run

    def more(self, key: int) -> bool:
        """Whether any live id is above `key`."""
        return next(self.after(key), None) is not None

    def untouched(self, keys: Iterable[int]) -> Iterator[int]:
        """Those of the range's ids that are neither held nor gone."""
        return (key for key in keys if key not in self._taken_set)

    def taken_in(self, keys: Sequence[int]) -> int:
        """How many of the range's ids, ascending, are held or gone."""
        if isinstance(keys, range):
            return bisect_left(self._taken, keys.stop) - bisect_left(self._taken, keys.start)
        return sum(key in self._taken_set for key in keys)

    def _in_range(self, key: int) -> bool:
        return self.bulk is not None and key in self.bulk.ids and key not in self._taken_set

    def _take(self, key: int) -> None:
        insort(self._taken, key)
        self._taken_set.add(key)
