"""What members of a dimension counted day by day, read for many of them by one look.

A hundred goals of as many people ask for the same numbers, each for its own: what is read for the
first of them is read for all who are expected, and every window of theirs is cut from it.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from datetime import date, timedelta
from operator import itemgetter
from typing import Any

from goals.metrics.counting import NOTHING, Count, Line

#: What a look finds of each key; a key of which it finds nothing may be missing.
Look = Callable[[Collection[str]], Mapping[str, Sequence[Any]]]
_DAY = itemgetter(0)


class Summed:
    """What a measure counted and summed up to each day, for any number of windows."""

    def __init__(self, line: Line) -> None:
        self.days, self.counts = [date.min], [NOTHING]
        for day, n, total in line:
            self.days.append(day)
            self.counts.append((self.counts[-1][0] + n, self.counts[-1][1] + total))

    def over(self, first: date | None, last: date) -> Count:
        """Return the count and the sum over a window (`first` None: from the beginning)."""
        n, total = self.counts[bisect_right(self.days, last) - 1]
        before = NOTHING
        if first is not None:
            before = self.counts[max(bisect_left(self.days, first) - 1, 0)]
        return n - before[0], total - before[1]

    def within(self, first: date, last: date) -> Line:
        """Return the line itself over a window."""
        found: list[tuple[date, int, int]] = []
        start = max(bisect_left(self.days, first, 1), 1)
        for place in range(start, bisect_right(self.days, last)):
            (n, total), before = self.counts[place], self.counts[place - 1]
            found.append((self.days[place], n - before[0], total - before[1]))
        return found


class Members:
    """The lines of one transaction by dimension and key, and whose lines will be asked for."""

    def __init__(self) -> None:
        self._expected: dict[str, set[str]] = {}
        self._found: dict[Hashable, dict[str, Sequence[Any]]] = {}
        self._summed: dict[Hashable, Summed] = {}

    def expect(self, dim: str, keys: Collection[str]) -> None:
        """Note members that will be asked for: what is read of one of them is read of all."""
        self._expected.setdefault(dim, set()).update(keys)

    def are_expected(self, dim: str, keys: frozenset[str]) -> bool:
        """Tell whether all of some members are expected."""
        return keys <= self._expected.get(dim, set())

    def summed(self, name: str, dim: str, keys: frozenset[str], look: Look) -> Summed:
        """Return the line of a measure over all days, of some members together."""
        place = name, dim, keys
        if place not in self._summed:
            each = self._of(name, dim, keys, look)
            self._summed[place] = Summed(each[0] if len(each) == 1 else _added(each))
        return self._summed[place]

    def values(
        self, name: str, dim: str, keys: frozenset[str], first: date, last: date, look: Look
    ) -> list[tuple[int, int]]:
        """Return the distribution of values over a window: (value, how often), sorted.

        A look finds (day, value, how often) in the order of days.
        """
        spread: Counter[int] = Counter()
        for rows in self._of(("values", name), dim, keys, look):
            for _, value, n in _between(rows, first, last):
                spread[value] += n
        return sorted(spread.items())

    def outcomes(
        self,
        name: str,
        dim: str,
        keys: frozenset[str],
        window: tuple[date | None, date | None],
        horizon: date,
        within: int | None,
        look: Look,
    ) -> Count:
        """Return what a window counts of outcomes up to the horizon, within so many days if any.

        A look finds (day, day of the outcome, count, sum) in the order of days.
        """
        first, last = window[0] or date.min, window[1] or date.max
        longest = None if within is None else timedelta(days=within)
        found = NOTHING
        for rows in self._of(("outcomes", name), dim, keys, look):
            for day, when, n, total in _between(rows, first, last):
                if when <= horizon and (longest is None or when - day <= longest):
                    found = found[0] + n, found[1] + total
        return found

    def _of(
        self, place: Hashable, dim: str, keys: frozenset[str], look: Look
    ) -> list[Sequence[Any]]:
        found = self._found.setdefault((place, dim), {})
        if not keys <= found.keys():
            wanted = (keys | self._expected.get(dim, set())) - found.keys()
            read = look(wanted)
            found.update({key: read.get(key, ()) for key in wanted})
        return [found[key] for key in keys]


def _between(rows: Sequence[Any], first: date, last: date) -> Sequence[Any]:
    start = bisect_left(rows, first, key=_DAY)
    return rows[start : bisect_right(rows, last, start, key=_DAY)]


def _added(lines: Sequence[Line]) -> Line:
    """Return lines as one."""
    found: dict[date, Count] = {}
    for line in lines:
        for day, n, total in line:
            before = found.get(day, NOTHING)
            found[day] = before[0] + n, before[1] + total
    return [(day, n, total) for day, (n, total) in sorted(found.items())]
