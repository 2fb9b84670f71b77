"""Why rows of a run were left out, in words that say which rows and what to do."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from goals.records.writer import Rejected
from goals.words import N_, P_, Message

#: Reasons that are told of a stream, those of most rows first, and rows that stand for the others.
MOST, EXAMPLES = 5, 4
#: Characters of an id that are shown.
LONGEST = 80

#: What is told of a vendor's rows, and what to do.
NEEDED = N_("A new record needs %(field)s.")
UNKEPT = N_("This value of %(field)s cannot be kept.")
UNREAD = N_("It holds a number or a date that cannot be read.")
FIX = N_("Correct it there; what changes is read again.")

_AT = P_("%(n)s row, %(place)s: %(problem)s %(fix)s", "%(n)s rows, %(place)s: %(problem)s %(fix)s")
_OF = P_("%(n)s row: %(problem)s %(fix)s", "%(n)s rows: %(problem)s %(fix)s")


@dataclass
class Refused:
    """A vendor's rows that could not be kept or read: why, how many, and the ids of some."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    ids: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def add(self, rows: Sequence[Mapping[str, Any]], rejected: Iterable[Rejected]) -> None:
        """Take in which of some rows could not be kept."""
        for one in rejected:
            text = NEEDED if one.missing else UNKEPT
            self._add(text, one.column, rows[one.place].get("external_id"))

    def unread(self, ids: Iterable[str]) -> None:
        """Take in rows with a value that is none of its kind."""
        for one in ids:
            self._add(UNREAD, "", one)

    def _add(self, text: str, column: str, id_: object) -> None:
        key = text, column
        self.counts[key] += 1
        known = self.ids.setdefault(key, [])
        if id_ and len(known) < EXAMPLES:
            known.append(str(id_)[:LONGEST])

    def told(self) -> list[Message]:
        """Return what is told of them."""
        found = []
        for (text, column), n in self.counts.most_common(MOST):
            place = f"id = {', '.join(known)}" if (known := self.ids[text, column]) else ""
            problem = Message(text, {"field": column} if column else {})
            found.append(told_of(n, place, problem, Message(FIX)))
        return found


def told_of(n: int, place: str, problem: Message, fix: Message) -> Message:
    """Return why so many rows were left out; `place` says which (data), "" where nothing does."""
    params = {"problem": problem, "fix": fix, **({"place": place} if place else {})}
    return Message.counted(_AT if place else _OF, n, params)
