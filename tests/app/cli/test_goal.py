import json

import pytest

#: The contract's keys of `goal show`, and what else is shown.
SHOWN = {
    "id", "name", "metric", "params", "where", "kind", "direction", "baseline", "target",
    "original_target", "from", "to", "owner", "team", "channel", "plan", "judged_by",
    "visibility", "version", "origin", "lint",
} | {
    "low", "high", "unit", "currency", "why", "actions", "parent", "done", "rollup", "weight",
    "parts", "every", "periods", "continues", "foreseen", "retrospective",
    "commit", "stretch", "plan_points", "tried",
}  # fmt: skip
LINT = {"letters", "verdict", "findings", "rewrite", "read"}
FINDING = {"rule", "letter", "severity", "message", "evidence", "fix"}
OWNER = ("--owner", "olga@acme.example")
QUARTER = ("--from", "2026-04-01", "--to", "2026-06-30")
SUM = ("--metric", "revenue", "--kind", "cumulative", "--direction", "up")
TERMS = ("--name", "Grow", *SUM, *QUARTER, *OWNER, "--today", "2026-04-01")


def test_a_goal_is_shown_as_it_was_added(acme):
    more = ["--where", "owner=Ann", "--team", "Sales", "--channel", "C0ANN0001", "--plan"]
    words = ["--why", "To pay the hall.", "--action", "Call", "--action", "Visit"]
    made = acme.json("goal", "add", *TERMS, "--target", "900.5", *more, "seasonal", *words)
    assert set(made) == SHOWN
    assert made["id"].isdecimal()
    told = {key: made[key] for key in ("name", "metric", "where", "kind", "direction", "plan")}
    assert told == {
        "name": "Grow", "metric": "revenue", "where": {"owner": "Ann"}, "kind": "cumulative",
        "direction": "up", "plan": "seasonal",
    }  # fmt: skip
    assert made["target"] == {"kind": "target", "input": 900.5, "value": 900.5}
    assert set(made["baseline"]) == {"value", "from", "to", "source"}
    assert (made["from"], made["to"]) == ("2026-04-01", "2026-06-30")
    assert (made["owner"], made["team"]) == ("olga@acme.example", "Sales")
    assert (made["channel"], made["visibility"]) == ("C0ANN0001", "workspace")
    assert (made["judged_by"], made["version"], made["origin"]) == ("chance", 1, None)
    assert (made["why"], made["actions"]) == ("To pay the hall.", ["Call", "Visit"])
    assert made["original_target"] == 900.5
    assert acme.json("goal", "show", "Grow", "--today", "2026-04-01") == made


@pytest.mark.parametrize(
    ("change", "baseline", "target"),
    [
        ("absolute=500", "600", 500),
        ("relative=0.25", "600", 750),
        ("delta=-100", "600", 500),
        ("points=0.05", "0.5", 0.55),
    ],
)
def test_a_change_counts_from_the_baseline(acme, change, baseline, target):
    made = acme.json("goal", "add", *terms_for(change), "--change", change, "--baseline", baseline)
    kind, _, given = change.partition("=")
    assert made["target"] == {"kind": kind, "input": float(given), "value": target}
    assert (made["baseline"]["value"], made["baseline"]["source"]) == (float(baseline), "given")


def terms_for(change):
    if not change.startswith("points"):
        return TERMS
    rate = ("--metric", "win_rate", "--kind", "level", "--direction", "up")
    return ("--name", "Grow", *rate, *QUARTER, *OWNER, "--today", "2026-04-01")


def test_a_baseline_that_is_not_given_is_read_from_the_records(acme):
    made = acme.json("goal", "add", *TERMS, "--change", "relative=0.5")
    assert (made["baseline"]["value"], made["target"]["value"]) == (600, 900)
    assert (made["baseline"]["from"], made["baseline"]["to"]) == ("2026-01-01", "2026-03-31")


def test_a_window_in_the_past_is_welcome_whatever_the_coach_says(acme):
    words = ("--name", "Old", *SUM, "--from", "2026-01-01", "--to", "2026-01-31", *OWNER)
    made = acme.json("goal", "add", *words, "--target", "1")
    assert made["lint"]["letters"]["T"] == "fail"


def test_a_plan_may_come_from_a_file(acme):
    rows = "day,share\n2026-04-30,0.1\n2026-05-31,0.3\n2026-06-30,1\n"
    file = acme.write("plan.csv", rows)
    code, out, err = acme.say("goal", "add", *TERMS, "--target", "900", "--plan", file, "--json")
    assert code == 0, out + err
    assert json.loads(out)["plan"] == "points"


def test_a_plan_may_be_a_table_of_months_that_come_to_the_target(acme):
    file = acme.write("plan.csv", "month,amount\n2026-04,90\n2026-05,270\n2026-06,540\n")
    made = acme.json("goal", "add", *TERMS, "--target", "900", "--plan", file)
    assert made["plan"] == "monthly"
    assert made["plan_points"] == [
        {"day": "2026-04-30", "share": 0.1},
        {"day": "2026-05-31", "share": 0.4},
        {"day": "2026-06-30", "share": 1.0},
    ]
    code, out, _err = acme.say("goal", "add", *TERMS, "--target", "901", "--plan", file, "--json")
    error = json.loads(out)["error"]
    assert (code, error["code"], error["field"]) == (2, "plan_sum", "plan")


@pytest.mark.parametrize("plan", ["working_days", "monthly", "s_curve"])
def test_a_plan_may_be_one_of_the_curves(acme, plan):
    made = acme.json("goal", "add", *TERMS, "--target", "900", "--plan", plan)
    assert (made["plan"], made["plan_points"]) == (plan, None)


