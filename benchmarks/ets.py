"""AutoETS of statsforecast on series given as JSON; run by a Python of its own.

Reads {"season": 12, "ahead": 6, "paths": 1000, "series": [[...], ...]} and answers with the CPU
seconds it took and, for each series, the simulated months that follow.
"""

import json
import sys
import time
import warnings

import numpy as np
from statsforecast.models import AutoETS

warnings.filterwarnings("ignore")


def simulated(values: list[float], season: int, ahead: int, paths: int) -> list[list[float]]:
    """Return possible months after a series; without a season where that cannot be fitted."""
    for length in (season, 1):
        try:
            model = AutoETS(season_length=length)
            model.fit(np.array(values))
            return np.asarray(model.simulate(h=ahead, n_paths=paths, seed=1)).tolist()
        except Exception:
            if length == 1:
                raise
    raise AssertionError


asked = json.load(sys.stdin)
terms = (asked["season"], asked["ahead"], asked["paths"])
# Numba translates on the first call, which is not counted.
simulated(asked["series"][0], *terms)
started = time.process_time()
found = [simulated(one, *terms) for one in asked["series"]]
json.dump({"seconds": time.process_time() - started, "found": found}, sys.stdout)
