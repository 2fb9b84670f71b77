"""Due work: who gets it, when, and what a wrong clock can do to it."""

import json
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlmodel import col, select

from app import leases, queue, work, workers
from app.due import Due
from app.settings import Settings
from app.wiring import Wiring
from goals.records.connections import Connection, SyncRun
from goals.records.sales import Deal
from goals.workspace import Workspace
from integrations import beating, sync

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
YEAR = timedelta(days=365)


class Time:
    now = NOW

    def __call__(self):
        return self.now


def of(desk, table):
    return select(table).where(col(table.workspace_id) == desk.here)


class Desk:
    """An installation with workspaces that pull the sample company."""

    def __init__(self, url):
        self.clock = Time()
        keys = SecretStr(Fernet.generate_key().decode())
        self.wiring = Wiring(Settings(database_url=url, encryption_keys=keys), self.clock)
        self.here = self.workspace("Acme")

    def workspace(self, name):
        with self.wiring.database.system() as session:
            made = Workspace(name=name, created_at=NOW, zone="UTC")
            session.add(made)
        with self.session(made.id) as session:
            session.add(
                Connection(
                    workspace_id=made.id,
                    name="Sample",
                    provider="sample",
                    settings={"seed": "1"},
                    created_at=NOW,
                )
            )
        return made.id

    def session(self, here=None):
        return self.wiring.database.session(here or self.here)

    def is_planned(self):
        with self.session() as session:
            return session.exec(of(self, Due)).first() is not None

    def due(self, task="sync"):
        statement = select(Due).where(col(Due.workspace_id) == self.here, col(Due.task) == task)
        with self.session() as session:
            return session.exec(statement).one()


@pytest.fixture
def desk(database_url):
    made = Desk(database_url)
    yield made
    made.wiring.close()


def claim(desk, worker="one", **options):
    with desk.session() as session:
        return queue.claim(session, worker=worker, now=desk.clock(), task="sync", **options)


def planned(desk):
    with desk.session() as session:
        work.plan(session, desk.clock())


def test_work_that_a_wrong_clock_put_off_is_due_again(desk):
    desk.clock.now = NOW + 3 * YEAR
    planned(desk)
    held = claim(desk)
    with desk.session() as session:
        queue.done(session, held, desk.clock() + timedelta(minutes=15))
    desk.clock.now = NOW
    assert claim(desk) is None
    planned(desk)
    assert desk.due().due_at == NOW
    assert desk.due("review").due_at == NOW
    assert claim(desk) is not None


def test_a_lease_taken_by_a_wrong_clock_holds_nobody_up(desk):
    desk.clock.now = NOW + YEAR
    planned(desk)
    assert claim(desk) is not None
    desk.clock.now = NOW
    planned(desk)
    assert claim(desk, "two") is not None
    assert claim(desk, "three") is None


def test_the_work_of_a_killed_process_is_free_at_once(desk):
    planned(desk)
    code = "import time; from app import workers; print(workers.name(), flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as other:
        assert claim(desk, other.stdout.readline().strip()) is not None
        assert claim(desk, "two") is None
        other.kill()
        # Not waited for: nobody needs to have buried it.
        until(lambda: claim(desk, "two") is not None)
    assert claim(desk, "three") is None


def test_a_worker_elsewhere_is_never_taken_for_dead():
    assert not workers.is_gone(workers.name())
    number = workers.name().split(":")[1]
    assert not workers.is_gone(f"elsewhere/1:{number}:abc")
    assert not workers.is_gone("elsewhere/1:999999999:abc")
    assert not workers.is_gone("other")


def until(true, seconds=20):
    """Wait until something holds; fails when it does not come to pass."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_work_that_waits_for_a_vendors_day_goes_on_waiting(desk):
    planned(desk)
    held = claim(desk)
    with desk.session() as session:
        queue.done(session, held, NOW + timedelta(hours=25))
    planned(desk)
    assert desk.due().due_at == NOW + timedelta(hours=25)


def test_a_command_for_another_day_takes_no_work_from_a_worker(desk):
    planned(desk)
    assert claim(desk) is not None
    connection = int(desk.due().subject)
    past = lambda: NOW - 5 * YEAR  # noqa: E731
    assert work.sync_now(desk.wiring, desk.here, connection, clock=past) is None


def test_a_worker_that_lost_its_lease_stops(desk, monkeypatch):
    monkeypatch.setattr(leases, "KEEP_EVERY", -1.0)
    planned(desk)
    real = queue.keep

    def keep(session, held, now):
        desk.clock.now += 2 * queue.LEASE
        assert claim(desk, "other") is not None
        return real(session, held, now)

    monkeypatch.setattr(queue, "keep", keep)
    connection = int(desk.due().subject)
    assert work.sync_now(desk.wiring, desk.here, connection) is None
    assert desk.due().lease_by == "other"


SLOW = """
import pathlib, sys, time
while not pathlib.Path(sys.argv[1]).exists():
    time.sleep(0.02)
