"""Every worked example that metrics cover: from files in, through the command and the page out."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from app.db import Database
from goals.calendar import DAY
from tests.goals.metrics import customers, maven, ways
from tests.goals.metrics.ways import ByCommand, ByPage
from tests.goals.metrics.worked import (
    DEALS,
    FIRST,
    LAST,
    deals,
    month,
    near,
    subscription,
    vector,
)

if not customers.IS_THERE:
    __test__ = False

WAYS = {
    "sqlite": ("sqlite_url", ByCommand),
    "postgres": ("postgres_url", ByCommand),
    "page": ("sqlite_url", ByPage),
}


@pytest.fixture(params=list(WAYS))
def company(request: pytest.FixtureRequest) -> Iterator[ByCommand]:
    place, way = WAYS[request.param]
    database = Database(request.getfixturevalue(place))
    made = ways.found(database, way)
    assert isinstance(made, ByCommand)
    yield made
    if isinstance(made, ByPage):
        made.close()
    database.dispose()


def test_time_in_stages(company):
    told = vector("stage_history")
    events = told["events"]
    rows = [
        {
            "external_id": name,
            "stage": steps[-1][0],
            "created_on": steps[0][1],
            "closed_on": steps[-1][1] if steps[-1][0] in ("Won", "Lost") else "",
        }
        for name, steps in events.items()
    ]
    stages = {"Lead": "open", "Qualified": "open", "Proposal": "open", "Won": "won", "Lost": "lost"}
    columns = {one: one for one in rows[0]}
    company.bring("deal", rows, {"columns": columns, "stages": stages})
    entered = [
        {"external_id": f"{name}-{at}", "deal": name, "stage": stage, "entered_on": day}
        for name, steps in events.items()
        for at, (stage, day) in enumerate(steps)
    ]
    columns = {one: one for one in entered[0]}
    company.bring("stage_event", entered, {"columns": columns, "stages": stages})
    first, last = date(2024, 1, 1), date.fromisoformat(told["as_of"])

    def length(stage: str, **params: Any) -> Any:
        return company.value("stage_length", first, last, where={"stage": stage}, **params)

    for stage in told["mean_completed"]:
        assert length(stage) == near(told["mean_completed"][stage])
        assert length(stage, stat="median") == near(told["median_completed"][stage])
    # B comes back to both: its last visits alone, the others pass once.
    again, each = told["latest_time_in_stage"]["B"], told["cumulative_days"]
    for stage, days in again.items():
        others = [of[stage] for name, of in each.items() if name != "B" and stage in of]
        assert length(stage, visits="last") == near((days + sum(others)) / (1 + len(others)))
    for name, (stage, days) in {"C": ("Qualified", each["C"]["Qualified_open"])}.items():
        age = company.read("open_deals", last, last, where={"stage": stage}, measure="age")
        assert (age.value, age.to_json()["n"]) == (days, 1), name
    lost = {
        stage: company.read("stage_dropoff", first, last, where={"stage": stage}).to_json()
        for stage in told["mean_completed"]
    }
    exits = {stage: len(of) for stage, of in told["exits"].items()}
    assert {name: one["numerator"] for name, one in lost.items() if one["numerator"]} == exits
    open_ = lost["Qualified"]["denominator"] - lost["Qualified"]["numerator"]
    passed = told["conversion_entered_to_next"]["Qualified->Proposal"]
    assert (open_ - 1) / lost["Qualified"]["denominator"] == near(passed)


def test_time_to_resolve(company):
    told = vector("resolution_time")
    one, two, three = (told[name] for name in ("T1", "T2", "T3"))

    def ticket(name: str, opened: str, solved: Any, again: Any, owner: str) -> dict[str, Any]:
        return {"external_id": name, "opened_at": opened, "solved_at": solved or "",
                "reopened_at": again or "", "owner": owner}  # fmt: skip

    company.bring(
        "ticket",
        [
            ticket("T1", one["opened"], one["closed"], None, "ann"),
            ticket("T2", two["opened"], two["solved_again"], two["reopened"], "bob"),
            ticket("T3", three["opened"], None, None, "bob"),
        ],
    )
    first, last = date(2024, 3, 1), date(2024, 3, 31)
    full = company.read("resolution_time", first, last)
    assert full.value == near(told["mean_calendar_full"])
    assert {one.code: one.n for one in full.notes}["backlog"] == told["backlog"]
    owners = company.split("resolution_time", first, last, "owner")
    assert {name.split()[0]: near(hours) for name, hours in told["per_agent"].items()} == {
        name: owners[name] for name in ("ann", "bob")
    }
    business = company.split("resolution_time", first, last, "owner", hours="business")
    assert business["ann"] == near(one["business_hours"])
    assert company.value("open_cases", last, last) == told["backlog"]


def test_the_cost_of_a_customer(company):
    told = vector("cac")
    company.bring("spend", [
        {"external_id": f"s{at}-{kind}", "on": date(2026, at, 10), "amount": amount,
         "category": kind}
        for at, total in enumerate(told["spend_by_month"], 1)
        for kind, amount in (("sales", total // 3), ("marketing", total - total // 3))
    ] + [{"external_id": "alone", "on": date(2026, 6, 10), "category": "sales",
          "amount": told["zero_customers"]["spend"]}])  # fmt: skip
    won = told["new_customers_by_month"]
    rows = [
        row
        for at, n in enumerate(won, 1)
        for row in deals(f"m{at}-", n, "Won", 100, date(2026, at, 20))
    ]
    company.bring("deal", rows, DEALS)
    assert [company.value("cac", *month(at)) for at in (1, 2, 3)] == list(map(near, told["no_lag"]))
    assert company.value("cac", date(2026, 1, 1), LAST) == near(told["quarter"])
    lagged = [company.value("cac", *month(at), lag_months=1) for at in (1, 2, 3)]
    assert lagged == list(map(near, told["lag_one_month"]))
    none = company.read("cac", *month(6)).to_json()
    assert (none["value"], none["numerator"], none["denominator"]) == (
        told["zero_customers"]["out"], told["zero_customers"]["spend"], 0,
    )  # fmt: skip


def test_from_spend_to_sales(company):
    told = vector("cpl_chain")
    spent = {"external_id": "s", "on": FIRST, "amount": told["spend"], "category": "marketing"}
    company.bring("spend", [spent])
    company.bring(
        "lead", [{"external_id": f"l{one}", "created_on": FIRST} for one in range(told["leads"])]
    )
    company.bring("deal", deals("d", told["won"], "Won", told["revenue"] // told["won"]), DEALS)
    for metric, name in {
        "cpl": "cpl", "cost_per_sale": "cost_per_sale", "avg_deal_size": "avg_deal",
        "revenue": "revenue", "contracts_signed": "won", "leads_new": "leads",
    }.items():  # fmt: skip
        assert company.value(metric, FIRST, LAST) == near(told[name]), metric


def test_customers_lost_and_left(company):
    told = vector("churn")
    before, within = date(2026, 2, 1), date(2026, 3, 10)
    case = told["new_and_lost_in_period"]
    rows = [
        subscription(f"o{one}", 10, before, within if one < case["start_lost"] else "")
        for one in range(case["start"])
    ]
    rows += [
        subscription(f"n{one}", 10, within, LAST if one < case["new_lost_again"] else "")
        for one in range(case["new"])
    ]
    company.bring("subscription", rows)
    assert company.value("churn_rate", FIRST, LAST) == near(told["churn"])
    assert company.value("retention_rate", FIRST, LAST) == near(case["retention_true_cohort"])
    simple = company.value("retention_rate", FIRST, LAST, basis="end_less_new")
    assert simple == near(case["retention_seed_formula"])
    assert company.value("customers_retained", FIRST, LAST) == case["start"] - case["start_lost"]
    nobody = company.read("churn_rate", *month(1)).to_json()
    assert (nobody["value"], nobody["denominator"]) == (told["zero_start"]["out"], 0)


def test_customers_lost_month_by_month(company):
    told = vector("churn")["rollup_three_months"]
    starts, lost = told["starts"], told["churned"]
    rows: list[dict[str, Any]] = []
    there: list[dict[str, Any]] = []
    made = 0
    for at, (start, gone) in enumerate(zip(starts, lost, strict=True), 1):
        first = date(2026, at, 1)
        while len(there) < start:
            rows.append(subscription(f"c{made}", 10, first - DAY))
            there.append(rows[-1])
            made += 1
        for one in there[:gone]:
            one["ended_on"] = first + 9 * DAY
        there = there[gone:]
    company.bring("subscription", rows)
    found = [company.value("churn_rate", *month(at)) for at in (1, 2, 3)]
    assert found == [near(n / start) for n, start in zip(lost, starts, strict=True)]
    assert sum(found) / 3 == near(told["mean_of_rates"])
    left = (1 - found[0]) * (1 - found[1]) * (1 - found[2])
    assert 1 - left == near(told["compound_quarter"])


def test_what_customers_pay(company):
    told = vector("revenue_retention")
    before, within = date(2026, 2, 1), date(2026, 3, 10)
    rest = told["start_mrr"] - told["churned"] - 20_000
    company.bring("subscription", [
        subscription("gone", told["churned"], before, within),
        subscription("d1", 10_000, before, within, customer="down"),
        subscription("d2", 10_000 - told["contraction"], within, customer="down"),
        subscription("u1", 10_000, before, within, customer="up"),
        subscription("u2", 10_000 + told["expansion"], within, customer="up"),
        subscription("rest", rest, before),
        subscription("new", told["new"], within),
    ])  # fmt: skip
    for metric, name in {
        "grr": "grr", "nrr": "nrr", "revenue_churn": "gross_mrr_churn",
        "net_new_mrr": "net_new_mrr",
    }.items():  # fmt: skip
        assert company.value(metric, FIRST, LAST) == near(told[name]), metric


def test_many_small_customers_are_little_revenue(company):
    told = vector("revenue_retention")["logo_example"]
    before, within = date(2026, 2, 1), date(2026, 3, 10)
    lost, start = told["lost_small"], told["customers_start"]
    whole = told["revenue_of_lost"] / told["revenue_churn"]
    big = int(whole - told["revenue_of_lost"]) // (start - lost)
    rows = [
        subscription(f"s{one}", told["revenue_of_lost"] // lost, before, within)
        for one in range(lost)
    ]
    rows += [subscription(f"b{one}", big, before) for one in range(start - lost)]
    company.bring("subscription", rows)
    assert company.value("churn_rate", FIRST, LAST) == near(told["logo_churn"])
    assert company.value("revenue_churn", FIRST, LAST) == near(told["revenue_churn"])


def test_renewals(company):
    told = vector("renewal")
    before, due = date(2025, 3, 15), date(2026, 3, 15)
    lost, down = told["due"] - told["renewed"], told["downgraded"]
    halved = 2 * told["contraction_value"] // down
    rest = told["due_value"] - told["lost_value"] - halved * down
    same = told["renewed"] - down
    prices = [rest // same] * same
    prices[0] += rest - sum(prices)
    rows = [
        subscription(f"g{one}", told["lost_value"] // lost, before, due, due=due)
        for one in range(lost)
    ]
    rows += [
        subscription(f"s{one}", price, before, due=due, renewed=due)
        for one, price in enumerate(prices)
    ]
    for one in range(down):
        rows.append(subscription(f"h{one}", halved, before, due, due=due, renewed=due))
        rows.append(subscription(f"l{one}", halved // 2, due, customer=f"h{one}"))
    company.bring("subscription", rows)
    assert company.value("renewal_rate", FIRST, LAST) == near(told["logo_rate"])
    assert company.value("renewal_rate", FIRST, LAST, weight="value") == near(told["dollar_rate"])


def test_customers_who_went_up(company):
    told = vector("upsell")
    before, within, later = date(2026, 2, 1), date(2026, 3, 10), date(2026, 3, 20)
    rows = []
    for one in range(told["customers_start"]):
        up = one < told["upsold"]
        rows.append(subscription(f"c{one}", 10, before, within if up else ""))
        if up:
            rows.append(subscription(f"c{one}-2", 20, within, later, customer=f"c{one}"))
            rows.append(subscription(f"c{one}-3", 30, later, customer=f"c{one}"))
    company.bring("subscription", rows)
    assert company.value("upsell_rate", FIRST, LAST) == near(told["rate"])


def test_leads_for_a_number_of_customers(company):
    told = vector("leads_needed")
    won = round(100 * told["close_rate"])
    rows = deals("w", won, "Won", 100) + deals("l", 100 - won, "Lost")
    rows += deals("none", 5, "Lost", on=date(2026, 4, 10))
    company.bring("deal", rows, DEALS)
    target = told["target_customers"]
    assert company.value("leads_needed", FIRST, LAST, target=target) == told["leads_needed"]
    assert company.value("leads_needed", *month(4), target=target) == told["close_rate_zero"]


def test_deals_for_a_quota(company):
    told = vector("deals_needed_for_quota")
    mean, closed = told["avg_deal"], told["closed"]
    # Six larger ones in the quarter and six smaller ones before it: the mean is the one told.
    now = deals("n", 6, "Won", closed // 6, date(2026, 1, 20))
    earlier = deals("e", 6, "Won", 2 * mean - closed // 6, date(2025, 9, 10))
    for row in now + earlier:
        row["owner"] = "ann"
    company.bring("deal", now + earlier, DEALS)
    quota = {"external_id": "q", "owner": "ann", "from": date(2026, 1, 1), "to": LAST,
             "amount": told["quota"]}  # fmt: skip
    company.bring("quota", [quota])
    assert company.value("deals_to_quota", date(2026, 1, 1), LAST) == told["deals_needed"]


def test_quotas_of_a_team(company):
    told = vector("quota_team")
    rows, quotas = [], []
    for name, (sold, quota) in told["reps"].items():
        rows += [{**one, "owner": name} for one in deals(name, 1, "Won", sold)]
        quotas.append(
            {"external_id": name, "owner": name, "from": FIRST, "to": LAST, "amount": quota}
        )
    part = told["prorated"]
    rows += [{**one, "owner": "c"} for one in deals("c", 1, "Won", 9000, date(2025, 2, 1))]
    quotas.append({"external_id": "c", "owner": "c", "from": date(2025, 1, 1),
                   "to": date(2025, 12, 31), "amount": part["annual_quota"]})  # fmt: skip
    company.bring("deal", rows, DEALS)
    company.bring("quota", quotas)
    assert company.value("quota_attainment", FIRST, LAST) == near(told["team_ratio_of_sums"])
    each = company.split("quota_attainment", FIRST, LAST, "owner")
    assert (each["a"] + each["b"]) / 2 == near(told["wrong_mean_of_ratios"])
    last = date(2025, 1, 1) + (part["days"] - 1) * DAY
    prorated = company.read("quota_attainment", date(2025, 1, 1), last).to_json()
    assert prorated["denominator"] == near(part["quota"])


def test_won_and_lost(company):
    told = vector("win_rate")
    value = told["value"]
    rows = deals("w", told["won"], "Won", value["won_value"] // told["won"])
    rows += deals("l", told["lost"], "Lost", 0) + deals("o", told["open"], "Open", 50)
    rows[told["won"]]["amount"] = value["lost_value"]
    company.bring("deal", rows, DEALS)
    assert company.value("win_rate", FIRST, LAST) == near(told["closed_basis"])
    assert company.value("win_rate", FIRST, LAST, basis="created") == near(told["created_basis"])
    assert company.value("win_rate", FIRST, LAST, weight="value") == near(value["value_win_rate"])


def test_leads_and_their_points(company):
    told = vector("lead_score")
    cases = {f"case{at}": case for at, case in enumerate(told["cases"])}
    leads = [{"external_id": name, "created_on": FIRST, "owner": name} for name in cases]
    company.bring("lead", leads)
    company.bring("lead_event", [
        {"lead": name, "at": f"2026-03-{at:02}T09:00:00Z", "kind": kind}
        for name, case in cases.items()
        for at, kind in enumerate(case["events"], 2)
    ])  # fmt: skip
    company.bring("lead", [
        {"external_id": kind, "created_on": LAST, "owner": f"only {kind}"}
        for kind in told["points"]
    ])  # fmt: skip
    company.bring("lead_event", [
        {"lead": kind, "at": "2026-03-31T10:00:00Z", "kind": kind} for kind in told["points"]
    ])  # fmt: skip
    each = company.split("lead_score", FIRST, LAST, "owner")
    wanted = {name: case["score"] for name, case in cases.items()}
    wanted |= {f"only {kind}": points for kind, points in told["points"].items()}
    assert each == wanted
    everything = company.read("lead_score", FIRST, LAST).to_json()
    whole, n = sum(wanted.values()), len(wanted)
    assert (everything["numerator"], everything["denominator"]) == (whole, n)
    assert everything["value"] == near(whole / n)


def test_each_worked_example_is_asked_for_here_or_is_no_metric():
    text = (maven.SHARED / "domain" / "vectors.json").read_text(encoding="utf-8")
    asked = set(
        "stage_history resolution_time cac cpl_chain churn revenue_retention renewal upsell"
        " leads_needed deals_needed_for_quota quota_team win_rate lead_score".split()
    )
    # Rules in words, arithmetic of goals, and whom leads are given to.
    others = set("cross_sell_vs_upsell percent_semantics goal_pace round_robin smart_cases".split())
    assert set(json.loads(text)) == asked | others
