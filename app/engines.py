"""Engines for the two databases, with the settings each needs; see `app.db` for sessions."""

import math
import re
import select
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, pool
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.exc import ArgumentError, DisconnectionError

from goals.metrics import sql

#: How many seconds a writer waits for another writer, and a thread for a free connection.
PATIENCE = 15.0
#: Seconds after which a connection may have died without a word.
REST = 1.0

#: Errors go into logs, and the values of a statement are people's data.
SILENT: dict[str, Any] = {"hide_parameters": True}

SQLITE_SETTINGS = (
    f"PRAGMA busy_timeout = {int(PATIENCE * 1000)}",
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA cache_size = -16000",
    # A portion of a sync touches more pages than the default, and each would be copied twice.
    "PRAGMA wal_autocheckpoint = 8000",
    "PRAGMA temp_store = MEMORY",
)

_READS = re.compile(r"\s*(SELECT|VALUES|EXPLAIN|PRAGMA|BEGIN|COMMIT|END|ROLLBACK)\b", re.IGNORECASE)
_WITH = re.compile(r"\s*WITH\b", re.IGNORECASE)
_CHANGES = re.compile(r"\b(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)


def address(url: str) -> URL:
    """Return a database's URL with the driver that we use for it.

    Raises ValueError for a database that is neither SQLite nor PostgreSQL.
    """
    try:
        made = make_url(url)
    except ArgumentError as error:
        # Without the text itself, which may hold a password.
        raise ValueError("this is not the address of a database") from error
    kind = made.drivername.partition("+")[0]
    if kind == "sqlite":
        return made.set(drivername="sqlite+pysqlite")
    if kind in ("postgresql", "postgres"):
        return made.set(drivername="postgresql+psycopg")
    raise ValueError(f"{kind} is not supported; the database is SQLite or PostgreSQL")


def is_sqlite(url: str) -> bool:
    """Tell whether a URL names a SQLite database."""
    return address(url).get_backend_name() == "sqlite"


def open_engine(url: str) -> Engine:
    """Return an engine for the application's work: pooled, with real transactions."""
    where = address(url)
    if is_sqlite(url):
        return _sqlite(where, poolclass=pool.QueuePool, pool_size=5, max_overflow=20)
    engine = create_engine(where, pool_size=10, max_overflow=20, pool_timeout=PATIENCE, **SILENT)
    event.listen(engine, "connect", _speak_utc)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", _look)
    return engine


def _speak_utc(connection: Any, record: Any) -> None:
    """Have the server write instants in UTC: no conversion for each, wherever the server stands."""
    connection.execute("SET TIME ZONE 'UTC'")
    connection.commit()


def _note_use(connection: Any, record: Any) -> None:
    record.info["used_at"] = time.monotonic()


def _look(connection: Any, record: Any, fairy: Any) -> None:
    """See whether a connection is still open before it is used.

    One that was used a moment ago and has said nothing since is: asking costs a round trip.
    """
    rested = time.monotonic() - record.info.get("used_at", math.inf) >= REST
    if not rested and not _has_news(connection):
        return
    try:
        connection.execute("")
        connection.rollback()
    except connection.Error as error:
        raise DisconnectionError from error


def _has_news(connection: Any) -> bool:
    """Tell whether the server wrote or closed since the last answer, without asking it."""
    try:
        return bool(select.select([connection.fileno()], [], [], 0)[0])
    except (OSError, ValueError, connection.Error):
        return True  # Closed already, or a number that select does not take.


@contextmanager
def maintenance(url: str) -> Iterator[Engine]:
    """Lend an engine for migrations, backup and restore: nothing stays open behind it.

    Foreign keys are not enforced by SQLite here, because changing a table means copying it;
    whoever migrates checks them before the commit.
    """
    where = address(url)
    if is_sqlite(url):
        engine = _sqlite(where, poolclass=pool.NullPool)
        event.listen(engine, "connect", _without_foreign_keys)
    else:
        engine = create_engine(where, poolclass=pool.NullPool, **SILENT)
    try:
        yield engine
    finally:
        engine.dispose()


class SqliteConnection(sqlite3.Connection):
    """A SQLite connection whose transactions become writing ones before their first change.

    Transactions begin deferred, so readers neither wait nor hold anybody up. SQLite lets a
    transaction that has read become a writer only if nobody wrote meanwhile, whatever the
    timeout; so the first change ends the reading one and begins anew as a writer, which
    waits its turn. What was read before may be older than what is changed, as it may under
    READ COMMITTED on PostgreSQL; both databases ask for the same care.
    """

    is_reading = False

    def cursor(self, *args: Any, **kwargs: Any) -> Any:
        """Return a cursor that looks at each statement first."""
        return super().cursor(SqliteCursor)

    def execute(self, statement: str, *args: Any) -> Any:
        """Run a statement with a cursor of our own (sqlite3 would take a plain one)."""
        return self.cursor().execute(statement, *args)

    def executemany(self, statement: str, *args: Any) -> Any:
        """Run a statement once for each row of parameters."""
        return self.cursor().executemany(statement, *args)

    def begin(self) -> None:
        """Begin a transaction that only reads so far."""
        self.execute("BEGIN")
        self.is_reading = True

    def begin_writing(self) -> None:
        """Make sure that a transaction may write; waits for other writers."""
        if self.is_reading:
            self.is_reading = False
            if self.in_transaction:
                self.commit()
                self.execute("BEGIN IMMEDIATE")

    def look_at(self, statement: str) -> None:
        """Become a writer if a statement changes something (or is a savepoint)."""
        if self.is_reading and changes(statement):
            self.begin_writing()


class SqliteCursor(sqlite3.Cursor):
    """A cursor that tells its connection about each statement before it runs."""

    connection: SqliteConnection

    def execute(self, statement: str, *args: Any) -> Self:
        """Run a statement."""
        self.connection.look_at(statement)
        return super().execute(statement, *args)

    def executemany(self, statement: str, *args: Any) -> Self:
        """Run a statement once for each row of parameters."""
        self.connection.look_at(statement)
        return super().executemany(statement, *args)


def changes(statement: str) -> bool:
    """Tell whether a statement may change something."""
    if _READS.match(statement):
        return False
    return not _WITH.match(statement) or _CHANGES.search(statement) is not None


def _sqlite(where: URL, **options: Any) -> Engine:
    engine = create_engine(
        where,
        connect_args={
            "factory": SqliteConnection,
            "isolation_level": None,
            "timeout": PATIENCE,
            "check_same_thread": False,
        },
        **SILENT,
        **options,
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "before_cursor_execute", _lock_for_update)
    event.listen(engine, "after_cursor_execute", _read_to_the_end)
    return engine


def _set_up(connection: SqliteConnection, record: Any) -> None:
    for setting in SQLITE_SETTINGS:
        connection.execute(setting)
    # Asking first: only the change itself needs the file for itself alone.
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        connection.execute("PRAGMA journal_mode = WAL")
    connection.create_function("local_day", 2, sql.day_of_instant, deterministic=True)


def _without_foreign_keys(connection: SqliteConnection, record: Any) -> None:
    connection.execute("PRAGMA foreign_keys = OFF")


def _driver(connection: Connection) -> SqliteConnection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, SqliteConnection)
    return driver


