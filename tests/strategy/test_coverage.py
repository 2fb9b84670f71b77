"""What of the strategy hangs together, and what hangs on nothing."""

from dataclasses import replace

import pytest

from goals.tracking import visibility
from goals.words import render
from strategy import coverage, following, proposals
from strategy.following import Followed
from strategy.worksheets import journey
from strategy.worksheets.rules import business, retention, teams
from tests.strategy.desk import TODAY
from tests.strategy.rows import ABOUT, book

REVENUE = {"statement": "Sales end a tenth higher", "kind": "metric", "metric": "revenue"}
GOAL = Followed(1, "Sales", "revenue", "on_track", "g1")


def strategy(**changes):
    """Return a strategy in which everything serves one business goal."""
    answers = {
        business.GOALS: {"g1": REVENUE},
        teams.GOALS: {"t1": {"goal": "Sales wins more offers", "parent": "g1"}},
        teams.KPIS: {"k1": {"name": "Win rate", "goal": "t1", "metric": "win_rate"}},
        journey.STAGES: {"s1": {"name": "Purchase", "metric_ids": ["win_rate"]}},
        journey.PIECES: {"p1": {"title": "Calculator", "stage": "s1", "persona": "x1"}},
        coverage.PERSONAS: {"x1": {"name": "Plant manager"}},
    }
    return book({**answers, **changes})


def found(answers, *goals):
    return coverage.coverage(answers, ABOUT, goals)


def cells(answers, *goals):
    [line] = found(answers, *goals).lines
    return {one.kind: (one.state, render(one.said, "en")) for one in line.cells}


def orphans(answers, *goals):
    return [(one.name, render(one.kind, "en")) for one in found(answers, *goals).orphans]


def test_a_business_goal_is_covered_through_the_numbers_that_stages_share_with_it():
    assert cells(strategy(), GOAL) == {
        "persona": ("ok", "1 persona"),
        "stage": ("ok", "Purchase"),
        "goal": ("ok", "1 goal"),
        "content": ("ok", "1 piece"),
        "number": ("ok", "1 number live"),
    }
    whole = found(strategy(), GOAL)
    assert (whole.gaps, whole.uncovered, whole.orphans, whole.drifts) == (0, (), (), ())
    assert (whole.traced, whole.followed) == (1, 1)


def test_a_goal_that_nothing_hangs_on_says_what_is_missing():
    answers = book({business.GOALS: {"g1": {**REVENUE, "metric": ""}}})
    assert cells(answers) == {
        "persona": ("gap", "No persona"),
        "stage": ("gap", "No stage"),
        "goal": ("gap", "No goal"),
        "content": ("gap", "No content"),
        "number": ("gap", "No number"),
    }
    [line] = found(answers).uncovered
    assert len(line.gaps) == 5


@pytest.mark.parametrize(
    "goal",
    [
        {"kind": "milestone", "statement": "Marketing is a department"},
        {"kind": "headcount", "statement": "We are forty"},
        {**REVENUE, "metric": "crm_adoption"},
    ],
)
def test_what_no_customer_takes_part_in_needs_no_stage(goal):
    shown = cells(book({business.GOALS: {"g1": {"statement": "x", **goal}}}))
    assert {shown[kind] for kind in coverage.CUSTOMERS} == {("unneeded", "Not needed")}
    assert shown["goal"] == ("gap", "No goal")


@pytest.mark.parametrize(
    ("status", "said"),
    [("no_data", "No data"), ("stale", "Stale"), ("source_broken", "Source broken")],
)
def test_a_number_that_does_not_come_in_is_no_number(status, said):
    silent = Followed(1, "Sales", "revenue", status, "g1")
    assert cells(strategy(), silent)["number"] == (status, said)
    assert cells(strategy())["number"] == ("gap", "Not followed yet")


def test_content_at_touchpoints_counts_and_retired_pieces_do_not():
    retired = {"p1": {"title": "Old", "stage": "s1", "status": "retired"}}
    touchpoint = {"touchpoint": "Fair", "stage": "s1", "content": "A talk"}
    answers = strategy(**{journey.PIECES: retired, journey.TOUCHPOINTS: {"t1": touchpoint}})
    assert cells(answers)["content"] == ("ok", "At touchpoints")
    assert cells(strategy(**{journey.PIECES: retired}))["content"] == ("gap", "No content")


