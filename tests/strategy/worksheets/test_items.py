"""Rows of repeating questions: order, removal, limits, and what the list shows."""

import pytest

from goals.errors import Refusal
from strategy.worksheets import items

GOALS = "business_goals.goals"


def names(desk):
    page = desk.page("business_goals", "goals")
    return [str(row.name) for row in page.items.rows]


def move(desk, item, step):
    with desk.session() as session:
        return items.move_item(session, GOALS, item, step, by=desk.dana, now=desk.now)


def test_rows_keep_the_order_in_which_they_were_added_and_can_be_moved(desk):
    a, b, c = (desk.add(GOALS, statement=name) for name in "ABC")
    assert names(desk) == ["A", "B", "C"]
    assert move(desk, c, -1)
    assert names(desk) == ["A", "C", "B"]
    assert move(desk, a, 1)
    assert names(desk) == ["C", "A", "B"]
    assert not move(desk, c, -1)
    assert not move(desk, b, 1)
    assert names(desk) == ["C", "A", "B"]


def test_the_list_says_which_rows_can_move(desk):
    for name in "ABC":
        desk.add(GOALS, statement=name)
    rows = desk.page("business_goals", "goals").items.rows
    assert [(row.can_move_up, row.can_move_down) for row in rows] == [
        (False, True),
        (True, True),
        (True, False),
    ]


def test_rows_that_share_a_place_can_still_be_moved(desk):
    from strategy.worksheets import keeping, library

    a, b = (desk.add(GOALS, statement=name) for name in "AB")
    with desk.session() as session:
        keeping.hold_row(session, library.worksheets().find(GOALS), b).position = 0
    first, second = (row.item for row in desk.page("business_goals", "goals").items.rows)
    assert move(desk, second, -1)
    rows = desk.page("business_goals", "goals").items.rows
    assert [row.item for row in rows] == [second, first]
    assert {a, b} == {first, second}


def test_a_removed_row_comes_back_to_its_place(desk):
    _, b, _ = (desk.add(GOALS, statement=name) for name in "ABC")
    with desk.session() as session:
        items.remove_item(session, GOALS, b, by=desk.dana, now=desk.now)
    page = desk.page("business_goals", "goals")
    assert [str(row.name) for row in page.items.removed] == ["B"]
    assert names(desk) == ["A", "C"]
    with desk.session() as session:
        items.restore_item(session, GOALS, b, by=desk.dana, now=desk.now)
    assert names(desk) == ["A", "B", "C"]


def test_a_removed_row_has_no_page(desk):
    item = desk.add(GOALS, statement="A")
    with desk.session() as session:
        items.remove_item(session, GOALS, item, by=desk.dana, now=desk.now)
    with pytest.raises(Refusal):
        desk.page("business_goals", "goals", item)


def test_there_are_no_more_rows_than_make_sense(desk):
    for _ in range(12):
        desk.add(GOALS)
    assert not desk.page("business_goals", "goals").items.can_add
    with pytest.raises(Refusal, match="too_many_items"):
        desk.add(GOALS)


def test_a_row_without_a_name_has_a_number(desk):
    desk.add(GOALS)
    [row] = desk.page("business_goals", "goals").items.rows
    assert (row.name.id, row.name.params) == ("Business goal %(number)s", {"number": 1})
    assert row.state == "todo"


def test_a_row_says_its_number_date_and_owner(desk):
    from goals.words import render

    desk.write_goal()
    [row] = desk.page("business_goals", "goals").items.rows
    assert [render(one, "en") for one in row.lines] == [
        "Revenue: +10%",
        "by 31 Dec 2027",
        "Dana",
    ]
    assert row.state == "done"


def test_questions_with_one_answer_have_no_rows(desk):
    with pytest.raises(Refusal, match="not_repeating"):
        desk.add("business_goals.period")
    with pytest.raises(Refusal, match="not_repeating"):
        desk.add("business_goals.measure")
