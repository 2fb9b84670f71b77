"""The whole of a backtest in one document: ranges, chances, and rules of status side by side."""

from collections.abc import Sequence
from typing import Any

from goals.errors import Refusal
from goals.tracking.forecast.proof import calibration, cases, trial
from goals.tracking.forecast.proof.series import Series
from goals.words import N_

#: At most so many series for each length of history, so many for years (all of the public ones: in
#: fewer it is luck which rule is better), and quarters of a shape.
SERIES, REAL, EACH = 300, 1500, 100


def of(
    series: Sequence[Series], seed: int, *, most: int = SERIES, real: int = REAL, each: int = EACH
) -> dict[str, Any]:
    """Return the figures of the contract's `backtest`, and the same by length of history.

    Raises Refusal where no series is long enough to forecast the end of.
    """
    import numpy as np

    found = [calibration.tried(series, one, most, seed) for one in calibration.LENGTHS]
    tried = [one for one in found if one is not None]
    if not tried:
        raise Refusal(
            "series_short",
            N_("No series has the %(months)s whole months, none below zero, that a test takes."),
            {"months": calibration.LENGTHS[0] + calibration.AHEAD},
            field="series",
        )
    said = np.concatenate([one.chances.ravel() for one in tried])
    hits = np.concatenate([one.hits.ravel() for one in tried])
    reliability = calibration.bins(said, hits)
    return {
        "n": len(said),
        "coverage80": _mean([one.months for one in tried]),
        "coverage80_sum": _mean([one.sums for one in tried]),
        "brier": calibration.brier(said, hits),
        "brier_base_rate": _rival(tried, "base_rate"),
        "brier_linear": _rival(tried, "linear"),
        "ece": calibration.ece(reliability),
        "reliability": reliability,
        "by_history": [_of_length(one) for one in tried],
        "status": [
            *trial.table(list(cases.generated(each, seed)), "generated"),
            *trial.table(list(cases.real(series, real)), "series"),
        ],
    }


def _of_length(one: calibration.Trial) -> dict[str, Any]:
    return {
        "months": one.length,
        "series": len(one.sums),
        "n": one.chances.size,
        "coverage80": float(one.months.mean()),
        "coverage80_sum": float(one.sums.mean()),
        "brier": calibration.brier(one.chances, one.hits),
        **{f"brier_{name}": calibration.brier(said, one.hits) for name, said in one.rivals.items()},
        "ece": calibration.ece(calibration.bins(one.chances, one.hits)),
    }


def _mean(held: Sequence[Any]) -> float:
    return float(sum(one.sum() for one in held) / sum(one.size for one in held))


def _rival(tried: Sequence[calibration.Trial], name: str) -> float:
    parts = [(calibration.brier(one.rivals[name], one.hits), one.hits.size) for one in tried]
    return sum(value * n for value, n in parts) / sum(n for _, n in parts)
