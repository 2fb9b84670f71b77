"""Axes: which numbers and days a chart names, and where they lie."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from goals import calendar, formatting, words
from goals.charts import svg
from goals.formatting import decimal
from goals.words import N_, Message, Reader

#: No more gridlines than this, beside the base.
GRIDLINES = 5
#: A day named on the horizontal axis has so many pixels, but four are always named.
PER_DAY_NAMED = 72
#: Gaps between gridlines, as multiples of a power of ten.
NICE = (1, 2, 2.5, 4, 5, 10)


@dataclass(frozen=True)
class Unit:
    """How a chart's numbers are written, all in one step and without what they share.

    `before` and `after` is what they share; `close` stays with each of them (%, k).
    Gridlines are at least `least` apart: there is no half deal.
    """

    divisor: Decimal = Decimal(1)
    before: str = ""
    after: str = ""
    close: str = ""
    step: formatting.Step | None = None
    least: float = 0.0

    def write(self, value: float, gap: float | None = None) -> str:
        """Return a value as it stands in the chart; gridlines also give the gap between them."""
        shown = decimal(value) / self.divisor
        if gap is not None:
            places = _places(decimal(gap) / self.divisor)
        elif self.step is None and self.close == "%":
            places = 1
        elif self.step is None or 0 < abs(shown) < 1:
            places = formatting.places(shown)
        else:
            places = self.step.decimals(shown) if shown else 0
        figure = formatting.figure(shown, places)
        return figure if figure == "0" and self.close != "%" else figure + self.close

    def caption(self) -> str:
        """Return what the numbers go without, "" where that is nothing."""
        return f"{self.before}{self.after}".strip()


def unit_for(largest: float, unit: str, currency: str | None, reader: Reader) -> Unit:
    """Return how numbers up to a size are written, by the unit of a metric."""
    size = decimal(largest)
    if unit == "rate":
        return _long(Unit(Decimal("0.01"), close="%"), size * 100, reader)
    value = words.amount(size, unit, currency, compact=True)
    if value is None:
        return Unit()
    parts = value.write(reader)
    least = 1.0 if unit == "count" else 0.0
    step = formatting.step_for(size, reader.locale)
    if step is None or parts.after != step.after:
        return _long(Unit(Decimal(1), parts.before, parts.after, least=least), size, reader)
    close = step.after if step.after == "k" else ""
    after = "" if close else step.after
    return Unit(Decimal(step.divisor), parts.before, after, close, step, least)


def _long(unit: Unit, size: Decimal, reader: Reader) -> Unit:
    """Return a unit that shortens its numbers too, where they would fill half the chart."""
    step = formatting.step_for(size, reader.locale)
    if step is None or size < formatting.LONG_COUNT:
        return unit
    return replace(
        unit, divisor=unit.divisor * step.divisor, close=step.after + unit.close, step=step
    )


@dataclass(frozen=True)
class Values:
    """A vertical axis from a low to a high value, with its gridlines between `top` and `bottom`."""

    low: float
    high: float
    gap: float
    top: float
    bottom: float

    def y(self, value: float) -> float:
        """Return the height of a value; what lies outside ends at the axis's own ends."""
        share = (value - self.low) / (self.high - self.low)
        return self.bottom - min(max(share, 0.0), 1.0) * (self.bottom - self.top)

    def ticks(self) -> list[float]:
        """Return the values that have a gridline, the lowest first."""
        count = round((self.high - self.low) / self.gap)
        return [self.low + index * self.gap for index in range(count + 1)]


def values(known: Iterable[float], zero: bool, top: float, bottom: float, unit: Unit) -> Values:
    """Return an axis that holds all values; from zero for flows.

    A level's axis starts at zero too when its values take up most of the way from there.
    """
    low, high = _reach([value for value in known if math.isfinite(value)] or [0.0], zero)
    power = 10.0 ** math.floor(math.log10((high - low) / GRIDLINES))
    for wider in (power, power * 10, power * 100):
        for factor in NICE:
            gap = factor * wider
            # 2.5 would need a decimal that no other step needs.
            if gap < unit.least or (factor == 2.5 and wider < 9.99 * float(unit.divisor)):
                continue
            first, last = math.floor(low / gap + 1e-9), math.ceil(high / gap - 1e-9)
            if last - first <= GRIDLINES:
                return Values(first * gap, last * gap, gap, top, bottom)
    raise AssertionError("gridlines ten times as far apart always fit")


