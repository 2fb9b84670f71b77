"""Goals that are rolled up, that have no end, and that go on in the next period."""

import csv
import json

OWNER = ("--owner", "olga@acme.example")
SUM = ("--metric", "revenue", "--kind", "cumulative", "--direction", "up")
QUARTER = ("--from", "2026-04-01", "--to", "2026-06-30")
TODAY = ("--today", "2026-04-01")
#: What would continue the goals that the small company has anyway.
OTHERS = ("Sell more (Q2 2026)", "Win more often (Q2 2026)")


def add(acme, name, *more):
    return acme.json("goal", "add", "--name", name, *OWNER, *TODAY, *more)


def test_a_whole_is_the_sum_of_its_parts(acme):
    top = add(acme, "Whole", *SUM, *QUARTER, "--target", "2800", "--rollup", "sum")
    for name, target in (("Ann", "1300"), ("Bob", "1000")):
        add(acme, name, *SUM, *QUARTER, "--target", target, "--parent", "Whole")
    shown = acme.json("goal", "show", top["id"], *TODAY)
    assert (shown["rollup"], shown["judged_by"], shown["parts"]["targets"]) == ("sum", "pace", 2300)
    assert [one["name"] for one in shown["parts"]["goals"]] == ["Ann", "Bob"]


def test_a_part_that_does_not_add_up_is_refused_at_the_parent(acme):
    add(acme, "Whole", *SUM, *QUARTER, "--target", "9", "--rollup", "sum")
    error = acme.error(
        "goal", "add", "--name", "Rate", "--metric", "win_rate", "--kind", "level",
        "--direction", "up", "--target", "0.5", "--parent", "Whole", *QUARTER, *OWNER, code=2,
    )  # fmt: skip
    assert (error["code"], error["field"]) == ("parent_unfit", "parent")


def test_a_goal_without_an_end_needs_no_last_day(acme):
    made = add(acme, "Ever", *SUM, "--target", "9", "--from", "2026-04-10", "--every", "month")
    assert (made["from"], made["to"], made["every"]) == ("2026-04-01", "2026-04-30", "month")
    assert made["periods"] == []


def test_a_goal_with_an_end_needs_one(acme):
    error = acme.error(
        "goal",
        "add",
        "--name",
        "Open",
        *SUM,
        "--target",
        "9",
        "--from",
        "2026-04-10",
        *OWNER,
        code=2,
    )
    assert "--to or --every" in error["message"]


def test_goals_go_on_in_the_next_period_with_new_targets(acme):
    old = add(acme, "Grow", *SUM, *QUARTER, "--target", "900", "--channel", "C0ANN0001")
    add(acme, "Shrink", *SUM, *QUARTER, "--target", "500", "--parent", "Grow")
    made = acme.json("goal", "roll-over", "Grow", "Shrink", "--change", "relative=0.1", *TODAY)
    first, second = made["goals"]
    assert (first["name"], first["target"]["value"]) == ("Grow (Q3 2026)", 990)
    assert (first["from"], first["to"]) == ("2026-07-01", "2026-09-30")
    assert (first["continues"], first["channel"]) == (old["id"], "C0ANN0001")
    assert (second["target"]["value"], second["parent"]) == (550, first["id"])


def test_a_goal_goes_on_once(acme):
    add(acme, "Grow", *SUM, *QUARTER, "--target", "900")
    acme.json("goal", "roll-over", "Grow", *TODAY)
    assert acme.error("goal", "roll-over", "Grow", *TODAY, code=1)["code"] == "continued_already"
    later = acme.json(
        "goal", "roll-over", "Grow", "--from", "2026-10-01", "--to", "2026-12-31", *TODAY
    )
    assert later["goals"][0]["name"] == "Grow (Q4 2026)"


def test_a_copy_is_a_goal_of_its_own(acme):
    add(acme, "Grow", *SUM, *QUARTER, "--target", "900")
    made = acme.json("goal", "copy", "Grow", "--name", "Grow too", "--target", "7", *TODAY)
    assert [(one["name"], one["target"]["value"], one["continues"]) for one in made["goals"]] == [
        ("Grow too", 7, None)
    ]


def test_one_target_fits_one_goal(acme):
    for name in ("Grow", "Shrink"):
        add(acme, name, *SUM, *QUARTER, "--target", "900")
    error = acme.error("goal", "roll-over", "Grow", "Shrink", "--target", "7", *TODAY, code=2)
    assert error["field"] == "target"


def test_the_next_period_can_be_typed_in_a_spreadsheet(acme):
    old = add(acme, "Grow", *SUM, *QUARTER, "--target", "900")
    add(acme, "Ever", *SUM, "--target", "9", "--from", "2026-04-10", "--every", "month")
    file = acme.folder / "next.csv"
    acme.json("goal", "export", str(file), "--next", *TODAY)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = [one for one in csv.DictReader(lines) if one["name"] not in OTHERS]
    assert [(one["name"], one["from"], one["continues"]) for one in rows] == [
        ("Grow (Q3 2026)", "2026-07-01", "Grow")
    ]
    rows[0]["target"] = "1000"
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    done = acme.json("import", str(file), "--as", "goal")
    assert (done["created"], done["rejected"]) == (1, 0)
    shown = acme.json("goal", "show", "Grow (Q3 2026)", *TODAY)
    assert (shown["continues"], shown["target"]["value"]) == (old["id"], 1000)
    assert json.dumps(shown["retrospective"]) == "null"
