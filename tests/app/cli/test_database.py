"""The command db, and what commands say where the database is not as it should be."""

import json
import sqlite3
from contextlib import closing

import pytest


def test_preparing_says_the_version_and_may_be_repeated(headway):
    first = headway.json("db", "upgrade")
    assert (first["action"], first["file"]) == ("upgrade", None)
    assert headway.json("db", "upgrade") == first


def test_a_new_folder_is_made_for_a_new_database(headway, monkeypatch):
    monkeypatch.setenv("HEADWAY_DATA_DIR", str(headway.folder / "new" / "place"))
    headway.json("db", "upgrade")
    headway.json("workspace", "create", "Acme")


def test_a_backup_brings_everything_back(acme):
    before = acme.json("goal", "list")
    file = acme.folder / "backup"
    assert acme.json("db", "backup", file)["file"] == str(file)
    acme.json("goal", "add", "--name", "Later", "--metric", "revenue", "--kind", "cumulative",
              "--direction", "up", "--target", "1", "--from", "2026-01-01", "--to", "2026-03-31",
              "--owner", "olga@acme.example")  # fmt: skip
    assert acme.json("db", "restore", file, "--force")["file"] == str(file)
    assert acme.json("goal", "list") == before


def test_a_database_in_use_is_not_replaced_by_accident(acme):
    file = acme.folder / "backup"
    acme.json("db", "backup", file)
    error = acme.error("db", "restore", file, code=1)
    assert (error["code"], "--force" in error["fix"]) == ("database_problem", True)


def test_a_file_that_is_there_is_not_overwritten(acme):
    file = acme.write("backup", "mine")
    assert acme.error("db", "backup", file, code=1)["code"] == "database_problem"
    assert file.read_text() == "mine"


@pytest.mark.parametrize("words", [("db",), ("db", "shrink"), ("db", "backup")])
def test_what_was_not_understood_exits_2(headway, words):
    assert headway.error(*words, code=2)["code"] == "usage"


@pytest.mark.parametrize(
    "words", [("status",), ("workspace", "create", "Acme"), ("worker", "--once")], ids=" ".join
)
def test_a_database_that_was_never_prepared_is_said_to_be_so(headway, words):
    for file in (headway.folder / "var").glob("headway.db*"):
        file.unlink()
    error = headway.error(*words, code=1)
    assert error["code"] == "database_not_ready"
    assert "db upgrade" in error["fix"]


@pytest.mark.parametrize("words", [("status",), ("db", "upgrade")], ids=" ".join)
def test_a_server_that_does_not_answer_is_said_to_be_so(headway, monkeypatch, words):
    monkeypatch.setenv("HEADWAY_DATABASE_URL", "postgresql://app:canary@127.0.0.1:1/headway")
    code, out, err = headway.say(*words)
    assert (code, out) == (1, "")
    assert "HEADWAY_DATABASE_URL" in err
    assert "canary" not in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "words", [("status",), ("db", "upgrade"), ("demo", "--port", "0")], ids=" ".join
)
def test_a_file_that_is_no_database_is_said_to_be_so(headway, words):
    (headway.folder / "var" / "headway.db").write_text("no database at all, only a few words")
    code, out, err = headway.say(*words, "--json")
    assert (code, json.loads(out)["error"]["code"]) == (1, "database_unreachable")
    assert "not a database" in json.loads(out)["error"]["message"]
    assert "Traceback" not in err


@pytest.mark.parametrize("words", [("status",), ("serve",), ("worker",)], ids=" ".join)
def test_a_database_of_an_older_version_waits_to_be_prepared(headway, words):
    with closing(sqlite3.connect(headway.folder / "var" / "headway.db")) as database, database:
        database.execute("ALTER TABLE workspace DROP COLUMN zone")
        database.execute("UPDATE alembic_version SET version_num = '0001'")
    error = headway.error(*words, code=1)
    assert error["code"] == "database_not_ready"
    assert "db upgrade" in error["fix"]


@pytest.mark.parametrize("words", [("db", "upgrade"), ("demo", "--port", "0")], ids=" ".join)
def test_a_database_of_a_newer_version_is_left_alone(headway, words):
    with closing(sqlite3.connect(headway.folder / "var" / "headway.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    error = headway.error(*words, code=1)
    assert (error["code"], "9999" in error["message"]) == ("database_problem", True)
