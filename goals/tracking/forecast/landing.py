"""Where a goal will likely end: what came so far and the many ways in which the rest may go.

What adds up (a flow) is the amount so far and the units still to come. What is read at a moment
(a level) drifts on from where it stands. What is a ratio over the window is simulated as what is
divided and what it is divided by. Below `FLOOR` units of history nothing is said.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from goals.tracking.forecast import draws, mixture, paces, scales

if TYPE_CHECKING:
    from numpy import ndarray

#: Complete units of history below which nothing is forecast.
FLOOR = 8
#: The name of the method, kept with what it said; a change of what it says changes the name.
METHOD = "grid-2"
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
#: How far a number may be off when all records behind it are doubtful, as a share of it: one
#: deviation. Half of a doubtful amount may be wrong either way.
DOUBTFUL = 0.5
#: Nothing is certain before the end.
SUREST = 0.99
#: As much as so much of the denominator, the mean of all units stands beside each unit's ratio.
SHRUNK = 1.0


@dataclass(frozen=True)
class Past:
    """What is known of a number when its end is forecast.

    `kind` is "flow", "level" or "ratio". `values` are the complete units, oldest first: amounts,
    the level at each unit's end, or the ratio over each unit, with `weights` what it was divided
    by (None: every unit counts alike). `so_far` is the amount in the window, the level now, or
    the ratio over the window so far, and `so_far_weight` what that was divided by. `ahead` is
    how much of each unit is still to come, in order (a running one first, as a share), and
    `passed` how many of `values` lie in the window. `season` is the number of units after which
    phases repeat. `limits` are the ends of what the number
    can be, None for no end, and `floor` what it cannot fall back under any more. `doubtful` is
    the share of records that are not sound.
    """

    kind: str
    values: Sequence[float]
    so_far: float
    ahead: Sequence[float]
    season: int = 0
    weights: Sequence[float] | None = None
    so_far_weight: float = 0.0
    limits: tuple[float | None, float | None] = (None, None)
    floor: float | None = None
    doubtful: float = 0.0
    passed: int = 0


@dataclass(frozen=True)
class Landing:
    """How a goal will likely end.

    `fan` has the five quantiles after each unit ahead, the end last; `ends` all the ways it may
    end, sorted. `season_known` tells whether a whole season lies behind.
    """

    fan: tuple[tuple[float, ...], ...]
    ends: "ndarray[Any, Any]"
    units: int
    season_known: bool
    seed: int

    @property
    def low(self) -> float:
        """Return the value that one in ten ways ends below."""
        return self.fan[-1][0]

    @property
    def likely(self) -> float:
        """Return the value that half of the ways end below."""
        return self.fan[-1][2]

    @property
    def high(self) -> float:
        """Return the value that nine in ten ways end below."""
        return self.fan[-1][4]

    def chance(self, low: float | None, high: float | None) -> float:
        """Return the share of ways that end within bounds, landing on one included."""
        return share_within(self.ends, low, high)


def share_within(ends: "ndarray[Any, Any]", low: float | None, high: float | None) -> float:
    """Return the share of ways that end within bounds, landing on one included."""
    import numpy as np

    # What lands on a bound may be computed as much beside it.
    slack = 1e-9 * max(1.0, abs(low or 0.0), abs(high or 0.0))
    kept = np.ones(len(ends), dtype=bool)
    if low is not None:
        kept &= ends >= low - slack
    if high is not None:
        kept &= ends <= high + slack
    return round(min(max(float(kept.mean()), 1.0 - SUREST), SUREST), 3)


def middle(ends: "ndarray[Any, Any]") -> float:
    """Return the likely end: the value that half of the ways end below."""
    import numpy as np

    return _written(np.quantile(ends, 0.5))


def of(past: Past, seed: int = draws.SEED) -> Landing | None:
    """Return how a number will likely end, None below the floor or with nothing to come."""
    import numpy as np

    way = _ways(past, seed)
    if way is None:
        return None
    fan = np.quantile(way, QUANTILES, axis=0).T
    return Landing(
        fan=tuple(tuple(_written(one) for one in row) for row in fan),
        ends=np.sort(way[:, -1]),
        units=len(past.values),
        season_known=not past.season or len(past.values) >= past.season,
        seed=seed,
    )


def ends(past: Past, seed: int = draws.SEED) -> "ndarray[Any, Any] | None":
    """Return all the ways a number may end, in no order; None as in `of`."""
    way = _ways(past, seed)
    return None if way is None else way[:, -1]


def _ways(past: Past, seed: int) -> "ndarray[Any, Any] | None":
    """Return the ways on as an array of (path, unit)."""
    import numpy as np

    if len(past.values) < FLOOR or not past.ahead:
        return None
    values = np.array(past.values, dtype=float)
    if not np.isfinite(values).all():
        return None
    way = _WAYS[past.kind](past, values, np.array(past.ahead, dtype=float), seed)
    way = _widened(way, past, seed)
    if past.floor is not None:
        way = np.maximum(way, past.floor)
    least, most = past.limits
    if least is not None or most is not None:
        way = np.clip(way, least, most)
    return way


def _written(value: float) -> float:
    """Return a number to seven digits, all that a machine's own way of rounding leaves alike."""
    return float(f"{value:.7g}")


