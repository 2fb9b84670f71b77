import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import col, select, update

from app import engines
from app.db import Database
from goals.table import workspace_of
from goals.workspace import Team, Workspace
from tests.support.tenants import teams, workspace


@pytest.fixture
def database(database_url):
    database = Database(database_url)
    yield database
    database.dispose()


@pytest.fixture
def sqlite(sqlite_url):
    database = Database(sqlite_url)
    yield database
    database.dispose()


def test_a_transaction_commits_when_its_block_ends_well(database):
    here = workspace(database, "Acme")
    with database.session(here) as session:
        session.add(Team(workspace_id=here, name="North"))
    with database.session(here) as session:
        assert teams(session, here) == ["North"]


def test_an_error_undoes_the_transaction(database):
    here = workspace(database, "Acme")
    with pytest.raises(ZeroDivisionError), database.session(here) as session:
        session.add(Team(workspace_id=here, name="North"))
        session.flush()
        _ = 1 / 0
    with database.session(here) as session:
        assert teams(session, here) == []


def test_what_was_loaded_can_be_read_after_the_commit(database):
    here = workspace(database, "Acme", "North")
    with database.session(here) as session:
        team = session.exec(select(Team).where(col(Team.workspace_id) == here)).one()
    assert team.name == "North"


def test_a_session_knows_its_workspace_and_the_system_has_none(database):
    here = workspace(database, "Acme")
    with database.session(here) as session:
        assert workspace_of(session) == here
    with database.system() as session, pytest.raises(LookupError):
        workspace_of(session)


def test_begin_opens_one_transaction_after_the_other(database):
    here = workspace(database, "Acme")
    begin = database.begin(here)
    for name in ("North", "South"):
        with begin() as session:
            session.add(Team(workspace_id=here, name=name))
    with begin() as session:
        assert teams(session, here) == ["North", "South"]


def test_workspaces_are_listed_by_id(database):
    made = [workspace(database, name) for name in ("Acme", "Beta")]
    assert database.workspaces() == made


def test_a_savepoint_is_undone_alone(database):
    here = workspace(database, "Acme", "North")
    with database.session(here) as session:
        assert teams(session, here) == ["North"]
        with pytest.raises(IntegrityError), session.begin_nested():
            session.add(Team(workspace_id=here, name="North"))
        session.add(Team(workspace_id=here, name="South"))
    with database.session(here) as session:
        assert teams(session, here) == ["North", "South"]


def test_threads_share_a_database(database):
    here = workspace(database, "Acme")

    def add(number):
        with database.session(here) as session:
            teams(session, here)
            session.add(Team(workspace_id=here, name=f"Team {number:03}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(60)))
    with database.session(here) as session:
        assert len(teams(session, here)) == 60


def test_rows_read_for_update_are_changed_by_one_at_a_time(database):
    here = workspace(database, "Acme", "0")
    statement = select(Team).where(col(Team.workspace_id) == here).with_for_update()

    def count(_):
        with database.session(here) as session:
            team = session.exec(statement).one()
            team.name = str(int(team.name) + 1)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(40)))
    with database.session(here) as session:
        assert teams(session, here) == ["40"]


def test_readers_neither_wait_nor_see_what_is_not_committed(database):
    here = workspace(database, "Acme")
    with database.session(here) as writing:
        writing.add(Team(workspace_id=here, name="North"))
        writing.flush()
        # A reader that waited would wait for this thread, and be told no after its patience.
        with database.session(here) as reading:
            assert teams(reading, here) == []


def test_a_reader_that_starts_to_write_does_not_fail_over_another_writer(sqlite):
    here = workspace(sqlite, "Acme")
    with sqlite.session(here) as slow:
        assert teams(slow, here) == []
        with sqlite.session(here) as quick:
            quick.add(Team(workspace_id=here, name="North"))
        slow.add(Team(workspace_id=here, name="South"))
        slow.flush()
        assert teams(slow, here) == ["North", "South"]


def test_a_change_may_follow_row_by_row_from_what_is_still_being_read(sqlite):
    here = workspace(sqlite, "Acme", *(f"Team {number:03}" for number in range(200)))
    with sqlite.session(here) as slow:
        for number, (team,) in enumerate(slow.execute(select(Team.id).where(_in(here)))):
            if not number:
                with sqlite.session(here) as quick:
                    quick.add(Team(workspace_id=here, name="Another"))
            slow.execute(update(Team).where(_in(here), col(Team.id) == team).values(channel="C"))
    with sqlite.session(here) as session:
        channels = list(session.exec(select(Team.channel).where(_in(here))))
    assert sorted(map(str, channels)) == ["C"] * 200 + ["None"]


def _in(here):
    return col(Team.workspace_id) == here


