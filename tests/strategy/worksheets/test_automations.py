"""Automations: which side of a number goes which way, and who falls between two branches."""

from decimal import Decimal

import pytest

from goals.words import render
from strategy.worksheets import branches, library
from strategy.worksheets.rules import automations, every
from tests.strategy.rows import ABOUT, book

DEAL = {
    "name": "Larger deals",
    "automation_trigger": "A deal is created",
    "automation_condition": "Its value is over 500",
    "automation_then": "Task to call",
    "automation_else": "Nurture campaign",
}


def found(**values):
    answers = book({automations.RULES: {"r1": {**DEAL, **values}}})
    findings = every.findings(answers, ABOUT, "automations")
    return [(one.rule, one.severity, one.field) for one in findings]


def test_the_section_asks_for_all_that_it_should():
    asked = library.worksheets().of_section("automations")
    keys = {field.key for one in asked for field in one.question.fields}
    wanted = (
        "automation_trigger automation_condition automation_then automation_else tool owner status"
    )
    assert set(wanted.split()) - keys == set()


@pytest.mark.parametrize(
    ("condition", "side", "value"),
    [
        ("Its value is over 500", ">", "500"),
        ("its value is more than $1.5M", ">", "1500000"),
        ("not more than 5 days old", "<=", "5"),
        ("at least 20,000", ">=", "20000"),
        ("three doctors or more", ">=", "3"),
        ("value below 2.5", "<", "2.5"),
        ("amount >= 500", ">=", "500"),
        ("discount above 10%", ">", "10"),
        ("มูลค่าดีลเกิน 500 บาท", ">", "500"),
        ("ไม่เกิน 3 วัน", "<=", "3"),
        ("มูลค่า ๕๐๐ บาทขึ้นไป", ">=", "500"),
        ("ต่ำกว่าสองหมื่น", "<", "20000"),
        ("ต่ำกว่าสองร้อย", None, None),
        ("超过三万", ">", "30000"),
        ("超过二十", None, None),
        ("over two million", ">", "2000000"),
        ("over two hundred", None, None),
        ("金额超过500", ">", "500"),
        ("金额不超过5万", "<=", "50000"),
        ("三名以上", ">=", "3"),
        ("不到10人", "<", "10"),
        ("between 5 and 10", None, None),
        ("The deal is open", None, None),
        ("It came from a partner", None, None),
        ("", None, None),
    ],
)
def test_the_number_of_a_condition_is_read_from_its_words(condition, side, value):
    threshold = branches.threshold(condition)
    read = None if threshold is None else (threshold.side, threshold.value)
    assert read == (None if side is None else (side, Decimal(value)))


@pytest.mark.parametrize(
    ("value", "done"),
    [("499", "Nurture campaign"), ("500", "Nurture campaign"), ("501", "Task to call")],
)
def test_both_sides_of_a_number_go_different_ways(value, done):
    assert branches.route(DEAL, Decimal(value)) == done


def test_without_a_condition_everything_goes_one_way():
    assert branches.route({**DEAL, "automation_condition": ""}, Decimal(1)) == "Task to call"


def tried(**values):
    [compute] = automations.COMPUTED.values()
    shown = compute({**DEAL, **values}, ABOUT, book({}))
    return None if shown is None else render(shown, "en").split("\n")


def test_the_cases_to_test_are_shown():
    assert tried() == [
        "499: Nurture campaign",
        "500: Nurture campaign",
        "501: Task to call",
    ]
    assert tried(automation_condition="at most 2.5%", automation_else="") == [
        "2.4%: Task to call",
        "2.5%: Task to call",
        "2.6%: nothing happens",
    ]
    assert tried(automation_condition="It is open") is None


@pytest.mark.parametrize("sample", ["499 and 501", "499, 501", "$499; $501", "499和501", "499 501"])
def test_amounts_to_try_go_the_way_that_the_rule_says(sample):
    assert tried(sample=sample) == ["499: Nurture campaign", "501: Task to call"]


def test_an_amount_is_not_tried_on_a_condition_without_a_number():
    assert tried(sample="499", automation_condition="It is open") == [
        "No single number was found in the condition."
    ]
    assert tried(sample="1,250", automation_condition="over 1,000") == ["1,250: Task to call"]


@pytest.mark.parametrize("condition", ["over 500", "เกิน 500", "超过500"])
def test_a_number_without_another_branch_is_a_warning(condition):
    values = {"automation_condition": condition, "automation_else": ""}
    assert found(**values) == [("automation-else", "warn", "automation_else")]
    assert found(automation_condition=condition) == []


def test_a_condition_without_a_number_may_have_one_branch():
    assert found(automation_condition="Papers are missing", automation_else="") == []


def test_what_is_switched_on_has_an_owner():
    assert found(status="on") == [("automation-owner", "weak", "owner")]
    assert found(status="on", owner="1") == []
    assert found(status="idea") == []


def test_our_rules_read_as_they_are_meant():
    repeat = library.worksheets().find("automations.rules").question.repeat
    assert len(repeat.starters) == 10
    [deals] = [one for one in repeat.starters if "500" in one.get("automation_condition", "")]
    assert branches.route(deals, Decimal(499)) != branches.route(deals, Decimal(501))
