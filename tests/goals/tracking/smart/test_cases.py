"""Goals of the kinds that teaching texts use, good and bad, with what the coach must say."""

import json
from datetime import date
from pathlib import Path

import pytest

from goals.tracking.smart.text import look

VECTORS = Path(__file__).resolve().parents[5] / "shared" / "domain" / "vectors.json"
TODAY = date(2024, 1, 1)
WARNINGS = {
    "absolute_word": "smart-A1", "no_metric": "smart-M1", "no_owner": "smart-S3",
    "baseline_missing": "smart-M3", "relative_or_points_ambiguous": "smart-M4",
    "no_deadline": "smart-T1", "reporting_lag_6_months": "smart-T3", "no_number": "smart-M1",
    "no_stated_reason": "smart-R1", "metric_ambiguous": "smart-M2",
    "two_metrics_in_one_goal": "smart-S4", "milestone_goal": "smart-M1",
    "target_at_theoretical_limit": "smart-A2", "target_out_of_range": "smart-M5",
    "direction_contradicts_metric": "smart-M6", "deadline_in_past": "smart-T2",
}  # fmt: skip


def letters(text, today=TODAY):
    return look.look(text, today=today).letters


def shared_cases():
    if not VECTORS.exists():
        return []
    return json.loads(VECTORS.read_text(encoding="utf-8"))["smart_cases"]


@pytest.mark.parametrize("case", shared_cases(), ids=lambda case: case["id"])
def test_the_shared_cases_come_out_as_written(case):
    found = look.look(case["text"], today=TODAY)
    assert found.letters == case["expect"]
    rules = {one.rule for one in found.findings}
    assert {WARNINGS[one.split(" ")[0]] for one in case["warn"]} <= rules


OURS = [
    ("Do away with lost customers: eliminate churn.", "FFFFF"),
    ("Close all open deals.", "FFFFF"),
    ("Buyers come once and stay away, and those who return cost less. Goal: lower churn by a "
     "quarter, 25%, by the end of next quarter. We will use one CRM for sales and support.",
     "PPPPP"),
    ("Deals stall for weeks. Goal: bring the sales cycle from 4 months to 2 months. We will use "
     "automation to hand out tasks.", "PPPPF"),
    ("We need more income. Goal: raise new revenue by 50% this year. We will set up lead scoring.",
     "PPPPP"),
    ("To earn more we must cut CAC from $115 to $80 by the end of this year. We will use "
     "automation.", "PPPPP"),
    ("We want new customers.", "FFFFF"),
    ("We want to win 12 new customers by year end. We will run an email campaign until December.",
     "PPPWP"),
    ("Lift the satisfaction survey by 10 points.", "WPFFF"),
    ("Raise productivity by 30% by the end of Q3 by bringing in better leads.", "PWWFP"),
    ("Top the sales target by 10% at year end.", "WPFFP"),
    ("Grow headcount by 10% to serve more clients.", "WPFPF"),
    ("Set up a department for marketing.", "WWFFF"),
    ("Grow our newsletter list.", "FFFFF"),
    ("Lower churn from 8% to 0% by 2024-12-31 using the CRM because loyalty pays.", "PPFPP"),
    ("Raise NPS from 20 to 140 by end of Q4 by calling detractors so that customers stay.",
     "PFFPP"),
    ("Lower CAC from $80 to $115 by year end by using automation to be more profitable.", "PFFPP"),
    ("Cut churn from 8% to 6% by 2019-01-01 using the CRM to protect revenue.", "PPPPF"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), OURS)
def test_cases_in_our_own_words(text, expected):
    found = letters(text)
    marks = {"pass": "P", "weak": "W", "fail": "F", None: "N"}
    assert "".join(marks[found[letter]] for letter in "SMART") == expected


def test_a_change_said_twice_must_be_the_same_change():
    agreed = look.look("Cut the sales cycle by 50%, from 4 months to 2 months.", today=TODAY)
    assert "smart-M9" not in {one.rule for one in agreed.findings}
    odd = look.look("Cut the sales cycle by 30%, from 4 months to 2 months.", today=TODAY)
    [finding] = [one for one in odd.findings if one.rule == "smart-M9"]
    assert finding.severity == "fail"
    assert odd.letters["M"] == "fail"