def test_the_raw_connection_writes_in_the_same_transaction(sqlite):
    here = workspace(sqlite, "Acme")
    with sqlite.session(here) as slow:
        assert teams(slow, here) == []
        with sqlite.session(here) as quick:
            quick.add(Team(workspace_id=here, name="North"))
        driver = slow.connection().connection.driver_connection
        driver.executemany(
            "INSERT INTO team (workspace_id, id, name) VALUES (?, ?, ?)",
            [(here, 1, "South"), (here, 2, "West")],
        )
        assert teams(slow, here) == ["North", "South", "West"]
        slow.rollback()
        assert teams(slow, here) == ["North"]


WRITER = """
import sys
from sqlmodel import col, select
from app.db import Database
from goals.workspace import Team
url, here, name = sys.argv[1], int(sys.argv[2]), sys.argv[3]
database = Database(url)
mine = col(Team.workspace_id) == here
for number in range(150):
    with database.session(here) as session:
        session.exec(select(Team).where(mine)).all()
        session.add(Team(workspace_id=here, name=f"{name} {number}"))
database.dispose()
"""


def test_two_processes_that_read_and_then_write_are_never_locked_out(sqlite, sqlite_url):
    here = workspace(sqlite, "Acme")
    running = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, sqlite_url, str(here), name], stderr=subprocess.PIPE
        )
        for name in ("North", "South")
    ]
    said = [process.communicate()[1].decode() for process in running]
    assert said == ["", ""]
    with sqlite.session(here) as session:
        assert len(teams(session, here)) == 300


def test_a_writer_that_waits_too_long_says_so_and_changes_nothing(sqlite_url, monkeypatch):
    monkeypatch.setattr(engines, "PATIENCE", 0.2)
    monkeypatch.setattr(engines, "SQLITE_SETTINGS", ("PRAGMA foreign_keys = ON",))
    database = Database(sqlite_url)
    here = workspace(database, "Acme")
    file = str(engines.address(sqlite_url).database)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(OperationalError, match="locked"), database.session(here) as session:
            session.add(Team(workspace_id=here, name="North"))
        other.execute("ROLLBACK")
    with database.session(here) as session:
        assert teams(session, here) == []
    database.dispose()


def test_sqlite_keeps_a_log_ahead_and_checks_references(sqlite):
    with sqlite.engine.connect() as connection:
        driver = connection.connection.driver_connection
        settings = {
            name: driver.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
    assert settings == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "busy_timeout": 15000,
        "synchronous": 1,
    }
    with pytest.raises(IntegrityError), sqlite.session(1) as session:
        session.add(Team(workspace_id=1, name="Nowhere"))


def test_a_connection_that_the_server_dropped_is_replaced(postgres, postgres_server):
    database = Database(postgres.app_url)
    here = workspace(database, "Acme", "North")
    with postgres_server.connect() as admin:
        # Waited for: until the server has let go, the pool would still find it alive.
        gone = admin.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s",
            [postgres.name],
        ).fetchall()
    assert gone and all(one for (one,) in gone)
    with database.session(here) as session:
        assert teams(session, here) == ["North"]
    database.dispose()


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("sqlite:///x.db", "sqlite+pysqlite"),
        ("postgres://u@h/d", "postgresql+psycopg"),
        ("postgresql://u@h/d", "postgresql+psycopg"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg"),
    ],
)
def test_the_driver_follows_from_the_address(given, driver):
    assert engines.address(given).drivername == driver


def test_other_databases_are_refused():
    with pytest.raises(ValueError, match="mysql is not supported"):
        Database("mysql://u@h/d")


@pytest.mark.parametrize(
    ("statement", "is_change"),
    [
        ("SELECT 1", False),
        (" select 1", False),
        ("PRAGMA journal_mode", False),
        ("WITH a AS (SELECT 1) SELECT * FROM a", False),
        ("WITH a AS (SELECT 1) DELETE FROM b", True),
        ("INSERT INTO a VALUES (1)", True),
        ("CREATE TABLE a (b)", True),
        ("SAVEPOINT a", True),
    ],
)
def test_sqlite_becomes_a_writer_for_changes_only(statement, is_change):
    assert engines.changes(statement) is is_change


def test_a_database_that_is_gone_fails_when_it_is_used_and_not_before(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'none' / 'headway.db'}")
    with pytest.raises(OperationalError), database.system() as session:
        session.exec(select(Workspace.id)).all()
    database.dispose()


def test_an_error_does_not_quote_the_values_of_a_statement(database):
    here = workspace(database, "Acme", "North")
    with pytest.raises(IntegrityError) as caught, database.session(here) as session:
        session.add(Team(workspace_id=here, name="North", channel="canary"))
    assert "INSERT INTO team" in str(caught.value)
    assert "canary" not in str(caught.value)
