"""Goals of which a review would say what the latest one said, so that it need not look again."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from goals import workspace
from goals.calendar import Period
from goals.metrics import library
from goals.table import workspace_of
from goals.tracking import evaluate, freshness
from goals.tracking.evaluation import Evaluation
from goals.tracking.goal import Goal, GoalVersion


def since(
    session: Session, chosen: Sequence[Goal], *, now: datetime, today: date
) -> dict[int, tuple[GoalVersion, Evaluation]]:
    """Return the terms and evaluations that still hold at an instant of a day, by goal.

    To be asked only where nothing was written that matters since all goals were reviewed. Then
    what a goal was said to be holds for the rest of the day, unless the day ended meanwhile or
    one of its sources fell silent. What is rolled up from its parts follows them at once.
    """
    here = workspace_of(session)
    statement = (
        select(GoalVersion, Evaluation)
        .join(Goal, (col(Goal.workspace_id) == here) & (col(Goal.id) == col(GoalVersion.goal_id)))
        .join(
            Evaluation,
            (col(Evaluation.workspace_id) == here)
            & (col(Evaluation.id) == col(Goal.evaluation_id)),
        )
        .where(
            col(GoalVersion.workspace_id) == here,
            col(GoalVersion.goal_id).in_([goal.id for goal in chosen]),
            col(GoalVersion.version) == col(Goal.version),
            col(Evaluation.day) == today,
        )
    )
    said = {terms.goal_id: (terms, seen) for terms, seen in session.exec(statement)}
    sources = _Sources(session, now)
    done = evaluate.complete_to(session, now)
    found = {}
    for goal in chosen:
        terms, seen = said.get(goal.id, (None, None))
        if terms is None or seen is None or seen.sources is None or terms.rollup != "own":
            continue
        is_same_day = done == evaluate.complete_to(session, seen.evaluated_at)
        if is_same_day and seen.sources == sources.of(goal, terms):
            found[goal.id] = terms, seen
    return found


class _Sources:
    """The states of sources at an instant, each looked up once."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session, self.now = session, now
        self.year = workspace.of(session).fiscal
        self._buckets: dict[Period, timedelta] = {}
        self._states: dict[tuple[str, timedelta], dict[str, Any]] = {}

    def of(self, goal: Goal, terms: GoalVersion) -> dict[str, Any]:
        window = evaluate.window_of(terms)
        if window not in self._buckets:
            self._buckets[window] = timedelta(days=self.year.buckets(window)[0].days)
        place = goal.metric, self._buckets[window]
        if place not in self._states:
            metric = library.find(self.session, goal.metric)
            found = freshness.of_metric(self.session, metric, place[1], self.now)
            self._states[place] = found.state
        return self._states[place]
