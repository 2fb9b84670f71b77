"""Plan curves: each rises to the whole, and stays flat where nothing is expected."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from goals.calendar import Period
from goals.errors import Refusal
from goals.tracking import plan, plan_file, plan_rows, plan_table
from goals.tracking.drafts import Draft
from goals.tracking.plan import Plan
from goals.workdays import Workdays

DAYS = some.dates(date(2019, 1, 1), date(2031, 12, 31))
WINDOWS = some.builds(
    lambda first, days: Period(first, first + timedelta(days=days)), DAYS, some.integers(1, 800)
)
WORKED = some.builds(
    Workdays, some.frozensets(some.integers(0, 6)), some.frozensets(DAYS, max_size=6)
)
AMOUNTS = some.decimals(0, 10**9, places=2)


def rises(curve):
    return all(after >= before for before, after in zip([0.0, *curve], curve, strict=False))


def ends(window, count):
    """Return up to so many last days of rows, the last one the window's."""
    every = max(1, window.days // count)
    found = {window.first + timedelta(days=n) for n in range(every - 1, window.days, every)}
    return sorted(found | {window.last})


@given(WINDOWS)
def test_an_s_curve_rises_to_the_whole_and_is_its_own_mirror(window):
    curve = plan.s_curve(window.days)
    assert rises(curve) and curve[-1] == 1.0 and len(curve) == window.days
    for day, share in enumerate(curve[:-1]):
        assert share == pytest.approx(1 - curve[window.days - 2 - day], abs=1e-9)


def test_an_s_curve_has_half_of_its_way_in_the_middle_third():
    curve = plan.s_curve(90)
    assert curve[29] == pytest.approx(0.26, abs=0.01)
    assert curve[59] - curve[29] == pytest.approx(0.48, abs=0.01)
    steepest = max(after - before for before, after in zip(curve, curve[1:], strict=False))
    assert steepest * 90 == pytest.approx(1.5, abs=0.01)


@given(WINDOWS, WORKED)
def test_a_plan_of_working_days_is_flat_on_all_other_days(window, worked):
    curve = plan.weighted([float(day in worked) for day in window])
    if not any(day in worked for day in window):
        assert curve is None
        return
    assert curve is not None and rises(curve) and curve[-1] == 1.0
    for day, before, after in zip(window, [0.0, *curve], curve, strict=False):
        assert (after > before) == (day in worked)


@given(WINDOWS, WORKED, some.lists(AMOUNTS, min_size=1, max_size=14))
def test_a_plan_of_months_is_at_the_typed_amounts_at_their_ends(window, worked, amounts):
    rows = plan_rows.periods(window, ends(window, len(amounts)))
    amounts = (amounts * len(rows))[: len(rows)]
    target = sum(amounts, Decimal())
    assume(target > 0)
    values = [sum(amounts[: place + 1], Decimal()) for place in range(len(amounts))]
    points = plan_rows.shares(rows, values, Decimal(), target)
    curve = plan.by_months(window, points, worked)
    assert rises(curve) and curve[-1] == 1.0 and len(curve) == window.days
    drawn = Plan(window, "monthly", "monthly", tuple(curve))
    for row, value in zip(rows, values, strict=True):
        assert abs(target * Decimal(drawn.share(row.last)) - value) < Decimal("0.005")
    shown = plan_rows.reached(drawn, rows, Decimal(), target, is_given=True)
    assert shown == values


def test_within_a_month_a_plan_follows_its_working_days():
    window = Period.of(date(2026, 7, 15), date(2026, 8, 31))
    points = [(date(2026, 7, 31), 0.4), (date(2026, 8, 31), 1.0)]
    curve = plan.by_months(window, points, Workdays(holidays=frozenset({date(2026, 7, 20)})))
    days = dict(zip(window, curve, strict=True))
    # 15 July was a Wednesday; 12 of the 17 days left are working days, one of them a holiday.
    assert days[date(2026, 7, 15)] == pytest.approx(0.4 / 12)
    assert days[date(2026, 7, 17)] == days[date(2026, 7, 20)] == pytest.approx(3 * 0.4 / 12)
    assert days[date(2026, 7, 31)] == 0.4
    assert days[date(2026, 8, 1)] == days[date(2026, 8, 2)] == 0.4


def test_the_29th_of_february_is_a_day_like_others():
    window = Period.of(date(2028, 2, 1), date(2028, 2, 29))
    worked = Workdays()
    curve = plan.weighted([float(day in worked) for day in window])
    assert curve is not None
    assert curve[-1] == 1.0 and curve[-2] == pytest.approx(20 / 21)


@given(
    some.lists(AMOUNTS, min_size=1, max_size=20),
    some.decimals(Decimal("0.01"), 10**9, places=2),
    some.integers(-30, 400),
)
def test_a_difference_that_is_spread_makes_the_rows_come_to_the_target(amounts, target, ahead):
    first = date(2026, 1, 1)
    rows = [
        Period(first + timedelta(days=10 * n), first + timedelta(days=10 * n + 10))
        for n in range(len(amounts))
    ]
    today = first + timedelta(days=ahead)
    found = plan_rows.spread(amounts, rows, target, today)
    assert sum(found, Decimal()) == target
    assert all(one >= -1 for one in found)
    over = [place for place, row in enumerate(rows) if row.last < today]
    fixed = sum((amounts[place] for place in over), Decimal())
    if len(over) < len(rows) and fixed <= target:
        assert all(found[place] == amounts[place] for place in over)


def test_values_that_nobody_gave_are_rounded_to_what_can_be_read():
    window = Period.of(date(2026, 1, 1), date(2026, 3, 31))
    drawn = Plan(window, "linear", "linear", tuple(plan.linear(window.days)))
    rows = plan_rows.periods(window, [date(2026, 1, 31), date(2026, 2, 28)])
    assert plan_rows.reached(drawn, rows, Decimal(), Decimal(2_800_000), is_given=False) == [
        964444, 1835556, 2800000,
    ]  # fmt: skip
    way = plan_rows.reached(drawn, rows, Decimal("0.2"), Decimal("0.3"), is_given=False)
    assert way == [Decimal("0.2344"), Decimal("0.2656"), Decimal("0.3")]


def draft(points, **terms):
    return Draft(**{
        "name": "Grow", "kind": "cumulative", "plan": "monthly", "plan_points": points,
        "first_day": date(2026, 7, 15), "last_day": date(2026, 9, 15), **terms,
    })  # fmt: skip


def test_the_last_month_of_a_table_ends_with_the_goal():
    found = plan_file.cell("monthly: 2026-07=1", ["monthly: 2026-07=1", "2026-08=2", "2026-09=1"])
    assert (found.plan, found.total) == ("monthly", Decimal(4))
    checked = plan_table.checked(draft(found.points))
    assert checked.plan_points == (
        (date(2026, 7, 31), 0.25), (date(2026, 8, 31), 0.75), (date(2026, 9, 15), 1.0),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("points", "code"),
    [
        (((date(2026, 7, 31), 0.5), (date(2026, 8, 31), 1.0)), "plan_window"),
        (((date(2026, 6, 30), 0.5), (date(2026, 9, 15), 1.0)), "plan_window"),
        (((date(2026, 7, 31), 0.5), (date(2026, 9, 15), 0.9)), "plan_sum"),
        (
            ((date(2026, 7, 31), 0.5), (date(2026, 8, 31), 0.4), (date(2026, 9, 15), 1)),
            "plan_falls",
        ),
    ],
)  # fmt: skip
def test_a_table_of_months_that_does_not_fit_the_goal_is_refused(points, code):
    with pytest.raises(Refusal, match=code):
        plan_table.checked(draft(points))


def test_shares_of_months_need_no_target_and_amounts_come_to_it():
    shares = plan_file.cell("monthly: x", ["monthly: 2026-07=0.5", "2026-08=0.25", "2026-09=0.25"])
    assert shares.total is None
    plan_table.check_total(draft(shares.points), None)
    with pytest.raises(Refusal, match="plan_sum"):
        plan_table.check_total(draft(None, plan_total=Decimal(4)), Decimal(5))
    with pytest.raises(Refusal, match="plan_unfit"):
        plan_table.check_total(draft(None, kind="level", plan_total=Decimal(4)), Decimal(4))


def test_a_plan_that_takes_no_table_keeps_none():
    given_points = ((date(2026, 9, 15), 1.0),)
    assert plan_table.checked(draft(given_points, plan="s_curve")).plan_points is None


@pytest.mark.parametrize("plan", ["monthly", "points"])
def test_a_plan_that_is_written_into_a_cell_is_read_again(plan):
    points = ((date(2026, 7, 31), 1 / 3), (date(2026, 9, 15), 1.0))
    parts = plan_file.written(plan, points)
    found = plan_file.cell(parts[0], parts)
    assert (found.plan, found.points, found.total) == (plan, points, None)
