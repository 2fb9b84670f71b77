"""The plan curve: which share of the way is expected by the end of each day (pure)."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from goals.calendar import Period

#: A past period's cumulative share of its own total at the end of each of its days.
Shape = Sequence[float]


def linear(days: int) -> list[float]:
    """Return the expected share after each of `days` days when every day weighs the same."""
    return [day / days for day in range(1, days + 1)]


def shape(values: Sequence[tuple[date, Decimal]], period: Period) -> list[float] | None:
    """Return a past period's cumulative shares by day, None where its total is not positive.

    `values` are daily amounts; days without an entry count zero.
    """
    by_day: dict[date, Decimal] = {}
    for day, amount in values:
        if period.start <= day < period.end:
            by_day[day] = by_day.get(day, Decimal()) + amount
    total = sum(by_day.values(), Decimal())
    if total <= 0:
        return None
    shares: list[float] = []
    running = Decimal()
    for offset in range(period.days):
        running += by_day.get(period.start + timedelta(days=offset), Decimal())
        shares.append(float(running / total))
    return shares


def at_fraction(past: Shape, fraction: float) -> float:
    """Return a shape's share at a fraction of its period, between days by straight lines."""
    place = fraction * len(past)
    whole = int(place)
    before = past[whole - 1] if whole > 0 else 0.0
    if whole >= len(past):
        return past[-1]
    return before + (place - whole) * (past[whole] - before)


def seasonal(days: int, past: Sequence[Shape]) -> list[float] | None:
    """Return the mean of past shapes mapped onto `days` days by fraction of the window.

    The mean is not shrunk towards a straight line; None when there is no past period, and
    then the plan is linear and must say so.
    """
    if not past:
        return None
    return [
        sum(at_fraction(one, day / days) for one in past) / len(past) for day in range(1, days + 1)
    ]


def by_points(days: int, first: date, points: Sequence[tuple[date, float]]) -> list[float]:
    """Return the curve through points given by hand, straight between them, 0 before the window.

    Points are (day, share at the end of that day); after the last point the share stays.
    """
    known = sorted((((day - first).days + 1), share) for day, share in points)
    places = [0, *(place for place, _ in known if place > 0)]
    shares = [0.0, *(share for place, share in known if place > 0)]
    curve = []
    for day in range(1, days + 1):
        index = bisect_right(places, day) - 1
        if index + 1 < len(places):
            span = places[index + 1] - places[index]
            rise = shares[index + 1] - shares[index]
            curve.append(shares[index] + rise * (day - places[index]) / span)
        else:
            curve.append(shares[-1])
    return curve


@dataclass(frozen=True)
class Plan:
    """A goal's plan curve as used for one evaluation.

    `kind` is what was asked for, `used` what could be drawn ("linear" when a seasonal plan
    found no whole past period); `periods` are the past periods that shaped it.
    """

    window: Period
    kind: str
    used: str
    curve: tuple[float, ...]
    periods: tuple[Period, ...] = ()

    def share(self, day: date) -> float:
        """Return the share expected by the end of a day: 0 before the window, 1 after it."""
        index = (day - self.window.start).days
        if index < 0:
            return 0.0
        if index >= len(self.curve):
            return 1.0
        return self.curve[index]
