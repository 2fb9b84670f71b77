"""Singer taps and Airbyte sources: real programs, their lines, their state and their trouble."""

import json
import os
import sys
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from goals.errors import Refusal, SourceError
from goals.metrics import readings
from goals.metrics.query import Query
from integrations.crm.singer import program
from integrations.crm.singer import source as singer_source
from tests.support.crm import CANARY, NOW, Desk, changes, counts
from tests.support.sources import run_twice_changes_nothing

DEALS = [
    {"id": 1, "name": "ข้อตกลง", "stage": "Won", "amount": 1250.125, "on": "2026-10-20",
     "owner": {"id": 7, "name": "Ann"}},
    {"id": 2, "name": "合同", "stage": "Lost", "amount": 99, "on": "2026-10-21",
     "owner": {"id": 8, "name": "สมชาย"}},
]  # fmt: skip
OWNERS = [{"external_id": 7, "name": "Ann"}, {"external_id": 8, "name": "สมชาย"}]
MAPPING = {
    "streams": {
        "opportunities": {
            "record": "deal",
            "columns": {
                "external_id": "id",
                "name": "name",
                "stage": "stage",
                "amount": "amount",
                "closed_on": "on",
                "owner": "owner.id",
            },
            "stages": {"Won": "won", "Lost": "lost"},
        },
        "people": {"record": "owner"},
    }
}
#: A tap that writes what a file holds, and remembers with which words and state it was called.
TAP = """
import json, os, sys
folder = os.path.dirname(os.path.abspath(__file__))
called = {"words": sys.argv[1:], "secrets": [n for n in os.environ if n.startswith("HEADWAY_")]}
if "--state" in sys.argv:
    called["state"] = json.load(open(sys.argv[sys.argv.index("--state") + 1]))
json.dump(called, open(os.path.join(folder, "called.json"), "w"))
sys.stdout.write(open(os.path.join(folder, "lines.txt"), encoding="utf-8").read())
"""


class Still:
    def advance(self, seconds):
        pass


class Allowed(Desk):
    """A workspace of an installation that lets sources run commands."""

    def pull(self, **options):
        return super().pull(**{"allow_commands": True, **options})


class Tap:
    """A program on this machine, with what it writes."""

    def __init__(self, folder, code=TAP):
        self.folder = folder
        self.path = folder / "tap.py"
        self.path.write_text(code, encoding="utf-8")
        self.command = f"{sys.executable} {self.path} --state {{state}}"

    def writes(self, *messages):
        lines = [one if isinstance(one, str) else json.dumps(one) for one in messages]
        text = "".join(f"{one}\n" for one in lines)
        (self.folder / "lines.txt").write_text(text, encoding="utf-8")

    @property
    def called(self):
        return json.loads((self.folder / "called.json").read_text())


def singer(stream, rows):
    return [{"type": "RECORD", "stream": stream, "record": one} for one in rows]


def airbyte(stream, rows):
    return [
        {"type": "RECORD", "record": {"stream": stream, "data": one, "emitted_at": 1}}
        for one in rows
    ]


def airbyte_state(stream, place):
    descriptor = {"stream_descriptor": {"name": stream}, "stream_state": {"at": place}}
    return {"type": "STATE", "state": {"type": "STREAM", "stream": descriptor}}


@pytest.fixture
def tap(tmp_path):
    made = Tap(tmp_path)
    made.writes(
        {"type": "SCHEMA", "stream": "opportunities", "schema": {}, "key_properties": ["id"]},
        *singer("opportunities", DEALS),
        *singer("people", OWNERS),
        *singer("unknown things", [{"a": 1}]),
        {"type": "STATE", "value": {"at": "2026-10-21"}},
    )
    return made


@pytest.fixture
def mapping(tmp_path):
    path = tmp_path / "mapping.json"
    path.write_text(json.dumps(MAPPING), encoding="utf-8")
    return str(path)


@pytest.fixture
def connect(shop, clock, mapping):
    def connected(command, **settings):
        settings = {"command": command, "mapping": mapping, **settings}
        settings = {name: value for name, value in settings.items() if value}
        return Allowed(shop, Still(), clock, "singer", settings, {})

    return connected