def _flow(
    past: Past, values: "ndarray[Any, Any]", ahead: "ndarray[Any, Any]", seed: int
) -> "ndarray[Any, Any]":
    import numpy as np

    units = _units(values, len(ahead), past.season, False, seed)
    coming = units * ahead
    usual = paces.usual(values, past.passed, ahead, past.season)
    coming = coming * paces.factor(past.so_far, np.median(coming.sum(axis=1)), usual)
    found: ndarray[Any, Any] = past.so_far + np.cumsum(coming, axis=1)
    return found


def _level(
    past: Past, values: "ndarray[Any, Any]", ahead: "ndarray[Any, Any]", seed: int
) -> "ndarray[Any, Any]":
    import numpy as np

    way = _units(values, len(ahead), past.season, _is_share(past), seed)
    before = np.concatenate([np.full((len(way), 1), past.so_far), way[:, :-1]], axis=1)
    # A unit that has begun, or that the window cuts off, is gone through in part alone.
    found: ndarray[Any, Any] = before + (way - before) * ahead
    return found


def _ratio(
    past: Past, values: "ndarray[Any, Any]", ahead: "ndarray[Any, Any]", seed: int
) -> "ndarray[Any, Any]":
    import numpy as np

    if past.weights is None:
        weights = np.ones(len(values))
        below = np.ones((mixture.PATHS, len(ahead)))
    else:
        weights = np.maximum(np.array(past.weights, dtype=float), 0.0)
        below = _units(weights, len(ahead), past.season, False, seed + 1)
    total = float(weights.sum())
    mean = float((values * weights).sum()) / total if total else float(values.mean())
    near = (values * weights + mean * SHRUNK) / (weights + SHRUNK)
    rates = _units(near, len(ahead), past.season, _is_share(past), seed)
    below = below * ahead
    above = past.so_far * past.so_far_weight + np.cumsum(below * rates, axis=1)
    whole = past.so_far_weight + np.cumsum(below, axis=1)
    found: ndarray[Any, Any] = np.where(
        whole > 0, above / np.where(whole > 0, whole, 1.0), past.so_far
    )
    return found


def _units(
    values: "ndarray[Any, Any]", ahead: int, season: int, is_share: bool, seed: int
) -> "ndarray[Any, Any]":
    return _drawn(values.tobytes(), is_share, ahead, season, seed)


@lru_cache(maxsize=8)
def _drawn(
    history: bytes, is_share: bool, ahead: int, season: int, seed: int
) -> "ndarray[Any, Any]":
    """Return what may follow a history; from day to day within a unit that is the same."""
    import numpy as np

    values = np.frombuffer(history)
    kinds = [scales.of_shares()] if is_share else scales.of_amounts(values)
    found: ndarray[Any, Any] = mixture.paths(values[None, :], [kinds], ahead, season, seed)[0]
    found.setflags(write=False)
    return found


def _is_share(past: Past) -> bool:
    return past.limits == (0.0, 1.0)


def _widened(way: "ndarray[Any, Any]", past: Past, seed: int) -> "ndarray[Any, Any]":
    """Return the ways with what doubtful records may hide, in what came as in what comes."""
    import numpy as np

    if past.doubtful <= 0:
        return way
    noise = draws.normals(seed + 2, mixture.PATHS, 1) * DOUBTFUL * min(past.doubtful, 1.0)
    if _is_share(past):
        odds = scales.of_shares()
        return odds.back(odds.to(way) + noise)
    found: ndarray[Any, Any] = way * np.exp(noise)
    return found


_Way = Callable[[Past, "ndarray[Any, Any]", "ndarray[Any, Any]", int], "ndarray[Any, Any]"]
_WAYS: dict[str, _Way] = {"flow": _flow, "level": _level, "ratio": _ratio}
