"""How far a goal is on its way on a day, and what that says to whoever judges it.

The day's numbers come in as arguments, so that today and any day of the past are weighed alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from goals.calendar import Period
from goals.metrics import catalogue
from goals.metrics.catalogue import Metric
from goals.tracking import pace
from goals.tracking.goal import Goal, GoalVersion
from goals.tracking.milestones import Reached
from goals.tracking.plan import Plan
from goals.tracking.rollup import SUM, Rolled
from goals.tracking.status import Inputs


@dataclass(frozen=True)
class Way:
    """How far a goal is on its way and should be; None is "cannot be said"."""

    expected: Decimal | None = None
    share: float | None = None
    expected_share: float | None = None
    pace: float | None = None
    projection: Decimal | None = None
    required_rate: Decimal | None = None
    is_reached: bool = False


@dataclass(frozen=True)
class Moment:
    """Where a day lies in a goal's window: its last complete day is `done`, at most the last.

    `elapsed` is the share of the window that is complete, `buckets` the number of those that are.
    """

    done: date
    elapsed: float
    buckets: int
    days_left: int
    is_over: bool

    @classmethod
    def of(cls, window: Period, buckets: Sequence[Period], complete: date) -> "Moment":
        """Return where a window stands when a day is complete."""
        done = min(complete, window.last)
        return cls(
            done=done,
            elapsed=max(0, (done - window.start).days + 1) / window.days,
            buckets=sum(1 for one in buckets if one.last <= done),
            days_left=(window.end - max(done + timedelta(days=1), window.start)).days,
            is_over=done >= window.last,
        )


def of(
    goal: Goal,
    version: GoalVersion,
    metric: Metric,
    moment: Moment,
    plan: Plan,
    actual: Decimal | None,
    made_of: Reached | Rolled | None,
) -> tuple[Way, Decimal | None]:
    """Return how far a goal is, and its value: of a milestone its own word where it has one.

    `made_of` are a milestone's steps, or the parts that a goal is rolled up from.
    """
    if isinstance(made_of, Reached):
        return _of_milestone(goal, version, made_of, actual)
    if made_of is not None and made_of.rule != SUM:
        return _of_parts(made_of)
    if goal.kind == "maintain":
        return _kept(goal, version, actual), actual
    share = plan.share(moment.done)
    way = _travelled(goal, version, metric, actual, share, moment.days_left, moment.is_over)
    return way, actual


def inputs(
    goal: Goal,
    version: GoalVersion,
    moment: Moment,
    way: Way,
    actual: Decimal | None,
    rolled: Rolled | None = None,
    *,
    is_broken: bool,
    is_stale: bool,
    chance: float | None,
    lead: float | None,
) -> Inputs:
    """Return what a day says about a goal to whoever judges it."""
    return Inputs(
        kind=goal.kind,
        is_over=moment.is_over,
        has_value=actual is not None and has_aim(version),
        is_reached=way.is_reached,
        source_broken=is_broken,
        is_stale=is_stale,
        elapsed=moment.elapsed,
        buckets=moment.buckets,
        pace=way.pace,
        judged_by=version.judged_by,
        chance=chance,
        worst=None if rolled is None else rolled.status,
        is_up_to_plan=_is_up_to_plan(goal, actual, way.expected),
        lead=lead,
    )


def _is_up_to_plan(goal: Goal, actual: Decimal | None, expected: Decimal | None) -> bool:
    known = actual is not None and expected is not None
    return known and pace.reached(goal.direction, actual or Decimal(), expected or Decimal())


def has_aim(version: GoalVersion) -> bool:
    """Tell whether it is known what to judge a value by."""
    return not (version.target_value is None and version.low is None and version.high is None)


def _travelled(
    goal: Goal,
    version: GoalVersion,
    metric: Metric,
    actual: Decimal | None,
    expected_share: float,
    days_left: int,
    is_over: bool,
) -> Way:
    """Return how far a goal is that adds up or moves from a baseline to a target."""
    target, start = version.target_value, version.baseline_value
    if target is None:
        return Way(expected_share=expected_share)
    expected = pace.value_at(goal.kind, expected_share, start, target, goal.direction)
    if actual is None:
        return Way(expected, expected_share=expected_share)
    is_cap = pace.is_cap(goal.kind, goal.direction)
    share = pace.progress(goal.kind, actual, start, target, goal.direction)
    paced = pace.pace(share, expected_share)
    if is_cap:
        paced = pace.pace_of_cap(actual, target, expected_share)
    projected = None
    if goal.kind == "cumulative":
        # A level early in its window says nothing of its end by its pace; see the outlook.
        projected = pace.projection(goal.kind, actual, start, target, expected_share, metric.limits)
    return Way(
        expected=expected,
        share=share,
        expected_share=expected_share,
        pace=paced,
        projection=projected,
        required_rate=pace.required_rate(actual, target, days_left),
        # Whether a limit was kept is known at the end alone.
        is_reached=pace.reached(goal.direction, actual, target) and (is_over or not is_cap),
    )


def _kept(goal: Goal, version: GoalVersion, actual: Decimal | None) -> Way:
    """Return how well a goal is kept that has nowhere to go: within its bounds or how far out."""
    low, high = pace.bounds(goal.direction, version.target_value, version.low, version.high)
    line = version.target_value
    if actual is None or (low is None and high is None):
        return Way(line)
    near = pace.closeness(actual, low, high)
    return Way(line, near, 1.0, near, is_reached=pace.is_kept(actual, low, high))


def _of_parts(rolled: Rolled) -> tuple[Way, Decimal | None]:
    """Return how far a goal without a number of its own is by its parts, and whether it is done."""
    share, expected = rolled.shares
    if share is None or expected is None:
        return Way(), None
    way = Way(
        share=share,
        expected_share=expected,
        pace=pace.pace(share, expected),
        is_reached=rolled.is_done,
    )
    return way, Decimal(rolled.is_done)


def _of_milestone(
    goal: Goal, version: GoalVersion, reached: Reached, actual: Decimal | None
) -> tuple[Way, Decimal | None]:
    """Return how far a milestone is, and its value: its own word, or that of its number."""
    target = version.target_value
    by_number = (
        goal.metric != catalogue.MILESTONE.id
        and actual is not None
        and target is not None
        and pace.reached(goal.direction, actual, target)
    )
    in_time = reached.done_on is not None and reached.done_on <= version.last_day
    if goal.metric == catalogue.MILESTONE.id:
        actual = Decimal(reached.done_on is not None)
    elif actual is None and reached.done_on is not None:
        # A person's word stands where the number does not come in.
        actual = target
    share = 1.0 if by_number else reached.share
    paced = pace.pace(reached.share, reached.expected or 0.0)
    way = Way(
        share=share,
        expected_share=reached.expected,
        pace=paced,
        is_reached=in_time or by_number,
    )
    return way, actual
