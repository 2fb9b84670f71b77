"""What leads, sales and customers cost: worked examples, lags, campaigns, currencies."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from shutil import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from app.db import Database
from goals import calendar
from goals.errors import Refusal
from goals.metrics import receipts, refresh
from goals.metrics.rollup import Rollup
from tests.goals.metrics import company as companies
from tests.goals.metrics import small
from tests.goals.metrics.company import LOADED, NOW, TODAY, Company
from tests.goals.metrics.small import day

MARCH = day(3, 1), day(3, 31)


def month(number: int) -> tuple[date, date]:
    first = day(number, 1)
    return first, calendar.add_months(first, 1) - timedelta(days=1)


def spend(name: str, on: date, amount: int, **more: Any) -> dict[str, Any]:
    return {"external_id": name, "day": on, "amount": Decimal(amount), **more}


def win(company: Company, number: int, on: date, **more: Any) -> None:
    """Let so many new customers buy on a day."""
    names = [f"{on}-{one}" for one in range(number)]
    company.write("account", [{"external_id": one, "name": one} for one in names])
    rows = [small.deal(one, "won", on, on, amount=1500, account=one, **more) for one in names]
    company.write("deal", rows)


@pytest.fixture
def spent(empty: Company) -> Company:
    """Three months of spend and new customers, a hundredth of the worked example's size."""
    empty.write("spend", [
        spend("jan", day(1, 31), 200, category="marketing"),
        spend("jan sales", day(1, 1), 100, category="sales"),
        spend("feb", day(2, 10), 360),
        spend("mar", day(3, 31), 240),
    ])  # fmt: skip
    for number, customers in ((1, 2), (2, 3), (3, 4)):
        win(empty, customers, day(number, 15))
    return empty


def test_cost_per_customer_by_month_and_over_the_quarter(spent):
    assert [spent.value("cac", *month(one)) for one in (1, 2, 3)] == [150, 120, 60]
    assert spent.value("cac", day(1, 1), day(3, 31)) == 100
    lagged = [spent.value("cac", *month(one), lag_months=1) for one in (1, 2, 3)]
    assert lagged == [None, 100, 90]
    assert spent.value("cac", *month(4)) is None
    assert spent.value("cac", *month(4), lag_months=1) is None


def test_spend_without_customers_has_no_cost_per_customer(spent):
    spent.write("spend", [spend("may", day(5, 1), 5000)])
    read = spent.read("cac", *month(5))
    assert (read.value, read.figure.numerator, read.figure.denominator) == (None, 5000, 0)


def test_sales_people_are_no_cost_of_leads(spent):
    leads = [{"external_id": str(one), "created_on": day(1, 9)} for one in range(4)]
    spent.write("lead", leads)
    assert spent.value("cpl", *month(1)) == 50
    assert spent.value("cost_per_sale", *month(1)) == 100


def test_cost_per_lead_is_cost_per_sale_times_conversion(empty):
    empty.write("spend", [spend("s", day(3, 1), 6000)])
    empty.write("lead", [
        {"external_id": str(one), "created_on": day(3, 2),
         "converted_on": day(3, 20) if one < 18 else None}
        for one in range(120)
    ])  # fmt: skip
    win(empty, 18, day(3, 20))
    found = {
        one: empty.value(one, *MARCH)
        for one in ("cpl", "cost_per_sale", "lead_conversion", "avg_deal_size")
    }
    assert found["cpl"] == 50
    assert found["cost_per_sale"] == pytest.approx(333.333333)
    assert found["cpl"] == pytest.approx(found["cost_per_sale"] * found["lead_conversion"])
    assert found["cost_per_sale"] < found["avg_deal_size"] == 1500


