"""How well the forecast's ranges and chances hold on series that it was not made on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from goals.tracking.forecast import draws, mixture, models, scales
from goals.tracking.forecast.proof.series import Series

if TYPE_CHECKING:
    from numpy import ndarray

#: Months of history, and months to forecast.
LENGTHS, AHEAD = (8, 12, 24, 60), 6
#: Targets, as shares of what the last months came to.
TARGETS = (0.8, 0.9, 1.0, 1.05, 1.1, 1.2, 1.35)
#: A chance is never certain.
SUREST = 0.998
BINS = 10


@dataclass(frozen=True)
class Trial:
    """What was said of some goals and what became of them, for one length of history.

    `chances`, `rivals` (those of each other way) and `hits` have a row for each series and a
    column for each target. `months` and `sums` tell for each range whether it held.
    """

    length: int
    chances: "ndarray[Any, Any]"
    hits: "ndarray[Any, Any]"
    rivals: "dict[str, ndarray[Any, Any]]"
    months: "ndarray[Any, Any]"
    sums: "ndarray[Any, Any]"


def tried(series: Sequence[Series], length: int, most: int, seed: int) -> Trial | None:
    """Return what the forecast says of the last months of series; None where none is so long."""
    import numpy as np

    rows = [one.values[-(length + AHEAD) :] for one in series if len(one.values) >= length + AHEAD]
    usable = [row for row in rows if is_usable(row, length)]
    if not usable:
        return None
    data = np.array(usable[:most])
    past, after = data[:, :length], data[:, length:]
    found = simulated(past)
    goal, came = targets(past), after.sum(axis=1)
    low, high = np.quantile(found, (0.1, 0.9), axis=1)
    total = found.sum(axis=2)
    least, greatest = np.quantile(total, (0.1, 0.9), axis=1)
    hits = came[:, None] >= goal
    return Trial(
        length=length,
        chances=reached(total, goal),
        hits=hits,
        rivals={
            "base_rate": np.full(hits.shape, hits.mean()),
            "linear": reached(_paced(past, seed), goal),
        },
        months=(after >= low) & (after <= high),
        sums=(came >= least) & (came <= greatest),
    )


def is_usable(row: Sequence[float], length: int) -> bool:
    """Tell whether a target can be set by a series' last months of history."""
    return min(row) >= 0 and sum(row[length - AHEAD : length]) > 0


def simulated(past: "ndarray[Any, Any]") -> "ndarray[Any, Any]":
    """Return the forecast's ways on for rows of monthly amounts: (series, way, month)."""
    kinds = [scales.of_amounts(row) for row in past]
    return mixture.paths(past, kinds, AHEAD, models.MONTHS)


def targets(past: "ndarray[Any, Any]") -> "ndarray[Any, Any]":
    """Return the targets of each series: shares of its last months."""
    import numpy as np

    found: ndarray[Any, Any] = past[:, -AHEAD:].sum(axis=1)[:, None] * np.array(TARGETS)
    return found


def reached(total: "ndarray[Any, Any]", goal: "ndarray[Any, Any]") -> "ndarray[Any, Any]":
    """Return the share of ways that reach each target."""
    import numpy as np

    shares = (total[:, :, None] >= goal[:, None, :]).mean(axis=1)
    found: ndarray[Any, Any] = np.clip(shares, 1.0 - SUREST, SUREST)
    return found


def _paced(past: "ndarray[Any, Any]", seed: int) -> "ndarray[Any, Any]":
    """Return sums of months drawn from the past as they were: the pace goes on as it went."""
    import numpy as np

    noise = draws.normals(seed, mixture.PATHS, AHEAD)
    # The sign of a normal number and its size make an even one.
    even = np.argsort(np.argsort(noise, axis=None)).reshape(noise.shape) / noise.size
    chosen = (even * past.shape[1]).astype(int)
    found: ndarray[Any, Any] = past[:, chosen].sum(axis=2)
    return found


def brier(said: "ndarray[Any, Any]", happened: "ndarray[Any, Any]") -> float:
    """Return the mean squared distance of what was said from what happened."""
    return float(((said - happened) ** 2).mean())


def bins(said: "ndarray[Any, Any]", happened: "ndarray[Any, Any]") -> list[dict[str, float]]:
    """Return for each tenth of chance what was said on average, and what share happened."""
    import numpy as np

    flat, came = said.ravel(), happened.ravel().astype(float)
    place = np.minimum((flat * BINS).astype(int), BINS - 1)
    return [
        {
            "from": one / BINS,
            "to": (one + 1) / BINS,
            "said": float(flat[place == one].mean()),
            "happened": float(came[place == one].mean()),
            "n": int((place == one).sum()),
        }
        for one in range(BINS)
        if (place == one).any()
    ]


def ece(found: Sequence[dict[str, float]]) -> float:
    """Return the expected calibration error: how far saying and happening lie apart."""
    n = sum(one["n"] for one in found)
    return sum(abs(one["said"] - one["happened"]) * one["n"] for one in found) / n
