from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goals.charts import small
from tests.goals.charts.pictures import parsed

shares = st.floats(-0.5, 1.5)
values = st.none() | st.floats(-1e15, 1e15) | st.sampled_from([float("nan"), float("inf")])
pairs = st.lists(st.tuples(shares, values), max_size=8)


def points(picture, name):
    return [
        [tuple(map(float, one.split(","))) for one in line.get("points").split()]
        for line in parsed(picture).iter("polyline")
        if line.get("class") == name
    ]


def test_a_sparkline_shares_one_scale_and_leaves_room_for_the_time_left():
    picture = small.sparkline([(0.0, 81), (0.5, 83)], [(0.0, 81), (1.0, 88)], "Now 83.0%")
    assert points(picture, "p") == [[(2.0, 40.0), (114.0, 6.0)]]
    assert points(picture, "a") == [[(2.0, 40.0), (58.0, 30.3)]]
    end = parsed(picture).find("circle")
    assert (end.get("cx"), end.get("cy")) == ("58.0", "30.3")
    assert parsed(picture).get("viewBox") == "0 0 120 44"
    assert parsed(picture).get("aria-label") == "Now 83.0%"


def test_a_level_sparkline_stands_in_the_middle():
    assert points(small.sparkline([(0, 5), (1, 5)], [], "x"), "a") == [[(2.0, 23.0), (114.0, 23.0)]]


def test_one_point_is_a_dot_and_none_is_no_picture():
    one = small.sparkline([(0.1, Decimal("3.5"))], [], "x")
    assert points(one, "a") == []
    assert len(list(parsed(one).iter("circle"))) == 1
    assert small.sparkline([], [], "x") == ""
    assert small.sparkline([(0.1, None)], [(0.2, float("nan"))], "x") == ""


def test_a_gap_parts_the_line():
    picture = small.sparkline([(0, 1), (0.1, 2), (0.2, None), (0.3, 3), (0.4, 4)], [], "x")
    assert len(points(picture, "a")) == 2


@given(pairs, pairs)
def test_whatever_the_numbers_a_sparkline_stays_inside(actual, plan):
    picture = small.sparkline(actual, plan, "x")
    if picture:
        for name in "ap":
            for run in points(picture, name):
                assert all(2 <= x <= 114 and 5.9 <= y <= 40.1 for x, y in run)


def test_a_ruler_has_the_target_at_the_same_place_in_every_row():
    picture = small.ruler(0.3, 0.8, "Likely to end at 83.9%", low=0.23, middle=0.41, high=0.6)
    root = parsed(picture)
    found = {one.get("class"): one for one in root.iter() if one.get("class")}
    assert found["tgt"].get("x1") == found["tgt"].get("x2") == "80%"
    assert found["past"].get("width") == "24.0%"
    assert root.find("svg").get("x") == "64.0%"
    assert (found["rng"].get("x"), found["rng"].get("width")) == ("18.4%", "29.6%")
    assert found["mid"].get("cx") == "32.8%"
    assert root.get("aria-label") == "Likely to end at 83.9%"


def test_a_ruler_ends_at_both_ends():
    found = {
        one.get("class"): one
        for one in parsed(small.ruler(1.9, -2, "x", low=-3, middle=9, high=9)).iter()
    }
    assert found["past"].get("width") == "100.0%"
    assert (found["rng"].get("x"), found["rng"].get("width")) == ("0.0%", "100.0%")
    assert found["mid"].get("cx") == "100.0%"


@pytest.mark.parametrize("now", [None, 0.0, -0.4])
def test_a_ruler_draws_only_what_is_known(now):
    kinds = [one.get("class") for one in parsed(small.ruler(now, None, "x")).iter() if one.get("x")]
    assert kinds == ["track"]


def test_a_meter_shows_a_share_and_what_it_is_compared_with():
    root = parsed(small.meter(0.313, "Food: 31.3%", 0.283))
    assert [one.get("width") for one in root.iter("rect")] == ["100%", "31.3%"]
    assert root.find("line").get("x1") == "28.3%"
    assert len(list(parsed(small.meter(None, "x")).iter("rect"))) == 1


def test_the_bars_of_a_gap_start_at_the_zero_they_share():
    rows = [0.6, -1.9, -0.4, 0.0]
    drawn = [parsed(small.gap_bar(value, min(rows), max(rows))) for value in rows]
    assert len({one.find("line").get("x1") for one in drawn}) == 1
    zero = float(drawn[0].find("line").get("x1"))
    for value, picture in zip(rows, drawn, strict=True):
        bar = picture.find("rect")
        start, length = float(bar.get("x")), float(bar.get("width"))
        assert (start if value >= 0 else start + length) == pytest.approx(zero, abs=0.11)
        assert bar.get("class") == ("pos" if value >= 0 else "neg")
    assert 'class="sum"' in small.gap_bar(-1.7, -1.9, 0.6, "sum")
    assert 'width="0.0"' in small.gap_bar(0, 0, 0)


def test_labels_are_escaped_and_nothing_has_a_style():
    for picture in (
        small.sparkline([(0, 1)], [], '"<b>'),
        small.ruler(0.1, 0.2, '"<b>'),
        small.meter(0.1, '"<b>'),
    ):
        assert parsed(picture).get("aria-label") == '"<b>'
        assert "style=" not in picture