@pytest.fixture
def campaigns(empty: Company) -> Company:
    empty.write("campaign", [
        {"external_id": "7", "name": "spring"},
        {"external_id": "8", "name": "autumn"},
    ])  # fmt: skip
    empty.write("spend", [
        spend("a", day(3, 1), 300, campaign="7"),
        spend("b", day(3, 2), 100),
        spend("c", day(3, 3), 10, campaign="8"),
    ])  # fmt: skip
    empty.write("lead", [
        {"external_id": "1", "created_on": day(3, 4), "campaign": "spring"},
        {"external_id": "2", "created_on": day(3, 5), "campaign": "spring"},
        {"external_id": "3", "created_on": day(3, 6)},
        {"external_id": "4", "created_on": day(3, 6), "campaign": "fair"},
    ])  # fmt: skip
    win(empty, 3, day(3, 9), campaign="spring")
    win(empty, 1, day(3, 10))
    return empty


def test_spend_and_what_it_won_meet_by_the_name_of_the_campaign(campaigns):
    wanted = {"(none)": 100, "autumn": None, "fair": None, "spring": 150}
    assert campaigns.split("cpl", *MARCH, "campaign") == wanted
    wanted = {"(none)": 100, "autumn": None, "fair": None, "spring": 100}
    assert campaigns.split("cac", *MARCH, "campaign") == wanted
    assert campaigns.value("cpl", *MARCH, where={"campaign": "spring"}) == 150
    campaigns.write("campaign", [{"external_id": "7", "name": "fair"}])
    assert campaigns.split("cpl", *MARCH, "campaign")["fair"] == 300


def test_revenue_and_customers_of_each_campaign_with_those_of_none(campaigns):
    found = campaigns.split("revenue_by_campaign", *MARCH, "campaign")
    assert found == {"(none)": 1500, "autumn": 0, "fair": 0, "spring": 4500}
    found = campaigns.split("customers_by_campaign", *MARCH, "campaign")
    assert found == {"(none)": 1, "autumn": 0, "fair": 0, "spring": 3}


def test_half_of_the_smallest_part_is_rounded_away_from_zero_on_both_databases(empty):
    empty.write("rate", [
        {"external_id": "r", "currency": "EUR", "day": day(3, 1), "per_base": Decimal(2)},
    ])  # fmt: skip
    # Halves of a ten-thousandth: of 1, of 3, of 5 and of 7 of them.
    empty.write("purchase", [
        {"external_id": f"p{n}", "account": "a", "day": day(3, 2 + n), "currency": "EUR",
         "amount": Decimal(amount)}
        for n, amount in enumerate(("0.0001", "0.0003", "0.0005", "-0.0005", "100000000000.0001"))
    ])  # fmt: skip
    found = [empty.value("avg_purchase_value", day(3, 2 + n), day(3, 2 + n)) for n in range(5)]
    assert found == [0.0001, 0.0002, 0.0003, -0.0003, 50000000000.0001]


def test_spend_abroad_counts_at_the_rate_of_its_day_or_is_left_out_and_said(spent):
    spent.write("spend", [
        spend("eur", day(3, 5), 40, currency="EUR"),
        spend("thb", day(3, 5), 9999, currency="THB"),
    ])  # fmt: skip
    spent.write("rate", [
        {"external_id": "r1", "currency": "EUR", "day": day(3, 1), "per_base": Decimal("0.5")},
        {"external_id": "r2", "currency": "EUR", "day": day(3, 6), "per_base": Decimal("5")},
    ])  # fmt: skip
    read = spent.read("cac", *MARCH)
    assert (read.value, noted(read)) == ((240 + 80) / 4, 1)
    lagged = spent.read("cac", *month(4), lag_months=1)
    assert (lagged.figure.numerator, noted(lagged)) == (320, 1)
    assert noted(spent.read("cac", *month(2))) is None


def noted(result: Any) -> int | None:
    return {one.code: one.n for one in result.notes}.get("excluded_currency")


@pytest.mark.parametrize(
    ("metric", "params"), [("cac", {}), ("cac", {"lag_months": "1"}), ("cost_per_sale", {})]
)
def test_the_records_listed_make_the_cost(spent, metric, params):
    asked = spent.read(metric, day(2, 1), day(3, 31), **params)
    with spent.session() as session:
        reading = receipts.find(session, asked.receipt or "")
        again = receipts.recompute(session, reading, today=TODAY, now=NOW + timedelta(days=9))
        _, paid = receipts.records(session, reading, "numerator")
        won, _ = receipts.records(session, reading, "denominator")
        assert receipts.subject_of(reading, "numerator").name == "spend"
        assert receipts.subject_of(reading, "denominator").name == "deal"
    assert again.figure == asked.figure
    assert sum(one.value or 0 for one in paid) / won == asked.value


