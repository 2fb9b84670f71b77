"""Demand and its costs from files, as a stranger brings them: the worked examples come out."""

import csv
import json
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[4] / "shared" / "domain"
#: Spend and new customers of three months; and one campaign from spend to revenue.
MONTHS = {
    "spend_by_month": [30000, 36000, 24000],
    "new_customers_by_month": [200, 300, 400],
    "no_lag": [150, 120, 60],
    "quarter": 100,
    "lag_one_month": [None, 100, 90],
}
CHAIN = {"spend": 6000, "leads": 120, "won": 18, "cpl": 50, "cost_per_sale": 6000 / 18}
OPT_IN = {"in": {"leads": 120, "visitors": 4000}, "out": 0.03}
NEEDED = {"target_customers": 12, "close_rate": 0.3, "leads_needed": 40}


def written(name, key, ours):
    """Return a worked example as it is written down, or ours where nobody wrote it down."""
    file = SHARED / name
    return json.loads(file.read_text(encoding="utf-8"))[key] if file.exists() else ours


@pytest.fixture
def bring(command, tmp_path):
    def run(record, rows):
        file = tmp_path / f"{record}.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        code, told = command("import", file, "--as", record)
        assert (code, told["rejected"], told["created"]) == (0, 0, len(rows))

    return run


@pytest.fixture
def value(command):
    def run(metric, first, last, *words):
        code, told = command("metric", "value", metric, "--from", first, "--to", last, *words)
        assert code == 0
        return told

    return run


def deals(prefix, number, on, **more):
    return [
        {"external_id": f"{prefix}{one}", "account": f"{prefix} {one}", "stage": "Won",
         "status": "won", "created_on": on, "closed_on": on, "amount": 1500, "currency": "", **more}
        for one in range(number)
    ]  # fmt: skip


def month(number):
    return f"2026-{number:02}-01", f"2026-{number:02}-{28 if number == 2 else 31}"


