"""What the benchmarks share: databases to measure on, rows of the table."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine

from app import db
from app.db import Database

ROOT = Path(__file__).resolve().parents[1]
RUNS = 5


def row(name: str, what: str, database: str, value: float, floor: str, goal: str) -> dict[str, Any]:
    """Return a line of the table; the value is a ratio unless `what` says otherwise."""
    return {
        "id": name,
        "what": what,
        "database": database,
        "value": round(value, 4),
        "floor": floor,
        "goal": goal,
    }


def environment(name: str, package: str) -> Path:
    """Return the Python of an environment with a package in it, which is made if it is not there.

    What is measured beside us brings dozens of packages that nobody else needs.
    """
    place = ROOT / "var" / name
    python = place / "bin" / "python"
    if not (place / "installed").exists():
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", package], check=True)
        (place / "installed").touch()
    return python


def seconds(done: Callable[[], Any]) -> float:
    """Return how long something takes."""
    started = time.perf_counter()
    done()
    return time.perf_counter() - started


def analyze(database: Database) -> None:
    """Let a database look at its tables, as a running one does by itself after a while."""
    from tests.support import postgres

    url = database.engine.url
    if url.get_backend_name() == "postgresql":
        # Only who owns a table may have it looked at; the application does not.
        url = url.set(username=postgres.OWNER)
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()


@contextmanager
def databases() -> Iterator[Iterator[tuple[str, Callable[[], Database]]]]:
    """Offer both kinds of database, each with a way to make a fresh, prepared one."""
    from tests.support import postgres

    with tempfile.TemporaryDirectory() as folder, postgres.server(f"bench_{os.getpid()}") as server:
        template = server.template()
        made: list[Database] = []
        numbers = iter(range(10_000))
        stack: list[Any] = []

        def sqlite() -> Database:
            url = f"sqlite:///{Path(folder) / f'{next(numbers)}.db'}"
            db.upgrade(url)
            made.append(Database(url))
            return made[-1]

        def postgresql() -> Database:
            context = server.database(template, f"{next(numbers)}")
            stack.append(context)
            made.append(Database(context.__enter__().app_url))
            return made[-1]

        try:
            yield iter((("sqlite", sqlite), ("postgresql", postgresql)))
        finally:
            for each in made:
                each.dispose()
            for context in stack:
                context.__exit__(None, None, None)
