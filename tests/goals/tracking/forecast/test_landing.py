"""The forecast of a goal's end: what it says, what it refuses, and that it always says the same."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from goals.tracking.forecast import draws, landing, paces, scales
from goals.tracking.forecast.landing import Past

WAVES = [100, 120, 90, 130, 110, 95, 125, 105, 115, 90, 135, 100, 110, 120]


def flow(**given):
    terms = {"kind": "flow", "values": WAVES, "so_far": 200.0, "ahead": [0.5, 1, 1], "season": 13}
    return Past(**{**terms, **given})


def test_a_flow_lands_near_what_came_and_what_its_past_lets_come():
    found = landing.of(flow())
    assert 440 < found.low < found.likely < found.high < 520
    assert found.likely == pytest.approx(200 + 2.5 * 110, rel=0.05)
    assert [len(found.fan), found.units] == [3, 14]


def test_the_fan_opens_towards_the_end_and_its_quantiles_are_in_order():
    found = landing.of(flow())
    widths = [row[4] - row[0] for row in found.fan]
    assert all(one < other for one, other in pairwise(widths))
    assert all(list(row) == sorted(row) for row in found.fan)


@pytest.mark.parametrize("kind", ["flow", "level", "ratio"])
def test_below_the_floor_of_history_nothing_is_said(kind):
    assert landing.of(flow(kind=kind, values=WAVES[:7])) is None
    assert landing.of(flow(kind=kind, values=WAVES[:8])) is not None


def test_nothing_is_said_of_numbers_that_are_none_or_of_an_end_that_has_come():
    assert landing.of(flow(values=[*WAVES[:-1], float("nan")])) is None
    assert landing.of(flow(values=[*WAVES[:-1], float("inf")])) is None
    assert landing.of(flow(ahead=[])) is None


def test_the_same_past_gets_the_same_answer_and_another_seed_nearly_the_same():
    one, same, other = landing.of(flow()), landing.of(flow()), landing.of(flow(), seed=5)
    assert one.fan == same.fan and one.fan != other.fan
    assert one.likely == pytest.approx(other.likely, rel=0.02)


def test_its_random_numbers_are_fixed_for_good():
    drawn = draws.normals(draws.SEED, 4, 2)
    assert [[round(float(one), 6) for one in row] for row in drawn[:2]] == [
        [-1.342579, 1.120285],
        [1.668169, 1.135005],
    ]
    assert (drawn[2:] == -drawn[:2]).all()


def test_the_chance_counts_what_lands_on_the_target_and_is_never_certain():
    found = landing.of(flow())
    chances = [found.chance(target, None) for target in (1, 460, 475, 490, 9999)]
    assert chances == sorted(chances, reverse=True)
    assert (chances[0], chances[-1]) == (0.99, 0.01)
    assert found.chance(None, found.likely) == pytest.approx(0.5, abs=0.01)
    assert found.chance(found.low, found.high) == pytest.approx(0.8, abs=0.01)


def test_a_steady_past_without_any_scatter_is_believed_but_not_to_the_last_digit():
    found = landing.of(flow(values=[50.0] * 20, so_far=0.0, ahead=[1.0] * 4))
    assert 150 < found.low < 200 < found.high < 250
    assert found.likely == pytest.approx(200, rel=0.02)


@pytest.mark.parametrize("values", [[0.0] * 10, [0.0] * 9 + [1000.0], [1e12] * 8, [1e-9] * 8])
def test_pasts_of_nothing_of_one_great_deal_and_of_odd_sizes_are_survived(values):
    found = landing.of(flow(values=values, so_far=0.0))
    assert 0 <= found.low <= found.likely <= found.high <= 20 * max(values) + 1e-6


def test_what_came_does_not_go_away_again():
    found = landing.of(flow(so_far=190.0, floor=200.0, values=[0.0] * 10))
    assert found.low == found.likely == 200.0


def test_a_level_is_not_drawn_on_in_a_straight_line():
    values = [0.55, 0.56, 0.54, 0.55, 0.57, 0.55, 0.56, 0.54, 0.52, 0.50]
    terms = {"kind": "level", "values": values, "so_far": 0.49, "limits": (0.0, 1.0)}
    found = landing.of(flow(**terms, ahead=[1.0] * 10))
    assert 0.40 < found.likely < 0.58
    assert found.low > 0.2


def test_a_level_at_its_last_day_is_what_it_is():
    found = landing.of(flow(kind="level", so_far=140.0, ahead=[0.01]))
    assert found.low == pytest.approx(140, abs=2) and found.high == pytest.approx(140, abs=2)


def test_a_ratio_moves_less_the_more_of_its_window_has_been_counted():
    rates = [0.5, 0.55, 0.45, 0.6, 0.5, 0.4, 0.5, 0.55, 0.45, 0.5]
    terms = {
        "kind": "ratio", "values": rates, "weights": [40.0] * 10, "limits": (0.0, 1.0),
        "so_far": 0.6,
    }  # fmt: skip
    early = landing.of(flow(**terms, so_far_weight=40.0, ahead=[1.0] * 8))
    late = landing.of(flow(**terms, so_far_weight=320.0, ahead=[1.0]))
    assert 0.48 < early.likely < 0.56 < late.likely < 0.61
    assert late.high - late.low < (early.high - early.low) / 2


def test_a_share_stays_between_nothing_and_everything():
    terms = {"kind": "level", "values": [0.98, 1.0] * 6, "so_far": 1.0, "limits": (0.0, 1.0)}
    found = landing.of(flow(**terms))
    assert 0 <= found.low <= found.high <= 1


@pytest.mark.parametrize("kind", ["flow", "level", "ratio"])
def test_doubtful_records_widen_the_range_and_mending_them_narrows_it(kind):
    past = flow(kind=kind, weights=[10.0] * 14 if kind == "ratio" else None, so_far_weight=30.0)
    sound, some, many = (landing.of(replace(past, doubtful=share)) for share in (0.0, 0.1, 0.5))
    widths = [one.high - one.low for one in (sound, some, many)]
    assert widths == sorted(widths) and widths[2] > 1.5 * widths[0]
    assert some.likely == pytest.approx(sound.likely, rel=0.02)


@pytest.mark.parametrize(("units", "known"), [(8, False), (12, False), (13, True), (14, True)])
def test_a_season_is_known_once_a_whole_one_lies_behind(units, known):
    assert landing.of(flow(values=WAVES[:units])).season_known is known


def test_a_quarter_that_ends_strong_is_expected_to_do_so_again():
    late = [20, 20, 20, 25, 25, 30, 30, 40, 40, 50, 60, 70, 80]
    found = landing.of(flow(values=late * 6 + late[:9], so_far=250.0, ahead=[1.0] * 4))
    assert found.likely == pytest.approx(250 + sum(late[9:]), rel=0.1)


def test_a_window_with_more_behind_it_than_its_past_ones_had_is_drawn_towards_their_pace():
    late = [20, 20, 20, 25, 25, 30, 30, 40, 40, 50, 60, 70, 80]
    values = late * 4 + [30, 30, 30, 38]
    terms = {"values": values, "so_far": 128.0, "ahead": [1.0] * 9}
    alone, beside = landing.of(flow(**terms)), landing.of(flow(**terms, passed=4))
    had = sum(late[:4]) / sum(late)
    assert had < paces.FROM and alone.likely < beside.likely < 128 / had
    weight = paces.WEIGHT * had / paces.FROM
    assert beside.likely == pytest.approx(
        alone.likely ** (1 - weight) * (128 / had) ** weight, rel=1e-3
    )


def test_past_windows_of_the_same_phases_say_how_much_had_come_by_now():
    values, ahead = np.array([9.0, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2]), np.array([0.5, 1.0])
    # Two whole windows of four lie behind: 1 + 2 + half of 3, of 10.
    assert paces.usual(values, 2, ahead, 4) == pytest.approx(0.45)
    assert paces.usual(values, 2, ahead, 3) == 0.0
    assert paces.usual(values[:4], 2, ahead, 4) == 0.0
    assert paces.usual(values, 0, ahead, 4) == 0.0
    assert paces.usual(-values, 2, ahead, 4) == 0.0


@pytest.mark.parametrize(("so_far", "rest", "share"), [(0, 5, 0.5), (5, 0, 0.5), (5, 5, 0.0)])
def test_without_anything_to_hold_a_pace_against_nothing_is_drawn(so_far, rest, share):
    assert paces.factor(so_far, rest, share) == 1.0


def test_a_pace_counts_the_less_the_less_of_the_window_it_is_told_from():
    early, quarter = (float(paces.factor(2 * one * 100, 100, one)) for one in (0.05, 0.25))
    assert 1 < early < quarter
    assert paces.factor(100, 1e-6, 0.01) == paces.FARTHEST


def test_amounts_are_weighed_on_each_scale_that_they_may_scatter_evenly_on():
    steady = np.exp(np.sin(np.arange(40.0) * 2.4))
    by_share = [one.bend for one in scales.of_amounts(steady)]
    assert len(by_share) == 3 and by_share[-1] == 0.0
    assert by_share[1] == pytest.approx(by_share[0] / 2)
    assert len(scales.of_amounts(np.array([0.0, 5, 6]))) == 2
    assert len(scales.of_amounts(np.array([-1.0, 5, 6]))) == 1
    for one in scales.of_amounts(steady):
        assert one.back(one.to(steady)) == pytest.approx(steady)