def test_what_was_spent_as_it_was_known_then(spent):
    spent.write("spend", [spend("feb", day(2, 10), 720)], at=LOADED + timedelta(days=1))
    assert spent.value("cac", *month(2)) == 240
    assert spent.value("cac", *month(2), known_at=LOADED) == 120


def test_leads_needed_for_so_many_customers(empty):
    rows = [
        small.deal(str(one), "won" if one < 30 else "lost", day(3, 1), day(3, 2), amount=1)
        for one in range(100)
    ]
    empty.write("deal", rows)
    assert empty.value("leads_needed", *MARCH, target=12) == 40
    assert empty.value("leads_needed", *MARCH, target=13) == 44
    without = empty.read("leads_needed", *MARCH)
    assert (without.value, "no_target" in {one.code for one in without.notes}) == (None, True)
    empty.write("deal", [{**one, "status": "lost", "stage": "Lost"} for one in rows])
    assert empty.value("leads_needed", *MARCH, target=12) is None


def test_without_spend_a_cost_may_be_entered(empty):
    empty.write("lead", [{"external_id": "l", "created_on": day(3, 4)}])
    empty.write("reading", [
        {"external_id": "r", "metric": "cpl", "day": day(3, 2), "value": Decimal(7)}
    ])  # fmt: skip
    assert empty.value("cpl", *MARCH) == 7


def test_the_months_until_a_customer_has_paid_back_the_cost(spent):
    spent.write("subscription", [
        {"external_id": one, "account": f"2026-01-15-{account}", "started_on": start,
         "ended_on": end, "mrr": Decimal(mrr), "currency": currency}
        for one, account, start, end, mrr, currency in (
            ("a", 0, day(1, 15), None, 30, None),
            ("b", 0, day(2, 1), None, 10, None),
            ("c", 1, day(1, 15), day(4, 1), 20, None),
            ("gone", 1, day(1, 15), day(3, 31), 500, None),
            ("later", 1, day(4, 1), None, 500, None),
            ("baht", 1, day(1, 15), None, 500, "THB"),
        )
    ])  # fmt: skip
    read = spent.read("cac_payback", day(1, 1), day(3, 31), margin=50)
    # 100 for a customer; 60 a month from two of them, half of it margin.
    assert (read.figure.numerator, read.figure.denominator, noted(read)) == (100, 15, 1)
    assert read.value == Decimal(100) / 15
    with spent.session() as session:
        reading = receipts.find(session, read.receipt or "")
        _, listed = receipts.records(session, reading, "denominator")
    assert {one.external_id: one.value for one in listed} == {"a": 30, "b": 10, "c": 20}
    without = spent.read("cac_payback", day(1, 1), day(3, 31))
    assert (without.value, "no_margin" in {one.code for one in without.notes}) == (None, True)
    assert spent.value("cac_payback", *month(5), margin=50) is None
    with pytest.raises(Refusal):
        spent.read("cac_payback", *MARCH, margin=101)


def test_what_a_customer_brings_for_what_winning_one_costs(spent):
    spent.write("purchase", [
        {"external_id": str(number), "account": f"2026-01-15-{account}", "day": on,
         "amount": Decimal(amount)}
        for number, (account, on, amount) in enumerate(
            ((0, day(1, 20), 60), (1, day(2, 20), 40), (1, day(3, 20), 100))
        )
    ])  # fmt: skip
    quarter = day(1, 1), day(3, 31)
    clv = spent.value("clv", *quarter, lifespan_months=24)
    read = spent.read("ltv_cac", *quarter, lifespan_months=24)
    # 100 from each of two customers in a quarter, for eight quarters; 100 to win one.
    assert (clv, read.figure.denominator, read.value) == (800, 100, 8)
    assert spent.value("ltv_cac", *month(5), lifespan_months=24) is None
    with spent.session() as session:
        reading = receipts.find(session, read.receipt or "")
        _, bought = receipts.records(session, reading, "numerator")
        _, paid = receipts.records(session, reading, "denominator")
    assert (sum(one.value or 0 for one in bought), sum(one.value or 0 for one in paid)) == (
        200,
        900,
    )


