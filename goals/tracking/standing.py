"""How a goal stands: one object, the same for the page, Slack, the API and the command line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from goals import words
from goals.table import workspace_of
from goals.tracking import reasons, status, visibility
from goals.tracking.evaluation import Evaluation
from goals.tracking.goal import Goal, GoalVersion
from goals.tracking.visibility import Audience
from goals.workspace import Member, Person, Team

#: The version of the terms that holds now, and the first one.
TERMS, ORIGINAL = aliased(GoalVersion), aliased(GoalVersion)


@dataclass(frozen=True)
class Standing:
    """A goal with its terms, its latest evaluation (None: never reviewed) and its people."""

    goal: Goal
    terms: GoalVersion
    original: GoalVersion
    evaluation: Evaluation | None
    owner_name: str | None
    owner_email: str | None
    team_name: str | None

    @property
    def status(self) -> str:
        """Return the status shown; a goal that was never reviewed has no data yet."""
        return self.evaluation.status if self.evaluation is not None else "no_data"

    @property
    def unit(self) -> str:
        """Return the unit of the goal's numbers, the metric's own before the first review."""
        if self.evaluation is not None:
            return self.evaluation.unit
        return reasons.unit_of(self.goal)

    @property
    def currency(self) -> str | None:
        """Return the currency of the goal's amounts, None where they are no money."""
        return self.evaluation.currency if self.evaluation is not None else None

    @property
    def reason(self) -> words.Message:
        """Return the sentence that says why the status is what it is."""
        if self.evaluation is None:
            return reasons.never_reviewed()
        return words.from_json(self.evaluation.reason)

    def to_json(self, reader: words.Reader) -> dict[str, Any]:
        """Return the status object of the contract, its texts in the reader's language."""
        seen = self.evaluation
        forecast = None
        if seen is not None and seen.likely_end is not None:
            forecast = {"p10": seen.low_end, "p50": seen.likely_end, "p90": seen.high_end}
        return {
            "id": str(self.goal.id),
            "name": self.goal.name,
            "metric": self.goal.metric,
            "status": self.status,
            "final": seen.final if seen is not None else False,
            "since": seen.since if seen is not None else None,
            "reason": words.render(self.reason, reader),
            "actual": seen.actual if seen is not None else None,
            "expected": seen.expected if seen is not None else None,
            "target": self.terms.target_value,
            "original_target": self.original.target_value,
            "share": seen.share if seen is not None else None,
            "expected_share": seen.expected_share if seen is not None else None,
            "pace": seen.pace if seen is not None else None,
            "projection": seen.projection if seen is not None else None,
            "forecast": forecast,
            "chance": seen.chance if seen is not None else None,
            "required_rate": seen.required_rate if seen is not None else None,
            "from": self.terms.first_day,
            "to": self.terms.last_day,
            "owner": self.owner_email,
            "unit": self.unit,
            "currency": self.currency,
            "data_to": seen.data_to if seen is not None else None,
            "receipt": seen.receipt if seen is not None else None,
        }


def board(session: Session, who: Audience, *, ids: Iterable[int] | None = None) -> list[Standing]:
    """Return the goals an audience may see, worst first, in one statement."""
    here = workspace_of(session)
    terms, original = TERMS, ORIGINAL
    statement = (
        select(
            Goal, terms, original, Evaluation, col(Person.name), col(Person.email), col(Team.name)
        )
        .join(
            terms,
            and_(
                col(terms.workspace_id) == col(Goal.workspace_id),
                col(terms.goal_id) == col(Goal.id),
                col(terms.version) == col(Goal.version),
            ),
        )
        .join(
            original,
            and_(
                col(original.workspace_id) == col(Goal.workspace_id),
                col(original.goal_id) == col(Goal.id),
                col(original.version) == 1,
            ),
        )
        .outerjoin(
            Evaluation,
            and_(
                col(Evaluation.workspace_id) == col(Goal.workspace_id),
                col(Evaluation.id) == col(Goal.evaluation_id),
            ),
        )
        .outerjoin(
            Member,
            and_(
                col(Member.workspace_id) == col(Goal.workspace_id),
                col(Member.id) == col(Goal.owner_id),
            ),
        )
        .outerjoin(Person, col(Person.id) == col(Member.person_id))
        .outerjoin(
            Team,
            and_(
                col(Team.workspace_id) == col(Goal.workspace_id), col(Team.id) == col(Goal.team_id)
            ),
        )
        .where(visibility.sees(session, who), col(Goal.workspace_id) == here)
    )
    if ids is not None:
        statement = statement.where(col(Goal.id).in_(list(ids)))
    found = [Standing(*row) for row in session.execute(statement)]
    return sorted(found, key=worst_first)


def one(session: Session, goal: Goal, who: Audience = visibility.OWNER) -> Standing:
    """Return how one goal stands."""
    return board(session, who, ids=[goal.id])[0]


def worst_first(standing: Standing) -> tuple[int, float, date, str]:
    """Return the key that lists what needs a person first, the slowest first among equals."""
    seen = standing.evaluation
    pace = seen.pace if seen is not None else None
    return order(standing.status, pace, standing.terms.last_day, standing.goal.name)


def order(word: str, pace: float | None, last_day: date, name: str) -> tuple[int, float, date, str]:
    """Return the place of a goal among others by status, pace, last day and name."""
    return status.WORST_FIRST.index(word), 9.0 if pace is None else pace, last_day, name


def tally(standings: Iterable[Standing]) -> dict[str, int]:
    """Return how many goals have each status, those with none left out."""
    counts: dict[str, int] = {}
    for each in standings:
        counts[each.status] = counts.get(each.status, 0) + 1
    return counts


def gap(standing: Standing) -> Decimal | None:
    """Return how far the actual is from the plan, signed as the numbers are; None if unknown."""
    seen = standing.evaluation
    if seen is None or seen.actual is None or seen.expected is None:
        return None
    return seen.actual - seen.expected
