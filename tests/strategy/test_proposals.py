"""From answers to tracked goals: the terms, the objective, the origin, and never twice."""

import threading
from datetime import date
from decimal import Decimal

from sqlmodel import col, select

from goals import workspace
from goals.alerts import review
from goals.tracking import goals, visibility
from goals.tracking.goal import Goal, Objective
from goals.words import from_json, render
from strategy import proposals
from strategy.worksheets import approval
from tests.strategy.desk import TODAY

GOALS = "business_goals.goals"
KPIS = "team_goals.kpis"


def offered(desk):
    with desk.session() as session:
        return proposals.proposals(session, today=TODAY)


def make(desk, *picked):
    with desk.session() as session:
        return proposals.make(session, picked, by=desk.dana, today=TODAY, now=desk.now)


def the_one(desk, question):
    [one] = [one for one in offered(desk) if one.question == question]
    return one


def test_a_kpi_becomes_a_draft_with_the_terms_that_were_written(desk):
    _, _, item = desk.write_everything()
    one = the_one(desk, KPIS)
    draft = one.draft
    assert (one.problem, one.goal) == (None, None)
    assert (draft.name, draft.metric, draft.kind, draft.direction) == (
        "Win rate of offers",
        "win_rate",
        "level",
        "up",
    )
    assert (draft.target_kind, draft.target_input) == ("points", Decimal("0.05"))
    assert (draft.first_day, draft.last_day) == (date(2027, 1, 1), date(2027, 12, 31))
    assert (draft.owner_id, draft.team_id) == (desk.nok, int(desk.sales))
    assert (draft.why, draft.actions) == ("Too many are lost", ("Call after an offer",))
    origin = draft.origin
    assert (origin.section, origin.question, origin.item) == ("team_goals", "kpis", item)
    assert origin.sentence == one.sentence == "Sales wins more offers"
    assert origin.answer_version == desk.version(KPIS, item)
    assert one.objective == "Sales end a tenth above last year"


def test_a_business_goal_with_a_number_becomes_a_draft(desk):
    desk.write_period()
    desk.write_goal()
    draft = the_one(desk, GOALS).draft
    assert (draft.metric, draft.kind, draft.target_kind, draft.target_input) == (
        "revenue",
        "cumulative",
        "relative",
        Decimal("0.1"),
    )
    assert draft.owner_id == desk.dana


def test_lowering_states_a_change_below_zero_and_a_target_as_it_is(desk):
    desk.write_period()
    desk.write_goal(metric="cac", direction="down", change="relative", number="25%")
    assert the_one(desk, GOALS).draft.target_input == Decimal("-0.25")
    desk.write_goal("Again", metric="cac", direction="down", change="target", number="80")
    assert offered(desk)[1].draft.target_input == Decimal(80)


def test_people_are_counted_without_being_asked_for_a_metric(desk):
    desk.write_period()
    item = desk.add(GOALS, statement="Grow the team", kind="headcount")
    desk.save(
        "business_goals.measure",
        item,
        direction="up",
        change="relative",
        number="10%",
        baseline="35",
    )
    desk.save("business_goals.deadline", item, deadline="31 Dec 2027")
    one = the_one(desk, GOALS)
    assert (one.draft.metric, one.draft.baseline, one.problem) == ("headcount", Decimal(35), None)
    made = make(desk, (GOALS, item))
    assert [(goal.metric, goal.name) for goal in made.goals] == [("headcount", "Grow the team")]


def test_keeping_a_number_states_the_number(desk):
    desk.write_period()
    desk.write_goal(metric="win_rate", direction="at_least", number="80%")
    draft = the_one(desk, GOALS).draft
    assert (draft.direction, draft.target_kind, draft.target_input) == (
        "at_least",
        "target",
        Decimal("0.8"),
    )


def test_a_milestone_becomes_a_goal_with_its_sign(desk):
    desk.write_period()
    item = desk.add(GOALS, statement="Marketing is a department", kind="milestone")
    desk.save("business_goals.done", item, evidence="A head is in post")
    desk.save("business_goals.deadline", item, deadline="31 Dec 2027")
    one = the_one(desk, GOALS)
    assert (one.draft.kind, one.draft.metric, one.problem) == ("milestone", None, None)
    [goal] = make(desk, (GOALS, item)).goals
    assert (goal.kind, goal.metric, goal.done_when) == (
        "milestone",
        "milestone",
        "A head is in post",
    )


