"""Databases that a query may be sent to: who they are, whether they may be reached, and how.

The address is secret as a whole: nothing here puts a part of it into an error.
"""

import importlib.util
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from goals.errors import SourceError
from goals.words import N_, Message
from integrations import addresses

#: A query may run this long, one that is only tested this long while somebody waits, and a
#: connection take this long to open, in seconds.
LONGEST, TESTING, CONNECTING = 300, 15, 10
#: The drivers that are used, with the module and the package that each needs, and its port.
DRIVERS = {
    "postgresql": ("psycopg", "psycopg", 5432),
    "mysql": ("pymysql", "pymysql", 3306),
    "mssql": ("pymssql", "pymssql", 1433),
}
#: Ports below are those of well-known services. Databases of a provider often stand above, so
#: there any goes; what listens below and is not this kind of database is none.
OWN_PORTS = 1024
#: What an address may say besides: anything else could name files, commands or other hosts.
QUERY = {"postgresql": {"sslmode"}, "mysql": {"charset"}, "mssql": {"charset"}}
#: What SQLite's own guard lets a statement do.
_READS = frozenset(
    (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)
)
#: The largest value that SQLite may make, in bytes: some of its functions make any size at once.
LARGEST = 64 << 20
#: What libpq would else take from the surroundings of this process and show to a stranger's
#: server: a password, a certificate, a ticket of Kerberos. There are no such files.
_NOTHING_OF_OURS = {
    "passfile": "/nonexistent/pgpass",
    "sslcert": "/nonexistent/crt",
    "sslkey": "/nonexistent/key",
    "gssencmode": "disable",
}


def read(dsn: str) -> URL:
    """Return an address in parts; raises SourceError for one that is none, or of another kind."""
    try:
        url = make_url(dsn.strip())
    except (ArgumentError, ValueError):
        raise _error(
            "dsn_wrong",
            N_("The address of the database is not written as it should be."),
            N_("Write it like this: %(example)s"),
            example="postgresql://user:password@host:5432/name",
        ) from None
    kind = kind_of(url)
    if kind not in DRIVERS and kind != "sqlite":
        raise _error(
            "driver_unknown",
            N_("A database of this kind cannot be read."),
            N_("It may be one of: %(names)s."),
            names=["sqlite", *DRIVERS],
        )
    if set(url.query) - QUERY.get(kind, set()):
        raise _error(
            "dsn_wrong",
            N_("The address of the database says more than host, name and user."),
            N_("Leave out what stands behind the question mark."),
        )
    return url


def kind_of(url: URL) -> str:
    """Return the kind of database: postgres is postgresql."""
    name = url.drivername.partition("+")[0].lower()
    return {"postgres": "postgresql", "mariadb": "mysql", "sqlserver": "mssql"}.get(name, name)


def opened(url: URL, *, own: str, allow_private: bool, longest: float = LONGEST) -> Engine:
    """Return an engine whose connections only read, for at most `longest` seconds.

    `own` is the address of Headway's own database, which is no source. Raises SourceError for
    what may not be reached or whose driver is not installed.
    """
    if kind_of(url) == "sqlite":
        return _sqlite(url, own, allow_private=allow_private, longest=longest)
    kind = kind_of(url)
    module, package, port = DRIVERS[kind]
    if importlib.util.find_spec(module) is None:
        raise _error(
            "driver_missing",
            N_("The driver for %(kind)s databases is not installed here."),
            N_("Install it beside Headway: pip install %(name)s"),
            kind=kind,
            name=package,
        )
    if not url.host or "/" in url.host or "," in url.host or not url.database:
        raise _error(
            "dsn_wrong",
            N_("The address of the database names no single host or no database."),
            N_("Write it like this: %(example)s"),
            example=f"{kind}://user:password@host:{port}/name",
        )
    if _is_own(url, own, port):
        raise _own()
    place = _place(url.host, url.port or port, allow_private=allow_private)
    if not allow_private and url.port is not None and url.port != port and url.port < OWN_PORTS:
        raise _here(addresses.other_port())
    target = url.set(drivername=f"{kind}+{module}", port=url.port or port)
    arguments: dict[str, Any]
    if kind == "postgresql":
        # The name is for the certificate, the number is where the connection goes.
        arguments = {
            "hostaddr": place,
            "connect_timeout": CONNECTING,
            # An empty one is none, where a missing one would be taken from PGPASSWORD.
            "password": url.password or "",
            **_NOTHING_OF_OURS,
            "options": (
                f"-c default_transaction_read_only=on -c statement_timeout={int(longest * 1000)}"
                " -c idle_in_transaction_session_timeout=600000 -c lock_timeout=10000"
            ),
        }
    else:
        target = target.set(host=place)
        key = "timeout" if kind == "mssql" else "read_timeout"
        arguments = {key: max(1, int(longest))}
    return create_engine(target, poolclass=NullPool, connect_args=arguments, hide_parameters=True)


