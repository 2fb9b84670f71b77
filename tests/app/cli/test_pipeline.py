"""A stranger brings files of deals, their stages and quotas, and asks for numbers."""

import json

import pytest

STAGES = {"Lead": "open", "Qualified": "open", "Proposal": "open", "Won": "won", "Lost": "lost"}
FILES = {
    "owner": "name,team,region\nAnn,North,East\nBob,North,West\n",
    "deal": "external_id,name,owner,stage,status,amount,created_on,closed_on,expected_close_on,"
    "probability\n"
    "A,Alpha,Ann,Won,won,120000,2024-01-01,2024-02-01,,\n"
    "B,Beta,Bob,Lost,lost,0,2024-01-03,2024-01-30,,\n"
    "C,Gamma,Bob,Qualified,open,4000,2024-01-10,,2024-03-20,0.25\n"
    "D,Delta,Bob,Qualified,open,9000,2024-01-10,,2024-02-01,0.25\n"
    "E,Epsilon,Bob,Qualified,open,9000,2024-01-10,,2024-03-21,1\n",
    "stage_event": "deal,stage,entered_on\n"
    "A,Lead,2024-01-01\nA,Qualified,2024-01-05\nA,Proposal,2024-01-20\nA,Won,2024-02-01\n"
    "B,Lead,2024-01-03\nB,Qualified,2024-01-10\nB,Lead,2024-01-15\nB,Qualified,2024-01-18\n"
    "B,Lost,2024-01-30\nC,Lead,2024-01-10\nC,Qualified,2024-01-12\n",
    "quota": "owner,from,to,amount\nAnn,2024-01-01,2024-03-31,100000\n"
    "Bob,2024-01-01,2024-12-31,366000\n",
}


@pytest.fixture
def imported(command, tmp_path):
    for record, text in FILES.items():
        file = tmp_path / f"{record}.csv"
        file.write_text(text, encoding="utf-8")
        mapping = tmp_path / f"{record}.json"
        said = {"columns": {name: name for name in text.split("\n", 1)[0].split(",")}}
        if record in ("deal", "stage_event"):
            said["stages"] = STAGES
        mapping.write_text(json.dumps(said), encoding="utf-8")
        code, told = command("import", file, "--as", record, "--mapping", mapping)
        assert code == 0, told
        assert (told["rejected"], told["created"]) == (0, told["rows"])
    return command


def test_numbers_come_out_of_files(imported):
    def value(metric, *words, first="2024-01-01", last="2024-03-31", today="2024-03-15"):
        asked = ("metric", "value", metric, "--from", first, "--to", last, "--today", today)
        code, told = imported(*asked, *words)
        assert code == 0, told
        return told

    lead = value("stage_length", "--where", "stage=Lead")
    assert lead["value"] == pytest.approx(16 / 3)
    assert (lead["numerator"], lead["denominator"], lead["unit"]) == (16, 3, "days")
    lost = value("stage_dropoff", "--where", "stage=Qualified")
    # Deals without a history of their own stand where their row says, since they were created.
    assert (lost["numerator"], lost["denominator"]) == (1, 5)
    share = value("stage_share", "--by", "stage", last="2024-01-13")
    assert {one["key"]: one["value"] for one in share["segments"]}["Qualified"] == pytest.approx(1)
    team = value("quota_attainment", "--by", "owner")
    assert (team["value"], team["denominator"]) == (pytest.approx(120 / 191), 191_000)
    assert {one["key"]: one["value"] for one in team["segments"]} == {"Ann": 1.2, "Bob": 0}
    ahead = value("forecast")
    assert ahead["value"] == 120_000 + 1000
    assert {one["code"]: one["n"] for one in ahead["note"]}["past_due"] == 1
    assert any("Epsilon" in one["message"] for one in ahead["note"] if one["code"] == "certain")
    assert value("deals_to_quota")["value"] == 1
    assert value("contracts_signed")["value"] == 1
    assert value("opportunities_new")["value"] == 5
    assert value("productivity")["value"] == pytest.approx(1 / (2 * (2 + 15 / 31)))
    assert value("revenue_growth")["value"] is None
    assert value("revenue_growth", first="2024-03-01")["value"] == -1
    assert value("yoy_comparison")["value"] is None
