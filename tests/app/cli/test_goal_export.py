"""`goal export`: what it writes can be imported again and changes nothing."""

import csv
import json

import pytest

from tests.support.commands import DEALS, MAPPING

OWNER = "olga@acme.example"
HEAD = (
    "external_id,name,metric,set,where,kind,direction,target,change,commit,stretch,low,high,baseline,from,to,"
    "owner,team,channel,plan,judge,why,action,done_when,step,parent,visibility,"
    "every,rollup,weight,continues"
).split(",")
DAYS = {"from": "2026-04-01", "to": "2026-06-30", "owner": OWNER}
SUM = {"metric": "revenue", "kind": "cumulative", "direction": "up", **DAYS}
#: Goals of every kind, with what is hard to write into a cell.
GOALS = [
    {"name": "ขายให้มากขึ้น", "target": "1234.125", "where": "owner=Ann", "plan": "seasonal", **SUM},
    {"name": "提高赢单率", "metric": "win_rate", "set": "basis=closed; weight=value",
     "kind": "level", "direction": "up", "change": "relative=0.125", "baseline": "0.5", **DAYS},
    {"name": "=1+1", "target": "9", "why": "@SUM(A1)", "action": r"Call Ann\; then Bob; -2 days",
     "parent": "ขายให้มากขึ้น", "visibility": "private", **SUM},
    {"name": "Line\nup", "target": "9", "plan": "2026-04-30=0.25; 2026-06-30=1", "team": "Sales",
     "channel": "C0ANN0001", "judge": "pace", "why": "One\nTwo", **SUM},
    {"name": "By months", "target": "9", "commit": "8", "stretch": "12.5",
     "plan": "monthly: 2026-04=2; 2026-05=3; 2026-06=4", **SUM},
    {"name": "By weekdays", "target": "9", "plan": "working_days", **SUM},
    {"name": "Band", "metric": "win_rate", "kind": "maintain", "direction": "band", "low": "0.4",
     "high": "0.6", **DAYS},
    {"name": "At least", "metric": "win_rate", "kind": "maintain", "direction": "at_least",
     "target": "0.4", **DAYS},
    {"name": "Open the hall", "kind": "milestone", "done_when": "The doors open",
     "step": "2026-05-01=Contract signed; 2026-06-01=Paint dry", **DAYS},
    {"external_id": "A", "name": "Twice", "target": "5", **SUM},
    {"external_id": "B", "name": "Twice", "target": "6", "parent": "A", **SUM},
]  # fmt: skip


@pytest.fixture
def filled(acme):
    """The small company with goals of every kind."""
    file = acme.folder / "goals.csv"
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, HEAD, restval="")
        writer.writeheader()
        writer.writerows(GOALS)
    told = acme.json("import", file, "--as", "goal")
    assert (told["created"], told["problems"]) == (len(GOALS), [])
    return acme


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_is_exported_imports_again_unchanged(filled, ending):
    file = filled.folder / f"all.{ending}"
    told = filled.json("goal", "export", file)
    assert told == {"file": str(file), "goals": len(GOALS) + 2}
    again = filled.json("import", file, "--as", "goal")
    assert again["problems"] == []
    assert (again["unchanged"], again["rejected"]) == (len(GOALS) + 2, 0)


def test_goals_move_to_another_workspace(filled):
    file = filled.folder / "all.xlsx"
    filled.json("goal", "export", file)
    other = ("--workspace", "Other")
    filled.json("workspace", "create", "Other", "--zone", "Asia/Bangkok", "--currency", "THB")
    filled.json("team", "add", "Sales", *other)
    for name in ("olga", "ed"):
        words = ("member", "add", f"{name}@acme.example", "--name", name, "--role", "owner")
        filled.json(*words, *other)
    # Goals that are judged by their chance need the history for it there, too.
    mapping = filled.write("mapping.json", json.dumps(MAPPING))
    deals = filled.write("deals.csv", DEALS)
    filled.json("import", deals, "--as", "deal", "--mapping", mapping, *other)
    told = filled.json("import", file, "--as", "goal", *other)
    assert (told["created"], told["problems"]) == (len(GOALS) + 2, [])
    assert filled.json("import", file, "--as", "goal", *other)["unchanged"] == len(GOALS) + 2
    listed = [
        {one["name"]: one for one in filled.json("goal", "list", "--workspace", name)["goals"]}
        for name in ("Acme", "Other")
    ]
    for name in ("name", "metric", "params", "where", "kind", "direction", "target", "from", "to"):
        assert {key: one[name] for key, one in listed[0].items() if key != "Twice"} == {
            key: one[name] for key, one in listed[1].items() if key != "Twice"
        }


def test_no_cell_of_a_text_is_run_as_a_formula(filled):
    file = filled.folder / "all.csv"
    filled.json("goal", "export", file)
    with file.open(encoding="utf-8-sig", newline="") as text:
        cells = [cell for row in csv.reader(text) for cell in row]
    assert "'=1+1" in cells and "'@SUM(A1)" in cells
    assert not [one for one in cells if one.startswith(("=", "@", "+", "\t"))]


@pytest.mark.parametrize(
    ("name", "code", "error"), [("all.ods", 2, "usage"), ("no/all.csv", 1, "unwritable_file")]
)
def test_a_file_that_cannot_be_written_is_refused(acme, name, code, error):
    assert acme.error("goal", "export", name, code=code)["code"] == error
