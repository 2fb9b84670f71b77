"""Gaps: where we are, where we want to be, how far that is, and what closes it."""

import pytest

from goals.metrics import catalogue
from goals.words import render
from strategy.worksheets import checking, library, progress, setting
from strategy.worksheets.fields import Problem
from strategy.worksheets.rules import every, marks
from tests.strategy.desk import TODAY

ROWS, GAP, CLOSE = "gaps.rows", "gaps.gap", "gaps.close"


def rules(desk):
    with desk.session() as session:
        about = setting.of(session, today=TODAY)
    return [(one.rule, one.severity) for one in every.findings(desk.book(), about, "gaps")]


def write(desk, **values):
    first = {"area": "sales", "now": "Offers are forgotten", "wanted": "Each offer is talked about"}
    return desk.add(ROWS, **{**first, **values})


def said(desk, item):
    with desk.session() as session:
        found = checking.check_answers(session, "gaps")
    rows = [row for group in found.groups for row in group.rows]
    return {
        row.field: [render(line, "en").replace("\xa0", " ") for line in row.shown.lines]
        for row in rows
        if row.place.item == item
    }


def test_a_gap_with_numbers_shows_points_and_percent(desk):
    item = write(desk)
    desk.save(
        GAP,
        item,
        metric="win_rate",
        now_value="40%",
        now_on="1 Oct 2026",
        wanted_value="50%",
        wanted_by="31 Dec 2027",
    )
    shown = said(desk, item)
    assert shown["gap"] == ["from 40% to 50%: 10 points, 25% more"]
    assert (shown["now_value"], shown["wanted_value"]) == (["40%"], ["50%"])


@pytest.mark.parametrize(
    ("values", "gap"),
    [
        ({"metric": "resolution_time", "now_value": "60", "wanted_value": "24"}, "36 hours"),
        ({"metric": "revenue", "now_value": "2M", "wanted_value": "3M"}, "50% more"),
        ({"now_value": "20", "wanted_value": "30"}, "50% more"),
        ({"metric": "referrals", "now_value": "0", "wanted_value": "5"}, ": 5"),
    ],
)
def test_a_gap_is_told_in_the_unit_of_its_number(desk, values, gap):
    item = write(desk)
    desk.save(GAP, item, **values)
    [line] = said(desk, item)["gap"]
    assert gap in line
    assert "%" not in line or values["now_value"] != "0"


def test_values_are_read_with_the_unit_of_the_number(desk):
    item = write(desk)
    desk.save(GAP, item, metric="resolution_time", now_value="60", wanted_value="24")
    shown = said(desk, item)
    assert (shown["now_value"], shown["wanted_value"]) == (["60 hours"], ["24 hours"])


def problems(desk, item):
    asked = library.worksheets().find(GAP)
    with desk.session() as session:
        about = setting.of(session)
    return progress.problems(desk.book(), asked, item, about)


def test_a_value_that_the_number_cannot_have_is_refused(desk):
    item = write(desk)
    desk.save(GAP, item, autosave=True, metric="win_rate", now_value="140%", wanted_value="50%")
    found = problems(desk, item)
    assert set(found) == {"now_value"}
    assert isinstance(found["now_value"], Problem)


def test_what_is_wanted_comes_after_what_was_measured(desk):
    item = write(desk)
    desk.save(GAP, item, autosave=True, now_on="1 Oct 2026", wanted_by="1 Sep 2026")
    assert set(problems(desk, item)) == {"wanted_by"}


def test_numbers_may_stay_empty_and_both_ends_may_not(desk):
    item = write(desk)
    desk.save(CLOSE, item, actions=["Call after each offer: Nok, by 31 March"])
    assert desk.section("gaps").state == "complete"
    desk.save(ROWS, item, autosave=True, wanted="")
    assert desk.page("gaps", "rows", item).state == "doing"


def test_a_gap_that_nothing_closes_is_weak(desk):
    item = write(desk)
    assert rules(desk) == [("gap-actions", "weak")]
    desk.save(CLOSE, item, actions=["Call after each offer: Nok, by 31 March"])
    assert rules(desk) == [("gap-goal", "warn")]


def test_two_ends_that_are_the_same_are_no_gap(desk):
    item = write(desk, wanted="offers are  forgotten.")
    desk.save(GAP, item, metric="win_rate", now_value="40%", wanted_value="40%")
    assert {"gap-none", "gap-number"} <= {rule for rule, _ in rules(desk)}


@pytest.mark.parametrize(
    ("action", "dated"),
    [
        ("Call after each offer: Nok, by 31 March", True),
        ("Practise in pairs every first Monday", True),
        ("Call after each offer: Nok", False),
        ("Somebody may marry the two lists", False),
        ("โทรหลังส่งใบเสนอราคา: นก ภายในสิ้นเดือน", True),
        ("โทรหลังส่งใบเสนอราคา: นก", False),
        ("报价后致电：小诺，三月底前", True),
        ("報價後致電：小諾，下週", True),
        ("报价后致电：小诺", False),
    ],
)
def test_an_action_without_a_day_is_noticed_in_each_language(desk, action, dated):
    assert bool(marks.DAY.search(action)) == dated
    item = write(desk)
    desk.save(CLOSE, item, actions=[action])
    assert (("gap-undated", "warn") in rules(desk)) == (not dated)


def test_a_list_without_gaps_has_nothing_to_say(desk):
    assert rules(desk) == []
    desk.add(ROWS)
    assert rules(desk) == []


def test_examples_name_numbers_of_the_catalogue():
    for example in library.worksheets().find(GAP).question.examples:
        assert example.values["metric"] in catalogue.METRICS