def test_the_number_of_a_team_goal_is_part_of_the_goal_of_its_business_goal(desk):
    goal, _, kpi = desk.write_everything()
    made = make(desk, (KPIS, kpi), (GOALS, goal))
    whole, part = made.goals
    assert (whole.name, part.name) == ("Sales end a tenth above last year", "Win rate of offers")
    assert (whole.parent_id, part.parent_id) == (None, whole.id)


def test_all_five_kinds_of_business_goals_become_goals_that_are_judged(desk):
    desk.write_period()
    measured = (
        ("The survey scores ten points more", "metric", "csat", "delta", "10", "71"),
        ("Each seller gets a third more done", "metric", "productivity", "relative", "30%", "9"),
        ("We end a tenth above our sales plan", "metric", "revenue", "relative", "10%", "900,000"),
        ("We grow the team by a tenth", "headcount", None, "relative", "10%", "35"),
    )
    picked = []
    for statement, kind, metric, change, number, baseline in measured:
        item = desk.add(GOALS, statement=statement, kind=kind)
        values = {"direction": "up", "change": change, "number": number, "baseline": baseline}
        if metric is not None:
            values["metric"] = metric
        desk.save("business_goals.measure", item, **values)
        picked.append(item)
    item = desk.add(GOALS, statement="Marketing is a department", kind="milestone")
    desk.save("business_goals.done", item, evidence="A head is in post")
    for one in (*picked, item):
        desk.save("business_goals.deadline", one, deadline="31 Dec 2027")
    made = make(desk, *((GOALS, one) for one in (*picked, item)))
    assert made.refused == ()
    with desk.session() as session:
        now = workspace.of(session).end_of(date(2027, 9, 1))
        found = review.review(session, now=now, today=date(2027, 9, 1))
        said = {one.goal.kind: render(from_json(one.evaluation.reason), "en") for one in found}
    assert len(found) == 5
    assert said["milestone"] == "Not done yet, due in 121 days, on 31 Dec 2027."


def test_an_answer_with_a_gap_says_what_is_missing_and_where(desk):
    desk.write_period()
    item = desk.add(GOALS, statement="Grow", kind="metric")
    one = the_one(desk, GOALS)
    assert render(one.problem, "en") == "Choose the number that shows progress"
    assert one.place.question == "measure"
    made = make(desk, (GOALS, item))
    assert made.goals == ()
    assert render(made.refused[0].reason, "en") == "Choose the number that shows progress"


def test_a_goal_is_made_under_the_objective_of_its_business_goal(desk):
    goal, _, kpi = desk.write_everything()
    made = make(desk, (GOALS, goal), (KPIS, kpi))
    assert len(made.goals) == 2
    with desk.session() as session:
        [objective] = session.exec(
            select(Objective).where(col(Objective.workspace_id) == desk.workspace_id)
        ).all()
        found = session.exec(select(Goal).where(col(Goal.workspace_id) == desk.workspace_id)).all()
    assert (objective.name, objective.why) == (
        "Sales end a tenth above last year",
        "It pays for the new plant",
    )
    assert {one.objective_id for one in found} == {objective.id}
    assert {(one.origin_question, one.origin_item) for one in found} == {
        ("goals", goal),
        ("kpis", kpi),
    }


def test_an_answer_becomes_a_goal_once(desk):
    _, _, kpi = desk.write_everything()
    [first] = make(desk, (KPIS, kpi)).goals
    assert the_one(desk, KPIS).goal.id == first.id
    again = make(desk, (KPIS, kpi), (KPIS, kpi))
    assert again.goals == ()
    assert [render(one.reason, "en") for one in again.refused] == [
        "This is the goal Win rate of offers already."
    ]


