"""Quotas, what is missing to them, productivity, and growth between periods."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from goals.errors import Refusal
from goals.workspace import Workspace
from tests.goals.metrics import small
from tests.goals.metrics.company import Company
from tests.goals.metrics.small import day
from tests.goals.metrics.test_pipeline import codes, listed

YEAR = day(1, 1), day(12, 31)
QUARTER = day(1, 1), day(3, 31)
FIRST_90 = day(1, 1), day(3, 31)


def quota(owner: str, first: date, last: date, amount: int, **more: Any) -> Any:
    row = {"external_id": f"{owner} {first}", "owner": owner, "first_day": first}
    return {**row, "last_day": last, "amount": Decimal(amount), **more}


def sold(name: str, on: date, amount: int | None, owner: str | None = None, **more: Any) -> Any:
    return small.deal(name, "won", on - timedelta(days=10), on, amount=amount, owner=owner, **more)


@pytest.fixture
def team(empty: Company) -> Company:
    empty.write(
        "owner",
        [
            {"external_id": one, "name": one.title(), "team": "North"}
            for one in ("ann", "bob", "cy")
        ],
    )
    small.write_deals(
        empty, [sold("a", day(2, 1), 120_000, "ann"), sold("b", day(3, 1), 30_000, "bob")]
    )
    return empty


def test_a_teams_attainment_is_sum_by_sum(team):
    team.write("quota", [quota("ann", *QUARTER, 100_000), quota("bob", *QUARTER, 50_000)])
    read = team.read("quota_attainment", *QUARTER, by="owner")
    assert {key: one.value for key, one in read.segments or ()} == {
        "Ann": Decimal("1.2"), "Bob": Decimal("0.6"), "Cy": None
    }  # fmt: skip
    assert (read.value, read.figure.numerator, read.figure.denominator) == (1, 150_000, 150_000)
    assert team.split("quota_attainment", *QUARTER, "team") == {"North": 1}
    assert sum(one.value for one in listed(team, read)) == 150_000
    assert sum(one.value for one in listed(team, read, "denominator")) == 150_000
    with pytest.raises(Refusal) as caught:
        team.read("quota_attainment", *QUARTER, by="product")
    assert caught.value.code == "dimension_unfit"


def test_a_quota_counts_by_the_days_that_lie_in_the_window(team):
    # 90 of 365 days of 365,000, and a joiner's 31 of 31.
    team.write("quota", [quota("ann", *YEAR, 365_000), quota("bob", day(3, 1), day(3, 31), 31_000)])
    read = team.read("quota_attainment", *FIRST_90, by="owner")
    parts = {key: (one.numerator, one.denominator) for key, one in read.segments or ()}
    assert parts["Ann"] == (120_000, 90_000)
    assert parts["Bob"] == (30_000, 31_000)
    shown = listed(team, read, "denominator")
    assert {one.owner: one.value for one in shown} == {"Ann": 90_000, "Bob": 31_000}
    # 10 of the joiner's days, one of the year's.
    some = team.read("quota_attainment", day(3, 22), day(3, 31))
    assert some.figure.denominator == 10_000 + 10_000
    assert team.value("quota_attainment", day(1, 1, 2027), day(1, 31, 2027)) is None


def test_who_has_no_quota_and_quotas_that_cannot_be_converted_are_told(team):
    team.write("quota", [quota("ann", *QUARTER, 100_000)])
    team.write("quota", [quota("cy", *QUARTER, 100_000, currency="EUR")])
    read = team.read("quota_attainment", *QUARTER)
    # What bob sold, who was to sell nothing, is nobody's attainment.
    assert read.value == Decimal("1.2")
    assert team.split("quota_attainment", *QUARTER, "owner") == {
        "Ann": 1.2, "Bob": None, "Cy": None
    }  # fmt: skip
    assert (codes(read)["without_quota"], codes(read)["excluded_currency"]) == (1, 1)
    team.write("rate", [
        {"external_id": "r", "currency": "EUR", "day": day(1, 1), "per_base": Decimal("0.5")}
    ])  # fmt: skip
    assert team.value("quota_attainment", *QUARTER) == 120_000 / 300_000


def test_a_quota_of_nothing_is_no_data_and_nothing_sold_is_zero(team):
    team.write("quota", [quota("ann", *YEAR, 0)])
    assert team.value("quota_attainment", *QUARTER) is None
    team.write("quota", [quota("cy", *YEAR, 365)])
    assert team.split("quota_attainment", *QUARTER, "owner")["Cy"] == 0


def test_without_quotas_the_number_is_entered(team):
    team.write("reading", [
        {"external_id": "r", "metric": "quota_attainment", "day": day(3, 31),
         "value": Decimal("0.8")}
    ])  # fmt: skip
    assert team.value("quota_attainment", *QUARTER) == 0.8


def test_deals_still_needed_come_from_the_average_deal_of_a_year(empty):
    small.write_deals(empty, [
        *(sold(f"q{number}", day(2, 1), 30_000, "ann") for number in range(6)),
        *(sold(f"y{number}", day(10, 1, 2025), 20_000, "bob") for number in range(6)),
        sold("long ago", day(3, 31, 2025), 9_000_000),
        sold("no amount", day(2, 1), None),
    ])  # fmt: skip
    empty.write(
        "owner", [{"external_id": one, "name": one.title()} for one in ("ann", "bob", "cy")]
    )
    empty.write("quota", [quota("ann", *QUARTER, 300_000)])
    read = empty.read("deals_to_quota", *QUARTER)
    # (300,000 - 180,000) / 25,000 = 4.8
    assert (read.value, read.figure.numerator, read.figure.denominator) == (5, 180_000, 300_000)
    assert "average_deal" in codes(read)
    assert len(listed(empty, read)) == 6
    assert empty.value("deals_to_quota", *QUARTER, months=3) == 4
    empty.write("quota", [quota("ann", *QUARTER, 180_000)])
    assert empty.value("deals_to_quota", *QUARTER) == 0
    # Nobody knows what a deal of Cy's brings where none was won.
    empty.write("quota", [quota("cy", *QUARTER, 100)])
    assert empty.value("deals_to_quota", *QUARTER) == 1
    assert empty.split("deals_to_quota", *QUARTER, "owner") == {"Ann": 0, "Bob": None, "Cy": None}


def test_productivity_is_per_active_owner_and_month(team):
    read = team.read("productivity", *QUARTER)
    assert (read.value, read.figure.denominator) == (Decimal(2) / 9, 9)
    assert team.value("productivity", *QUARTER, measure="value") == pytest.approx(150_000 / 9)
    assert team.split("productivity", *QUARTER, "owner") == {
        "Ann": pytest.approx(1 / 3), "Bob": pytest.approx(1 / 3), "Cy": 0
    }  # fmt: skip
    assert len(listed(team, read)) == 2
    assert {one.name for one in listed(team, read, "denominator")} == {"Ann", "Bob", "Cy"}
    team.write("owner", [{"external_id": "cy", "is_active": False}])
    assert team.value("productivity", *QUARTER) == pytest.approx(2 / 6)
    # Half of February and all of March.
    half = team.read("productivity", day(2, 15), day(3, 31))
    assert half.figure.denominator == 2 * (Decimal("0.5") + 1)
    # Of a month that runs, the days that have passed.
    running = team.read("productivity", day(2, 1), day(2, 28), today=day(2, 14))
    assert running.figure.denominator == 2 * Decimal("0.5")


# --- Growth ----------------------------------------------------------------------------------


@pytest.fixture
def shop(empty: Company) -> Company:
    """One sold on the first day of every month, for as many dollars as months have passed."""
    deals = [
        sold(f"{year}-{month}", date(year, month, 1), 12 * (year - 2023) + month)
        for year in (2023, 2024, 2025) for month in range(1, 13)
    ]  # fmt: skip
    small.write_deals(empty, deals)
    return empty


def span(result: Any) -> tuple[date, date]:
    (said,) = (one for one in result.notes if one.code == "compared_with")
    found = said.message.params["span"]
    return found.first, found.last


@pytest.mark.parametrize(
    ("first", "last", "earlier"),
    [
        (day(4, 1, 2025), day(6, 30, 2025), (day(1, 1, 2025), day(3, 31, 2025))),
        (day(3, 1, 2025), day(3, 31, 2025), (day(2, 1, 2025), day(2, 28, 2025))),
        (day(1, 1, 2025), day(12, 31, 2025), (day(1, 1, 2024), day(12, 31, 2024))),
        # A month, a quarter, a year so far.
        (day(3, 1, 2025), day(3, 10, 2025), (day(2, 1, 2025), day(2, 10, 2025))),
        (day(3, 1, 2025), day(3, 30, 2025), (day(2, 1, 2025), day(2, 28, 2025))),
        (day(4, 1, 2025), day(5, 10, 2025), (day(1, 1, 2025), day(2, 9, 2025))),
        (day(1, 1, 2025), day(5, 10, 2025), (day(1, 1, 2024), day(5, 9, 2024))),
        # Any ten days.
        (day(5, 7, 2025), day(5, 16, 2025), (day(4, 27, 2025), day(5, 6, 2025))),
    ],
)
def test_growth_is_against_the_period_before(shop, first, last, earlier):
    read = shop.read("revenue_growth", first, last)
    assert span(read) == earlier
    now, before = (shop.value("revenue", *days) for days in ((first, last), earlier))
    assert read.value is None if not before else float(read.value) == (now - before) / before


def test_a_running_quarter_is_compared_with_as_many_days(shop):
    quarter = day(4, 1, 2025), day(6, 30, 2025)
    read = shop.read("revenue_growth", *quarter, today=day(5, 15, 2025))
    assert span(read) == (day(1, 1, 2025), day(2, 14, 2025))
    assert read.figure.numerator == (28 + 29) - (25 + 26)
    assert "partial" in codes(read)
    assert sum(one.value for one in listed(shop, read)) == read.figure.numerator
    assert sum(one.value for one in listed(shop, read, "denominator")) == 25 + 26
    assert shop.value("revenue_growth", *quarter, today=day(3, 31, 2025)) is None


def test_quarters_are_those_of_the_fiscal_year(shop):
    with shop.session() as session:
        session.get_one(Workspace, shop.workspace_id).fiscal_start = 2
    # From 1 May on a quarter runs, from 1 April on a year that began in February does not.
    assert span(shop.read("revenue_growth", day(5, 1, 2025), day(6, 9, 2025))) == (
        day(2, 1, 2025), day(3, 12, 2025)
    )  # fmt: skip
    assert span(shop.read("revenue_growth", day(2, 1, 2025), day(8, 9, 2025)))[0] == day(2, 1, 2024)


@pytest.mark.parametrize(
    ("first", "last", "earlier"),
    [
        (day(2, 29, 2024), day(2, 29, 2024), (day(2, 28, 2023), day(2, 28, 2023))),
        (day(2, 1, 2024), day(2, 29, 2024), (day(2, 1, 2023), day(2, 28, 2023))),
        (day(2, 1, 2025), day(2, 28, 2025), (day(2, 1, 2024), day(2, 29, 2024))),
        (day(2, 10, 2024), day(2, 29, 2024), (day(2, 10, 2023), day(2, 28, 2023))),
        (day(4, 1, 2025), day(6, 30, 2025), (day(4, 1, 2024), day(6, 30, 2024))),
    ],
)
def test_a_year_ago_are_the_same_days(shop, first, last, earlier):
    assert span(shop.read("yoy_comparison", first, last)) == earlier


def test_growth_over_years(shop):
    quarter = day(4, 1, 2025), day(6, 30, 2025)
    assert shop.value("yoy_comparison", *quarter) == pytest.approx((28 + 29 + 30) / 51 - 1)
    assert shop.value("yoy_comparison", *quarter, years=2) == pytest.approx(87 / 15 - 1)
    # Before there was anything there is nothing to compare with.
    assert shop.value("yoy_comparison", *quarter, years=3) is None
    assert shop.value("revenue_growth", day(1, 1, 2023), day(3, 31, 2023)) is None
    assert shop.value("revenue_growth", day(1, 1, 2026), day(3, 31, 2026)) == -1


def test_what_a_quarter_still_lacks_is_reckoned_up_to_today(empty):
    empty.write("owner", [{"external_id": "ann", "name": "Ann"}])
    small.write_deals(empty, [sold("old", day(12, 1, 2024), 10, "ann"),
                              sold("new", day(1, 10), 50, "ann")])  # fmt: skip
    empty.write("quota", [quota("ann", *QUARTER, 100)])
    read = empty.read("deals_to_quota", *QUARTER, today=day(1, 31))
    assert (read.value, read.figure.denominator) == (1, 100)
    (said,) = (one for one in read.notes if one.code == "average_deal")
    assert said.message.params["span"].last == day(1, 31)
