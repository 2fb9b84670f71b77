"""The content plan: stages without content, days of what is out, and what sells best."""

import pytest

from goals.words import render
from strategy.worksheets import journey, library
from strategy.worksheets.rules import content_plan, every
from tests.strategy.rows import ABOUT, book

STAGES = {"s1": {"name": "Awareness"}, "s2": {"name": "Loyalty"}}
POSITIONS = {
    "Top of the funnel": "checklist ebook template worksheet cheat_sheet how_to ad",
    "Middle of the funnel": "training_video case_study webinar email_course white_paper "
    "product_guide",
    "Bottom of the funnel": "live_demo free_trial discount comparison_chart free_consultation",
}


def piece(title, clicks="", purchases="", stage="s1", **more):
    return {"title": title, "stage": stage, "clicks": clicks, "purchases": purchases, **more}


def plan(*pieces, stages=None):
    items = {f"p{number}": one for number, one in enumerate(pieces)}
    return book({journey.STAGES: stages or {"s1": STAGES["s1"]}, content_plan.ITEMS: items})


def found(answers):
    return [(one.rule, one.severity) for one in every.findings(answers, ABOUT, "content_plan")]


def said(answers, rule, language="en"):
    every_one = every.findings(answers, ABOUT, "content_plan")
    return [render(one.message, language) for one in every_one if one.rule == rule]


def test_the_section_asks_for_all_that_it_should():
    asked = library.worksheets().of_section("content_plan")
    keys = {field.key for one in asked for field in one.question.fields}
    wanted = (
        "stage touchpoint persona content_type title pain_addressed owner publish_date status "
        "clicks purchases score"
    )
    assert set(wanted.split()) - keys == set()


@pytest.mark.parametrize("group", POSITIONS)
def test_kinds_of_content_stand_under_their_place_in_the_funnel(group):
    asked, field = library.worksheets().field("content_plan.items.content_type")
    assert [one.value for one in field.options if one.group == group] == POSITIONS[group].split()


def test_a_stage_without_content_is_named():
    answers = plan(piece("Guide"), stages=STAGES)
    assert found(answers) == [("content-stage", "weak")]
    assert said(answers, "content-stage") == ["No content meets the customer at “Loyalty”."]
    assert found(plan(piece("Guide"), piece("Thanks", stage="s2"), stages=STAGES)) == []


def test_a_retired_piece_meets_nobody():
    answers = plan(piece("Guide"), piece("Old", stage="s2", status="retired"), stages=STAGES)
    assert found(answers) == [("content-stage", "weak")]


def test_an_empty_plan_has_nothing_to_say():
    assert found(book({journey.STAGES: STAGES})) == []


@pytest.mark.parametrize(("status", "rules"), [("published", ["content-date"]), ("in_work", [])])
def test_what_is_published_has_a_day(status, rules):
    answers = plan(piece("Guide", status=status))
    assert [rule for rule, _ in found(answers)] == rules
    assert found(plan(piece("Guide", status=status, publish_date="2027-03-01"))) == []


def test_the_best_and_the_worst_are_told_by_purchases_a_click():
    answers = plan(
        piece("Guide", "4,000", "40"), piece("Trial", "50", "10"), piece("Ad", "20000", "20")
    )
    assert found(answers) == [("content-best", "warn"), ("content-worst", "warn")]
    assert said(answers, "content-best") == [
        "“Trial” sells best: 10 of 50 clicks became a purchase, 20.0%."
    ]
    assert said(answers, "content-worst") == [
        "“Ad” sells least: 20 of 20,000 clicks became a purchase, 0.1%."
    ]


def test_of_several_that_sold_nothing_the_most_seen_is_the_worst():
    answers = plan(piece("A", "10", "0"), piece("B", "900", "0"), piece("C", "10", "1"))
    assert said(answers, "content-worst")[0].startswith("“B”")


@pytest.mark.parametrize(
    "pieces",
    [
        [piece("Guide", "0", "0"), piece("Trial", "50", "10")],
        [piece("Guide", "", "3"), piece("Trial", "50", "")],
        [piece("Guide", "10", "1"), piece("Trial", "20", "2")],
        [piece("Guide", "10", "1")],
        [piece("Guide", "lots", "1"), piece("Trial", "20", "2")],
    ],
)
def test_without_clicks_to_compare_nothing_is_said(pieces):
    assert found(plan(*pieces)) == []


def test_more_purchases_than_clicks_are_questioned_and_not_compared():
    answers = plan(piece("Guide", "5", "9"), piece("Trial", "50", "10"))
    assert found(answers) == [("content-count", "weak")]


def test_the_numbers_are_asked_for_once_a_piece_is_out(desk):
    stage = desk.add("journey.stages", name="Loyalty")
    item = desk.add("content_plan.items", title="Guide", content_type="how_to", stage=stage)
    desk.save("content_plan.making", item, status="in_work")
    shown = [one.place.question for one in desk.page("content_plan", "making", item).outline]
    assert "results" not in shown
    desk.save("content_plan.making", item, status="published", publish_date="1 Mar 2027")
    shown = [one.place.question for one in desk.page("content_plan", "making", item).outline]
    assert "results" in shown


def test_kinds_are_chosen_under_their_headings(desk):
    item = desk.add("content_plan.items")
    box = next(
        one for one in desk.page("content_plan", "items", item).fields if one.key == "content_type"
    )
    assert [str(one.group.id) for one in box.choices[:2]] == ["Top of the funnel"] * 2
