import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, UniqueConstraint, inspect, text
from sqlmodel import col, select

from app import db, engines
from app.migrations import autogenerate, comparing, upgrading
from app.tables import SCOPED, metadata
from goals.alerts.outbox import Channel, Outbox
from goals.table import key
from goals.workspace import Workspace
from integrations.slack import links
from integrations.slack.tables import SlackTeam
from tests.support.tenants import NOW, teams, workspace


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request, tmp_path):
    """A database that nothing has been done to, by the role that owns it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new' / 'headway.db'}"
        return
    server = request.getfixturevalue("postgres_server")
    request.getfixturevalue("postgres_template")  # Makes the roles.
    with server.database("template1", f"empty_{tmp_path.name.replace('-', '_')}") as made:
        yield made.owner_url


def test_there_is_one_newest_version_and_one_way_to_it():
    script = ScriptDirectory.from_config(upgrading.config())
    assert len(script.get_heads()) == 1
    assert [one.down_revision for one in script.walk_revisions()].count(None) == 1


def test_an_empty_database_becomes_what_the_tables_in_code_say(empty_url):
    db.upgrade(empty_url)
    with engines.maintenance(empty_url) as engine, engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=comparing.OPTIONS)
        assert compare_metadata(context, metadata) == []


def test_the_checks_of_the_tables_are_in_the_database(empty_url):
    db.upgrade(empty_url)
    wanted = {
        (table.name, str(one.name))
        for table in metadata.tables.values()
        for one in table.constraints
        if isinstance(one, CheckConstraint)
    }
    with engines.maintenance(empty_url) as engine:
        look = inspect(engine)
        found = {
            (name, one["name"])
            for name in metadata.tables
            for one in look.get_check_constraints(name)
        }
    assert {(table, name) for table, name in found} == {
        (table, name if name.startswith("ck_") else f"ck_{table}_{name}") for table, name in wanted
    }


def test_upgrading_twice_changes_nothing(empty_url):
    for _ in range(2):
        db.upgrade(empty_url)
        assert db.current(empty_url) == db.head()


def test_a_database_that_was_never_prepared_has_no_version(empty_url):
    assert db.current(empty_url) is None


def test_several_may_upgrade_at_once(empty_url):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(db.upgrade, [empty_url] * 4))
    assert db.current(empty_url) == db.head()


def test_an_upgrade_that_is_cut_short_leaves_nothing_behind(empty_url, monkeypatch):
    def cut(_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(upgrading, "check_references", cut)
        db.upgrade(empty_url)
    with engines.maintenance(empty_url) as engine:
        assert inspect(engine).get_table_names() == []
    db.upgrade(empty_url)
    assert db.current(empty_url) == db.head()


def test_a_database_of_a_newer_program_is_left_alone(empty_url):
    db.upgrade(empty_url)
    with engines.maintenance(empty_url) as engine, engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(db.DatabaseProblem, match="version 9999") as caught:
        db.upgrade(empty_url)
    assert "newer" in caught.value.fix
    assert db.current(empty_url) == "9999"


def test_rows_that_lost_what_they_refer_to_stop_an_upgrade_of_sqlite(tmp_path):
    url = f"sqlite:///{tmp_path / 'headway.db'}"
    db.upgrade(url)
    with engines.maintenance(url) as engine, engine.begin() as connection:
        connection.execute(text("INSERT INTO team (workspace_id, id, name) VALUES (1, 1, 'North')"))
        with pytest.raises(db.DatabaseProblem, match="1 rows refer"):
            upgrading.check_references(connection)


def test_migrations_reach_all_rows_even_where_one_role_does_everything(postgres, monkeypatch):
    db.upgrade(postgres.owner_url)
    database = db.Database(postgres.owner_url)
    workspace(database, "Acme", "North")
    there = workspace(database, "Beta", "East")
    seen = []

    def move(connection):
        seen.append(connection.execute(text("UPDATE team SET channel = name")).rowcount)

    monkeypatch.setattr(upgrading, "head", lambda: "0000")
    monkeypatch.setattr(upgrading, "check_references", move)
    db.upgrade(postgres.owner_url)
    assert seen == [2]
    with database.session(there) as session:
        assert teams(session, there) == ["East"]
    database.dispose()


def test_keys_and_indexes_of_scoped_tables_never_reach_across_workspaces():
    # So that an upsert can only ever meet rows of its own workspace.
    for table in SCOPED:
        unique = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
        keys: list[Any] = [table.primary_key, *unique]
        keys += [one for one in table.indexes if one.unique]
        for one in keys:
            assert "workspace_id" in [column.name for column in one.columns], table.name


def test_the_first_versions_hold_every_table_once():
    names = [name for _, part in autogenerate._parts() for name in part]
    assert sorted(names) == sorted(metadata.tables)


def test_writing_a_version_needs_a_plain_name(capsys):
    for words in ([], ["Two Words"], ["a", "b"]):
        assert autogenerate.main(words) == 2
    assert "autogenerate NAME" in capsys.readouterr().err


def test_a_workspace_can_be_made_in_what_the_migrations_made(empty_url):
    db.upgrade(empty_url)
    database = db.Database(empty_url)
    with database.system() as session:
        session.add(Workspace(name="Acme", created_at=NOW))
    assert len(database.workspaces()) == 1
    database.dispose()


def test_goals_that_were_there_get_the_rhythm_of_their_window(empty_url, tmp_path):
    from alembic import command

    (tmp_path / "new").mkdir()

    now, first = "2026-01-01 00:00:00+00:00", "2026-01-01"
    lengths = {1: ("2026-01-31", "weekly"), 2: ("2026-03-31", "fortnightly"),
               3: ("2026-12-31", "monthly"), 4: ("2028-12-31", "quarterly")}  # fmt: skip
    with engines.maintenance(empty_url) as engine, engine.begin() as connection:
        upgrading.take_turn(connection)
        command.upgrade(upgrading.config(connection), "0008")
        connection.execute(
            text(
                "INSERT INTO workspace (id, name, zone, currency, fiscal_start, week_start,"
                " calendar, locale, is_sample, created_at)"
                " VALUES (1, 'Acme', 'UTC', 'USD', 1, 0, 'gregorian', 'en', false, :now)"
            ),
            {"now": now},
        )
        for goal, (last, _word) in lengths.items():
            connection.execute(
                text(
                    "INSERT INTO goal (workspace_id, id, name, metric, params, segment, kind,"
                    " direction, visibility, actions, version, created_at)"
                    " VALUES (1, :goal, 'Goal', 'revenue', '{}', '{}', 'cumulative', 'up',"
                    " 'workspace', '[]', 1, :now)"
                ),
                {"goal": goal, "now": now},
            )
            connection.execute(
                text(
                    "INSERT INTO goal_version (workspace_id, id, goal_id, version, target_kind,"
                    " target_input, first_day, last_day, plan, judged_by, changed_at)"
                    " VALUES (1, :goal, :goal, 1, 'target', 1, :first, :last, 'linear', 'pace',"
                    " :now)"
                ),
                {"goal": goal, "first": first, "last": last, "now": now},
            )
        command.upgrade(upgrading.config(connection), "0010")
        rows = connection.execute(
            text("SELECT id, cadence, cadence_since IS NULL, reminds FROM goal ORDER BY id")
        )
        found = {goal: (word, bool(lacks), bool(reminds)) for goal, word, lacks, reminds in rows}
    assert found == {goal: (word, False, False) for goal, (_last, word) in lengths.items()}


def test_rates_that_were_there_are_for_the_currency_of_their_workspace(empty_url, tmp_path):
    from alembic import command

    (tmp_path / "new").mkdir()

    at, named = "2026-01-01 00:00:00+00:00", "THB | 2026-07-01"
    old, new = key(5, "rate", named), key(5, "rate", f"{named} | USD")
    with engines.maintenance(empty_url) as engine, engine.begin() as connection:

        def run(statement, **values):
            return connection.execute(text(statement), {"at": at, "old": old, **values})

        upgrading.take_turn(connection)
        command.upgrade(upgrading.config(connection), "0016")
        run(
            "INSERT INTO workspace (id, name, zone, currency, fiscal_start, week_start, calendar,"
            " locale, is_sample, created_at, quality_gate, fiscal_pattern, fiscal_ends,"
            " fiscal_named, working_days) VALUES (1, 'Acme', 'UTC', 'USD', 1, 0, 'gregorian',"
            " 'en', false, :at, 50, 'months', 'last', 'end', '01234')"
        )
        run(
            "INSERT INTO connection (workspace_id, id, name, provider, settings, is_paused,"
            " needs_reconnect, records, created_at)"
            " VALUES (1, 5, 'Files', 'file', '{}', false, false, '[]', :at)"
        )
        for one, name in ((old, named), (7, "by its own name")):
            run(
                "INSERT INTO rate (workspace_id, id, connection_id, external_id, is_stub,"
                " recorded_at, run_id, day, currency, per_base) VALUES (1, :one, 5, :name, false,"
                " :at, 9, '2026-07-01', 'THB', '35.2')",
                one=one,
                name=name,
            )
        run(
            "INSERT INTO record_version (workspace_id, id, record, record_id, valid_from,"
            " valid_until, run_id, ended_by, data) VALUES (1, 8, 'rate', :old, :at, :at, 9, 9,"
            """ '{"currency": "THB"}')"""
        )
        command.upgrade(upgrading.config(connection), "0018")
        rows = run("SELECT id, external_id, base FROM rate ORDER BY external_id").all()
        [version] = run("SELECT record_id, data FROM record_version").all()
    assert rows == [(new, f"{named} | USD", "USD"), (7, "by its own name", "USD")]
    data = json.loads(version[1]) if isinstance(version[1], str) else version[1]
    assert (version[0], data) == (new, {"currency": "THB", "base": "USD"})


def test_slack_as_it_was_set_up_goes_on_as_before(empty_url, tmp_path):
    from alembic import command

    (tmp_path / "new").mkdir()

    at = "2026-01-01 00:00:00+00:00"
    with engines.maintenance(empty_url) as engine, engine.begin() as connection:

        def run(statement):
            connection.execute(text(statement), {"at": at})

        upgrading.take_turn(connection)
        command.upgrade(upgrading.config(connection), "0033")
        run(
            "INSERT INTO workspace (id, name, zone, currency, fiscal_start, week_start, calendar,"
            " locale, is_sample, created_at, quality_gate, fiscal_pattern, fiscal_ends,"
            " fiscal_named, working_days) VALUES (1, 'Acme', 'UTC', 'USD', 1, 0, 'gregorian',"
            " 'en', false, :at, 50, 'months', 'last', 'end', '01234')"
        )
        run(
            "INSERT INTO person (id, email, name, theme, created_at)"
            " VALUES (2, 'ann@acme.test', 'Ann', 'system', :at)"
        )
        run(
            "INSERT INTO member (workspace_id, id, person_id, role, created_at)"
            " VALUES (1, 3, 2, 'owner', :at)"
        )
        run(
            "INSERT INTO channel (workspace_id, id, kind, external_id, name, is_on, is_private,"
            " is_shared, clearance, created_at)"
            " VALUES (1, 4, 'slack', 'C1', 'sales', true, false, false, 'workspace', :at)"
        )
        run(
            "INSERT INTO slack_team (team_id, workspace_id, bot_token, scopes, installed_at)"
            " VALUES ('T1', 1, 'sealed', 'chat:write', :at)"
        )
        run(
            "INSERT INTO slack_link (team_id, user_id, workspace_id, member_id, linked_at)"
            " VALUES ('T1', 'U1', 1, 3, :at)"
        )
        run(
            "INSERT INTO outbox (workspace_id, id, dedupe_key, kind, channel_kind, destination,"
            " facts, state, attempts, next_attempt_at, created_at, remote_id, is_repeat)"
            " VALUES (1, 5, 'one', 'alert', 'slack', 'C1', '{}', 'done', 1, :at, :at, '1.1', true)"
        )
    db.upgrade(empty_url)
    database = db.Database(empty_url)
    with database.session(1) as session:
        [channel] = session.exec(select(Channel).where(col(Channel.workspace_id) == 1))
        [row] = session.exec(select(Outbox).where(col(Outbox.workspace_id) == 1))
        assert list(links.linked(session)) == ["U1"]
        [link] = links.alive(session)
        team = session.get_one(SlackTeam, "T1")
    database.dispose()
    assert (channel.is_on, channel.clearance) == (True, "workspace")
    assert (channel.has_charts, channel.keeps_status, channel.status_at) == (True, False, None)
    assert (link.member_id, link.home_hash, link.home_due) == (3, None, None)
    assert (team.bot_token, team.expires_at, team.refreshing_until) == ("sealed", None, None)
    assert (row.state, row.remote_id, row.is_repeat) == ("done", "1.1", True)
