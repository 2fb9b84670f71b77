"""Working days: weekdays without holidays, counted without walking through them."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from goals.calendar import Period
from goals.workdays import Workdays

DAY = timedelta(days=1)
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
periods = st.builds(lambda first, n: Period(first, first + n * DAY), days, st.integers(1, 400))


def test_november_2026_has_21_working_days_and_october_22():
    weekdays = Workdays()
    assert weekdays.count(Period(date(2026, 11, 1), date(2026, 12, 1))) == 21
    assert weekdays.count(Period(date(2026, 10, 1), date(2026, 11, 1))) == 22


def test_a_holiday_on_a_working_day_is_free_and_one_at_the_weekend_changes_nothing():
    # Friday 23 October is a holiday in Thailand, and so was Saturday 31 October for this test.
    free = Workdays(holidays=frozenset({date(2026, 10, 23), date(2026, 10, 31)}))
    assert free.count(Period(date(2026, 10, 1), date(2026, 11, 1))) == 21
    assert date(2026, 10, 23) not in free
    assert date(2026, 10, 22) in free
    assert date(2026, 10, 24) not in free


def test_a_week_from_sunday_to_thursday():
    gulf = Workdays(weekdays=frozenset({6, 0, 1, 2, 3}))
    assert gulf.count(Period(date(2026, 11, 1), date(2026, 11, 8))) == 5
    assert date(2026, 11, 6) not in gulf
    assert date(2026, 11, 8) in gulf


def test_a_leap_day_is_a_working_day_like_others():
    assert Workdays().count(Period(date(2024, 2, 1), date(2024, 3, 1))) == 21
    assert Workdays().count(Period(date(2023, 2, 1), date(2023, 3, 1))) == 20


@given(periods, st.frozensets(st.integers(0, 6)), st.frozensets(days, max_size=20))
def test_the_count_is_that_of_the_days_one_by_one(period, weekdays, holidays):
    known = Workdays(weekdays, holidays)
    assert known.count(period) == sum(day in known for day in period)
