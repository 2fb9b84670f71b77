"""The plan of the implementation: days in order, circles, what is late, and the line of days."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goals.words import render
from strategy.worksheets import plan, setting, starters
from strategy.worksheets.rules import every, order

TASKS = "implementation.tasks"
DAY = date(2027, 2, 1)


def task(desk, name, start="", due="", status="", owner=True, needs=(), **also):
    values = {"owner": str(desk.dana)} if owner else {}
    item = desk.add(TASKS, task=name, **values, **also)
    if start or due or needs:
        days = {"start": start, "due": due, "depends_on": list(needs)}
        desk.save("implementation.dates", item, autosave=True, **days)
    if status:
        desk.save("implementation.standing", item, autosave=True, status=status)
    return item


def about(desk, today=None):
    with desk.session() as session:
        return setting.of(session, today=today)


def findings(desk, today=None):
    return every.findings(desk.book(), about(desk, today), "implementation")


def rules(desk, today=None):
    return [(one.rule, one.severity) for one in findings(desk, today)]


def of(desk, today=DAY):
    return plan.of(desk.book(), about(desk), today)


def test_eight_steps_are_offered_each_with_results_and_an_end(desk):
    with desk.session() as session:
        starters.take(session, "implementation.steps", reader="en", by=desk.dana, now=desk.now)
    rows = desk.book().of("implementation.steps")
    assert len(rows) == 8
    assert all(row.value["outputs"] and row.value["done_when"] for row in rows)
    assert rows[1].value["done_when"] == "The sponsor has signed"
    assert rules(desk) == []


def test_a_plan_in_order_has_nothing_to_mend(desk):
    first = task(desk, "Clean", "2027-01-04", "2027-01-15")
    task(desk, "Move", "2027-01-15", "2027-01-15", needs=[first])
    assert rules(desk) == []


@pytest.mark.parametrize("name", ["Clean the data", "ล้างข้อมูล", "清理数据"])
def test_a_task_that_is_due_before_it_begins_fails(desk, name):
    item = task(desk, name, "2027-01-15", "2027-01-04")
    [one] = findings(desk)
    assert (one.rule, one.severity, one.item, one.evidence) == ("task-days", "fail", item, name)


def test_a_task_cannot_end_before_one_that_it_needs(desk):
    later = task(desk, "Clean", "2027-01-04", "2027-01-20")
    task(desk, "Move", "2027-01-15", "2027-01-19", needs=[later])
    [one] = findings(desk)
    assert (one.rule, one.severity) == ("task-order", "weak")
    assert render(one.message, "en") == (
        "The task needs “Clean”, which ends later, on 20 Jan 2027."
    )


def test_tasks_that_wait_for_each_other_are_shown_as_a_circle(desk):
    a = task(desk, "Clean", "2027-01-04", "2027-01-04")
    b = task(desk, "Move", "2027-01-04", "2027-01-04", needs=[a])
    c = task(desk, "Check", "2027-01-04", "2027-01-04", needs=[b])
    assert rules(desk) == []
    desk.save("implementation.dates", a, autosave=True, depends_on=[c])
    [one] = findings(desk)
    assert (one.rule, one.severity) == ("task-circle", "fail")
    assert "Clean → Check → Move → Clean" in render(one.message, "th")


def test_blocked_done_and_unowned_tasks_say_what_is_missing(desk):
    task(desk, "Ask", due="2027-03-01", owner=False)
    blocked = task(desk, "Connect", due="2027-03-01", status="blocked")
    task(desk, "Train", due="2027-03-01", status="done")
    assert sorted(rules(desk)) == [
        ("task-blocked", "weak"),
        ("task-owner", "warn"),
        ("task-proof", "warn"),
    ]
    desk.save("implementation.standing", blocked, status="blocked", blocked_by="A second seat")
    assert ("task-blocked", "warn") in rules(desk)


def test_a_task_is_not_done_before_what_it_needs(desk):
    first = task(desk, "Clean", "2027-01-04", "2027-01-10")
    item = task(desk, "Move", "2027-01-04", "2027-01-15", "done", needs=[first])
    desk.save("implementation.standing", item, status="done", evidence="The log")
    assert rules(desk) == [("task-before", "warn")]


def test_a_step_without_a_task_is_named_once_there_are_tasks(desk):
    step = desk.add("implementation.steps", name="Train", done_when="All are trained")
    assert rules(desk) == []
    item = task(desk, "Ask", due="2027-03-01")
    assert rules(desk) == [("step-tasks", "warn")]
    desk.save(TASKS, item, autosave=True, step=step)
    assert rules(desk) == []


@pytest.mark.parametrize(
    ("today", "status", "days"),
    [
        (date(2027, 1, 31), "", 0),
        (date(2027, 2, 1), "", 0),
        (date(2027, 2, 2), "", 1),
        (date(2027, 2, 11), "doing", 10),
        (date(2027, 2, 11), "blocked", 10),
        (date(2027, 2, 11), "done", 0),
    ],
)
def test_a_task_is_late_from_the_day_after_it_was_due(desk, today, status, days):
    task(desk, "Ask", due="2027-02-01", status=status)
    [row] = of(desk, today).rows
    assert row.days_late == days
    assert (("task-late", "warn") in rules(desk, today)) == (days > 0)
    assert "task-late" not in dict(rules(desk))


def test_the_plan_is_in_the_order_of_its_days(desk):
    task(desk, "Last")
    task(desk, "Third", due="2027-03-01")
    task(desk, "Second", "2027-01-04", "2027-02-01")
    task(desk, "First", "2027-01-04", "2027-01-10")
    found = of(desk)
    assert [one.task for one in found.rows] == ["First", "Second", "Third", "Last"]
    assert (found.first, found.last) == (date(2027, 1, 4), date(2027, 3, 1))
    assert [one.task for one in found.late] == ["First"]


def test_a_task_carries_who_does_it_and_what_it_needs(desk):
    step = desk.add("implementation.steps", name="Clean and move", done_when="Counted")
    first = task(desk, "Clean", "2027-01-04", "2027-01-10", step=step, team=desk.sales)
    task(desk, "Move", "2027-01-11", "2027-01-20", needs=[first])
    one, two = of(desk).rows
    assert (one.step, one.owner, one.team) == ("Clean and move", "Dana", "Sales")
    assert two.needs == ("Clean",)


def test_bars_lie_between_the_first_and_the_last_day(desk):
    task(desk, "A", "2027-01-01", "2027-01-05")
    task(desk, "B", "2027-01-06", "2027-01-10")
    task(desk, "C", "2027-01-10", "2027-01-01")
    found = of(desk, date(2027, 1, 6))
    bars = [one.bar for one in found.rows]
    assert (bars[0].left, bars[0].width) == (0, 50)
    assert (bars[1].left, bars[1].width) == (50, 50)
    assert bars[2] is None
    assert found.today == 50
    assert of(desk, date(2027, 1, 11)).today is None


def test_months_are_marked_at_their_first_days_and_not_too_often(desk):
    task(desk, "A", "2027-01-20", "2029-01-10")
    marks = of(desk).months
    assert all(one.day.day == 1 for one in marks)
    assert 3 <= len(marks) <= 6
    assert marks[0].left > Decimal(0)


def test_a_plan_without_days_has_no_line(desk):
    task(desk, "A")
    found = of(desk)
    assert (found.first, found.months, found.today, found.rows[0].bar) == (None, (), None, None)


def test_people_and_teams_who_left_are_still_named(desk):
    task(desk, "A", due="2027-01-04", team=desk.service)
    known = about(desk)
    [row] = plan.of(desk.book(), replace(known, members={}), DAY).rows
    assert (row.owner, row.team) == ("Dana", "Service")


# --- Circles -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        ({"a": "b", "b": "c", "c": ""}, []),
        ({"a": "a"}, [("a",)]),
        ({"a": "b", "b": "a"}, [("a", "b")]),
        ({"a": "b", "b": "ca", "c": "a"}, [("a", "b")]),
        ({"x": "a", "a": "b", "b": "a", "c": "d", "d": "c"}, [("a", "b"), ("c", "d")]),
        ({"a": "z"}, []),
    ],
)
def test_circles_are_found_once_and_at_their_shortest(edges, expected):
    assert order.circles(edges) == expected


@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), max_size=3)))
def test_a_plan_has_a_circle_exactly_when_it_cannot_be_put_in_order(edges):
    found = order.circles(edges)
    left = {one: {need for need in needs if need in edges} for one, needs in edges.items()}
    while free := [one for one, needs in left.items() if not needs]:
        left = {one: needs - set(free) for one, needs in left.items() if one not in free}
    assert bool(found) == bool(left)
    for circle in found:
        for one, need in zip(circle, (*circle[1:], circle[0]), strict=True):
            assert need in edges[one]
