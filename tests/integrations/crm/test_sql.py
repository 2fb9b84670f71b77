"""A query of another database: what comes of its rows, and what it may not do or reach."""

import contextlib
import json
import socket
import sqlite3
import threading
from contextlib import closing
from datetime import date
from decimal import Decimal

import psycopg
import pytest

from goals.errors import Refusal, SourceError
from goals.metrics import readings
from goals.metrics.query import Query
from integrations.crm.sql import databases
from integrations.crm.sql import source as sql_source
from tests.fakes.curious import Curious
from tests.support.crm import CANARY, NOW, Desk, changes, counts
from tests.support.sources import run_twice_changes_nothing

TABLE = """CREATE TABLE deals (
    id integer PRIMARY KEY, title text, stage text, amount numeric, opened text, closed text,
    changed integer
)"""
ROWS = [
    (1, "ข้อตกลง", "Won", 1250.125, "2026-10-01", "2026-10-20", 10),
    (2, "合同", "Lost", 99, "2026-10-02", "2026-10-21", 10),
    (3, "Open", "Talking", None, "2026-10-03", None, 20),
]
QUERY = (
    "SELECT id AS external_id, title AS name, stage, amount, opened AS created_on,"
    " closed AS closed_on, changed FROM deals WHERE title NOT LIKE 'test%'"
)
MAPPING = {
    "columns": {
        one: one for one in ("external_id", "name", "stage", "amount", "created_on", "closed_on")
    },
    "stages": {"Won": "won", "Lost": "lost", "Talking": "open"},
}


class Still:
    """The other side, which has no clock of its own."""

    def advance(self, seconds):
        pass


@pytest.fixture
def mapping(tmp_path):
    path = tmp_path / "mapping.json"
    path.write_text(json.dumps(MAPPING), encoding="utf-8")
    return str(path)


@pytest.fixture
def file(tmp_path):
    """A SQLite database with three deals."""
    path = tmp_path / "crm.db"
    with closing(sqlite3.connect(path)) as made, made:
        made.execute(TABLE)
        made.executemany("INSERT INTO deals VALUES (?, ?, ?, ?, ?, ?, ?)", ROWS)
    made.close()
    return path


@pytest.fixture
def server(postgres):
    """A PostgreSQL database with the same deals, reached over TCP on this machine."""
    with psycopg.connect(postgres.owner_url.replace("+psycopg", "")) as made:
        made.execute(TABLE)
        with made.cursor() as cursor:
            cursor.executemany("INSERT INTO deals VALUES (%s, %s, %s, %s, %s, %s, %s)", ROWS)
        made.execute("GRANT SELECT ON deals TO PUBLIC")
        told = made.info
        place = f"{told.host}/.s.PGSQL.{told.port}" if told.host.startswith("/") else None
        user, password, name = told.user, told.password, told.dbname
    if place is None:
        yield f"postgresql://{user}:{password}@{told.host}:{told.port}/{name}"
        return
    with Forwarder(place) as forwarder:
        yield f"postgresql://{user}:{password}@127.0.0.1:{forwarder.port}/{name}"


class Forwarder:
    """Hands what comes over TCP on to a socket in the file system, and back."""

    def __init__(self, place):
        self.place = place
        self.open = []
        self.threads = []

    def __enter__(self):
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.start(self.accept)
        return self

    def __exit__(self, *_):
        for one in (self.listening, *self.open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join(5)
        for one in (self.listening, *self.open):
            one.close()

    def start(self, work, *arguments):
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self.threads.append(thread)
        thread.start()

    def accept(self):
        while True:
            try:
                near, _ = self.listening.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            far.connect(self.place)
            self.open += [near, far]
            self.start(self.pump, near, far)
            self.start(self.pump, far, near)

    def pump(self, one, other):
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)


@pytest.fixture(params=["sqlite", "postgresql"])
def dsn(request):
    """The same rows in both kinds of database, one after the other."""
    if request.param == "sqlite":
        return f"sqlite:///{request.getfixturevalue('file')}"
    return request.getfixturevalue("server")


