"""What the largest won deals have in common, with counts (pure).

A mark says something only beside how common it is among all won deals: where nine deals in ten
come from one source, nine of the ten largest ones do as well.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

#: The dimensions that are looked at, in this order.
DIMENSIONS = ("source", "product", "region", "customer_type")
#: A tenth of the deals are its largest ones, yet no fewer and no more than these.
LEAST, MOST = 5, 50
#: With fewer won deals than this, what they have in common may be chance.
FEW = 10
#: A mark tells the largest deals from the others when it is by so much more common among them.
MORE_COMMON = Fraction(5, 4)


@dataclass(frozen=True)
class Mark:
    """The most common member of a dimension among the largest deals.

    `count` of `of` largest deals have it, and `all_count` of `all_of` won deals; deals of which
    the dimension says nothing are left out of `of` and `all_of`.
    """

    dimension: str
    member: str
    count: int
    of: int
    all_count: int
    all_of: int

    @property
    def tells(self) -> bool:
        """Tell whether the mark is more common among the largest deals than among all."""
        if self.count < 2 or not self.of or not self.all_of:
            return False
        here, everywhere = Fraction(self.count, self.of), Fraction(self.all_count, self.all_of)
        return here * 3 >= 1 and here >= everywhere * MORE_COMMON


@dataclass(frozen=True)
class Largest:
    """The largest won deals of a window.

    `count` is how many of all `total` won deals they are, `smallest` the least of their
    amounts (None for no deal). `unknown` are the dimensions of which no deal says anything.
    `receipt` leads to all won deals, None where nothing was kept.
    """

    first: date
    last: date
    count: int
    total: int
    smallest: Decimal | None
    currency: str | None
    marks: tuple[Mark, ...] = ()
    unknown: tuple[str, ...] = ()
    receipt: str | None = None

    @property
    def few(self) -> bool:
        """Tell whether there are too few won deals to rely on."""
        return self.total < FEW


def size(total: int) -> int:
    """Return how many of so many won deals are its largest ones."""
    return min(total, MOST, max(LEAST, -(-total // 10)))


def marks(
    largest: Sequence[Mapping[str, str]],
    everywhere: Mapping[str, Mapping[str, int]],
    nobody: str,
) -> tuple[tuple[Mark, ...], tuple[str, ...]]:
    """Return the marks of the largest deals, and the dimensions of which they say nothing.

    `largest` are the members of each of them by dimension, `everywhere` the counts of all won
    deals by dimension and member, `nobody` the member of a deal that says nothing.
    """
    found, unknown = [], []
    for dimension in DIMENSIONS:
        here = Counter(one.get(dimension, nobody) for one in largest)
        here.pop(nobody, None)
        if not here:
            unknown.append(dimension)
            continue
        member, count = min(here.items(), key=lambda one: (-one[1], one[0]))
        counts = {key: n for key, n in everywhere.get(dimension, {}).items() if key != nobody}
        found.append(
            Mark(
                dimension=dimension,
                member=member,
                count=count,
                of=here.total(),
                all_count=counts.get(member, 0),
                all_of=sum(counts.values()),
            )
        )
    return tuple(found), tuple(unknown)
