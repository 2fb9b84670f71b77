"""Pulling records: how near storing them comes to merely downloading them (A1, A5)."""

import json
import re
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from cryptography.fernet import Fernet
from sqlmodel import select

from app.accounts import workspaces
from app.db import Database
from benchmarks import measuring
from goals.metrics import refresh
from goals.workspace import Workspace
from integrations import connections, sync
from integrations.crm.hubspot.fields import Mapper
from integrations.crm.hubspot.listing import asked
from integrations.crm.hubspot.paths import VERSION
from integrations.vault import Vault
from tests.fakes.hubspot.process import Remote, running

ROOT = Path(__file__).resolve().parents[1]
#: What is measured after a download: records with all that is kept about them, then rollups.
STEPS = ("full sync", "full sync and the first count of all rollups")
VAULT = Vault([Fernet.generate_key().decode()])


def now() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


def rows(*, small: bool = False) -> Iterator[dict[str, Any]]:
    """Yield A1 with and without stage history, and A5, on both databases."""
    deals = 2_000 if small else 100_000
    runs = 1 if small else 3
    with (
        running("--deals", str(deals), "--keep-pages", "20") as hub,
        measuring.databases() as kinds,
    ):
        for name, make in kinds:
            for history in ("off", "on"):
                found = [_ratios(hub, make, history, deals) for _ in range(runs)]
                for what, ratios in zip(STEPS, zip(*found, strict=True), strict=True):
                    what += f" against download only, history {history}, {deals} deals"
                    ratio = statistics.median(ratios)
                    yield measuring.row("A1", what, name, ratio, ".12", ".22")
    sizes = (1_000, 4_000) if small else (10_000, 1_000_000)
    with measuring.databases() as kinds:
        for name, make in kinds:
            peaks = [_peak(make(), size) for size in sizes]
            what = f"peak memory of a sync, {sizes[1]} against {sizes[0]} deals"
            yield measuring.row("A5", what, name, peaks[1] / peaks[0], "1.15", "1.05")


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


def download(hub: Remote, history: str) -> int:
    """Read every page of deals that a sync reads, with urllib3, and throw it away.

    Returns how many pages there were.
    """
    import urllib3

    pool = urllib3.PoolManager(headers={"Authorization": f"Bearer {hub.token}"})
    words = _asked(pool, hub, history)
    after, pages = None, 0
    while True:
        query = urlencode({**words, **({"after": after} if after else {})})
        answer = pool.request("GET", f"{hub.url}/crm/objects/{VERSION}/deals?{query}")
        pages += 1
        tail = answer.data[-300:]
        place = tail.rfind(b'"after":"')
        if place < 0:
            return pages
        after = tail[place + 9 :].split(b'"')[0].decode()


def _asked(pool: Any, hub: Remote, history: str) -> dict[str, Any]:
    """Return what a sync asks for with each page of deals."""
    answer = pool.request("GET", f"{hub.url}/crm/properties/{VERSION}/deals")
    own = [one["name"] for one in json.loads(answer.data)["results"] if not one["hubspotDefined"]]
    mapper = Mapper("deals", own, zone="UTC", fields={}, stages={}, pipelines={})
    return asked(mapper, with_history=history == "on")


def pull(database: Database, url: str, token: str, history: str) -> None:
    """Make a workspace and pull everything into it."""
    with database.system() as system:
        here = workspaces.create(system, f"Bench {now()}", now=now()).id
    with database.session(here) as session:
        connection = connections.add(
            session,
            "hubspot",
            "HubSpot",
            settings={"base_url": url, "history": history},
            secrets={"token": token},
            vault=VAULT,
            now=now(),
        )
        connection_id = connection.id
    run = sync.pull(database.begin(here), connection_id, vault=VAULT, clock=now, allow_private=True)
    assert run.status == "done", run.error


def count(database: Database) -> None:
    """Count what was pulled, as a worker does after each sync."""
    with database.system() as system:
        (here,) = system.exec(select(Workspace.id)).all()
    with database.session(here) as session:
        refresh.refresh(session, undated=True)


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
