"""Fixtures: the web application with a small company in it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlmodel import col, delete

if TYPE_CHECKING:
    from tests.support.site import Site


@pytest.fixture(scope="session")
def site_template(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, int]:
    """A database with a company in it whose deals are counted, and the company's id."""
    file = tmp_path_factory.mktemp("site") / "headway.db"
    shutil.copy(sqlite_template, file)
    return file, _company(f"sqlite:///{file}")


@pytest.fixture
def site(site_template: tuple[Path, int], tmp_path: Path) -> "Iterator[Site]":
    """The application over a workspace with an owner, and deals won in the past months."""
    template, here = site_template
    file = shutil.copy(template, tmp_path / "headway.db")
    with _running(f"sqlite:///{file}", tmp_path, here) as site:
        yield site


@pytest.fixture
def sites(database_url: str, tmp_path: Path) -> "Iterator[Site]":
    """The same on both databases, one after the other."""
    with _running(database_url, tmp_path, _company(database_url)) as site:
        yield site


@pytest.fixture
def bare_site(sqlite_url: str, tmp_path: Path) -> "Iterator[Site]":
    """The application over a workspace in which nothing has happened yet."""
    with _running(sqlite_url, tmp_path, _company(sqlite_url, with_deals=False)) as site:
        yield site


@pytest.fixture(scope="session")
def greek_template(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, int]:
    """A database with a company in it that writes Greek and has something of everything."""
    from tests.support import greek
    from tests.support.site import Site

    folder = tmp_path_factory.mktemp("greek")
    file = shutil.copy(sqlite_template, folder / "headway.db")
    here = _company(f"sqlite:///{file}", with_deals=False)
    site = Site(f"sqlite:///{file}", folder, here, greek.NOW)
    greek.make(site)
    site.wiring.close()
    return Path(file), here


@pytest.fixture
def greek_site(greek_template: tuple[Path, int], tmp_path: Path) -> "Iterator[Site]":
    """The application over the company that writes Greek."""
    from tests.support import greek
    from tests.support.site import Site

    template, here = greek_template
    file = shutil.copy(template, tmp_path / "headway.db")
    site = Site(f"sqlite:///{file}", tmp_path, here, greek.NOW)
    yield site
    site.wiring.close()


def _company(url: str, *, with_deals: bool = True) -> int:
    from app.db import Database
    from goals.metrics import refresh
    from goals.records.connections import Connection
    from tests.support import company

    database = Database(url)
    here = company.make(database)
    if with_deals:
        first = date(2026, 1, 5)
        company.win(database, here, [(first + timedelta(days=3 * n), 100) for n in range(73)])
        with database.session(here) as session:
            refresh.refresh(session)
    else:
        with database.session(here) as session:
            session.exec(delete(Connection).where(col(Connection.workspace_id) == here))
    database.dispose()
    return here


@contextmanager
def _running(url: str, folder: Path, here: int) -> "Iterator[Site]":
    from tests.support.site import Site

    site = Site(url, folder, here)
    yield site
    site.wiring.close()
