"""Adding rows up by day and by all dimensions at once, after one look at each row.

A database would look at all rows again for every dimension. Here what a row adds to all
measures is packed into one whole number, so that one addition for each dimension counts it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from struct import Struct
from typing import Any

from goals.metrics.rollup import SPREAD

#: Bits of a count and of a sum. As many of the largest 64-bit values as can be counted still
#: fit into a sum, so that none reaches into the next field.
COUNT, SUM = 32, 96
FIELD = COUNT + SUM
#: What is added to each value, so that no field is ever negative.
LIFT = 1 << 63

#: Place of a measure, dimension, day, key, count and sum.
Folded = tuple[int, str, str, str, int, int]


@dataclass(frozen=True)
class Layout:
    """What stands in a row: its day, then keys, then conditions, then values.

    `dims` names the dimension of each key and for how many measures, from the first, it is
    kept. `measures` says of each by which condition it counts a row, and what it sums: None
    for nothing. It does not count a row whose value is None. `spreads` are the places of the
    measures whose distribution of values is kept.
    """

    dims: Sequence[tuple[str, int]]
    conditions: int
    measures: Sequence[tuple[int, int | None]]
    spreads: Sequence[int] = ()


def fold(layout: Layout, rows: Iterable[Sequence[Any]]) -> Iterator[Folded]:
    """Yield what rows add up to by day and dimension; nothing where a measure counted none."""
    by_day: defaultdict[str, list[Sequence[Any]]] = defaultdict(list)
    for row in rows:
        by_day[row[0]].append(row)
    packing = _Packing(layout)
    for day, of_day in by_day.items():
        packed = packing.packed(of_day)
        _, *columns = zip(*of_day, strict=True)
        for (dim, kept), keys in zip(layout.dims, columns, strict=False):
            sums: defaultdict[str, int] = defaultdict(int)
            for key, one in zip(keys, packed[kept], strict=True):
                sums[key] += one
            for key, total in sums.items():
                for measure, n, amount in packing.unpack(total):
                    yield measure, dim, day, key, n, amount
        for measure in layout.spreads:
            holds, value = packing.places[measure]
            spread = Counter(row[value] for row in of_day if row[holds])
            for found, n in spread.items():
                if found is not None:
                    yield measure, SPREAD, day, str(found), n, 0


class _Packing:
    """The counts and sums of measures side by side in one whole number."""

    def __init__(self, layout: Layout) -> None:
        conditions = 1 + len(layout.dims)
        values = conditions + layout.conditions
        self.kept = {kept for _, kept in layout.dims}
        self.measures = len(layout.measures)
        #: Where each measure finds its condition and its value in a row.
        self.places = [
            (conditions + holds, values + (value or 0)) for holds, value in layout.measures
        ]
        # By condition: what counting alone adds, and what is added with a value.
        self.plans: dict[int, tuple[int, list[tuple[int, int, int]]]] = {}
        for place, (holds, value) in enumerate(layout.measures):
            one, shift = 1 << FIELD * place, FIELD * place + COUNT
            alone, amounts = self.plans.get(conditions + holds, (0, []))
            if value is None:
                alone += one + (LIFT << shift)
            else:
                amounts.append((values + value, one, shift))
            self.plans[conditions + holds] = (alone, amounts)
        # A count, and the lower and the upper part of a sum.
        self.bytes = Struct("<" + "IQI" * self.measures)

    def packed(self, rows: Sequence[Sequence[Any]]) -> dict[int, list[int]]:
        """Return each row's number, by how many measures it holds."""
        plans = [(holds, *plan) for holds, plan in self.plans.items()]
        found = []
        for row in rows:
            packed = 0
            for holds, alone, amounts in plans:
                if row[holds]:
                    packed += alone
                    for place, one, shift in amounts:
                        value = row[place]
                        if value is not None:
                            packed += one + (value + LIFT << shift)
            found.append(packed)
        return {kept: found if kept == self.measures else _first(kept, found) for kept in self.kept}

    def unpack(self, packed: int) -> Iterator[tuple[int, int, int]]:
        """Yield place, count and sum of the measures that counted anything."""
        fields = iter(self.bytes.unpack(packed.to_bytes(self.bytes.size, "little")))
        for measure, (n, low, high) in enumerate(zip(fields, fields, fields, strict=True)):
            if n:
                yield measure, n, low + (high << 64) - n * LIFT


def _first(kept: int, packed: list[int]) -> list[int]:
    """Return numbers without the fields of all but the first measures."""
    mask = (1 << FIELD * kept) - 1
    return [one & mask for one in packed]
