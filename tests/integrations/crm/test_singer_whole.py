"""Taps whose tables become another version, and those that do not come to their end."""

import json

import pytest

from integrations.crm.singer import program
from integrations.crm.singer import source as singer_source
from tests.integrations.crm.test_singer import Allowed, Still, Tap, singer
from tests.support.crm import counts


@pytest.fixture
def tap(tmp_path):
    return Tap(tmp_path)


@pytest.fixture
def connect(shop, clock):
    def connected(command, **settings):
        return Allowed(shop, Still(), clock, "singer", {"command": command, **settings}, {})

    return connected


def people(*numbers, stream="owners", version=None):
    rows = [{"external_id": n, "name": f"Person {n}"} for n in numbers]
    told = singer(stream, rows)
    return told if version is None else [{**one, "version": version} for one in told]


def becomes(version, stream="owners"):
    return {"type": "ACTIVATE_VERSION", "stream": stream, "version": version}


def at(place):
    return {"type": "STATE", "value": {"at": place}}


def living(desk, record="owner"):
    return sorted(id_ for id_, row in desk.rows(record).items() if row.deleted_at is None)


def test_what_the_new_version_of_a_table_does_not_hold_is_gone(connect, tap):
    desk = connect(tap.command)
    tap.writes(becomes(1), *people(1, 2, 3, version=1), becomes(1), at(1))
    desk.done()
    tap.writes(*people(1, 3, version=2), becomes(2), at(2))
    found = counts(desk.done(), "messages")
    assert (found["deleted"], living(desk)) == (1, ["1", "3"])
    # What is told of again is back.
    tap.writes(*people(1, 2, 3, version=3), becomes(3), at(3))
    desk.done()
    assert living(desk) == ["1", "2", "3"]


def test_the_same_version_again_tells_only_what_changed(connect, tap):
    desk = connect(tap.command)
    tap.writes(*people(1, 2, 3, version=1), becomes(1), at(1))
    desk.done()
    tap.writes(becomes(1), *people(2, 3, version=1), at(2))
    desk.done()
    tap.writes(becomes(1), at(3))
    desk.done()
    assert living(desk) == ["1", "2", "3"]


def test_a_row_that_is_left_out_is_there_all_the_same(connect, tap, tmp_path):
    columns = {"external_id": "external_id", "name": "name", "custom.hired": "hired"}
    mapping = {"streams": {"owners": {"record": "owner", "columns": {**columns, "manager": "m"}}}}
    (tmp_path / "mapping.json").write_text(json.dumps(mapping))
    desk = connect(tap.command, mapping=str(tmp_path / "mapping.json"))
    first = [{**one, "record": {**one["record"], "m": "", "hired": ""}} for one in people(1, 2, 3)]
    tap.writes(*({**one, "version": 1} for one in first), becomes(1), at(1))
    desk.done()
    first[1]["record"]["name"] = ""
    tap.writes(*({**one, "version": 2} for one in first), becomes(2), at(2))
    found = counts(desk.done(), "messages")
    assert found["rejected"] == 1 and "deleted" not in found
    assert living(desk) == ["1", "2", "3"]


def test_a_table_that_lost_most_rows_is_believed_when_all_is_read_again(connect, tap):
    desk = connect(tap.command)
    tap.writes(*people(1, 2, 3, 4, 5, version=1), becomes(1), at(1))
    desk.done()
    tap.writes(*people(1, version=2), becomes(2), at(2))
    run = desk.done()
    assert living(desk) == ["1", "2", "3", "4", "5"]
    [told] = [one.to_json("en")["held"] for one in run.streams]
    assert told.startswith("Only 1 of 5 owners were told of, so none were taken away.")
    tap.writes(becomes(3), at(3))
    [told] = [one.to_json("en")["held"] for one in desk.done().streams]
    assert told.startswith("Only 0 of 5 owners")
    desk.done(full=True)
    assert living(desk) == []


