"""Splitting a difference so that the parts add up to it exactly, in no order (pure).

A product is split by the Shapley value: a factor's part is the change that it makes, averaged
over every order in which the factors could have moved. Zeros and negatives are numbers like
others, no factor comes first, and the parts add up to the difference. A weighted mean is split
the same way into what the weights did (mix) and what the values did (rate).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from math import factorial

#: So many digits hold any sum of numbers that have 28 of them, without rounding.
DIGITS = 120


def effects(now: Sequence[Fraction | None], then: Sequence[Fraction | None]) -> list[Fraction]:
    """Return what each factor adds to the product of `now` less that of `then`.

    None is a factor that nobody can know, such as a rate of nothing: it is taken to be what it
    is on the other side, so that it makes no difference.
    """
    pairs = [_known(*pair) for pair in zip(now, then, strict=True)]
    return [
        (new - old) * _average([other for place, other in enumerate(pairs) if place != index])
        for index, (new, old) in enumerate(pairs)
    ]


def _known(now: Fraction | None, then: Fraction | None) -> tuple[Fraction, Fraction]:
    if now is None:
        now = then if then is not None else Fraction(1)
    return now, now if then is None else then


def _average(others: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    """Return the product of the other factors, averaged over the orders in which they move.

    The products in which so many have moved are the coefficients of a polynomial.
    """
    moved = [Fraction(1)]
    for new, old in others:
        longer = [*(one * old for one in moved), Fraction(0)]
        for place, one in enumerate(moved):
            longer[place + 1] += one * new
        moved = longer
    size = len(others)
    orders = factorial(size + 1)
    return sum(
        (
            one * Fraction(factorial(count) * factorial(size - count), orders)
            for count, one in enumerate(moved)
        ),
        Fraction(0),
    )


@dataclass(frozen=True)
class Share:
    """A member's part in a difference: by how much of the whole it is, and by its own value."""

    mix: Fraction
    rate: Fraction


#: A member's numerator and denominator.
Ratio = tuple[Fraction, Fraction]


def mix_and_rate(now: Sequence[Ratio], then: Sequence[Ratio]) -> list[Share]:
    """Return what each member adds to the ratio of the whole, sums over sums.

    A member's mix is its change of weight times how far its value lies from that of the whole,
    its rate the change of its value times its weight, both at the middle of the two sides. A
    member that one side does not have has no value there and adds by its mix alone. Raises
    ZeroDivisionError where a side as a whole counts nothing.
    """
    weight_now, weight_then = (sum((one[1] for one in side), Fraction(0)) for side in (now, then))
    middle = (
        sum((one[0] for one in now), Fraction(0)) / weight_now
        + sum((one[0] for one in then), Fraction(0)) / weight_then
    ) / 2
    found = []
    for (top, bottom), (top_then, bottom_then) in zip(now, then, strict=True):
        new, old = bottom / weight_now, bottom_then / weight_then
        known = _known(
            top / bottom if bottom else None, top_then / bottom_then if bottom_then else None
        )
        rate = (new + old) / 2 * (known[0] - known[1])
        mix = (new - old) * ((known[0] + known[1]) / 2 - middle)
        # What stands over a weight of nothing is no rate; it still belongs to the whole.
        stray = (Fraction(0) if bottom else top / weight_now) - (
            Fraction(0) if bottom_then else top_then / weight_then
        )
        found.append(Share(mix + stray, rate))
    return found


def amount_and_size(now: Sequence[Ratio], then: Sequence[Ratio]) -> list[Share]:
    """Return what each member adds to a sum: by how many are counted, and by how large they are.

    A member is its sum and how many it was made of.
    """
    found = []
    for (total, n), (total_then, n_then) in zip(now, then, strict=True):
        known = _known(total / n if n else None, total_then / n_then if n_then else None)
        size = (n + n_then) / 2 * (known[0] - known[1])
        found.append(Share(total - total_then - size, size))
    return found


def decimals(parts: Sequence[Fraction], whole: Decimal) -> list[Decimal]:
    """Return parts as decimals that add up to `whole` to the last digit.

    The largest part takes what rounding to 28 digits leaves.
    """
    if not parts:
        return []
    found = [Decimal(one.numerator) / Decimal(one.denominator) for one in parts]
    largest = max(range(len(found)), key=lambda index: abs(found[index]))
    with localcontext(prec=DIGITS):
        rest = sum((one for index, one in enumerate(found) if index != largest), Decimal())
        found[largest] = whole - rest
    return found


def total(parts: Sequence[Decimal]) -> Decimal:
    """Return a sum of decimals without rounding."""
    with localcontext(prec=DIGITS):
        return sum(parts, Decimal())


def less(one: Decimal, other: Decimal) -> Decimal:
    """Return a difference of decimals without rounding."""
    with localcontext(prec=DIGITS):
        return one - other