def _sqlite(url: URL, own: str, *, allow_private: bool, longest: float) -> Engine:
    if not allow_private:
        # A file of this machine is as far inside as an address can be.
        raise _error(
            "file_private",
            N_("Database files of this machine may not be read here."),
            N_("Whoever runs Headway can allow it: HEADWAY_ALLOW_PRIVATE_SOURCES=1"),
        )
    path = Path(url.database or "").absolute()
    if not url.database or not path.is_file():
        raise _error(
            "file_unreadable",
            N_("There is no database file at this address."),
            N_("Write it like this: %(example)s"),
            example="sqlite:////folder/file.db",
        )
    mine = make_url(own).database if own.startswith("sqlite") else None
    if mine and Path(mine).exists() and _is_beside(path, Path(mine)):
        raise _own()

    def connect() -> sqlite3.Connection:
        made = sqlite3.connect(
            f"file:{quote(str(path))}?mode=ro", uri=True, timeout=10, check_same_thread=False
        )
        # A byte that is none of its text would else stop every read of the table.
        made.text_factory = lambda told: told.decode("utf-8", "replace")
        made.execute("PRAGMA query_only=ON")
        made.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST)
        made.set_authorizer(_reads_only)
        made.set_progress_handler(_until(time.monotonic() + longest), 100_000)
        return made

    return create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)


def _is_beside(path: Path, mine: Path) -> bool:
    """Tell whether a file is Headway's own database, or stands in its folder as a copy does."""
    return path.samefile(mine) or mine.resolve().parent in path.resolve().parents


def _reads_only(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    """Deny all that is not reading, as SQLite itself understands a statement."""
    if action == sqlite3.SQLITE_TRANSACTION:
        return sqlite3.SQLITE_OK
    # SQLAlchemy asks for it when it connects.
    if action == sqlite3.SQLITE_PRAGMA and (first, second) == ("read_uncommitted", None):
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION and second == "load_extension":
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in _READS else sqlite3.SQLITE_DENY


def _until(end: float) -> Callable[[], int]:
    return lambda: int(time.monotonic() > end)


def _place(host: str, port: int, *, allow_private: bool) -> str:
    """Return the IP address of a host; one inside only where the installation allows it."""
    try:
        return addresses.places(host, port, allow_private=allow_private)[0]
    except SourceError as error:
        raise _here(error) from None
    except (OSError, UnicodeError):
        raise SourceError(
            "address_unknown", Message(N_("The name in the address is not known.")), field="dsn"
        ) from None


def _is_own(url: URL, own: str, port: int) -> bool:
    if not own:
        return False
    mine = make_url(own)
    there = (url.database, url.port or port)
    if kind_of(mine) != kind_of(url) or there != (mine.database, mine.port or port):
        return False
    return (url.host or "").lower() == (mine.host or "").lower() or _same(url.host, mine.host)


def _same(one: str | None, other: str | None) -> bool:
    import socket

    try:
        found = [
            {str(place[4][0]) for place in socket.getaddrinfo(name, 0)} for name in (one, other)
        ]
    except (OSError, UnicodeError):
        return False
    return bool(found[0] & found[1])


def _here(error: SourceError) -> SourceError:
    """Return what is wrong with an address as an error of this one."""
    error.field = "dsn"
    return error


def _own() -> SourceError:
    return _error(
        "own_database",
        N_("This is the database of Headway itself, which is no source."),
        N_("Name the database that your records are in."),
    )


def _error(code: str, text: str, fix: str, **params: Any) -> SourceError:
    said = Message(text, params)
    return SourceError(code, said, fix=Message(fix, params), permanent=True, field="dsn")