def test_commit_and_stretch_stand_beside_the_target(acme):
    words = ("--target", "900", "--commit", "800", "--stretch", "1000.5")
    made = acme.json("goal", "add", *TERMS, *words)
    assert made["commit"] == {"value": 800, "chance": None}
    assert made["stretch"] == {"value": 1000.5, "chance": None}


@pytest.mark.parametrize(
    ("words", "code", "field"),
    [
        (("--target", "many"), "usage", "target"),
        (("--target", "NaN"), "usage", "target"),
        (("--change", "half"), "usage", "change"),
        (("--change", "double=2"), "usage", "change"),
        ((), "usage", None),
        (("--target", "1", "--change", "absolute=1"), "usage", None),
        (("--target", "1", "--where", "owner"), "usage", "where"),
        (("--target", "9", "--commit", "9"), "line_wrong_side", "commit"),
        (("--target", "9", "--stretch", "8"), "line_wrong_side", "stretch"),
        (("--target", "1", "--where", "colour=red"), "unknown_dimension", "where"),
        (("--target", "1", "--channel", "sales"), "channel_wrong", "channel"),
        (("--target", "1", "--set", "basis=all"), "unknown_param", "basis"),
        (("--target", "1", "--team", "Nobody"), "unknown_team", "team"),
        (("--target", "1", "--parent", "Nothing"), "unknown_goal", "parent"),
        (("--target", "1", "--owner", "nobody@acme.example"), "unknown_member", "owner"),
        (("--target", "1", "--metric", "luck"), "unknown_metric", "metric"),
        (("--target", "1", "--kind", "sometimes"), "usage", None),
        (("--target", "1", "--visibility", "all"), "usage", None),
        (("--target", "1", "--name", " "), "name_missing", "name"),
        (("--target", "1", "--judge", "luck"), "usage", None),
        (("--target", "1", "--judge", "chance", "--metric", "demos"), "history_short", "judge"),
        (("--target", "1", "--to", "2026-03-01"), None, "to"),
        (("--target", "1", "--plan", "none.csv"), None, "plan"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value),
)
def test_what_is_wrong_about_a_goal_is_named_and_nothing_is_added(acme, words, code, field):
    before = len(acme.json("goal", "list")["goals"])
    error = acme.error("goal", "add", *TERMS, *words, code=2)
    assert (error["code"], error["field"]) == (code or error["code"], field)
    assert len(acme.json("goal", "list")["goals"]) == before


def test_goals_are_listed_in_full(acme):
    found = acme.json("goal", "list", "--today", "2026-02-10")["goals"]
    assert {one["name"] for one in found} == {"Sell more", "Win more often"}
    assert all(set(one) == SHOWN for one in found)


def test_a_goal_is_found_by_id_and_by_name(acme):
    made = acme.json("goal", "show", "Sell more")
    assert acme.json("goal", "show", made["id"])["name"] == "Sell more"
    error = acme.error("goal", "show", "Sell less", code=2)
    assert (error["code"], error["field"]) == ("unknown_goal", "goal")


@pytest.mark.parametrize("words", [("goal", "show"), ("goal", "lint"), ("review",), ("status",)])
def test_a_name_of_two_goals_is_ambiguous_and_the_ids_are_said(acme, words):
    ids = [acme.json("goal", "add", *TERMS, "--target", "1")["id"] for _ in range(2)]
    error = acme.error(*words, "Grow", code=2)
    assert (error["code"], error["field"]) == ("ambiguous_goal", "goal")
    assert all(one in error["fix"] for one in ids)


def test_a_part_goal_names_its_parent(acme):
    whole = acme.json("goal", "show", "Sell more")["id"]
    part = acme.json("goal", "add", *TERMS, "--target", "1", "--parent", "Sell more")
    assert part["parent"] == whole


def test_the_coach_looks_at_every_letter(acme):
    words = ("--target", "900", "--why", "Growth.", "--action", "Call", "--baseline", "600")
    acme.json("goal", "add", *TERMS, *words)
    found = acme.json("goal", "lint", "Grow", "--today", "2026-04-01")
    assert set(found) == LINT
    assert set(found["letters"]) == set("SMART")
    assert set(found["letters"].values()) <= {"pass", "weak", "fail", None}
    assert found["verdict"] in ("smart", "nearly", "not_smart")
    assert all(set(one) == FINDING for one in found["findings"])
    assert found["read"] == {
        "metric": "revenue", "direction": "up", "target": 900, "change_type": "target",
        "deadline": "2026-06-30",
    }  # fmt: skip


def test_a_target_on_the_wrong_side_fails_and_exits_1(acme):
    acme.json("goal", "add", *TERMS, "--target", "500", "--baseline", "600")
    found = acme.json("goal", "lint", "Grow", "--today", "2026-04-01", code=1)
    assert "smart-A6" in {one["rule"] for one in found["findings"]}
    assert (found["letters"]["A"], found["verdict"]) == ("fail", "not_smart")


def test_each_letter_is_its_worst_finding(acme):
    found = acme.json("goal", "lint", "Sell more", "--today", "2026-01-01", code=1)
    worst = {"warn": "pass", "weak": "weak", "fail": "fail"}
    for letter in "SMART":
        said = {worst[one["severity"]] for one in found["findings"] if one["letter"] == letter}
        if said:
            order = ("fail", "weak", "pass")
            assert found["letters"][letter] == min(said, key=order.index)


def test_findings_are_told_in_the_language_asked_for(acme):
    words = ("goal", "lint", "Sell more", "--today", "2026-01-01", "--lang")
    english, chinese = (acme.json(*words, lang, code=1)["findings"][0] for lang in ("en", "zh-CN"))
    assert english["rule"] == chinese["rule"]
    assert english["message"] != chinese["message"]
