"""What to say when a goal is made easier: change the plan, not the goal. It blocks nothing."""

from dataclasses import dataclass

from sqlmodel import Session

from app.web import frame, texts
from app.web.texts import gettext as _
from goals.errors import Refusal
from goals.metrics import library, readings
from goals.tracking import aims
from goals.tracking import goals as use_cases
from goals.tracking.drafts import Draft
from goals.tracking.goal import Goal, GoalVersion


@dataclass(frozen=True)
class Easing:
    """What becomes easier, and the target that could stay."""

    moved: tuple[str, ...]
    kept: str


def of(session: Session, goal: Goal, draft: Draft) -> Easing | None:
    """Return what a draft makes easier of a goal, None where it makes nothing so."""
    before = use_cases.current(session, goal)
    try:
        after = use_cases.proposed(session, goal, draft, today=frame.today(), now=frame.now())
    except Refusal:
        return None
    if not aims.eased(goal, before, after):
        return None
    earlier, later = _aim(goal, before), _aim(goal, after)
    moved = []
    if earlier != later and goal.kind != "milestone":
        moved.append(
            _("The target goes from %(earlier)s to %(later)s.", earlier=earlier, later=later)
        )
    if before.last_day != after.last_day:
        moved.append(
            _(
                "The last day goes from %(earlier)s to %(later)s.",
                earlier=texts.day(before.last_day),
                later=texts.day(after.last_day),
            )
        )
    return Easing(tuple(moved), earlier)


def _aim(goal: Goal, terms: GoalVersion) -> str:
    found = aims.figure(goal, terms, *_unit(goal), compact=False)
    return texts.written(found)


def _unit(goal: Goal) -> tuple[str, str | None]:
    metric = library.find(frame.session(), goal.metric)
    return readings.unit_of(metric, goal.params, frame.here().currency)
