"""Numbers on pages lead to rows that make them: the proof of the metrics at a small size."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from app.db import Database
from goals.metrics import readings, receipts
from tests.goals.metrics import company as companies
from tests.goals.metrics.company import LOADED, TODAY
from tests.goals.metrics.small import day, deal
from tests.proofs import metrics, provenance

YEAR = date(2026, 1, 1), date(2026, 12, 31)


@pytest.fixture
def empty(sqlite_url):
    database = Database(sqlite_url)
    yield companies.found(database)
    database.dispose()


@pytest.fixture
def either(database_url):
    database = Database(database_url)
    yield companies.found(database)
    database.dispose()


def test_numbers_on_pages_are_made_by_the_rows_of_their_files(sqlite_url, tmp_path):
    made = provenance.filled(sqlite_url, tmp_path, Random(1), 60)
    assert metrics.numbers("sqlite", made, Random(1), 30)
    made.site.wiring.close()


def test_parts_add_up_to_the_whole_by_every_dimension(sqlite_url, tmp_path):
    made = provenance.filled(sqlite_url, tmp_path, Random(2), 40)
    assert metrics.parts("sqlite", made.everything)
    made.site.wiring.close()


def test_any_records_are_counted_alike_bit_by_bit_and_anew(database_url):
    name = "sqlite" if database_url.startswith("sqlite") else "postgresql"
    assert metrics.histories(name, database_url, Random(3), 4)


def test_every_metric_is_made_by_the_rows_of_its_files(sqlite_url, tmp_path):
    made = provenance.filled(sqlite_url, tmp_path, Random(1), 40)
    assert metrics.everything("sqlite", made, metrics.variants)
    made.site.wiring.close()


def listed(company, result, part="numerator"):
    with company.session() as session:
        return receipts.records(session, receipts.find(session, result.receipt), part)[1]


def test_a_win_that_is_still_to_come_is_neither_forecast_nor_listed(empty):
    soon = TODAY + timedelta(days=5)
    empty.write("deal", [
        deal("a", "won", day(11, 1), day(11, 10), amount=100),
        deal("b", "won", day(11, 1), soon, amount=40),
    ])  # fmt: skip
    found = empty.read("forecast", *YEAR)
    assert found.value == 100
    assert [one.external_id for one in listed(empty, found)] == ["a"]


def test_a_lead_that_two_of_a_team_called_counts_once_for_the_team(empty):
    empty.write("owner", [{"external_id": one, "name": one, "team": "A"} for one in ("ann", "bo")])
    empty.write("lead", [{"external_id": "l", "created_on": day(1, 1)}])
    calls = [{"external_id": one, "owner": one, "lead": "l", "kind": "Call", "at": LOADED}
             for one in ("ann", "bo")]  # fmt: skip
    empty.write("activity", calls)
    assert empty.split("calls_per_lead", *YEAR, "team") == {"A": 2}
    assert empty.split("calls_per_lead", *YEAR, "owner") == {"ann": 1, "bo": 1}
    assert empty.value("calls_per_lead", *YEAR, where={"team": "A"}) == 2


def test_an_account_without_a_price_at_the_start_is_not_listed_at_the_end(empty):
    rows = [("a1", "a", "THB", day(1, 1), day(3, 1)), ("a2", "a", "USD", day(3, 1), None),
            ("b1", "b", "USD", day(1, 1), None)]  # fmt: skip
    empty.write("subscription", [
        {"external_id": name, "account_id": account, "currency": currency, "mrr": Decimal(10),
         "started_on": since, "ended_on": until}
        for name, account, currency, since, until in rows
    ])  # fmt: skip
    found = empty.read("nrr", day(2, 1), day(4, 30))
    assert (found.figure.numerator, found.figure.denominator) == (10, 10)
    assert [one.value for one in listed(empty, found)] == [10]


def test_open_deals_are_listed_behind_the_velocity_that_they_make(empty):
    empty.write("deal", [
        deal("won", "won", day(11, 1), day(11, 10), amount=100),
        deal("lost", "lost", day(11, 1), day(11, 12)),
        deal("open", "open", day(11, 2), None, amount=7),
    ])  # fmt: skip
    empty.histories({"open": [("Talking", "open", day(11, 2))]})
    found = empty.read("pipeline_velocity", *YEAR)
    with empty.session() as session:
        reading = receipts.find(session, found.receipt)
        ids = {
            part: {one.external_id for one in receipts.records(session, reading, part)[1]}
            for part in receipts.offered(session, reading)
        }
    assert ids == {
        "open_deals": {"open"}, "win_rate": {"won"}, "win_rate.denominator": {"won", "lost"},
        "avg_deal_size": {"won"}, "sales_cycle": {"won"},
    }  # fmt: skip


def test_months_are_listed_for_every_person_that_a_productivity_is_divided_by(either):
    either.write("owner", [{"external_id": one, "name": one, "is_active": True} for one in "ab"])
    either.write("deal", [deal("a", "won", day(2, 1), day(2, 10), amount=100)])
    found = either.read("productivity", day(1, 1), day(2, 14))
    assert [one.value for one in listed(either, found, "denominator")] == [Decimal("1.5")] * 2
    assert found.figure.denominator == 3


def test_who_came_and_went_is_listed_as_taken_away_from_those_who_stay(either):
    rows = [("stays", day(1, 1), None), ("passes", day(3, 2), day(3, 20))]
    either.write("subscription", [
        {"external_id": name, "account_id": name, "mrr": Decimal(10), "started_on": since,
         "ended_on": until}
        for name, since, until in rows
    ])  # fmt: skip
    found = either.read("retention_rate", day(3, 1), day(3, 31), basis="end_less_new")
    assert found.figure.numerator == 0
    assert {one.external_id: one.value for one in listed(either, found)} == {
        "stays": 1, "passes": -1,
    }  # fmt: skip


@pytest.mark.parametrize("metric", ["most_least_active", "followup_coverage", "leads_per_rep"])
def test_what_is_done_with_leads_begins_for_a_region_too(empty, metric):
    empty.write("owner", [{"external_id": "ann", "name": "Ann"}])
    empty.write("lead", [{"external_id": "l", "created_on": day(1, 1), "region": "North"}])
    call = {"external_id": "c", "lead": "l", "owner": "ann", "kind": "Call", "at": LOADED}
    empty.write("activity", [call])
    with empty.session() as session:
        where = {"region": "North"} if metric != "leads_per_rep" else {"owner": "Ann"}
        readings.earliest(session, metric, {}, where)
    assert empty.value("most_least_active", *YEAR, where={"region": "North"}) == 1
