"""What the chart of a goal is drawn from: its numbers as floats, and the paper of one rendering."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from goals import words
from goals.calendar import Period
from goals.charts import axis
from goals.charts.axis import Days, Unit, Values
from goals.charts.labels import Ground
from goals.charts.svg import XY
from goals.words import Message, Reader

#: Below this width texts are the short ones.
NARROW = 400


@dataclass(frozen=True)
class Lines:
    """The numbers of a chart, ready to be drawn."""

    window: Period
    today: date
    measured_in: tuple[str, str | None]
    flow: bool
    start: float | None
    actual: list[tuple[date, float | None]]
    plan: list[tuple[date, float | None]]
    given: tuple[date, float] | None
    target: float | None
    changes: list[tuple[date, float, float]]
    fan: list[tuple[date, float, float, float, float, float]]
    band: list[tuple[date, float, float]]
    notes: list[tuple[date, int]]
    moved: list[tuple[date, int]]
    plan_name: Message | None
    beside: list[tuple[str, float]] = field(default_factory=list)
    grips: list[tuple[date, float]] = field(default_factory=list)
    keeps: str = ""

    @property
    def over(self) -> bool:
        """Tell whether the window lies behind."""
        return self.today > self.window.last

    @property
    def ended(self) -> bool:
        """Tell whether the newest value stands at the right end."""
        return self.now is not None and self.now[0] == self.window.last

    @cached_property
    def now(self) -> tuple[date, float] | None:
        """Return the newest day with a value, and that value."""
        known = [(day, value) for day, value in self.actual if value is not None]
        return known[-1] if known else None

    @cached_property
    def expected(self) -> tuple[date, float] | None:
        """Return what is shown as plan today: a day and the plan's value."""
        if self.given is not None or not self.plan:
            return self.given
        day = min(self.today, self.window.last)
        value = at(self.plan, day)
        return (day, value) if value is not None and day in self.window else None

    def numbers(self) -> Iterator[float]:
        """Yield every number that the axis must hold."""
        if self.start is not None:
            yield self.start
        for _, value in [*self.actual, *self.plan]:
            if value is not None:
                yield value
        for _, earlier, later in self.changes:
            yield from (earlier, later)
        for _, low, high in self.band:
            yield from (low, high)
        yield from (value for _, value in self.beside)
        for _, low, *_, high in self.fan:
            yield from (low, high)
        yield from (one for one in (self.target, self.given and self.given[1]) if one is not None)
        if self.keeps and self.target is not None:
            # On the edge of the chart nobody would see on which side of its line a value is.
            known = [self.target, *(value for _, value in self.actual if value is not None)]
            room = (max(known) - min(known)) / 8 or abs(self.target) / 8 or 1.0
            yield from (self.target - room, self.target + room)

    def unit(self, reader: Reader) -> Unit:
        """Return how the chart's numbers are written."""
        largest = max((abs(value) for value in self.numbers()), default=0.0)
        # The target gives the step, unless it is out of all proportion.
        if self.target and largest < 1000 * abs(self.target):
            largest = abs(self.target)
        return axis.unit_for(largest, *self.measured_in, reader)


@dataclass(frozen=True)
class Sheet:
    """The paper of one rendering."""

    lines: Lines
    reader: Reader
    unit: Unit
    days: Days
    values: Values
    width: float
    size: float
    ground: Ground

    @property
    def narrow(self) -> bool:
        """Tell whether texts must be short."""
        return self.width < NARROW

    def at(self, day: date, value: float) -> XY:
        """Return where a value at the end of a day lies."""
        return self.days.x(day), self.values.y(value)

    def say(self, text: str, **params: object) -> str:
        """Return a text in the reader's language; numbers as the chart writes them."""
        written = {
            name: self.unit.write(value) if isinstance(value, float) else value
            for name, value in params.items()
        }
        return words.render(Message(text, written), self.reader)


def at(line: Sequence[tuple[date, float | None]], day: date) -> float | None:
    """Return a line's value at the end of a day, between its days by a straight line."""
    before: tuple[date, float] | None = None
    for here, value in line:
        if value is None:
            continue
        if here >= day:
            if before is None:
                return value if here == day else None
            share = (day - before[0]).days / (here - before[0]).days
            return before[1] + (value - before[1]) * share
        before = here, value
    return None
