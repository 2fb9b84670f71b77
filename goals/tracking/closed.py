"""What was said of goals that have closed since, so that chances are worth what they say."""

from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from goals.table import workspace_of
from goals.tracking.evaluation import Evaluation
from goals.tracking.forecast import recalibration
from goals.tracking.forecast.recalibration import Recalibration, Week
from goals.tracking.goal import Goal, GoalVersion

#: Where a transaction keeps what it has learned already.
KEPT = "recalibration"


def recalibrated(session: Session, by: date | None = None) -> Recalibration:
    """Return what the workspace's closed goals teach of chances; read once in a transaction.

    With `by` only goals count whose end was known by that day.
    """
    held = session.info.get(KEPT)
    here, begun = workspace_of(session), session.get_transaction()
    if held is None or held[0] != (here, begun):
        held = ((here, begun), _weeks(session), {})
        session.info[KEPT] = held
    weeks = [week for closed_on, week in held[1] if by is None or closed_on <= by]
    learned: dict[int, Recalibration] = held[2]
    # The weeks stand in the order in which they became known, so that their number tells them.
    if len(weeks) not in learned:
        learned[len(weeks)] = recalibration.learned(weeks)
    return learned[len(weeks)]


def is_end(end: Any) -> Any:
    """Return the condition under which an evaluation says how a goal, or a period of it, ended.

    It stands beside the goal and the terms that were judged then. What a goal without an end
    reached in a period that is over is an end as much as that of a goal with one.
    """
    is_last = col(end.id) == col(Goal.evaluation_id)
    is_of_past_period = and_(
        col(GoalVersion.version) < col(Goal.period_version),
        col(end.day) > col(GoalVersion.last_day),
    )
    return and_(
        col(end.workspace_id) == col(Goal.workspace_id),
        col(end.goal_id) == col(Goal.id),
        col(end.version) == col(GoalVersion.version),
        col(end.final).is_(True),
        col(end.status).in_(("achieved", "missed")),
        or_(is_last, is_of_past_period),
    )


def _weeks(session: Session) -> list[tuple[date, Week]]:
    """Return what was said of each closed goal once a week, counted back from its last day.

    Each comes with the day on which the goal's end was known, the earliest of these first.
    """
    said = [
        (known_on, Week(goal, chance, status == "achieved"))
        for goal, known_on, status, chance in weekly(session, Evaluation.raw_chance)
    ]
    return sorted(said, key=lambda one: one[0])


def weekly(session: Session, *columns: Any, end: Any = None) -> list[tuple[Any, ...]]:
    """Return what was judged of each closed goal once a week, counted back from its last day.

    A row has the goal, the day on which its end was known and how it ended, then `columns` of
    the evaluations, and of `end`, an alias of them, where something of the end is asked for.
    """
    here, end = workspace_of(session), aliased(Evaluation) if end is None else end
    statement = (
        select(
            col(Goal.id),
            col(Evaluation.day),
            col(GoalVersion.last_day),
            col(end.day),
            col(end.status),
            *columns,
        )
        .join(
            GoalVersion,
            (col(GoalVersion.workspace_id) == here) & (col(GoalVersion.goal_id) == col(Goal.id)),
        )
        .join(end, (col(end.workspace_id) == here) & is_end(end))
        .join(
            Evaluation,
            (col(Evaluation.workspace_id) == here)
            & (col(Evaluation.goal_id) == col(Goal.id))
            & (col(Evaluation.version) == col(end.version)),
        )
        .where(col(Goal.workspace_id) == here, col(Evaluation.raw_chance).is_not(None))
        .order_by(col(Goal.id), col(Evaluation.day), col(Evaluation.id))
    )
    # Of a week the last day that was judged counts, and that day as it was judged last.
    said = {
        (goal, last, (last - day).days // 7): (goal, *row)
        for goal, day, last, *row in session.execute(statement)
        if (last - day).days >= 7
    }
    return list(said.values())
