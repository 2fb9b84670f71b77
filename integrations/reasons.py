"""Why rows of a run were left out, in words that say which rows and what to do."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from goals.records.writer import Rejected
from goals.words import N_, P_, Message
from integrations.files.meanings import SAY, SAY_THERE
from integrations.files.result import Repair, shown

#: Reasons that are told of a stream, those of most rows first, and rows that stand for the others.
MOST, EXAMPLES = 5, 4

#: What is told of a vendor's rows, and what to do.
NEEDED = N_("A new record needs %(field)s.")
UNKEPT = N_("This value of %(field)s cannot be kept.")
UNREAD = N_("It holds a number or a date that cannot be read.")
FIX = N_("Correct it there; what changes is read again.")

_AT = P_("%(n)s row, %(place)s: %(problem)s %(fix)s", "%(n)s rows, %(place)s: %(problem)s %(fix)s")
_OF = P_("%(n)s row: %(problem)s %(fix)s", "%(n)s rows: %(problem)s %(fix)s")


def of_table(repairs: Sequence[Repair]) -> list[Message]:
    """Return what is told of the problems of a table, one for each thing that mends some."""
    return [_of_repair(one) for one in repairs[:MOST]]


def _of_repair(one: Repair) -> Message:
    told = one.first
    if told.fix.id == SAY:
        # It counts its rows itself; a connection has no page where it could be said.
        fix = Message(SAY_THERE, told.fix.params)
        return Message("%(problem)s %(fix)s", {"problem": told.problem, "fix": fix})
    column = told.column or ""
    values = ", ".join(one.values)
    if told.line is None:
        # About the whole table, where nothing was left out.
        place = " = ".join(filter(None, (column, values)))
        text = "%(place)s: %(problem)s %(fix)s" if place else "%(problem)s %(fix)s"
        return Message(text, {"place": place, "problem": told.problem, "fix": told.fix})
    return _told(one.count, " = ".join(filter(None, (column, values))), told.problem, told.fix)


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
            known.append(shown(str(id_)))

    def told(self) -> list[Message]:
        """Return what is told of them."""
        found = []
        for (text, column), n in self.counts.most_common(MOST):
            place = f"id = {', '.join(known)}" if (known := self.ids[text, column]) else ""
            problem = Message(text, {"field": column} if column else {})
            found.append(_told(n, place, problem, Message(FIX)))
        return found


def _told(n: int, place: str, problem: Message, fix: Message) -> Message:
    params = {"problem": problem, "fix": fix, **({"place": place} if place else {})}
    return Message.counted(_AT if place else _OF, n, params)
