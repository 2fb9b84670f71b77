import calendar as months
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goals import calendar
from goals.calendar import Period

ZONES = sorted(available_timezones())
DAY = timedelta(days=1)

days = st.dates(date(1900, 1, 1), date(2199, 12, 31))
periods = st.builds(lambda first, n: Period(first, first + n * DAY), days, st.integers(1, 800))


def d(text):
    return date.fromisoformat(text)


def span(first, last):
    return Period.of(d(first), d(last))


# Periods


def test_a_period_holds_its_first_and_last_day_and_not_the_next():
    quarter = span("2026-10-01", "2026-12-31")
    assert (quarter.first, quarter.last, quarter.days) == (d("2026-10-01"), d("2026-12-31"), 92)
    assert quarter.end == d("2027-01-01")
    assert d("2026-12-31") in quarter
    assert d("2027-01-01") not in quarter
    assert list(span("2026-02-27", "2026-03-01")) == [
        d("2026-02-27"),
        d("2026-02-28"),
        d("2026-03-01"),
    ]


def test_a_period_without_a_day_is_refused():
    with pytest.raises(ValueError, match="holds no day"):
        Period(d("2026-01-02"), d("2026-01-02"))


@pytest.mark.parametrize(
    ("first", "last", "length"),
    [
        ("2026-10-01", "2026-12-31", 3),
        ("2024-02-01", "2024-02-29", 1),
        ("2026-02-01", "2026-02-28", 1),
        ("2026-01-15", "2026-02-14", 1),
        ("2026-01-01", "2026-12-31", 12),
        ("2026-01-01", "2026-01-30", None),
        ("2026-01-31", "2026-02-27", None),
    ],
)
def test_whole_months_are_told_from_other_runs_of_days(first, last, length):
    assert span(first, last).months == length


# Months


@given(days, st.integers(-1200, 1200))
def test_months_are_added_within_the_month_they_lead_to(day, number):
    found = calendar.add_months(day, number)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == number
    last = months.monthrange(found.year, found.month)[1]
    assert found.day == min(day.day, last)


# Earlier periods


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        (("2017-07-01", "2017-09-30"), ("2017-04-01", "2017-06-30")),
        (("2024-03-01", "2024-03-31"), ("2024-02-01", "2024-02-29")),
        (("2026-01-01", "2026-12-31"), ("2025-01-01", "2025-12-31")),
        (("2026-03-03", "2026-03-12"), ("2026-02-21", "2026-03-02")),
    ],
)
def test_the_period_before_has_the_same_calendar_length(given_, expected):
    assert calendar.previous(span(*given_)) == span(*expected)


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        (("2024-02-29", "2024-02-29"), ("2023-02-28", "2023-02-28")),
        (("2024-02-01", "2024-02-29"), ("2023-02-01", "2023-02-28")),
        (("2025-02-01", "2025-02-28"), ("2024-02-01", "2024-02-29")),
        (("2024-02-28", "2024-02-28"), ("2023-02-28", "2023-02-28")),
        (("2026-10-01", "2026-11-22"), ("2025-10-01", "2025-11-22")),
        (("2024-02-10", "2024-02-29"), ("2023-02-10", "2023-02-28")),
    ],
)
def test_a_year_earlier_the_29th_of_february_is_the_28th(given_, expected):
    assert calendar.same_last_year(span(*given_)) == span(*expected)


@given(periods)
def test_every_period_has_one_a_year_earlier(period):
    earlier = calendar.same_last_year(period)
    assert earlier.start == calendar.add_months(period.start, -12)
    assert abs(earlier.days - period.days) <= 1


# Buckets


@given(periods)
def test_buckets_divide_a_window_without_gap_or_overlap(window):
    found = calendar.buckets(window)
    assert [day for one in found for day in one] == list(window)
    assert calendar.first_bucket(window) == found[0]


@pytest.mark.parametrize(
    ("length", "first", "count"), [(31, 1, 31), (32, 7, 5), (120, 7, 18), (121, 31, 5)]
)
def test_the_size_of_buckets_follows_the_length_of_the_window(length, first, count):
    start = d("2026-01-01")
    found = calendar.buckets(Period(start, start + length * DAY))
    assert (found[0].days, len(found)) == (first, count)


def test_monthly_buckets_of_a_window_from_the_31st_do_not_drift():
    found = calendar.buckets(span("2026-01-31", "2026-06-29"))
    assert [one.first.day for one in found] == [31, 28, 31, 30, 31]


@given(periods, st.integers(-10, 900))
def test_the_fraction_grows_from_nothing_to_one(window, offset):
    day = window.start + offset * DAY
    share = calendar.fraction(window, day)
    assert 0 <= share <= 1
    assert calendar.fraction(window, window.start - DAY) == 0
    assert calendar.fraction(window, window.last) == 1
    assert calendar.fraction(window, day + DAY) >= share


def test_running_periods_are_compared_up_to_the_same_day():
    quarter, before = span("2026-10-01", "2026-12-31"), span("2026-07-01", "2026-09-30")
    assert calendar.like_for_like(quarter, d("2026-11-22"), before) == (
        span("2026-10-01", "2026-11-22"),
        span("2026-07-01", "2026-08-22"),
    )
    assert calendar.like_for_like(quarter, d("2026-09-30"), before) is None
    assert calendar.like_for_like(quarter, d("2027-02-01"), before) == (quarter, before)
    march, february = span("2026-03-01", "2026-03-31"), span("2026-02-01", "2026-02-28")
    assert calendar.like_for_like(march, d("2026-03-30"), february) == (
        span("2026-03-01", "2026-03-30"),
        february,
    )


