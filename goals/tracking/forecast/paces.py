"""What past windows had by now, beside what is simulated: two forecasts err less than one.

A window that has much more behind it than its past ones had will likely end with more. The ways
on see that too, but only as the last few units; so their middle is drawn a part of the way.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy import ndarray

#: How much of the likely end is said by what past windows had by now, from this share of a whole
#: window on; before that it counts as much less (chosen on series for tuning).
WEIGHT, FROM = 0.3, 0.25
#: What is still to come is changed by so many times, at most.
FARTHEST = 4.0


def usual(
    values: "ndarray[Any, Any]", passed: int, ahead: "ndarray[Any, Any]", season: int
) -> float:
    """Return the mean share that past windows of the same phases had by now; 0.0 where none is.

    `values` are all complete units, of which the last `passed` lie in the window, and `ahead` is
    how much of each further unit is still to come. It says nothing before the window's first unit
    is complete, of windows longer than a season, and where amounts are below zero.
    """
    units = passed + len(ahead)
    if not passed or units > season or values.min() < 0:
        return 0.0
    found = []
    first = len(values) - passed - season
    while first >= 0:
        row = values[first : first + units]
        if row.sum() > 0 and len(row) == units:
            found.append(1.0 - float((row[passed:] * ahead).sum() / row.sum()))
        first -= season
    return sum(found) / len(found) if found else 0.0


def factor(so_far: Any, rest: Any, share: Any) -> "ndarray[Any, Any]":
    """Return by how much what is still to come is more or less than simulated.

    `so_far` is what came, `rest` the middle of what is simulated to come and `share` what past
    windows had by now: numbers or arrays. 1 where any of them is not above zero.
    """
    import numpy as np

    is_known = (np.asarray(so_far) > 0) & (np.asarray(rest) > 0) & (np.asarray(share) > 0)
    came, rest, share = (np.where(is_known, one, 1.0) for one in (so_far, rest, share))
    weight = WEIGHT * np.minimum(1.0, share / FROM)
    end = (came + rest) ** (1.0 - weight) * np.maximum(came / share, came) ** weight
    found: ndarray[Any, Any] = np.clip((end - came) / rest, 1.0 / FARTHEST, FARTHEST)
    return np.where(is_known, found, 1.0)
