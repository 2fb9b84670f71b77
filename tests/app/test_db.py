from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

from app.db import Database
from goals.workspace import Team, Workspace

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture
def database(database_url):
    database = Database(database_url)
    yield database
    database.dispose()


def workspace(database, name):
    with database.system() as session:
        made = Workspace(name=name, created_at=NOW)
        session.add(made)
    return made.id


def teams(session, here):
    return list(session.exec(select(Team.name).where(col(Team.workspace_id) == here)))


def test_a_transaction_commits_when_its_block_ends_well(database):
    here = workspace(database, "Acme")
    with database.session(here) as session:
        session.add(Team(workspace_id=here, name="North"))
    with database.session(here) as session:
        assert teams(session, here) == ["North"]
