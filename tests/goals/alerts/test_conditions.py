"""What rules decide, from nothing but what was known."""

from datetime import date, timedelta

import pytest

from goals import words
from goals.alerts import conditions
from goals.alerts.conditions import Known, Point

TODAY = date(2026, 8, 20)
PACE = {"gap": 0.1, "days": 3}
CHANCE = {"below": 0.5, "days": 2}
EVERY_HALF = {"every": 0.5}


def run(name, *values, status="at_risk", end=TODAY):
    """The days up to the end with a number each, one day after the other."""
    first = end - timedelta(days=len(values) - 1)
    return [
        Point(first + timedelta(days=number), status, **{name: value})
        for number, value in enumerate(values)
    ]


def decided(kind, settings, points, **known):
    return conditions.decide(kind, settings, Known(points, **known))


def told(decision):
    found = decision.telling
    return None if found is None else (found.kind, found.opens)


@pytest.mark.parametrize(
    ("paces", "code", "message"),
    [
        ((0.8, 0.8, 0.8), "below", ("alert", True)),
        ((0.8, 0.8), "not_long_enough", None),
        ((0.8, 0.95, 0.8, 0.8), "not_long_enough", None),
        # A day that is not known neither counts nor ends the run.
        ((0.8, None, 0.8), "below", ("alert", True)),
        ((0.8, 0.8, None), "no_pace", None),
        # The limit itself is not under it, however it was computed.
        ((0.9, 0.1 + 0.8, 0.9), "well", None),
        ((0.8,), "not_long_enough", None),
    ],
)
def test_a_pace_is_told_once_it_lags_for_so_many_days(paces, code, message):
    found = decided("pace_gap", PACE, run("pace", *paces))
    assert (found.code, told(found)) == (code, message)


def test_a_running_story_about_the_pace_ends_when_it_is_well_and_not_by_silence():
    lags = run("pace", 0.8, 0.8, 0.8)
    well = decided("pace_gap", PACE, [*lags, Point(TODAY, "on_track", pace=0.97)], is_open=True)
    assert told(well) == ("recovery", False)
    unknown = decided("pace_gap", PACE, [*lags, Point(TODAY, "stale")], is_open=True)
    assert (told(unknown), unknown.holds) == (None, None)
    assert told(decided("pace_gap", PACE, lags, is_open=True)) is None


def test_a_chance_that_nobody_knows_is_said_to_be_unknown():
    found = decided("chance_below", CHANCE, [Point(TODAY, "at_risk")])
    assert (found.code, told(found)) == ("no_chance", None)
    assert words.render(found.why, "en") == "There is no chance yet."


def test_a_chance_is_told_when_it_stays_low():
    found = decided("chance_below", CHANCE, run("chance", 0.6, 0.4, 0.35))
    assert told(found) == ("alert", True)
    said = words.render(found.why, "en").replace("\u00a0", " ")
    assert said == "The chance has been under 50% for 2 days; it is 35%."


@pytest.mark.parametrize(
    ("shares", "code"),
    [
        ((0.4, 0.49), "no_new_mark"),
        ((0.4, 0.5), "reached_1"),
        ((0.4, 1.2), "reached_2"),
        ((0.55, 0.6), "no_new_mark"),
        # What a rule finds at its first look happened before it.
        ((0.8,), "first_look"),
        # Down and up again is no second time.
        ((0.6, 0.4, 0.55), "no_new_mark"),
        ((-0.3, -0.1), "no_new_mark"),
        ((None,), "no_share"),
    ],
)
def test_a_mark_on_the_way_is_told_when_it_is_passed(shares, code):
    found = decided("milestone", EVERY_HALF, run("share", *shares))
    assert found.code == code
    assert (told(found) is not None) == code.startswith("reached")


def test_a_mark_that_was_told_is_not_told_again():
    points = run("share", 0.4, 0.5)
    assert told(decided("milestone", EVERY_HALF, points, told={"reached_1"})) is None


def test_a_change_of_status_is_told_as_it_always_was():
    off = [Point(TODAY, "off_track")]
    assert told(decided("status_change", {}, off, spoken="on_track", changed=True)) == (
        "alert",
        True,
    )
    same = decided("status_change", {}, off, spoken="off_track")
    assert (same.code, told(same), same.holds) == ("no_change", None, True)
    early = [Point(TODAY, "too_early")]
    quiet = decided("status_change", {}, early, changed=True)
    assert (quiet.code, told(quiet)) == ("no_news", None)


def test_a_recovery_alone_can_be_told():
    on = [Point(TODAY, "on_track")]
    assert told(decided("recovery", {}, on, spoken="off_track", changed=True)) == (
        "recovery",
        True,
    )
    assert told(decided("recovery", {}, on, spoken="ahead", changed=True)) is None
    off = [Point(TODAY, "off_track")]
    assert decided("recovery", {}, off, spoken="on_track", changed=True).code == "not_recovered"


def test_the_same_facts_give_the_same_decision():
    points = run("pace", *[0.8] * 9)
    assert decided("pace_gap", PACE, points) == decided("pace_gap", PACE, tuple(points))
