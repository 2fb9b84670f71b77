"""The ways in which a number may move, each worked out once for a length of history.

A way says how strongly the level wanders, how much of a trend there is and how long it lasts,
and how much of a season there is and whether neighbouring phases are alike. Each is a Gaussian
process, so that how well it fits a history and what follows after it are products with matrices
that depend on the lengths alone. No way is chosen: all are weighted by how well they fit, and
what nobody knows (a season that was never seen whole) widens the range by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy import ndarray

#: Variances are shares of the noise's. Months: how far the level wanders from one to the next;
#: the slope, and how much of it is left after a unit; the season, and the width in which phases
#: are alike (0: each on its own). Nothing of it comes first.
LEVELS = (0.0, 0.01, 0.03, 0.1, 0.3, 1.0)
TRENDS = ((0.0, 0.0), (0.002, 0.9), (0.02, 0.8), (0.02, 0.95))
SEASONS = ((0.0, 0.0), (0.3, 0.0), (2.0, 0.0), (2.0, 0.7), (10.0, 0.0), (10.0, 0.7))
#: The same for weeks and days, in which less happens and more is noise.
FINE_LEVELS = (0.0, 0.001, 0.004, 0.015, 0.06)
FINE_TRENDS = ((0.0, 0.0), (0.00003, 1.0))
#: The season of days by weekday; that of weeks by the week of the quarter, whose last is unlike
#: the first after it: a part in which neighbours are alike within a width, and one of its own.
DAY_SEASONS = (0.0, 0.1, 0.3, 1.0)
WEEK_SEASONS = (
    ((0.0, 1.0), 0.0), ((0.0, 1.0), 0.3), ((0.0, 1.0), 1.0), ((1.0, 4.0), 0.0),
    ((4.0, 8.0), 0.0), ((4.0, 8.0), 0.1), ((1.0, 4.0), 0.3),
)  # fmt: skip
#: Units in a season: weekdays, weeks of a quarter, months of a year.
DAYS, WEEKS, MONTHS = 7, 13, 12
#: Days have a second one: the end of a month may be unlike its begin.
MONTH, MONTH_VARIANCE, MONTH_WIDTH = 30.4375, 0.3, 0.4
#: A number without a trend is twice as likely as each kind of trend.
PLAIN = 2.0
#: The variance of where the level starts: nothing is known of it.
START = 1e4


@dataclass(frozen=True)
class Bank:
    """All ways for a history of n units and the h units after it; arrays by way.

    `inverse` and `determinant` (its logarithm) tell how well a way fits, `carry` what follows
    from a history, `root` how what follows scatters, `prior` (logarithms) how likely a way is
    before anything was seen.
    """

    inverse: "ndarray[Any, Any]"
    determinant: "ndarray[Any, Any]"
    carry: "ndarray[Any, Any]"
    root: "ndarray[Any, Any]"
    prior: "ndarray[Any, Any]"


@lru_cache(maxsize=16)
def bank(past: int, ahead: int, season: int) -> Bank:
    """Return all ways for so many units of history and so many after it.

    `season` is the number of units after which phases repeat, 0 for none.
    """
    import numpy as np

    cover, prior = [], []
    for one, weight in _ways(past + ahead, season):
        cover.append(one)
        prior.append(np.log(weight))
    whole = np.array(cover)
    inverse = np.linalg.inv(whole[:, :past, :past])
    carry = whole[:, past:, :past] @ inverse
    scatter = whole[:, past:, past:] - carry @ whole[:, :past, past:]
    # Rounding leaves it a little uneven.
    scatter = (scatter + scatter.transpose(0, 2, 1)) / 2
    return Bank(
        inverse=inverse,
        determinant=np.linalg.slogdet(whole[:, :past, :past])[1],
        carry=carry,
        root=np.linalg.cholesky(scatter),
        prior=np.array(prior),
    )


def _ways(units: int, season: int) -> Iterator[tuple["ndarray[Any, Any]", float]]:
    """Yield for each way how all units vary together, in shares of the noise, and its weight."""
    import numpy as np

    time = np.arange(units)
    apart = np.abs(np.subtract.outer(time, time))
    wander = np.minimum.outer(time, time).astype(float)
    sums = np.tril(np.ones((units, units)))
    sums[:, 0] = 0.0
    is_fine = season in (DAYS, WEEKS)
    levels, trends = (FINE_LEVELS, FINE_TRENDS) if is_fine else (LEVELS, TRENDS)
    slopes = {one: one[0] * (sums @ (one[1] ** apart) @ sums.T) for one in trends}
    for level, trend, phase in product(levels, trends, _seasons(apart, season)):
        whole = START + np.eye(units) + level * wander + slopes[trend] + phase
        yield whole, PLAIN if trend == trends[0] else 1.0


def _seasons(apart: "ndarray[Any, Any]", season: int) -> list["ndarray[Any, Any]"]:
    """Return the kinds of season, none of which is one of them."""
    import numpy as np

    if season == DAYS:
        by_month = [np.zeros(apart.shape), _season(apart, MONTH, MONTH_VARIANCE, MONTH_WIDTH)]
        return [_season(apart, season, one, 0.0) + two for one in DAY_SEASONS for two in by_month]
    if season == WEEKS:
        # The last unit ahead ends the window, and with it what is taken for a quarter.
        place = (WEEKS - 1 - np.arange(len(apart))[::-1]) % WEEKS
        away = np.subtract.outer(place, place).astype(float) ** 2
        return [
            smooth * np.exp(-away / (2.0 * width**2)) + own * (away == 0)
            for (smooth, width), own in WEEK_SEASONS
        ]
    return [_season(apart, season, *one) for one in (SEASONS if season else SEASONS[:1])]


def _season(
    apart: "ndarray[Any, Any]", season: float, variance: float, width: float
) -> "ndarray[Any, Any]":
    import numpy as np

    if not variance:
        return np.zeros(apart.shape)
    if not width:
        same: ndarray[Any, Any] = variance * (apart % season == 0)
        return same
    turned: ndarray[Any, Any] = np.sin(np.pi * apart / season) / width
    near: ndarray[Any, Any] = variance * np.exp(-2.0 * turned**2)
    return near
