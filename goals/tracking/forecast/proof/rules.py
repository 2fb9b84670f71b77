"""Six rules of status as other tools have them: each flags a goal by a formula of its own (pure).

`so_far` is the actual, `target` the target, `passed` the share of the period that is over and
`shape` the share that past periods had by then. Progress is so_far / target.
"""

from collections.abc import Callable

Rule = Callable[[float, float, float, float], bool]


def _run_rate(so_far: float, target: float, passed: float, shape: float) -> bool:
    return so_far / passed < target


def _eight_tenths(so_far: float, target: float, passed: float, shape: float) -> bool:
    return so_far / target < 0.8 * passed


def _gap_of_16(so_far: float, target: float, passed: float, shape: float) -> bool:
    return passed - so_far / target > 0.165


def _gap_of_25(so_far: float, target: float, passed: float, shape: float) -> bool:
    return passed - so_far / target > 0.25


def _band(so_far: float, target: float, passed: float, shape: float) -> bool:
    return so_far / target < 0.3


def _seasonal(so_far: float, target: float, passed: float, shape: float) -> bool:
    return so_far < target * shape


RULES: dict[str, Rule] = {
    "run-rate < T": _run_rate,
    "p < 0.8E": _eight_tenths,
    "E-p > 16.5": _gap_of_16,
    "E-p > 25": _gap_of_25,
    "p < 0.3": _band,
    "a/F < T": _seasonal,
}
