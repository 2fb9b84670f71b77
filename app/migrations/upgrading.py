"""Bringing a database to the newest version of the tables."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from app import engines
from app.migrations import row_security
from app.migrations.problems import DatabaseProblem

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).resolve().parent
#: The name under which PostgreSQL lets one process at a time migrate.
TURN = 4_839_201_766


def upgrade(url: str, app_role: str | None = None) -> None:
    """Bring a database to the newest version, in one transaction; harmless when it is there.

    The URL's role owns the tables. `app_role` is the plain role that the application connects
    as, and is given what it needs; without it the owner itself is held to row-level security.
    Raises DatabaseProblem for a database of a newer version.
    """
    file = engines.address(url).database
    if engines.is_sqlite(url) and file:
        try:
            Path(file).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseProblem(
                f"The folder {Path(file).parent} cannot be made: {error.strerror}.",
                "Name another one in HEADWAY_DATA_DIR.",
            ) from error
    with engines.maintenance(url) as engine, engine.begin() as connection:
        upgrade_connection(connection, app_role)


def upgrade_connection(connection: Connection, app_role: str | None = None) -> None:
    """Bring the database behind an open transaction to the newest version."""
    from alembic import command

    take_turn(connection)
    version = version_of(connection)
    if version != head():
        check_known(version)
        if connection.dialect.name == "postgresql":
            row_security.loosen(connection)
        command.upgrade(config(connection), "head")
        check_references(connection)
    if connection.dialect.name == "postgresql":
        row_security.apply(connection, app_role)


def take_turn(connection: Connection) -> None:
    """Wait until no other process migrates this database."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": TURN})
    else:
        driver = connection.connection.driver_connection
        assert isinstance(driver, engines.SqliteConnection)
        driver.begin_writing()


def check_references(connection: Connection) -> None:
    """Make sure that no row of SQLite's refers to nothing after its tables were copied."""
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
        if broken:
            raise DatabaseProblem(
                f"{len(broken)} rows refer to rows that are not there, first in {broken[0][0]}.",
                "Nothing was changed. Restore a backup, or report this.",
            )


def check_known(version: str | None) -> None:
    """Raise DatabaseProblem for a version that this program does not know."""
    if version is not None and version not in _known():
        raise DatabaseProblem(
            f"The database is of version {version}, which this program does not know.",
            "Run the newer program that made it, or restore a backup that is older.",
        )


def _known() -> set[str]:
    from alembic.script import ScriptDirectory

    return {one.revision for one in ScriptDirectory.from_config(config()).walk_revisions()}


def is_behind(url: str) -> bool:
    """Tell whether a database waits to be prepared for this version; a newer one does not."""
    version = current(url)
    return version is None or version in _known() - {head()}


def current(url: str) -> str | None:
    """Return the version of a database, None if it was never prepared."""
    file = engines.address(url).database
    if engines.is_sqlite(url) and not (file and Path(file).exists()):
        return None
    with engines.maintenance(url) as engine, engine.connect() as connection:
        return version_of(connection)


def version_of(connection: Connection) -> str | None:
    """Return the version of the database behind a connection, None if never prepared."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def head() -> str:
    """Return the newest version of the tables."""
    from alembic.script import ScriptDirectory

    newest = ScriptDirectory.from_config(config()).get_current_head()
    assert newest is not None
    return newest


def config(connection: Connection | None = None) -> "Config":
    """Return Alembic's configuration, which no file holds."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made
