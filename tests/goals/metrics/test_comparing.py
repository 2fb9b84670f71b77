"""A reading beside earlier periods: like for like, whole ones, and what is said of them."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from goals import words, workspace
from goals.calendar import Period
from goals.metrics import comparing
from goals.metrics.query import Query


def won(day, amount):
    return {
        "external_id": f"{day} {amount}", "status": "won", "stage": "Won", "created_on": day,
        "closed_on": day, "amount": Decimal(amount),
    }  # fmt: skip


def compared(company, first, last, today, metric="revenue", **how):
    now = datetime.combine(today, time(23, 0), UTC)
    with company.session() as session:
        asked = Query(metric, first, last)
        return comparing.compare(session, asked, today=today, now=now, **how)


def by_name(found):
    return {(one.against, one.is_alike): one for one in found.pairs}


@pytest.fixture
def shop(empty):
    # Each quarter earns 100 in its first month and 900 at its end, this year twice that.
    rows = [
        won(date(year, month, day), amount * (2 if year == 2026 else 1))
        for year in (2025, 2026)
        for quarter in (0, 3, 6, 9)
        for month, day, amount in ((quarter + 1, 10, 100), (quarter + 3, 20, 900))
        if date(year, month, day) <= date(2026, 7, 20)
    ]
    empty.write("deal", rows)
    return empty


def test_a_running_quarter_is_compared_with_as_many_days_and_with_whole_ones(shop):
    found = compared(shop, date(2026, 7, 1), date(2026, 9, 30), date(2026, 7, 20))
    assert found.is_partial and found.now.value == 200
    assert found.now.period == Period.of(date(2026, 7, 1), date(2026, 7, 20))
    assert {name: (one.then.value, one.difference, one.change)
            for name, one in by_name(found).items()} == {
        ("previous", True): (200, 0, 0),
        ("previous", False): (2000, -1800, Decimal("-0.9")),
        ("last_year", True): (100, 100, 1),
        ("last_year", False): (1000, -800, Decimal("-0.8")),
    }  # fmt: skip
    alike = by_name(found)["last_year", True].then
    assert alike.period == Period.of(date(2025, 7, 1), date(2025, 7, 20))
    # From 1 to 20 July there are 14 weekdays in 2026, and 14 in 2025.
    assert (found.now.working_days, alike.working_days) == (14, 14)
    said = [words.render(one, "en") for one in found.notes]
    assert said == ["The period is not over: 20 of 92 days have passed."]


def test_what_is_over_is_compared_whole_with_working_days_and_holidays(shop):
    shop.write("holiday", [
        {"external_id": "h", "day": date(2026, 6, 3), "country": None, "name": "Queen"}
    ])  # fmt: skip
    found = compared(shop, date(2026, 6, 1), date(2026, 6, 30), date(2026, 7, 20))
    assert not found.is_partial
    assert [(one.against, one.is_alike) for one in found.pairs] == [
        ("previous", False), ("last_year", False)
    ]  # fmt: skip
    # June 2026 has 22 weekdays, May and June 2025 have 21.
    assert found.now.working_days == 21
    assert [one.then.working_days for one in found.pairs] == [21, 21]
    assert by_name(found)["last_year", False].change == 1
    assert by_name(found)["previous", False].change is None


def test_before_the_first_record_there_is_no_value_and_it_is_said(shop):
    found = compared(shop, date(2025, 1, 1), date(2025, 3, 31), date(2026, 7, 20))
    before = by_name(found)["previous", False]
    assert (before.then.value, before.difference, before.change) == (None, None, None)
    assert [words.render(one, "en") for one in found.notes] == ["Records begin on 10 Jan 2025."]


def test_a_window_to_come_has_nothing_to_compare(shop):
    assert compared(shop, date(2026, 8, 1), date(2026, 8, 31), date(2026, 7, 20)) is None


def test_the_beginning_of_a_month_is_that_month_so_far_only_while_it_runs(shop):
    running = compared(shop, date(2026, 7, 1), date(2026, 7, 20), date(2026, 7, 20))
    assert running.whole == Period.of(date(2026, 7, 1), date(2026, 7, 31))
    over = compared(shop, date(2026, 6, 1), date(2026, 6, 20), date(2026, 7, 20))
    assert over.whole == Period.of(date(2026, 6, 1), date(2026, 6, 20))
    assert by_name(over)["previous", False].then.period == Period.of(
        date(2026, 5, 12), date(2026, 5, 31)
    )


def test_leap_days_meet_the_28th(shop):
    found = compared(shop, date(2028, 2, 1), date(2028, 2, 29), date(2028, 2, 29))
    then = by_name(found)["last_year", False].then
    assert (then.period.last, then.period.days) == (date(2027, 2, 28), 28)


def test_a_quarter_of_53_weeks_year_is_said(empty):
    with empty.session() as session:
        here = workspace.of(session)
        here.fiscal_start, here.week_start, here.fiscal_pattern = 2, 6, "454"
        here.fiscal_ends = "nearest"
    empty.write("deal", [won(date(2023, 11, 1), 700), won(date(2024, 2, 1), 70)]
                + [won(date(2024, 11, 5), 600)])  # fmt: skip
    whole = Period.of(date(2024, 11, 3), date(2025, 2, 1))
    found = compared(empty, whole.first, whole.last, date(2025, 3, 1))
    then = by_name(found)["last_year", False].then
    assert (then.period.first, then.period.last, then.value) == (
        date(2023, 10, 29), date(2024, 2, 3), 770
    )  # fmt: skip
    assert "One of the years has a 53rd week: 13 weeks are compared with 14." in [
        words.render(one, "en") for one in found.notes
    ]
    running = compared(empty, whole.first, whole.last, date(2024, 11, 9))
    alike = by_name(running)["last_year", True].then
    assert (alike.period.first.weekday(), running.now.period.first.weekday()) == (6, 6)
    assert (alike.value, alike.working_days, running.now.working_days) == (700, 5, 5)


def test_outcomes_are_compared_after_as_long(empty):
    def lead(name, created, converted):
        return {
            "external_id": name, "created_on": created, "converted_on": converted,
        }  # fmt: skip

    empty.write("lead", [
        lead("a", date(2026, 6, 2), date(2026, 6, 5)),
        lead("b", date(2026, 6, 3), date(2026, 7, 1)),
        lead("c", date(2026, 7, 2), date(2026, 7, 4)),
        lead("d", date(2026, 7, 3), None),
    ])  # fmt: skip
    today = date(2026, 7, 10)
    found = compared(empty, date(2026, 7, 1), today, today, "lead_conversion")
    alike = by_name(found)["previous", True].then
    # By 10 June one of the two leads of June had converted; by now both have.
    assert (found.now.value, alike.value) == (Decimal("0.5"), Decimal("0.5"))
    assert by_name(found)["previous", False].then.value == 1
