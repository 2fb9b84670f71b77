"""Goals in and out as files: `import --as goal` and `goal export`."""

import json

import pytest

from tests.support.workbooks import workbook

HEAD = "name,metric,kind,direction,target,from,to,owner"
#: The goals that the small company has already.
COMPANY = ("Sell more", "Win more often")
ROW = "Grow,revenue,cumulative,up,900,2026-04-01,2026-06-30,olga@acme.example"


@pytest.fixture
def bring(acme):
    """Import a file of goals and return its result."""

    def run(text, *words, name="goals.csv", code=0):
        file = acme.write(name, text) if isinstance(text, str) else text
        return acme.json("import", file, "--as", "goal", *words, code=code)

    return run


def listed(acme):
    found = {one["name"]: one for one in acme.json("goal", "list")["goals"]}
    return {name: one for name, one in found.items() if name not in COMPANY}


def counts(told):
    return tuple(told[one] for one in ("created", "updated", "unchanged", "rejected"))


def test_a_row_is_the_goal_that_its_words_would_add(acme, bring):
    added = acme.json(
        "goal", "add", "--name", "Rate", "--metric", "win_rate", "--set", "basis=closed",
        "--where", "owner=Ann", "--kind", "level", "--direction", "up", "--change", "points=0.05",
        "--baseline", "0.5", "--from", "2026-04-01", "--to", "2026-06-30",
        "--owner", "olga@acme.example", "--team", "Sales", "--channel", "C0ANN0001",
        "--judge", "pace", "--why", "To pay the hall.", "--action", "Call", "--action", "Visit",
        "--visibility", "team", "--today", "2026-04-01",
    )  # fmt: skip
    told = bring(
        "name,metric,set,where,kind,direction,change,baseline,from,to,owner,team,channel,judge,"
        "why,action,visibility\n"
        "Rate too,win_rate,basis=closed,owner=Ann,level,up,points=0.05,0.5,2026-04-01,2026-06-30,"
        "olga@acme.example,Sales,C0ANN0001,pace,To pay the hall.,Call; Visit,team\n"
    )
    assert (told["record"], counts(told), told["problems"]) == ("goal", (1, 0, 0, 0), [])
    found = listed(acme)["Rate too"]
    for name in set(added) - {"id", "name", "lint"}:
        assert found[name] == added[name], name


def test_the_same_file_again_changes_nothing(acme, bring):
    file = f"{HEAD},set,plan\n{ROW},,\n{ROW.replace('Grow', 'Grow more')},,seasonal\n"
    assert counts(bring(file)) == (2, 0, 0, 0)
    before = listed(acme)
    assert counts(bring(file)) == (0, 0, 2, 0)
    assert listed(acme) == before


def test_a_workbook_is_read_like_a_text(acme, bring, tmp_path):
    rows = [HEAD.split(","), [*ROW.split(",")[:4], 900.5, *ROW.split(",")[5:]]]
    file = tmp_path / "goals.xlsx"
    file.write_bytes(workbook(*rows))
    assert counts(bring(file)) == (1, 0, 0, 0)
    assert listed(acme)["Grow"]["target"]["value"] == 900.5


def test_a_dry_run_says_what_would_be_and_adds_nothing(acme, bring):
    text = f"{HEAD}\n{ROW}\n{ROW.replace('Grow', 'Odd').replace('revenue', 'luck')}\n"
    tried = bring(text, "--dry-run")
    assert (tried["created"], tried["import_id"], tried["rejects_file"]) == (1, None, None)
    assert listed(acme) == {}
    told = bring(text)
    changed = {"dry_run", "import_id", "rejects_file"}
    assert {one for one in told if told[one] != tried[one]} == changed


WRONG = [
    ("metric", "luck", "There is no metric luck."),
    ("kind", "sometimes", "This is none of the words that can stand here."),
    ("direction", "band", "A band belongs to a goal that is maintained."),
    ("target", "many", "This is not a number."),
    ("from", "soon", "This is not a date."),
    ("to", "2026-01-01", "The last day is before the first."),
    ("owner", "nobody@acme.example", "There is no member with the address"),
    ("owner", "", "A goal needs owner."),
    ("direction", "", "A goal needs direction."),
    ("target", "", "A goal needs target."),
    ("change", "double=2", "The target is said twice"),
    ("set", "basis=odd", ""),
    ("set", "basis", "basis does not say what is what."),
    ("where", "shoe=42", ""),
    ("team", "Nobody", ""),
    ("channel", "sales", "Give the channel's id"),
    ("plan", "wild", "wild is not a plan."),
    ("plan", "2026-04-30=2", "Line 2 of the plan"),
    ("judge", "luck", "This is none of the words"),
    ("step", "2026-05-01=Signed", "Only a milestone is done in steps"),
    ("parent", "Nothing", "There is no goal Nothing."),
    ("visibility", "all", "This is none of the words"),
]


