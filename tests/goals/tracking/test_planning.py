"""Plans as a company's calendar and history make them: holidays, fiscal months, past periods."""

from datetime import date
from typing import Any

import pytest

from app.db import Database
from goals import workspace
from goals.calendar import Period
from goals.records.company import Holiday
from goals.table import new_id
from goals.tracking import planning
from goals.tracking.planning import Asked
from tests.support import company

QUARTER = Period.of(*company.QUARTER)


@pytest.fixture
def session(sqlite_url):
    # Clocks in Santiago jump over midnight on 6 September 2026: that day begins at one.
    database = Database(sqlite_url)
    here = company.make(database, zone="America/Santiago")
    with database.session(here) as opened:
        yield opened
    database.dispose()


def free(session, day):
    connection = company.connection_of(session, session.info["workspace_id"]).id
    book: dict[str, Any] = {"connection_id": connection, "recorded_at": company.NOW, "run_id": 1}
    here = session.info["workspace_id"]
    session.add(
        Holiday(workspace_id=here, id=new_id(), external_id=str(day), day=day, name="Free", **book)
    )
    session.flush()


def test_a_holiday_of_the_workspace_is_flat_in_a_plan_of_working_days(session):
    free(session, date(2026, 7, 14))
    found = planning.drawn(session, Asked(QUARTER, "working_days"))
    assert (found.used, found.workdays) == ("working_days", 65)
    assert (
        found.share(date(2026, 7, 13))
        == found.share(date(2026, 7, 14))
        < found.share(date(2026, 7, 15))
    )
    assert found.share(QUARTER.last) == 1.0


def test_the_week_of_the_workspace_says_which_days_are_worked(session):
    here = workspace.of(session)
    here.working_days = "6"
    found = planning.drawn(session, Asked(QUARTER, "working_days"))
    sundays = [day for day in QUARTER if day.weekday() == 6]
    assert found.workdays == len(sundays)
    assert found.share(sundays[0]) == pytest.approx(1 / len(sundays))


def test_a_day_on_which_the_clocks_jump_over_midnight_counts_once(session):
    week = Period.of(date(2026, 9, 4), date(2026, 9, 8))
    workspace.of(session).working_days = "0123456"
    found = planning.drawn(session, Asked(week, "working_days"))
    assert found.curve == pytest.approx((0.2, 0.4, 0.6, 0.8, 1.0))


def test_without_a_working_day_the_plan_is_linear_and_says_what_was_asked(session):
    weekend = Period.of(date(2026, 8, 15), date(2026, 8, 16))
    found = planning.drawn(session, Asked(weekend, "working_days"))
    assert (found.kind, found.used, found.curve) == ("working_days", "linear", (0.5, 1.0))


def test_months_without_a_table_weigh_alike_and_a_part_of_one_as_its_days(session):
    window = Period.of(date(2026, 7, 17), date(2026, 9, 30))
    found = planning.alike(session, window)
    part = 15 / 31
    assert [day for day, _share in found] == [
        date(2026, 7, 31), date(2026, 8, 31), date(2026, 9, 30),
    ]  # fmt: skip
    assert [share for _day, share in found] == pytest.approx(
        [part / (part + 2), (part + 1) / (part + 2), 1.0]
    )
    whole = planning.drawn(session, Asked(QUARTER, "monthly"))
    assert whole.share(date(2026, 7, 31)) == pytest.approx(1 / 3)
    assert whole.share(date(2026, 8, 31)) == pytest.approx(2 / 3)


def test_february_of_a_leap_year_is_a_month_like_others(session):
    year = Period.of(date(2028, 1, 1), date(2028, 12, 31))
    found = planning.drawn(session, Asked(year, "monthly"))
    assert found.share(date(2028, 2, 29)) == pytest.approx(2 / 12)
    assert found.share(date(2028, 2, 28)) < found.share(date(2028, 2, 29))


def test_months_of_a_year_of_weeks_are_its_own(session):
    here = workspace.of(session)
    here.fiscal_pattern = "445"
    quarter = here.fiscal.quarter(date(2026, 8, 14))
    found = planning.months(session, quarter)
    assert [one.days for one in found] == [28, 28, 35]
    plan = planning.drawn(session, Asked(quarter, "monthly"))
    assert [plan.share(one.last) for one in found] == pytest.approx([1 / 3, 2 / 3, 1.0])


def test_points_that_nobody_gave_yet_are_a_straight_line(session):
    found = planning.drawn(session, Asked(QUARTER, "points"))
    assert (found.kind, found.used) == ("points", "linear")


def test_a_seasonal_plan_without_a_past_is_linear(session):
    found = planning.drawn(session, Asked(QUARTER, "seasonal", metric="revenue"))
    assert (found.kind, found.used, found.periods) == ("seasonal", "linear", ())
