"""How a goal stands: one object, the same for the page, Slack, the API and the command line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased, defer
from sqlmodel import Session, col

from goals import words
from goals.metrics import catalogue, library, readings
from goals.metrics.catalogue import Metric
from goals.table import shared_alias, workspace_of
from goals.tracking import aims, reasons, status, visibility
from goals.tracking.evaluation import Evaluation
from goals.tracking.goal import Goal, GoalVersion
from goals.tracking.visibility import Audience
from goals.workspace import Member, Person, Team, Workspace

#: The version of the terms that holds now, and the first one of its period.
TERMS, ORIGINAL = shared_alias(GoalVersion), shared_alias(GoalVersion)


@dataclass(frozen=True)
class Standing:
    """A goal with metric and terms, its latest evaluation (None: not reviewed) and its people."""

    metric: Metric
    goal: Goal
    terms: GoalVersion
    original: GoalVersion
    evaluation: Evaluation | None
    owner_name: str | None
    owner_email: str | None
    team_name: str | None
    base_currency: str

    @property
    def status(self) -> str:
        """Return the status shown; a goal that was never reviewed has no data yet."""
        return self.evaluation.status if self.evaluation is not None else "no_data"

    @property
    def is_over(self) -> bool:
        """Tell whether the goal has ended for good, so that its result will not change."""
        seen = self.evaluation
        ended = seen is not None and seen.final and self.terms.last_day <= seen.day
        return ended and self.goal.every is None

    @property
    def unit(self) -> str:
        """Return the unit of the goal's numbers, the metric's own before the first review."""
        if self.evaluation is not None:
            return self.evaluation.unit
        return self._variant[0]

    @property
    def currency(self) -> str | None:
        """Return the currency of the goal's amounts, None where they are no money."""
        return self.evaluation.currency if self.evaluation is not None else self._variant[1]

    @property
    def _variant(self) -> tuple[str, str | None]:
        return readings.unit_of(self.metric, self.goal.params, self.base_currency)

    @property
    def reason(self) -> words.Message:
        """Return the sentence that says why the status is what it is."""
        if self.evaluation is None:
            return reasons.never_reviewed()
        return words.from_json(self.evaluation.reason)

    @property
    def grounds(self) -> words.Message | None:
        """Return what the forecast of its end comes from, None where there is none."""
        seen = self.evaluation
        return None if seen is None or seen.grounds is None else words.from_json(seen.grounds)

    def meant_in(self, terms: GoalVersion) -> str | None:
        """Return the currency of the amounts of some terms, None where they are no money."""
        return (terms.currency or self.currency) if self.unit == "money" else None

    @property
    def aim(self) -> object:
        """Return what is to be reached, as short as a figure; None while nobody knows."""
        return aims.figure(self.goal, self.terms, self.unit, self.meant_in(self.terms))

    @property
    def target(self) -> words.Message | None:
        """Return what is to be reached by when in a sentence, None while nobody knows."""
        day = words.Day(self.terms.last_day)
        if self.goal.kind == "milestone" and self.unit == "done":
            return words.Message(words.N_("Due on %(day)s."), {"day": day})
        if self.aim is None:
            return None
        if self.goal.kind == "maintain":
            currency = self.meant_in(self.terms)
            line = reasons.kept_line(self.goal, self.terms, self.unit, currency)
            text = words.N_("To stay %(line)s until %(day)s.")
            return words.Message(text, {"line": line, "day": day})
        return words.Message(
            words.N_("Target %(target)s by %(day)s."),
            {
                "target": words.amount(
                    self.terms.target_value, self.unit, self.meant_in(self.terms)
                ),
                "day": day,
            },
        )

    @property
    def original_aim(self) -> object:
        """Return what was to be reached at first, None while that holds."""
        parts = ("target_value", "low", "high", "currency")
        if all(getattr(self.original, one) == getattr(self.terms, one) for one in parts):
            return None
        return aims.figure(self.goal, self.original, self.unit, self.meant_in(self.original))

    @property
    def original_share(self) -> float | None:
        """Return how far the goal is as it was set at first: a share of that way."""
        seen = self.evaluation
        if seen is None or seen.currency != self.meant_in(self.original):
            return None
        return aims.share(self.goal, self.original, seen.actual, seen.share)

    @property
    def against_original(self) -> words.Message | None:
        """Return how the goal stands against its first terms, None while those hold."""
        seen = self.evaluation
        return aims.against(
            self.goal,
            self.original,
            self.terms,
            seen.actual if seen is not None else None,
            self.original_share,
            (self.unit, self.currency),
            seen.day if seen is not None else None,
        )

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
            "original_share": self.original_share,
            "share": seen.share if seen is not None else None,
            "expected_share": seen.expected_share if seen is not None else None,
            "pace": seen.pace if seen is not None else None,
            "projection": seen.projection if seen is not None else None,
            "forecast": forecast,
            "chance": seen.chance if seen is not None else None,
            "grounds": None if self.grounds is None else words.render(self.grounds, reader),
            "method": seen.method if seen is not None else None,
            "seed": seen.seed if seen is not None else None,
            "required_rate": seen.required_rate if seen is not None else None,
            "from": self.terms.first_day,
            "to": self.terms.last_day,
            "owner": self.owner_email,
            "unit": self.unit,
            "currency": self.currency,
            "data_to": seen.data_to if seen is not None else None,
            "receipt": seen.receipt if seen is not None else None,
        }


