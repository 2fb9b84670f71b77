"""What may follow a history: many possible ways on, drawn from all models by their weight."""

from typing import TYPE_CHECKING, Any

from goals.tracking.forecast import draws, models
from goals.tracking.forecast.models import Bank

if TYPE_CHECKING:
    from numpy import ndarray

#: So many ways on are drawn, from so many models (one may be drawn more than once).
PATHS, MODELS = 1024, 128
#: What is believed of the noise before anything was seen: as if from so many units, this
#: variance of a logarithm at twelve units or fewer. Short histories that happen to be smooth
#: would else promise too much (set on the series for tuning).
BELIEF, NOISE, SHORT = 2.0, 0.003, 12


def paths(
    history: "ndarray[Any, Any]", ahead: int, season: int, seed: int = draws.SEED
) -> "ndarray[Any, Any]":
    """Return possible ways on for each history, as an array of (history, path, unit).

    `history` has a row for each series, on a scale on which it scatters evenly.
    """
    import numpy as np

    bank = models.bank(history.shape[1], ahead, season)
    middle = history.mean(axis=1, keepdims=True)
    centred = history - middle
    weight, spread, freedom = _fit(centred, bank)
    rows, units = len(history), ahead
    each = PATHS // MODELS
    noise = draws.normals(seed, PATHS, units + 1)
    width = np.sqrt(1.0 / draws.chi_squares(noise[:, units], freedom)).reshape(MODELS, 1, each)
    shape = noise[:, :units].reshape(MODELS, each, units).transpose(0, 2, 1)
    found = np.empty((rows, PATHS, units))
    share = (np.arange(MODELS) + 0.5) / MODELS
    for row in range(rows):
        chosen = np.searchsorted(np.cumsum(weight[row]), share).clip(0, weight.shape[1] - 1)
        scale = np.sqrt(spread[row][chosen])[:, None, None] * width
        centre = (bank.carry @ centred[row])[chosen]
        drawn = centre[:, :, None] + scale * (bank.root[chosen] @ shape)
        found[row] = drawn.transpose(0, 2, 1).reshape(PATHS, units)
    moved: ndarray[Any, Any] = found + middle[:, :, None]
    return moved


def _fit(
    centred: "ndarray[Any, Any]", bank: Bank
) -> tuple["ndarray[Any, Any]", "ndarray[Any, Any]", float]:
    """Return for each history the weight of every model, its squares left over, the freedom."""
    import numpy as np

    units = centred.shape[1]
    # A small product for each way: one large one would be spread over threads, for little.
    turned = bank.inverse @ centred.T
    left = np.einsum("wus,su->sw", turned, centred)
    left = np.maximum(left, 0.0) + BELIEF * NOISE * min(1.0, SHORT / units)
    freedom = units - 1 + BELIEF
    fits = bank.prior - 0.5 * bank.determinant - 0.5 * freedom * np.log(left)
    weight = np.exp(fits - fits.max(axis=1, keepdims=True))
    return weight / weight.sum(axis=1, keepdims=True), left, freedom
