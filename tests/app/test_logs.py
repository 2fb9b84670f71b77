"""Nothing secret is ever written: not to the terminal, the logs or a traceback (T-38)."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest
import structlog
from cryptography.fernet import Fernet
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from app import factory, logs
from app.accounts import sign_in
from app.db import Database
from goals.workspace import Person, Workspace
from integrations.http import Client
from tests.fakes.hubspot.hub import FakeHubSpot
from tests.fakes.slack.server import FakeSlack
from tests.support.canaries import HELD, SECRET
from tests.support.commands import QUARTER

NOW = datetime.now(UTC)


class Told:
    """Runs commands and keeps all that they wrote."""

    def __init__(self, headway):
        self.headway, self.folder = headway, headway.folder
        self.written: list[str] = []

    def __call__(self, *words):
        code, out, err = self.headway.say(*words)
        self.written.append(out + err)
        return code


@pytest.fixture
def told(acme, monkeypatch):
    """Run commands where every secret holds the same word; returns all that they wrote."""
    for name, value in HELD.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HEADWAY_ALLOW_PRIVATE_SOURCES", "1")
    monkeypatch.setenv("HEADWAY_SLACK_API_URL", "http://127.0.0.1:1/api/")
    run = Told(acme)
    yield run
    text = "".join(run.written)
    assert text
    assert SECRET not in text


def connect(told, hub):
    words = ("--set", f"base_url={hub.url}", "--secret", "token=HUB_TOKEN")
    assert told("connection", "add", "hubspot", "CRM", *words, "--json") == 0


def test_no_command_writes_a_secret(told):
    with FakeHubSpot(token=HELD["HUB_TOKEN"]) as hub:
        connect(told, hub)
        for words in (
            ("doctor",), ("connection", "list"), ("connection", "check"), ("sync",),
            ("worker", "--once"), ("status",), ("ask", "sell more"), ("metric", "list"),
            ("metric", "value", "revenue", *QUARTER), ("goal", "list"),
            ("slack", "manifest", "--host", "https://headway.example"),
        ):  # fmt: skip
            for more in ((), ("--json",)):
                told(*words, *more)


@pytest.mark.parametrize("refusal", ["revoked", "forbidden", "html_200", "truncated_json"])
def test_a_source_that_refuses_leaves_no_secret_in_the_logs(told, monkeypatch, refusal):
    # The client's pauses between tries add nothing to what is written.
    monkeypatch.setitem(Client.__init__.__kwdefaults__, "sleep", lambda seconds: None)
    token = "another" if refusal == "revoked" else HELD["HUB_TOKEN"]
    scopes: list[str] | None = [] if refusal == "forbidden" else None
    with FakeHubSpot(token=token, scopes=scopes) as hub:
        connect(told, hub)
        if refusal not in ("revoked", "forbidden"):
            hub.faults.add("/crm", refusal, times=None)
        assert told("connection", "check") == 1
        told("sync", "--json")


def break_table(told, name):
    with closing(sqlite3.connect(told.folder / "var" / "headway.db")) as database:
        database.execute(f"ALTER TABLE {name} RENAME TO broken")
        database.commit()


@pytest.mark.parametrize("table", ["deal", "stage_event", "checkpoint", "rollup", "sync_run"])
def test_a_traceback_holds_neither_local_variables_nor_what_was_to_be_stored(told, table):
    with FakeHubSpot(token=HELD["HUB_TOKEN"]) as hub:
        connect(told, hub)
        hub.add("deals", dealname=f"{SECRET} deal", amount="1")
        break_table(told, table)
        assert told("sync") == 1
        told("worker", "--once")
    assert "Traceback" in "".join(told.written)


def test_an_error_of_the_database_does_not_quote_what_was_asked_for(told):
    break_table(told, "person")
    name = f"{SECRET}@acme.example"
    assert told("member", "add", name, "--name", SECRET, "--role", "viewer") == 1
    assert told("ask", "goals", "--as", name) == 1


def test_keys_that_do_not_fit_leave_no_secret_in_the_logs(told, monkeypatch):
    with FakeHubSpot(token=HELD["HUB_TOKEN"]) as hub:
        connect(told, hub)
        monkeypatch.setenv("HEADWAY_ENCRYPTION_KEYS", Fernet.generate_key().decode())
        assert told("sync") == 1
        assert told("connection", "check") == 1
        told("worker", "--once")
        told("doctor")


def test_slack_that_refuses_the_token_leaves_no_secret_in_the_logs(told, monkeypatch):
    with FakeSlack() as slack:
        monkeypatch.setenv("HEADWAY_SLACK_API_URL", slack.api_url)
        told("slack", "link", "olga@acme.example", "U0OLGA001")
        told("slack", "channel", "C0SALES01", "on")
        told("review", "--today", "2026-02-14")
        told("worker", "--once", "--today", "2026-02-14")
        assert told("slack", "socket") == 1


def test_a_database_that_does_not_answer_leaves_no_password_in_the_logs(told, monkeypatch):
    for name in ("HEADWAY_DATABASE_URL", "HEADWAY_OWNER_DATABASE_URL"):
        monkeypatch.setenv(name, f"postgresql://app:{SECRET}@127.0.0.1:1/headway")
    for words in (("status",), ("doctor",), ("db", "upgrade"), ("db", "backup", "file")):
        assert told(*words) == 1


def test_a_page_that_fails_writes_no_secret_to_the_log_and_shows_none(told, capsys):
    with closing(sqlite3.connect(told.folder / "var" / "headway.db")) as database:
        database.execute("UPDATE workspace SET zone = 'Mars/Olympus'")
        database.commit()
    app = factory.create_app()
    with app.extensions["headway"].database.system() as session:
        person = session.exec(select(Person).order_by(col(Person.id))).first()
        here = session.exec(select(Workspace)).one().id
        cookie = sign_in.start(session, person, workspace_id=here, device="", now=NOW)
    client = app.test_client()
    client.set_cookie("headway", cookie)
    answer = client.get("/", headers={"Authorization": SECRET})
    app.extensions["headway"].close()
    written = capsys.readouterr()
    assert (answer.status_code, written.out) == (500, "")
    assert "unexpected_error" in written.err
    for hidden in (cookie, SECRET, "olga@acme.example"):
        assert hidden not in written.err
        assert hidden not in answer.text
    told.written.append(written.err)


def test_an_error_of_the_database_is_logged_without_the_values_it_is_about(database_url, capsys):
    logs.configure()
    database = Database(database_url)
    email = f"{SECRET}@acme.example"
    for _ in range(2):
        try:
            with database.system() as session:
                session.add(Person(email=email, name=SECRET, created_at=NOW))
        except IntegrityError as error:
            assert SECRET not in str(error).partition("DETAIL")[0]
            structlog.get_logger().exception("failed")
    database.dispose()
    written = capsys.readouterr().err
    assert "IntegrityError" in written
    assert SECRET not in written


def test_a_password_that_was_typed_is_not_logged(told, capsys):
    app = factory.create_app()
    app.config["WTF_CSRF_ENABLED"] = False
    fields = {"email": "olga@acme.example", "password": f"{SECRET} {SECRET}"}
    answer = app.test_client().post("/sign-in", data=fields)
    app.config["WTF_CSRF_ENABLED"] = True
    app.extensions["headway"].close()
    assert answer.status_code in (401, 422)
    written = capsys.readouterr()
    told.written.append("-" + written.out + written.err)


def test_the_log_is_one_json_line_for_each_event_on_standard_error(capsys):
    logs.configure()
    log = structlog.get_logger()
    log.info("first", number=1)
    try:
        hidden = SECRET
        raise ValueError(len(hidden))
    except ValueError:
        log.exception("second")
    written = capsys.readouterr()
    assert written.out == ""
    first, second = map(json.loads, written.err.splitlines())
    assert (first["event"], first["level"], first["number"]) == ("first", "info", 1)
    assert first["timestamp"].endswith("Z")
    assert "ValueError: 6" in second["exception"]
    assert SECRET not in written.err.replace("hidden = SECRET", "")