def board(
    session: Session,
    who: Audience,
    *,
    ids: Iterable[int] | None = None,
    on: date | None = None,
    has_curves: bool = True,
) -> list[Standing]:
    """Return the goals an audience may see, worst first, in one statement for all of them.

    With a day `on` it is what was last said by the end of that day, with the terms of then.
    Without `has_curves` the points of the small charts are read only where somebody wants them.
    """
    here, terms, original = workspace_of(session), TERMS, ORIGINAL
    chosen = select(
        Goal,
        terms,
        original,
        Evaluation,
        col(Person.name),
        col(Person.email),
        col(Team.name),
        col(Workspace.currency),
    )
    statement = (
        around(chosen, here, who, on)
        .join(Workspace, col(Workspace.id) == col(Goal.workspace_id))
        .join(
            original,
            and_(
                col(original.workspace_id) == col(Goal.workspace_id),
                col(original.goal_id) == col(Goal.id),
                col(original.version) == col(Goal.period_version),
            ),
        )
    )
    if not has_curves:
        statement = statement.options(defer(Evaluation.curve))  # type: ignore[arg-type]
    if ids is not None:
        statement = statement.where(col(Goal.id).in_(list(ids)))
    rows = session.execute(statement).all()
    metrics = library.named(session, {row[0].metric for row in rows})
    # A milestone has no number of its own.
    found = [Standing(metrics.get(row[0].metric, catalogue.MILESTONE), *row) for row in rows]
    return sorted(found, key=worst_first)


def around(chosen: Any, here: int, who: Audience, on: date | None) -> Any:
    """Return a statement with the goals an audience may see, their terms, status and people."""
    terms = TERMS
    seen: Any = col(Goal.evaluation_id)
    version: Any = col(Goal.version)
    if on is not None:
        seen = _last_said(here, on)
        version = func.coalesce(col(Evaluation.version), version)
    return (
        chosen.select_from(Goal)
        .outerjoin(
            Evaluation,
            and_(
                col(Evaluation.workspace_id) == col(Goal.workspace_id), col(Evaluation.id) == seen
            ),
        )
        .join(
            terms,
            and_(
                col(terms.workspace_id) == col(Goal.workspace_id),
                col(terms.goal_id) == col(Goal.id),
                col(terms.version) == version,
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
        .where(visibility.sees(here, who), col(Goal.workspace_id) == here)
    )


def _last_said(here: int, on: date) -> Any:
    """Return a goal's latest evaluation up to a day, as part of a statement."""
    earlier = aliased(Evaluation)
    return (
        select(col(earlier.id))
        .where(
            col(earlier.workspace_id) == here,
            col(earlier.goal_id) == col(Goal.id),
            col(earlier.day) <= on,
        )
        .order_by(col(earlier.day).desc(), col(earlier.id).desc())
        .limit(1)
        .correlate(Goal)
        .scalar_subquery()
    )


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