def test_what_goal_add_would_refuse_is_a_problem_at_its_column(acme, bring):
    columns = [*HEAD.split(","), "change", "set", "where", "team", "channel", "plan", "judge"]
    columns += ["step", "parent", "visibility"]
    good = dict.fromkeys(columns, "") | dict(zip(HEAD.split(","), ROW.split(","), strict=True))
    rows = [good] + [
        good | {"name": f"Wrong {number}", column: value}
        for number, (column, value, _) in enumerate(WRONG)
    ]
    text = "\n".join([",".join(columns), *(",".join(one.values()) for one in rows)])
    told = bring(text)
    assert counts(told) == (1, 0, 0, len(WRONG))
    found = [(one["line"], one["column"], one["value"]) for one in told["problems"]]
    assert found == [
        (line, column, value or None) for line, (column, value, _) in enumerate(WRONG, 3)
    ]
    for one, (_, _, problem) in zip(told["problems"], WRONG, strict=True):
        assert problem in one["problem"] and one["fix"]
    assert set(listed(acme)) == {"Grow"}


def test_rejected_rows_are_written_next_to_the_file_to_be_corrected(acme, bring):
    told = bring(f"{HEAD}\n{ROW}\n{ROW.replace('Grow', 'Odd').replace('revenue', 'luck')}\n")
    rejects = acme.folder / "goals.csv.rejects.csv"
    assert told["rejects_file"] == str(rejects)
    text = rejects.read_text(encoding="utf-8-sig").replace("luck,", "revenue,", 1)
    assert counts(bring(text, name="again.csv")) == (1, 0, 0, 0)


def test_an_import_with_every_row_rejected_fails(acme, bring):
    assert counts(bring(f"{HEAD}\n{ROW.replace('revenue', 'luck')}\n", code=1)) == (0, 0, 0, 1)


def test_words_and_people_change_without_a_reason(acme, bring):
    bring(f"{HEAD},why\n{ROW},Because\n")
    told = bring(f"{HEAD},why\n{ROW},To pay the hall\n")
    assert counts(told) == (0, 1, 0, 0)
    found = listed(acme)["Grow"]
    assert (found["why"], found["version"]) == ("To pay the hall", 1)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [(",900,", ",950,"), ("2026-06-30", "2026-07-31"), ("2026-04-01", "2026-05-01")],
)
def test_other_terms_need_a_reason(acme, bring, was, becomes):
    bring(f"{HEAD},reason\n{ROW},\n")
    other = ROW.replace(was, becomes)
    told = bring(f"{HEAD},reason\n{other},\n", code=1)
    [problem] = told["problems"]
    assert (problem["line"], problem["column"]) == (2, "reason")
    assert problem["fix"] == "Write into the column reason why it changes."
    assert listed(acme)["Grow"]["version"] == 1
    assert counts(bring(f"{HEAD},reason\n{other},A new shop\n")) == (0, 1, 0, 0)
    found = listed(acme)["Grow"]
    assert (found["version"], found["original_target"]) == (2, 900)


def test_a_baseline_that_moves_needs_a_reason(acme, bring):
    bring(f"{HEAD},baseline\n{ROW},600\n")
    assert counts(bring(f"{HEAD},baseline\n{ROW},500\n", code=1)) == (0, 0, 0, 1)
    assert counts(bring(f"{HEAD},baseline,reason\n{ROW},500,Recounted\n")) == (0, 1, 0, 0)
    assert listed(acme)["Grow"]["baseline"]["value"] == 500


def test_another_number_is_another_goal(acme, bring):
    bring(f"{HEAD}\n{ROW}\n")
    told = bring(f"{HEAD},reason\n{ROW.replace('revenue', 'new_customers')},Better\n", code=1)
    [problem] = told["problems"]
    assert problem["column"] == "metric"
    assert "it is another goal" in problem["problem"]


def test_an_external_id_names_a_goal_whatever_it_is_called(acme, bring):
    bring(f"external_id,{HEAD}\nG-1,{ROW}\n")
    told = bring(f"external_id,{HEAD}\nG-1,{ROW.replace('Grow', 'Grow on')}\n")
    assert counts(told) == (0, 1, 0, 0)
    assert set(listed(acme)) == {"Grow on"}


def test_a_blank_external_id_leaves_the_name_to_tell(acme, bring):
    bring(f"{HEAD}\n{ROW}\n")
    told = bring(f"external_id,{HEAD}\n,{ROW}\n,{ROW.replace('Grow', 'New')}\n")
    assert counts(told) == (1, 0, 1, 0)


def test_a_column_that_is_not_there_leaves_what_it_would_say_alone(acme, bring):
    bring(f"{HEAD},why,where\n{ROW},Because,owner=Ann\n")
    assert counts(bring(f"{HEAD}\n{ROW}\n")) == (0, 0, 1, 0)
    found = listed(acme)["Grow"]
    assert (found["why"], found["where"]) == ("Because", {"owner": "Ann"})


