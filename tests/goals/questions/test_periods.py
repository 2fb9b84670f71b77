"""Periods that a question ends with, in calendars of months and of weeks."""

from datetime import date

import pytest

from goals.calendar import Period
from goals.fiscal import FiscalCalendar
from goals.questions import periods
from goals.questions.parse import Name, parse

TODAY = date(2026, 8, 14)
OCTOBER = FiscalCalendar(start_month=10)
RETAIL = FiscalCalendar(2, 6, "454", "nearest", "start")


def meant(words, fiscal):
    found = periods.ending(words)
    assert found is not None
    return found[0], found[1].on(TODAY, fiscal)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("goals this quarter", "2026-07-01", "2026-09-30"),
        ("goals in the current fiscal year", "2025-10-01", "2026-09-30"),
        ("goals, last fiscal year", "2024-10-01", "2025-09-30"),
        ("goals of the previous quarter", "2026-04-01", "2026-06-30"),
        ("goals next quarter", "2026-10-01", "2026-12-31"),
        ("goals last month", "2026-07-01", "2026-07-31"),
        ("goals last week", "2026-08-03", "2026-08-09"),
        ("goals FY2026 Q3", "2026-04-01", "2026-06-30"),
        ("goals for Q3 FY26", "2026-04-01", "2026-06-30"),
        ("goals in Q1 of 2569", "2025-10-01", "2025-12-31"),
        ("goals in fiscal 2025", "2024-10-01", "2025-09-30"),
        ("goals in financial year 2027", "2026-10-01", "2027-09-30"),
        ("goals in Q4", "2026-07-01", "2026-09-30"),
    ],
)
def test_a_period_is_read_in_the_company_s_year(words, first, last):
    rest, period = meant(words, OCTOBER)
    assert rest == "goals"
    assert period == Period.of(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("goals FY2023 Q4", "2023-10-29", "2024-02-03"),
        ("goals FY2023", "2023-01-29", "2024-02-03"),
        ("goals this quarter", "2026-08-02", "2026-10-31"),
        ("goals last quarter", "2026-05-03", "2026-08-01"),
        ("goals this month", "2026-08-02", "2026-08-29"),
    ],
)
def test_a_period_of_weeks_is_a_fiscal_one(words, first, last):
    period = meant(words, RETAIL)[1]
    assert period == Period.of(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("words", ["goals", "goals Q5", "goals of 2026", "goals this decade"])
def test_other_endings_are_no_period(words):
    assert periods.ending(words) is None


def test_a_name_that_ends_like_a_period_stays_a_name():
    known = [Name(1, "Sales Q3 2026"), Name(2, "Sales")]
    asked = parse("status of sales Q3 2026", known)
    assert (asked.goals, asked.period) == ((1,), None)
    asked = parse("how is sales doing last quarter?", known)
    assert (asked.intent, asked.goals, asked.period.ahead) == ("status", (2,), -1)
