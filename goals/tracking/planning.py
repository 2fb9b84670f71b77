"""The plan curve of a goal: what calendar, holidays and history make of the plan chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session

from goals import workspace
from goals.calendar import Period
from goals.metrics import readings
from goals.metrics.ahead import Ahead
from goals.records import holidays
from goals.tracking import plan
from goals.tracking.plan import Plan


@dataclass(frozen=True)
class Asked:
    """A plan that is asked for: its window and kind, points given by hand, and the number.

    `metric` None has no history to take a seasonal plan from.
    """

    window: Period
    plan: str
    points: Sequence[tuple[date, float]] = ()
    metric: str | None = None
    params: Mapping[str, Any] | None = None
    segment: Mapping[str, str] | None = None


def drawn(session: Session, asked: Asked, ahead: Ahead | None = None) -> Plan:
    """Return the curve of a plan.

    What cannot be drawn is linear, and `used` says so: a seasonal plan without a whole comparable
    period before the window, working days where there are none, points of which there are none.
    """
    window = asked.window
    match asked.plan:
        case "points" if asked.points:
            return Plan(
                window,
                "points",
                "points",
                tuple(plan.by_points(window.days, window.start, asked.points)),
            )
        case "s_curve":
            return Plan(window, "s_curve", "s_curve", tuple(plan.s_curve(window.days)))
        case "working_days":
            worked = holidays.workdays(session, window)
            curve = plan.weighted([float(day in worked) for day in window])
            if curve is not None:
                count = worked.count(window)
                return Plan(window, "working_days", "working_days", tuple(curve), workdays=count)
        case "monthly":
            worked = holidays.workdays(session, window)
            ends = list(asked.points) or alike(session, window)
            curve = plan.by_months(window, ends, worked)
            return Plan(window, "monthly", "monthly", tuple(curve))
        case "seasonal" if asked.metric is not None:
            if (found := _seasonal(session, asked, asked.metric, ahead)) is not None:
                return found
    return Plan(window, asked.plan, "linear", tuple(plan.linear(window.days)))


def moved(
    session: Session,
    asked: str,
    points: Sequence[tuple[date, float]],
    before: Period,
    after: Period,
) -> tuple[tuple[date, float], ...] | None:
    """Return the points of a plan by hand for another window; None where none can be kept.

    Each month of a monthly plan goes to the month in its place, and none where there are not as
    many; another point goes to the same part of the way.
    """
    if not points:
        return None
    if asked == "monthly":
        ends = [one.last for one in months(session, after)]
        if len(ends) != len(points):
            return None
        return tuple(zip(ends, (share for _, share in points), strict=True))
    days, whole = after.days - 1, max(1, before.days - 1)
    return tuple(
        (after.first + timedelta(days=round((day - before.first).days * days / whole)), share)
        for day, share in points
    )


def months(session: Session, window: Period) -> list[Period]:
    """Return the months of the company's year that a window lies in, cut off at its ends."""
    fiscal = workspace.of(session).fiscal
    found: list[Period] = []
    start = window.start
    while start < window.end:
        end = min(fiscal.month(start).end, window.end)
        found.append(Period(start, end))
        start = end
    return found


def alike(session: Session, window: Period) -> list[tuple[date, float]]:
    """Return the share by the end of each month where all months weigh alike.

    A month of which only a part lies in the window weighs as much as that part of its days.
    """
    fiscal = workspace.of(session).fiscal
    parts = months(session, window)
    weights = [one.days / fiscal.month(one.first).days for one in parts]
    curve = plan.weighted(weights) or []
    return [(one.last, share) for one, share in zip(parts, curve, strict=True)]


def _seasonal(session: Session, asked: Asked, metric: str, ahead: Ahead | None) -> Plan | None:
    """Return the plan as past periods went, None without a whole one before the window."""
    window, params, segment = asked.window, dict(asked.params or {}), dict(asked.segment or {})
    first = readings.earliest(session, metric, params, segment, ahead)
    year = workspace.of(session).fiscal
    past = year.comparable_windows(window, first) if first is not None else []
    if not past:
        return None
    span = past[-1].first, past[0].last
    values = readings.series(session, metric, params, segment, *span, ahead)
    found = [(one, plan.shape(values, one)) for one in past]
    shapes = [(one, shape) for one, shape in found if shape is not None]
    curve = plan.seasonal(window.days, [shape for _, shape in shapes])
    if curve is None:
        return None
    return Plan(window, "seasonal", "seasonal", tuple(curve), tuple(one for one, _ in shapes))
