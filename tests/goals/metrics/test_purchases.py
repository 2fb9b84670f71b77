"""What customers buy: worked examples, the CDNOW data, receipts, random histories."""

import json
import shutil
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.db import Database
from goals.metrics import receipts
from tests.goals.metrics import company as companies
from tests.goals.metrics import customers
from tests.goals.metrics.company import NOW, TODAY
from tests.goals.metrics.customers import Buy
from tests.goals.metrics.maven import SHARED

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
CDNOW = SHARED / "data" / "cdnow" / "CDNOW_master.txt"


def day(month, number):
    return date(2026, month, number)


@pytest.fixture
def sqlite(sqlite_url):
    database = Database(sqlite_url)
    yield companies.found(database)
    database.dispose()


@pytest.fixture
def small(empty):
    """Three customers: one comes back, one orders twice on a day, one gives back."""
    customers.write_buys(
        empty,
        [
            Buy("1", "a", day(1, 10), 100),
            Buy("2", "a", day(3, 10), 50),
            Buy("3", "b", day(2, 1), 30),
            Buy("4", "b", day(2, 1), 30),
            Buy("5", "c", day(2, 5), 90),
            Buy("6", "c", day(2, 5), 20, is_refund=True),
            Buy("7", "c", day(4, 1), -30, is_refund=True),
        ],
    )
    return empty


if customers.IS_THERE:
    EXAMPLES: dict[str, Any] = json.loads(
        (SHARED / "domain" / "golden.json").read_text(encoding="utf-8")
    )
    CASES = EXAMPLES["worked_examples"]["clv_article"]

    def test_the_value_of_a_customer_is_worked_out_as_published(sqlite):
        told, expected = CASES[0]["in"], CASES[0]["out"]
        n, who = told["annual_purchases"], told["unique_customers"]
        each = told["annual_revenue"] // n
        days = [FIRST + timedelta(days=number % 360) for number in range(n)]
        buys = [Buy(str(i), str(i % who), on, each) for i, on in enumerate(days)]
        customers.write_buys(sqlite, buys)
        got = {name: sqlite.value(name, FIRST, LAST) for name in expected if name != "clv"}
        got["clv"] = sqlite.value("clv", FIRST, LAST, lifespan_months=12 * told["lifespan_years"])
        assert got == expected

    def test_a_longer_life_makes_up_for_smaller_purchases(sqlite):
        told, expected = CASES[1]["in"], CASES[1]["out"]
        n = told["purchase_frequency"]
        buys = [
            Buy(f"{who}{i}", who, day(i + 1, 1), told["avg_purchase_value"])
            for who in "xy"
            for i in range(n)
        ]
        customers.write_buys(sqlite, buys)
        assert sqlite.value("customer_value", FIRST, LAST) == expected["customer_value"]
        months = 12 * told["lifespan_years"]
        assert sqlite.value("clv", FIRST, LAST, lifespan_months=months) == expected["clv"]


