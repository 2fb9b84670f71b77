"""How a goal is judged, chosen when it starts: by its pace, or by its chance to be reached.

It stays so: a person may change it, the program never does.
"""

from sqlmodel import Session

from goals.calendar import Period
from goals.errors import Refusal
from goals.metrics.ahead import Ahead
from goals.metrics.catalogue import Metric
from goals.tracking import outlook
from goals.tracking.forecast.landing import FLOOR
from goals.tracking.goal import Goal, GoalVersion
from goals.words import N_, Message

#: Kinds that go somewhere; what is kept is judged by where it is, what is done by a word.
KINDS = ("cumulative", "level")


def chosen(
    session: Session,
    goal: Goal,
    terms: GoalVersion,
    metric: Metric,
    asked: str,
    ahead: Ahead | None = None,
) -> str:
    """Return "pace" or "chance" for what was asked; "auto" takes the chance where it can be said.

    Raises Refusal where a chance was asked for that cannot be said.
    """
    if asked == "pace" or (asked == "auto" and terms.rollup != "own"):
        return "pace"
    why = _hindrance(session, goal, terms, metric, ahead)
    if why is None:
        return "chance"
    if asked == "auto":
        return "pace"
    raise why


def _hindrance(
    session: Session, goal: Goal, terms: GoalVersion, metric: Metric, ahead: Ahead | None
) -> Refusal | None:
    """Return why no chance can be said of a goal, None where it can."""
    fix = Message(N_("Judge it by its pace, or leave the choice to the program."))
    if goal.kind not in KINDS:
        return Refusal(
            "judge_unfit",
            N_("What is kept, or done or not, has no chance to say. It is judged by where it is."),
            fix=fix,
            field="judge",
        )
    window = Period.of(terms.first_day, terms.last_day)
    if not outlook.can_say(session, goal, metric, window, ahead):
        return Refusal(
            "history_short",
            N_(
                "A chance needs at least %(least)s days, weeks or months of history before the"
                " goal, as long as the steps it is looked at in, of a number that can be forecast."
            ),
            {"least": FLOOR},
            fix=fix,
            field="judge",
        )
    return None
