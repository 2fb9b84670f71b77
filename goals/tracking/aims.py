"""What a goal aims at, as a figure, and how it stands against what it aimed at first (pure)."""

from datetime import date
from decimal import Decimal

from goals import words
from goals.tracking import pace
from goals.tracking.goal import Goal, GoalVersion
from goals.words import N_, Message

#: The terms that make up what has to be reached; the plan's curve is only a way there.
AIM = (
    "target_value",
    "low",
    "high",
    "baseline_value",
    "first_day",
    "last_day",
    "currency",
)


def figure(
    goal: Goal, terms: GoalVersion, unit: str, currency: str | None, *, compact: bool = True
) -> object:
    """Return a goal's target as a figure, for a maintained one with its sense; None: not known."""
    if goal.kind == "milestone" and unit == "done":
        return words.Day(terms.last_day)
    if goal.kind != "maintain":
        return words.amount(terms.target_value, unit, currency, compact=compact)
    ends = pace.bounds(goal.direction, terms.target_value, terms.low, terms.high)
    return within(*(words.amount(one, unit, currency, compact=compact) for one in ends))


def within(low: words.Quantity | None, high: words.Quantity | None) -> object:
    """Return the bounds of what is kept as a figure, None without any."""
    if low is not None and high is not None:
        return words.Range(low, high)
    if high is not None:
        return Message(N_("%(high)s or below"), {"high": high})
    return None if low is None else Message(N_("%(low)s or above"), {"low": low})


def is_foreign(terms: GoalVersion, currency: str) -> bool:
    """Tell whether terms are meant in another currency than one: then nothing compares."""
    return terms.currency is not None and terms.currency != currency


def moved(before: GoalVersion, after: GoalVersion) -> bool:
    """Tell whether what has to be reached differs between two versions of the terms."""
    return any(getattr(before, one) != getattr(after, one) for one in AIM)


def share(
    goal: Goal, terms: GoalVersion, actual: Decimal | None, of_steps: float | None
) -> float | None:
    """Return how far a value is by some terms; None where that cannot be said.

    A milestone's share is that of its steps, whatever day it is due.
    """
    if goal.kind == "milestone":
        return of_steps
    if actual is None:
        return None
    if goal.kind == "maintain":
        ends = pace.bounds(goal.direction, terms.target_value, terms.low, terms.high)
        return None if ends == (None, None) else pace.closeness(actual, *ends)
    if terms.target_value is None:
        return None
    return pace.progress(
        goal.kind, actual, terms.baseline_value, terms.target_value, goal.direction
    )


def eased(goal: Goal, before: GoalVersion, after: GoalVersion) -> bool:
    """Tell whether new terms are easier to meet: a nearer target, wider bounds, a later day.

    Amounts in two currencies are not told apart.
    """
    if after.last_day > before.last_day and goal.kind != "maintain":
        return True
    if goal.kind == "maintain" and before.currency == after.currency:
        old = pace.bounds(goal.direction, before.target_value, before.low, before.high)
        new = pace.bounds(goal.direction, after.target_value, after.low, after.high)
        lower = old[0] is not None and (new[0] is None or new[0] < old[0])
        return lower or (old[1] is not None and (new[1] is None or new[1] > old[1]))
    earlier, later = before.target_value, after.target_value
    if earlier is None or later is None or before.currency != after.currency:
        return False
    return later > earlier if goal.direction in ("down", "at_most") else later < earlier


def against(
    goal: Goal,
    original: GoalVersion,
    terms: GoalVersion,
    actual: Decimal | None,
    reached: float | None,
    measured_in: tuple[str, str | None],
    day: date | None,
) -> Message | None:
    """Return how a goal stands on a day against its first terms, None while those hold."""
    if not moved(original, terms):
        return None
    last = words.Day(original.last_day)
    is_past = day is not None and day > original.last_day
    if goal.kind == "milestone" and measured_in[0] == "done":
        if is_past and reached != 1:
            return Message(N_("At first it was due on %(day)s, which has passed."), {"day": last})
        return Message(N_("At first it was due on %(day)s."), {"day": last})
    unit, currency = measured_in
    aim = figure(goal, original, unit, original.currency or currency, compact=False)
    if aim is None:
        return None
    told: dict[str, object] = {"target": aim, "day": last}
    if actual is None or reached is None:
        return Message(N_("The original target was %(target)s by %(day)s."), told)
    if goal.kind == "maintain":
        text = N_("Against the original line of %(target)s it is kept.")
        if reached < 1:
            text = N_("Against the original line of %(target)s it is not kept.")
        return Message(text, told)
    told["share"] = words.Rate(Decimal(str(reached)), 0)
    if is_past and original.last_day != terms.last_day:
        return Message(
            N_(
                "Against the original target of %(target)s by %(day)s, which has passed, it is at"
                " %(share)s of the way by now."
            ),
            told,
        )
    return Message(
        N_("Against the original target of %(target)s by %(day)s it is at %(share)s of the way."),
        told,
    )
