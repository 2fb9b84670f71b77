"""The commands review and status."""

import pytest

EVALUATION = {
    "goal", "status", "final", "previous", "changed", "actual", "expected", "target", "pace",
    "chance", "reason", "evaluation",
}  # fmt: skip
#: The contract's keys of a goal's status, and what else is said.
STATUS = {
    "id", "name", "metric", "status", "final", "since", "reason", "actual", "expected", "target",
    "original_target", "share", "expected_share", "pace", "forecast", "chance", "required_rate",
    "from", "to", "owner", "data_to", "receipt", "grounds", "method", "seed",
} | {"projection", "unit", "currency", "original_share"}  # fmt: skip


def reviewed(acme, day, *words):
    document = acme.json("review", *words, "--today", day)
    assert set(document) == {"today", "evaluations", "queued"}
    assert document["today"] == day
    return document


def test_a_review_judges_every_goal(acme):
    found = reviewed(acme, "2026-02-14")["evaluations"]
    assert {one["goal"]["name"] for one in found} == {"Sell more", "Win more often"}
    assert all(set(one) == EVALUATION for one in found)
    assert all(set(one["goal"]) == {"id", "name"} for one in found)


def test_the_figures_are_those_worked_out_by_hand(acme):
    # Halfway: 45 of 90 days are over, 400 of 1200 are won, a straight plan expects 600.
    [seen] = reviewed(acme, "2026-02-14", "Sell more")["evaluations"]
    assert (seen["actual"], seen["expected"], seen["target"]) == (400, 600, 1200)
    assert seen["pace"] == pytest.approx(2 / 3, abs=1e-12)
    assert (seen["status"], seen["previous"], seen["chance"]) == ("off_track", None, None)
    assert (seen["final"], seen["changed"]) == (False, True)


def test_one_goal_is_reviewed_by_name_or_id(acme):
    [seen] = reviewed(acme, "2026-02-14", "Sell more")["evaluations"]
    [again] = reviewed(acme, "2026-02-14", seen["goal"]["id"])["evaluations"]
    assert again["evaluation"] == seen["evaluation"]


def test_a_day_before_the_last_review_is_refused(acme):
    reviewed(acme, "2026-02-14")
    error = acme.error("review", "--today", "2026-02-13", code=1)
    assert (error["code"], error["field"]) == ("earlier_than_last", "today")
    reviewed(acme, "2026-02-14")


def test_the_same_day_again_changes_and_queues_nothing(acme):
    first = reviewed(acme, "2026-02-14")
    again = reviewed(acme, "2026-02-14")
    assert first["queued"] > 0 == again["queued"]
    ids = [[one["evaluation"] for one in found["evaluations"]] for found in (first, again)]
    assert ids[0] == ids[1]


def test_a_review_only_queues_and_a_worker_delivers(acme):
    queued = reviewed(acme, "2026-02-14")["queued"]
    assert queued == 1
    assert "messages_waiting" in codes(acme.json("doctor"))
    acme.json("worker", "--once", "--today", "2026-02-14")
    assert "messages_waiting" not in codes(acme.json("doctor"))


def codes(document):
    return {one["code"] for one in document["findings"]}


def test_a_new_status_shows_on_its_second_day(acme):
    # Too early until the third week is complete; then a judged status needs two days in a row.
    days = [f"2026-01-{day:02}" for day in range(18, 26)]
    seen = [reviewed(acme, day, "Sell more")["evaluations"][0]["status"] for day in days]
    assert seen[0] == "too_early"
    assert "off_track" in seen
    assert seen == sorted(seen, key=("too_early", "off_track").index)


def test_when_the_window_is_over_the_result_is_final(acme):
    found = {one["goal"]["name"]: one for one in reviewed(acme, "2026-03-31")["evaluations"]}
    assert (found["Sell more"]["status"], found["Sell more"]["final"]) == ("missed", True)
    # Three of five deals were won, and the target is 0.55.
    assert (found["Win more often"]["status"], found["Win more often"]["actual"]) == (
        "achieved",
        0.6,
    )


def test_status_shows_what_the_last_review_found(acme):
    reviewed(acme, "2026-02-14")
    told = acme.json("status", "--today", "2026-02-14")
    assert set(told) == {"as_of", "goals"}
    assert told["as_of"] == "2026-02-14T16:59:59.999999Z"
    assert all(set(one) == STATUS for one in told["goals"])
    seen = told["goals"][0]
    assert (seen["name"], seen["status"], seen["since"]) == (
        "Sell more",
        "off_track",
        "2026-02-14",
    )
    assert (seen["share"], seen["expected_share"]) == (pytest.approx(1 / 3), pytest.approx(0.5))
    # 800 are left for 45 days.
    assert seen["required_rate"] == pytest.approx(800 / 45)
    assert (seen["forecast"], seen["chance"], seen["currency"]) == (None, None, "THB")
    assert seen["owner"] == "olga@acme.example"
    assert seen["receipt"].startswith("rcp_")


def test_the_worst_comes_first(acme):
    reviewed(acme, "2026-02-14")
    names = [one["name"] for one in acme.json("status")["goals"]]
    assert names == ["Sell more", "Win more often"]


def test_a_goal_that_was_never_reviewed_has_no_data(acme):
    [seen] = acme.json("status", "Sell more")["goals"]
    assert (seen["status"], seen["since"], seen["actual"], seen["receipt"]) == (
        "no_data",
        None,
        None,
        None,
    )
    assert seen["target"] == 1200


@pytest.mark.parametrize("word", ["review", "status"])
def test_an_unknown_goal_exits_2(acme, word):
    error = acme.error(word, "Nothing", code=2)
    assert (error["code"], error["field"]) == ("unknown_goal", "goal")


def test_reasons_are_told_in_the_language_asked_for(acme):
    reviewed(acme, "2026-02-14")
    told = {
        lang: acme.json("status", "Sell more", "--lang", lang)["goals"][0]
        for lang in ("en", "th", "zh_Hans")
    }
    assert len({one["reason"] for one in told.values()}) == 3
    assert {one["status"] for one in told.values()} == {"off_track"}


def test_a_workspace_without_goals_has_nothing_to_say(headway):
    headway.json("workspace", "create", "Acme")
    assert headway.json("review", "--today", "2026-02-14") == {
        "today": "2026-02-14",
        "evaluations": [],
        "queued": 0,
    }
    assert headway.json("status")["goals"] == []


def test_a_day_of_another_calendar_is_not_understood(acme):
    assert acme.error("review", "--today", "14.02.2026", code=2)["code"] == "usage"


def test_status_and_answers_of_an_earlier_day_are_those_of_that_day(acme):
    acme.json("review", "--today", "2026-02-14")
    acme.json("review", "--today", "2026-04-02")
    [then] = acme.json("status", "Sell more", "--today", "2026-02-14")["goals"]
    [now] = acme.json("status", "Sell more")["goals"]
    assert (then["final"], now["final"]) == (False, True)
    assert then["expected"] < now["expected"]
    told = acme.json("ask", "status of Sell more", "--today", "2026-02-14")
    assert (told["value"], told["status"]) == (then["actual"], then["status"])
    [before] = acme.json("status", "Sell more", "--today", "2026-02-13")["goals"]
    assert (before["status"], before["actual"]) == ("no_data", None)
