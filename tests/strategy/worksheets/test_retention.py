"""Retention plays: five of ours to begin with, each with somebody and a number."""

import pytest

from goals.words import render
from strategy.worksheets import library
from strategy.worksheets.rules import every, retention
from tests.strategy.rows import ABOUT, book


def found(**values):
    play = {"play_name": "Thanks for the years", **values}
    findings = every.findings(book({retention.PLAYS: {"p1": play}}), ABOUT, "retention")
    return [(one.rule, one.severity, one.field, render(one.message, "en")) for one in findings]


def test_the_section_asks_for_all_that_it_should():
    asked = library.worksheets().of_section("retention")
    keys = {field.key for one in asked for field in one.question.fields}
    wanted = "play_name play_segment play_trigger play_reward play_owner play_metric linked_goal_id"
    assert set(wanted.split()) - keys == set()


def test_five_plays_of_ours_are_offered_and_complete():
    repeat = library.worksheets().find("retention.plays").question.repeat
    assert len(repeat.starters) == 5
    assert {len(one) for one in repeat.starters} == {4}


@pytest.mark.parametrize(
    ("values", "field", "text"),
    [
        ({"play_metric": "churn_rate"}, "play_owner", "Nobody runs “Thanks for the years”."),
        (
            {"play_owner": "1"},
            "play_metric",
            "No number shows whether “Thanks for the years” keeps customers.",
        ),
        ({}, "play_owner", "“Thanks for the years” has neither an owner nor a number."),
    ],
)
def test_a_play_needs_an_owner_and_a_number(values, field, text):
    assert found(**values) == [("play-care", "weak", field, text)]


def test_a_play_with_both_and_a_row_without_a_name_are_left_alone():
    assert found(play_owner="1", play_metric="churn_rate") == []
    assert found(play_name="") == []
