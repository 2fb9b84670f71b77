"""The plan curve: which share of the way is expected by the end of each day (pure)."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from math import fsum

from goals.calendar import Period
from goals.workdays import Workdays

#: A past period's cumulative share of its own total at the end of each of its days.
Shape = Sequence[float]


def linear(days: int) -> list[float]:
    """Return the expected share after each of `days` days when every day weighs the same."""
    return [day / days for day in range(1, days + 1)]


def weighted(weights: Sequence[float]) -> list[float] | None:
    """Return the expected shares where each day has a weight, None where none weighs anything."""
    total = fsum(weights)
    if total <= 0:
        return None
    running = list(accumulate(weights))
    return [min(1.0, one / running[-1]) for one in running]


def s_curve(days: int) -> list[float]:
    """Return shares that begin slowly, rise steeply in the middle and end slowly.

    The curve is 3x^2 - 2x^3 of the time that has passed (the beta distribution with 2 and 2): a
    quarter of the way in the first third, half in the middle third, a quarter in the last, as
    projects are planned. In the middle it is half again as steep as a straight line.
    """
    passed = (day / days for day in range(1, days + 1))
    return [one * one * (3 - 2 * one) for one in passed]


def by_months(window: Period, ends: Sequence[tuple[date, float]], worked: Workdays) -> list[float]:
    """Return the curve through the shares expected by the ends of months.

    Within a month it rises with its working days, and with all days where it has none. After the
    last end given the share stays.
    """
    curve: list[float] = []
    before, start = 0.0, window.start
    for end, share in sorted(ends):
        if end < start or end >= window.end:
            continue
        days = list(Period.of(start, end))
        passed = weighted([float(day in worked) for day in days]) or linear(len(days))
        curve += [share if one == 1 else before + (share - before) * one for one in passed]
        before, start = share, end + timedelta(days=1)
    return curve + [before] * (window.days - len(curve))


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
    found no whole past period); `periods` are the past periods that shaped it, and `workdays` how
    many days count where only working days do.
    """

    window: Period
    kind: str
    used: str
    curve: tuple[float, ...]
    periods: tuple[Period, ...] = ()
    workdays: int | None = None

    def share(self, day: date) -> float:
        """Return the share expected by the end of a day: 0 before the window, 1 after it."""
        index = (day - self.window.start).days
        if index < 0:
            return 0.0
        if index >= len(self.curve):
            return 1.0
        return self.curve[index]
