"""Pulling over networks as they are: limits (A6), late answers (A7) and few changes (A8)."""

import statistics
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from app.db import Database
from benchmarks import measuring, pulling
from benchmarks.pulling import DEALS_ONLY, again, connect, now
from integrations import sync
from tests.fakes.hubspot.process import Remote, running

#: How many records change before the sync that is measured in A8.
CHANGED = 100


def rows(*, small: bool = False) -> Iterator[dict[str, Any]]:
    """Yield A6 and A7 on SQLite, whose storing is not what is measured, and A8 on both."""
    pages = 120 if small else 600
    with measuring.databases() as kinds:
        for name, make in kinds:
            if name == "sqlite":
                yield from _limited(make, pages)
                yield _late(make, pages)
            yield _few_changes(make, name, 20_000 if small else 1_000_000)


def _limited(make: Callable[[], Database], pages: int) -> Iterator[dict[str, Any]]:
    """Yield the time against that of a client that never waits in vain, and what was refused."""
    with running("--deals", str(pages * 100), "--rate-limit", "100/10") as hub:
        taken, counts = _timed(make(), hub)
    asked = sum(counts.values())
    refused = sum(number for what, number in counts.items() if what.startswith("429"))
    what = f"100 requests in 10 s: time against requests/rate, {asked} requests"
    yield measuring.row("A6", what, "sqlite", taken / (asked / 10), "1.10", "1.02")
    what = f"100 requests in 10 s: share of answers that refuse, {asked} requests"
    yield measuring.row("A6", what, "sqlite", refused / asked, ".01", "0")


def _late(make: Callable[[], Database], pages: int) -> dict[str, Any]:
    with running("--deals", str(pages * 100), "--page-delay", "0.05") as hub:
        taken, counts = _timed(make(), hub)
    lists = ("/crm/objects/", "/crm/owners/", "/marketing/")
    late = sum(n for what, n in counts.items() if any(one in what for one in lists))
    what = f"50 ms for each page: time against pages x 50 ms, {late} pages"
    return measuring.row("A7", what, "sqlite", taken / (late * 0.05), "1.10", "0.6")


def _timed(database: Database, hub: Remote) -> tuple[float, dict[str, int]]:
    hub.call("grant", DEALS_ONLY)
    connect(database, hub.url, hub.token, "off")
    taken = measuring.seconds(lambda: again(database))
    counts: dict[str, int] = hub.log()["counts"]
    return taken, counts


def _few_changes(make: Callable[[], Database], name: str, deals: int) -> dict[str, Any]:
    database = make()
    with running("--deals", str(deals), "--keep-pages", "20") as hub:
        hub.call("grant", DEALS_ONLY)
        connect(database, hub.url, hub.token, "off")
        full = measuring.seconds(lambda: again(database))
        # Once the vendor's index has had its time, what came last is not read again.
        again(database, lambda: now() + timedelta(minutes=20))
        keys = pulling.first_page(hub)[:CHANGED]
        few = [_changed(database, hub, keys, number) for number in range(measuring.RUNS)]
    what = f"sync of {CHANGED} changes against the full one, {deals} deals"
    return measuring.row("A8", what, name, statistics.median(few) / full, "1/500", "1/3000")


def _changed(database: Database, hub: Remote, keys: list[str], number: int) -> float:
    """Return the seconds of a sync after some deals changed, the last sync long before."""
    hub.calls(
        [
            {"name": "update", "args": ["deals", key], "kwargs": {"amount": 4711 + number}}
            for key in keys
        ]
    )
    found: list[sync.Run] = []
    later = timedelta(minutes=40 + 20 * number)
    taken = measuring.seconds(lambda: found.append(again(database, lambda: now() + later)))
    changed = sum(one.updated for one in found[0].streams)
    assert changed == CHANGED, changed
    return taken
