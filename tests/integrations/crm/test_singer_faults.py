"""Taps that tell of one record twice, say nothing that is meant, or say more than can be kept."""

import json
import sys

import pytest

from tests.integrations.crm.test_singer import (  # noqa: F401
    DEALS,
    Tap,
    airbyte,
    connect,
    mapping,
    singer,
    tap,
)
from tests.support.crm import CANARY, counts


@pytest.mark.parametrize("written", [singer, airbyte])
def test_of_a_record_that_is_told_twice_the_later_state_counts(connect, tap, written):  # noqa: F811
    earlier = {**DEALS[0], "stage": "Lost", "amount": 5}
    tap.writes(
        *written("opportunities", [earlier, DEALS[1], DEALS[0]]),
        {"type": "STATE", "value": {"at": 1}},
    )
    desk = connect(tap.command)
    assert counts(desk.done(), "messages") == {"read": 3, "created": 2, "unchanged": 1}
    assert desk.rows("deal")["1"].stage == "Won"
    assert counts(desk.later(), "messages") == {"read": 3, "unchanged": 3}


def test_an_earlier_state_that_cannot_be_read_does_not_matter(connect, tap):  # noqa: F811
    earlier = {**DEALS[0], "on": "some day"}
    tap.writes(*singer("opportunities", [earlier, earlier, DEALS[0]]))
    desk = connect(tap.command)
    assert counts(desk.done(), "messages") == {"read": 3, "created": 1, "unchanged": 2}


@pytest.mark.parametrize("marker", ["_sdc_deleted_at", "_ab_cdc_deleted_at"])
def test_what_a_tap_says_is_deleted_is_gone_and_comes_back(connect, tap, marker):  # noqa: F811
    alive = [{**one, marker: None} for one in DEALS]
    tap.writes(*singer("opportunities", alive))
    desk = connect(tap.command)
    desk.done()
    # All but the key may be missing.
    gone = {"id": 1, marker: "2026-11-01T00:00:00Z"}
    tap.writes(*singer("opportunities", [alive[0], alive[1], gone, {"id": 99, marker: "x"}]))
    assert counts(desk.later(), "messages") == {"read": 4, "deleted": 1, "unchanged": 3}
    assert list(desk.rows("deal")) == ["2"]
    assert counts(desk.later(), "messages") == {"read": 4, "unchanged": 4}
    tap.writes(*singer("opportunities", alive))
    assert counts(desk.later(), "messages") == {"read": 2, "created": 1, "unchanged": 1}


def test_a_page_of_a_proxy_is_no_empty_run(connect, tap):  # noqa: F811
    tap.writes("<html>", f"<body>502 token={CANARY}</body>", "</html>")
    desk = connect(tap.command)
    run = desk.pull()
    told = run.to_json()["error"]
    assert (run.status, told["code"]) == ("failed", "not_messages")
    assert "<html>" in told["message"]
    assert CANARY not in told["message"]
    assert desk.connected().last_success_at is None


def test_what_stands_between_messages_stops_nothing(connect, tap):  # noqa: F811
    tap.writes("starting", *singer("opportunities", DEALS), "done")
    run = connect(tap.command).done()
    assert counts(run, "messages") == {"read": 4, "created": 2, "rejected": 2}
    [told] = run.to_json("en")["streams"][0]["reasons"]
    assert told.endswith("the first: starting")


def test_a_text_that_was_cut_through_a_character_is_kept(connect, tap):  # noqa: F811
    # The first half of a picture; a whole one stays as it is.
    cut = json.dumps({**DEALS[0], "name": "cut"}).replace("cut", r"cut\ud83d and \ud83d\ude00")
    tap.writes(f'{{"type": "RECORD", "stream": "opportunities", "record": {cut}}}')
    desk = connect(tap.command)
    assert counts(desk.done(), "messages") == {"read": 1, "created": 1}
    assert desk.rows("deal")["1"].name == "cut? and 😀"


#: A tap that says a great deal beside its lines, and notes how large a file that made.
TALKS = """
import os, sys
for _ in range(64):
    sys.stderr.write("x" * 1_000_000 + "\\n")
folder = os.path.dirname(os.path.abspath(__file__))
open(os.path.join(folder, "size"), "w").write(str(os.fstat(2).st_size))
sys.exit("the last words")
"""


def test_what_a_program_says_beside_fills_no_disk(connect, tmp_path):  # noqa: F811
    run = connect(Tap(tmp_path, TALKS).command).pull()
    assert "the last words" in run.to_json()["error"]["message"]
    assert int((tmp_path / "size").read_text()) < 1_000_000


#: A tap that leaves a program behind, in a group of its own, that holds on to what it got.
LEAVES = f"""
import subprocess, sys
subprocess.Popen([{sys.executable!r}, "-c", "import time; time.sleep(4)"], start_new_session=True,
                 stdout=subprocess.DEVNULL)
sys.exit("gave up")
"""


def test_a_program_left_behind_holds_nothing_up(connect, tmp_path):  # noqa: F811
    run = connect(Tap(tmp_path, LEAVES).command).pull()
    assert "gave up" in run.to_json()["error"]["message"]