# Zones


@given(st.dates(date(1990, 1, 1), date(2037, 12, 30)), st.sampled_from(ZONES))
def test_a_day_ends_with_the_last_instant_of_its_date(day, zone):
    end = calendar.end_of_day(day, zone)
    assert end.tzinfo is UTC
    assert calendar.local_date(end, zone) <= day
    assert calendar.local_date(end + timedelta(microseconds=1), zone) > day
    for hours in (1, 12, 23, 30):
        assert calendar.local_date(end + timedelta(hours=hours), zone) > day


@given(st.dates(date(1990, 1, 1), date(2037, 12, 30)), st.sampled_from(ZONES))
def test_days_end_in_their_order(day, zone):
    assert calendar.end_of_day(day, zone) <= calendar.end_of_day(day + DAY, zone)


@pytest.mark.parametrize(
    ("zone", "day", "end"),
    [
        ("Asia/Bangkok", "2026-11-22", "2026-11-22T16:59:59.999999+00:00"),
        ("America/New_York", "2026-03-08", "2026-03-09T03:59:59.999999+00:00"),
        # The clock jumped from 24:00 to 01:00.
        ("America/Sao_Paulo", "2018-11-03", "2018-11-04T02:59:59.999999+00:00"),
        # It struck midnight twice: both belong to the day that follows.
        ("America/Havana", "2026-10-31", "2026-11-01T03:59:59.999999+00:00"),
        # One minute past midnight it fell back into the day before.
        ("America/St_Johns", "2010-11-06", "2010-11-07T03:29:59.999999+00:00"),
        # Samoa went without 30 December 2011.
        ("Pacific/Apia", "2011-12-29", "2011-12-30T09:59:59.999999+00:00"),
        ("Pacific/Apia", "2011-12-30", "2011-12-30T09:59:59.999999+00:00"),
    ],
)
def test_days_end_rightly_where_clocks_change_at_midnight(zone, day, end):
    assert calendar.end_of_day(d(day), zone) == datetime.fromisoformat(end)


def test_an_instant_lies_on_the_day_of_the_zone():
    instant = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)
    assert calendar.local_date(instant, "Asia/Bangkok") == d("2026-11-23")
    assert calendar.local_date(instant.astimezone(ZoneInfo("Asia/Tokyo")), "UTC") == d("2026-11-22")
    with pytest.raises(ValueError, match="without a zone"):
        calendar.local_date(datetime(2026, 11, 22), "UTC")  # noqa: DTZ001


# Typed dates


@pytest.mark.parametrize(
    "text",
    [
        *["2026-11-22", "2026/11/22", "22/11/2026", "22.11.2569", "22-11-2026", "2569-11-22"],
        *["22 Nov 2026", "Nov 22, 2026", "Nov. 22, 2026", "22nd of November 2026", "2026 nov 22"],
        *["22 พ.ย. 2569", "22พ.ย.2569", "22 พ. ย. 2569", "22 พย 2569", "๒๒ พฤศจิกายน ๒๕๖๙"],
        *["วันที่ 22 พฤศจิกายน พ.ศ. 2569", "22 พฤศจิกายน ค.ศ. 2026", "22 November 2569 BE"],
        *["2026年11月22日", "2026 年 11 月 22 日", "公元2026年11月22号", "佛历2569年11月22日"],
        *["２０２６-１１-２２", "  22  Nov  2026 "],
    ],
)
def test_a_typed_date_is_read_in_three_languages_and_two_eras(text):
    assert calendar.parse_day(text) == d("2026-11-22")


@pytest.mark.parametrize(
    "text",
    [
        *[
            "",
            "tomorrow",
            "31/11/2026",
            "29/2/2566",
            "22-11-26",
            "20261122",
            "May 2026",
            "11月22日",
        ],
        *["22 Novx 2026", "22 nov 2026 2027", "22 23 Nov 2026", "1/2-2026", "22/11/0000"],
    ],
)
def test_what_is_no_date_is_not_guessed_at(text):
    assert calendar.parse_day(text) is None


def test_a_leap_day_of_a_buddhist_year_exists():
    assert calendar.parse_day("29/2/2567") == d("2024-02-29")
    assert calendar.day_of(2567, 2, 29) == d("2024-02-29")
    with pytest.raises(ValueError, match="day"):
        calendar.day_of(2569, 2, 29)


def test_the_order_of_day_and_month_is_settled_by_the_caller():
    assert calendar.parse_day("3/4/2026") == d("2026-04-03")
    assert calendar.parse_day("3/4/2026", order="mdy") == d("2026-03-04")
    assert calendar.parse_day("2026-04-03", order="mdy") == d("2026-04-03")


@pytest.mark.parametrize("text", ["31 Dec", "31 ธ.ค.", "12月31日", "Dec 31"])
def test_a_date_without_a_year_takes_the_one_given(text):
    assert calendar.parse_day(text, default_year=2026) == d("2026-12-31")


@given(days, st.sampled_from([0, 543]))
def test_dates_written_with_numbers_are_read_back(day, era):
    year = day.year + era
    assert calendar.parse_day(f"{day.day}/{day.month}/{year}") == day
    assert calendar.parse_day(f"{year}-{day.month:02}-{day.day:02}") == day


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader_of_dates(text):
    found = calendar.parse_day(text)
    assert found is None or found.year <= calendar.LAST_COMMON_YEAR
