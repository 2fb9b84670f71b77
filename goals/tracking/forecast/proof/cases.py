"""Periods that a rule of status is tried on: made-up quarters, and years of real months."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from goals.tracking.forecast import models
from goals.tracking.forecast.proof import generator
from goals.tracking.forecast.proof.series import Series

#: Targets of a year, as shares of what the year before came to.
YEARLY = (0.9, 1.0, 1.1, 1.2)
YEAR, YEARS = 12, 5


@dataclass(frozen=True)
class Case:
    """A period that is judged step by step, with its past in the same steps.

    `each` steps make a unit of the forecast; `season` is the forecast's.
    """

    past: tuple[float, ...]
    amounts: tuple[float, ...]
    target: float
    each: int
    season: int

    @property
    def is_hit(self) -> bool:
        """Tell whether the target was reached in the end."""
        return sum(self.amounts) >= self.target

    def so_far(self) -> list[float]:
        """Return what had come by the end of each step."""
        return list(accumulate(self.amounts))

    def shape(self) -> list[float]:
        """Return the mean cumulative share of the past periods after each step."""
        steps = len(self.amounts)
        whole = len(self.past) // steps
        rows = [self.past[-(number + 1) * steps :][:steps] for number in range(whole)]
        shares = [[part / sum(row) for part in accumulate(row)] for row in rows if sum(row) > 0]
        return [sum(column) / len(column) for column in zip(*shares, strict=True)]


def generated(each: int, seed: int) -> Iterator[Case]:
    """Yield quarters of the generator, judged every day; so many of each shape."""
    for one in generator.quarters(each, seed):
        yield Case(one.past, one.days, one.target, 7, models.WEEKS)


def real(series: Sequence[Series], most: int) -> Iterator[Case]:
    """Yield the last years of series with two to five years before them, judged every month."""
    kept = [one.values for one in series if len(one.values) >= 3 * YEAR][:most]
    for values in kept:
        past, amounts = values[-YEAR * (YEARS + 1) : -YEAR], values[-YEAR:]
        if min(past) < 0 or sum(past[-YEAR:]) <= 0:
            continue
        for share in YEARLY:
            yield Case(past, amounts, share * sum(past[-YEAR:]), 1, models.MONTHS)
