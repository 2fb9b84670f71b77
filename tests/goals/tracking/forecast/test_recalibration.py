"""What closed goals teach of chances: nothing while few have closed, then what they were worth."""

from random import Random

import pytest

from goals.tracking.forecast import recalibration
from goals.tracking.forecast.recalibration import Week


def weeks(goals: int, worth, each: int = 4, seed: int = 3):
    """Return weeks of goals that say a chance, and reach the target as often as it is worth."""
    random = Random(seed)
    for goal in range(goals):
        chance = random.uniform(0.05, 0.95)
        hit = random.random() < worth(chance)
        for _ in range(each):
            yield Week(goal, chance, hit)


def test_below_fifty_weeks_a_chance_is_what_it_says():
    found = recalibration.learned(list(weeks(12, lambda chance: 0.0)))
    assert (found.weeks, found.of(0.123)) == (0, 0.123)


@pytest.mark.parametrize("chance", [0.1, 0.35, 0.6, 0.9])
def test_chances_that_were_right_stay_as_they_are(chance):
    found = recalibration.learned(list(weeks(1500, lambda said: said)))
    assert found.of(chance) == pytest.approx(chance, abs=0.04)


def test_chances_that_were_too_high_are_lowered_and_keep_their_order():
    found = recalibration.learned(list(weeks(600, lambda said: said / 2)))
    said = [found.of(chance) for chance in (0.1, 0.3, 0.5, 0.7, 0.9)]
    assert said == sorted(said)
    assert 0.15 < said[2] < 0.35 and said[4] < 0.6


def test_a_few_goals_change_little():
    few = recalibration.learned(list(weeks(13, lambda said: 0.0)))
    many = recalibration.learned(list(weeks(400, lambda said: 0.0)))
    assert many.of(0.5) < 0.05 < 0.15 < few.of(0.5) < 0.5


@pytest.mark.parametrize("worth", [0.0, 1.0])
def test_only_hits_or_only_misses_never_make_it_certain(worth):
    found = recalibration.learned(list(weeks(500, lambda said: worth)))
    assert 0.01 <= found.of(0.01) <= found.of(0.99) <= 0.99


def test_many_weeks_of_one_goal_weigh_as_a_few():
    one = recalibration.learned([Week(1, 0.5, False)] * 200)
    assert one.of(0.5) > 0.4
