"""What a chance turned out to be worth: learned from goals that have closed (pure).

The odds that were said are shifted and stretched so that they fit what happened, held back by a
belief that they were right: a few goals change little, many change what is said for good.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

#: Weeks of closed goals below which nothing is learned.
FLOOR = 50
#: How strongly it is believed that chances are right as they are, in weeks that agree with it.
BELIEF = 10.0
#: The weeks of one goal are not news each time: together they weigh at most so many.
PER_GOAL = 4.0
#: Chances this near to 0 or 1 count as this near.
EDGE = 0.01
STEPS = 25


@dataclass(frozen=True)
class Week:
    """What was said of a goal in a week, and what became of it."""

    goal: int
    chance: float
    is_hit: bool


@dataclass(frozen=True)
class Recalibration:
    """How chances are changed: the logarithm of their odds, as so many `weeks` taught it."""

    shift: float = 0.0
    stretch: float = 1.0
    weeks: int = 0

    def of(self, chance: float) -> float:
        """Return what a chance is worth; without enough closed goals the chance itself."""
        if not self.weeks:
            return chance
        return round(min(max(_share(self.shift + self.stretch * _odds(chance)), EDGE), 1 - EDGE), 3)


def learned(weeks: Sequence[Week]) -> Recalibration:
    """Return what closed goals teach; nothing below the floor."""
    if len(weeks) < FLOOR:
        return Recalibration()
    counts: dict[int, int] = {}
    for one in weeks:
        counts[one.goal] = counts.get(one.goal, 0) + 1
    points = [
        (_odds(one.chance), float(one.is_hit), min(1.0, PER_GOAL / counts[one.goal]))
        for one in weeks
    ]
    shift, stretch = 0.0, 1.0
    for _ in range(STEPS):
        # Newton's steps for two numbers; the belief keeps the matrix away from zero.
        slope, bend = [BELIEF * shift, BELIEF * (stretch - 1.0)], [BELIEF, 0.0, BELIEF]
        for odds, hit, weight in points:
            said = _share(shift + stretch * odds)
            off, flat = weight * (said - hit), weight * said * (1.0 - said)
            slope[0] += off
            slope[1] += off * odds
            bend[0] += flat
            bend[1] += flat * odds
            bend[2] += flat * odds * odds
        size = bend[0] * bend[2] - bend[1] ** 2
        shift -= (bend[2] * slope[0] - bend[1] * slope[1]) / size
        stretch -= (bend[0] * slope[1] - bend[1] * slope[0]) / size
    # What is likelier stays likelier.
    return Recalibration(shift, max(stretch, 0.1), len(weeks))


def _odds(chance: float) -> float:
    held = min(max(chance, EDGE), 1.0 - EDGE)
    return log(held / (1.0 - held))


def _share(odds: float) -> float:
    return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, odds))))