def test_the_cost_of_a_customer_by_month_by_quarter_and_a_month_later(bring, value):
    case = written("vectors.json", "cac", MONTHS)
    bring("spend", [
        {"on": f"2026-{at:02}-10", "amount": amount, "category": category}
        for at, total in enumerate(case["spend_by_month"], 1)
        for amount, category in ((total // 3, "sales"), (total - total // 3, "marketing"))
    ])  # fmt: skip
    won = case["new_customers_by_month"]
    bring("deal", [
        row for at, n in enumerate(won, 1) for row in deals(f"m{at}-", n, f"2026-{at:02}-20")
    ])  # fmt: skip
    found = [value("cac", *month(at))["value"] for at in (1, 2, 3)]
    assert found == case["no_lag"]
    assert value("cac", "2026-01-01", "2026-03-31")["value"] == case["quarter"]
    lagged = [value("cac", *month(at), "--set", "lag_months=1") for at in (1, 2, 3)]
    assert [one["value"] for one in lagged] == case["lag_one_month"]
    assert value("cac", *month(5))["value"] is None


def test_from_spend_to_leads_to_sales(bring, value):
    case = written("vectors.json", "cpl_chain", CHAIN)
    bring(
        "campaign",
        [{"external_id": "c-1", "name": "Spring"}, {"external_id": "c-2", "name": "Fair"}],
    )
    half = case["spend"] // 2
    bring("spend", [
        {"on": "2026-03-02", "amount": half, "currency": "", "campaign": "c-1"},
        {"on": "2026-03-03", "amount": case["spend"] - half, "currency": "", "campaign": "Fair"},
        {"on": "2026-03-04", "amount": 700, "currency": "SEK", "campaign": "Fair"},
    ])  # fmt: skip
    bring("lead", [
        {"external_id": f"l{one}", "created_on": "2026-03-05",
         "campaign": "Spring" if one < 20 else "Fair"}
        for one in range(case["leads"])
    ])  # fmt: skip
    bring("deal", deals("d", case["won"], "2026-03-20", campaign="Spring"))
    told = value("cpl", *month(3), "--by", "campaign")
    assert told["value"] == case["cpl"]
    assert {one["key"]: one["value"] for one in told["segments"]} == {
        "Fair": (case["spend"] - half) / (case["leads"] - 20), "Spring": half / 20,
    }  # fmt: skip
    noted = {one["code"]: one["n"] for one in told["note"]}
    assert noted["excluded_currency"] == 1
    sale = value("cost_per_sale", *month(3))
    assert sale["value"] == pytest.approx(case["cost_per_sale"], abs=1e-6)
    by_campaign = value("revenue_by_campaign", *month(3), "--by", "campaign")["segments"]
    assert {one["key"]: one["value"] for one in by_campaign} == {
        "Fair": 0, "Spring": 1500 * case["won"],
    }  # fmt: skip


def test_leads_per_visitor_and_leads_for_a_goal(bring, value, command):
    listed = written("golden.json", "worked_examples", {"opt_in_rate": [OPT_IN]})["opt_in_rate"]
    given, wanted = listed[0]["in"], listed[0]["out"]
    bring("web_visit", [{"on": "2026-03-01", "visitors": given["visitors"], "visits": 9000}])
    bring("lead", [
        {"external_id": f"l{one}", "created_on": "2026-03-05"} for one in range(given["leads"])
    ])  # fmt: skip
    assert value("opt_in_rate", *month(3))["value"] == wanted
    assert value("web_traffic", *month(3))["value"] == 9000
    case = written("vectors.json", "leads_needed", NEEDED)
    rows = deals("d", 100, "2026-03-20")
    for row in rows[round(100 * case["close_rate"]) :]:
        row.update(stage="Lost", status="lost")
    bring("deal", rows)
    told = value("leads_needed", *month(3), "--set", f"target={case['target_customers']}")
    assert told["value"] == case["leads_needed"]
    shown = command("metric", "show", "leads_by_type")[1]
    assert shown["params"] == {"type": ["all", "iql", "mql", "sql", "trial"]}
    assert shown["available"] is False


def test_steps_of_leads_mails_and_contacts(bring, value):
    bring("lead", [
        {"external_id": "l1", "created_on": "2026-03-01", "qualified_on": "2026-03-09",
         "source": "Referral"},
        {"external_id": "l2", "created_on": "2026-03-02", "qualified_on": "", "source": "Web"},
    ])  # fmt: skip
    bring("lead_event", [
        {"lead": "l1", "at": "2026-03-05T10:00:00Z", "kind": "MQL", "value": ""},
        {"lead": "l1", "at": "2026-03-09T10:00:00Z", "kind": "stage", "value": "SQL"},
        {"lead": "l2", "at": "2026-03-06T10:00:00Z", "kind": "MQL", "value": ""},
    ])  # fmt: skip
    bring("email_event", [
        {"at": f"2026-03-0{at}T10:00:00Z", "kind": kind, "message": "News", "recipient": who}
        for at, kind, who in (
            (1, "delivered", "a"), (1, "delivered", "b"), (2, "open", "a"), (3, "open", "a"),
            (3, "click", "a"),
        )
    ])  # fmt: skip
    bring("contact", [
        {"external_id": "c1", "opted_in_on": "2026-01-05", "opted_out_on": ""},
        {"external_id": "c2", "opted_in_on": "2026-01-06", "opted_out_on": "2026-03-31"},
    ])  # fmt: skip
    wanted = {
        "leads_by_type": 3, "lead_qualification_pct": 0.5, "mql_to_sql": 0.5, "referrals": 1,
        "email_open_rate": 0.5, "email_ctr": 0.5, "content_performance": 1, "subscribers": 1,
    }  # fmt: skip
    assert {one: value(one, *month(3))["value"] for one in wanted} == wanted
