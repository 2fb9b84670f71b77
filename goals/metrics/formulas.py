"""From counts to a value (pure): ratios of sums, means, percentiles; no data is None."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Figure:
    """A value with what it was made of; numerator and denominator None where it is no ratio."""

    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    n: int = 0


def ratio(numerator: Decimal, denominator: Decimal, n: int) -> Figure:
    """Return a ratio of sums; None for a denominator of zero."""
    return Figure(numerator / denominator if denominator else None, numerator, denominator, n)


def total(value: Decimal, n: int) -> Figure:
    """Return a sum, zero included."""
    return Figure(value, value, None, n)


def percentile(spread: Sequence[tuple[int, int]], share: Decimal) -> Decimal | None:
    """Return a percentile by linear interpolation between order statistics.

    `spread` is (value, how often) sorted by value; None when it is empty.
    """
    n = sum(count for _, count in spread)
    if n == 0:
        return None
    place = share * (n - 1)
    low = int(place)
    below, above = _at(spread, low), _at(spread, min(low + 1, n - 1))
    return below + (place - low) * (above - below)


def _at(spread: Sequence[tuple[int, int]], index: int) -> Decimal:
    passed = 0
    for value, count in spread:
        passed += count
        if index < passed:
            return Decimal(value)
    raise IndexError(index)
