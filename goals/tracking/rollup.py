"""What a goal comes to by its parts: their sum, mean or worst, or how many are done (pure).

Whatever order the parts come in, they come to the same. What a part does not say is never taken
for zero: a sum or a mean with such a part is not known.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from goals.tracking import status

#: Rules that give a goal a number; by the others it has none of its own.
SUM = "sum"


@dataclass(frozen=True)
class Part:
    """A goal that is part of another one, as it was last said to stand; None is "not known".

    `share` and `expected_share` are shares of its own way; `status` None means that nobody
    reviewed it yet. `currency` is that of its terms.
    """

    id: int
    name: str
    kind: str
    unit: str
    currency: str | None
    first_day: date
    last_day: date
    target: Decimal | None
    weight: Decimal
    actual: Decimal | None = None
    share: float | None = None
    expected_share: float | None = None
    status: str | None = None
    is_final: bool = False

    @property
    def is_done(self) -> bool:
        """Tell whether it is achieved for good."""
        return self.is_final and self.status == "achieved"

    def way(self, day: date) -> tuple[Fraction, Fraction] | None:
        """Return how far it is and should be on a day, from 0 to 1; None where nobody can say.

        More than the whole way helps no other part, and less than nothing harms none.
        """
        if day < self.first_day:
            return Fraction(0), Fraction(0)
        if self.kind == "milestone" and self.share is None:
            # Without steps it is done or not, and expected on its day.
            return Fraction(self.is_done), Fraction(day >= self.last_day)
        if self.share is None or self.expected_share is None:
            return None
        clamped = (max(0.0, min(1.0, one)) for one in (self.share, self.expected_share))
        share, expected = (Fraction(repr(one)) for one in clamped)
        return share, expected


@dataclass(frozen=True)
class Rolled:
    """A goal's parts on a day and what they come to by its rule.

    `archived` is how many parts are left out because they were put away.
    """

    rule: str
    day: date
    parts: tuple[Part, ...]
    archived: int = 0

    @property
    def total(self) -> Decimal | None:
        """Return the sum of the actual values; None without parts or where one is not known."""
        if not self.parts or self.unknown:
            return None
        return sum((one.actual or Decimal() for one in self.parts), Decimal())

    @property
    def targets(self) -> Decimal | None:
        """Return the sum of the targets; None without parts or where one has none."""
        found = [one.target for one in self.parts if one.target is not None]
        return sum(found, Decimal()) if found and len(found) == len(self.parts) else None

    @property
    def unknown(self) -> tuple[Part, ...]:
        """Return the parts that have begun and do not say what the rule asks of them."""
        begun = [one for one in self.parts if self.day >= one.first_day]
        if self.rule == SUM:
            return tuple(one for one in begun if one.actual is None)
        if self.rule == "mean":
            return tuple(one for one in begun if one.way(self.day) is None)
        return ()

    @property
    def done(self) -> int:
        """Return how many parts are achieved for good."""
        return sum(one.is_done for one in self.parts)

    @property
    def due(self) -> int:
        """Return how many parts should be achieved by the day."""
        return sum(one.last_day <= self.day for one in self.parts)

    @property
    def is_done(self) -> bool:
        """Tell whether every part is achieved for good."""
        return bool(self.parts) and self.done == len(self.parts)

    @property
    def shares(self) -> tuple[float | None, float | None]:
        """Return the shares of the way that are gone and should be, by the rule; None: unknown."""
        if not self.parts or self.unknown:
            return None, None
        if self.rule != "mean":
            return self.done / len(self.parts), self.due / len(self.parts)
        ways = [(one.way(self.day), Fraction(one.weight)) for one in self.parts]
        whole = sum((weight for _, weight in ways), Fraction())
        gone, due = (
            sum((way[place] * weight for way, weight in ways if way is not None), Fraction())
            for place in (0, 1)
        )
        return float(gone / whole), float(due / whole)

    @property
    def worst(self) -> Part | None:
        """Return the part that stands worst, of equals the one that ends first."""
        return min(self.parts, key=_order, default=None)

    @property
    def status(self) -> str | None:
        """Return the status that follows from the worst part alone; None under other rules.

        A part that was missed leaves the whole off track while it runs.
        """
        if self.rule != "worst" or self.worst is None:
            return None
        word = self.worst.status or "no_data"
        return {"missed": "off_track", "achieved": "on_track"}.get(word, word)


def _order(part: Part) -> tuple[int, date, int]:
    return status.WORST_FIRST.index(part.status or "no_data"), part.last_day, part.id


def share_of(part: Part, parts: Iterable[Part]) -> float | None:
    """Return what share of a sum a part brings; None where the sum is nothing or not known."""
    values = [one.actual for one in parts]
    whole = sum((one for one in values if one is not None), Decimal())
    return float(part.actual / whole) if part.actual is not None and whole else None
