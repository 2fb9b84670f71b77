"""How goals hang together: objectives, goals under them, their parts, and what hangs loose."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from goals.table import workspace_of
from goals.tracking import standing, status
from goals.tracking.goal import Objective
from goals.tracking.smart.rules import relevant
from goals.tracking.standing import Standing
from goals.tracking.visibility import Audience
from goals.words import N_, Message

ORPHAN = Message(N_("It stands under no objective and is part of no goal."))
STRAY = Message(N_("Its number is not known to move the goal that it is part of."))
APART = Message(N_("It stands under another objective than the goal that it is part of."))


@dataclass(frozen=True)
class Flag:
    """What is wrong with a goal's place, and the field of its form that mends it."""

    said: Message
    field: str


@dataclass(frozen=True)
class Node:
    """A goal with its parts."""

    one: Standing
    flags: tuple[Flag, ...]
    parts: tuple["Node", ...]

    @property
    def needing(self) -> int:
        """Return how many goals below this one need a person."""
        return sum((part.one.status in status.BAD) + part.needing for part in self.parts)

    @property
    def flagged(self) -> int:
        """Return how many goals in here hang wrong."""
        return bool(self.flags) + sum(part.flagged for part in self.parts)

    @property
    def size(self) -> int:
        """Return how many goals are in here."""
        return 1 + sum(part.size for part in self.parts)


@dataclass(frozen=True)
class Branch:
    """An objective with its goals; without a name: goals under none."""

    name: str | None
    nodes: tuple[Node, ...]


def tree(session: Session, who: Audience) -> list[Branch]:
    """Return the goals that an audience may see under their objectives, the loose ones last.

    A goal stands under the goal that it is part of, whatever its own objective is; where that
    one may not be seen it stands by itself. An objective without goals stands there empty.
    """
    found = standing.board(session, who)
    seen = {one.goal.id: one for one in found}
    parts: dict[int, list[Standing]] = {}
    tops = []
    for one in found:
        above = one.goal.parent_id
        if above is not None and above in seen:
            parts.setdefault(above, []).append(one)
        else:
            tops.append(one)
    statement = (
        select(Objective.id, Objective.name)
        .where(col(Objective.workspace_id) == workspace_of(session))
        .order_by(col(Objective.position), col(Objective.name))
    )
    named: list[tuple[int | None, str | None]] = [*session.exec(statement), (None, None)]
    branches = []
    for objective, name in named:
        under = [one for one in tops if one.goal.objective_id == objective]
        nodes = _nodes(under, None, parts)
        if nodes or name is not None:
            branches.append(Branch(name, nodes))
    return branches


def _nodes(
    found: Sequence[Standing], whole: Standing | None, parts: dict[int, list[Standing]]
) -> tuple[Node, ...]:
    return tuple(
        Node(one, tuple(_flags(one, whole)), _nodes(parts.get(one.goal.id, ()), one, parts))
        for one in found
    )


def _flags(one: Standing, whole: Standing | None) -> list[Flag]:
    goal = one.goal
    if whole is None:
        loose = goal.objective_id is None and goal.parent_id is None
        return [Flag(ORPHAN, "objective_id")] if loose else []
    found = []
    if goal.kind != "milestone" and relevant.moves(goal.metric, whole.goal.metric) is False:
        found.append(Flag(STRAY, "parent_id"))
    if goal.objective_id is not None and goal.objective_id != whole.goal.objective_id:
        found.append(Flag(APART, "objective_id"))
    return found
