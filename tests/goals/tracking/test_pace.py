"""Goal arithmetic against hand-made values and the domain's vectors."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from goals.tracking import pace, plan

SHARED = Path(__file__).resolve().parents[4] / "shared" / "domain" / "vectors.json"
#: The same kinds of case as the domain's vectors, in numbers of our own.
OWN = [
    {"kind": "level", "baseline": 200, "target": 100, "actual": 150, "elapsed": 0.5,
     "progress": 0.5, "pace": 1.0, "linear_projection": 100.0},
    {"kind": "level", "baseline": 0.10, "target": 0.05, "actual": 0.11, "elapsed": 0.25,
     "progress": -0.2, "pace": -0.8, "linear_projection": 0.14},
    {"kind": "cumulative", "baseline": None, "target": 40, "actual": 9, "elapsed": 0.3,
     "progress": 0.225, "pace": 0.75, "linear_projection": 30.0},
]  # fmt: skip


def cases():
    rows = list(OWN)
    if SHARED.exists():
        found = json.loads(SHARED.read_text())["goal_pace"]["rows"]
        rows += [one for one in found if one["actual"] is not None]
    return rows


@pytest.mark.parametrize("row", cases())
def test_progress_pace_and_projection_follow_the_vectors(row):
    baseline = None if row["baseline"] is None else Decimal(str(row["baseline"]))
    actual, target = Decimal(str(row["actual"])), Decimal(str(row["target"]))
    share = pace.progress(row["kind"], actual, baseline, target)
    assert share == pytest.approx(row["progress"], abs=1e-6)
    expected = row.get("expected", row["elapsed"])
    # The vectors are rounded to six places before they are divided.
    assert pace.pace(share, expected) == pytest.approx(row["pace"], rel=1e-5)
    end = pace.projection(row["kind"], actual, baseline, target, row["elapsed"])
    assert end is not None
    # The vectors give four places, from shares of time rounded to six.
    assert float(end) == pytest.approx(row["linear_projection"], rel=1e-5, abs=5e-5)


def test_a_change_is_read_in_four_ways():
    tenth = Decimal("0.10")
    assert pace.target_from("relative", Decimal("-0.25"), tenth) == Decimal("0.075")
    assert pace.target_from("points", Decimal("-0.02"), tenth) == Decimal("0.08")
    assert pace.target_from("delta", Decimal(-35), Decimal(115)) == 80
    assert pace.target_from("absolute", Decimal(500), None) == 500
    assert pace.target_from("relative", Decimal("0.5"), None) is None


def test_a_goal_whose_target_is_its_baseline_is_held_or_not():
    same = Decimal(5)
    assert pace.progress("level", Decimal(5), same, same) == 1.0
    assert pace.progress("level", Decimal(4), same, same) == 0.0


def test_landing_on_the_target_reaches_it_in_every_direction():
    for direction in ("up", "down", "at_least", "at_most"):
        assert pace.reached(direction, Decimal(10), Decimal(10))
    assert not pace.reached("down", Decimal("10.01"), Decimal(10))


def test_nothing_expected_yet_gives_no_pace_and_no_projection():
    assert pace.pace(0.4, 0.0) is None
    assert pace.projection("cumulative", Decimal(5), None, Decimal(10), 0.0) is None


def test_a_projection_stays_within_what_the_number_can_be():
    limits = (Decimal(0), Decimal(1))
    end = pace.projection("level", Decimal("0.9"), Decimal("0.5"), Decimal("0.8"), 0.25, limits)
    assert end == 1


def test_no_day_left_needs_no_rate():
    assert pace.required_rate(Decimal(5), Decimal(10), 0) is None
    assert pace.required_rate(Decimal(5), Decimal(10), 2) == Decimal("2.5")


def test_a_linear_plan_ends_at_one():
    assert plan.linear(4) == [0.25, 0.5, 0.75, 1.0]


def test_a_seasonal_plan_maps_days_by_their_share_of_the_window():
    past = [0.1, 0.2, 0.3, 1.0]
    assert plan.seasonal(4, [past]) == pytest.approx(past)
    assert plan.seasonal(8, [past]) == pytest.approx([0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.65, 1])
    assert plan.seasonal(2, [past]) == pytest.approx([0.2, 1.0])


def test_past_periods_weigh_the_same_whatever_their_size():
    assert plan.seasonal(2, [[0.0, 1.0], [0.5, 1.0]]) == pytest.approx([0.25, 1.0])


def test_without_a_past_there_is_no_seasonal_plan():
    assert plan.seasonal(4, []) is None


def test_a_past_without_any_amount_has_no_shape():
    from goals.calendar import Period

    period = Period.of(date(2026, 1, 1), date(2026, 1, 4))
    assert plan.shape([], period) is None
    values = [(date(2026, 1, 2), Decimal(3)), (date(2026, 1, 4), Decimal(1))]
    assert plan.shape(values, period) == [0.0, 0.75, 0.75, 1.0]


def test_points_given_by_hand_are_joined_by_straight_lines():
    first = date(2026, 1, 1)
    points = [(date(2026, 1, 2), 0.5), (date(2026, 1, 4), 1.0)]
    assert plan.by_points(5, first, points) == pytest.approx([0.25, 0.5, 0.75, 1.0, 1.0])