def test_a_name_that_two_goals_have_asks_which(acme, bring):
    text = f"external_id,{HEAD}\nG-1,{ROW}\nG-2,{ROW}\n"
    assert counts(bring(text)) == (2, 0, 0, 0)
    [problem] = bring(f"{HEAD}\n{ROW}\n", code=1)["problems"]
    assert problem["problem"] == "More than one goal is named Grow."
    assert "external_id" in problem["fix"]


def test_two_rows_with_one_key_must_say_the_same(acme, bring):
    told = bring(f"{HEAD}\n{ROW}\n{ROW}\n{ROW.replace('900', '800')}\n")
    assert counts(told) == (1, 0, 1, 1)
    assert told["problems"][0]["problem"] == "Line 2 has the same key with other values."


def test_a_parent_may_stand_below_its_parts(acme, bring):
    rows = [ROW.replace("Grow", name) for name in ("Leaf", "Branch", "Root")]
    text = f"{HEAD},parent\n{rows[0]},Branch\n{rows[1]},Root\n{rows[2]},\n"
    assert counts(bring(text)) == (3, 0, 0, 0)
    found = listed(acme)
    assert found["Leaf"]["parent"] == found["Branch"]["id"]
    assert found["Branch"]["parent"] == found["Root"]["id"]


def test_a_parent_may_be_a_goal_that_is_there(acme, bring):
    bring(f"{HEAD}\n{ROW}\n")
    number = listed(acme)["Grow"]["id"]
    rows = [ROW.replace("Grow", name) for name in ("By name", "By id")]
    assert counts(bring(f"{HEAD},parent\n{rows[0]},Grow\n{rows[1]},{number}\n")) == (2, 0, 0, 0)
    assert {one["parent"] for name, one in listed(acme).items() if name != "Grow"} == {number}


def test_goals_that_are_part_of_each_other_are_left_out(acme, bring):
    a, b = ROW.replace("Grow", "A"), ROW.replace("Grow", "B")
    told = bring(f"{HEAD},parent\n{a},B\n{b},A\n", code=1)
    assert {one["column"] for one in told["problems"]} == {"parent"}
    bring(f"{HEAD},parent\n{a},\n{b},A\n")
    told = bring(f"{HEAD},parent\n{a},B\n{b},A\n")
    assert counts(told) == (0, 0, 1, 1)
    assert "part of this one" in told["problems"][0]["problem"]


def test_parts_of_a_goal_that_was_left_out_are_left_out_too(acme, bring):
    bad, part = ROW.replace("revenue", "luck"), ROW.replace("Grow", "Part")
    told = bring(f"{HEAD},parent\n{part},Grow\n{bad},\n", code=1)
    assert [(one["line"], one["column"]) for one in told["problems"]] == [
        (2, "parent"),
        (3, "metric"),
    ]


def test_a_mapping_names_other_columns(acme, bring):
    names = dict(zip(HEAD.split(","), "Goal,KPI,Art,Way,Aim,Start,End,Who".split(","), strict=True))
    mapping = acme.write("mapping.json", json.dumps({"columns": names}))
    text = f"{','.join(names.values())}\n{ROW}\n"
    refused = acme.json("import", acme.write("g.csv", text), "--as", "goal", code=1)
    assert refused["error"]["code"] == "mapping_needed"
    assert "columns" in refused["suggested"]
    assert counts(bring(text, "--mapping", mapping)) == (1, 0, 0, 0)
    # What worked is remembered for files with the same columns.
    assert counts(bring(text)) == (0, 0, 1, 0)


def test_goals_are_told_apart_by_nothing_else(acme):
    mapping = {"columns": {one: one for one in HEAD.split(",")}, "key": ["metric"]}
    words = ("--mapping", acme.write("mapping.json", json.dumps(mapping)))
    file = acme.write("goals.csv", f"{HEAD}\n{ROW}\n")
    told = acme.json("import", file, "--as", "goal", *words, code=1)
    assert told["error"]["code"] == "bad_mapping"


def test_numbers_and_days_are_read_as_the_file_writes_them(acme, bring):
    row = "Grow;revenue;cumulative;up;1.234,50;01.04.2026;30.06.2026;olga@acme.example"
    assert counts(bring(f"{HEAD.replace(',', ';')}\n{row}\n")) == (1, 0, 0, 0)
    found = listed(acme)["Grow"]
    assert (found["target"]["value"], found["from"]) == (1234.5, "2026-04-01")


def test_a_file_of_goals_says_nothing_about_how_new_the_records_are(acme, bring):
    before = acme.json("metric", "value", "revenue", "--from", "2026-01-01", "--to", "2026-03-31")
    bring(f"{HEAD}\n{ROW}\n")
    after = acme.json("metric", "value", "revenue", "--from", "2026-01-01", "--to", "2026-03-31")
    assert before == after


def test_records_still_say_what_can_be_imported(acme):
    file = acme.write("goals.csv", f"{HEAD}\n{ROW}\n")
    error = acme.json("import", file, "--as", "wish", code=2)["error"]
    assert error["code"] == "unknown_record" and "goal" in error["fix"].split(": ")[1]
