"""Fiscal years of months and of weeks, with dates that companies and the trade published."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goals import calendar
from goals import fiscal as fiscals
from goals.calendar import Period
from goals.fiscal import FiscalCalendar

DAY = timedelta(days=1)
#: The 4-5-4 calendar of the National Retail Federation.
RETAIL = FiscalCalendar(2, 6, "454", "nearest", "start")

days = st.dates(date(1900, 1, 1), date(2199, 12, 31))
months = st.integers(1, 12)
weekdays = st.integers(0, 6)
ends = st.sampled_from(fiscals.ENDS)
named = st.sampled_from(fiscals.NAMED)
fiscal = st.builds(
    FiscalCalendar, months, weekdays, st.sampled_from(list(fiscals.PATTERNS)), ends, named
)
of_weeks = st.builds(
    FiscalCalendar, months, weekdays, st.sampled_from(["445", "454", "544"]), ends, named
)
units = st.sampled_from(["day", "week", "month", "quarter", "year"])
periods = st.builds(lambda first, n: Period(first, first + n * DAY), days, st.integers(1, 800))


def d(text):
    return date.fromisoformat(text)


def span(first, last):
    return Period.of(d(first), d(last))


# Every calendar


@given(fiscal, days, units)
def test_a_day_lies_in_each_of_its_periods(year, day, unit):
    assert day in year.containing(unit, day)


@given(fiscal, days, units)
def test_periods_of_one_kind_follow_each_other_without_gap(year, day, unit):
    here = year.containing(unit, day)
    assert year.containing(unit, here.end).start == here.end
    assert year.containing(unit, here.last) == here
    assert year.containing(unit, here.start - DAY) == year.previous(here)


@given(fiscal, days)
def test_quarters_tile_the_year_and_months_tile_the_quarter(year, day):
    whole, quarter = year.year(day), year.quarter(day)
    assert tiles(year, "quarter", whole) == 4
    assert tiles(year, "month", quarter) == 3
    number = year.quarter_number(day)
    assert year.numbered(year.year_number(day)) == whole
    assert year.numbered(year.year_number(day), number) == quarter
    assert year.year_number(whole.end) == year.year_number(day) + 1
    assert year.whole_months(whole) == 12
    assert year.whole_months(quarter) == 3


def tiles(year, unit, whole):
    """Return how many periods of a kind make up a longer one, without a gap or a day too many."""
    found, start = 0, whole.start
    while start < whole.end:
        one = year.containing(unit, start)
        assert one.start == start
        start, found = one.end, found + 1
    assert start == whole.end
    return found


@given(fiscal, days)
def test_a_week_starts_on_the_day_that_is_set(year, day):
    week = year.week(day)
    assert week.start.weekday() == year.week_start
    assert week.days == 7


def test_a_fiscal_year_has_the_number_of_the_year_it_ends_in():
    october = FiscalCalendar(start_month=10)
    assert october.year(d("2026-11-22")) == span("2026-10-01", "2027-09-30")
    assert october.year_number(d("2026-11-22")) == 2027
    assert october.quarter_number(d("2026-11-22")) == 1
    assert october.quarter(d("2026-09-30")) == span("2026-07-01", "2026-09-30")
    assert FiscalCalendar().year_number(d("2026-11-22")) == 2026


@pytest.mark.parametrize(("month", "number"), [(1, 2026), (4, 2026), (12, 2025)])
def test_a_fiscal_year_may_have_the_number_of_the_year_it_starts_in(month, number):
    year = FiscalCalendar(start_month=month, named="start")
    assert year.year_number(d("2026-11-22")) == number
    assert year.numbered(number).start == date(number, month, 1)


@pytest.mark.parametrize(("month", "week"), [(0, 0), (13, 0), (1, 7), (1, -1)])
def test_a_calendar_that_cannot_exist_is_refused(month, week):
    with pytest.raises(ValueError, match="no such month or weekday"):
        FiscalCalendar(month, week)


def test_an_unknown_kind_of_period_is_refused():
    with pytest.raises(ValueError, match="decade"):
        FiscalCalendar().containing("decade", d("2026-11-22"))


# Years of weeks


@given(of_weeks, days)
def test_a_year_of_weeks_has_52_or_53_of_them_and_quarters_of_13(year, day):
    whole = year.year(day)
    assert whole.days in (52 * 7, 53 * 7)
    assert whole.start.weekday() == year.week_start
    quarters = [year.numbered(year.year_number(day), number).days // 7 for number in (1, 2, 3, 4)]
    assert quarters == [13, 13, 13, 13 + (whole.days == 53 * 7)]


@given(of_weeks, days)
def test_a_year_of_weeks_ends_on_the_last_weekday_or_the_nearest(year, day):
    last = year.year(day).last
    month = (year.start_month - 2) % 12 + 1
    if year.ends == "last":
        assert (last.month, (last + 7 * DAY).month) == (month, month % 12 + 1)
    else:
        # Three days back at most, and three days on: then the month's end is that near.
        near = {(last + one * DAY) for one in range(-3, 4)}
        assert any(one.month == month and (one + DAY).month != month for one in near)


@pytest.mark.parametrize(
    ("number", "first", "last", "weeks"),
    [
        (2012, "2012-01-29", "2013-02-02", 53),
        (2016, "2016-01-31", "2017-01-28", 52),
        (2017, "2017-01-29", "2018-02-03", 53),
        (2022, "2022-01-30", "2023-01-28", 52),
        (2023, "2023-01-29", "2024-02-03", 53),
        (2024, "2024-02-04", "2025-02-01", 52),
    ],
)
def test_the_retail_calendar_has_its_published_years(number, first, last, weeks):
    year = RETAIL.numbered(number)
    assert year == span(first, last)
    assert year.days == 7 * weeks
    assert RETAIL.year_number(d(first)) == RETAIL.year_number(d(last)) == number


def test_the_quarters_and_months_of_retail_2024_are_the_published_ones():
    assert [RETAIL.numbered(2024, one) for one in (1, 2, 3, 4)] == [
        span("2024-02-04", "2024-05-04"),
        span("2024-05-05", "2024-08-03"),
        span("2024-08-04", "2024-11-02"),
        span("2024-11-03", "2025-02-01"),
    ]
    assert [RETAIL.month(d(one)) for one in ("2024-02-29", "2024-03-03", "2024-05-04")] == [
        span("2024-02-04", "2024-03-02"),
        span("2024-03-03", "2024-04-06"),
        span("2024-04-07", "2024-05-04"),
    ]


def test_the_53rd_week_of_retail_2023_belongs_to_its_january():
    assert RETAIL.month(d("2024-02-03")) == span("2023-12-31", "2024-02-03")
    assert RETAIL.quarter(d("2024-02-03")) == span("2023-10-29", "2024-02-03")
    assert RETAIL.quarter_number(d("2024-02-03")) == 4


@pytest.mark.parametrize(
    ("number", "last", "weeks"),
    [(2017, "2017-09-30", 53), (2022, "2022-09-24", 52), (2023, "2023-09-30", 53)],
)
def test_a_year_that_ends_on_the_last_saturday_of_september(number, last, weeks):
    year = FiscalCalendar(10, 6, "445", "last").numbered(number)
    assert (year.last, year.days) == (d(last), 7 * weeks)


def test_a_year_that_ends_on_the_sunday_nearest_to_december_keeps_its_number():
    year = FiscalCalendar(1, 0, "445", "nearest")
    assert year.numbered(2020) == span("2019-12-30", "2021-01-03")
    assert year.year_number(d("2019-12-30")) == year.year_number(d("2021-01-03")) == 2020
    assert year.year_number(d("2021-01-04")) == 2021


@pytest.mark.parametrize(
    ("pattern", "second"), [("445", "2024-03-03"), ("454", "2024-03-03"), ("544", "2024-03-10")]
)
def test_a_pattern_says_how_long_the_first_month_is(pattern, second):
    year = FiscalCalendar(2, 6, pattern, "nearest", "start")
    assert year.month(d("2024-02-04")).end == d(second)


# Comparing years of weeks


def test_a_fiscal_quarter_compares_with_fiscal_quarters():
    quarter = RETAIL.numbered(2024, 4)
    assert RETAIL.previous(quarter) == RETAIL.numbered(2024, 3)
    assert RETAIL.previous(quarter, 2) == RETAIL.numbered(2024, 2)
    last_year = RETAIL.same_last_year(quarter)
    assert last_year == span("2023-10-29", "2024-02-03")
    assert (quarter.days, last_year.days) == (13 * 7, 14 * 7)
    assert RETAIL.same_last_year(quarter, 2) == span("2022-10-30", "2023-01-28")


def test_months_and_years_and_halves_compare_by_their_number():
    assert RETAIL.same_last_year(RETAIL.numbered(2024)) == RETAIL.numbered(2023)
    assert RETAIL.previous(RETAIL.numbered(2024)) == RETAIL.numbered(2023)
    half = Period(d("2024-02-04"), d("2024-08-04"))
    assert RETAIL.previous(half) == Period(d("2023-07-30"), d("2024-02-04"))
    march = span("2024-03-03", "2024-04-06")
    assert RETAIL.previous(march) == span("2024-02-04", "2024-03-02")
    assert RETAIL.same_last_year(march) == span("2023-02-26", "2023-04-01")


def test_other_runs_of_days_meet_the_same_weekdays_of_the_year_before():
    week = RETAIL.week(d("2024-11-29"))
    assert RETAIL.same_last_year(week) == span("2023-11-19", "2023-11-25")
    day = span("2023-11-24", "2023-11-24")
    assert RETAIL.same_last_year(day) == span("2022-11-25", "2022-11-25")
    # The 53rd week has no like in a year of 52: it meets what lies 52 weeks before.
    extra = span("2024-01-28", "2024-02-03")
    assert RETAIL.same_last_year(extra) == span("2023-01-29", "2023-02-04")


@given(of_weeks, periods, st.integers(1, 3))
def test_a_year_earlier_lies_whole_weeks_earlier(year, period, years):
    earlier = year.same_last_year(period, years)
    back = (period.start - earlier.start).days
    assert back % 7 == 0
    assert 364 * years <= back <= 371 * years
    assert abs(period.days - earlier.days) in (0, 7)


@given(of_weeks, days, units)
def test_comparable_periods_of_weeks_lie_back_to_back(year, day, unit):
    window = year.containing(unit, day)
    found = year.comparable_windows(window, window.start - 800 * DAY)
    end = window.start
    for one in found:
        assert one.end == end
        assert year.containing(unit, one.start) == one
        end = one.start
    assert found or unit == "day"


@given(fiscal, periods)
def test_buckets_of_every_calendar_divide_a_window(year, window):
    assert [day for one in year.buckets(window) for day in one] == list(window)


def test_a_fiscal_year_is_looked_at_by_its_own_months():
    found = RETAIL.buckets(RETAIL.numbered(2023))
    assert [one.days // 7 for one in found] == [4, 5, 4, 4, 5, 4, 4, 5, 4, 4, 5, 5]
    assert [one.days for one in RETAIL.buckets(RETAIL.numbered(2023, 1))] == [7] * 13
    # A window that begins elsewhere is divided by the calendar's months.
    elsewhere = span("2024-01-01", "2024-12-31")
    assert RETAIL.buckets(elsewhere) == calendar.buckets(elsewhere)


@pytest.mark.parametrize("wrong", [("446",), ("445", "first"), ("445", "last", "middle")])
def test_a_rule_that_is_none_is_refused(wrong):
    with pytest.raises(ValueError, match="no such year"):
        FiscalCalendar(1, 0, *wrong)


# What a window compares with in a year of months


def test_a_quarter_compares_with_the_whole_quarters_before_it():
    quarter = span("2017-07-01", "2017-09-30")
    assert FiscalCalendar().comparable_windows(quarter, d("2016-11-01")) == [
        span("2017-04-01", "2017-06-30"),
        span("2017-01-01", "2017-03-31"),
    ]


@pytest.mark.parametrize(
    ("earliest", "found"), [("2017-04-01", 1), ("2017-04-07", 1), ("2017-04-08", 0)]
)
def test_a_period_is_whole_when_the_first_event_lies_in_its_first_bucket(earliest, found):
    quarter = span("2017-07-01", "2017-09-30")
    assert len(FiscalCalendar().comparable_windows(quarter, d(earliest))) == found


def test_an_arbitrary_run_of_days_compares_with_runs_of_as_many_days():
    found = FiscalCalendar().comparable_windows(span("2026-03-02", "2026-03-16"), d("2026-01-01"))
    assert [(one.first, one.days) for one in found] == [
        (d("2026-02-15"), 15),
        (d("2026-01-31"), 15),
        (d("2026-01-16"), 15),
        (d("2026-01-01"), 15),
    ]


def test_years_compare_with_years_over_leap_days():
    found = FiscalCalendar().comparable_windows(span("2026-01-01", "2026-12-31"), d("2023-01-05"))
    assert [one.days for one in found] == [365, 366, 365]


def test_no_window_is_comparable_before_anything_happened():
    window = span("2026-10-01", "2026-12-31")
    assert FiscalCalendar().comparable_windows(window, d("2026-11-01")) == []
    assert (
        len(FiscalCalendar().comparable_windows(Period(date(9, 1, 1), date(10, 1, 1)), date.min))
        == 8
    )


@given(periods, st.integers(1, 2000))
def test_comparable_windows_lie_back_to_back_before_the_window(window, back):
    end = window.start
    for one in FiscalCalendar().comparable_windows(window, window.start - back * DAY):
        assert one.end == end
        assert window.months in (None, one.months)
        assert window.months is not None or one.days == window.days
        end = one.start
