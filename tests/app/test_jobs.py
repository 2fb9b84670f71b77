"""The clockwork that looks for due work."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select
from structlog.testing import capture_logs

from app import jobs
from app.due import Due
from app.wiring import Wiring
from goals.alerts.outbox import Outbox
from goals.tracking.evaluation import Evaluation
from goals.workspace import Workspace
from tests.support import company
from tests.support.site import settings_for

NOW = datetime(2026, 8, 14, 12, tzinfo=UTC)


class Clocks:
    """A clock that can be set, and seconds that pass whatever it shows."""

    def __init__(self):
        self.shown, self.passed = NOW, 100.0

    def wait(self, seconds):
        self.shown += timedelta(seconds=seconds)
        self.passed += seconds

    def watch(self):
        return jobs.Watch(lambda: self.shown, lambda: self.passed)


@pytest.fixture
def clocks():
    return Clocks()


@pytest.fixture
def wiring(sqlite_url, tmp_path, clocks):
    made = Wiring(settings_for(sqlite_url, tmp_path), lambda: clocks.shown)
    here = company.make(made.database)
    with made.database.session(here) as session:
        company.revenue_goal(session)
        session.add(Due(workspace_id=here, task="review", due_at=NOW))
    yield made
    made.close()


def evaluations(wiring):
    found = []
    for here in wiring.database.workspaces():
        with wiring.database.session(here) as session:
            statement = select(Evaluation).where(col(Evaluation.workspace_id) == here)
            found += [one.day for one in session.exec(statement)]
    return found


def test_time_that_passes_is_no_jump(clocks):
    watch = clocks.watch()
    for seconds in (10, 3 * 3600, 0.1):
        clocks.wait(seconds)
        assert not watch.jumped()


@pytest.mark.parametrize("moved", [timedelta(hours=-2), timedelta(days=365), timedelta(minutes=11)])
def test_a_clock_that_was_set_is_noticed_once(clocks, moved):
    watch = clocks.watch()
    clocks.wait(10)
    clocks.shown += moved
    assert watch.jumped()
    clocks.wait(10)
    assert not watch.jumped()


def test_a_clock_that_is_set_right_by_a_little_is_trusted(clocks):
    watch = clocks.watch()
    clocks.wait(10)
    clocks.shown -= timedelta(minutes=9)
    assert not watch.jumped()


def test_nothing_is_judged_in_the_moment_in_which_the_clock_is_set(wiring, clocks):
    watch = clocks.watch()
    clocks.shown += timedelta(days=365)
    with capture_logs() as said:
        jobs.tick(wiring, "review", "one", watch)
    assert evaluations(wiring) == []
    assert [one["event"] for one in said] == ["clock_jumped"]
    clocks.shown = NOW
    clocks.passed += 10
    jobs.tick(wiring, "review", "one", watch)
    jobs.tick(wiring, "review", "one", watch)
    assert evaluations(wiring) == [NOW.date()]


def test_a_workspace_that_fails_does_not_stop_the_others(wiring, clocks):
    [first] = wiring.database.workspaces()
    second = company.make(wiring.database, name="Borealis")
    with wiring.database.system() as system:
        row = system.get(Workspace, first)
        row.zone = "Mars/Olympus"
        system.add(row)
    with capture_logs() as said:
        for kind in ("sync", "review"):
            jobs.tick(wiring, kind, "one", clocks.watch())
    assert [one["event"] for one in said] == ["review_failed"]
    for here, is_done in ((first, False), (second, True)):
        with wiring.database.session(here) as session:
            statement = select(Due).where(col(Due.workspace_id) == here, col(Due.task) == "review")
            assert (session.exec(statement).one().last_error is None) is is_done


def test_each_kind_of_work_has_a_tick_of_its_own_that_runs_late_rather_than_never(wiring):
    scheduler = jobs.start(wiring)
    try:
        found = {one.id: one for one in scheduler.get_jobs()}
    finally:
        scheduler.shutdown(wait=True)
    assert set(found) == {"files", "sync", "review", "deliver", "answer"}
    for one in found.values():
        assert (one.coalesce, one.max_instances, one.misfire_grace_time) == (True, 1, None)


def test_a_waiting_message_is_on_its_way_within_seconds(wiring):
    [here] = wiring.database.workspaces()
    with wiring.database.session(here) as session:
        session.add(
            Outbox(
                workspace_id=here,
                dedupe_key="k",
                kind="off_track",
                channel_kind="preview",
                destination="",
                facts={},
                next_attempt_at=NOW,
                created_at=NOW,
            )  # fmt: skip
        )
    scheduler = jobs.start(wiring)
    try:
        deadline = time.monotonic() + 30
        while states(wiring, here) != ["done"] and time.monotonic() < deadline:
            time.sleep(0.1)
    finally:
        scheduler.shutdown(wait=True)
    assert states(wiring, here) == ["done"]


def states(wiring, here):
    with wiring.database.session(here) as session:
        return session.exec(select(Outbox.state).where(col(Outbox.workspace_id) == here)).all()
