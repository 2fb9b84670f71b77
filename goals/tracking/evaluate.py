"""One goal on one day: reading, plan, pace and what they say, before anything is written."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from goals import calendar, workspace
from goals.calendar import Period
from goals.metrics import catalogue, query, readings
from goals.tracking import curves, freshness, pace, plan
from goals.tracking.freshness import Feed
from goals.tracking.goal import Goal, GoalVersion
from goals.tracking.plan import Plan
from goals.tracking.status import Inputs


@dataclass(frozen=True)
class Measured:
    """What a day says about a goal, in numbers; None is "cannot be said"."""

    inputs: Inputs
    actual: Decimal | None
    expected: Decimal | None
    share: float | None
    expected_share: float
    pace: float | None
    projection: Decimal | None
    required_rate: Decimal | None
    days_left: int
    unit: str
    currency: str | None
    receipt: str | None
    plan: Plan
    feed: Feed
    curve: dict[str, Any]


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
        past = calendar.comparable_windows(window, first) if first is not None else []
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
    session: Session, goal: Goal, version: GoalVersion, *, today: date, now: datetime
) -> Measured:
    """Return what a goal's numbers say at an instant of a local day.

    The plan is read at the end of the last complete day, the actual up to now.
    """
    metric = catalogue.find(goal.metric)
    window = window_of(version)
    done = min(complete_to(session, now), window.last)
    days_done = max(0, (done - window.start).days + 1)
    buckets = calendar.buckets(window)
    result = None
    if today >= window.start:
        asked = query.Query(
            metric=goal.metric,
            params=goal.params,
            first_day=window.first,
            last_day=min(today, window.last),
            where=goal.segment,
        )
        result = readings.read(session, asked, today=today, now=now)
    has_records = readings.earliest(session, goal.metric, goal.params, goal.segment) is not None
    actual = result.value if result is not None and has_records else None
    target = version.target_value
    curve = plan_of(session, goal, version)
    expected_share = curve.share(done)
    share = expected = projected = rate = None
    days_left = (window.end - max(done + timedelta(days=1), window.start)).days
    if target is not None:
        expected = pace.value_at(goal.kind, expected_share, version.baseline_value, target)
        if actual is not None:
            share = pace.progress(goal.kind, actual, version.baseline_value, target)
            projected = pace.projection(
                goal.kind, actual, version.baseline_value, target, expected_share, metric.limits
            )
            rate = pace.required_rate(actual, target, days_left)
    feed = freshness.feeds(session, metric.needs, timedelta(days=buckets[0].days), now)
    paced = pace.pace(share, expected_share)
    inputs = Inputs(
        kind=goal.kind,
        is_over=done >= window.last,
        has_value=actual is not None,
        is_reached=(
            actual is not None
            and target is not None
            and pace.reached(goal.direction, actual, target)
        ),
        source_broken=bool(feed.broken),
        is_stale=feed.is_stale,
        elapsed=days_done / window.days,
        buckets=sum(1 for one in buckets if one.last <= done),
        pace=paced,
    )
    return Measured(
        inputs=inputs,
        actual=actual,
        expected=expected,
        share=share,
        expected_share=expected_share,
        pace=paced,
        projection=projected,
        required_rate=rate,
        days_left=days_left,
        unit=result.unit if result is not None else metric.unit,
        currency=result.currency if result is not None else None,
        receipt=result.receipt if result is not None else None,
        plan=curve,
        feed=feed,
        curve=curves.small(session, goal, version, curve, done, actual),
    )
