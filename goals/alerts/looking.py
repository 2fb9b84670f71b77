"""What a review finds out before anybody has to wait for it: only then it holds the workspace.

On SQLite whoever holds it keeps all others from writing, and to count and to forecast for a
hundred goals takes seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from goals.alerts import unchanged
from goals.metrics import keeping
from goals.metrics.result import Result
from goals.tracking import counted, evaluate, goals
from goals.tracking.evaluate import Measured
from goals.tracking.evaluation import Evaluation
from goals.tracking.goal import Goal, GoalVersion


@dataclass(frozen=True)
class _One:
    """What was found out for a goal, and of which goal and terms."""

    goal: dict[str, Any]
    terms: dict[str, Any]
    result: Result | None
    measured: Measured


@dataclass(frozen=True)
class Looked:
    """What was found out for goals: what still holds, and what the others' numbers say."""

    held: dict[int, tuple[GoalVersion, Evaluation]]
    _found: dict[int, _One] = field(default_factory=dict)

    def take(
        self, session: Session, goal: Goal, terms: GoalVersion, *, now: datetime
    ) -> Measured | None:
        """Return what a goal's numbers say and keep its reading.

        None where nobody looked, or somebody changed the goal since.
        """
        one = self._found.pop(goal.id, None)
        if one is None or (one.goal, one.terms) != (_state(goal), _state(terms)):
            return None
        if one.result is None:
            return one.measured
        kept = keeping.keep(session, one.result, now=now)
        return replace(one.measured, receipt=kept.receipt)


def look(
    session: Session, them: Sequence[Goal], *, is_news: bool, now: datetime, today: date
) -> Looked:
    """Find out what a review of goals needs; nothing is written.

    What follows from other goals is left to be found out after them, and what cannot be found
    out to say so when it is its turn.
    """
    held = {} if is_news else unchanged.since(session, them, now=now, today=today)
    anew = [(goal, goals.current(session, goal)) for goal in them if goal.id not in held]
    known = counted.of_goals(session, anew, today=today, now=now)
    found = {}
    for goal, terms in anew:
        one = known.get(goal.id)
        if one is None or terms.rollup != "own":
            continue
        state = _state(goal), _state(terms)
        try:
            measured = evaluate.measure(session, goal, terms, today=today, now=now, known=one)
        except Exception as error:
            if isinstance(error, DBAPIError):
                raise
        else:
            found[goal.id] = _One(*state, one.result, measured)
    return Looked(held, found)


def _state(row: Goal | GoalVersion) -> dict[str, Any]:
    """Return the columns of a goal or its terms, but for what a review itself writes."""
    names = inspect(type(row)).columns.keys()
    return {name: getattr(row, name) for name in names if name != "evaluation_id"}
