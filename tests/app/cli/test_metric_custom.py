"""Metrics of one's own on the command line."""

import pytest

QUARTER = ("--from", "2026-01-01", "--to", "2026-03-31", "--today", "2026-04-30")
SIZE = ("--name", "Deal size", "--expression", "revenue / contracts_signed")


def test_a_metric_is_made_shown_listed_and_read(acme):
    made = acme.json("metric", "add", "size", *SIZE, "--direction", "up")
    assert (made["id"], made["name"], made["unit"], made["kind"]) == (
        "size", "Deal size", "money", "ratio",
    )  # fmt: skip
    assert (made["version"], made["expression"]) == (1, "revenue / contracts_signed")
    assert made["formula"] == "Revenue ÷ Contracts signed"
    assert [one["metric"] for one in made["made_of"]] == ["revenue", "contracts_signed"]
    assert acme.json("metric", "show", "size") == made
    [listed] = [one for one in acme.json("metric", "list")["metrics"] if one["id"] == "size"]
    assert listed["available"] is True and listed["needs"] == made["needs"]
    told = acme.json("metric", "value", "size", *QUARTER)
    # Three deals came to 600.
    assert (told["value"], told["numerator"], told["denominator"]) == (200, 600, 3)
    assert (told["metric"], told["version"], told["currency"] is None) == ("size", 1, False)
    alone = acme.json("metric", "value", "revenue", *QUARTER)
    assert told["made_of"][0] == {
        "metric": "revenue", "value": 600, "unit": "money", "receipt": alone["receipt"],
    }  # fmt: skip


def test_it_is_split_and_narrowed_and_read_as_it_was_known(acme):
    acme.json("metric", "add", "size", *SIZE)
    told = acme.json("metric", "value", "size", *QUARTER, "--by", "owner")
    split = {one["key"]: one["value"] for one in told["segments"]}
    narrowed = acme.json("metric", "value", "size", *QUARTER, "--where", "owner=Ann")
    assert split["Ann"] == narrowed["value"] == 200
    then = acme.json("metric", "value", "size", *QUARTER, "--as-of", "2020-01-01")
    assert then["value"] is None


def test_adding_churn_to_revenue_is_refused_with_the_reason(acme):
    words = ("--name", "Nonsense", "--expression", "revenue + churn_rate")
    error = acme.error("metric", "add", "nonsense", *words, code=2)
    assert (error["code"], error["field"]) == ("unit_mismatch", "expression")
    assert "an amount of money" in error["message"] and "a rate" in error["message"]
    assert error["fix"].startswith("Only like can be added to like.")


def test_a_change_is_a_new_version_and_a_name_is_none(acme):
    acme.json("metric", "add", "size", *SIZE, "--direction", "up", "--description", "Why not")
    named = acme.json("metric", "change", "size", "--name", "Size")
    assert (named["version"], named["name"], named["direction"]) == (1, "Size", "up")
    after = acme.json("metric", "change", "size", "--expression", "revenue / leads_new")
    assert (after["version"], after["name"], after["note"]) == (2, "Size", "Why not")


def test_it_is_archived_and_brought_back(acme):
    acme.json("metric", "add", "size", *SIZE)
    assert acme.json("metric", "archive", "size")["archived"] is True
    assert "size" not in {one["id"] for one in acme.json("metric", "list")["metrics"]}
    assert acme.json("metric", "restore", "size")["archived"] is False


def test_a_goal_takes_it_and_is_judged(acme):
    acme.json("metric", "add", "kept", "--name", "Kept", "--expression", "revenue * 0.5")
    terms = ("--kind", "cumulative", "--direction", "up", "--target", "300")
    days = ("--from", "2026-01-01", "--to", "2026-03-31", "--owner", "olga@acme.example")
    goal = acme.json("goal", "add", "--name", "Keep", "--metric", "kept", *terms, *days)
    assert (goal["metric"], goal["unit"]) == ("kept", "money")
    acme.json("review", "--today", "2026-04-01")
    [one] = acme.json("status", "Keep", "--today", "2026-04-01")["goals"]
    assert (one["metric"], one["actual"], one["status"]) == ("kept", 300, "achieved")
    told = acme.json("ask", "how is kept doing?", "--today", "2026-04-01")
    assert (told["kind"], told["metric"], told["value"]) == ("answer", "kept", 300)
    assert told["receipt"]["formula"].startswith("Kept ")
    acme.json("metric", "add", "gone", "--name", "Gone", "--expression", "revenue * 2")
    acme.json("metric", "archive", "gone")
    again = ("goal", "add", "--name", "Late", "--metric", "gone", *terms, *days)
    assert acme.error(*again, code=1)["code"] == "metric_archived"
    error = acme.error("metric", "archive", "kept", code=1)
    assert error["code"] == "metric_in_use" and "Keep" in error["message"]


@pytest.mark.parametrize("action", ["change", "archive", "restore"])
def test_metrics_of_headway_stay_as_they_are(acme, action):
    assert acme.error("metric", action, "revenue", code=2)["code"] == "not_custom"
    assert acme.error("metric", action, "nothing", code=2)["code"] == "unknown_metric"
