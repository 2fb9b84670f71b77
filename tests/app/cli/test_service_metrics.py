"""Service and activities from files to numbers, on the command line, as a stranger would."""

import json
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[4] / "shared" / "domain"
#: The same kinds of case as the domain's vectors, in numbers of our own.
TICKETS = {
    "T1": {"opened": "2024-03-08T15:00", "closed": "2024-03-11T11:00",
           "calendar_hours": 68.0, "business_hours": 5.0},
    "T2": {"opened": "2024-03-12T10:00", "solved": "2024-03-12T14:00",
           "reopened": "2024-03-13T09:00", "solved_again": "2024-03-13T12:00",
           "first_resolution_hours": 4.0, "full_resolution_hours": 26.0},
    "T3": {"opened": "2024-03-13T09:00", "closed": None},
    "mean_calendar_full": 47.0,
    "backlog": 1,
}  # fmt: skip
ANSWERS = {
    "nps_0_10": [{"in": {"scores": [10, 10, 9, 7, 6, 5, 9, 9]}, "out": {"nps": 37.5}}],
    "nps_1_5_seed_bands": [{"in": {"scores": [5, 3, 2, 4, 1, 1, 4, 4]}, "out": {"nps": 12.5}}],
}
MARCH = ("--from", "2024-03-01", "--to", "2024-03-31", "--today", "2024-04-02")


def cases(name, part, own):
    """Return our own cases, and those of the shared files where they are at hand."""
    file = SHARED / name
    shared = json.loads(file.read_text(encoding="utf-8"))[part] if file.exists() else None
    return [own] if shared is None else [own, shared]


@pytest.fixture
def desk(acme):
    """A company that brought its tickets, answers and activities in from files."""

    def bring(record, rows):
        told = acme.json("import", acme.write(f"{record}.csv", rows), "--as", record)
        assert told["rejected"] == 0

    acme.bring = bring
    return acme


def value(desk, metric, *words):
    return desk.json("metric", "value", metric, *MARCH, *words)


def by_owner(desk, *words):
    found = value(desk, "resolution_time", "--by", "owner", *words)["segments"]
    return {one["key"]: one["value"] for one in found if one["key"] in ("ann", "bob")}


@pytest.mark.parametrize("told", cases("vectors.json", "resolution_time", TICKETS))
def test_tickets_come_out_as_worked_out_by_hand(desk, told):
    one, two, three = (told[name] for name in ("T1", "T2", "T3"))
    head = "external_id,opened_at,solved_at,reopened_at,owner\n"
    desk.bring("ticket", f"{head}T1,{one['opened']},{one['closed']},,ann\n"
                         f"T2,{two['opened']},{two['solved']},,bob\n"
                         f"T3,{three['opened']},,,bob\n")  # fmt: skip
    again = f"T2,{two['opened']},{two['solved_again']},{two['reopened']},bob\n"
    desk.bring("ticket", head + again)
    full = value(desk, "resolution_time")
    assert full["value"] == told["mean_calendar_full"]
    assert (full["unit"], full["params"]) == ("hours", {"hours": "calendar", "resolution": "full"})
    assert {"backlog": told["backlog"]}.items() <= {n["code"]: n["n"] for n in full["note"]}.items()
    hours = {"ann": one["calendar_hours"], "bob": two["full_resolution_hours"]}
    assert by_owner(desk) == hours
    first = by_owner(desk, "--set", "resolution=first")
    assert first["bob"] == two["first_resolution_hours"]
    assert by_owner(desk, "--set", "hours=business")["ann"] == one["business_hours"]
    assert value(desk, "open_cases")["value"] == told["backlog"]
    assert value(desk, "service_requests")["value"] == 3
    before = value(desk, "resolution_time", "--as-of", "2024-03-01")
    assert (before["value"], before["n"]) == (None, 0)


@pytest.mark.parametrize("told", cases("golden.json", "worked_examples", ANSWERS))
def test_answers_come_out_as_worked_out_by_hand(desk, told):
    scales = {"nps_0_10": "0-10", "nps_1_5_seed_bands": "1-5"}
    for name, scale in scales.items():
        case = told[name][0]
        rows = "".join(
            f"{scale} {i},2024-03-10 12:00,{score},{scale},NPS\n"
            for i, score in enumerate(case["in"]["scores"])
        )
        desk.bring("survey_answer", "external_id,at,score,scale,kind\n" + rows)
        found = value(desk, "nps", "--set", f"scale={scale}")
        assert (found["value"], found["n"]) == (case["out"]["nps"], len(case["in"]["scores"]))
    assert value(desk, "csat")["value"] is None


def test_activities_come_out_by_the_words_of_their_source(desk):
    desk.bring("lead", "external_id,created_on,owner\nL1,2024-03-01,ann\nL2,2024-03-02,ann\n")
    desk.bring("activity", "external_id,kind,at,lead,owner,direction\n"
                           "1,Call,2024-03-05 10:00,L1,ann,out\n"
                           "2,PHONE_CALL,2024-03-06 10:00,L1,ann,outgoing\n"
                           "3,Had a Phone Conversation,2024-03-07 10:00,L2,bob,\n"
                           "4,Email Opened,2024-03-07 10:00,L2,,\n"
                           "5,Meeting,2024-03-30 23:30,L2,bob,\n")  # fmt: skip
    expected = {
        "inbound_outbound_calls": 3,
        "outreach_volume": 3,
        "calls_per_lead": 1.5,
        "engagement_signals": 1,
        "meetings_set": 1,
        # Ann and Bob were active, of the four owners that the files name.
        "crm_adoption": 0.5,
        "followup_coverage": 0.5,
        "most_least_active": 5,
    }
    assert {name: value(desk, name)["value"] for name in expected} == expected
    shown = {one["id"]: one["available"] for one in desk.json("metric", "list")["metrics"]}
    assert all(shown[name] for name in expected) and not shown["nps"]
    assert desk.json("metric", "show", "followup_coverage")["formula"]


def test_what_has_no_records_is_still_entered(desk):
    rows = "metric,on,value\nnps,2024-03-31,41\nopen_cases,2024-03-30,7\n"
    desk.bring("reading", rows)
    assert (value(desk, "nps")["value"], value(desk, "open_cases")["value"]) == (41, 7)