@pytest.fixture
def connect(shop, clock, mapping):
    def connected(dsn, query=QUERY, **settings):
        settings = {"query": query, "record": "deal", "mapping": mapping, **settings}
        return Desk(shop, Still(), clock, "sql", settings, {"dsn": dsn})

    return connected


def test_rows_come_in_as_a_file_of_them_would(connect, dsn):
    desk = connect(dsn)
    assert counts(desk.done(), "rows") == {"read": 3, "created": 3}
    won, lost, talking = desk.rows("deal").values()
    assert (won.name, won.status, won.amount) == ("ข้อตกลง", "won", Decimal("1250.125"))
    assert (lost.name, lost.closed_on) == ("合同", date(2026, 10, 21))
    assert (talking.amount, talking.status, talking.closed_on) == (None, "open", None)


def test_a_second_pull_changes_nothing(connect, dsn):
    run_twice_changes_nothing(connect(dsn))


def test_win_rate_is_read_from_what_was_queried(connect, dsn):
    desk = connect(dsn)
    desk.done()
    query = Query("win_rate", date(2026, 10, 1), date(2026, 10, 31), {})
    with desk.session() as session:
        found = readings.read(session, query, today=NOW.date(), now=NOW).to_json()
    assert (found["numerator"], found["denominator"]) == (1, 2)


def test_from_a_watermark_on_only_the_newer_rows_are_read(connect, file):
    desk = connect(f"sqlite:///{file}", watermark="changed")
    assert counts(desk.done(), "rows")["read"] == 3
    with closing(sqlite3.connect(file)) as there, there:
        there.execute("UPDATE deals SET amount = 7, changed = 30 WHERE id = 1")
        there.execute("INSERT INTO deals VALUES (4, 'New', 'Won', 5, '2026-10-09', NULL, 20)")
    there.close()
    # The row that shares the last value is read again, with the one that came beside it.
    assert counts(desk.done(), "rows") == {
        "read": 3,
        "created": 1,
        "updated": 1,
        "unchanged": 1,
    }
    assert desk.places()["rows"] == {"after": 30}


def test_a_watermark_works_on_a_server_too(connect, server):
    desk = connect(server, watermark="changed")
    assert counts(desk.done(), "rows")["read"] == 3
    assert counts(desk.done(), "rows") == {"read": 1, "unchanged": 1}


def test_a_watermark_that_is_no_column_is_named(connect, file):
    error = connect(f"sqlite:///{file}", watermark="nope").pull().to_json()["error"]
    assert "nope" in error["message"]


def test_more_rows_than_the_cap_are_refused_and_nothing_is_kept(connect, dsn, monkeypatch):
    monkeypatch.setattr(sql_source, "MOST_ROWS", 2)
    desk = connect(dsn)
    run = desk.pull()
    assert (run.status, run.error["code"]) == ("failed", "too_many_rows")
    assert desk.rows("deal") == {}


ENDLESS = (
    "WITH RECURSIVE n(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM n WHERE a < 1000000000)"
    " SELECT count(*) AS external_id FROM n"
)


def test_a_query_that_takes_too_long_is_stopped(connect, dsn, monkeypatch):
    monkeypatch.setattr(databases, "LONGEST", 1)
    run = connect(dsn, ENDLESS).pull()
    assert (run.status, run.error["code"]) == ("failed", "query_slow")


def test_what_the_words_let_pass_the_database_itself_refuses(dsn):
    url = databases.read(dsn)
    engine = databases.opened(url, own="", allow_private=True)
    for statement in ("UPDATE deals SET amount = 0", "CREATE TABLE t (a int)"):
        with pytest.raises(Exception, match=r"(?i)read.?only|not authorized"), engine.begin() as to:
            to.exec_driver_sql(statement)
    engine.dispose()


def test_sqlite_opens_no_other_file(file):
    engine = databases.opened(databases.read(f"sqlite:///{file}"), own="", allow_private=True)
    with pytest.raises(Exception, match="not authorized"), engine.begin() as to:
        to.exec_driver_sql("ATTACH ':memory:' AS other")
    engine.dispose()


