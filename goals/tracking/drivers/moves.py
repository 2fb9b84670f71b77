"""What each lever that was moved adds to where a goal ends; together it is the whole (pure)."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from math import factorial

from goals.tracking.drivers import exact, steering
from goals.tracking.drivers.steering import Course


def effects(course: Course, values: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Return by lever the change that it makes, averaged over every order of moving them.

    They add up to the difference between the two ends to the last digit; {} where some of the
    levers alone lead nowhere.
    """
    known = [one.id for one in course.levers if one.id in values]
    ends: dict[frozenset[str], Fraction] = {}
    for some in _subsets(known):
        landing = steering.moved(course, {one: values[one] for one in some}).landing()
        if landing is None:
            return {}
        ends[some] = Fraction(landing)
    count = len(known)
    parts = []
    for one in known:
        part = Fraction()
        for others in _subsets([each for each in known if each != one]):
            orders = factorial(len(others)) * factorial(count - len(others) - 1)
            part += (ends[others | {one}] - ends[others]) * orders / factorial(count)
        parts.append(part)
    base, moved = course.landing(), steering.moved(course, dict(values)).landing()
    assert base is not None and moved is not None
    return dict(zip(known, exact.decimals(parts, exact.less(moved, base)), strict=True))


def _subsets(known: list[str]) -> Iterator[frozenset[str]]:
    for size in range(len(known) + 1):
        yield from map(frozenset, combinations(known, size))
