"""What was read is given again only while nobody has committed anything."""

import subprocess
import sys
from itertools import count

import pytest
from sqlalchemy import event

from app.db import Database
from goals.workspace import Team
from tests.support.tenants import teams, workspace

#: Other tests write to the same server meanwhile, which only ever costs a look too many.
TRIES = 50


@pytest.fixture
def database(database_url):
    database = Database(database_url)
    yield database
    database.dispose()


def add(database: Database, here: int, name: str) -> None:
    with database.session(here) as session:
        session.add(Team(workspace_id=here, name=name))


def test_what_was_read_is_given_again_while_nothing_is_committed(database):
    known, reads = database.unchanged, count()
    given = [known.read("key", known.revision(), lambda: next(reads)) for _ in range(TRIES)]
    assert len(set(given)) < TRIES


def test_a_commit_by_anybody_makes_it_be_read_anew(database, database_url):
    here, other, known = workspace(database, "Acme"), Database(database_url), database.unchanged
    for number, who in enumerate((database, other) * 3):
        before = known.revision()
        add(who, here, f"Team {number}")
        assert known.revision() != before
    other.dispose()


def test_a_commit_of_another_process_makes_it_be_read_anew(database, database_url):
    here, known = workspace(database, "Acme"), database.unchanged
    script = (
        "import sys; from app.db import Database; from goals.workspace import Team\n"
        "url, here = sys.argv[1:]\n"
        "with Database(url).session(int(here)) as session:\n"
        "    session.add(Team(workspace_id=int(here), name='Afar'))"
    )
    before = known.revision()
    subprocess.run([sys.executable, "-c", script, database_url, str(here)], check=True)
    assert known.revision() != before


def test_what_is_not_committed_yet_is_seen_by_nobody_and_then_by_all(database):
    here, known = workspace(database, "Acme"), database.unchanged

    def names() -> list[str]:
        def fresh() -> list[str]:
            with database.session(here) as session:
                return teams(session, here)

        return known.read("names", known.revision(), fresh)

    assert names() == []
    with database.session(here) as session:
        session.add(Team(workspace_id=here, name="North"))
        session.flush()
        assert names() == []
    assert names() == ["North"]


def test_a_change_that_is_longer_under_way_than_another_is_not_missed(postgres_url):
    database = Database(postgres_url)
    here, known = workspace(database, "Acme"), database.unchanged
    with database.session(here) as session:
        session.add(Team(workspace_id=here, name="Slow"))
        session.flush()
        add(database, here, "Quick")
        before = known.revision()
    assert known.revision() != before
    database.dispose()


def test_nothing_is_kept_of_what_is_not_there_or_when_nobody_can_tell(database):
    known = database.unchanged
    for revision in ("same", None):
        known.read("absent", revision, lambda: None)
        assert known.read("absent", revision, lambda: "there") == "there"
    assert known.read("absent", None, lambda: "anew") == "anew"


def test_a_connection_that_is_cut_meanwhile_tells_nothing(postgres, postgres_url, postgres_server):
    database = Database(postgres_url)
    known = database.unchanged

    def cut(connection, record, fairy):
        with postgres_server.connect() as admin:
            admin.execute("SELECT pg_terminate_backend(%s, 10000)", [connection.info.backend_pid])

    assert known.revision() is not None
    event.listen(database.engine, "checkout", cut)
    assert known.revision() is None
    event.remove(database.engine, "checkout", cut)
    assert known.revision() is not None
    database.dispose()
