"""The rules on a goal's fields, each where it speaks and where it keeps silent."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from goals.metrics import catalogue
from goals.tracking.smart.rules import achievable, every, feasible, relevant
from goals.tracking.smart.rules.facts import Facts
from goals.tracking.smart.rules.feasible import Expected
from goals.words import render

D = Decimal
METRIC = catalogue.find("win_rate")
GOOD = Facts(
    metric="win_rate",
    metric_known=True,
    metric_name=METRIC.name,
    unit="rate",
    currency="THB",
    better="up",
    limits=(D(0), D(1)),
    direction="up",
    change="target",
    given=D("0.28"),
    target=D("0.28"),
    baseline=D("0.22"),
    first_day=date(2026, 4, 1),
    last_day=date(2026, 6, 30),
    today=date(2026, 4, 1),
    has_owner=True,
    has_actions=True,
    reason="given",
    source="live",
    cadence="monthly",
)


def found(**changes):
    lint = every.examine(replace(GOOD, **changes))
    return {(one.rule, one.severity) for one in lint.findings}


def test_a_complete_goal_is_smart():
    lint = every.examine(GOOD)
    assert (lint.findings, lint.verdict) == ((), "smart")
    assert set(lint.letters.values()) == {"pass"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"objectives": 2}, ("smart-S4", "warn")),
        ({"has_owner": False}, ("smart-S3", "warn")),
        ({"is_ambiguous": True}, ("smart-M2", "weak")),
        ({"said_direction": "down"}, ("smart-M6", "fail")),
        ({"said_target": D("0.35")}, ("smart-M6", "fail")),
        ({"source": "none"}, ("smart-M7", "fail")),
        ({"source": "empty"}, ("smart-M7", "weak")),
        ({"source": "poor"}, ("smart-M7", "weak")),
        ({"undefined": (METRIC.name,)}, ("smart-M8", "warn")),
        ({"stated": D("0.5")}, ("smart-M9", "fail")),
        ({"absolute": True}, ("smart-A1", "fail")),
        ({"target": D(1), "given": D(1)}, ("smart-A2", "fail")),
        ({"past_changes": (D("0.01"), D("0.02"))}, ("smart-A3", "warn")),
        ({"past_changes": ()}, ("smart-A3", "warn")),
        ({"has_actions": False}, ("smart-A4", "fail")),
        ({"means": "wish"}, ("smart-A4", "weak")),
        ({"target": D("0.2"), "given": D("0.2")}, ("smart-A6", "fail")),
        ({"reason": "none"}, ("smart-R1", "fail")),
        ({"reason": "empty"}, ("smart-R1", "weak")),
        ({"parent_metrics": ("resolution_time",)}, ("smart-R2", "warn")),
        ({"last_day": None}, ("smart-T1", "fail")),
        ({"last_day": None, "open_time": True}, ("smart-T1", "weak")),
        ({"today": date(2026, 8, 1)}, ("smart-T2", "fail")),
        ({"reacts_in": 120}, ("smart-T3", "warn")),
        ({"matures_after": 6}, ("smart-T3", "warn")),
        ({"cadence": "none"}, ("smart-T4", "warn")),
    ],
)
def test_each_rule_speaks(changes, expected):
    assert expected in found(**changes)


def test_a_goal_whose_last_day_is_over_is_not_asked_for_another_one():
    asked = ("smart-T2", "fail")
    assert asked in found(today=date(2027, 8, 1))
    assert asked not in found(today=date(2027, 8, 1), was_in_time=True)


@pytest.mark.parametrize(
    "changes",
    [
        {"said_direction": "up", "said_target": D("0.28")},
        {"stated": D("0.2727")},
        {"past_changes": (D("-0.02"), D("0.04"), D("0.05"))},
        {"parent_metrics": ("revenue",)},
        {"parent_metrics": ("headcount",)},
        {"reacts_in": 90},
    ],
)
def test_rules_keep_silent_where_nothing_is_wrong(changes):
    assert found(**changes) == set()


def test_a_change_is_placed_among_all_earlier_ones():
    past = [D(n) / 100 for n in (1, 3, 5, 7, 9, 12, 15, 18, 21)]
    stood = achievable.standing(D("0.38"), past)
    assert stood is not None
    assert (stood.share, stood.best, stood.count) == (D(1), D("0.21"), 9)
    down = achievable.standing(D("-5"), [D(-10), D(-2), D(3)])
    assert down is not None
    assert (down.best, down.share) == (D(-10), D(2) / 3)
    assert achievable.standing(D(1), []) is None
    lint = every.examine(replace(GOOD, target=D("0.70"), given=D("0.70"), past_changes=tuple(past)))
    [one] = [one for one in lint.findings if one.rule == "smart-A3"]
    assert one.evidence is not None
    assert "the best of 9" in render(one.evidence, "en")


def test_what_a_goal_takes_is_exact():
    assert feasible.leads_needed(D(12), D("0.3")) == 40
    assert feasible.leads_needed(D(12), D(0)) is None
    assert feasible.customers_needed(D(230_000), D(80)) == 2875
    assert feasible.spend_allowed(D(2000), D(80)) == 160_000
    assert feasible.deals_needed(D(100_000), D(40_000), D(2_500)) == 24
    assert feasible.deals_needed(D(1), D(5), D(1)) == 0
    assert feasible.meetings_needed(D(24), D("2.5")) == 60
    # A third of a lead more is another lead; floating numbers would say 10.
    assert feasible.leads_needed(D(3), D("0.3")) == 10
    assert feasible.leads_needed(D("3.01"), D("0.3")) == 11


def test_a_shortfall_says_what_is_needed_and_what_is_expected():
    known = Expected(close_rate=D("0.3"), leads=D(25))
    [one] = feasible.needs("new_customers", D(12), known)
    assert (one.kind, one.needed, one.expected) == ("leads", D(40), D(25))
    assert ("smart-A5", "warn") in found(needs=(one,))
    [enough] = feasible.needs("new_customers", D(12), replace(known, leads=D(40)))
    assert not enough.is_short and ("smart-A5", "warn") not in found(needs=(enough,))
    cheaper = Expected(spend=D(230_000), customers=D(2000))
    kinds = {one.kind: one for one in feasible.needs("cac", D(80), cheaper)}
    assert kinds["customers"].needed == 2875
    assert kinds["spend"].expected == 160_000


def test_drivers_are_numbers_of_the_catalogue():
    for whole, parts in relevant.DRIVERS.items():
        assert whole in catalogue.METRICS
        assert all(one in catalogue.METRICS or one in catalogue.ALIASES for one in parts), whole
    assert relevant.moves("win_rate", "revenue") is True
    assert relevant.moves("opt_in_rate", "new_customers") is True
    assert relevant.moves("web_traffic", "resolution_time") is False
    assert relevant.moves("win_rate", "headcount") is None
