"""Which changes of status are told."""

import pytest

from goals.alerts.rules import telling


@pytest.mark.parametrize("after", ["on_track", "achieved", "too_early", "no_data", "stale"])
def test_a_first_status_that_is_not_bad_is_silent(after):
    assert telling(None, after) is None


@pytest.mark.parametrize("before", [None, "too_early", "on_track", "ahead"])
@pytest.mark.parametrize("after", ["off_track", "at_risk", "missed"])
def test_turning_bad_opens_a_story(before, after):
    told = telling(before, after)
    assert told is not None
    assert (told.kind, told.opens) == ("alert", True)


def test_within_a_story_changes_continue_it():
    assert telling("off_track", "at_risk").kind == "better"
    assert telling("at_risk", "off_track").kind == "worse"
    assert telling("at_risk", "missed").kind == "worse"
    assert not telling("off_track", "at_risk").opens


@pytest.mark.parametrize("after", ["on_track", "ahead", "achieved"])
def test_a_story_ends_with_a_recovery(after):
    told = telling("off_track", after)
    assert (told.kind, told.opens) == ("recovery", False)


def test_reaching_a_target_without_trouble_is_told_once_by_itself():
    told = telling("on_track", "achieved")
    assert (told.kind, told.opens) == ("achieved", True)


def test_a_level_that_is_met_so_far_is_no_news_yet():
    assert telling("on_track", "achieved", final=False) is None
    assert telling("off_track", "achieved", final=False).kind == "recovery"


@pytest.mark.parametrize("after", ["stale", "source_broken", "no_data", "too_early"])
def test_trouble_with_the_data_is_not_told_as_news_of_the_goal(after):
    assert telling("on_track", after) is None
