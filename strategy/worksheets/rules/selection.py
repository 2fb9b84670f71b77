"""Weighted scores of systems against needs: who comes first, and what would change that (pure).

A score goes from 0 to 5 and counts times the weight of its need. A need that was not tried is
no 0: it leaves open how far a system could get. Whatever cannot do a must-have is out. All
numbers are whole, so nothing is rounded: a weight that moves by a fifth is reckoned in fifths.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

BEST_SCORE = 5
#: The weights that are tried: a fifth less and a fifth more, in fifths.
FIFTHS = (4, 6)
_WHOLE = 5


@dataclass(frozen=True)
class Need:
    """Something that systems are scored on; `must` rules out whoever scores 0."""

    key: str
    weight: int
    must: bool = False


@dataclass(frozen=True)
class Standing:
    """How a system stands: its points, and the most it can still get once all is tried."""

    vendor: str
    points: int
    most: int
    untried: tuple[str, ...]
    fails: tuple[str, ...]

    @property
    def is_out(self) -> bool:
        """Tell whether it cannot do something that must be there."""
        return bool(self.fails)

    @property
    def is_tried(self) -> bool:
        """Tell whether it has a score for every need."""
        return not self.untried


@dataclass(frozen=True)
class Flip:
    """A single weight that changes who comes first when it moves by a fifth."""

    need: str
    more: bool
    first: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """Who comes first.

    `first` are the systems with the most points so far, several where they are level, none
    before anything is tried. `chasing` are those that are not tried everywhere and could
    still reach or pass them. `flips` are worked out between systems that are tried everywhere;
    None where fewer than two are.
    """

    standings: tuple[Standing, ...]
    possible: int
    first: tuple[str, ...]
    chasing: tuple[str, ...]
    flips: tuple[Flip, ...] | None

    def of(self, vendor: str) -> Standing | None:
        """Return the standing of a system, None for one that is not compared."""
        return next((one for one in self.standings if one.vendor == vendor), None)

    @property
    def is_tie(self) -> bool:
        """Tell whether several systems are level at the top."""
        return len(self.first) > 1

    @property
    def ahead(self) -> int | None:
        """Return by how many points at least the first leads, whatever is tried later.

        None where another one is level or could still be, and where there is no other.
        """
        if len(self.first) != 1 or self.chasing:
            return None
        others = [one for one in self.standings if not one.is_out and one.vendor not in self.first]
        first = self.of(self.first[0])
        assert first is not None
        return first.points - max(one.most for one in others) if others else None


Scores = Mapping[tuple[str, str], int]


def compare(vendors: Iterable[str], needs: Iterable[Need], scores: Scores) -> Result:
    """Compare systems by their scores; `scores` maps vendor and need to 0 to 5."""
    wanted = tuple(needs)
    standings = tuple(_standing(one, wanted, scores) for one in vendors)
    playing = [one for one in standings if not one.is_out]
    scored = [one for one in playing if len(one.untried) < len(wanted)]
    top = max((one.points for one in scored), default=0)
    first = tuple(one.vendor for one in scored if one.points == top)
    chasing = tuple(
        one.vendor
        for one in playing
        if first and one.untried and one.most >= top and first != (one.vendor,)
    )
    tried = [one for one in playing if one.is_tried]
    flips = _flips(tried, wanted, scores) if len(tried) > 1 else None
    return Result(
        standings=standings,
        possible=BEST_SCORE * sum(one.weight for one in wanted),
        first=first,
        chasing=chasing,
        flips=flips,
    )


def _standing(vendor: str, needs: tuple[Need, ...], scores: Scores) -> Standing:
    given = {one.key: scores.get((vendor, one.key)) for one in needs}
    points = sum(one.weight * (given[one.key] or 0) for one in needs)
    untried = tuple(one for one in needs if given[one.key] is None)
    return Standing(
        vendor=vendor,
        points=points,
        most=points + BEST_SCORE * sum(one.weight for one in untried),
        untried=tuple(one.key for one in untried),
        fails=tuple(one.key for one in needs if one.must and given[one.key] == 0),
    )


def _flips(tried: list[Standing], needs: tuple[Need, ...], scores: Scores) -> tuple[Flip, ...]:
    usual = _first({one.vendor: _WHOLE * one.points for one in tried})
    found = []
    for need in needs:
        for fifths in FIFTHS:
            step = (fifths - _WHOLE) * need.weight
            totals = {
                one.vendor: _WHOLE * one.points + step * scores[one.vendor, need.key]
                for one in tried
            }
            first = _first(totals)
            if first != usual:
                found.append(Flip(need.key, fifths > _WHOLE, first))
    return tuple(found)


def _first(totals: Mapping[str, int]) -> tuple[str, ...]:
    top = max(totals.values())
    return tuple(vendor for vendor, points in totals.items() if points == top)