DAYS = st.integers(0, 89).map(lambda n: day(1, 1) + timedelta(days=n))
SPENDS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", "d"]),
        DAYS,
        st.integers(0, 900),
        st.sampled_from([None, "marketing", "sales"]),
        st.sampled_from([None, "7", "8"]),
        st.sampled_from([None, "EUR", "THB"]),
    ),
    max_size=6,
)
CONTACTS = st.lists(
    st.tuples(st.sampled_from(["a", "b", "c"]), st.none() | DAYS, st.none() | DAYS), max_size=5
)


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(first=SPENDS, later=SPENDS, gone=st.sampled_from("abcd"), people=CONTACTS, rate=DAYS)
def test_any_edits_give_what_plain_python_gives(sqlite, first, later, gone, people, rate):
    made = companies.joined(sqlite, companies.found_another(sqlite))
    made.write("campaign", [{"external_id": "7", "name": "old"}, {"external_id": "8", "name": "x"}])
    win(made, 2, day(2, 10), campaign="spring")
    # Without any spend at all the cost would be one to enter.
    made.write("spend", [spend("always", day(5, 1), 1)])
    kept: dict[str, tuple[Any, ...]] = {}
    joined: dict[str, tuple[Any, ...]] = {}
    for portion in (first, later):
        for name, on, amount, category, campaign, currency in portion:
            kept[name] = (on, amount, category, campaign, currency)
            more = {"category": category, "campaign": campaign, "currency": currency}
            made.write("spend", [spend(name, on, amount, **more)])
        for name, came, went in people if portion is later else people[:2]:
            joined[name] = (came, went)
            made.write(
                "contact", [{"external_id": name, "opted_in_on": came, "opted_out_on": went}]
            )
        made.refresh()
    if kept.pop(gone, None):
        made.delete("spend", [gone])
    made.write("campaign", [{"external_id": "7", "name": "spring"}])
    made.write(
        "rate", [{"external_id": "r", "currency": "EUR", "day": rate, "per_base": Decimal(2)}]
    )
    with made.session() as session:
        refresh.refresh(session)
        counted = rollups(session)
        refresh.rebuild(session)
        assert rollups(session) == counted

    def paid(one: tuple[Any, ...]) -> Decimal | None:
        if one[4] == "EUR":
            return Decimal(one[1]) / 2 if one[0] >= rate else None
        return None if one[4] else Decimal(one[1])

    in_month = [one for one in kept.values() if one[0].month == 2]
    amounts = [amount for one in in_month if (amount := paid(one)) is not None]
    read = made.read("cac", *month(2))
    assert read.value == (sum(amounts) / 2 if amounts else None)
    assert (noted(read) or 0) == len(in_month) - len(amounts)
    split = made.split("cac", *month(2), "campaign")
    of_spring = [amount for one in in_month if one[3] == "7" and (amount := paid(one)) is not None]
    assert split["spring"] == (sum(of_spring) / 2 if of_spring else None)
    stays = sum(
        1
        for came, went in joined.values()
        if came and came <= day(2, 28) and not (went and came <= went <= day(2, 28))
    )
    known = any(came for came, _ in joined.values())
    assert made.value("subscribers", day(2, 28), day(2, 28)) == (stays if known else None)


def rollups(session: Any) -> set[Any]:
    statement = select(Rollup).where(col(Rollup.workspace_id) == session.info["workspace_id"])
    found = session.scalars(statement.execution_options(populate_existing=True))
    return {(one.measure, one.dim, one.day, one.key, one.n, one.sum) for one in found}


@pytest.fixture(scope="module")
def sqlite(sqlite_template: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("costs")
    database = Database(f"sqlite:///{copy(sqlite_template, folder / 'headway.db')}")
    yield database
    database.dispose()
