"""Buy-in: who has not signed is a risk, and a concern needs an answer."""

import pytest

from goals.words import render
from strategy.worksheets import approval, setting
from strategy.worksheets.rules import every
from tests.strategy.desk import TODAY

PEOPLE, STANCE = "buy_in.people", "buy_in.stance"
UNSIGNED = ("buyin-unsigned", "weak")


def findings(desk):
    with desk.session() as session:
        about = setting.of(session, today=TODAY)
    return every.findings(desk.book(), about, "buy_in")


def rules(desk):
    """Return what is found, the teams that are missing apart."""
    return [(one.rule, one.severity) for one in findings(desk) if one.rule != "buyin-team"]


def write(desk, name="Head of sales", team="sales", **stance):
    item = desk.add(PEOPLE, stakeholder=name, team=team)
    if stance:
        desk.save(STANCE, item, **stance)
    return item


@pytest.mark.parametrize("name", ["Head of sales", "ผู้จัดการฝ่ายขาย", "销售总监"])
def test_whoever_has_not_signed_is_shown_as_a_risk_until_the_day_is_written(desk, name):
    item = write(desk, name, position="supports")
    assert rules(desk) == [UNSIGNED]
    [found] = [one for one in findings(desk) if one.rule == "buyin-unsigned"]
    assert render(found.message, "en") == f"{name} has not signed off: a risk for the strategy."
    assert desk.section("buy_in").state == "needs_attention"
    desk.save(STANCE, item, sign_off_date="30 Oct 2026")
    assert rules(desk) == []
    assert desk.section("buy_in").state == "complete"


def test_a_signature_that_lies_ahead_is_none_yet(desk):
    write(desk, position="supports", sign_off_date="3 Nov 2026")
    assert rules(desk) == [("buyin-early", "weak")]


def test_a_signature_of_today_counts(desk):
    write(desk, position="supports", sign_off_date=TODAY.isoformat())
    assert rules(desk) == []


def test_somebody_who_opposes_needs_an_answer(desk):
    item = write(desk, position="opposes", concern="Another program to fill in")
    assert rules(desk) == [("buyin-opposed", "weak"), UNSIGNED]
    assert findings(desk)[0].evidence == "Another program to fill in"
    desk.save(STANCE, item, answer="Two shops try it first")
    assert rules(desk) == [UNSIGNED]


@pytest.mark.parametrize("position", ["supports", "neutral"])
def test_whoever_is_not_against_it_needs_no_answer(desk, position):
    write(desk, position=position, concern="A thinner pipeline", sign_off_date="1 Nov 2026")
    assert rules(desk) == []


def test_teams_that_nobody_speaks_for_are_named(desk):
    write(desk, position="supports", sign_off_date="1 Nov 2026")
    said = [render(one.message, "en") for one in findings(desk)]
    assert said == [
        "Nobody in the list speaks for this team: Marketing.",
        "Nobody in the list speaks for this team: Service.",
    ]
    write(desk, "Head of marketing", "marketing", position="supports", sign_off_date="1 Nov 2026")
    write(desk, "Head of service", "service", position="neutral", sign_off_date="1 Nov 2026")
    assert findings(desk) == []


def test_an_empty_register_has_nothing_to_say(desk):
    assert findings(desk) == []
    desk.add(PEOPLE)
    assert findings(desk) == []


def test_an_unsigned_person_is_open_before_approval_and_does_not_forbid_it(desk):
    desk.write_everything()
    write(desk, position="supports")
    with desk.session() as session, pytest.raises(approval.NotReady) as refused:
        approval.approve(session, "First", None, by=desk.dana, now=desk.now)
    assert [one.finding.rule for one in refused.value.open] == ["buyin-unsigned"]
    with desk.session() as session:
        approval.approve(session, "First", None, by=desk.dana, now=desk.now, allow_open=True)