def _reach(known: list[float], zero: bool) -> tuple[float, float]:
    low, high = min(known), max(known)
    if zero or (low >= 0 and low <= (high - low) * 1.5):
        low, high = min(low, 0.0), max(high, 0.0)
    if high - low <= max(abs(low), abs(high)) * 1e-9:
        room = abs(high) * 0.1 or 1.0
        low, high = (low, high + room) if low == 0 else (low - room, high + room)
    return low, high


@dataclass(frozen=True)
class Days:
    """A horizontal axis over a window; a day's values stand at its end."""

    first: date
    last: date
    left: float
    right: float

    def x(self, day: date) -> float:
        """Return where a day ends; days outside lie at the axis's own ends."""
        span = (self.last - self.first).days + 1
        passed = min(max((day - self.first).days + 1, 0), span)
        return self.left + (self.right - self.left) * passed / span


@dataclass(frozen=True)
class Tick:
    """A day that the axis names."""

    x: float
    words: str
    anchor: str = "middle"

    def box(self, size: float) -> tuple[float, float]:
        """Return from where to where the name reaches."""
        width = svg.width_of(self.words, size)
        start = {"start": self.x, "middle": self.x - width / 2, "end": self.x - width}
        return start[self.anchor], start[self.anchor] + width


def day_ticks(axis: Days, reader: Reader, size: float, reach: float) -> list[Tick]:
    """Return the days to name: first and last always, between them as many as have room.

    `reach` is how far the last name may stand out to the right of the axis.
    """
    whole_months = (axis.last - axis.first).days > 400

    def named(day: date) -> str:
        shown = words.Month(day) if whole_months else words.Day(day, "short")
        return words.format_value(shown, reader)

    first = Tick(axis.left, named(axis.first), "start")
    if axis.first == axis.last:
        return [first]
    last = Tick(axis.x(axis.last), named(axis.last))
    if last.box(size)[1] > axis.right + reach:
        last = Tick(last.x, last.words, "end")
    most = max(4, int((axis.right - axis.left) / PER_DAY_NAMED))
    for days in _choices(axis.first, axis.last):
        if len(days) + 2 > most:
            continue
        between = [Tick(axis.x(day), named(day)) for day in days]
        kept = [one for one in between if _apart(first, one, size) and _apart(one, last, size)]
        if all(_apart(*pair, size) for pair in zip(kept, kept[1:], strict=False)):
            return [first, *kept, last] if _apart(first, last, size) else [first]
    return [first, last] if _apart(first, last, size) else [first]


def start_words(axis: Values, unit: Unit, brief: bool, reader: Reader) -> str:
    """Return what stands over the axis: its unit, or where it starts unless at zero."""
    if axis.low <= 0 <= axis.high:
        return unit.caption()
    text = N_("From %(value)s") if brief else N_("Axis starts at %(value)s")
    figure = f"{unit.before}{unit.write(axis.low, axis.gap)}{unit.after}"
    return words.render(Message(text, {"value": figure}), reader)


def _choices(first: date, last: date) -> Iterator[Sequence[date]]:
    """Yield ever fewer days to name between two days."""
    span = (last - first).days
    if span <= 35:
        for step in (1, 2, 7, 14):
            yield [first + timedelta(days=offset) for offset in range(step, span, step)]
    starts = []
    month = calendar.add_months(first.replace(day=1), 1)
    while month < last:
        starts.append(month)
        month = calendar.add_months(month, 1)
    middles = [day.replace(day=15) for day in [first.replace(day=1), *starts]]
    yield sorted(day for day in [*starts, *middles] if first < day < last)
    yield starts
    for step in (2, 3, 6, 12, 24, 60, 120):
        yield starts[step - 1 :: step]


def _apart(one: Tick, other: Tick, size: float) -> bool:
    return one.box(size)[1] + size <= other.box(size)[0]


def _places(gap: Decimal) -> int:
    rounded = formatting.rounded_to(gap, 6).normalize().as_tuple().exponent
    return max(0, -rounded) if isinstance(rounded, int) else 0


def number(value: float | Decimal | None) -> float | None:
    """Return a value as a float, None for what is no finite number.

    Nothing that anybody measures is nearer to zero than a billionth without being zero.
    """
    if value is None:
        return None
    found = float(value)
    if not math.isfinite(found):
        return None
    return found if abs(found) > 1e-9 else 0.0
