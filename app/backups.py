"""Backing up a database into one file, and restoring it without sending old messages again.

What waits to be sent in a backup is held when it comes back: it was decided for a day that is
over, and may have been sent since.
"""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlmodel import col

from app import engines, postgres_tools
from app.migrations.problems import DatabaseProblem
from app.migrations.upgrading import current, upgrade
from goals.workspace import Workspace

HOLD = (
    "UPDATE outbox SET state = 'held', lease_by = NULL, lease_until = NULL"
    " WHERE state IN ('new', 'sending')"
)


def backup(url: str, file: str | Path) -> None:
    """Write a copy of the whole database as it stands into a new file.

    Others may go on working meanwhile. On PostgreSQL the URL's role owns the tables, and
    pg_dump writes its custom format. Raises DatabaseProblem.
    """
    target = Path(file)
    if target.exists():
        raise DatabaseProblem(f"{target} is there already.", "Choose another name.")
    if not target.absolute().parent.is_dir():
        raise DatabaseProblem(f"There is no folder {target.parent}.", "Make it, or name another.")
    if current(url) is None:
        raise DatabaseProblem("There is nothing to back up.", "Run: python3 -m app db upgrade")
    # A file that was not finished must not look like a backup.
    draft = target.with_name(f"{target.name}.part")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    try:
        if engines.is_sqlite(url):
            with closing(sqlite3.connect(_path(url), timeout=engines.PATIENCE)) as connection:
                connection.execute("VACUUM INTO ?", [str(draft)])
        else:
            postgres_tools.dump(url, draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def restore(
    url: str, file: str | Path, *, force: bool = False, app_role: str | None = None
) -> None:
    """Put a backup in place of the database and bring it to the newest version.

    All or nothing. A database with a workspace in it is replaced only with `force`.
    `app_role` is as for `upgrade`. Raises DatabaseProblem.
    """
    source = Path(file)
    if not source.is_file():
        raise DatabaseProblem(f"There is no file {source}.", "Name the backup to restore.")
    if not force and _is_used(url):
        raise DatabaseProblem(
            "There is a workspace in this database, and restoring would replace it.",
            "Back it up first, then run the command again with --force.",
        )
    if engines.is_sqlite(url):
        _restore_sqlite(url, source)
    else:
        postgres_tools.load(url, source, HOLD)
        upgrade(url, app_role)


def _restore_sqlite(url: str, source: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.db"
        with _readable(source) as original, closing(sqlite3.connect(copy)) as made:
            original.backup(made)
        if current(f"sqlite:///{copy}") is None:
            raise DatabaseProblem(f"{source} is no backup of Headway.", "Name another file.")
        upgrade(f"sqlite:///{copy}")
        target = Path(_path(url))
        target.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(copy)) as made, closing(sqlite3.connect(target)) as put:
            made.execute(HOLD)
            made.commit()
            # One transaction: whoever has the database open sees all of it or nothing.
            made.backup(put)


@contextmanager
def _readable(source: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        try:
            sound = connection.execute("PRAGMA quick_check").fetchone()[0] == "ok"
        except sqlite3.DatabaseError:
            sound = False
        if not sound:
            raise DatabaseProblem(f"{source} is damaged or no backup.", "Name another file.")
        yield connection


def _is_used(url: str) -> bool:
    if engines.is_sqlite(url) and not Path(_path(url)).exists():
        return False
    with engines.maintenance(url) as engine, engine.connect() as connection:
        try:
            return connection.execute(select(col(Workspace.id)).limit(1)).first() is not None
        except (OperationalError, ProgrammingError):
            return False


def _path(url: str) -> str:
    return engines.address(url).database or ""
