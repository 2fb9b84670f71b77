"""What the teams need from a CRM: a must-have has somebody, and each team is asked."""

import pytest

from goals.words import render
from strategy.worksheets import setting
from strategy.worksheets.rules import crm_needs, every

NEEDS = "crm_needs.requirements"


def found(desk):
    with desk.session() as session:
        about = setting.of(session)
    return every.findings(desk.book(), about, "crm_needs")


def rules(desk):
    return [(one.rule, one.severity) for one in found(desk)]


def need(desk, requirement, team="sales", priority="must", owner=True, **also):
    item = desk.add(NEEDS, requirement=requirement, team=team, priority=priority, **also)
    if owner:
        desk.save("crm_needs.reason", item, why="It is done by hand", owner=str(desk.nok))
    return item


def three(desk):
    need(desk, "Tasks after an offer")
    need(desk, "Mails by segment", "marketing", "should")
    need(desk, "Cases in one view", "service", "could")


def test_needs_of_all_teams_with_people_have_nothing_to_mend(desk):
    three(desk)
    assert rules(desk) == []


@pytest.mark.parametrize("name", ["Tasks after an offer", "งานติดตามหลังเสนอราคา", "报价后的任务"])
def test_a_must_have_without_an_owner_is_flagged_in_any_language(desk, name):
    three(desk)
    item = need(desk, f"{name} too", owner=False)
    [one] = found(desk)
    assert (one.rule, one.severity, one.item, one.field) == ("need-owner", "fail", item, "owner")
    assert one.evidence == f"{name} too"


def test_only_a_must_have_needs_an_owner(desk):
    three(desk)
    need(desk, "Nice colours", priority="could", owner=False)
    assert rules(desk) == []


def test_a_list_without_any_must_have_and_teams_that_were_not_asked_are_warned_about(desk):
    need(desk, "Mails by segment", "sales", "should")
    said = [(one.rule, one.severity, render(one.message, "en")) for one in found(desk)]
    assert said == [
        ("need-must", "warn", "No need is a must-have yet."),
        ("need-asked", "warn", "Marketing has no need in the list."),
        ("need-asked", "warn", "Service has no need in the list."),
    ]


def test_a_list_of_must_haves_alone_says_nothing(desk):
    three(desk)
    assert "need-all" not in dict(rules(desk))
    for number in range(3):
        need(desk, f"Need {number}")
    assert "need-all" not in dict(rules(desk))
    for row in desk.book().of(NEEDS):
        desk.save(NEEDS, row.item, priority="must", autosave=True)
    assert dict(rules(desk))["need-all"] == "warn"


def test_another_team_has_to_be_named(desk):
    three(desk)
    item = need(desk, "Invoices", "other", "should")
    assert rules(desk) == [("need-team", "weak")]
    desk.save(NEEDS, item, autosave=True, other_team=desk.sales)
    assert rules(desk) == []


def test_one_need_written_twice_would_count_double(desk):
    three(desk)
    need(desk, "tasks  after an offer.", priority="could")
    assert rules(desk) == [("need-twice", "weak")]


def test_nothing_is_said_about_an_empty_list(desk):
    assert rules(desk) == []
    desk.add(NEEDS)
    assert rules(desk) == []


@pytest.mark.parametrize(
    ("value", "weight"),
    [
        ({"priority": "must"}, 5),
        ({"priority": "should"}, 3),
        ({"priority": "could"}, 1),
        ({}, 1),
        ({"priority": "could", "weight": "4"}, 4),
        ({"priority": "must", "weight": "nine"}, 5),
    ],
)
def test_a_need_weighs_what_was_chosen_or_what_its_priority_says(value, weight):
    assert crm_needs.weight(value) == weight