def _begin(connection: Connection) -> None:
    _driver(connection).begin()


def _lock_for_update(
    connection: Connection, cursor: Any, sql: str, values: Any, context: Any, many: bool
) -> None:
    # SQLite has no row locks; whoever asks for one is about to write.
    compiled = context.compiled
    if compiled is not None and getattr(compiled.statement, "_for_update_arg", None) is not None:
        _driver(connection).begin_writing()


def _read_to_the_end(
    connection: Connection,
    cursor: Any,
    sql: str,
    values: Any,
    context: DefaultExecutionContext,
    many: bool,
) -> None:
    # As psycopg does: an answer that is still being read would hold its old snapshot open and
    # keep this connection from writing. Who streams does so knowingly.
    if (
        cursor.description is not None
        and not context.is_crud
        and not context.execution_options.get("stream_results")
    ):
        context.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(
            cursor, initial_buffer=cursor.fetchall()
        )


def snapshot(engine: Engine) -> tuple[bytes, bytes] | None:
    """Return what PostgreSQL says of the rows that can be seen now, None where it says nothing.

    Two that are equal see the same rows. With it stands when the server was started: it may be
    another one than before, whose transactions have the same numbers.
    """
    connection = engine.raw_connection()
    try:
        driver: Any = connection.driver_connection
        # Without a transaction around it, which is two more ways to the server.
        answer = driver.pgconn.exec_(b"SELECT pg_postmaster_start_time(), pg_current_snapshot()")
        if answer.error_message:
            raise driver.OperationalError
        return answer.get_value(0, 0), answer.get_value(0, 1)
    except engine.dialect.loaded_dbapi.Error:
        # Whoever reads next finds out what is wrong and says so.
        connection.invalidate()
        return None
    finally:
        connection.close()
