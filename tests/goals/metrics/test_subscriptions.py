"""Customers who stay, leave, pay more or pay less: vectors, receipts, random histories."""

import dataclasses
import shutil
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from app.db import Database
from goals.metrics import readings, receipts, refresh
from goals.metrics.rollup import Rollup
from tests.goals.metrics import company as companies
from tests.goals.metrics import customers
from tests.goals.metrics.company import NOW, TODAY
from tests.goals.metrics.customers import DAY, Sub

FIRST, LAST = date(2026, 2, 1), date(2026, 2, 28)
BEFORE, WITHIN = date(2025, 6, 1), date(2026, 2, 10)
PAID = ("revenue_churn", "grr", "nrr", "net_new_mrr")


def cohort(n, ended=0, *, mrr=10, name="s"):
    """Accounts that were there at the start; the first of them leave in the window."""
    gone = [WITHIN if number < ended else None for number in range(n)]
    ids = [f"{name}{number}" for number in range(n)]
    return [Sub(one, one, BEFORE, day, mrr) for one, day in zip(ids, gone, strict=True)]


def came(n, ended=0):
    """Accounts that came in the window; the first of them leave again."""
    day = FIRST + DAY
    return [
        Sub(f"n{number}", f"n{number}", day, WITHIN if number < ended else None)
        for number in range(n)
    ]


@pytest.fixture
def small(empty):
    """Seven accounts, of which each meets another fate in February."""
    empty.write("account", [{"external_id": one, "name": one.upper()} for one in "abcdefg"])
    customers.write_subs(
        empty,
        [
            Sub("a1", "a", BEFORE, WITHIN, 100),
            Sub("a2", "a", WITHIN, None, 80),
            Sub("b1", "b", BEFORE, WITHIN, 100),
            Sub("c1", "c", BEFORE, WITHIN, 100),
            Sub("c2", "c", date(2026, 2, 15), None, 150),
            Sub("d1", "d", FIRST + DAY, date(2026, 2, 20), 100),
            Sub("e1", "e", BEFORE, date(2026, 2, 5), 100),
            Sub("e2", "e", date(2026, 2, 5), WITHIN, 120),
            Sub("e3", "e", WITHIN, None, 140),
            Sub("f1", "f", LAST, None, 60),
            Sub("g1", "g", date(2026, 3, 1), None, 60),
        ],
    )
    return empty


