"""What was read of a database and still holds, because nobody has committed anything since.

The database itself tells: SQLite counts, for a connection, the commits of all others; two equal
snapshots of PostgreSQL see the same rows. So there is no list of what makes something old, and
nothing that can be missing from it.
"""

import sqlite3
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import Engine

from app import engines

Read = TypeVar("Read")

#: Things kept in a process.
MOST = 2000


class Unchanged:
    """What the threads of a process have read of one database."""

    def __init__(self, engine: Engine) -> None:
        self._kept: dict[Hashable, tuple[Hashable, Any]] = {}
        is_postgres = engine.dialect.name == "postgresql"
        self._told: _Snapshots | _Commits = (
            _Snapshots(engine) if is_postgres else _Commits(engine.url.database)
        )

    def revision(self) -> Hashable:
        """Return what is the same again only while nothing is committed; None if unknown."""
        return self._told.revision()

    def read(self, key: Hashable, revision: Hashable, fresh: Callable[[], Read]) -> Read:
        """Return what `fresh` returned at this revision, else let it read.

        The revision is asked before, so what is read is never older than it says. Nobody may
        change what is returned. None is not kept: whoever asks for what is not there asks often.
        """
        found = self._kept.get(key)
        if found is not None and revision is not None and found[0] == revision:
            read: Read = found[1]
            return read
        made = fresh()
        if made is not None:
            if len(self._kept) >= MOST:
                self._kept.clear()
            self._kept[key] = revision, made
        return made

    def forget(self) -> None:
        """Read everything anew."""
        self._kept.clear()

    def close(self) -> None:
        """Close what is open; it is opened again when it is needed."""
        self.forget()
        self._told.close()


class _Commits:
    """A connection to SQLite that never writes, and so is told of everybody's commits."""

    def __init__(self, file: str | None) -> None:
        self._file = file
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None

    def revision(self) -> Hashable:
        if not self._file:
            return None
        with self._lock:
            try:
                # Numbers of two connections say nothing of each other.
                if self._connection is None:
                    self._connection = sqlite3.connect(
                        self._file, isolation_level=None, check_same_thread=False
                    )
                # Read to its end, so that the connection holds no snapshot open.
                [(number,)] = self._connection.execute("PRAGMA data_version")
                return self._connection, number
            except sqlite3.Error:
                self._close()
                return None

    def close(self) -> None:
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class _Snapshots:
    """PostgreSQL says which transactions a statement sees, in all databases of the server."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def revision(self) -> Hashable:
        return engines.snapshot(self._engine)

    def close(self) -> None:
        """Do nothing: the connections are the engine's."""
