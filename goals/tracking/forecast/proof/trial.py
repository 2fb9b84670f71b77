"""Rules of status side by side: false alarms and misses at three points, and how often they turn.

Ours is the chance with the thresholds, the band to leave and the second day of
`goals.tracking.status`. Every rule judges every step.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from goals.tracking import status
from goals.tracking.forecast import mixture, paces, scales
from goals.tracking.forecast.proof.cases import Case
from goals.tracking.forecast.proof.rules import RULES
from goals.tracking.status import Before, Inputs

if TYPE_CHECKING:
    from numpy import ndarray

OURS = "headway"
POINTS = (0.25, 0.5, 0.75)
FLAGS = ("at_risk", "off_track")
START = date(2026, 1, 1)
#: Units of the past that the forecast looks at.
MOST = 104


def table(cases: Sequence[Case], on: str) -> list[dict[str, Any]]:
    """Return a row for each rule and point: counts of false alarms and misses, turns a period.

    A false alarm is a flag on what was a hit in the end, a miss none on what was not. A turn is
    a flag that goes up or down again after the rule's first word.
    """
    if not cases:
        return []
    flags = {name: [_flagged(one, name) for one in cases] for name in RULES}
    flags[OURS] = [_judged(*one) for one in zip(cases, *_chances(cases), strict=True)]
    found = []
    for name, rows in flags.items():
        turns = sum(_turns(row) for row in rows) / len(rows)
        for point in POINTS:
            at = [row[round(point * len(row)) - 1] for row in rows]
            pairs = list(zip(at, cases, strict=True))
            found.append(
                {
                    "rule": name,
                    "at": point,
                    "false_alarms": sum(1 for flag, one in pairs if flag and one.is_hit),
                    "misses": sum(1 for flag, one in pairs if not flag and not one.is_hit),
                    "flips": turns,
                    "on": on,
                    "n": len(rows),
                }
            )
    return found


def _flagged(case: Case, name: str) -> list[bool | None]:
    rule, steps, shape = RULES[name], len(case.amounts), case.shape()
    return [
        rule(value, case.target, (step + 1) / steps, shape[step])
        for step, value in enumerate(case.so_far())
    ]


def _turns(flags: Sequence[bool | None]) -> int:
    said = [one for one in flags if one is not None]
    return sum(1 for one, other in zip(said, said[1:], strict=False) if one != other)


def _judged(case: Case, chances: Sequence[float], leads: Sequence[float]) -> list[bool | None]:
    """Return whether each step's status flags the goal, None while it is too early to say."""
    before: Before | None = None
    found: list[bool | None] = []
    day, steps, shape = START, len(case.amounts), case.shape()
    for step, (so_far, chance, lead) in enumerate(zip(case.so_far(), chances, leads, strict=True)):
        inputs = Inputs(
            kind="cumulative",
            is_over=False,
            has_value=True,
            is_reached=so_far >= case.target,
            source_broken=False,
            is_stale=False,
            elapsed=(step + 1) / steps,
            buckets=(step + 1) // case.each,
            pace=None,
            judged_by="chance",
            chance=float(chance),
            is_up_to_plan=so_far >= case.target * shape[step],
            lead=float(lead),
        )
        shown = ""
        # A month is looked at on two days, as every other rule would have been.
        for _ in range(2 if case.each == 1 else 1):
            verdict = status.judge(inputs, before, day)
            judged = verdict.status if verdict.status in status.JUDGED else None
            before = Before(verdict.status, verdict.since, verdict.judged, judged)
            day, shown = day + timedelta(days=1), verdict.status
        found.append(None if shown == "too_early" else shown in FLAGS)
    return found


def _chances(cases: Sequence[Case]) -> "tuple[ndarray[Any, Any], ndarray[Any, Any]]":
    """Return each case's chance and lead after each step; like ones are simulated together."""
    import numpy as np

    chances, leads = np.zeros((2, len(cases), len(cases[0].amounts)))
    groups: dict[tuple[int, int], list[int]] = {}
    for number, case in enumerate(cases):
        groups.setdefault((len(case.past), case.season), []).append(number)
    for (_, season), numbers in groups.items():
        chances[numbers], leads[numbers] = _of_group([cases[one] for one in numbers], season)
    return chances, leads


def _of_group(cases: Sequence[Case], season: int) -> "tuple[ndarray[Any, Any], ndarray[Any, Any]]":
    import numpy as np

    each = cases[0].each
    # Cases that are alike but for their target are simulated once.
    places: dict[tuple[tuple[float, ...], tuple[float, ...]], int] = {}
    which = [places.setdefault((one.past, one.amounts), len(places)) for one in cases]
    firsts = [cases[which.index(place)] for place in range(len(places))]
    amounts = np.array([one.amounts for one in firsts])
    past = np.array([one.past for one in firsts])
    target = np.array([one.target for one in cases])
    steps, whole = amounts.shape[1], amounts.shape[1] // each
    units = np.concatenate([past, amounts], axis=1)
    units = units[:, past.shape[1] % each :].reshape(len(firsts), -1, each).sum(axis=2)
    before = units.shape[1] - whole
    # How much of a unit comes after so many of its steps, as it was in the past.
    usual = past[:, past.shape[1] % each :].reshape(len(firsts), -1, each).sum(axis=1)
    later = 1.0 - np.cumsum(usual, axis=1) / np.maximum(usual.sum(axis=1), 1e-12)[:, None]
    so_far = np.cumsum(amounts, axis=1)
    shapes = np.array([one.shape() for one in firsts])
    chances, leads = np.empty((2, len(cases), steps))
    for done in range(whole):
        known = units[:, max(0, before + done - MOST) : before + done]
        kinds = [scales.of_amounts(row) for row in known]
        rest = mixture.paths(known, kinds, whole - done, season)
        first, others = rest[:, :, 0], rest[:, :, 1:].sum(axis=2)
        for part in range(each):
            step = done * each + part - 1
            left = later[:, part - 1] if part else np.ones(len(firsts))
            if step >= 0:
                coming, came = first * left[:, None] + others, so_far[:, step]
                drawn = paces.factor(came, np.median(coming, axis=1), shapes[:, step])
                ends = came[:, None] + coming * drawn[:, None]
                chances[:, step] = (ends[which] >= target[:, None]).mean(axis=1)
                leads[:, step] = np.median(ends, axis=1)[which] / target - 1.0
    came = so_far[which, -1]
    chances[:, -1], leads[:, -1] = came >= target, came / target - 1.0
    return chances, leads
