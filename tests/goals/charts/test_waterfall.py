"""Waterfalls: each step begins where the one before it ended."""

import re
from decimal import Decimal

import pytest

from goals import words
from goals.charts.waterfall import Step, waterfall

READER = words.Reader(currency="USD")


def drawn(start, values, end, unit="money", width=690, **more):
    steps = [Step(f"Part {n}", Decimal(value), value > 0) for n, value in enumerate(values, 1)]
    plan, came = Step("Plan", Decimal(start)), Step("Came", Decimal(end))
    return waterfall("Gap", plan, steps, came, unit, READER, width=width, **more)


def bars(svg):
    found = re.findall(r'<rect class="([^"]+)" x="([\d.-]+)" y="[\d.-]+" width="([\d.]+)"', svg)
    return [(kind, float(x), float(x) + float(wide)) for kind, x, wide in found]


@pytest.mark.parametrize("width", [300, 690, 976])
def test_each_step_begins_where_the_one_before_ended(width):
    plan, fewer, more, came = bars(drawn(100, [-60, 20], 60, width=width))
    assert [one[0] for one in (plan, fewer, more, came)] == [
        "bar",
        "bar bar-bad",
        "bar bar-good",
        "bar",
    ]
    assert fewer[2] == pytest.approx(plan[2], abs=0.2)
    assert more[1] == pytest.approx(fewer[1], abs=0.2)
    assert more[2] == pytest.approx(came[2], abs=0.2)
    assert all(0 <= left <= right <= width for _kind, left, right in (plan, fewer, more, came))


def test_small_steps_get_an_axis_that_says_where_it_starts():
    svg = drawn(1000, [-20, 5], 985)
    assert "Axis starts at" in svg
    assert max(right - left for kind, left, right in bars(svg) if kind != "bar") > 100
    assert "Axis starts at" not in drawn(100, [-60, 20], 60)


def test_what_goes_below_zero_stands_left_of_the_line():
    svg = drawn(10, [-30], -20)
    plan, step, came = bars(svg)
    assert 'class="base"' in svg
    assert came[2] == pytest.approx(plan[1], abs=0.2) and step[1] == pytest.approx(came[1], abs=0.2)


@pytest.mark.parametrize(("start", "values", "end"), [(0, [], 0), (0, [0, 0], 0), (5, [], 5)])
def test_nothing_at_all_is_still_a_picture(start, values, end):
    assert len(bars(drawn(start, values, end))) == len(values) + 2


def test_the_picture_says_what_it_shows_and_names_are_only_names():
    svg = waterfall(
        "Gap", Step("Plan", Decimal(5)), [Step("<script>" * 20, Decimal(-1))],
        Step("Came", Decimal(4)), "count", READER,
    )  # fmt: skip
    assert "<script>" not in svg
    assert 'aria-label="Gap: Plan 5; ' in svg and "Came 4" in svg
    rates = drawn("0.5", [Decimal("-0.1")], "0.4", unit="rate")
    assert "10\u00a0points" in rates
