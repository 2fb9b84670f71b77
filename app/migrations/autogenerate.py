"""Write migrations: python3 -m app.migrations.autogenerate NAME (or --first).

Compares the tables in code with those that the migrations make and writes the difference as the
next numbered version; look it over before you commit it. `--first` writes the first versions
anew, which is right only as long as none of them was released.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path

from app import due, engines
from app.accounts import tables as accounts
from app.migrations.upgrading import FOLDER, config, upgrade_connection
from app.tables import ROOMS, metadata
from goals import workspace
from goals.alerts import muting, outbox, rule
from goals.metrics import evidence, faults, rollup
from goals.metrics.custom import table as custom
from goals.questions import aliases
from goals.records import (
    commerce,
    company,
    connections,
    demand,
    figures,
    marketing,
    record,
    rules,
    sales,
    service,
)
from goals.tracking import evaluation, goal, mentions, retrospectives, unreviewed
from goals.tracking.checkins import table as checkins
from goals.tracking.remedies import table as remedies
from goals.tracking.scenarios import table as scenarios
from integrations.slack import tables as slack
from strategy.worksheets import tables as worksheets

#: The first versions, each with the rooms whose tables it makes.
FIRST = {
    "workspaces": (workspace, accounts, due, slack),
    "records": (connections, record, demand, figures, marketing, service, commerce, company),
    "sales": (sales, rules),
    "metrics": (rollup, evidence, custom, faults),
    "goals": (
        goal,
        evaluation,
        unreviewed,
        checkins,
        remedies,
        scenarios,
        retrospectives,
        mentions,
        rule,
        muting,
        aliases,
        outbox,
    ),
    "strategy": (worksheets,),
}


def main(arguments: list[str]) -> int:
    """Write the next version, or the first ones anew; returns the exit code."""
    if arguments == ["--first"]:
        for file in _versions():
            file.unlink()
        for name, tables in _parts():
            print(write(name, tables))
        return 0
    if len(arguments) != 1 or not re.fullmatch(r"[a-z0-9_]+", arguments[0]):
        print(__doc__, file=sys.stderr)
        return 2
    print(write(arguments[0], metadata.tables.keys()))
    return 0


def write(name: str, tables: Collection[str]) -> Path:
    """Write the next version for the tables of these names and return its file."""
    from alembic import command

    versions = _versions()
    with (
        tempfile.TemporaryDirectory() as folder,
        engines.maintenance(f"sqlite:///{folder}/compare.db") as engine,
        engine.begin() as connection,
    ):
        if versions:
            upgrade_connection(connection)
        settings = config(connection)
        settings.set_main_option("file_template", "%%(rev)s_%%(slug)s")
        settings.attributes["tables"] = frozenset(tables)
        made = command.revision(settings, name, autogenerate=True, rev_id=f"{len(versions) + 1:04}")
    assert made is not None
    assert not isinstance(made, list)
    file = Path(made.path)
    for words in (["check", "--fix", "--select", "I,F401"], ["format"]):
        subprocess.run([sys.executable, "-m", "ruff", *words, "--quiet", str(file)], check=True)
    return file


def _parts() -> Iterator[tuple[str, frozenset[str]]]:
    assert {room for rooms in FIRST.values() for room in rooms} == set(ROOMS)
    for name, rooms in FIRST.items():
        classes = [one for room in rooms for one in vars(room).values()]
        modules = {room.__name__ for room in rooms}
        yield (
            name,
            frozenset(
                one.__table__.name
                for one in classes
                if getattr(one, "__module__", "") in modules and hasattr(one, "__table__")
            ),
        )


def _versions() -> list[Path]:
    return sorted((FOLDER / "versions").glob("[0-9]*.py"))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
