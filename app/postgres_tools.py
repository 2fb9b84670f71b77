"""PostgreSQL's own programs for backups: pg_dump, pg_restore and psql."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from sqlalchemy import URL, text

from app import engines
from app.migrations.problems import DatabaseProblem
from app.tables import metadata


def dump(url: str, file: Path) -> None:
    """Write a database into a file in pg_dump's custom format.

    Raises DatabaseProblem when the role does not own the tables, because row-level security
    would leave their rows out, and when pg_dump is missing or fails.
    """
    with engines.maintenance(url) as engine, engine.connect() as connection:
        owned, forced = connection.execute(
            text(
                "SELECT bool_and(pg_has_role(relowner, 'USAGE')), bool_or(relforcerowsecurity)"
                " FROM pg_class WHERE relname = ANY(:names)"
                " AND relnamespace = current_schema()::regnamespace"
            ),
            {"names": list(metadata.tables)},
        ).one()
    if not owned:
        raise DatabaseProblem(
            "This role does not own the tables, so it cannot back them up.",
            "Set HEADWAY_OWNER_DATABASE_URL to the address of the role that does.",
        )
    words = ["--format=custom", "--no-owner", "--no-privileges", "--file", str(file)]
    # An owner that is held to the policies itself reads by the one for backups.
    words += ["--enable-row-security"] if forced else []
    _run("pg_dump", url, words, {"PGOPTIONS": "-c headway.backup=on"} if forced else {})


def load(url: str, file: Path, afterwards: str) -> None:
    """Replace a database's tables by those of a file, and run a statement, in one transaction."""
    listing = _run("pg_restore", url, ["--list", str(file)], connect=False)
    if " alembic_version " not in listing:
        raise DatabaseProblem(f"{file} is no backup of Headway.", "Name another file.")
    with tempfile.TemporaryDirectory() as folder:
        before, content, after = (Path(folder) / f"{step}.sql" for step in range(3))
        quote = engines.address(url).get_dialect()().identifier_preparer.quote
        names = ", ".join(quote(name) for name in ["alembic_version", *metadata.tables])
        before.write_text(f"DROP TABLE IF EXISTS {names} CASCADE;\n", encoding="utf-8")
        words = ["--no-owner", "--no-privileges", "--file", str(content), str(file)]
        _run("pg_restore", url, words, connect=False)
        after.write_text(
            "SET search_path TO DEFAULT;\n"
            "ALTER TABLE outbox NO FORCE ROW LEVEL SECURITY;\n"
            f"{afterwards};\n",
            encoding="utf-8",
        )
        words = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction"]
        words += [f"--file={step}" for step in (before, content, after)]
        _run("psql", url, words, {"PGOPTIONS": "-c client_min_messages=warning"})


def _run(
    program: str,
    url: str,
    words: list[str],
    environment: dict[str, str] | None = None,
    *,
    connect: bool = True,
) -> str:
    """Run a program against a database and return what it printed; no secret is in its words."""
    found = shutil.which(program)
    if found is None:
        raise DatabaseProblem(
            f"{program} is not on this machine.",
            "Install PostgreSQL's client programs, of the server's version or newer.",
        )
    where = engines.address(url)
    secret = {"PGPASSWORD": str(where.password)} if where.password else {}
    done = subprocess.run(
        [found, *words, *(["--dbname", _without_password(where)] if connect else [])],
        env={**os.environ, **secret, **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = " ".join(done.stderr.split()) or f"exit code {done.returncode}"
        raise DatabaseProblem(f"{program} failed: {said[:500]}", "Nothing was changed.")
    return done.stdout


def _without_password(where: URL) -> str:
    return URL.create(
        "postgresql", where.username, None, where.host, where.port, where.database, where.query
    ).render_as_string()