if customers.IS_THERE:

    def test_the_opening_cohort_alone_is_lost_or_left(sqlite):
        told = customers.vectors("churn")["new_and_lost_in_period"]
        start, lost, again = told["start"], told["start_lost"], told["new_lost_again"]
        customers.write_subs(sqlite, [*cohort(start, lost), *came(told["new"], again)])
        churn = sqlite.read("churn_rate", FIRST, LAST)
        assert float(churn.value) == customers.vectors("churn")["churn"]
        assert ("joined_and_left", again) in [(one.code, one.n) for one in churn.notes]
        left = sqlite.value("retention_rate", FIRST, LAST)
        assert left == told["retention_true_cohort"]
        seed = sqlite.value("retention_rate", FIRST, LAST, basis="end_less_new")
        assert seed == told["retention_seed_formula"]
        assert sqlite.value("customers_retained", FIRST, LAST) == start - lost

    def test_lost_and_grown_prices_are_shares_of_the_start(sqlite):
        told = customers.vectors("revenue_retention")
        grown, shrunk = told["expansion"], told["contraction"]
        rest = told["start_mrr"] - told["churned"] - 10_000 - 10_000
        customers.write_subs(
            sqlite,
            [
                Sub("c", "churned", BEFORE, WITHIN, told["churned"]),
                Sub("d1", "down", BEFORE, WITHIN, 10_000),
                Sub("d2", "down", WITHIN, None, 10_000 - shrunk),
                Sub("u1", "up", BEFORE, WITHIN, 10_000),
                Sub("u2", "up", WITHIN, None, 10_000 + grown),
                Sub("r", "rest", BEFORE, None, rest),
                Sub("n", "new", WITHIN, None, told["new"]),
            ],
        )
        got = {name: sqlite.value(name, FIRST, LAST) for name in PAID}
        assert got == {
            "revenue_churn": told["gross_mrr_churn"],
            "grr": told["grr"],
            "nrr": told["nrr"],
            "net_new_mrr": told["net_new_mrr"],
        }

    def test_small_customers_are_many_logos_and_little_revenue(sqlite):
        told = customers.vectors("revenue_retention")["logo_example"]
        start, lost = told["customers_start"], told["lost_small"]
        each = told["revenue_of_lost"] // lost
        whole = told["revenue_of_lost"] / told["revenue_churn"]
        big = int(whole - told["revenue_of_lost"]) // (start - lost)
        customers.write_subs(
            sqlite, [*cohort(lost, lost, mrr=each), *cohort(start - lost, mrr=big, name="b")]
        )
        assert sqlite.value("churn_rate", FIRST, LAST) == told["logo_churn"]
        assert sqlite.value("revenue_churn", FIRST, LAST) == told["revenue_churn"]

    def test_renewals_are_shares_of_what_came_due(sqlite):
        told = customers.vectors("renewal")
        lost, down = told["due"] - told["renewed"], told["downgraded"]
        gone = [told["lost_value"] // lost] * lost
        # Those who renew for less pay half as much.
        halved = [2 * told["contraction_value"] // down] * down
        rest = told["due_value"] - sum(gone) - sum(halved)
        same = [rest // (told["renewed"] - down)] * (told["renewed"] - down)
        same[0] += rest - sum(same)
        rows = [due(f"g{number}", mrr, None) for number, mrr in enumerate(gone)]
        rows += [due(f"s{number}", mrr, WITHIN) for number, mrr in enumerate(same)]
        for number, mrr in enumerate(halved):
            old, new = due(f"h{number}", mrr, WITHIN), due(f"l{number}", mrr // 2, None, None)
            rows += [
                {**old, "ended_on": WITHIN},
                {**new, "account": f"h{number}", "started_on": WITHIN},
            ]
        sqlite.write("subscription", rows)
        assert sqlite.value("renewal_rate", FIRST, LAST) == told["logo_rate"]
        value = sqlite.value("renewal_rate", FIRST, LAST, weight="value")
        assert value == pytest.approx(told["dollar_rate"], abs=1e-12)

    def test_a_customer_who_bought_more_twice_counts_once(sqlite):
        told = customers.vectors("upsell")
        start, upsold = told["customers_start"], told["upsold"]
        subs = [*cohort(start, upsold)]
        later = date(2026, 2, 20)
        for one in subs[:upsold]:
            subs.append(Sub(f"{one.id}-2", one.account, WITHIN, later, 20))
            subs.append(Sub(f"{one.id}-3", one.account, later, None, 30))
        customers.write_subs(sqlite, subs)
        assert sqlite.value("upsell_rate", FIRST, LAST) == told["rate"]


@pytest.fixture
def sqlite(sqlite_url):
    database = Database(sqlite_url)
    yield companies.found(database)
    database.dispose()


def due(name, mrr, renewed, day=date(2026, 2, 15)):
    return {
        "external_id": name,
        "account": name,
        "started_on": BEFORE,
        "mrr": Decimal(mrr),
        "due_on": day,
        "renewed_on": renewed,
    }


def test_each_customer_is_counted_by_what_became_of_it(small):
    value = small.value
    assert value("churn_rate", FIRST, LAST) == 1 / 4
    assert value("customers_retained", FIRST, LAST) == 3
    assert value("churn_rate", FIRST, LAST, entity="subscription") == 2 / 4
    assert value("revenue_churn", FIRST, LAST) == 120 / 400
    assert value("grr", FIRST, LAST) == 280 / 400
    assert value("nrr", FIRST, LAST) == 370 / 400
    assert value("net_new_mrr", FIRST, LAST) == 430 - 400
    assert value("upsell_rate", FIRST, LAST) == 1 / 4


def test_members_of_a_dimension_add_up_to_the_whole(small):
    # Owners have regions too, but no subscription has an owner.
    small.write("owner", [{"external_id": "o", "name": "Ann", "region": "East"}])
    small.write(
        "account",
        [
            {"external_id": one, "name": one.upper(), "region": "North" if one < "c" else "South"}
            for one in "abcdefg"
        ],
    )
    for metric in ("churn_rate", "retention_rate", "nrr", "grr", "upsell_rate"):
        told = small.read(metric, FIRST, LAST, by="region").to_json()
        parts = {one["key"]: one for one in told["segments"]}
        assert set(parts) == {"North", "South"}
        for part in ("numerator", "denominator"):
            assert sum(one[part] for one in parts.values()) == told[part], metric
        north = small.read(metric, FIRST, LAST, where={"region": "North"}).to_json()
        assert north["value"] == parts["North"]["value"]
    assert small.split("churn_rate", FIRST, LAST, "account")["B"] == 1


def test_nobody_at_the_start_is_no_data(empty):
    customers.write_subs(empty, came(2))
    for metric in ("churn_rate", "retention_rate", "grr", "nrr", "revenue_churn", "upsell_rate"):
        assert empty.read(metric, FIRST, LAST).value is None
    assert empty.value("customers_retained", FIRST, LAST) == 0
    assert empty.value("net_new_mrr", FIRST, LAST) == 20


def test_a_corrected_price_changes_what_was_and_is_no_contraction(small):
    later = NOW + timedelta(hours=1)
    before = small.value("nrr", FIRST, LAST)
    assert small.value("grr", FIRST, date(2026, 2, 3)) == 1
    small.write("subscription", [{"external_id": "e1", "mrr": Decimal(50)}], at=later)
    assert small.value("grr", FIRST, date(2026, 2, 3)) == 1
    assert small.value("nrr", FIRST, LAST) == 370 / 350
    assert small.value("nrr", FIRST, LAST, known_at=NOW) == before


def test_prices_abroad_count_at_the_rate_of_their_start_or_are_left_out(empty):
    customers.write_subs(empty, [Sub("a", "a", BEFORE), Sub("b", "b", BEFORE, WITHIN)])
    customers.write_subs(empty, [Sub("e", "e", BEFORE, WITHIN, 100)], currency="EUR")
    told = empty.read("revenue_churn", FIRST, LAST)
    assert float(told.value) == 10 / 20
    assert [(one.code, one.n) for one in told.notes if one.n == 1] == [("excluded_currency", 1)]
    rate = {"external_id": "r", "currency": "EUR", "per_base": Decimal("0.5")}
    empty.write("rate", [{**rate, "day": BEFORE}])
    assert empty.value("revenue_churn", FIRST, LAST) == 210 / 220
    assert empty.value("churn_rate", FIRST, LAST) == 2 / 3


def test_a_late_renewal_counts_within_its_days_of_grace(empty):
    renewed = {"a": date(2026, 1, 5), "b": date(2026, 3, 17), "c": date(2026, 3, 18), "d": None}
    empty.write("subscription", [due(name, 1, day) for name, day in renewed.items()])
    value = empty.value
    assert value("renewal_rate", FIRST, LAST) == 2 / 4
    assert value("renewal_rate", FIRST, LAST, grace_days=31) == 3 / 4
    assert value("renewal_rate", FIRST, LAST, grace_days=29) == 1 / 4
    then = empty.read("renewal_rate", FIRST, LAST, today=LAST)
    assert float(then.value) == 1 / 4
    assert ("immature", 3) in [(one.code, one.n) for one in then.notes]
    assert value("renewal_rate", FIRST, date(2026, 2, 14)) is None


def test_more_seats_and_another_of_the_same_plan_are_more_and_another_plan_is_not(empty):
    subs = [Sub(one, one, BEFORE) for one in "abcd"]
    customers.write_subs(empty, [dataclasses.replace(subs[0], ended=WITHIN)], seats=5)
    customers.write_subs(empty, [Sub("a2", "a", WITHIN)], seats=6)
    customers.write_subs(empty, subs[1:], plan="Basic")
    customers.write_subs(empty, [Sub("b2", "b", WITHIN)], plan="Basic")
    customers.write_subs(empty, [Sub("c2", "c", WITHIN)], plan="Archive")
    assert empty.value("upsell_rate", FIRST, LAST) == 2 / 4


QUESTIONS = [
    ("churn_rate", {}),
    ("churn_rate", {"entity": "subscription"}),
    ("retention_rate", {}),
    ("retention_rate", {"entity": "subscription"}),
    ("customers_retained", {}),
    ("revenue_churn", {}),
    ("grr", {}),
    ("nrr", {}),
    ("net_new_mrr", {}),
    ("upsell_rate", {}),
]


def test_a_receipt_lists_exactly_what_was_counted(small):
    for metric, params in QUESTIONS:
        asked = small.read(metric, FIRST, LAST, **params)
        with small.session() as session:
            reading = receipts.find(session, asked.receipt or "")
            again = receipts.recompute(session, reading, today=TODAY, now=NOW)
            assert again.figure == asked.figure
            above, listed = receipts.records(session, reading, "numerator")
            if reading.denominator is not None:
                below, started = receipts.records(session, reading, "denominator")
                assert below == asked.figure.n, metric
                if metric in ("revenue_churn", "grr", "nrr"):
                    assert sum(one.value or 0 for one in started) == reading.denominator
            if metric in ("revenue_churn", "grr", "nrr", "net_new_mrr"):
                assert sum(one.value or 0 for one in listed) == reading.numerator, metric
            else:
                assert above == reading.numerator, metric
            assert {one.account for one in listed} <= set("ABCDEFG")


def test_many_windows_at_once_say_the_same_as_each_alone(small):
    windows = [(FIRST + n * DAY, LAST - n * DAY) for n in (0, 4, 9, 13)]
    for metric, params in QUESTIONS:
        for where in ({}, {"account": "A"}):
            each = [small.read(metric, *one, where=where, **params).value for one in windows]
            with small.session() as session:
                assert readings.values(session, metric, params, where, windows) == each


def test_net_new_adds_up_day_by_day(small):
    with small.session() as session:
        days = dict(readings.series(session, "net_new_mrr", {}, {}, FIRST, LAST))
    assert days == {
        FIRST + DAY: 100,
        date(2026, 2, 5): 20,
        WITHIN: -200,
        date(2026, 2, 15): 150,
        date(2026, 2, 20): -100,
        LAST: 60,
    }


# --- Random histories ------------------------------------------------------------------------

ORIGIN = date(2026, 1, 1)
DAYS = st.integers(0, 30).map(lambda n: ORIGIN + timedelta(days=n))
SUBS = st.builds(
    Sub,
    id=st.sampled_from([f"s{n}" for n in range(9)]),
    account=st.sampled_from("xyz"),
    started=DAYS,
    ended=st.none() | DAYS,
    mrr=st.integers(0, 5),
)


@pytest.fixture(scope="module")
def shared(sqlite_template, tmp_path_factory):
    path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("random") / "headway.db")
    database = Database(f"sqlite:///{path}")
    yield database
    database.dispose()


def rollups(session):
    rows = select(Rollup).where(col(Rollup.workspace_id) == session.info["workspace_id"])
    return sorted(tuple(one.model_dump().values()) for one in session.exec(rows))


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    steps=st.lists(st.lists(SUBS, min_size=1, max_size=6), min_size=1, max_size=3),
    window=st.tuples(DAYS, DAYS).map(sorted),
)
def test_every_history_is_counted_as_by_hand(shared, steps, window):
    here = companies.joined(shared, companies.found_another(shared))
    held: dict[str, Any] = {}
    for step in steps:
        rows = {one.id: one for one in step}
        customers.write_subs(here, rows.values())
        held |= rows
        here.refresh()
    subs = [one for one in held.values() if one.ended is None or one.ended > one.started]
    expected = customers.of_subs(subs, *window)
    got = {name: here.value(name, *window) for name in expected if name in VALUES}
    got["end_less_new"] = here.value("retention_rate", *window, basis="end_less_new")
    got["by_subscription"] = here.value("churn_rate", *window, entity="subscription")
    if not subs:
        # What has no record to count is entered, and nothing was.
        assert set(got.values()) == {None}
        return
    assert got == pytest.approx(expected)
    with here.session() as session:
        kept = rollups(session)
        refresh.rebuild(session)
        assert rollups(session) == kept


VALUES = ("churn_rate", "retention_rate", "customers_retained", *PAID)
