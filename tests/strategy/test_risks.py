"""The four risks of a strategy: not checked yet, raised with the reasons, or avoided."""

import pytest

from goals.words import Message, render
from strategy import risks
from strategy.following import Followed
from strategy.worksheets import journey, library
from strategy.worksheets.rules import business, teams
from tests.strategy.rows import book

GOAL = Followed(1, "Sales", "revenue", "on_track", "g1", business.GOALS, "g1")
MADE = {(business.GOALS, "g1")}
WRITTEN = {business.GOALS: {"g1": {"statement": "Sales end higher", "kind": "metric"}}}


def found(answers, *goals, made=MADE):
    return {one.key: one for one in risks.risks(book(answers), goals, made)}


def said(risk):
    return [render(one.message, "en") for one in risk.found]


def test_of_an_empty_strategy_no_risk_is_checked():
    assert {one.state for one in found({}).values()} == {risks.UNCHECKED}


def test_a_goal_under_no_business_goal_raises_the_first_risk_until_it_is_linked():
    orphan = Followed(2, "Score", "nps", "on_track", None)
    raised = found(WRITTEN, GOAL, orphan)["aimless"]
    assert raised.state == risks.RAISED
    assert said(raised) == ["“Score” serves no business goal."]
    assert raised.found[0].link.edits
    linked = Followed(2, "Score", "nps", "on_track", "g1")
    assert found(WRITTEN, GOAL, linked)["aimless"].state == risks.CLEAR


def test_team_goals_and_kpis_serve_a_business_goal_too():
    answers = {
        **WRITTEN,
        teams.GOALS: {"t1": {"goal": "Wins more", "parent": "gone"}},
        teams.KPIS: {"k1": {"name": "Visits"}},
    }
    assert said(found(answers, GOAL)["aimless"]) == [
        "“Wins more” serves no business goal.",
        "“Visits” serves no business goal.",
    ]


def test_a_stage_needs_an_obstacle_and_an_action():
    stages = {journey.STAGES: {"s1": {"name": "Loyalty"}}}
    assert said(found(stages)["misunderstood"]) == ["No obstacle is named for “Loyalty”."]
    named = {**stages, journey.OBSTACLES: {"o1": {"obstacle": "Late", "stage": "s1"}}}
    assert said(found(named)["misunderstood"]) == [
        "Nothing is done yet about what is in the way at “Loyalty”."
    ]
    done = {**named, journey.ACTIONS: {"a1": {"action": "Send it first", "obstacle": "o1"}}}
    assert found(done)["misunderstood"].state == risks.CLEAR


def test_a_goal_that_cannot_be_measured_or_has_no_data_raises_the_last_risk():
    why = Message("There is no number.")
    vague = Followed(2, "Better", "revenue", "on_track", "g1", unmeasured=why)
    silent = Followed(3, "Visits", "web_traffic", "source_broken", "g1")
    raised = found(WRITTEN, GOAL, vague, silent)["unmeasured"]
    assert said(raised) == [
        "“Better” cannot be measured: There is no number.",
        "No number comes in for “Visits”: Source broken.",
    ]
    assert found(WRITTEN, GOAL)["unmeasured"].state == risks.CLEAR


def test_an_answer_that_nobody_follows_is_a_reason_unless_it_is_a_milestone():
    answers = {
        business.GOALS: {
            "g1": {"statement": "Sales end higher", "kind": "metric"},
            "g2": {"statement": "A department", "kind": "milestone"},
        }
    }
    assert said(found(answers, made=set())["unmeasured"]) == [
        "“Sales end higher” is not followed yet."
    ]


# --- The needs and the choice of a CRM ---------------------------------------------------------

NEED = {"requirement": "One view", "priority": "must"}


@pytest.fixture
def with_needs(monkeypatch):
    """Sections of this name, whatever the worksheets hold."""
    known = library.worksheets()
    sections = [one.key for one in known.sections]
    if "crm_needs" not in sections:
        stand_in = type("Section", (), {"key": "crm_needs"})()
        sections_ = (*known.sections, stand_in)
        fake = type("Worksheets", (), {"sections": sections_, "asked": known.asked})()
        monkeypatch.setattr(library, "worksheets", lambda: fake)


def unfit(need, scores=None, decision=None):
    answers = {risks.NEEDS: {"n1": need}, risks.SCORES: scores or {}}
    if decision:
        answers[risks.DECISION] = {"": {"decision": decision}}
    return found(answers)["unfit"]


def test_a_must_have_needs_somebody_who_speaks_for_it(with_needs):
    assert said(unfit(NEED)) == ["Nobody speaks for the need “One view”."]
    assert unfit({**NEED, "owner": "1"}).state == risks.CLEAR
    assert unfit({**NEED, "priority": "could"}).state == risks.UNCHECKED


def test_the_system_that_was_chosen_must_have_been_tried_on_it(with_needs):
    need = {**NEED, "owner": "1"}
    score = {"vendor": "v1", "requirement": "n1", "score": "4"}
    assert said(unfit(need, {"c1": {**score, "vendor": "v2"}}, "v1")) == [
        "The chosen system was not tried on “One view”."
    ]
    assert said(unfit(need, {"c1": {**score, "score": "0"}}, "v1")) == [
        "The chosen system cannot do “One view”, which you must have."
    ]
    assert unfit(need, {"c1": score}, "v1").state == risks.CLEAR


def test_without_the_section_the_risk_is_not_checked(monkeypatch):
    known = library.worksheets()
    kept = tuple(one for one in known.sections if one.key != "crm_needs")
    fake = type("Worksheets", (), {"sections": kept, "asked": known.asked})()
    monkeypatch.setattr(library, "worksheets", lambda: fake)
    risk = unfit(NEED)
    assert (risk.state, risk.section) == (risks.UNCHECKED, None)
