"""Putting goals away and bringing them back; nothing of their history is lost meanwhile."""

from datetime import datetime

from sqlmodel import Session, col, select

from goals.errors import Refusal
from goals.table import workspace_of
from goals.tracking import visibility
from goals.tracking.goal import Goal
from goals.tracking.visibility import Audience
from goals.words import N_


def archive(session: Session, goal: Goal, now: datetime) -> None:
    """Put a goal away: it is neither shown nor reviewed until it is restored."""
    goal.archived_at = now
    session.add(goal)
    session.flush()


def find(session: Session, goal_id: int, who: Audience) -> Goal:
    """Return a goal, put away or not; raises Refusal `unknown_goal` for one that is not seen."""
    statement = select(Goal).where(
        col(Goal.workspace_id) == workspace_of(session),
        col(Goal.id) == goal_id,
        visibility.may_see(who),
    )
    goal = session.exec(statement).first()
    if goal is None:
        raise Refusal("unknown_goal", N_("There is no goal %(name)s."), {"name": str(goal_id)})
    return goal


def restore(session: Session, goal_id: int, who: Audience) -> Goal:
    """Bring an archived goal back; raises Refusal `unknown_goal` for one that is not seen."""
    goal = find(session, goal_id, who)
    goal.archived_at = None
    session.add(goal)
    session.flush()
    return goal