@pytest.mark.parametrize(
    "query", ["DELETE FROM deals", "SELECT 1; SELECT 2", "SELECT pg_read_file('/etc/passwd')"]
)
def test_a_query_that_does_more_is_refused_before_it_is_kept(connect, file, query):
    with pytest.raises(Refusal) as caught:
        connect(f"sqlite:///{file}", query)
    assert caught.value.code == "query_refused"


@pytest.mark.parametrize(
    ("dsn", "code"),
    [
        (f"oracle://u:{CANARY}@host/x", "driver_unknown"),
        (f"postgresql://u:{CANARY}@host/x?options=-cx", "dsn_wrong"),
        (f"postgresql://u:{CANARY}@host/x?host=/tmp", "dsn_wrong"),
        (f"postgresql://u:{CANARY}@host/x?sslrootcert=/etc/passwd", "dsn_wrong"),
        (f"sqlite:///x.db?mode=rw&key={CANARY}", "dsn_wrong"),
        (f"sqlite:///file:x.db?vfs=unix-none&key={CANARY}", "dsn_wrong"),
        (f"postgresql://u:{CANARY}@host/x?service=inside", "dsn_wrong"),
        (f"postgresql://u:{CANARY}@host/x?passfile=/etc/passwd", "dsn_wrong"),
        (f"postgresql://u:{CANARY}@host/x?hostaddr=127.0.0.1", "dsn_wrong"),
        (f"nonsense {CANARY}", "dsn_wrong"),
    ],
)
def test_an_address_that_says_more_than_it_may_is_refused_without_being_told(connect, dsn, code):
    with pytest.raises(SourceError) as caught:
        connect(dsn)
    assert caught.value.code == code
    assert CANARY not in f"{caught.value.message}{caught.value.fix}{caught.value.__cause__}"


@pytest.mark.parametrize(
    ("dsn", "code"),
    [
        (f"postgresql://u:{CANARY}@127.0.0.1/x", "address_private"),
        (f"postgresql://u:{CANARY}@0x7f.1/x", "address_private"),
        (f"postgresql://u:{CANARY}@[::ffff:10.0.0.1]/x", "address_private"),
        (f"postgresql://u:{CANARY}@169.254.169.254/x", "address_private"),
        (f"postgresql:///x?password={CANARY}", "dsn_wrong"),
        (f"postgresql://u:{CANARY}@/x", "dsn_wrong"),
        (f"mysql://u:{CANARY}@example.com/x", "driver_missing"),
        (f"mssql://u:{CANARY}@example.com/x", "driver_missing"),
        (f"postgresql://u:{CANARY}@2130706433/x", "address_private"),
        (f"postgresql://u:{CANARY}@%2Ftmp/x", "address_unknown"),
        (f"postgresql://u:{CANARY}@8.8.8.8,127.0.0.1/x", "dsn_wrong"),
        (f"postgresql://u:{CANARY}@8.8.8.8:0/x", "address_port"),
        (f"postgresql://u:{CANARY}@8.8.8.8:25/x", "address_port"),
        (f"postgresql://u:{CANARY}@8.8.8.8:443/x", "address_port"),
        (f"sqlite:////nowhere/{CANARY}.db", "file_private"),
    ],
)
def test_what_may_not_be_reached_is_said_in_words(connect, dsn, code):
    try:
        run = connect(dsn).pull(allow_private=False)
    except SourceError as error:
        assert error.code == code
        assert CANARY not in str(error.message)
        return
    told = run.to_json()["error"]
    assert told["code"] == code
    assert told["message"]
    assert CANARY not in json.dumps(told)


def test_headways_own_database_is_no_source(shop, connect):
    error = connect(f"sqlite:///{shop.engine.url.database}").pull().error
    assert error["code"] == "own_database"