def test_what_serves_nothing_is_an_orphan_with_a_way_to_mend_it():
    answers = strategy(
        **{
            teams.GOALS: {"t1": {"goal": "Wins", "parent": "g1"}, "t2": {"goal": "Idle"}},
            teams.KPIS: {
                "k1": {"name": "Win rate", "goal": "t1", "metric": "win_rate"},
                "k2": {"name": "Visits", "metric": "web_traffic"},
            },
            journey.STAGES: {
                "s1": {"name": "Purchase", "metric_ids": ["win_rate"]},
                "s2": {"name": "Advocacy", "metric_ids": ["referrals"]},
            },
            journey.PIECES: {
                "p1": {"title": "Calculator", "stage": "s1", "persona": "x1"},
                "p2": {"title": "Lost", "stage": "gone"},
            },
            coverage.PERSONAS: {"x1": {"name": "Plant manager"}, "x2": {"name": "Buyer"}},
            retention.PLAYS: {"r1": {"play_name": "Thanks", "play_metric": "churn_rate"}},
        }
    )
    assert orphans(answers, GOAL, Followed(2, "Score", "nps", "on_track", None)) == [
        ("Score", "Goal"),
        ("Idle", "Team goal"),
        ("Visits", "KPI"),
        ("Advocacy", "Stage"),
        ("Buyer", "Persona"),
        ("Lost", "Content"),
        ("Thanks", "Retention play"),
    ]
    links = [one.link for one in found(answers, GOAL).orphans]
    assert links[0].place.address == teams.GOALS and links[0].field == "parent"


def test_a_touchpoint_ties_its_stage_to_a_goal():
    stage = {"s1": {"name": "Purchase"}}
    touchpoint = {"touchpoint": "Offer", "stage": "s1", "metric": "win_rate"}
    assert ("Purchase", "Stage") in orphans(strategy(**{journey.STAGES: stage}))
    answers = strategy(**{journey.STAGES: stage, journey.TOUCHPOINTS: {"t1": touchpoint}})
    assert orphans(answers) == []


def drifts(*goals):
    return [
        (one.says, render(one.does, "en"))
        for one in coverage.coverage(strategy(), ABOUT, goals).drifts
    ]


MADE = Followed(1, "Sales", "revenue", "on_track", "g1", business.GOALS, "g1", REVENUE["statement"])


def made(**terms):
    return replace(MADE, **terms)


def test_a_goal_that_follows_something_else_than_was_written_has_drifted():
    assert drifts(made()) == []
    assert drifts(made(metric="new_customers")) == [
        (
            "Sales end a tenth higher",
            "The strategy chose Revenue; the goal follows New customers.",
        )
    ]
    assert drifts(made(sentence="We sell more")) == [
        ("Sales end a tenth higher", "The goal was made when it still said “We sell more”.")
    ]
    assert drifts(made(item="gone")) == [
        (
            "Sales end a tenth higher",
            "The strategy no longer says this, and it is still followed.",
        )
    ]


# --- The goals as they are ---------------------------------------------------------------------


def followed(desk):
    with desk.session() as session:
        return following.followed(session, desk.book(), visibility.OWNER, today=TODAY, now=desk.now)


def test_goals_made_from_the_strategy_stand_under_its_business_goals(desk):
    goal, _, kpi = desk.write_everything()
    picked = [(business.GOALS, goal), (teams.KPIS, kpi)]
    with desk.session() as session:
        proposals.make(session, picked, by=desk.dana, today=TODAY, now=desk.now)
    assert {(one.question, one.item, one.objective) for one in followed(desk)} == {
        (business.GOALS, goal, goal),
        (teams.KPIS, kpi, goal),
    }
    assert not any(one.is_live for one in followed(desk))
    with desk.session() as session:
        assert following.made(session) == set(picked)


def test_a_business_goal_that_was_removed_leaves_its_goal_an_orphan(desk):
    desk.write_period()
    goal = desk.write_goal()
    with desk.session() as session:
        proposals.make(session, [(business.GOALS, goal)], by=desk.dana, today=TODAY, now=desk.now)
    desk.remove(business.GOALS, goal)
    [one] = followed(desk)
    assert one.objective is None
    shown = coverage.coverage(desk.book(), ABOUT, [one])
    assert [orphan.link.goal for orphan in shown.orphans] == [one.id]
