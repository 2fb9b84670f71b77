"""The sample company: made once, and opened by one command."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from datetime import date
from pathlib import Path

import pytest

from app.demo import setup
from goals.metrics import library as metrics
from goals.metrics import readings
from goals.records import holidays
from goals.tracking import periods, retrospectives, standing, visibility
from strategy.worksheets import (
    approval,
    assigning,
    checking,
    commenting,
    library,
    progress,
    showing,
)
from strategy.worksheets import book as books
from strategy.worksheets import setting as settings
from strategy.worksheets.rules import implementation

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A running demo early in the sample company's life, and what it said when it was ready."""
    folder = tmp_path_factory.mktemp("demo")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HEADWAY_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "demo", "--port", "0", "--json", "--today", "2023-05-20"],
        cwd=ROOT,
        env={**kept, "HEADWAY_DATA_DIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield folder, json.loads(process.stdout.readline()), process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_it_says_where_it_is_open_and_who_may_come_in(demo):
    _, told, process = demo
    assert set(told) == {"url", "email", "password", "pid"}
    assert told["pid"] == process.pid
    assert told["url"].startswith("http://127.0.0.1:")


def test_it_answers_as_soon_as_it_has_said_so(demo):
    _, told, _ = demo
    for path in ("/healthz", "/readyz", "/sign-in"):
        with urllib.request.urlopen(told["url"] + path, timeout=30) as answer:
            assert answer.status == 200


def test_its_keys_are_made_once_and_for_its_owner_alone(demo):
    folder, _, _ = demo
    file = folder / "keys.json"
    assert file.stat().st_mode & 0o077 == 0
    assert set(json.loads(file.read_text())) == {"secret_key", "encryption_keys"}


def test_its_goals_have_been_followed_from_the_quarter_on(demo, monkeypatch, capsys):
    from app.cli import main

    folder, _, _ = demo
    for name in [one for one in os.environ if one.startswith("HEADWAY_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HEADWAY_DATA_DIR", str(folder))
    assert main.main(["status", "--json", "--today", "2023-05-20"]) == 0
    goals = json.loads(capsys.readouterr().out)["goals"]
    running = [one for one in goals if one["to"] == "2023-06-30"]
    assert len(running) == 6 and all(one["from"] == "2023-04-01" for one in running)
    assert all(one["status"] != "no_data" for one in goals)
    # What is the sum of its parts has no records of its own: they have.
    without = [one["name"] for one in goals if not one["receipt"]]
    assert without == ["Sell ฿64 M of new business in four quarters"]


def test_some_of_its_goals_have_ended_and_one_has_no_end(written):
    session, _, _ = written
    board = standing.board(session, visibility.OWNER)
    ended = [one for one in board if one.is_over]
    assert {one.status for one in ended} == {"achieved", "missed"}
    assert all(one.terms.last_day == date(2023, 3, 31) for one in ended)
    said = retrospectives.of_goals(session, [one.goal.id for one in ended])
    assert len(said) == len(ended) and all(one.row.next_time for one in said)
    [ever] = [one for one in board if one.goal.every is not None]
    assert len(periods.ended(session, ever.goal)) == 5
    continued = {one.goal.continues_id for one in board} - {None}
    assert continued == {one.goal.id for one in ended}


def test_one_of_its_goals_is_the_sum_of_others(written):
    session, _, _ = written
    board = standing.board(session, visibility.OWNER)
    [whole] = [one for one in board if one.terms.rollup == "sum"]
    parts = [one for one in board if one.goal.parent_id == whole.goal.id]
    assert {one.status for one in parts} == {"achieved", "off_track"}
    actual = [one.evaluation.actual for one in [whole, *parts] if one.evaluation is not None]
    assert actual[0] == sum(one for one in actual[1:] if one is not None)
    assert (whole.terms.first_day, whole.terms.last_day) == (date(2023, 1, 1), date(2023, 12, 31))


@pytest.fixture
def written(demo, monkeypatch):
    """The strategy of the sample company, and what its questions are checked against."""
    from app.cli import context

    folder, _, _ = demo
    for name in [one for one in os.environ if one.startswith("HEADWAY_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HEADWAY_DATA_DIR", str(folder))
    with context.wired() as wiring, wiring.database.system() as system:
        here = setup.sample_of(system)
        with wiring.database.session(here.id) as session:
            yield session, books.load(session), settings.of(session, today=date(2023, 5, 20))


def test_every_section_of_its_strategy_is_filled(written):
    _, book, about = written
    for section in library.worksheets().sections:
        how = progress.of(book, section, about)
        assert how.open == (), section.key
        assert how.state in ("complete", "needs_attention"), section.key


def test_every_row_of_its_strategy_refers_to_rows_and_people_that_exist(written):
    _, book, about = written
    for asked in library.worksheets().asked.values():
        for row in book.of(asked.store):
            if showing.asks(book, asked, row.item):
                assert progress.problems(book, asked, row.item, about) == {}, asked.address
            sharing = library.worksheets().sharing(asked.store)
            known = {one.key for each in sharing for one in each.question.typed}
            assert set(row.value) <= known


def test_its_strategy_has_a_few_honest_gaps(written):
    session, book, about = written
    assert {(one.section, one.finding.rule) for one in checking.open_points(book, about)} == {
        ("buy_in", "buyin-unsigned"),
        ("competitors", "competitor-stale"),
        ("terms", "terms-differ"),
        ("journey", "obstacle-action"),
    }
    late = [one for one in implementation.tasks(book) if implementation.is_late(one, about.today)]
    assert [one.value["task"] for one in late] == ["Merge accounts that stand twice"]
    assert sum(commenting.open_threads(session, book).values()) == 3
    assert len(assigning.assigned(session)) == 7
    [version] = approval.versions(session)
    assert approval.changes_since(book, version, about)


def test_its_records_tell_of_every_part_of_the_company(written):
    session, _, _ = written
    known = readings.available(session)
    asked = {
        "nps",
        "csat",
        "cac",
        "churn_rate",
        "resolution_time",
        "quota_attainment",
        "meetings_set",
    }
    assert asked | {"subscribers", "web_traffic", "email_open_rate", "repeat_rate"} <= known


def test_what_no_source_tells_is_entered_by_hand(written):
    session, _, _ = written
    [made] = metrics.made(session)
    assert (made.id, made.direction, made.unit) == ("revenue_per_meeting", "up", "money")
    assert {"headcount", made.id} <= readings.available(session)
    songkran = [one for one in holidays.of_year(session, 2023) if one.day == date(2023, 4, 13)]
    assert [one.counts for one in songkran] == [True]


def test_a_port_that_is_taken_is_said_to_be_so(demo, tmp_path, monkeypatch, capsys):
    from app.cli import main

    folder, told, _ = demo
    monkeypatch.setenv("HEADWAY_DATA_DIR", str(folder))
    port = told["url"].rpartition(":")[2]
    assert main.main(["demo", "--port", port, "--json", "--today", "2023-05-20"]) == 1
    error = json.loads(capsys.readouterr().out.splitlines()[-1])["error"]
    assert (error["code"], error["field"]) == ("port_taken", "port")


@pytest.mark.parametrize("place", ["a file", "a file/deeper"])
def test_a_place_where_it_cannot_be_kept_is_said_to_be_so(place, tmp_path, monkeypatch, capsys):
    from app.cli import main

    (tmp_path / "a file").write_text("not a folder")
    monkeypatch.setenv("HEADWAY_DATA_DIR", str(tmp_path / place))
    assert main.main(["demo", "--port", "0", "--json"]) == 1
    told = capsys.readouterr()
    error = json.loads(told.out)["error"]
    assert (error["code"], "HEADWAY_DATA_DIR" in error["fix"]) == ("unwritable_folder", True)
    assert "Traceback" not in told.err


def test_it_stops_when_it_is_asked_to(demo):
    _, _, process = demo
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0