def test_streams_of_one_kind_take_away_nothing_of_each_other(connect, tap):
    desk = connect(tap.command, record="owner")
    tap.writes(
        *people(1, 2, 4, stream="a", version=1), becomes(1, "a"), *people(3, stream="b"), at(1)
    )
    desk.done()
    tap.writes(*people(1, 2, stream="a", version=2), becomes(2, "a"), at(2))
    desk.done()
    assert living(desk) == ["1", "2", "3", "4"]


def test_another_source_keeps_its_rows(connect, tap, tmp_path):
    (tmp_path / "other").mkdir()
    other_tap = Tap(tmp_path / "other")
    other_tap.writes(*people(7, 8, version=1), becomes(1), at(1))
    other = connect(other_tap.command)
    other.done()
    desk = connect(tap.command)
    tap.writes(*people(1, 2, version=1), becomes(1), at(1))
    desk.done()
    tap.writes(*people(1, version=2), becomes(2), at(2))
    desk.done()
    assert (living(desk), living(other)) == (["1"], ["7", "8"])


#: A tap that tells of ten people at each state from its last on, and ends or not after some.
LONG = """
import json, sys, time
at = 0
if "--state" in sys.argv:
    at = json.load(open(sys.argv[sys.argv.index("--state") + 1]))["at"]
def write(told):
    print(json.dumps(told), flush=True)
for number in range(at * 10, 40):
    row = {"external_id": number, "name": "Person %d" % number}
    write({"type": "RECORD", "stream": "owners", "record": row, "version": 1})
    if number % 10 == 9:
        write({"type": "STATE", "value": {"at": number // 10 + 1}})
        STOPS
write({"type": "ACTIVATE_VERSION", "stream": "owners", "version": 1})
"""
SLOW = 'if number == 19: sys.stdout.write(\'{"type": "REC\'); sys.stdout.flush(); time.sleep(60)'
FAILS = "if number == 19: sys.exit('the server is gone')"


def test_a_tap_that_takes_too_long_goes_on_from_its_last_state(connect, tmp_path, monkeypatch):
    monkeypatch.setattr(program, "LONGEST", 3.0)
    desk = connect(Tap(tmp_path, LONG.replace("STOPS", SLOW)).command)
    run = desk.pull()
    assert (run.status, run.error["code"]) == ("waiting", "command_slow")
    assert "the next run goes on there" in run.to_json()["error"]["fix"]
    # That is at once, and it is no success yet.
    assert run.next_at(desk.clock()) <= desk.clock()
    assert len(living(desk)) == 20 and counts(run, "messages") == {"read": 20, "created": 20}
    assert desk.places()["messages"]["state"] == {"at": 2}
    desk.done()
    assert len(living(desk)) == 40


def test_a_tap_that_tells_of_more_than_can_be_taken_goes_on_from_its_last_state(
    connect, tmp_path, monkeypatch
):
    monkeypatch.setattr(singer_source, "MOST_ROWS", 25)
    desk = connect(Tap(tmp_path, LONG.replace("STOPS", "pass")).command)
    run = desk.pull()
    assert (run.status, run.error["code"]) == ("waiting", "answer_too_large")
    desk.done()
    assert len(living(desk)) == 40


def test_a_tap_that_fails_in_the_middle_goes_on_from_its_last_state(connect, tmp_path):
    desk = connect(Tap(tmp_path, LONG.replace("STOPS", FAILS)).command)
    run = desk.pull()
    assert (run.status, run.error["code"]) == ("partial", "command_failed")
    assert "the server is gone" in run.to_json()["error"]["message"]
    assert len(living(desk)) == 20
    desk.done()
    assert len(living(desk)) == 40


def test_a_tap_that_comes_no_further_fails(connect, tmp_path, monkeypatch):
    monkeypatch.setattr(singer_source, "MOST_ROWS", 5)
    desk = connect(Tap(tmp_path, LONG.replace("STOPS", "pass")).command)
    run = desk.pull()
    assert (run.status, run.error["code"]) == ("failed", "answer_too_large")
    assert living(desk) == [] and desk.places() == {}
