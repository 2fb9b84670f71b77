"""One goal on one day: reading, plan, pace and what they say, before anything is written."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from goals import workspace
from goals.calendar import Period
from goals.metrics import catalogue, library, readings
from goals.metrics.catalogue import Metric
from goals.metrics.result import Result
from goals.tracking import aims, counted, curves, doubt, freshness, milestones, outlook, pace, plan
from goals.tracking.counted import Counted
from goals.tracking.freshness import Feed
from goals.tracking.goal import Goal, GoalVersion
from goals.tracking.milestones import Reached
from goals.tracking.outlook import Outlook
from goals.tracking.plan import Plan
from goals.tracking.status import Inputs
from goals.words import Message


@dataclass(frozen=True)
class Measured:
    """What a day says about a goal, in numbers; None is "cannot be said".

    `doubt` says why the number is not to be trusted, None where it is. `outlook` is how the goal
    will likely end. `counted_in` is the workspace's currency where the goal's terms are meant
    in another one (None: they are not), which `currency` is then.
    """

    inputs: Inputs
    actual: Decimal | None
    expected: Decimal | None
    share: float | None
    expected_share: float | None
    pace: float | None
    projection: Decimal | None
    required_rate: Decimal | None
    days_left: int
    metric: Metric
    unit: str
    currency: str | None
    receipt: str | None
    plan: Plan
    feed: Feed
    curve: dict[str, Any]
    milestone: Reached | None = None
    doubt: Message | None = None
    outlook: Outlook | None = None
    counted_in: str | None = None


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


def complete_to(session: Session, now: datetime) -> date:
    """Return the last local day that is over at an instant: a day in progress is not judged."""
    here = workspace.of(session)
    today = here.local_day(now)
    return today if now >= here.end_of(today) else today - timedelta(days=1)


def window_of(version: GoalVersion) -> Period:
    """Return the days a goal runs over."""
    return Period.of(version.first_day, version.last_day)


def plan_of(session: Session, goal: Goal, version: GoalVersion) -> Plan:
    """Return the plan curve of a goal as its history gives it today.

    A seasonal plan takes every whole comparable period before the window; without one it
    is linear and `used` says so.
    """
    window = window_of(version)
    if version.plan == "points" and version.plan_points:
        points = [(date.fromisoformat(day), float(share)) for day, share in version.plan_points]
        curve = plan.by_points(window.days, window.start, points)
        return Plan(window, "points", "points", tuple(curve))
    if version.plan == "seasonal":
        first = readings.earliest(session, goal.metric, goal.params, goal.segment)
        year = workspace.of(session).fiscal
        past = year.comparable_windows(window, first) if first is not None else []
        if past:
            values = readings.series(
                session, goal.metric, goal.params, goal.segment, past[-1].first, past[0].last
            )
            found = [(one, plan.shape(values, one)) for one in past]
            shapes = [(one, shape) for one, shape in found if shape is not None]
            curve_or_none = plan.seasonal(window.days, [shape for _, shape in shapes])
            if curve_or_none is not None:
                periods = tuple(one for one, _ in shapes)
                return Plan(window, "seasonal", "seasonal", tuple(curve_or_none), periods)
    return Plan(window, version.plan, "linear", tuple(plan.linear(window.days)))


def measure(
    session: Session,
    goal: Goal,
    version: GoalVersion,
    *,
    today: date,
    now: datetime,
    known: Counted | None = None,
) -> Measured:
    """Return what a goal's numbers say at an instant of a local day.

    The plan is read at the end of the last complete day, the actual up to now. `known` is
    what was counted for the goal, where that was done already.
    """
    metric = library.find(session, goal.metric)
    window = window_of(version)
    done = min(complete_to(session, now), window.last)
    days_done = max(0, (done - window.start).days + 1)
    buckets = workspace.of(session).fiscal.buckets(window)
    known = known or counted.of_goal(session, goal, version, today=today, now=now)
    result, sound = known.result, known.sound
    actual = result.value if result is not None else None
    if actual is not None and _is_unheard_of(session, goal):
        actual = None
    base = workspace.of(session).currency
    counted_in = base if aims.is_foreign(version, base) else None
    if counted_in is not None:
        # An amount of one currency is not held against a target in another one.
        actual = None
    curve = plan_of(session, goal, version)
    days_left = (window.end - max(done + timedelta(days=1), window.start)).days
    is_over = done >= window.last
    milestone = None
    if goal.kind == "milestone":
        milestone = milestones.reached(session, goal, version, today)
        way, actual = _of_milestone(goal, version, milestone, actual)
    elif goal.kind == "maintain":
        way = _kept(goal, version, actual)
    else:
        way = _travelled(goal, version, metric, actual, curve.share(done), days_left, is_over)
    ahead = None
    if result is not None and actual is not None and not is_over:
        ahead = outlook.of(
            session,
            goal,
            version,
            metric,
            actual=result.figure,
            done=done,
            today=today,
            doubtful=doubt.share(sound),
        )
    feed = freshness.of_metric(session, metric, timedelta(days=buckets[0].days), now)
    inputs = Inputs(
        kind=goal.kind,
        is_over=is_over,
        has_value=actual is not None and has_aim(version),
        is_reached=way.is_reached,
        source_broken=bool(feed.broken),
        is_stale=feed.is_stale,
        elapsed=days_done / window.days,
        buckets=sum(1 for one in buckets if one.last <= done),
        pace=way.pace,
        judged_by=version.judged_by,
        chance=None if ahead is None else ahead.chance,
        is_up_to_plan=_is_up_to_plan(goal, actual, way.expected),
    )
    return Measured(
        inputs=inputs,
        actual=actual,
        expected=way.expected,
        share=way.share,
        expected_share=way.expected_share,
        pace=way.pace,
        projection=way.projection,
        required_rate=way.required_rate,
        days_left=days_left,
        metric=metric,
        unit=result.unit if result is not None else metric.unit,
        currency=version.currency or (result.currency if result is not None else None),
        receipt=_receipt(result),
        plan=curve,
        feed=feed,
        curve=curves.small(session, goal, version, curve, done, actual, ahead),
        milestone=milestone,
        doubt=doubt.of_score(session, sound),
        outlook=ahead,
        counted_in=counted_in,
    )


def _is_up_to_plan(goal: Goal, actual: Decimal | None, expected: Decimal | None) -> bool:
    known = actual is not None and expected is not None
    return known and pace.reached(goal.direction, actual or Decimal(), expected or Decimal())


def _receipt(result: Result | None) -> str | None:
    return None if result is None else result.receipt


def _is_unheard_of(session: Session, goal: Goal) -> bool:
    """Tell whether nothing was ever counted, so that a sum of zero is no value."""
    return readings.earliest(session, goal.metric, goal.params, goal.segment) is None


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
