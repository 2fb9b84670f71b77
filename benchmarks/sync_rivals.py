"""Pulling as others do it: dlt (A2, A3), and one record after the other with an ORM (A4)."""

import json
import statistics
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from sqlmodel import col, delete, select

from app.db import Database
from benchmarks import measuring, pulling
from goals.records.sales import Deal, StageEvent
from goals.workspace import Workspace
from tests.fakes.hubspot.process import Remote, running

#: An environment of its own: dlt brings some forty packages that nobody else needs.
DLT = "dlt[sqlalchemy,postgres]==1.31.0"
#: Records that are merged between two commits.
PORTION = 5000


def rows(*, small: bool = False) -> Iterator[dict[str, Any]]:
    """Yield A2 to A4; dlt reads the same account beside us in the same run."""
    deals = 2_000 if small else 100_000
    python = measuring.environment("dlt", DLT)
    with (
        running("--deals", str(deals), "--keep-pages", "20") as hub,
        measuring.databases() as kinds,
    ):
        hub.call("grant", pulling.DEALS_ONLY)
        for name, make in kinds:
            # In turn, so that what slows the machine for a while slows both.
            pairs = [
                (measuring.seconds(partial(_pull, make(), hub)), _dlt(python, make(), hub))
                for _ in range(1 if small else 3)
            ]
            ours = statistics.median(mine for mine, _ in pairs)
            line, floor, goal = ("A2", "6", "12") if name == "sqlite" else ("A3", "4", "8")
            what = f"full sync, times as fast as dlt, {deals} deals"
            ratio = statistics.median(theirs / mine for mine, theirs in pairs)
            yield measuring.row(line, what, name, ratio, floor, goal)
            what = f"full sync, times as fast as session.merge for each record, {deals} deals"
            merged = _merged(make, hub)
            yield measuring.row("A4", what, name, merged / ours, "12", "20")


def _pull(database: Database, hub: Remote) -> None:
    pulling.pull(database, hub.url, hub.token, "off")


def _dlt(python: Path, database: Database, hub: Remote) -> float:
    """Return the seconds of dlt's own run, without the start of its process."""
    url = database.engine.url
    where: dict[str, Any] | str = f"sqlite:///{url.database}.dlt"
    if url.get_backend_name() == "postgresql":
        from tests.support import postgres

        # dlt makes its tables itself, which the application's role may not; a server on this
        # machine may be named by the folder of its socket.
        where = {
            "host": url.host or "localhost",
            "port": url.port or 5432,
            "query": dict(url.query),
            "database": url.database,
            "username": postgres.OWNER,
            "password": url.password,
        }
    words = [
        str(python),
        str(measuring.ROOT / "benchmarks" / "dlt_pipeline.py"),
        hub.url,
        hub.token,
    ]
    told = subprocess.run([*words, json.dumps(where)], capture_output=True, text=True)
    if told.returncode:
        raise RuntimeError(told.stderr[-2000:])
    return float(told.stdout.splitlines()[-1])


def _merged(make: Callable[[], Database], hub: Remote) -> float:
    """Return the seconds of a download and of merging each of its records into the same table."""
    database = make()
    _pull(database, hub)
    with database.system() as system:
        (here,) = system.exec(select(Workspace.id)).all()
    with database.session(here) as session:
        found = session.exec(select(Deal).where(col(Deal.workspace_id) == here)).all()
        kept = [one.model_dump() for one in found]
        session.expunge_all()
        for table in (StageEvent, Deal):
            session.execute(delete(table).where(col(table.workspace_id) == here))

    def merge() -> None:
        for start in range(0, len(kept), PORTION):
            with database.session(here) as session:
                for one in kept[start : start + PORTION]:
                    session.merge(Deal(**one))

    loaded = measuring.seconds(lambda: pulling.download(hub, "off"))
    return loaded + measuring.seconds(merge)
