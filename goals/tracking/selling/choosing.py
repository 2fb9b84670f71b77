"""Which open deals would close a gap: the fewest, and those most likely all to be won (pure)."""

import math
from collections.abc import Sequence
from decimal import Decimal

#: A chance is taken to be at least this much: what never happened yet may happen.
LEAST = 0.001
#: The gap is divided into so many steps, to which the deals' worth is rounded down.
STEPS = 400
#: Among so many deals, those with the largest expected worth, the likeliest are looked for.
MOST = 150


def fewest(worth: Sequence[Decimal], gap: Decimal) -> list[int] | None:
    """Return the places of the fewest deals that close a gap, the largest; None where none do."""
    found: list[int] = []
    missing = gap
    for place in sorted(range(len(worth)), key=lambda one: -worth[one]):
        if missing <= 0:
            break
        found.append(place)
        missing -= worth[place]
    return found if missing <= 0 else None


def likeliest(
    worth: Sequence[Decimal], chances: Sequence[float | None], gap: Decimal
) -> list[int] | None:
    """Return the places of the deals that close a gap and are most likely all to be won.

    They are taken to be won independently. Deals without a chance are left out; None where the
    others do not close the gap. The choice is exact but for the rounding of the deals' worth to a
    four-hundredth of the gap, which never takes too little.
    """
    if gap <= 0:
        return []
    known = [
        (place, amount, max(chance, LEAST))
        for place, (amount, chance) in enumerate(zip(worth, chances, strict=True))
        if chance is not None and amount > 0
    ]
    known.sort(key=lambda one: -float(one[1]) * one[2])
    known = known[:MOST]
    if sum((amount for _, amount, _ in known), Decimal()) < gap:
        return None
    return _least_unlikely(known, gap) or _greedy(known, gap)


def _least_unlikely(known: Sequence[tuple[int, Decimal, float]], gap: Decimal) -> list[int]:
    """Return the best choice by steps of the gap, none where rounding left too little."""
    # By the steps that are closed: how unlikely it is (the sum of logarithms), and the last deal.
    costs = [0.0, *(math.inf for _ in range(STEPS))]
    chosen: list[tuple[int, ...]] = [() for _ in range(STEPS + 1)]
    for place, amount, chance in known:
        steps = min(STEPS, int(amount * STEPS / gap))
        if not steps:
            continue
        cost = -math.log(min(chance, 1.0))
        for closed in range(STEPS, 0, -1):
            before = max(0, closed - steps)
            if costs[before] + cost < costs[closed]:
                costs[closed] = costs[before] + cost
                chosen[closed] = (*chosen[before], place)
    return list(chosen[STEPS])


def _greedy(known: Sequence[tuple[int, Decimal, float]], gap: Decimal) -> list[int]:
    """Return deals in the order of their chance until they close the gap, none of them idle."""
    found: list[tuple[int, Decimal]] = []
    for place, amount, _chance in sorted(known, key=lambda one: (-one[2], -one[1])):
        if sum((each for _, each in found), Decimal()) >= gap:
            break
        found.append((place, amount))
    for one in sorted(found, key=lambda each: each[1]):
        if sum((each for _, each in found), Decimal()) - one[1] >= gap:
            found.remove(one)
    return [place for place, _ in found]
