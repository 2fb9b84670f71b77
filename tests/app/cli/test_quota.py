"""Who sold how much of their quota, and what would close a goal's gap, on the command line."""

import json

import pytest

from app.cli import main

FILES = {
    "owner": "external_id,name,team,manager\na,Ann,North,Mo\nb,Bob,North,Mo\nc,Cy,South,\n",
    "deal": "external_id,name,owner,stage,status,amount,created_on,closed_on,expected_close_on,"
    "custom.forecast_category\n"
    "1,Alpha,Ann,Won,won,60000,2024-01-01,2024-02-01,,\n"
    "2,Beta,Bob,Won,won,10000,2024-01-01,2024-02-02,,\n"
    "3,Gamma,Cy,Won,won,5000,2024-01-01,2024-02-03,,\n"
    "4,Delta,Bob,Open,open,30000,2024-01-10,,2024-03-20,Commit\n"
    "5,Epsilon,Ann,Open,open,8000,2024-01-10,,2024-03-21,Pipeline\n"
    "6,Late,Bob,Open,open,90000,2024-01-10,,2024-02-01,Commit\n",
    "quota": "owner,from,to,amount\nAnn,2024-01-01,2024-03-31,50000\n"
    "Bob,2024-01-01,2024-12-31,366000\n",
}
TODAY = ("--today", "2024-02-29")
QUARTER = ("--from", "2024-01-01", "--to", "2024-03-31")
REVENUE = ("--metric", "revenue", "--kind", "cumulative", "--direction", "up")
GOAL = (*QUARTER, "--owner", "olga@acme.example", "--today", "2024-01-01")


@pytest.fixture
def sold(command, tmp_path):
    for record, text in FILES.items():
        file = tmp_path / f"{record}.csv"
        file.write_text(text, encoding="utf-8")
        said = {"columns": {name: name for name in text.split("\n", 1)[0].split(",")}}
        if record == "deal":
            said["stages"] = {"Won": "won", "Open": "open"}
        mapping = tmp_path / f"{record}.json"
        mapping.write_text(json.dumps(said), encoding="utf-8")
        code, told = command("import", file, "--as", record, "--mapping", mapping)
        assert code == 0 and told["rejected"] == 0, told
    for words in (
        ("member", "add", "olga@acme.example", "--name", "Olga", "--role", "owner"),
        ("goal", "add", "--name", "Sell more", *REVENUE, "--target", "100000", *GOAL),
    ):
        code, told = command(*words)
        assert code == 0, told
    return command


def said(capsys, *words):
    assert main.main(["quota", *words]) == 0
    return capsys.readouterr().out


def test_everybodys_lines_come_with_what_they_lack_first(sold, capsys):
    code, told = sold("quota", *QUARTER, *TODAY)
    assert code == 0
    # Bob's quota of a leap year counts 91 of its 366 days; Cy was to sell nothing.
    assert (told["numerator"], told["denominator"]) == (70_000, 141_000)
    assert told["value"] == pytest.approx(70 / 141)
    assert (told["with_quota"], told["at_or_over"]) == (2, 1)
    assert [one["name"] for one in told["lines"]] == ["Bob", "Ann", "Cy"]
    bob, ann, cy = told["lines"]
    assert (bob["quota"], bob["gap"], bob["due"], bob["open"]) == (91_000, 81_000, 60_000, 30_000)
    assert bob["coverage"] == pytest.approx(30 / 81) and bob["receipt"]
    assert (ann["gap"], ann["attainment"], ann["coverage"]) == (0, 1.2, None)
    assert (cy["quota"], cy["attainment"], cy["actual"]) == (None, None, 5000)
    text = said(capsys, *QUARTER, *TODAY)
    assert "2024-01-01 to 2024-03-31: 49.6% of 141,000 USD" in text
    assert "11.0%  Bob: 10,000 of 91,000" in text and "-  Cy: 5,000 no quota" in text


def test_teams_are_added_up_and_days_that_turn_back_are_refused(sold):
    _code, told = sold("quota", *QUARTER, *TODAY, "--by", "team")
    assert [(one["name"], one["actual"], one["quota"]) for one in told["lines"]] == [
        ("North", 70_000, 141_000), ("South", 5000, None),
    ]  # fmt: skip
    code, told = sold("quota", "--from", "2024-03-31", "--to", "2024-01-01", *TODAY)
    assert code == 2 and told["error"]["field"] == "to"


def test_a_goal_is_told_by_person_and_by_the_deals_that_would_close_its_gap(sold, capsys):
    code, told = sold("quota", "Sell more", *TODAY)
    assert code == 0
    assert told["goal"]["name"] == "Sell more"
    assert (told["target"], told["assigned_less_target"]) == (100_000, 41_000)
    reach = told["pipeline"]
    assert (reach["gap"], reach["open"]["value"], reach["open"]["n"]) == (25_000, 38_000, 2)
    assert reach["coverage"] == pytest.approx(1.52) and reach["fewest"] == 1
    # Won, with the one that is committed to; the late one counts nowhere.
    assert reach["commit_crm"]["value"] == 105_000
    assert reach["needed_coverage"] is None
    assert {one["name"]: (one["late"], one["fewest"]) for one in reach["deals"]} == {
        "Delta": (False, True), "Epsilon": (False, False), "Late": (True, False),
    }  # fmt: skip
    text = said(capsys, "Sell more", *TODAY)
    assert all(one in text for one in told["said"])
    assert "$25k missing to the target; open deals of $38k cover it 1.5 times." in text


def test_a_goal_to_which_no_deals_add_up_says_why(sold):
    words = ("--metric", "win_rate", "--kind", "level", "--direction", "up", "--baseline", "0.2")
    code, told = sold("goal", "add", "--name", "Win more", *words, "--target", "0.5", *GOAL)
    assert code == 0, told
    code, told = sold("quota", "Win more", *TODAY)
    assert code == 0 and told["pipeline"] is None and "lines" not in told
    assert "Open deals can be added up" in told["said"][0]
