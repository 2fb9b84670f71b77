"""The tree from business goals to KPIs, with what supports nothing and what shows nothing."""

from goals.words import render
from strategy.worksheets import setting, tree


def of(desk):
    with desk.session() as session:
        about = setting.of(session)
    return tree.of(desk.book(), about)


def flags(node):
    return [render(one, "en") for one in node.flags]


def test_business_goals_carry_team_goals_and_these_carry_kpis(desk):
    desk.write_everything()
    found = of(desk)
    [goal] = found.goals
    [team] = goal.children
    [kpi] = team.children
    assert [one.kind for one in (goal, team, kpi)] == ["business", "team", "kpi"]
    assert (goal.name, team.name, kpi.name) == (
        "Sales end a tenth above last year", "Sales wins more offers", "Win rate of offers",
    )  # fmt: skip
    assert team.whose == "Sales"
    assert (found.misaligned, found.idle, found.flagged) == ((), (), 0)


def test_what_hangs_in_the_air_is_flagged_where_it_hangs(desk):
    goal = desk.write_goal()
    desk.write_goal("Nobody works for this")
    desk.write_team_goal(goal, "No KPI shows this")
    desk.add("team_goals.goals", whose="team", team=desk.service, goal="Supports nothing")
    desk.write_kpi(None, "Shows nothing")
    found = of(desk)
    assert [flags(one) for one in found.goals] == [[], ["No team works for it."]]
    assert flags(found.goals[0].children[0]) == ["No KPI shows it."]
    assert flags(found.misaligned[0]) == ["It supports no business goal.", "No KPI shows it."]
    assert flags(found.idle[0]) == ["It shows no team goal."]
    assert found.flagged == 4


def test_a_kpi_that_outlives_its_goal_is_flagged(desk):
    _, _, kpi = desk.write_everything()
    desk.save("team_goals.due", kpi, due="31 Jan 2028")
    [goal] = of(desk).goals
    assert flags(goal.children[0].children[0]) == [
        "It ends after the goal that it supports, on 31 Dec 2027."
    ]


def test_a_goal_whose_parent_was_removed_is_misaligned(desk):
    from strategy.worksheets import items

    goal, _, _ = desk.write_everything()
    with desk.session() as session:
        items.remove_item(session, "business_goals.goals", goal, by=desk.dana, now=desk.now)
    found = of(desk)
    assert found.goals == ()
    assert flags(found.misaligned[0]) == ["It supports no business goal."]
