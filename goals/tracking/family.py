"""Which goal is part of which: parents, parts, and what moves what."""

from sqlmodel import Session, col, select

from goals import workspace
from goals.errors import Refusal
from goals.table import workspace_of
from goals.tracking.goal import Goal
from goals.words import N_


def check(session: Session, goal: Goal | None, parent_id: int | None) -> None:
    """Raise Refusal where a goal cannot be part of another one: unknown, or part of itself."""
    if parent_id is None:
        return
    # Two people could each close one half of a circle: they take turns.
    workspace.hold(session)
    parents = _parents(session)
    if parent_id not in parents:
        raise Refusal(
            "unknown_goal",
            N_("There is no goal %(name)s."),
            {"name": str(parent_id)},
            field="parent",
        )
    if goal is None:
        return
    seen: set[int] = set()
    above: int | None = parent_id
    while above is not None and above not in seen:
        if above == goal.id:
            raise Refusal(
                "parent_circle",
                N_("That goal is itself part of this one. Choose one that is not."),
                field="parent",
            )
        seen.add(above)
        above = parents.get(above)


def below(session: Session, goal: Goal) -> set[int]:
    """Return the ids of a goal and of everything that is part of it, however far below."""
    parents = _parents(session)
    found, grown = {goal.id}, True
    while grown:
        more = {one for one, parent in parents.items() if parent in found} - found
        found |= more
        grown = bool(more)
    return found


def _parents(session: Session) -> dict[int, int | None]:
    statement = select(Goal.id, Goal.parent_id).where(
        col(Goal.workspace_id) == workspace_of(session)
    )
    return dict(session.exec(statement).all())
