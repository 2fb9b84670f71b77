from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goals.records.days import Order, moment

BANGKOK = "Asia/Bangkok"


def read(text, order="ymd"):
    found = moment(text, order)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2017-03-01", date(2017, 3, 1)),
        ("2017/3/1", date(2017, 3, 1)),
        ("20170301", date(2017, 3, 1)),
        ("26-02-2018 19:58", date(2018, 2, 26)),
        ("15.04.2021", date(2021, 4, 15)),
        ("3/4/17", date(2017, 4, 3)),
        ("15 Apr, 2021 00:02:00", date(2021, 4, 15)),
        ("April 15, 2021 at 3:00 PM", date(2021, 4, 15)),
        ("15-Apr-21", date(2021, 4, 15)),
        ("Thu, 15 Apr 2021 10:00 GMT", date(2021, 4, 15)),
        ("29/02/2567", date(2024, 2, 29)),
        ("๑๒/๐๓/๒๕๖๙", date(2026, 3, 12)),
        ("15 มี.ค. 69", date(2026, 3, 15)),
        ("15 มีนาคม 2569", date(2026, 3, 15)),
        ("2026年3月15日", date(2026, 3, 15)),
    ],
)
def test_a_day_is_read_however_it_is_written(text, day):
    assert read(text, "dmy").day == day


@pytest.mark.parametrize(
    "text", ["", "soon", "31/02/2021", "2021-02-30", "2021-04-15 25:00", "43211", "0000-00-00"]
)
def test_what_is_no_day_is_none(text):
    assert moment(text, "dmy") is None


def test_the_order_tells_day_and_month_apart():
    assert read("3/4/2026", "mdy").day == date(2026, 3, 4)
    assert read("3/4/2026", "dmy").day == date(2026, 4, 3)
    assert moment("3/4/2026", "ymd") is None
    assert moment("25/12/2026", "mdy") is None


def test_an_instant_counts_on_the_day_it_is_in_the_workspace():
    assert read("2021-04-15T20:00:00Z").on(BANGKOK) == date(2021, 4, 16)
    assert read("2021-04-15 20:00").on(BANGKOK) == date(2021, 4, 15)


def test_midnight_in_utc_is_a_day():
    assert read("2021-04-15T00:00:00Z").on("America/New_York") == date(2021, 4, 15)


def test_a_time_without_a_zone_is_in_the_workspaces():
    assert read("2021-04-15 10:00").at(BANGKOK) == datetime(2021, 4, 15, 3, tzinfo=UTC)
    assert read("2021-04-15T10:00:00.5+01:00").at(BANGKOK) == datetime(
        2021, 4, 15, 9, 0, 0, 500_000, tzinfo=UTC
    )


@given(st.dates(date(1970, 1, 1), date(2399, 12, 31)))
def test_days_are_read_back_in_every_order_and_era(day):
    assert read(day.isoformat()).day == day
    assert read(f"{day.month}/{day.day}/{day.year}", "mdy").day == day
    assert read(f"{day.day:02}.{day.month:02}.{day.year}", "dmy").day == day
    assert read(f"{day.day}/{day.month}/{day.year + 543}", "dmy").day == day


def decided(*texts):
    found = Order()
    for line, text in enumerate(texts, 2):
        found.look(text, line)
    return found.decide(), found


def test_one_row_decides_the_order_of_the_file():
    assert decided("3/4/2017", "3/25/2017")[0] == "mdy"
    assert decided("3/4/2017", "25/3/2017 10:00")[0] == "dmy"


def test_without_such_a_row_the_order_is_open():
    order, found = decided("2017-03-04", "3/3/2017", "3/4/2017")
    assert (order, found.unsure) == (None, 4)


def test_rows_that_contradict_each_other_leave_it_open():
    order, found = decided("25/3/2017", "3/25/2017")
    assert (order, found.lines) == (None, {"dmy": 2, "mdy": 3})


def test_dates_that_need_no_order_have_none():
    assert decided("2017-03-04", "3/3/2017", "15 Apr 2021")[0] == "ymd"
