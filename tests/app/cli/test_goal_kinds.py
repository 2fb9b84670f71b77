"""Goals that are kept and milestones on the command line, from adding to status."""

import pytest

OWNER = ("--owner", "olga@acme.example")
DAYS = ("--from", "2026-04-01", "--to", "2026-06-30", "--today", "2026-04-01")
MILESTONE = ("--name", "A department", "--kind", "milestone", *DAYS, *OWNER)
KEPT = ("--name", "Keep", "--metric", "csat", "--kind", "maintain", *DAYS, *OWNER)


@pytest.mark.parametrize(
    "words", [(), ("--metric", "milestone", "--direction", "up", "--target", "1")]
)
def test_a_milestone_needs_no_number(acme, words):
    made = acme.json("goal", "add", *MILESTONE, *words)
    assert (made["metric"], made["kind"]) == ("milestone", "milestone")
    assert made["target"] == {"kind": "target", "input": 1, "value": 1}
    assert made["baseline"]["value"] is None
    assert made["done"] == {"when": None, "on": None, "note": None, "steps": []}
    assert made["lint"]["letters"]["M"] == "pass"


def test_a_milestone_is_added_with_its_sign_and_its_dated_steps(acme):
    steps = ("--step", "2026-06-30=Team moved in", "--step", "2026-05-15= Head = chosen ")
    made = acme.json("goal", "add", *MILESTONE, *steps, "--done-when", "A head is in post")
    listed = [
        {"name": "Head = chosen", "due": "2026-05-15", "done": None},
        {"name": "Team moved in", "due": "2026-06-30", "done": None},
    ]
    assert made["done"] == {"when": "A head is in post", "on": None, "note": None, "steps": listed}
    assert acme.json("goal", "show", "A department", "--today", "2026-04-01") == made
    _code, out, _err = acme.say("goal", "show", "A department")
    assert out.splitlines()[1:] == ["  2026-05-15  Head = chosen", "  2026-06-30  Team moved in"]
    acme.json("review", "A department", "--today", "2026-06-10")
    [found] = acme.json("status", "A department")["goals"]
    assert (found["share"], found["expected_share"]) == (0, 0.5)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--step", "Contract signed"), "usage"),
        (("--step", "2026-02-31=Contract signed"), "usage"),
        (("--step", "2026-05-15"), "step_name"),
        (("--step", "2027-05-15=Contract signed"), "step_day"),
        (("--step", "2026-05-15=Signed", "--step", "2026-05-16=Signed"), "step_twice"),
        (("--kind", "level", "--metric", "csat", "--direction", "up", "--target", "80",
          "--step", "2026-05-15=Signed"), "usage"),
    ],
)  # fmt: skip
def test_a_step_that_says_too_little_is_refused_with_what_to_write(acme, words, code):
    error = acme.error("goal", "add", *MILESTONE, *words, code=2)
    assert (error["code"], error["field"]) == (code, "steps")


def test_a_milestone_stands_without_invented_numbers_and_is_done_by_an_import(acme):
    acme.json("goal", "add", *MILESTONE)
    acme.json("review", "A department", "--today", "2026-06-10")
    [found] = acme.json("status", "A department")["goals"]
    assert found["reason"] == "Not done yet, due in 20 days, on 30 Jun 2026."
    assert (found["status"], found["actual"], found["expected"]) == ("too_early", 0, None)
    assert (found["pace"], found["share"], found["chance"]) == (None, None, None)
    rows = "metric,on,value,evidence,goal\nmilestone,2026-06-12,1,Board minutes,A department\n"
    acme.json("import", acme.write("done.csv", rows), "--as", "reading")
    [seen] = acme.json("review", "A department", "--today", "2026-06-12")["evaluations"]
    assert (seen["status"], seen["final"], seen["actual"]) == ("achieved", True, 1)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("--direction", "at_least", "--target", "80"), (80, None, None)),
        (("--direction", "at_most", "--change", "absolute=20"), (20, None, None)),
        (("--direction", "band", "--low", "60", "--high", "70"), (None, 60, 70)),
    ],
)
def test_a_number_is_kept_at_an_end_or_in_a_band(acme, words, shown):
    made = acme.json("goal", "add", *KEPT, *words)
    assert (made["target"]["value"], made["low"], made["high"]) == shown
    assert made["kind"] == "maintain"
    assert {one["rule"] for one in made["lint"]["findings"]} & {"smart-M3", "smart-A6"} == set()
    assert acme.json("goal", "show", "Keep", "--today", "2026-04-01") == made


def test_a_kept_number_is_judged_by_where_it_is(acme):
    acme.json("goal", "add", *KEPT, "--direction", "band", "--low", "60", "--high", "70")
    rows = "metric,on,value\ncsat,2026-05-01,58\n"
    acme.json("import", acme.write("csat.csv", rows), "--as", "reading")
    acme.json("review", "Keep", "--today", "2026-05-09")
    acme.json("review", "Keep", "--today", "2026-05-10")
    [found] = acme.json("status", "Keep")["goals"]
    assert (found["status"], found["actual"]) == ("at_risk", 58)
    assert found["reason"] == "58; it should stay between 60 and 70."
    assert (found["target"], found["expected"], found["projection"]) == (None, None, None)


@pytest.mark.parametrize(
    "words",
    [
        ("--kind", "level", "--direction", "up", "--target", "1"),
        ("--kind", "level", "--metric", "csat", "--target", "1"),
        ("--kind", "level", "--metric", "csat", "--direction", "up"),
        ("--kind", "milestone", "--metric", "headcount", "--direction", "up"),
        ("--kind", "maintain", "--metric", "csat", "--direction", "at_least"),
    ],
)
def test_what_a_kind_needs_and_is_not_there_is_named(acme, words):
    error = acme.error("goal", "add", "--name", "Lacking", *words, *DAYS, *OWNER, code=2)
    assert error["code"] == "usage"


def test_a_band_without_an_end_is_refused_at_that_end(acme):
    error = acme.error("goal", "add", *KEPT, "--direction", "band", "--low", "1", code=2)
    assert (error["code"], error["field"]) == ("band_missing", "high")