def test_a_copy_beside_headways_own_database_is_no_source_either(tmp_path, file):
    """A backup holds every workspace."""
    own = tmp_path / "data" / "headway.db"
    backup = tmp_path / "data" / "backups" / "monday.db"
    backup.parent.mkdir(parents=True)
    for path in (own, backup):
        path.write_bytes(file.read_bytes())
    (tmp_path / "link.db").symlink_to(backup)
    for place in (own, backup, tmp_path / "link.db", own.parent / "backups" / ".." / "headway.db"):
        with pytest.raises(SourceError) as caught:
            databases.opened(
                databases.read(f"sqlite:///{place}"), own=f"sqlite:///{own}", allow_private=True
            )
        assert caught.value.code == "own_database", place
    databases.opened(
        databases.read(f"sqlite:///{file}"), own=f"sqlite:///{own}", allow_private=True
    )


def test_no_value_of_any_size_is_made_in_one_go(connect, file):
    desk = connect(f"sqlite:///{file}", "SELECT hex(zeroblob(900000000)) AS external_id")
    assert desk.pull().error["code"] == "query_failed"


@pytest.mark.parametrize("given", ["", "nobody@", f"nobody:{CANARY}-own@"])
def test_a_strangers_server_gets_no_password_of_ours(connect, monkeypatch, tmp_path, given):
    """What libpq takes from the surroundings are the secrets of whoever runs Headway."""
    with Curious() as server:
        passwords = tmp_path / "pgpass"
        passwords.write_text(f"*:*:*:*:{CANARY}-file\n")
        passwords.chmod(0o600)
        monkeypatch.setenv("PGPASSFILE", str(passwords))
        monkeypatch.setenv("PGPASSWORD", f"{CANARY}-environment")
        run = connect(f"postgresql://{given}127.0.0.1:{server.port}/x").pull()
    assert run.status == "failed"
    assert b"database\0x" in server.heard
    assert f"{CANARY}-file".encode() not in server.heard
    assert f"{CANARY}-environment".encode() not in server.heard
    assert (f"{CANARY}-own".encode() in server.heard) is given.endswith("-own@")


def test_headways_own_server_is_no_source():
    own = "postgresql+psycopg://app:***@localhost:5432/headway"
    with pytest.raises(SourceError) as caught:
        databases.opened(
            databases.read("postgresql://other:x@127.0.0.1/headway"), own=own, allow_private=True
        )
    assert caught.value.code == "own_database"


def test_a_password_that_is_not_taken_is_said_without_it(connect, server):
    wrong = server.replace(server.split("//")[1].split("@")[0], f"nobody:{CANARY}")
    desk = connect(wrong)
    run = desk.pull()
    assert (run.status, run.error["code"]) == ("failed", "unauthorized")
    assert CANARY not in json.dumps(run.to_json(), default=str)
    assert desk.connected().needs_reconnect


def test_a_server_that_is_not_there_is_said_without_its_address(connect):
    run = connect(f"postgresql://u:{CANARY}@127.0.0.1:9/x").pull()
    assert (run.status, run.error["code"]) == ("failed", "unreachable")
    assert CANARY not in json.dumps(run.to_json(), default=str)


def test_a_query_that_fails_is_said_with_the_reason(connect, dsn):
    desk = connect(dsn, "SELECT nothing_here FROM deals")
    told = desk.pull().to_json()["error"]
    assert told["code"] == "query_failed"
    assert "nothing_here" in told["message"]


def test_a_test_runs_the_query_and_reads_the_mapping(connect, dsn, tmp_path):
    assert all(one.ok for one in connect(dsn).check())
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    found = connect(dsn, "SELECT nope FROM deals", mapping=str(tmp_path / "broken.json")).check()
    assert [one.ok for one in found] == [False, False]


def test_a_row_that_cannot_be_understood_is_counted_and_the_others_are_kept(connect, file):
    with closing(sqlite3.connect(file)) as there, there:
        there.execute("UPDATE deals SET opened = 'soon' WHERE id = 1")
    there.close()
    run = connect(f"sqlite:///{file}").done()
    assert counts(run, "rows") == {"read": 3, "created": 2, "rejected": 1}


def test_no_rows_are_no_trouble(connect, file):
    desk = connect(f"sqlite:///{file}", f"{QUERY} AND 1 = 0")
    assert changes(desk.done()) == 0
