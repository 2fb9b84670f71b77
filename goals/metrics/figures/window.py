"""What a formula sees of the counts: the days read, and how to get a measure over any days."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from goals.fiscal import FiscalCalendar
from goals.metrics.counting import Count
from goals.table import MONEY_UNITS

#: (measure, first day, last day) -> count and sum; None leaves a window open at that end.
Get = Callable[[str, date | None, date | None], Count]
#: (measure, first day, last day) -> sorted distribution of values.
Spread = Callable[[str, date, date], list[tuple[int, int]]]
#: A metric's parameters by name.
Params = Mapping[str, str]


@dataclass(frozen=True)
class Window:
    """The days read, for the total or for one member.

    `special` counts what no day's rollup knows, by its name in the recipe. `by_stage` tells
    that stages are told apart, `is_one_of_many` that lines of all days are held for the
    question, `is_parted` that not every source counts on every day. `whole` gives the same with
    all stages. `horizon` is the day up to which things
    have turned out, and `fiscal` the company's calendar.
    """

    first: date
    last: date
    get: Get
    spread: Spread
    special: Callable[[str], Count]
    whole: Callable[[], "Window"]
    horizon: date
    fiscal: FiscalCalendar
    by_stage: bool = False
    is_one_of_many: bool = False
    is_parted: bool = False

    def count(self, name: str) -> int:
        """Return how many a measure counted in the window."""
        return self.get(name, self.first, self.last)[0]

    def sum(self, name: str) -> int:
        """Return what a measure summed in the window."""
        return self.get(name, self.first, self.last)[1]

    def values(self, name: str) -> list[tuple[int, int]]:
        """Return how a measure's values are spread in the window."""
        return self.spread(name, self.first, self.last)


def hours(seconds: int) -> Decimal:
    """Return hours from seconds."""
    return Decimal(seconds) / 3600


def money(units: int) -> Decimal:
    """Return an amount from ten-thousandths."""
    return Decimal(units) / MONEY_UNITS
