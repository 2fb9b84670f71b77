"""How right a rule would have been, from what it would have sent and how its goals ended (pure).

A goal that was missed is caught when an alert about it left before its last day: after that,
nothing can be done. An alert is false when its goal was met after all. These are recall and false
positives as event detection counts them: events for recall, alarms for false alarms.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from goals.alerts.replay.walk import Sent
from goals.tracking.past_days import Past

#: Kinds of rule that warn of a goal that will be missed.
WARNS = frozenset(("status_change", "pace_gap", "chance_below"))
WEEK = 7


@dataclass(frozen=True)
class Firing:
    """A time at which the rule fired: the day its message left, and how its goal ended."""

    day: date
    past: Past
    outcome: str


@dataclass(frozen=True)
class Score:
    """What a rule would have done over a run of days.

    `missed` is the number of goals whose last day lies in it and that were missed; `caught` of
    them were warned of in time, `lead_days` (median) before their last day. `false_alarms` are
    firings whose goal ended otherwise than the rule said. None: not what a rule of this kind is
    for, or nothing to say it of. `messages` left in these days, to each place of the rule.
    """

    firings: tuple[Firing, ...]
    missed: int
    caught: int | None
    false_alarms: int | None
    lead_days: float | None
    messages: int
    weeks: float

    @property
    def recall(self) -> float | None:
        """Return the share of missed goals that were caught, None where none was missed."""
        return None if self.caught is None or not self.missed else self.caught / self.missed

    @property
    def messages_a_week(self) -> float:
        """Return how many messages left in a week, on average."""
        return self.messages / self.weeks

    @property
    def right(self) -> int:
        """Return how many firings told of what came true."""
        return len(self.firings) - (self.false_alarms or 0) - self.open

    @property
    def open(self) -> int:
        """Return how many firings are about goals whose end is not known yet."""
        return sum(one.outcome == "open" for one in self.firings)


def of(
    kind: str, sent: Sequence[tuple[date, Sent]], pasts: Sequence[Past], first: date, last: date
) -> Score:
    """Return what a rule would have done from a first to a last day, both included.

    `sent` is all that it would have sent, also before them, each with the local day on which it
    left.
    """
    by_id = {one.goal.id: one for one in pasts}
    inside = [(day, one) for day, one in sent if first <= day <= last]
    firings = tuple(
        Firing(day, by_id[one.goal_id], by_id[one.goal_id].outcome)
        for day, one in inside
        if one.is_firing
    )
    missed = {
        one.goal.id: one.terms.last_day
        for one in pasts
        if one.outcome == "missed" and first <= one.terms.last_day <= last
    }
    warned: dict[int, date] = {}
    for day, one in sent:
        if one.is_firing and day < missed.get(one.goal_id, date.min):
            warned[one.goal_id] = min(day, warned.get(one.goal_id, day))
    leads = [(missed[goal] - day).days for goal, day in warned.items()]
    warns = kind in WARNS
    wrong = "met" if warns else "missed"
    return Score(
        firings=firings,
        missed=len(missed),
        caught=len(warned) if warns else None,
        false_alarms=sum(one.outcome == wrong for one in firings) if kind != "milestone" else None,
        lead_days=float(median(leads)) if warns and leads else None,
        messages=len(inside),
        weeks=((last - first).days + 1) / WEEK,
    )
