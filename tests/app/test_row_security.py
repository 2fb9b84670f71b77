"""PostgreSQL's own lock, with our check of statements switched off."""

import psycopg
import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import ProgrammingError
from sqlmodel import col, delete, update

from app import engines
from app.db import Database, upgrade
from app.migrations import row_security
from app.tables import SCOPED, metadata
from app.tenancy import guard
from goals.workspace import Team
from tests.support import postgres as server_side
from tests.support.tenants import workspace


def unguarded(url):
    database = Database(url)
    event.remove(database.engine, "before_cursor_execute", guard._check)
    return database


def names(session):
    return sorted(session.scalars(select(col(Team.name))))


@pytest.fixture(params=["two roles", "one role"])
def database(request, postgres):
    """The database as the application opens it, which may have been given one role only."""
    url = postgres.app_url
    if request.param == "one role":
        url = postgres.owner_url
        upgrade(url)
    made = unguarded(url)
    yield made
    made.dispose()


@pytest.fixture
def acme(database):
    made = workspace(database, "Acme", "North", "South")
    workspace(database, "Beta", "East", "West")
    return made


def test_a_session_sees_the_rows_of_its_workspace_only(database, acme):
    there = max(database.workspaces())
    with database.session(acme) as session:
        assert names(session) == ["North", "South"]
    with database.session(there) as session:
        assert names(session) == ["East", "West"]


def test_a_session_changes_the_rows_of_its_workspace_only(database, acme):
    there = max(database.workspaces())
    with database.session(acme) as session:
        assert session.execute(update(Team).values(channel="C")).rowcount == 2
        theirs = col(Team.workspace_id) == there
        assert session.execute(delete(Team).where(theirs)).rowcount == 0
    with database.session(there) as session:
        assert names(session) == ["East", "West"]
        assert set(session.scalars(select(col(Team.channel)))) == {None}


def test_a_session_writes_no_row_of_another_workspace(database, acme):
    there = max(database.workspaces())
    refused = pytest.raises(ProgrammingError, match="row-level security")
    with refused, database.session(acme) as session:
        session.add(Team(workspace_id=there, name="Stray"))
    with refused, database.session(acme) as session:
        session.execute(update(Team).values(workspace_id=there))


def test_without_a_workspace_no_row_is_seen_on_any_connection(database, acme):
    for _ in range(2):  # The second time on a connection that was in a workspace before.
        with database.system() as session:
            assert names(session) == []
        with database.session(acme) as session:
            assert names(session) == ["North", "South"]


def test_every_transaction_of_a_session_is_in_the_workspace(database, acme):
    with database.session(acme) as session:
        assert names(session) == ["North", "South"]
        session.commit()
        assert names(session) == ["North", "South"]
        session.rollback()
        with session.begin_nested() as savepoint:
            assert names(session) == ["North", "South"]
            savepoint.rollback()
        assert names(session) == ["North", "South"]


def test_every_scoped_table_is_locked(database, acme):
    assert database.has_second_lock() is True
    with database.session(acme) as session:
        counts = {
            table.name: session.scalar(select(func.count()).select_from(table)) for table in SCOPED
        }
    assert counts == {**dict.fromkeys(counts, 0), "team": 2, "unreviewed": 1}
    with database.engine.connect() as connection:
        state = row_security._state(connection)
    assert {table.name for table in SCOPED} == {
        name for name, (on, _, policies) in state.items() if on and "workspace_only" in policies
    }


def test_the_application_owns_nothing_and_cannot_change_the_schema(postgres):
    with psycopg.connect(_plain(postgres.app_url)) as connection:
        for statement in (
            "ALTER TABLE team DISABLE ROW LEVEL SECURITY",
            "DROP POLICY workspace_only ON team",
            "CREATE TABLE more (id bigint)",
            "UPDATE alembic_version SET version_num = 'x'",
            "TRUNCATE team",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
            connection.rollback()


def test_the_application_may_use_a_table_that_a_later_upgrade_brings(postgres, postgres_server):
    with psycopg.connect(_plain(postgres.owner_url)) as connection:
        connection.execute("DROP TABLE setting")
        connection.execute("CREATE TABLE setting (name text)")
    upgrade(postgres.owner_url, app_role=server_side.APP)
    with psycopg.connect(_plain(postgres.app_url)) as connection:
        connection.execute("INSERT INTO setting VALUES ('a')")


def test_the_owner_is_let_free_when_it_gets_a_role_to_work_for_it(postgres):
    upgrade(postgres.owner_url)
    upgrade(postgres.owner_url, app_role=server_side.APP)
    with engines.maintenance(postgres.owner_url) as engine, engine.connect() as connection:
        state = row_security._state(connection)
    assert not any(forced for _, forced, _ in state.values())
    assert not any("backup_reads" in policies for _, _, policies in state.values())


def _plain(url):
    return engines.address(url).set(drivername="postgresql").render_as_string(hide_password=False)


def test_it_is_known_whether_the_lock_holds(postgres, postgres_server):
    admin = postgres_server.admin.set(database=postgres.name)
    held = []
    for url in (
        postgres.app_url,
        postgres.owner_url,  # Not held to the policies: it has a role to work for it.
        admin.render_as_string(hide_password=False),
    ):
        database = Database(url)
        held.append(database.has_second_lock())
        database.dispose()
    assert held == [True, False, False]


def test_the_index_is_used_behind_the_policy(database, acme):
    with database.session(acme) as session:
        session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = session.scalars(
            text("EXPLAIN SELECT name FROM team WHERE workspace_id = :here AND id = 1"),
            {"here": acme},
        )
        assert any("Index" in line for line in plan)


def test_the_metadata_names_every_table_that_the_database_has(postgres):
    with psycopg.connect(_plain(postgres.app_url)) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        assert {name for (name,) in rows} == {*metadata.tables, "alembic_version"}
