"""The status of a goal: precedence, thresholds, and the second day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from goals.calendar import Period
from goals.fiscal import FiscalCalendar
from goals.tracking import status
from goals.tracking.status import Before, Inputs
from goals.tracking.way import Moment

DAY = date(2026, 5, 20)
FINE = Inputs(
    kind="cumulative",
    is_over=False,
    has_value=True,
    is_reached=False,
    source_broken=False,
    is_stale=False,
    elapsed=0.5,
    buckets=6,
    pace=1.0,
)


def before(shown: str, judged: str | None = None, last: str | None = None) -> Before:
    return Before(shown, date(2026, 5, 1), judged, last)


@pytest.mark.parametrize(
    ("window", "from_day"),
    [
        ((date(2026, 7, 1), date(2026, 9, 30)), date(2026, 7, 22)),
        ((date(2026, 7, 1), date(2026, 7, 31)), date(2026, 7, 6)),
        ((date(2026, 1, 1), date(2026, 12, 31)), date(2026, 4, 1)),
        ((date(2026, 7, 1), date(2026, 7, 3)), None),
    ],
)
def test_the_day_that_is_named_is_the_first_one_to_be_judged(window, from_day):
    whole = Period.of(*window)
    buckets = FiscalCalendar(1).buckets(whole)
    named = status.judged_from(whole, buckets)
    assert named == from_day
    for day in (whole.start + timedelta(days=n) for n in range(whole.days)):
        moment = Moment.of(whole, buckets, day - timedelta(days=1))
        early = replace(FINE, elapsed=moment.elapsed, buckets=moment.buckets)
        assert status.is_early(early) is (from_day is None or day < from_day)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"is_over": True, "is_reached": True, "is_stale": True}, ("achieved", True)),
        ({"is_over": True, "source_broken": True}, ("missed", True)),
        ({"is_over": True, "has_value": False}, ("no_data", False)),
        ({"has_value": False, "source_broken": True}, ("no_data", False)),
        ({"has_value": False, "elapsed": 0.0}, ("too_early", False)),
        ({"source_broken": True, "is_stale": True}, ("source_broken", False)),
        ({"is_stale": True, "is_reached": True}, ("stale", False)),
        ({"is_reached": True, "elapsed": 0.01}, ("achieved", True)),
        ({"is_reached": True, "kind": "level"}, ("achieved", False)),
        ({"elapsed": 0.149, "pace": 0.1}, ("too_early", False)),
        ({"buckets": 2, "pace": 0.1}, ("too_early", False)),
        ({"pace": None}, ("too_early", False)),
        ({"pace": 0.90}, ("on_track", False)),
        ({"pace": 0.8999}, ("at_risk", False)),
        ({"pace": 0.70}, ("at_risk", False)),
        ({"pace": 0.6999}, ("off_track", False)),
        ({"pace": -0.5}, ("off_track", False)),
    ],
)
def test_a_day_says_one_word_by_precedence(change, said):
    assert status.of_the_day(replace(FINE, **change)) == said


def test_the_first_status_is_shown_at_once():
    verdict = status.judge(replace(FINE, pace=0.5), None, DAY)
    assert (verdict.status, verdict.changed, verdict.since) == ("off_track", True, DAY)


def test_a_new_status_waits_for_its_second_day():
    late = replace(FINE, pace=0.5)
    first = status.judge(late, before("on_track", "on_track"), DAY)
    assert (first.status, first.judged, first.changed) == ("on_track", "off_track", False)
    second = status.judge(late, before("on_track", "off_track"), DAY)
    assert (second.status, second.changed, second.since) == ("off_track", True, DAY)


def test_leaving_too_early_waits_for_a_second_day_too():
    assert status.judge(FINE, before("too_early", "too_early"), DAY).status == "too_early"
    assert status.judge(FINE, before("too_early", "on_track"), DAY).status == "on_track"


def test_a_status_that_stays_keeps_its_day():
    verdict = status.judge(FINE, before("on_track", "on_track"), DAY)
    assert (verdict.changed, verdict.since) == (False, date(2026, 5, 1))


@pytest.mark.parametrize("shown", ["stale", "source_broken", "no_data"])
def test_data_that_come_back_bring_back_what_was_said_last(shown):
    known = before(shown, shown, "off_track")
    assert status.judge(FINE, known, DAY).status == "off_track"
    assert status.judge(FINE, before(shown, shown, None), DAY).status == "on_track"


def test_trouble_with_the_data_is_shown_on_its_first_day():
    verdict = status.judge(replace(FINE, is_stale=True), before("on_track", "on_track"), DAY)
    assert (verdict.status, verdict.changed) == ("stale", True)


def test_reaching_a_cumulative_target_early_is_final_and_needs_no_second_day():
    verdict = status.judge(replace(FINE, is_reached=True), before("at_risk", "at_risk"), DAY)
    assert (verdict.status, verdict.final) == ("achieved", True)


def test_every_status_has_a_place_in_the_order():
    from goals.tracking.evaluation import STATUSES

    assert sorted(status.WORST_FIRST) == sorted(STATUSES)


def test_a_quotient_on_a_threshold_counts_however_it_is_computed():
    assert 0.09 / 0.1 < 0.9
    assert status.of_the_day(replace(FINE, pace=0.09 / 0.1)) == ("on_track", False)
