"""Pulling records: how near storing comes to merely downloading (A1), and its memory (A5)."""

import json
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from app.db import Database
from benchmarks import measuring, sync_network, sync_rivals
from benchmarks.pulling import DEALS_ONLY, count, download, pull
from tests.fakes.hubspot.process import Remote, running

ROOT = Path(__file__).resolve().parents[1]
#: What is measured after a download: records with all that is kept about them, then rollups.
STEPS = ("full sync", "full sync and the first count of all rollups")


def rows(*, small: bool = False) -> Iterator[dict[str, Any]]:
    """Yield A1 with and without stage history, A5, and the lines of rivals and of networks."""
    deals = 2_000 if small else 100_000
    runs = 1 if small else 3
    with (
        running("--deals", str(deals), "--keep-pages", "20") as hub,
        measuring.databases() as kinds,
    ):
        hub.call("grant", DEALS_ONLY)
        for name, make in kinds:
            for history in ("off", "on"):
                found = [_ratios(hub, make, history, deals) for _ in range(runs)]
                for what, ratios in zip(STEPS, zip(*found, strict=True), strict=True):
                    what += f" against download only, history {history}, {deals} deals"
                    ratio = statistics.median(ratios)
                    yield measuring.row("A1", what, name, ratio, ".12", ".22")
            yield measuring.row(
                "A1",
                f"CPU seconds for 1,000 records, history off, {deals} deals",
                name,
                _cpu(hub, make()) / deals * 1000,
                "-",
                "-",
            )
    sizes = (1_000, 4_000) if small else (10_000, 1_000_000)
    with measuring.databases() as kinds:
        for name, make in kinds:
            peaks = [_peak(make(), size) for size in sizes]
            what = f"peak memory of a sync, {sizes[1]} against {sizes[0]} deals"
            yield measuring.row("A5", what, name, peaks[1] / peaks[0], "1.15", "1.05")
    yield from sync_rivals.rows(small=small)
    yield from sync_network.rows(small=small)


def _cpu(hub: Remote, database: Database) -> float:
    """Return the seconds that this process works on a whole sync."""
    before = time.process_time()
    pull(database, hub.url, hub.token, "off")
    return time.process_time() - before


def _ratios(
    hub: Remote, make: Callable[[], Database], history: str, deals: int
) -> tuple[float, float]:
    """Return the records a second of a sync over those of a download of the same pages.

    First of the sync alone, then with the first count of all rollups.
    """
    download(hub, history)
    alone = measuring.seconds(lambda: download(hub, history))
    database = make()
    stored = measuring.seconds(lambda: pull(database, hub.url, hub.token, history))
    counted = measuring.seconds(lambda: count(database))
    return alone / stored, alone / (stored + counted)


def _peak(database: Database, deals: int) -> int:
    """Return the most memory that a process takes to pull so many deals, in kilobytes."""
    address = database.engine.url.render_as_string(hide_password=False)
    with running("--deals", str(deals), "--keep-pages", "20") as hub:
        words = [sys.executable, "-m", "benchmarks.sync", hub.url, hub.token, address]
        found = subprocess.run(words, cwd=ROOT, capture_output=True, check=True)
    return int(json.loads(found.stdout.splitlines()[-1])["peak"])


def _alone(url: str, token: str, address: str) -> None:
    database = Database(address)
    pull(database, url, token, "off")
    count(database)
    database.dispose()
    print(json.dumps({"peak": _peak_of_this_process()}))


def _peak_of_this_process() -> int:
    """Return the most memory that this process held, in kilobytes.

    On Linux what getrusage says begins with the memory of the process that started this one.
    """
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"VmHWM:\s*(\d+)", status.read_text())
        if found is not None:
            return int(found.group(1))
    return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


if __name__ == "__main__":
    _alone(*sys.argv[1:4])
