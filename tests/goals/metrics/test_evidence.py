"""From a reading back to its records, and to what was known at an earlier time."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from goals.errors import Refusal
from goals.metrics import brought, receipts
from goals.metrics.evidence import Reading
from tests.goals.metrics import small
from tests.goals.metrics.company import LOADED, NOW, TODAY
from tests.goals.metrics.small import END, FEB, JAN, MAR, day

LATER = LOADED + timedelta(days=1)
#: After the readings of the tests were taken.
SINCE = NOW + timedelta(hours=1)

QUESTIONS = [
    ("revenue", {}, {}),
    ("revenue", {}, {"region": "North"}),
    ("revenue", {}, {"custom.size": "big"}),
    ("new_customers", {}, {}),
    ("new_revenue", {}, {}),
    ("new_revenue", {"months": 2}, {}),
    ("avg_deal_size", {}, {}),
    ("win_rate", {}, {}),
    ("win_rate", {"weight": "list_value"}, {}),
    ("win_rate", {"basis": "all"}, {}),
    ("win_rate", {"basis": "all"}, {"custom.size": "big"}),
    ("win_rate", {"basis": "all", "weight": "value"}, {}),
    ("win_rate", {"basis": "created"}, {"owner": "Ann"}),
    ("win_rate", {"basis": "created_closed"}, {}),
    ("sales_cycle", {}, {}),
    ("sales_cycle", {"stat": "p90", "outcome": "closed"}, {}),
    ("open_deals", {}, {}),
    ("open_deals", {"measure": "value"}, {}),
    ("open_deals", {"measure": "list_value"}, {}),
    ("open_deals", {"measure": "age"}, {"stage": "Talking"}),
    ("leads_new", {}, {"source": "web"}),
    ("lead_conversion", {}, {}),
    ("lead_conversion", {"within_days": 30}, {}),
    ("lead_conversion", {"mode": "period"}, {}),
    ("opportunities_new", {}, {"source": "web"}),
    ("contracts_signed", {}, {}),
    ("stage_length", {}, {"stage": "Talking"}),
    ("stage_length", {"visits": "last"}, {"custom.size": "big"}),
    ("stage_share", {}, {"stage": "Talking"}),
    ("stage_dropoff", {}, {}),
    ("stage_dropoff", {}, {"owner": "Ann"}),
    ("forecast", {}, {}),
]


@pytest.fixture
def mixed(company):
    """The small company with amounts abroad, with a rate and without."""
    euro = small.deal("e1", "won", day(3, 1), day(3, 2), amount=100, currency="EUR")
    baht = small.deal("t1", "won", day(3, 1), day(3, 2), amount=7000, currency="THB")
    open_baht = small.deal("t2", "open", day(3, 1), None, amount=7000, currency="THB")
    small.write_deals(company, [euro, baht, open_baht])
    rate = {"external_id": "r", "currency": "EUR", "day": JAN, "per_base": Decimal("0.5")}
    company.write("rate", [rate])
    return company


def test_the_same_question_over_the_same_data_has_the_same_receipt(company):
    first = company.read("win_rate", JAN, END, by="region")
    again = company.read("win_rate", JAN, END, by="region", now=NOW + timedelta(hours=5))
    assert first.receipt == again.receipt
    assert first.as_of == again.as_of
    assert (first.receipt or "").startswith("rcp_")
    others = [
        company.read("win_rate", JAN, END),
        company.read("win_rate", JAN, END, by="owner"),
        company.read("win_rate", FEB, END, by="region"),
        company.read("win_rate", JAN, END, by="region", weight="list_value"),
        company.read("win_rate", JAN, END, by="region", where={"owner": "Ann"}),
    ]
    assert len({first.receipt, *(one.receipt for one in others)}) == 6


def test_an_answer_that_changed_says_what_it_was_before(company):
    before = company.read("revenue", JAN, END)
    assert before.value == 1300
    changed = {**small.DEALS[0], "amount": Decimal(150)}
    company.write("deal", [changed], at=SINCE)
    after = company.read("revenue", JAN, END)
    assert after.value == 1350
    assert after.receipt != before.receipt
    assert "restated" in {note.code for note in after.notes}
    again = company.read("revenue", JAN, END)
    assert again.receipt == after.receipt
    assert "restated" in {note.code for note in again.notes}
    with company.session() as session:
        kept = receipts.find(session, before.receipt or "")
        assert kept.value == 1300
        assert kept.notes == []
        shown = receipts.recompute(session, kept, today=TODAY, now=NOW + timedelta(days=9))
        _, listed = receipts.records(session, kept)
    assert shown.value == 1300
    assert {one.external_id: one.value for one in listed} == {"d1": 100, "d2": 300, "d5": 900}


@pytest.mark.parametrize(("metric", "params", "where"), QUESTIONS)
def test_a_receipt_computes_again_and_lists_exactly_what_it_counted(mixed, metric, params, where):
    asked = mixed.read(metric, JAN, END, where=where, **params)
    with mixed.session() as session:
        reading = receipts.find(session, asked.receipt or "")
        later = TODAY + timedelta(days=400)
        again = receipts.recompute(session, reading, today=later, now=NOW + timedelta(days=400))
        assert (again.figure, again.receipt) == (asked.figure, None)
        part = "denominator" if reading.denominator is not None else "numerator"
        total, listed = receipts.records(session, reading, part)
        assert total == len(listed) == asked.figure.n
        above, shown = receipts.records(session, reading, "numerator")
        counts = (
            metric in ("win_rate", "lead_conversion", "stage_dropoff") and "weight" not in params
        )
        if counts:
            assert above == asked.figure.numerator
        if reading.unit == "money" and params.get("stat") is None:
            assert sum(one.value or 0 for one in shown) == asked.figure.numerator


def test_records_come_latest_first_page_by_page_with_names_and_links(company):
    company.write("deal", [{"external_id": "d5", "url": "https://crm.example/d5"}], at=LATER)
    asked = company.read("revenue", JAN, END)
    with company.session() as session:
        reading = receipts.find(session, asked.receipt or "")
        total, first = receipts.records(session, reading, limit=2)
        _, rest = receipts.records(session, reading, offset=2, limit=2)
        assert brought.sources(session, reading) == ["CRM"]
    assert total == 3
    assert [one.external_id for one in first + rest] == ["d5", "d2", "d1"]
    best = first[0]
    assert (best.owner, best.account, best.url) == ("Ann", "Acme", "https://crm.example/d5")
    assert best.value == 900
    assert best.day == day(3, 13)


def test_a_receipt_that_was_never_given_is_refused(company):
    with company.session() as session, pytest.raises(Refusal) as caught:
        receipts.find(session, "rcp_0")
    assert caught.value.code == "unknown_receipt"


def test_what_was_known_then_is_answered_from_earlier_versions(company):
    changed = [
        {**small.DEALS[0], "amount": Decimal(150), "owner": "bob"},
        {**small.DEALS[2], "status": "won", "stage": "Won", "amount": Decimal(10)},
        small.deal("d7", "won", MAR, day(3, 5), amount=7, owner="cy"),
    ]
    small.write_deals(company, changed, at=LATER)
    company.delete("deal", ["d2"], at=LATER)
    then = LATER - timedelta(hours=1)
    for metric, was, is_now in (
        ("revenue", 1300, 1067),
        ("win_rate", 0.75, 1),
        ("new_customers", 2, 2),
    ):
        assert company.value(metric, JAN, END) == is_now, metric
        assert company.value(metric, JAN, END, known_at=then) == was, metric
    owners = company.split("revenue", JAN, END, "owner", known_at=then)
    assert owners == {"Ann": 1000, "Bob": 300, "Cy": 0}
    assert company.split("revenue", JAN, END, "owner") == {"Ann": 910, "Bob": 150, "Cy": 7}
    at = day(2, 1)
    assert company.value("open_deals", at, at, known_at=then) == 3
    with company.session() as session:
        kept = company.read("revenue", JAN, END, known_at=then)
        reading = receipts.find(session, kept.receipt or "")
        total, listed = receipts.records(session, reading)
    assert total == 3
    assert {one.external_id: one.value for one in listed} == {"d1": 100, "d2": 300, "d5": 900}


def test_looking_back_changes_nothing(company):
    company.read("revenue", JAN, END)
    company.write("deal", [{**small.DEALS[0], "amount": Decimal(150)}], at=LATER)
    company.read("revenue", JAN, END, known_at=LATER - timedelta(hours=1))
    assert company.value("revenue", JAN, END) == 1350


def test_before_anything_was_known_the_answer_says_so(company):
    long_ago = datetime(2026, 2, 1, tzinfo=UTC)
    read = company.read("revenue", JAN, END, known_at=long_ago)
    assert read.value == 0
    assert "event_time" in {note.code for note in read.notes}


def test_readings_are_kept_with_where_their_rows_came_from(company):
    asked = company.read("revenue", JAN, END)
    with company.session() as session:
        kept = receipts.find(session, asked.receipt or "")
        assert isinstance(kept, Reading)
        assert kept.runs == [str(company.runs[-1])]
        assert (kept.data_to, kept.as_of) == (day(3, 13), NOW)
