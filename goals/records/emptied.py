"""Fields that a source emptied in every record that had one: most often renamed or removed there.

A source that no longer knows a field sends it empty, or not at all, and nothing else tells. One
empty value says nothing; no value left among many says that the field is gone.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from goals.records.kind import Kind
from goals.records.stored import CONTENT, DELETED, STUB, Row

#: So many records have to lose a value before anything is said.
LEAST = 5
#: What becomes empty in the course of things: a deal that is open again has no last day.
_COMES_AND_GOES = frozenset(("date", "instant", "boolean"))
_REASONS = frozenset(("lost_reason",))
#: The same of an account's own fields, which are kept as texts: a day, an instant, a flag.
_PASSING = re.compile(r"\d{4}-\d{2}-\d{2}.*|true|false", re.DOTALL | re.IGNORECASE)


@dataclass
class Emptied:
    """How many records lost the value of a column, and in which columns some kept theirs."""

    lost: Counter[str] = field(default_factory=Counter)
    kept: set[str] = field(default_factory=set)

    def look(
        self,
        kind: Kind,
        names: Sequence[str],
        changed: Iterable[tuple[Row, Row]],
        unchanged: Sequence[Row],
    ) -> None:
        """Take in rows that changed, as pairs of old and new, and rows that did not.

        `names` are the columns of a row's content, in order.
        """
        pairs = [(old, new) for old, new in changed if not old[STUB] and old[DELETED] is None]
        if not pairs:
            return
        for one in kind.fields:
            if one.type in _COMES_AND_GOES or one.name in _REASONS:
                continue
            at = CONTENT + names.index(one.column)
            here = [new[at] for old, new in pairs if old[at] is not None]
            self.lost[one.name] += here.count(None)
            if here.count(None) < len(here) or any(row[at] is not None for row in unchanged):
                self.kept.add(one.name)

    def look_at_own(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        """Take in the account's own fields of one record: those it had, and those it is told.

        One that is not told at all, because the source has it no longer, keeps its value here.
        """
        for name, value in old.items():
            if new.get(name) is not None:
                self.kept.add(f"custom.{name}")
            elif not _PASSING.fullmatch(str(value)):
                self.lost[f"custom.{name}"] += 1

    def add(self, other: "Emptied") -> None:
        """Take in what was seen of further records."""
        self.lost += other.lost
        self.kept |= other.kept

    def fields(self) -> dict[str, int]:
        """Return the fields that no record has any more, with how many had one."""
        return {
            name: lost
            for name, lost in sorted(self.lost.items())
            if lost >= LEAST and name not in self.kept
        }
