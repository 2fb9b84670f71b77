"""The forecast beside AutoETS and the mean pace, on series kept apart (D1 to D5)."""

import json
import subprocess
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import measuring
from goals.tracking.forecast.proof import calibration, series

#: An environment of its own: statsforecast brings numba, pandas and more that nobody else needs.
PEER = "statsforecast==2.1.1"
LENGTHS = (12, 24)
SINCE = date(2026, 7, 1)


def rows(*, small: bool = False) -> Iterator[dict[str, Any]]:
    """Yield D1 to D5 by length of history."""
    found = series.public(series.SPLIT)
    python = measuring.environment("statsforecast", PEER)
    for length in LENGTHS:
        yield from _accuracy(found, length, 10 if small else 150, python)


def _accuracy(
    found: list[series.Series], length: int, most: int, python: Path
) -> Iterator[dict[str, Any]]:
    trial = calibration.tried(found, length, most, 1)
    assert trial is not None
    past, after = _split(found, length, most)
    calibration.simulated(past)
    started = time.process_time()
    calibration.simulated(past)
    ours = time.process_time() - started
    theirs, ways = _peer(python, past)
    of = f"{length} months of history, {len(past)} series"
    yield measuring.row("D1", f"CPU against AutoETS, {of}", "-", ours / theirs, "1/30", "1/100")
    goal = calibration.targets(past)
    hits = after.sum(axis=1)[:, None] >= goal
    said = calibration.brier(trial.chances, trial.hits)
    other = calibration.brier(calibration.reached(ways.sum(axis=2), goal), hits)
    yield measuring.row("D2", f"Brier against AutoETS, {of}", "-", said / other, "1.10", "0.97")
    what = f"share of months within the 80% range, {of}"
    yield measuring.row("D3", what, "-", float(trial.months.mean()), ".75-.86", ".78-.83")
    what = f"share of sums within the 80% range, {of}"
    yield measuring.row("D4", what, "-", float(trial.sums.mean()), ".70-.88", ".78-.83")
    if length >= 24:
        paced = calibration.brier(trial.rivals["linear"], trial.hits)
        what = f"Brier against the mean pace, {of}"
        yield measuring.row("D5", what, "-", said / paced, ".85", ".65")


def _split(found: list[series.Series], length: int, most: int) -> tuple[Any, Any]:
    whole = length + calibration.AHEAD
    rows = [one.values[-whole:] for one in found if len(one.values) >= whole]
    usable = [row for row in rows if calibration.is_usable(row, length)][:most]
    data = np.array(usable)
    return data[:, :length], data[:, length:]


def _peer(python: Path, past: Any) -> tuple[float, Any]:
    """Return the CPU seconds of AutoETS, and its ways on as (series, way, month)."""
    asked = {"season": 12, "ahead": calibration.AHEAD, "paths": 1000, "series": past.tolist()}
    told = subprocess.run(
        [str(python), str(measuring.ROOT / "benchmarks" / "ets.py")],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    answer = json.loads(told.stdout)
    return answer["seconds"], np.array(answer["found"])
