"""Digests: one for each local day that there is, whatever the clocks of its zone or ours do."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from goals.alerts import digests, timing
from tests.proofs import alert_clock

DAILY = {"every": 1, "weekday": 0, "hour": 9}


@pytest.mark.parametrize("years", [range(2026, 2027), range(2011, 2012), range(1993, 1994)])
def test_every_zones_jumps_leave_one_digest_for_each_day(years):
    found, zones, _jumps = alert_clock.wrong(years, at=(9, 2))
    assert zones > 50
    assert found == []


def test_a_day_that_a_zone_left_out_has_no_digest():
    # Samoa went from the 29th to the 31st of December 2011.
    midnight = datetime(2011, 12, 30, 10, 30, tzinfo=UTC)
    assert digests.due(DAILY, date(2011, 12, 29), midnight, "Pacific/Apia") is None
    morning = datetime(2011, 12, 30, 19, 0, tzinfo=UTC)
    assert digests.due(DAILY, date(2011, 12, 29), morning, "Pacific/Apia") == date(2011, 12, 31)


def test_a_time_of_a_day_that_was_left_out_is_when_the_clocks_jump():
    from datetime import time

    found = timing.instant(date(2011, 12, 30), time(9), ZoneInfo("Pacific/Apia"))
    assert found == datetime(2011, 12, 30, 10, tzinfo=UTC)


def test_a_digest_made_by_a_clock_a_year_ahead_keeps_back_none():
    now = datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert digests.due(DAILY, date(2027, 11, 22), now, "UTC") == date(2026, 11, 22)
    # A zone may be a day ahead of the one before it.
    assert digests.due(DAILY, date(2026, 11, 23), now, "UTC") is None


@pytest.mark.parametrize(
    ("zone", "first"),
    [("Australia/Lord_Howe", date(2026, 4, 4)), ("Asia/Beirut", date(2026, 3, 28))],
)
def test_the_clockwork_sends_one_digest_a_day_through_a_night_of_a_jump(zone, first):
    sent = alert_clock.told(zone, first, 3)
    assert set(sent) >= alert_clock.days_of(zone, first, 3)
    assert set(sent.values()) == {1}


def test_a_clock_that_is_wrong_for_hours_doubles_no_digest_and_drops_none():
    first = date(2026, 11, 2)
    sent = alert_clock.told("Asia/Bangkok", first, 9, errors=alert_clock.WRONG)
    assert set(sent) >= alert_clock.days_of("Asia/Bangkok", first, 9)
    assert set(sent.values()) == {1}
