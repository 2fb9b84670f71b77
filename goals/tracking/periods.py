"""Goals without an end: judged in each month, quarter or year, with the result of each kept."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session, col, select

from goals import workspace
from goals.calendar import Period
from goals.metrics import catalogue, library, query, readings
from goals.table import new_id, workspace_of
from goals.tracking import aims, planning
from goals.tracking.drafts import Draft
from goals.tracking.evaluation import Evaluation
from goals.tracking.goal import PERIODS, Goal, GoalVersion

#: So near, as a share, are two numbers of which one was kept in fewer digits.
NEAR = Decimal("1e-6")


def filled(session: Session, draft: Draft) -> Draft:
    """Return a draft whose window is the whole period in which its first day lies.

    A draft that has an end stays as it is, and so does a word that is no period.
    """
    if draft.every not in PERIODS or draft.first_day is None:
        return draft
    window = workspace.of(session).fiscal.containing(draft.every, draft.first_day)
    return replace(draft, first_day=window.first, last_day=window.last)


def is_over(goal: Goal, terms: GoalVersion, today: date) -> bool:
    """Tell whether a goal without an end has to go on to its next period."""
    return goal.every is not None and today > terms.last_day


def begin_next(session: Session, goal: Goal, terms: GoalVersion, now: datetime) -> GoalVersion:
    """Give a goal without an end the same terms for the period that follows."""
    assert goal.every is not None
    before = Period.of(terms.first_day, terms.last_day)
    window = workspace.of(session).fiscal.containing(goal.every, before.end)
    points = [(date.fromisoformat(day), share) for day, share in terms.plan_points or ()]
    moved = planning.moved(session, terms.plan, points, before, window)
    same = terms.model_dump(exclude={"id", "reason", "changed_by"})
    after = GoalVersion(
        **{
            **same,
            "id": new_id(),
            "version": terms.version + 1,
            "first_day": window.first,
            "last_day": window.last,
            "plan_points": [[day.isoformat(), share] for day, share in moved] if moved else None,
            "changed_at": now,
        }
    )
    goal.version = goal.period_version = after.version
    session.add_all([goal, after])
    session.flush()
    return after


@dataclass(frozen=True)
class Ended:
    """A period that is over, with the terms it was judged by and what was said at its end."""

    terms: GoalVersion
    result: Evaluation

    @property
    def is_met(self) -> bool:
        """Tell whether the target was met; a period without data was not."""
        return self.result.final and self.result.status == "achieved"

    @property
    def target(self) -> Decimal | None:
        """Return what was to be reached, None for a band."""
        return self.terms.target_value


def ended(session: Session, goal: Goal) -> list[Ended]:
    """Return the periods of a goal without an end that are over, the latest first."""
    if goal.every is None:
        return []
    here = workspace_of(session)
    statement = (
        select(GoalVersion, Evaluation)
        .join(
            Evaluation,
            (col(Evaluation.workspace_id) == here)
            & (col(Evaluation.goal_id) == col(GoalVersion.goal_id))
            & (col(Evaluation.version) == col(GoalVersion.version)),
        )
        .where(
            col(GoalVersion.workspace_id) == here,
            col(GoalVersion.goal_id) == goal.id,
            col(GoalVersion.version) < goal.period_version,
            col(Evaluation.day) > col(GoalVersion.last_day),
        )
        .order_by(col(GoalVersion.first_day).desc(), col(Evaluation.id).desc())
    )
    found: dict[date, Ended] = {}
    for terms, seen in session.exec(statement):
        found.setdefault(terms.first_day, Ended(terms, seen))
    return list(found.values())


def counted_today(
    session: Session, goal: Goal, one: Ended, *, today: date, now: datetime
) -> Decimal | None:
    """Return what the number of a period that is over comes to today, None where it is the same.

    Late records change no result that was told; but nobody shall take it for today's count. What
    is rolled up, or meant in another currency than the workspace's, cannot be said.
    """
    terms, was = one.terms, one.result.actual
    if terms.rollup != "own" or was is None:
        return None
    if library.find(session, goal.metric) is catalogue.MILESTONE:
        return None
    if aims.is_foreign(terms, workspace.of(session).currency):
        return None
    asked = query.Query(
        metric=goal.metric,
        params=goal.params,
        first_day=terms.first_day,
        last_day=terms.last_day,
        where=goal.segment,
    )
    value = readings.read(session, asked, today=today, now=now, keep=False).value
    if value is None or abs(value - was) <= NEAR * max(abs(value), abs(was)):
        return None
    return value


def streak(found: Sequence[Ended]) -> int:
    """Return how many of the latest periods in a row were met."""
    for number, one in enumerate(found):
        if not one.is_met:
            return number
    return len(found)
