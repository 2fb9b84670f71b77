"""Quarters of deals that nobody has sold, to see how a rule of status does (pure).

A company sells about 40 deals a quarter on working days. The weeks of its quarters weigh as one
of five shapes says. Its level wanders from quarter to quarter by exp(N(0, 0.08)); amounts scatter
as exp(N(0, 0.6)), deals come as Poisson's. Eight quarters lie behind, the ninth is judged: its
target is what could be expected of it on its eve, times something between 0.75 and 1.25. So about
half of the targets are hit, and much of what decides is luck.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp
from random import Random

WEEKS, WORKING, QUARTERS, DEALS = 13, 5, 8, 40
WANDER, SCATTER, NEAR = 0.08, 0.6, 0.25
DAYS = WEEKS * 7


def _rising(week: int) -> float:
    return 3.0 + 13.0 * week / (WEEKS - 1)


#: What each week of a quarter weighs.
SHAPES: dict[str, tuple[float, ...]] = {
    "even": (1.0,) * WEEKS,
    "late": tuple(_rising(week) for week in range(WEEKS)),
    "early": tuple(_rising(WEEKS - 1 - week) for week in range(WEEKS)),
    "middle": tuple(16.0 - 2.0 * abs(week - 6) for week in range(WEEKS)),
    "month_ends": tuple(3.0 if week in (3, 8, 12) else 1.0 for week in range(WEEKS)),
}


@dataclass(frozen=True)
class Quarter:
    """A quarter that is judged: the amounts of each day, those of the quarters before it first."""

    shape: str
    amounts: tuple[float, ...]
    target: float

    @property
    def past(self) -> tuple[float, ...]:
        """Return the amounts of the days before the quarter."""
        return self.amounts[:-DAYS]

    @property
    def days(self) -> tuple[float, ...]:
        """Return the amounts of the quarter's own days."""
        return self.amounts[-DAYS:]

    @property
    def is_hit(self) -> bool:
        """Tell whether the target was reached in the end."""
        return sum(self.days) >= self.target


def quarters(each: int, seed: int) -> Iterator[Quarter]:
    """Yield so many quarters of each shape, the same for the same seed."""
    for shape in SHAPES:
        for number in range(each):
            yield _quarter(shape, Random(f"{seed}:{shape}:{number}"))


def _quarter(shape: str, random: Random) -> Quarter:
    weights = SHAPES[shape]
    level, eve, found = 0.0, 0.0, []
    for _ in range(QUARTERS + 1):
        eve = level
        level += random.gauss(0.0, WANDER)
        for week in range(WEEKS):
            rate = DEALS * exp(level) * weights[week] / sum(weights) / WORKING
            for day in range(7):
                deals = _poisson(rate, random) if day < WORKING else 0
                found.append(sum(exp(random.gauss(0.0, SCATTER)) for _ in range(deals)))
    expected = DEALS * exp(eve) * exp(SCATTER**2 / 2)
    return Quarter(shape, tuple(found), expected * random.uniform(1 - NEAR, 1 + NEAR))


def _poisson(rate: float, random: Random) -> int:
    """Return how often something happens that happens so often on average."""
    passed, count = random.expovariate(1.0), 0
    while passed < rate:
        passed += random.expovariate(1.0)
        count += 1
    return count
