"""The days on which a goal is looked at, and which of them a check-in stands for."""

from datetime import date, timedelta

import pytest

from goals.tracking import cadence
from goals.tracking.cadence import Review, Rhythm

FIRST, LAST = date(2026, 10, 1), date(2026, 12, 31)


def rhythm(word="weekly", since=FIRST, first=FIRST, last=LAST):
    return Rhythm(word, first, last, since)


def days(word, first=FIRST, last=LAST):
    return list(cadence.due_days(word, first, last))


@pytest.mark.parametrize(
    ("last", "word"),
    [
        (date(2026, 10, 31), "weekly"),
        (date(2026, 12, 31), "fortnightly"),
        (date(2027, 9, 30), "monthly"),
        (date(2029, 9, 30), "quarterly"),
    ],
)
def test_the_window_suggests_how_often_it_is_looked_at(last, word):
    assert cadence.default(FIRST, last) == word


def test_each_day_ends_a_step_from_the_first_day_of_the_window():
    assert days("weekly")[:2] == [date(2026, 10, 7), date(2026, 10, 14)]
    assert days("fortnightly")[:2] == [date(2026, 10, 14), date(2026, 10, 28)]
    assert days("monthly") == [date(2026, 10, 31), date(2026, 11, 30), date(2026, 12, 31)]
    assert days("quarterly") == [date(2026, 12, 31)]
    assert days("none") == []


def test_a_window_shorter_than_a_step_is_looked_at_on_its_last_day():
    assert days("monthly", last=date(2026, 10, 9)) == [date(2026, 10, 9)]


def test_months_that_are_shorter_lose_no_day():
    found = days("monthly", date(2027, 1, 31), date(2027, 5, 30))
    assert found == [date(2027, 2, 27), date(2027, 3, 30), date(2027, 4, 29), date(2027, 5, 30)]


def test_what_is_due_stays_due_for_three_days_and_is_missed_then():
    found = {late: rhythm().open(date(2026, 10, 7) + timedelta(days=late), {}) for late in range(6)}
    assert {late: one.state for late, one in found.items()} == {
        0: "due", 1: "due", 2: "due", 3: "due", 4: "missed", 5: "missed",
    }  # fmt: skip
    assert {one.on for one in found.values()} == {date(2026, 10, 7)}
    assert rhythm().open(date(2026, 10, 6), {}) is None


def test_a_day_is_missed_as_soon_as_the_next_one_has_come():
    seen = rhythm().reviews(date(2026, 10, 14), {})
    assert seen == [
        Review(date(2026, 10, 7), "missed"),
        Review(date(2026, 10, 14), "due"),
        Review(date(2026, 10, 21), "next"),
    ]


def test_a_missed_day_is_history_once_a_later_one_was_done():
    answered = {date(2026, 10, 14): "said"}
    assert rhythm().open(date(2026, 10, 20), answered) is None
    assert rhythm().reviews(date(2026, 10, 20), answered)[0].state == "missed"


def test_nothing_is_asked_for_before_the_rhythm_began():
    seen = rhythm(since=date(2026, 10, 10)).reviews(date(2026, 10, 15), {})
    assert [one.on for one in seen] == [date(2026, 10, 14), date(2026, 10, 21)]


@pytest.mark.parametrize(
    ("day", "stands_for"),
    [
        (date(2026, 10, 2), None),
        (date(2026, 10, 4), date(2026, 10, 7)),
        (date(2026, 10, 7), date(2026, 10, 7)),
        (date(2026, 10, 10), date(2026, 10, 7)),
        (date(2026, 10, 11), date(2026, 10, 14)),
        (date(2027, 1, 5), date(2026, 12, 30)),
    ],
)
def test_a_check_in_stands_for_the_nearest_day(day, stands_for):
    assert rhythm().answers(day, {}) == stands_for


def test_a_second_check_in_for_one_day_stands_for_none():
    assert rhythm().answers(date(2026, 10, 8), {date(2026, 10, 7): "said"}) is None


def test_a_check_in_ahead_of_its_day_leaves_nothing_to_ask():
    answered = {date(2026, 10, 7): "said"}
    seen = rhythm().reviews(date(2026, 10, 5), answered)
    assert [(one.on, one.state) for one in seen] == [
        (date(2026, 10, 7), "done"),
        (date(2026, 10, 14), "next"),
    ]
