"""The status of a goal: one word from the day's numbers and what was said before (pure).

Precedence and thresholds are fixed: the window being over wins over missing data, that over
a broken and a stale source, then achieved early, too early, and only then the pace.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from goals.calendar import Period
from goals.tracking import pace

#: Statuses that say how the goal does; a new one needs two days in a row.
JUDGED = frozenset(("on_track", "at_risk", "off_track", "ahead"))
#: Statuses that speak of the data and not of the goal.
PLUMBING = frozenset(("no_data", "source_broken", "stale"))
#: Statuses that need a person.
BAD = frozenset(("off_track", "at_risk", "missed"))
#: Below this share of the window a goal is not judged.
EARLY_SHARE = 0.15
#: Nor before this many buckets are complete.
EARLY_BUCKETS = 3
#: Chance below which a goal is off track, below which it is at risk, and from which it is ahead.
OFF_TRACK, ON_TRACK, AHEAD = 0.35, 0.60, 0.95
#: Between on track and the other two a word turns only where that is no small matter, or it would
#: turn with the next sale: at risk where the likely end is short of the target by so much, a share
#: of it, and on track again where it is beyond it by so much or the chance has reached `RECOVERED`.
#: Off track needs no more than `SHORT` (all chosen on series for tuning).
MATERIAL, SHORT, RECOVERED = 0.06, 0.01, 0.70
#: A quotient that lands on a threshold may be computed as much beside it.
ROUNDING = 1e-9

#: The order in which goals are listed, worst first.
WORST_FIRST = (
    "off_track",
    "missed",
    "at_risk",
    "source_broken",
    "stale",
    "no_data",
    "too_early",
    "on_track",
    "ahead",
    "achieved",
)


@dataclass(frozen=True)
class Inputs:
    """What a day says about a goal.

    `elapsed` is the share of the window that is complete; `buckets` the number of complete
    buckets; `is_reached` tells of a maintained goal whether it holds just now; `pace` is None
    when nothing is expected yet or the way is unknown. `chance` (0 to 1) counts where the goal is
    `judged_by` it, None where it cannot be said; `is_up_to_plan` tells whether the actual is
    where the plan expects it, or beyond. `worst` is the status of a goal that follows the worst of
    its parts, None for all others. `lead` is how far the likely end lies beyond the target, as a
    share of it (None: not known, or there is no one target).
    """

    kind: str
    is_over: bool
    has_value: bool
    is_reached: bool
    source_broken: bool
    is_stale: bool
    elapsed: float
    buckets: int
    pace: float | None
    judged_by: str = "pace"
    chance: float | None = None
    is_up_to_plan: bool = False
    worst: str | None = None
    lead: float | None = None


@dataclass(frozen=True)
class Before:
    """What was said before: the status shown last and since when, and an earlier day's verdict.

    `judged_day_before` is what the last evaluated earlier day said on its own; `last_judged`
    the latest shown status that judged the goal (None: never judged).
    """

    shown: str
    since: date
    judged_day_before: str | None
    last_judged: str | None


@dataclass(frozen=True)
class Verdict:
    """The status to show, what the day alone says, and whether it will not change again."""

    status: str
    judged: str
    final: bool
    changed: bool
    since: date


def before(
    shown: str, since: date, judged_day_before: str | None, latest: Callable[[], str | None]
) -> Before:
    """Return what was said before; `latest` looks up the last shown status that judged."""
    judged = shown if shown in JUDGED else None
    return Before(shown, since, judged_day_before, latest() if shown in PLUMBING else judged)


def is_news(after: str, final: bool, shown: str | None, was_final: bool) -> bool:
    """Tell whether a status is another one than was `shown` last (None: none was).

    A level that was met so far and is met at the end keeps its word, but now it is news.
    """
    return after != shown or (final and not was_final)


def is_early(inputs: Inputs) -> bool:
    """Tell whether too little of the window is complete to judge by."""
    return inputs.elapsed < EARLY_SHARE or inputs.buckets < EARLY_BUCKETS


def judged_from(window: Period, buckets: Sequence[Period]) -> date | None:
    """Return the first day whose review judges, None where the window is over by then.

    A day is complete when it is over, so this is the day after the last one that has to be.
    """
    if len(buckets) < EARLY_BUCKETS:
        return None
    share = window.start + timedelta(days=math.ceil(EARLY_SHARE * window.days - ROUNDING))
    first = max(share, buckets[EARLY_BUCKETS - 1].end)
    return first if first <= window.last else None


def of_the_day(inputs: Inputs) -> tuple[str, bool]:
    """Return what the day's numbers alone say, and whether that is final."""
    if inputs.is_over and inputs.has_value:
        return ("achieved", True) if inputs.is_reached else ("missed", True)
    if not inputs.has_value:
        return ("no_data" if inputs.elapsed > 0 else "too_early"), False
    if inputs.source_broken:
        return "source_broken", False
    if inputs.is_stale:
        return "stale", False
    if inputs.is_reached and inputs.kind != "maintain":
        # What was sold stays sold and what is done stays done; a level may fall again.
        return "achieved", inputs.kind in ("cumulative", "milestone")
    if inputs.worst is not None:
        return inputs.worst, False
    by = _by_chance if inputs.judged_by == "chance" else _by_pace
    return ("too_early" if is_early(inputs) else by(inputs)), False


