"""Fixtures: databases of a test's own, migrated, on PostgreSQL and on SQLite."""

import os
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.support import postgres as server_side

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[server_side.Server]:
    with server_side.server(run_id()) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: server_side.Server) -> str:
    return postgres_server.template()


@pytest.fixture
def postgres(
    postgres_server: server_side.Server, postgres_template: str
) -> Iterator[server_side.Database]:
    """A PostgreSQL database of the test's own: `app_url` works in it, `owner_url` owns it."""
    label = f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{next(_numbers)}"
    with postgres_server.database(postgres_template, label) as database:
        yield database


@pytest.fixture
def postgres_url(postgres: server_side.Database) -> str:
    """The same database, as the plain role that the application is."""
    return postgres.app_url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from app import db

    file = tmp_path_factory.mktemp("template") / "headway.db"
    db.upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A SQLite database of the test's own."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'headway.db')}"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Both databases, one after the other, for what must behave alike on them."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


def run_id() -> str:
    """A name that the processes of one test run share and that no other run has."""
    return os.environ.get("PYTEST_XDIST_TESTRUNUID", f"p{os.getpid()}")[:20]