def test_records_of_streams_come_in_by_the_mapping(connect, tap):
    desk = connect(tap.command)
    assert counts(desk.done(), "messages") == {"read": 4, "created": 4}
    won, lost = desk.rows("deal").values()
    assert (won.name, won.status, won.amount) == ("ข้อตกลง", "won", Decimal("1250.125"))
    assert (lost.name, lost.closed_on) == ("合同", date(2026, 10, 21))
    # Owners were written after the deals that name them, and are taken before.
    assert won.owner_id == desk.rows("owner")["7"].id


def test_airbytes_lines_mean_the_same(connect, tap):
    tap.writes(
        {"type": "LOG", "log": {"level": "INFO", "message": "hello"}},
        *airbyte("opportunities", DEALS),
        airbyte_state("opportunities", 1),
        *airbyte("people", OWNERS),
        airbyte_state("people", 5),
        airbyte_state("opportunities", 2),
    )
    desk = connect(tap.command)
    assert counts(desk.done(), "messages")["created"] == 4
    places = desk.places()["messages"]["state"]
    assert [one["stream"]["stream_state"]["at"] for one in places] == [2, 5]
    # The state of a stream that says nothing new stays.
    tap.writes(airbyte_state("people", 6))
    desk.done()
    assert tap.called["state"] == places
    places = desk.places()["messages"]["state"]
    assert [one["stream"]["stream_state"]["at"] for one in places] == [2, 6]


def test_a_second_pull_changes_nothing(connect, tap):
    run_twice_changes_nothing(connect(tap.command))


def test_the_last_state_is_given_back(connect, tap):
    desk = connect(tap.command)
    desk.done()
    # The first time there is none, and the option goes with it.
    assert tap.called["words"] == []
    tap.writes()
    desk.done()
    assert tap.called["state"] == {"at": "2026-10-21"}
    assert desk.places()["messages"] == {"state": {"at": "2026-10-21"}}
    desk.done(full=True)
    assert tap.called["words"] == []


def test_nothing_of_our_own_settings_reaches_the_program(connect, tap, monkeypatch):
    monkeypatch.setenv("HEADWAY_SECRET_KEY", CANARY)
    connect(tap.command).done()
    assert tap.called["secrets"] == []


def test_win_rate_is_read_from_what_a_tap_gave(connect, tap):
    desk = connect(tap.command)
    desk.done()
    query = Query("win_rate", date(2026, 10, 1), date(2026, 10, 31), {})
    with desk.session() as session:
        found = readings.read(session, query, today=NOW.date(), now=NOW).to_json()
    assert (found["numerator"], found["denominator"]) == (1, 2)


def test_streams_named_as_records_need_no_mapping(connect, tap):
    tap.writes(*singer("owners", OWNERS), *singer("others", [{"a": 1}]))
    desk = connect(tap.command, mapping=None)
    assert counts(desk.done(), "messages") == {"read": 2, "created": 2}


def test_the_setting_record_says_what_all_streams_hold(connect, tap):
    tap.writes(*singer("salespeople", OWNERS))
    desk = connect(tap.command, mapping=None, record="owner")
    assert counts(desk.done(), "messages") == {"read": 2, "created": 2}


def test_streams_that_nobody_named_are_said(connect, tap):
    tap.writes(*singer("others", [{"a": 1}]))
    told = connect(tap.command).pull().to_json()["error"]
    assert told["code"] == "streams_unknown"
    assert "others" in told["message"]


def test_without_the_installations_leave_nothing_is_run(connect, tap):
    run = connect(tap.command).pull(allow_commands=False)
    assert (run.status, run.error["code"]) == ("failed", "commands_not_allowed")
    assert "HEADWAY_ALLOW_COMMANDS" in run.to_json()["error"]["fix"]
    assert not (tap.folder / "called.json").exists()


def test_no_shell_reads_the_command(connect, tap):
    connect(f"{tap.command} ; touch {tap.folder}/made").done()
    assert not (tap.folder / "made").exists()


def test_a_line_that_cannot_be_understood_is_counted_and_the_others_are_kept(connect, tap):
    tap.writes(*singer("people", OWNERS), "hello", "[1]", '{"type": "RECORD"}', "[" * 5000)
    assert counts(connect(tap.command).done(), "messages") == {
        "read": 6,
        "created": 2,
        "rejected": 4,
    }


