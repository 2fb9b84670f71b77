"""Who stays and what they buy, as a stranger brings it: two files and a few questions."""

import json

SUBSCRIPTIONS = """id,Customer,Started on,MRR,Ended on,Due on,Renewed on
S1,Acme,2025-01-01,100,2026-02-10,,
S2,Acme,2026-02-10,150,,,
S3,Beta,2025-03-01,80,2026-02-20,2026-03-01,
S4,Cola,2025-03-01,20,,2026-03-01,2026-02-25
S5,Dune,2026-02-01,60,2026-03-10,,
"""
PURCHASES = """order,Customer,On,Amount,Refund
1,Acme,2025-11-15,100,no
2,Acme,2026-02-03,40,no
3,Beta,2025-12-20,60,no
4,Beta,2026-01-05,10,yes
"""
MAPPED = {
    "subscription": {
        "external_id": "id", "customer": "Customer", "started_on": "Started on", "mrr": "MRR",
        "ended_on": "Ended on", "due_on": "Due on", "renewed_on": "Renewed on",
    },
    "purchase": {
        "external_id": "order", "customer": "Customer", "on": "On", "amount": "Amount",
        "refund": "Refund",
    },
}  # fmt: skip
QUARTER = ("--from", "2026-01-01", "--to", "2026-03-31", "--today", "2026-04-30")


def brought(command, folder, record, text):
    file, mapping = folder / f"{record}.csv", folder / f"{record}.json"
    file.write_text(text, encoding="utf-8")
    mapping.write_text(json.dumps({"columns": MAPPED[record]}), encoding="utf-8")
    code, told = command("import", file, "--as", record, "--mapping", mapping)
    assert (code, told["rejected"]) == (0, 0)


def asked(command, metric, *words):
    code, told = command("metric", "value", metric, *QUARTER, *words)
    assert code == 0
    return told


def test_subscriptions_answer_who_stays_and_what_they_pay(command, tmp_path):
    brought(command, tmp_path, "subscription", SUBSCRIPTIONS)
    told = asked(command, "churn_rate")
    assert (told["value"], told["numerator"], told["denominator"]) == (1 / 3, 1, 3)
    assert told["params"] == {"entity": "account", "basis": "opening"}
    assert ("joined_and_left", 1) in [(one["code"], one["n"]) for one in told["note"]]
    expected = {
        "retention_rate": 2 / 3, "customers_retained": 2, "revenue_churn": 80 / 200,
        "grr": 120 / 200, "nrr": 170 / 200, "net_new_mrr": -30, "renewal_rate": 1 / 2,
        "upsell_rate": 1 / 3,
    }  # fmt: skip
    got = {metric: asked(command, metric)["value"] for metric in expected}
    assert got == expected
    parts = asked(command, "churn_rate", "--by", "account")["segments"]
    assert {one["key"]: one["value"] for one in parts} == {
        "Acme": 0, "Beta": 1, "Cola": 0, "Dune": None,
    }  # fmt: skip


def test_purchases_answer_who_stays_away_and_what_a_customer_is_worth(command, tmp_path):
    brought(command, tmp_path, "purchase", PURCHASES)
    told = asked(command, "churn_rate", "--set", "inactive_days=90")
    assert (told["value"], told["numerator"], told["denominator"]) == (1 / 2, 1, 2)
    year = ("--from", "2025-05-01", "--to", "2026-04-30")
    code, worth = command("metric", "value", "clv", *year, "--set", "lifespan_months=24")
    assert (code, worth["value"], worth["currency"]) == (0, 190, "USD")
    assert asked(command, "net_new_revenue")["value"] == 0


def test_without_a_rule_for_inactive_customers_purchases_say_what_is_missing(command, tmp_path):
    brought(command, tmp_path, "purchase", PURCHASES)
    told = asked(command, "churn_rate")
    assert told["value"] is None
    assert [one["code"] for one in told["note"]] == ["needs_param"]
    assert "days without a purchase" in told["note"][0]["message"]


def test_a_number_entered_by_hand_stands_where_nothing_can_be_counted(command, tmp_path):
    brought(command, tmp_path, "purchase", PURCHASES)
    file = tmp_path / "readings.csv"
    file.write_text("metric,on,value\nchurn_rate,2026-03-31,0.04\n", encoding="utf-8")
    assert command("import", file, "--as", "reading")[0] == 0
    assert asked(command, "churn_rate")["value"] == 0.04
    assert asked(command, "churn_rate", "--set", "inactive_days=90")["value"] == 1 / 2


def test_a_metric_says_what_its_words_mean(command):
    code, shown = command("metric", "show", "churn_rate")
    assert code == 0
    assert shown["params"] == {
        "entity": ["account", "subscription"], "inactive_days": None, "basis": ["opening"],
    }  # fmt: skip
    assert "days without a purchase" in shown["note"]
