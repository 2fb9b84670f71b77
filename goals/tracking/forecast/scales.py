"""Scales on which a number scatters evenly: shares of its mean, or odds for what is a share.

Nobody knows whether an amount scatters by shares of itself, by as much at every height, or between
the two. Each is a scale of its own, and how well a past fits on them weighs them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy import ndarray

    Turn = Callable[[ndarray[Any, Any]], ndarray[Any, Any]]

#: A number may grow or shrink to so many times what was ever seen, at most.
FARTHEST = 4.0
#: Below this share of the mean, a number comes too near to zero for its logarithm.
NEAR_ZERO = 0.1
#: A zero counts as this share of the mean where scales are held against each other.
LEAST = 0.02
#: Shares this near to 0 or 1 are as sure as it gets.
EDGE = 0.005


@dataclass(frozen=True)
class Scale:
    """A way to the scale and the way back.

    `bend` is how much the scale stretches the row it is for, as a logarithm: without it what
    fits on one scale could not be held against what fits on another.
    """

    to: "Turn"
    back: "Turn"
    bend: float = 0.0


def of_amounts(values: "ndarray[Any, Any]") -> list[Scale]:
    """Return the scales of a row of amounts: logarithms, roots, and amounts as they are.

    Where some are near zero there are no logarithms, and below zero amounts are as they are.
    """
    import numpy as np

    mean, most = float(np.abs(values).mean()) or 1.0, float(np.abs(values).max()) * FARTHEST
    if values.min() < 0:
        wide = float(values.std()) or mean
        return [Scale(lambda one: one / wide, lambda one: np.clip(one * wide, -most, most))]
    heights = float(np.log(np.maximum(values / mean, LEAST)).sum())
    found = [
        # Twice the root has the slope of the logarithm at the mean.
        Scale(
            lambda one: 2.0 * np.sqrt(one / mean),
            lambda one: np.minimum(mean * (np.maximum(one, 0.0) / 2.0) ** 2, most),
            -0.5 * heights,
        ),
        Scale(lambda one: one / mean, lambda one: np.clip(one * mean, 0.0, most)),
    ]
    if values.min() >= NEAR_ZERO * mean:
        top = float(np.log(most / mean))
        log = Scale(
            lambda one: np.log(one / mean),
            lambda one: mean * np.exp(np.minimum(one, top)),
            -heights,
        )
        found.insert(0, log)
    return found


def of_shares() -> Scale:
    """Return the scale of numbers between 0 and 1: the logarithm of the odds."""
    import numpy as np

    def to(one: "ndarray[Any, Any]") -> "ndarray[Any, Any]":
        near = np.clip(one, EDGE, 1.0 - EDGE)
        odds: ndarray[Any, Any] = np.log(near / (1.0 - near))
        return odds

    return Scale(to, lambda one: 1.0 / (1.0 + np.exp(-one)))
