"""How right a rule would have been, from what it would have sent and how its goals ended (pure).

A goal that was missed is caught when an alert about it left before its last day: after that,
nothing can be done. An alert is false when its goal was met after all. These are recall and false
positives as event detection counts them: events for recall, alarms for false alarms.
"""

from collections.abc import Callable, Mapping, Sequence
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
    """A time at which the rule fired: the day its message left, what about, and how that ended.

    `goal_id` is None for what is no goal. `outcome` is that of the goal; of a state (`is_state`),
    "over" since the day `until` or "open" while it was so at the last look.
    """

    day: date
    subject: str
    name: str
    goal_id: int | None
    outcome: str
    until: date | None = None
    is_state: bool = False


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
    def days_over(self) -> float | None:
        """Return how many days half of the states lasted that are over, None where none is."""
        lasted = [(one.until - one.day).days + 1 for one in self.firings if one.until is not None]
        return float(median(lasted)) if lasted else None

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
    by_id = {str(one.goal.id): one for one in pasts}
    inside = [(day, one) for day, one in sent if first <= day <= last]
    firings = tuple(
        Firing(day, one.subject, goal.goal.name, goal.goal.id, goal.outcome)
        for day, one in inside
        if one.is_firing
        for goal in (by_id[one.subject],)
    )
    missed = {
        str(one.goal.id): one.terms.last_day
        for one in pasts
        if one.outcome == "missed" and first <= one.terms.last_day <= last
    }
    warned: dict[str, date] = {}
    for day, one in sent:
        if one.is_firing and day < missed.get(one.subject, date.min):
            warned[one.subject] = min(day, warned.get(one.subject, day))
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


def of_states(
    sent: Sequence[tuple[date, Sent]],
    named: Mapping[str, tuple[str, int | None]],
    ended: Callable[[Sent], date | None],
    first: date,
    last: date,
) -> Score:
    """Return what a rule about a state would have done: how often, when and how long.

    `named` has each subject's name and goal (None: no goal), and `ended` the day on which what a
    message told of was over, None where it was not. Whether such an alert was right has no label,
    so that there is neither recall nor a false alarm.
    """
    inside = [(day, one) for day, one in sent if first <= day <= last]
    firings = []
    for day, one in inside:
        if one.is_firing:
            until = ended(one)
            state = "open" if until is None else "over"
            firings.append(Firing(day, one.subject, *named[one.subject], state, until, True))
    weeks = ((last - first).days + 1) / WEEK
    return Score(tuple(firings), 0, None, None, None, len(inside), weeks)