print('{"type": "RECORD", "stream": "deals", "record": {"id": "1", "name": "One"}}')
"""


def slow_source(desk, *more, **settings):
    """Make a program that says nothing before a file is there the workspace's source."""
    desk.wiring.close()
    allowed = desk.wiring.settings.model_copy(update={"allow_commands": True})
    desk.wiring = Wiring(allowed, desk.clock)
    with desk.session() as session:
        connection = session.exec(of(desk, Connection)).one()
        connection.provider = "singer"
        command = " ".join(map(str, (sys.executable, *more)))
        connection.settings = {"command": command, **settings}
        session.add(connection)
    return connection.id


def pulled_beside(desk, connection_id):
    """Pull in a thread; returns it and where its run will be."""
    runs = []
    pull = lambda: runs.append(work.sync_now(desk.wiring, desk.here, connection_id))  # noqa: E731
    reading = threading.Thread(target=pull)
    reading.start()
    return reading, runs


def test_a_source_that_takes_longer_than_the_lease_is_not_pulled_by_a_second_worker(
    desk, monkeypatch, tmp_path
):
    monkeypatch.setattr(leases, "KEEP_EVERY", -1.0)
    monkeypatch.setattr(beating, "EVERY", 0.05)
    tap, go, told = (tmp_path / name for name in ("tap.py", "go", "mapping.json"))
    tap.write_text(SLOW)
    columns = {"external_id": "id", "name": "name"}
    told.write_text(json.dumps({"streams": {"deals": {"record": "deal", "columns": columns}}}))
    connection = slow_source(desk, tap, go, mapping=str(told))
    reading, runs = pulled_beside(desk, connection)
    until(lambda: desk.is_planned() and desk.due().lease_until is not None)
    for _ in range(4):
        desk.clock.now += queue.LEASE * 0.7
        # Whoever reads says so, and nobody else finds the work free.
        until(lambda: desk.due().lease_until == desk.clock() + queue.LEASE)
        assert claim(desk, "two") is None
    go.touch()
    reading.join(30)
    assert [one.status for one in runs] == ["done"]
    assert desk.due().lease_by is None
    with desk.session() as session:
        assert [one.name for one in session.exec(of(desk, Deal))] == ["One"]


def test_what_a_lost_lease_read_is_not_stored(desk, monkeypatch, tmp_path):
    monkeypatch.setattr(leases, "KEEP_EVERY", -1.0)
    monkeypatch.setattr(beating, "EVERY", 0.05)
    tap, go = tmp_path / "tap.py", tmp_path / "go"
    tap.write_text(SLOW)
    connection = slow_source(desk, tap, go)
    real, lost = queue.keep, threading.Event()

    def keep(session, held, now):
        desk.clock.now += 2 * queue.LEASE
        assert claim(desk, "other") is not None
        lost.set()
        return real(session, held, now)

    monkeypatch.setattr(queue, "keep", keep)
    reading, runs = pulled_beside(desk, connection)
    assert lost.wait(30)
    go.touch()
    reading.join(30)
    assert runs == [None]
    assert desk.due().lease_by == "other"
    with desk.session() as session:
        assert session.exec(of(desk, Deal)).all() == []


def test_two_workers_at_once_pull_each_source_once(desk, monkeypatch):
    planned(desk)
    pulled = []

    def pull(begin, connection_id, **options):
        pulled.append(connection_id)
        time.sleep(0.5)
        return sync.Run(1, "Sample", NOW, NOW, "done", interval=15)

    monkeypatch.setattr(sync, "pull", pull)
    workers = [
        threading.Thread(target=work.run_syncs, args=(desk.wiring, desk.here, f"w{number}"))
        for number in range(2)
    ]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert len(pulled) == 1


@pytest.mark.parametrize("down", [timedelta(hours=3), timedelta(days=3)], ids=["hours", "days"])
def test_what_was_missed_while_no_worker_ran_is_done_once(desk, tmp_path, down):
    """Twelve turns of a quarter of an hour were missed, or 288, and one sync makes up for them."""
    file = tmp_path / "owners.csv"
    file.write_text("external_id,name\no1,Ann\n")
    with desk.session() as session:
        one = session.exec(of(desk, Connection)).one()
        one.provider, one.settings = "csv", {"path": str(file), "record": "owner"}
        session.add(one)
    planned(desk)
    work.run_syncs(desk.wiring, desk.here, "before")
    desk.clock.now = NOW + down + timedelta(minutes=1)
    for number in range(4):
        work.run_syncs(desk.wiring, desk.here, f"after {number}")
    with desk.session() as session:
        runs = session.exec(of(desk, SyncRun).order_by(col(SyncRun.started_at))).all()
    assert [one.started_at for one in runs if one.kind == "sync"] == [NOW, desk.clock()]
    assert desk.due().due_at == desk.clock() + timedelta(minutes=15)


def test_work_that_is_asked_for_again_while_it_is_done_is_done_once_more(desk):
    planned(desk)
    held = claim(desk)
    desk.clock.now = NOW + timedelta(minutes=1)
    with desk.session() as session:
        queue.schedule(session, "sync", held.subject, desk.clock())
    with desk.session() as session:
        assert queue.done(session, held, desk.clock() + timedelta(minutes=15))
    assert desk.due().due_at == desk.clock()
    again = claim(desk, "two")
    with desk.session() as session:
        queue.done(session, again, desk.clock() + timedelta(minutes=15))
    assert desk.due().due_at == desk.clock() + timedelta(minutes=15)
