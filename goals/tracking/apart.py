"""Why a goal's plan and its status go apart, in one sentence (pure).

The plan says what is expected by a day, the chance how the goal will likely end. Either may look
well while the other does not, and whoever reads both must not have to wonder.
"""

from decimal import Decimal

from goals import words
from goals.tracking import pace, status
from goals.tracking.evaluation import Evaluation
from goals.tracking.standing import Standing
from goals.words import N_, Message

KEPT_OFF = N_("Once off track, a goal stays so until its chance is above 60%%.")
UP_BUT_SLOW = N_(
    "It keeps up with its plan, but what is left asks for %(needed)s a day, and its own past makes"
    " %(likely)s a day likely."
)
UP_BUT_SHORT = N_(
    "It keeps up with its plan, but if it goes on as in its own past, it misses the target"
    " in %(short)s of cases."
)
BEHIND_BUT_FAST = N_(
    "It is behind its plan, but what is left asks for only %(needed)s a day, and its own past"
    " makes %(likely)s a day likely."
)
BEHIND_BUT_WELL = N_(
    "It is behind its plan, but if it goes on as in its own past, it reaches the target in"
    " %(reached)s of cases."
)
BY_PACE = N_(
    "It is judged by its pace. If it goes on as in its own past, it reaches the target in"
    " %(reached)s of cases."
)


def of(one: Standing) -> Message | None:
    """Return why plan, chance and status do not say the same; None where they do.

    A day that waits for a second one says so in the goal's own reason.
    """
    seen = one.evaluation
    if seen is None or seen.final or seen.chance is None or seen.status != seen.judged:
        return None
    if seen.status not in status.JUDGED:
        return None
    chance = Decimal(str(seen.chance))
    told: dict[str, object] = {"reached": words.Chance(chance), "short": words.Chance(1 - chance)}
    is_bad = seen.status in status.BAD
    if one.terms.judged_by == "pace":
        says = status.OFF_TRACK <= seen.chance < status.ON_TRACK
        differs = not says and is_bad != (seen.chance < status.OFF_TRACK)
        return Message(BY_PACE, told) if differs else None
    if seen.status == "off_track" and seen.chance >= status.OFF_TRACK:
        return Message(KEPT_OFF)
    if is_bad != (seen.chance < status.ON_TRACK):
        # The reason says why the word holds.
        return None
    if seen.actual is None or seen.expected is None:
        return None
    keeps_up = pace.reached(one.goal.direction, seen.actual, seen.expected)
    if keeps_up != is_bad:
        return None
    rates = _rates(one, seen)
    if rates is not None and (rates[1] < rates[0]) == keeps_up:
        for name, rate in zip(("needed", "likely"), rates, strict=True):
            told[name] = words.amount(rate, one.unit, one.currency, compact=True)
        return Message(UP_BUT_SLOW if keeps_up else BEHIND_BUT_FAST, told)
    return Message(UP_BUT_SHORT if keeps_up else BEHIND_BUT_WELL, told)


def _rates(one: Standing, seen: Evaluation) -> tuple[Decimal, Decimal] | None:
    """Return what a goal that adds up needs a day, and what is likely; None for all others."""
    days = (one.terms.last_day - seen.day).days
    if one.goal.kind != "cumulative" or pace.is_cap(one.goal.kind, one.goal.direction):
        return None
    if seen.required_rate is None or seen.likely_end is None or seen.actual is None or days <= 0:
        return None
    return seen.required_rate, (seen.likely_end - seen.actual) / days
