"""Random numbers that are the same on every machine and in every release of numpy."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy import ndarray

#: The seed of everything that is forecast: the same numbers get the same answer.
SEED = 20


@lru_cache(maxsize=64)
def normals(seed: int, rows: int, columns: int) -> "ndarray[Any, Any]":
    """Return standard normal numbers, each row beside another with the signs turned round.

    Only the bits come from numpy, whose generator of bits is fixed for good; what it makes of
    them may change from release to release. `rows` is even.
    """
    import numpy as np

    half = rows // 2
    bits = np.random.PCG64(seed).random_raw(2 * half * columns).reshape(2, half, columns)
    # Between 0 and 1, both left out: the logarithm is taken.
    first, second = ((bits >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
    drawn = np.sqrt(-2.0 * np.log(first)) * np.cos(2.0 * np.pi * second)
    # The pair lies far apart, so that neighbours are not each other's mirror.
    found = np.concatenate([drawn, -drawn])
    found.setflags(write=False)
    return found


def chi_squares(normal: "ndarray[Any, Any]", freedom: float) -> "ndarray[Any, Any]":
    """Return chi-square numbers from normal ones (Wilson and Hilferty's cube, good from 5 on)."""
    import numpy as np

    part = 2.0 / (9.0 * freedom)
    cube: ndarray[Any, Any] = (1.0 - part + normal * np.sqrt(part)) ** 3
    return np.maximum(freedom * cube, freedom * 0.05)
