from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from goals.records.source import Entry
from goals.records.visits import visits

MEANING = {"new": "open", "talk": "open", "won": "won", "lost": "lost"}


def day(number):
    return date(2026, 1, number)


def stays(*told):
    return visits([(Entry(stage, day(number)), MEANING[stage]) for stage, number in told])


def test_a_stage_is_left_when_the_next_is_entered():
    found = stays(("new", 1), ("talk", 4), ("won", 9))
    assert [one.left_on for one in found] == [day(4), day(9), None]


def test_an_unbroken_chain_of_open_stages_is_one_run():
    found = stays(("new", 1), ("talk", 4), ("won", 9))
    assert [one.run_from for one in found] == [day(1), day(1), None]
    assert [one.starts_run for one in found] == [True, False, False]
    assert [one.ends_run for one in found] == [False, True, False]


def test_a_deal_that_is_opened_again_begins_a_new_run():
    found = stays(("new", 1), ("lost", 4), ("talk", 9))
    assert [one.run_from for one in found] == [day(1), None, day(9)]
    assert [one.starts_run for one in found] == [True, False, True]
    assert [one.ends_run for one in found] == [True, False, False]


def test_a_stage_that_is_entered_again_is_another_visit_of_the_same_run():
    found = stays(("new", 1), ("talk", 2), ("new", 5))
    assert [(one.entered_on, one.run_from) for one in found] == [
        (day(1), day(1)),
        (day(2), day(1)),
        (day(5), day(1)),
    ]


def test_events_of_one_day_keep_their_order():
    found = stays(("new", 1), ("talk", 1), ("won", 1))
    assert [one.position for one in found] == [0, 1, 2]
    assert [one.left_on for one in found] == [day(1), day(1), None]
    assert found[1].ends_run


def test_an_entry_dated_after_the_next_takes_its_day():
    found = stays(("new", 9), ("won", 4))
    assert [one.entered_on for one in found] == [day(4), day(4)]


@given(st.lists(st.tuples(st.sampled_from(sorted(MEANING)), st.integers(1, 28)), max_size=8))
def test_runs_are_whole_whatever_the_history(told):
    found = stays(*told)
    open_days = {
        number
        for number in range(1, 29)
        for one in found
        if one.status == "open"
        and one.entered_on <= day(number)
        and (one.left_on is None or one.left_on > day(number))
    }
    begun = sum(one.starts_run for one in found)
    ended = sum(one.ends_run for one in found)
    assert begun - ended == (bool(found) and found[-1].status == "open")
    # Counting the ends and starts of runs gives the same days as looking at the visits.
    counted = set()
    for number in range(1, 29):
        started = sum(one.starts_run and one.run_from <= day(number) for one in found)
        over = sum(one.ends_run and one.left_on <= day(number) for one in found)
        counted |= {number} if started - over else set()
    assert counted == open_days
    assert all(one.left_on is None or one.entered_on <= one.left_on for one in found)