if CDNOW.exists():
    GOLDEN = EXAMPLES["cdnow"]
    YEAR = date(1997, 1, 1), date(1997, 12, 31)
    ALL = date(1997, 1, 1), date(1998, 6, 30)

    @pytest.fixture(scope="module")
    def shop(sqlite_template, tmp_path_factory):
        path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("cdnow") / "headway.db")
        database = Database(f"sqlite:///{path}")
        made = companies.found(database)
        rows = []
        for number, line in enumerate(CDNOW.read_text(encoding="utf-8").splitlines()[1:]):
            who, on, _pieces, amount = line.split()
            rows.append(
                {
                    "external_id": str(number),
                    "account": who,
                    "day": date.fromisoformat(on),
                    "amount": Decimal(amount),
                }
            )
        made.write("purchase", rows)
        yield made
        database.dispose()

    @pytest.mark.parametrize("name", ["avg_purchase_value", "purchase_frequency", "customer_value"])
    def test_a_year_of_purchases_gives_the_published_values(shop, name):
        assert shop.value(name, *YEAR) == pytest.approx(GOLDEN["y1997"][name], abs=1e-6)

    def test_lifetime_value_takes_the_years_it_is_given_or_those_observed(shop):
        for years, value in GOLDEN["clv_article_with_lifespan_years"].items():
            months = round(12 * float(years))
            got = shop.value("clv", *YEAR, lifespan_months=months)
            assert got == pytest.approx(value, abs=1e-6)
        span = GOLDEN["mean_observed_span_days_first_to_last"] / 365.25
        assert shop.value("customer_lifespan", *ALL) == pytest.approx(span, abs=1e-8)

    def test_customers_come_back_by_orders_or_by_days(shop):
        for unit, name in (("orders", "repeat_rate_orders"), ("days", "repeat_rate_distinct_days")):
            got = shop.value("repeat_rate", *ALL, unit=unit)
            assert got == pytest.approx(GOLDEN[name], abs=1e-6)
        for within, value in GOLDEN["repeat_within_days"].items():
            got = shop.value("repeat_rate", *ALL, unit="days", within_days=int(within))
            assert got == pytest.approx(value, abs=1e-6)

    def test_revenue_of_first_days_by_month(shop):
        for month, value in GOLDEN["net_new_revenue_first_day_by_month"].items():
            first = date.fromisoformat(f"{month}-01")
            last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            assert shop.value("net_new_revenue", first, last) == pytest.approx(value, abs=1e-6)

    def test_customers_who_stay_away_are_lost(shop):
        told = GOLDEN["churn_inactive_definition"]
        quarter = date(1998, 4, 1), date(1998, 6, 30)
        got = shop.read("churn_rate", *quarter, inactive_days=90)
        assert (got.figure.denominator, got.figure.n) == (told["start"], told["start"])
        assert float(got.value) == pytest.approx(told["churn"], abs=1e-6)
        left = shop.value("customers_retained", *quarter, inactive_days=90)
        assert left == told["still_active"]


def test_refunds_lower_revenue_whichever_sign_they_have(small):
    value = small.value
    assert value("avg_purchase_value", FIRST, LAST) == 250 / 5
    assert value("purchase_frequency", FIRST, LAST) == 5 / 3
    assert value("customer_value", FIRST, LAST) == pytest.approx(250 / 3)
    assert value("net_new_revenue", FIRST, LAST) == 100 + 60 + 70
    assert value("customer_lifespan", FIRST, LAST) == pytest.approx(59 / 365.25 / 3)
    assert value("avg_purchase_value", day(4, 1), day(4, 30)) is None


def test_a_repeat_is_an_order_or_another_day(small):
    assert small.value("repeat_rate", FIRST, LAST) == pytest.approx(2 / 3)
    assert small.value("repeat_rate", FIRST, LAST, unit="days") == pytest.approx(1 / 3)
    assert small.value("repeat_rate", FIRST, LAST, unit="days", within_days=58) == 0
    assert small.value("repeat_rate", FIRST, LAST, unit="days", matured=day(3, 9)) == 0
    young = small.read("repeat_rate", FIRST, day(1, 31), within_days=60, today=day(2, 1))
    assert ("immature", 1) in [(one.code, one.n) for one in young.notes]


def test_a_life_without_a_second_day_says_nothing(empty):
    customers.write_buys(empty, [Buy("1", "a", day(1, 1))])
    assert empty.read("clv", FIRST, LAST).value is None
    assert empty.value("clv", FIRST, LAST, lifespan_months=24) == 20
    assert empty.value("clv", FIRST, day(3, 31), lifespan_months=12) == 40


def test_by_product_each_customer_of_it_counts(small):
    small.write("product", [{"external_id": "p", "name": "Pump"}])
    small.write("purchase", [{"external_id": one, "product": "p"} for one in "125"])
    told = small.read("customer_value", FIRST, LAST, by="product").to_json()["segments"]
    assert {one["key"]: (one["numerator"], one["denominator"]) for one in told} == {
        "Pump": (240, 2),
        "(none)": (10, 1),
    }
    assert small.value("customer_value", FIRST, LAST, where={"product": "Pump"}) == 120


