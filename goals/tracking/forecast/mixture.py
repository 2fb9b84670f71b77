"""What may follow a history: many possible ways on, drawn from all models by their weight."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from goals.tracking.forecast import draws, models
from goals.tracking.forecast.models import Bank
from goals.tracking.forecast.scales import Scale

if TYPE_CHECKING:
    from numpy import ndarray

#: So many ways on are drawn, from so many models (one may be drawn more than once).
PATHS, MODELS = 1024, 128
#: What is believed of the noise before anything was seen: as if from so many units, this
#: variance of a logarithm at twelve units or fewer. Short histories that happen to be smooth
#: would else promise too much (set on the series for tuning).
BELIEF, NOISE, SHORT = 2.0, 0.003, 12


def paths(
    history: "ndarray[Any, Any]",
    kinds: Sequence[Sequence[Scale]],
    ahead: int,
    season: int,
    seed: int = draws.SEED,
) -> "ndarray[Any, Any]":
    """Return possible ways on for each history, as an array of (history, path, unit).

    `history` has a row for each series, and `kinds` the scales each may scatter evenly on.
    """
    import numpy as np

    bank = models.bank(history.shape[1], ahead, season)
    owners = [(row, scale) for row, found in enumerate(kinds) for scale in found]
    turned = np.array([scale.to(history[row]) for row, scale in owners])
    middle = turned.mean(axis=1, keepdims=True)
    centred = turned - middle
    fits, left, freedom = _fit(centred, bank)
    each = PATHS // MODELS
    noise = draws.normals(seed, PATHS, ahead + 1)
    width = np.sqrt(1.0 / draws.chi_squares(noise[:, ahead], freedom)).reshape(MODELS, 1, each)
    shape = noise[:, :ahead].reshape(MODELS, each, ahead).transpose(0, 2, 1)
    found = np.empty((len(history), MODELS, each, ahead))
    share = (np.arange(MODELS) + 0.5) / MODELS
    first = 0
    for row, scales in enumerate(kinds):
        # A model of one scale is held against those of the others.
        bends = np.array([one.bend for one in scales])
        fit = fits[first : first + len(scales)] + bends[:, None]
        weight = np.cumsum(np.exp(fit - fit.max()))
        chosen = np.searchsorted(weight, share * weight[-1]).clip(0, len(weight) - 1)
        scale_of, model_of = np.divmod(chosen, fits.shape[1])
        for place, scale in enumerate(scales):
            mine, number = scale_of == place, first + place
            if not mine.any():
                continue
            model = model_of[mine]
            wide = np.sqrt(left[number][model])[:, None, None] * width[mine]
            centre = (bank.carry[model] @ centred[number])[:, :, None] + middle[number]
            drawn = centre + wide * (bank.root[model] @ shape[mine])
            found[row, mine] = scale.back(drawn).transpose(0, 2, 1)
        first += len(scales)
    return found.reshape(len(history), PATHS, ahead)


def _fit(
    centred: "ndarray[Any, Any]", bank: Bank
) -> tuple["ndarray[Any, Any]", "ndarray[Any, Any]", float]:
    """Return for each history how well every model fits, its squares left over, the freedom."""
    import numpy as np

    units = centred.shape[1]
    # A small product for each way: one large one would be spread over threads, for little.
    turned = bank.inverse @ centred.T
    left = np.einsum("wus,su->sw", turned, centred)
    left = np.maximum(left, 0.0) + BELIEF * NOISE * min(1.0, SHORT / units)
    freedom = units - 1 + BELIEF
    fits = bank.prior - 0.5 * bank.determinant - 0.5 * freedom * np.log(left)
    return fits, left, freedom
