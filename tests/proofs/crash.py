"""Kill -9 anywhere: a sync resumed equals a clean one, an alert arrives once."""

import hashlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from tests.fakes.hubspot.process import Remote, running
from tests.fakes.slack.server import FakeSlack

ROOT = Path(__file__).resolve().parents[2]
DEALS, KILLS = 6000, 50
#: Seconds that workers may take for what is left when nobody kills them any more.
PATIENCE = 900
#: What differs between runs without being a difference: keys of runs, and instants.
BOOK = frozenset(("run_id", "recorded_at", "workspace_id", "connection_id", "id"))
TABLES = ("owner", "account", "contact", "lead", "deal", "stage_event", "pipeline_stage")


def run(*, seed: int = 1) -> bool:
    """Run both halves and print what was seen; False if anything was lost or doubled."""
    return all([syncs(seed), messages(seed)])


# --- A sync ----------------------------------------------------------------------------------


def syncs(seed: int, deals: int = DEALS, kills: int = KILLS) -> bool:
    """Kill a sync at random points; each database must end as an unharmed one."""
    chance = random.Random(seed)
    equal = deaths = 0
    with running("--deals", str(deals)) as hub, tempfile.TemporaryDirectory() as folder:
        ready = prepared(hub, Path(folder) / "ready")
        clean = Path(shutil.copytree(ready, Path(folder) / "clean"))
        started = time.monotonic()
        assert headway(clean, "sync").wait() == 0
        took = time.monotonic() - started
        for number in range(kills):
            home = Path(shutil.copytree(ready, Path(folder) / str(number)))
            deaths += _killed(home, chance, took)
            equal += fingerprint(home) == fingerprint(clean)
    print(
        f"  sync       {deals} deals, {kills} databases, {deaths} kills: {equal} equal a clean run"
    )
    return equal == kills


def _killed(home: Path, chance: random.Random, took: float) -> int:
    """Kill a sync once at a random moment, then let it finish."""
    process = headway(home, "sync")
    time.sleep(chance.uniform(0.15, 0.98) * took)
    died = process.poll() is None
    process.kill()
    process.wait()
    with sqlite3.connect(home / "headway.db") as database:
        # The killed worker's lease would run out by itself after some minutes.
        database.execute("UPDATE due SET lease_until = NULL, lease_by = NULL")
    database.close()
    assert headway(home, "sync").wait() == 0
    return int(died)


def fingerprint(home: Path) -> str:
    """Return a hash of all records, whatever run brought them."""
    found = hashlib.sha256()
    database = sqlite3.connect(home / "headway.db")
    for table in TABLES:
        names = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        kept = ", ".join(f'"{name}"' for name in names if name not in BOOK and "_id" not in name)
        for row in database.execute(f"SELECT {kept} FROM {table} ORDER BY {kept}"):
            found.update(repr(row).encode())
    rollup = "SELECT measure, dim, day, n, sum FROM rollup WHERE dim = '' ORDER BY 1, 2, 3"
    for row in database.execute(rollup):
        found.update(repr(row).encode())
    database.close()
    return found.hexdigest()


def prepared(hub: Remote, home: Path) -> Path:
    """Return a SQLite installation with a workspace and the connection."""
    os.environ["PROOF_TOKEN"] = hub.token
    for words in (
        ("db", "upgrade"),
        ("workspace", "create", "Proof"),
        ("connection", "add", "hubspot", "HubSpot", "--set", f"base_url={hub.url}",
         "--secret", "token=PROOF_TOKEN"),
    ):  # fmt: skip
        assert headway(home, *words).wait() == 0, words
    return home


_KEY = Fernet.generate_key().decode()


def headway(home: Path, *words: str, **more: str) -> "subprocess.Popen[bytes]":
    """Start a command of ours in a process of its own."""
    environment = {
        **os.environ,
        "HEADWAY_DATA_DIR": str(home),
        "HEADWAY_SECRET_KEY": "proof " * 8,
        "HEADWAY_ENCRYPTION_KEYS": _KEY,
        "HEADWAY_ALLOW_PRIVATE_SOURCES": "1",
        **more,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "app", *words],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


# --- Messages --------------------------------------------------------------------------------


def messages(seed: int, changes: int = 150, workers: int = 2) -> bool:
    """Let two workers deliver while they are killed and Slack loses requests."""
    from tests.proofs import changes as making

    chance = random.Random(seed)
    with FakeSlack() as slack, tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        slack.grant("channels:history", "metadata.message:read")
        channels = making.make(home, slack, changes)
        slack.faults.add("chat.postMessage", "lose_before", probability=0.05, seed=seed)
        slack.faults.add("chat.postMessage", "lose_after", probability=0.08, seed=seed + 1)
        slack_url = {
            "HEADWAY_SLACK_API_URL": slack.api_url,
            "HEADWAY_SLACK_BOT_TOKEN": slack.bot_token,
        }
        alive = [headway(home, "worker", **slack_url) for _ in range(workers)]
        kills = 0
        # Killed more often than they can start, workers would never come to send anything.
        enough = changes
        while making.waiting(home) and kills < enough:
            time.sleep(chance.uniform(0.5, 2.5))
            victim = chance.randrange(workers)
            if chance.random() < 0.5:
                alive[victim].send_signal(signal.SIGKILL)
                alive[victim].wait()
                kills += 1
                making.age_leases(home, alive[victim].pid)
                alive[victim] = headway(home, "worker", **slack_url)
        deadline = time.monotonic() + PATIENCE
        while making.waiting(home) and time.monotonic() < deadline:
            time.sleep(1)
        for process in alive:
            process.kill()
            process.wait()
        wanted = making.keys(home)
        seen = [key_of(one.metadata) for each in channels for one in slack.messages(each)]
    lost = sum(key not in seen for key in wanted)
    doubled = len(seen) - len(set(seen))
    print(f"  messages   {len(wanted)} of {changes} changes and their sequels, {kills} kills:"
          f" {lost} lost, {doubled} doubled")  # fmt: skip
    return lost == 0 and doubled == 0


def key_of(metadata: dict[str, Any] | None) -> str:
    """Return what makes a message one of a kind."""
    return str((metadata or {}).get("event_payload", {}).get("key"))