def test_a_late_first_purchase_moves_what_is_new(small):
    assert small.value("net_new_revenue", day(1, 1), day(1, 31)) == 100
    customers.write_buys(small, [Buy("0", "a", date(2025, 12, 1), 5)])
    assert small.value("net_new_revenue", day(1, 1), day(1, 31)) == 0
    assert small.value("net_new_revenue", date(2025, 12, 1), date(2025, 12, 31)) == 5


QUESTIONS: list[tuple[str, dict[str, Any]]] = [
    ("avg_purchase_value", {}),
    ("purchase_frequency", {}),
    ("customer_value", {}),
    ("customer_lifespan", {}),
    ("repeat_rate", {}),
    ("repeat_rate", {"unit": "days"}),
    ("net_new_revenue", {}),
    ("churn_rate", {"inactive_days": 20}),
    ("retention_rate", {"inactive_days": 60}),
    ("customers_retained", {"inactive_days": 60}),
]


def test_a_receipt_lists_exactly_what_was_counted(small):
    for metric, params in QUESTIONS:
        asked = small.read(metric, day(2, 3), LAST if "inactive_days" not in params else day(3, 5),
                           **params)  # fmt: skip
        with small.session() as session:
            reading = receipts.find(session, asked.receipt or "")
            again = receipts.recompute(session, reading, today=TODAY, now=NOW)
            assert again.figure == asked.figure
            above, listed = receipts.records(session, reading, "numerator")
            if reading.denominator is not None:
                assert receipts.records(session, reading, "denominator")[0] == asked.figure.n
            if reading.unit == "money":
                assert sum(one.value or 0 for one in listed) == reading.numerator, metric
            elif metric != "customer_lifespan":
                assert above == reading.numerator, metric


def test_what_was_known_then_is_read_again(small):
    before = small.value("customer_value", FIRST, LAST)
    small.delete("purchase", ["5"], at=NOW + timedelta(hours=1))
    assert small.value("customer_value", FIRST, LAST) == 160 / 2
    assert small.value("customer_value", FIRST, LAST, known_at=NOW) == before


ORIGIN = date(2026, 1, 1)
DAYS = st.integers(0, 30).map(lambda n: ORIGIN + timedelta(days=n))
BUYS = st.builds(
    Buy,
    id=st.sampled_from([f"p{n}" for n in range(12)]),
    account=st.sampled_from("xyz"),
    day=DAYS,
    amount=st.integers(-3, 9),
    is_refund=st.sampled_from([False, False, False, True]),
)


@pytest.fixture(scope="module")
def shared(sqlite_template, tmp_path_factory):
    path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("random") / "headway.db")
    database = Database(f"sqlite:///{path}")
    yield database
    database.dispose()


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    steps=st.lists(st.lists(BUYS, min_size=1, max_size=8), min_size=1, max_size=3),
    window=st.tuples(DAYS, DAYS).map(sorted),
    idle=st.integers(1, 20),
)
def test_every_history_is_counted_as_by_hand(shared, steps, window, idle):
    here = companies.joined(shared, companies.found_another(shared))
    held: dict[str, Buy] = {}
    for step in steps:
        rows = {one.id: one for one in step}
        customers.write_buys(here, rows.values())
        held |= rows
        here.refresh()
    expected = customers.of_buys(list(held.values()), window[0], window[1], idle)
    got = {
        name: here.value(name, *window)
        for name in expected
        if name not in ("orders", "days", "churn_rate")
    }
    for unit in ("orders", "days"):
        got[unit] = here.value("repeat_rate", *window, unit=unit)
    got["churn_rate"] = here.value("churn_rate", *window, inactive_days=idle)
    if all(one.is_refund for one in held.values()):
        assert not any(got.values())
        return
    assert got == pytest.approx(expected)