def test_the_goal_keeps_the_sentence_as_it_stood(desk):
    _, team_goal, kpi = desk.write_everything()
    [made] = make(desk, (KPIS, kpi)).goals
    desk.save("team_goals.goals", team_goal, goal="Sales wins other offers")
    with desk.session() as session:
        kept = goals.find(session, str(made.id))
        assert kept.origin_sentence == "Sales wins more offers"


def test_one_that_is_refused_does_not_hold_up_the_others(desk):
    goal, _, kpi = desk.write_everything()
    gap = desk.add(KPIS, name="Unfinished")
    made = make(desk, (KPIS, gap), (GOALS, goal), ("x.y", "z"), (KPIS, kpi))
    assert len(made.goals) == 2
    assert [one.proposal.item for one in made.refused] == [gap]


def test_the_objective_follows_its_business_goal(desk):
    goal, _, kpi = desk.write_everything()
    make(desk, (GOALS, goal))
    desk.save(GOALS, goal, statement="Sales end an eighth above last year")
    make(desk, (KPIS, kpi))
    with desk.session() as session:
        names = session.exec(
            select(Objective.name).where(col(Objective.workspace_id) == desk.workspace_id)
        ).all()
    assert names == ["Sales end an eighth above last year"]


def test_an_idle_kpi_becomes_a_goal_without_an_objective(desk):
    desk.write_period()
    kpi = desk.write_kpi(None)
    [made] = make(desk, (KPIS, kpi)).goals
    assert (made.objective_id, made.team_id, made.owner_id) == (None, None, None)


def test_a_goal_that_is_refused_leaves_no_objective_behind(desk):
    desk.write_period()
    goal = desk.write_goal()
    # It ends before it begins, which a goal cannot.
    desk.save("business_goals.deadline", goal, deadline="31 Dec 2026")
    made = make(desk, (GOALS, goal))
    assert [render(one.reason, "en") for one in made.refused] == [
        "The last day is before the first."
    ]
    with desk.session() as session:
        found = select(Objective).where(col(Objective.workspace_id) == desk.workspace_id)
        assert session.exec(found).all() == []


def test_a_goal_that_the_reader_may_not_see_is_made_but_not_named(desk):
    _, _, kpi = desk.write_everything()
    [made] = make(desk, (KPIS, kpi)).goals
    viewer = visibility.audience([visibility.Viewer(desk.dana, "editor")])
    with desk.session() as session:
        goals.find(session, str(made.id)).visibility = "private"
        session.flush()
        found = proposals.proposals(session, today=TODAY, who=viewer)
        again = proposals.make(
            session, [(KPIS, kpi)], by=desk.dana, today=TODAY, now=desk.now, who=viewer
        )
    [one] = [one for one in found if one.question == KPIS]
    assert (one.is_made, one.goal) == (True, None)
    assert [render(one.reason, "en") for one in again.refused] == ["This is a goal already."]


def test_writing_approving_and_making_goals_work_alike_on_both_databases(any_desk):
    goal, _, kpi = any_desk.write_everything()
    assert any_desk.hub().complete == 3
    with any_desk.session() as session:
        approval.approve(session, "First", None, by=any_desk.dana, now=any_desk.now)
    any_desk.save("business_goals.measure", goal, number="12%")
    with any_desk.session() as session:
        version = approval.find(session, 1)
        assert len(approval.diff(session, version, None)) == 1
        assert approval.bring_back(session, version, by=None, now=any_desk.now) == 1
    assert len(make(any_desk, (GOALS, goal), (KPIS, kpi)).goals) == 2


def test_two_people_who_make_the_same_goal_at_once_make_one(any_desk):
    _, _, kpi = any_desk.write_everything()
    found, gate = [], threading.Barrier(2, timeout=30)

    def pick():
        with any_desk.database.session(any_desk.workspace_id) as session:
            gate.wait()
            found.append(
                proposals.make(
                    session, [(KPIS, kpi)], by=any_desk.dana, today=TODAY, now=any_desk.now
                )
            )

    people = [threading.Thread(target=pick) for _ in range(2)]
    for one in people:
        one.start()
    for one in people:
        one.join(60)
    assert sorted(len(one.goals) for one in found) == [0, 1]