def _by_pace(inputs: Inputs) -> str:
    if inputs.pace is None:
        return "too_early"
    if inputs.pace >= pace.ON_TRACK - ROUNDING:
        is_out = inputs.kind == "maintain" and not inputs.is_reached
        return "at_risk" if is_out else "on_track"
    return "at_risk" if inputs.pace >= pace.AT_RISK - ROUNDING else "off_track"


def _by_chance(inputs: Inputs) -> str:
    chance = inputs.chance
    if chance is None:
        return "too_early"
    if chance < OFF_TRACK - ROUNDING:
        return "off_track"
    if chance < ON_TRACK - ROUNDING:
        return "at_risk"
    return "ahead" if chance >= AHEAD - ROUNDING and inputs.is_up_to_plan else "on_track"


def judge(inputs: Inputs, before: Before | None, day: date) -> Verdict:
    """Return the status to show on a day.

    A new judged status needs two local days in a row, out of too early as well; until then
    the previous status stays. The very first status is shown at once, and so is a return
    from missing data to the status that held before.
    """
    judged, final = of_the_day(inputs)
    if before is None:
        return Verdict(judged, judged, final, True, day)
    if judged in JUDGED and _was(before) == "off_track" and _is_kept_off(inputs):
        judged = "off_track"
    if judged in JUDGED and is_held(inputs, judged, _was(before)):
        judged = "at_risk" if _was(before) in BAD else "on_track"
    shown = judged
    # The worst of the parts was confirmed already.
    is_new = judged != before.shown and before.judged_day_before != judged
    if judged in JUDGED and is_new and inputs.worst is None:
        shown = _while_pending(judged, before)
    changed = shown != before.shown
    return Verdict(
        shown, judged, final and shown == judged, changed, day if changed else before.since
    )


def _is_kept_off(inputs: Inputs) -> bool:
    """Tell whether what was off track stays so: until its chance is above that of on track."""
    chance = inputs.chance
    return inputs.judged_by == "chance" and chance is not None and chance <= ON_TRACK + ROUNDING


def is_held(inputs: Inputs, judged: str, said: str | None) -> bool:
    """Tell whether what was said of a goal, good or bad, holds against what its chance says.

    It does where the likely end lies too near to the target for another word.
    """
    if inputs.judged_by != "chance" or inputs.chance is None or said not in JUDGED:
        return False
    if (judged in BAD) == (said in BAD):
        return False
    if said in BAD and inputs.chance >= RECOVERED - ROUNDING:
        return False
    if inputs.lead is None:
        return said in BAD
    beyond = inputs.lead if said in BAD else -inputs.lead
    return beyond < (SHORT if judged == "off_track" else MATERIAL) - ROUNDING


def _was(before: Before) -> str | None:
    return before.last_judged if before.shown in PLUMBING else before.shown


def _while_pending(judged: str, before: Before) -> str:
    if before.shown not in PLUMBING:
        return before.shown
    # The data are back: what was last said of the goal holds again until confirmed anew.
    return before.last_judged or judged
