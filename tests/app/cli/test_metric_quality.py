"""How sound the records are, on the command line: all of them, and those behind a number."""

import pytest

WINDOW = ("--from", "2026-01-01", "--to", "2026-03-31", "--today", "2026-04-01")
#: D2 loses its amount and D4 closes before it was created; of six deals four stay sound.
WORSE = """\
external_id,amount,created_on,closed_on
D2,,2026-01-10,2026-02-09
D4,200,2026-03-01,2026-02-21
"""


@pytest.fixture
def worse(acme):
    told = acme.json("import", acme.write("worse.csv", WORSE), "--as", "deal")
    assert told["rejected"] == 0
    return acme


def failed(found):
    return {(one["record"], one["check"]): one["n"] for one in found["checks"] if one["n"]}


def test_all_records_are_counted_by_kind_with_what_to_do(worse):
    found = worse.json("metric", "quality", "--today", "2026-04-01")
    assert (found["n"], found["sound"], found["score"]) == (6, 4, pytest.approx(4 / 6))
    [deals] = found["records"]
    assert (deals["record"], deals["n"], deals["sound"]) == ("deal", 6, 4)
    assert failed(deals) == {("deal", "amount"): 1, ("deal", "dates"): 1}
    [amount] = [one for one in deals["checks"] if one["check"] == "amount"]
    assert amount["message"] == "One deal has no amount."
    assert amount["fix"].startswith("Write the amount into the deal")
    assert {one["check"]: one["change"] for one in deals["checks"] if one["change"]} == {
        "amount": 1,
        "dates": 1,
    }


def test_what_an_import_mended_is_told(worse):
    worse.json("import", worse.write("better.csv", "external_id,amount\nD2,300\n"), "--as", "deal")
    [deals] = worse.json("metric", "quality", "--today", "2026-04-01")["records"]
    assert deals["sound"] == 5
    assert [one["change"] for one in deals["checks"] if one["check"] == "amount"] == [-1]


def test_a_number_is_as_sound_as_the_records_behind_it(worse):
    revenue = worse.json("metric", "quality", "revenue", *WINDOW)
    assert (revenue["n"], revenue["sound"]) == (3, 1)
    assert failed(revenue) == {("deal", "amount"): 1, ("deal", "dates"): 1}
    assert revenue["receipt"].startswith("rcp_")
    rate = worse.json("metric", "quality", "win_rate", *WINDOW)
    assert (rate["n"], rate["sound"], failed(rate)) == (5, 4, {("deal", "dates"): 1})
    bob = worse.json("metric", "quality", "revenue", *WINDOW, "--where", "owner=Bob")
    assert (bob["n"], bob["sound"]) == (1, 0)


def test_a_number_without_records_has_no_score(worse):
    found = worse.json("metric", "quality", "headcount", *WINDOW)
    assert (found["score"], found["n"], found["checks"]) == (None, 0, [])


def test_in_words_it_says_the_share_and_the_largest_faults(worse):
    _, said, _ = worse.say("metric", "quality", "revenue", *WINDOW)
    assert said.startswith("33.3% of 3 deals pass the checks that matter here.")
    _, whole, _ = worse.say("metric", "quality", "--today", "2026-04-01")
    assert whole.splitlines()[0] == "66.7% of 6 records pass every check."
    assert "  One deal has no amount." in whole.splitlines()
