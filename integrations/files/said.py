"""What is said of the problems of a table that a connection brought."""

from collections.abc import Sequence

from goals.words import Message
from integrations import reasons
from integrations.files.meanings import SAY, SAY_THERE
from integrations.files.result import Repair


def of_table(repairs: Sequence[Repair]) -> list[Message]:
    """Return what is told of the problems of a table, one for each thing that mends some."""
    return [_of_repair(one) for one in repairs[: reasons.MOST]]


def _of_repair(one: Repair) -> Message:
    told = one.first
    if told.fix.id == SAY:
        # It counts its rows itself; a connection has no page where it could be said.
        fix = Message(SAY_THERE, told.fix.params)
        return Message("%(problem)s %(fix)s", {"problem": told.problem, "fix": fix})
    place = " = ".join(filter(None, (told.column, ", ".join(one.values))))
    if told.line is None:
        # About the whole table, where nothing was left out.
        text = "%(place)s: %(problem)s %(fix)s" if place else "%(problem)s %(fix)s"
        return Message(text, {"place": place, "problem": told.problem, "fix": told.fix})
    return reasons.told_of(one.count, place, told.problem, told.fix)