FAILS = f"""
import json, sys
print(json.dumps({{"type": "RECORD", "stream": "people", "record": {{"name": "Ann"}}}}))
print("could not sign in with password={CANARY} at https://joe:{CANARY}@host/", file=sys.stderr)
print("Authorization: Bearer {CANARY}-and-much-more-1234567890", file=sys.stderr)
print("the tap gave up", file=sys.stderr)
sys.exit(3)
"""


def test_a_program_that_fails_is_said_with_its_last_words_and_no_secret(connect, tmp_path):
    desk = connect(Tap(tmp_path, FAILS).command)
    told = desk.pull().to_json()["error"]
    assert told["code"] == "command_failed"
    assert "the tap gave up" in told["message"]
    assert "(3)" in told["message"]
    assert CANARY not in json.dumps(told)
    assert desk.rows("owner") == {}
    assert desk.places() == {}


def test_what_the_settings_file_of_a_program_holds_is_not_told(connect, tmp_path):
    secret = "s3cr"
    (tmp_path / "config.json").write_text(json.dumps({"a": {"b": [secret]}}))
    code = f"import sys; sys.exit('refused: {secret}')"
    tap = Tap(tmp_path, code)
    run = connect(f"{tap.command} --config {tmp_path}/config.json").pull()
    told = run.to_json()["error"]["message"]
    assert "refused: ***" in told
    assert secret not in told


def test_what_airbyte_says_went_wrong_is_told(connect, tap):
    error = {"message": f"no rights, token={CANARY}"}
    tap.writes({"type": "TRACE", "trace": {"type": "ERROR", "error": error}})
    told = connect(tap.command).pull().to_json()["error"]
    assert "no rights" in told["message"]
    assert CANARY not in told["message"]


SLEEPS = """
import os, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
folder = os.path.dirname(os.path.abspath(__file__))
open(os.path.join(folder, "child"), "w").write(str(child.pid))
child.wait()
"""


def is_running(pid):
    try:
        told = Path(f"/proc/{pid}/stat").read_text()
        return told.rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_program_that_takes_too_long_is_killed_with_its_children(connect, tmp_path, monkeypatch):
    monkeypatch.setattr(program, "LONGEST", 2.0)
    run = connect(Tap(tmp_path, SLEEPS).command).pull()
    assert (run.status, run.error["code"]) == ("failed", "command_slow")
    pid = int((tmp_path / "child").read_text())
    until = time.monotonic() + 5
    while is_running(pid) and time.monotonic() < until:
        os.sched_yield()
    assert not is_running(pid)


ENDLESS = """
import json
while True:
    print(json.dumps({"type": "RECORD", "stream": "people", "record": {"name": "x" * 500}}))
"""


@pytest.mark.parametrize(("name", "most"), [("MOST_BYTES", 100_000), ("MOST_LINE", 200)])
def test_a_program_that_writes_without_end_is_stopped(connect, tmp_path, monkeypatch, name, most):
    monkeypatch.setattr(program, name, most)
    run = connect(Tap(tmp_path, ENDLESS).command).pull()
    assert (run.status, run.error["code"]) == ("failed", "answer_too_large")


def test_more_records_than_the_cap_are_refused(connect, tmp_path, monkeypatch):
    monkeypatch.setattr(singer_source, "MOST_ROWS", 50)
    run = connect(Tap(tmp_path, ENDLESS).command).pull()
    assert (run.status, run.error["code"]) == ("failed", "answer_too_large")


def test_a_test_says_whether_the_program_is_there_and_allowed(connect, tap):
    desk = connect(tap.command)
    assert all(one.ok for one in desk.check(allow_commands=True))
    assert not (tap.folder / "called.json").exists()
    assert [one.ok for one in desk.check()] == [False, True]
    missing = connect("no-such-tap --x").check(allow_commands=True)
    assert [one.ok for one in missing] == [False, True]


@pytest.mark.parametrize("command", ["tap 'open", " "])
def test_a_command_that_cannot_be_read_is_refused(connect, command):
    with pytest.raises((Refusal, SourceError)):
        connect(command)


def test_an_empty_run_is_no_trouble(connect, tap):
    tap.writes()
    assert changes(connect(tap.command).done()) == 0
