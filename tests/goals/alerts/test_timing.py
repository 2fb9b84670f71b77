"""When messages leave: quiet hours by local time, free days, and nights on which clocks jump."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goals.alerts import timing
from goals.alerts.timing import Hours
from goals.workdays import Workdays

NIGHT = (time(20), time(8))
BANGKOK, NEW_YORK = "Asia/Bangkok", "America/New_York"


def at(zone, *parts):
    return datetime(*parts).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("asked", "leaves"),
    [
        ((2026, 8, 20, 19, 59), (2026, 8, 20, 19, 59)),
        ((2026, 8, 20, 20, 0), (2026, 8, 21, 8, 0)),
        ((2026, 8, 21, 3, 0), (2026, 8, 21, 8, 0)),
        ((2026, 8, 21, 8, 0), (2026, 8, 21, 8, 0)),
    ],
)
def test_quiet_hours_over_midnight_end_in_the_morning(asked, leaves):
    assert Hours(BANGKOK, *NIGHT).earliest(at(BANGKOK, *asked)) == at(BANGKOK, *leaves)


def test_a_quiet_noon_ends_on_the_same_day():
    noon = Hours(BANGKOK, time(12), time(13))
    assert noon.earliest(at(BANGKOK, 2026, 8, 20, 12, 30)) == at(BANGKOK, 2026, 8, 20, 13)


def test_without_quiet_hours_everything_leaves_at_once():
    asked = at(BANGKOK, 2026, 8, 22, 3)
    for hours in (Hours(BANGKOK), Hours(BANGKOK, time(8), time(8))):
        assert hours.earliest(asked) == asked


def test_weekends_and_holidays_wait_for_the_next_working_day():
    # Saturday; the Monday after it is free.
    days = Workdays(holidays=frozenset({date(2026, 8, 24)}))
    hours = Hours(BANGKOK, *NIGHT, workdays=days)
    assert hours.earliest(at(BANGKOK, 2026, 8, 22, 15)) == at(BANGKOK, 2026, 8, 25, 8)
    # A Friday evening is quiet first and the weekend after it.
    assert hours.earliest(at(BANGKOK, 2026, 8, 21, 21)) == at(BANGKOK, 2026, 8, 25, 8)


def test_a_company_that_never_works_is_told_all_the_same():
    asked = at(BANGKOK, 2026, 8, 22, 15)
    hours = Hours(BANGKOK, workdays=Workdays(weekdays=frozenset()))
    assert hours.earliest(asked) == asked


def test_the_morning_is_eight_by_the_clock_on_both_nights_on_which_clocks_jump():
    hours = Hours(NEW_YORK, *NIGHT)
    spring = hours.earliest(at(NEW_YORK, 2026, 3, 7, 22))
    assert spring == datetime(2026, 3, 8, 12, tzinfo=UTC)
    autumn = hours.earliest(at(NEW_YORK, 2026, 10, 31, 22))
    assert autumn == datetime(2026, 11, 1, 13, tzinfo=UTC)


def test_a_quiet_that_ends_in_an_hour_that_is_skipped_ends_at_the_jump():
    hours = Hours(NEW_YORK, time(22), time(2, 30))
    assert hours.earliest(at(NEW_YORK, 2026, 3, 8, 1)) == datetime(2026, 3, 8, 7, tzinfo=UTC)


def test_a_quiet_that_ends_in_an_hour_that_comes_twice_ends_once_for_each():
    hours = Hours(NEW_YORK, time(22), time(1, 30))
    first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert hours.earliest(first - timedelta(minutes=20)) == first
    again = datetime(2026, 11, 1, 6, 10, tzinfo=UTC)
    assert hours.earliest(again) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


minutes = st.times().map(lambda one: one.replace(second=0, microsecond=0))


@given(
    zone=st.sampled_from(sorted(available_timezones())),
    asked=st.integers(1_577_836_800, 1_893_456_000).map(lambda at: datetime.fromtimestamp(at, UTC)),
    start=minutes,
    end=minutes,
)
def test_what_leaves_leaves_outside_quiet_hours_and_within_a_day(zone, asked, start, end):
    hours = Hours(zone, start, end)
    leaves = hours.earliest(asked)
    assert asked <= leaves <= asked + timedelta(hours=50)
    wall = leaves.astimezone(ZoneInfo(zone)).time()
    quiet = start <= wall < end if start < end else (wall >= start or wall < end)
    assert start == end or not quiet


@pytest.mark.parametrize("text", ["24:00", "8:5", "8.30", "-1:00", "x", "8:", "008:00", "๘:00x"])
def test_what_is_no_time_of_the_day_is_refused(text):
    with pytest.raises(ValueError):
        timing.wall_time(text)


def test_times_of_the_day_are_read():
    assert timing.wall_time("8") == time(8)
    assert timing.wall_time(" 20:30 ") == time(20, 30)
    assert timing.wall_time("") is None
