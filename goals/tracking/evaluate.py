"""One goal on one day: reading, plan, pace and what they say, before anything is written."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from goals import workspace
from goals.calendar import Period
from goals.metrics import library, readings
from goals.metrics.ahead import Ahead
from goals.metrics.catalogue import Metric
from goals.metrics.result import Result
from goals.tracking import (
    aims,
    counted,
    curves,
    doubt,
    family,
    milestones,
    outlook,
    planning,
    way,
)
from goals.tracking.counted import Counted
from goals.tracking.freshness import Feed, Feeds
from goals.tracking.goal import Goal, GoalVersion
from goals.tracking.milestones import Reached
from goals.tracking.outlook import Outlook
from goals.tracking.plan import Plan
from goals.tracking.rollup import Rolled
from goals.tracking.status import Inputs, judged_from
from goals.tracking.way import Moment
from goals.words import Message


@dataclass(frozen=True)
class Measured:
    """What a day says about a goal, in numbers; None is "cannot be said".

    `doubt` says why the number is not to be trusted, None where it is, and `jump` that it is far
    more than it was, which puts good news in doubt as well. `outlook` is how the goal will likely
    end. `counted_in` is the workspace's currency where the goal's terms are meant
    in another one (None: they are not), which `currency` is then. `rolled` are the parts of a goal
    that is rolled up from them, None for one that counts its own number. `judged_from` is the first
    day whose review judges the goal, None where its window is over by then.
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
    jump: Message | None = None
    outlook: Outlook | None = None
    counted_in: str | None = None
    rolled: Rolled | None = None
    judged_from: date | None = None


def complete_to(session: Session, now: datetime) -> date:
    """Return the last local day that is over at an instant: a day in progress is not judged."""
    here = workspace.of(session)
    today = here.local_day(now)
    return today if now >= here.end_of(today) else today - timedelta(days=1)


def window_of(version: GoalVersion) -> Period:
    """Return the days a goal runs over."""
    return Period.of(version.first_day, version.last_day)


def plan_of(session: Session, goal: Goal, version: GoalVersion, ahead: Ahead | None = None) -> Plan:
    """Return the plan curve of a goal as calendar and history give it today."""
    points = [(date.fromisoformat(day), float(share)) for day, share in version.plan_points or ()]
    asked = planning.Asked(
        window_of(version), version.plan, points, goal.metric, goal.params, goal.segment
    )
    return planning.drawn(session, asked, ahead)


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
    buckets = workspace.of(session).fiscal.buckets(window)
    known = known or counted.of_goal(session, goal, version, today=today, now=now)
    result, sound, ahead = known.result, known.sound, known.ahead or Ahead(session)
    moment = Moment.of(window, buckets, complete_to(session, now))
    actual = result.value if result is not None else None
    rolled = family.rolled(session, goal, version, today)
    if rolled is not None:
        actual = rolled.total
    elif actual is not None and _is_unheard_of(session, goal, ahead):
        actual = None
    base = workspace.of(session).currency
    counted_in = base if aims.is_foreign(version, base) else None
    if counted_in is not None:
        # An amount of one currency is not held against a target in another one.
        actual = None
    curve = plan_of(session, goal, version, ahead)
    milestone = None
    if goal.kind == "milestone" and rolled is None:
        milestone = milestones.reached(session, goal, version, today)
    how_far, actual = way.of(goal, version, metric, moment, curve, actual, milestone or rolled)
    likely = None
    if result is not None and actual is not None and not moment.is_over:
        likely = outlook.of(
            session,
            goal,
            version,
            metric,
            actual=result.figure,
            done=moment.done,
            today=today,
            doubtful=doubt.share(sound),
            ahead=ahead,
        )
    unit = result.unit if result is not None else metric.unit_of(goal.params)
    currency = version.currency or (result.currency if result is not None else None)
    jump = None
    if not moment.is_over:
        jump = doubt.of_jump(session, goal.id, actual, unit, currency, today)
    feeds = ahead.once("feeds", lambda: Feeds(session, now))
    feed = feeds.of(metric, timedelta(days=buckets[0].days))
    inputs = way.inputs(
        goal,
        version,
        moment,
        how_far,
        actual,
        rolled,
        is_broken=bool(feed.broken) and rolled is None,
        is_stale=feed.is_stale and rolled is None,
        chance=None if likely is None else likely.chance,
        lead=None if likely is None else outlook.lead(goal, version, likely.landing.likely),
    )
    return Measured(
        inputs=inputs,
        actual=actual,
        expected=how_far.expected,
        share=how_far.share,
        expected_share=how_far.expected_share,
        pace=how_far.pace,
        projection=how_far.projection,
        required_rate=how_far.required_rate,
        days_left=moment.days_left,
        metric=metric,
        unit=unit,
        currency=currency,
        receipt=_receipt(result),
        plan=curve,
        feed=feed,
        curve=curves.small(session, goal, version, curve, moment.done, actual, likely, ahead),
        milestone=milestone,
        doubt=doubt.of_score(session, sound) or jump,
        jump=jump,
        outlook=likely,
        counted_in=counted_in,
        rolled=rolled,
        judged_from=judged_from(window, buckets),
    )


def _receipt(result: Result | None) -> str | None:
    return None if result is None else result.receipt


def _is_unheard_of(session: Session, goal: Goal, ahead: Ahead) -> bool:
    """Tell whether nothing was ever counted, so that a sum of zero is no value."""
    return readings.earliest(session, goal.metric, goal.params, goal.segment, ahead) is None
