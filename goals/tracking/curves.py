"""The lines behind a goal's charts: what was, and what was expected, day by day."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from goals import workspace
from goals.metrics import catalogue, readings
from goals.metrics.ahead import Ahead
from goals.table import workspace_of
from goals.tracking import aims, pace
from goals.tracking.evaluation import Evaluation
from goals.tracking.goal import Goal, GoalVersion
from goals.tracking.outlook import Outlook
from goals.tracking.plan import Plan

#: Points of the small chart: enough for its width, few enough to read with the goal's row.
SMALL = 26


@dataclass(frozen=True)
class Curve:
    """A goal's actual values so far and its expected values over the whole window.

    Points are (day, value at the end of that day); a value of None is no data.
    """

    actual: list[tuple[date, Decimal | None]]
    plan: list[tuple[date, Decimal | None]]


def full(
    session: Session,
    goal: Goal,
    version: GoalVersion,
    drawn: Plan,
    through: date,
    points: int,
    ahead: Ahead | None = None,
) -> Curve:
    """Return both lines with at most `points` points each, ends always included.

    What is counted in another currency than the terms are meant in is not drawn beside them.
    """
    window = drawn.window
    if goal.metric == catalogue.MILESTONE.id:
        return Curve([], [])
    days = _spread(window.first, window.last, points)
    actual: list[tuple[date, Decimal | None]] = []
    last = min(through, window.last)
    if last >= window.first and not aims.is_foreign(version, workspace.of(session).currency):
        done = _spread(window.first, last, points)
        if version.rollup != "own":
            actual = _said(session, goal, window.first, last)
        elif goal.kind == "cumulative":
            actual = _running(session, goal, window.first, last, done, ahead)
        else:
            actual = readings.level_series(
                session, goal.metric, goal.params, goal.segment, window.first, done, ahead
            )
    expected: list[tuple[date, Decimal | None]] = []
    if goal.kind == "maintain":
        expected = [(day, version.target_value) for day in days if version.target_value is not None]
    elif version.target_value is not None and goal.kind != "milestone":
        expected = [
            (
                day,
                pace.value_at(
                    goal.kind,
                    drawn.share(day),
                    version.baseline_value,
                    version.target_value,
                    goal.direction,
                ),
            )
            for day in days
        ]
    return Curve(actual, expected)


def small(
    session: Session,
    goal: Goal,
    version: GoalVersion,
    drawn: Plan,
    done: date,
    actual: Decimal | None,
    outlook: Outlook | None = None,
    ahead: Ahead | None = None,
) -> dict[str, Any]:
    """Return the points of the small chart as [share of the window, value] pairs.

    With an outlook, `fan` has [share of the window, its five quantiles] for each step ahead.
    """
    window = drawn.window
    line = full(session, goal, version, drawn, done, SMALL, ahead)
    is_rolled = version.rollup != "own" and window.first <= done
    if actual is not None and line.actual:
        line.actual[-1] = (line.actual[-1][0], actual)
    elif actual is not None and is_rolled:
        # Its first review: nothing was said of it yet.
        line.actual.append((min(done, window.last), actual))

    def pairs(points: list[tuple[date, Decimal | None]]) -> list[list[float]]:
        return [
            [((day - window.start).days + 1) / window.days, float(value)]
            for day, value in points
            if value is not None
        ]

    found: dict[str, Any] = {"actual": pairs(line.actual), "plan": pairs(line.plan)}
    if is_rolled and goal.kind == "cumulative" and found["actual"]:
        # A sum of parts is known by what was said of it, which begins when it was first judged.
        found["actual"].insert(0, [0.0, 0.0])
    if outlook is not None:
        found["fan"] = outlook.fan(window)
    return found


def _running(
    session: Session,
    goal: Goal,
    first: date,
    last: date,
    days: list[date],
    ahead: Ahead | None,
) -> list[tuple[date, Decimal | None]]:
    daily = readings.series(session, goal.metric, goal.params, goal.segment, first, last, ahead)
    points: list[tuple[date, Decimal | None]] = []
    total = Decimal()
    index = 0
    for day in days:
        while index < len(daily) and daily[index][0] <= day:
            total += daily[index][1]
            index += 1
        points.append((day, total))
    return points


def _said(
    session: Session, goal: Goal, first: date, last: date
) -> list[tuple[date, Decimal | None]]:
    """Return what a goal's parts came to on each day on which it was judged."""
    statement = (
        select(Evaluation)
        .where(
            col(Evaluation.workspace_id) == workspace_of(session),
            col(Evaluation.goal_id) == goal.id,
            col(Evaluation.day).between(first, last),
        )
        .order_by(col(Evaluation.day), col(Evaluation.id))
    )
    return list({one.day: one.actual for one in session.exec(statement)}.items())


def _spread(first: date, last: date, points: int) -> list[date]:
    span = (last - first).days
    if span < points:
        return [first + timedelta(days=offset) for offset in range(span + 1)]
    steps = points - 1
    return [first + timedelta(days=round(span * step / steps)) for step in range(points)]
