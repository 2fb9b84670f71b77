"""Periods that a question ends with, in calendars of months and of weeks."""

from datetime import date

import pytest

from goals.calendar import Period
from goals.fiscal import FiscalCalendar
from goals.questions.parse import Name, parse

TODAY = date(2026, 8, 14)
OCTOBER = FiscalCalendar(start_month=10)
RETAIL = FiscalCalendar(2, 6, "454", "nearest", "start")


def meant(words, fiscal):
    asked = parse(words, [])
    assert (asked.intent, asked.goals) == ("list", ())
    return asked.period.on(TODAY, fiscal)


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
    assert meant(words, OCTOBER) == Period.of(date.fromisoformat(first), date.fromisoformat(last))


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
    assert meant(words, RETAIL) == Period.of(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("words", ["goals Q5", "goals this decade", "goals two quarters ago"])
def test_what_is_no_period_is_not_understood(words):
    assert parse(words, []).intent == "unknown"


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("goals of 2026", "2026-01-01", "2026-12-31"),
        ("เป้าหมายปี 2569", "2026-01-01", "2026-12-31"),
        ("เป้าหมายปีงบประมาณ 2569", "2025-10-01", "2026-09-30"),
        ("เป้าหมายปีงบประมาณ ๒๕๖๙", "2025-10-01", "2026-09-30"),
        ("เป้าหมายไตรมาส 3", "2026-04-01", "2026-06-30"),
        ("เป้าหมายไตรมาสที่ ๓ ปีงบประมาณ 69", "2026-04-01", "2026-06-30"),
        ("เป้าหมายปีงบประมาณนี้", "2025-10-01", "2026-09-30"),
        ("เป้าหมายไตรมาสที่แล้ว", "2026-04-01", "2026-06-30"),
        ("เป้าหมายเดือนตุลาคม", "2025-10-01", "2025-10-31"),
        ("goals in October", "2025-10-01", "2025-10-31"),
        ("goals in October 2026", "2026-10-01", "2026-10-31"),
        ("goals in July", "2026-07-01", "2026-07-31"),
        ("上季度的目标", "2026-04-01", "2026-06-30"),
        ("上上季度的目标", "2026-01-01", "2026-03-31"),
        ("第三季度目标", "2026-04-01", "2026-06-30"),
        ("2026财年第3季度目标", "2026-04-01", "2026-06-30"),
        ("2026年10月的目标", "2026-10-01", "2026-10-31"),
        ("去年第四季度的目標", "2025-07-01", "2025-09-30"),
        ("本財年目標", "2025-10-01", "2026-09-30"),
        ("goals Q3 last year", "2025-04-01", "2025-06-30"),
    ],
)
def test_a_period_is_read_in_every_language_and_era(words, first, last):
    expected = Period.of(date.fromisoformat(first), date.fromisoformat(last))
    assert meant(words, OCTOBER) == expected


def test_a_name_that_ends_like_a_period_stays_a_name():
    known = [Name(1, "Sales Q3 2026"), Name(2, "Sales")]
    asked = parse("status of sales Q3 2026", known)
    assert (asked.goals, asked.period) == ((1,), None)
    asked = parse("how is sales doing last quarter?", known)
    assert (asked.intent, asked.goals, asked.period.ahead) == ("status", (2,), -1)
