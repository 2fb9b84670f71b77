"""Marketing: visits, subscribers, mails each once, and what content brings."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from shutil import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from app.db import Database
from goals.metrics import receipts, refresh
from goals.metrics.rollup import Rollup
from tests.goals.metrics import company as companies
from tests.goals.metrics.company import LOADED, NOW, TODAY, Company
from tests.goals.metrics.small import day

MARCH, APRIL = (day(3, 1), day(3, 31)), (day(4, 1), day(4, 30))


def mail(number: int, message: str | None, to: str | None, kind: str, when: date) -> Any:
    at = datetime(when.year, when.month, when.day, 12, tzinfo=UTC)
    return {
        "external_id": f"m{number}", "message": message, "recipient": to, "kind": kind, "at": at,
    }  # fmt: skip


def mails(company: Company, told: Sequence[tuple[str | None, str | None, str, date]]) -> None:
    company.write("email_event", [mail(number, *one) for number, one in enumerate(told)])


TOLD = [
    ("spring", "a", "sent", day(3, 31)),
    ("spring", "a", "delivered", day(4, 1)),
    ("spring", "b", "sent", day(3, 31)),
    ("spring", "b", "delivered", day(3, 31)),
    ("spring", "b", "open", day(4, 2)),
    ("spring", "b", "open", day(4, 3)),
    ("spring", "b", "click", day(4, 3)),
    ("spring", "b", "click", day(4, 4)),
    ("spring", "c", "sent", day(3, 31)),
    ("spring", "c", "bounce", day(3, 31)),
    ("news", "b", "delivered", day(3, 10)),
    ("news", "a", "delivered", day(4, 10)),
    ("news", "a", "open", day(4, 11)),
]


def test_a_mail_counts_once_by_the_day_it_was_sent_and_opens_count_later_too(empty):
    mails(empty, TOLD)
    read = empty.read("email_open_rate", *MARCH)
    assert (read.figure.numerator, read.figure.denominator) == (1, 3)
    early = empty.read("email_open_rate", *MARCH, matured=day(4, 1))
    assert (early.figure.numerator, early.figure.denominator) == (0, 3)
    assert empty.value("email_open_rate", *APRIL) == 1
    assert empty.value("email_open_rate", day(5, 1), day(5, 31)) is None
    assert empty.value("email_ctr", *MARCH) == pytest.approx(1 / 3)
    assert empty.value("email_ctr", *APRIL, measure="clicks") == 2
    assert empty.split("email_ctr", *MARCH, "campaign") == {"news": 0, "spring": 0.5}
    assert empty.value("email_open_rate", *MARCH, where={"campaign": "news"}) == 0
    assert empty.split("content_performance", *APRIL, "campaign") == {"news": 0, "spring": 2}


def test_where_no_delivery_is_told_what_did_not_bounce_was_delivered(empty):
    mails(empty, [one for one in TOLD if one[2] != "delivered"])
    read = empty.read("email_open_rate", *MARCH)
    assert (read.figure.numerator, read.figure.denominator) == (1, 2)


def test_a_message_is_no_campaign_of_deals(empty):
    mails(empty, TOLD)
    empty.write("deal", [{"external_id": "d", "status": "open", "created_on": day(3, 1)}])
    assert empty.split("win_rate", *MARCH, "campaign") == {}


def test_purchases_count_for_the_campaign_that_is_named_as_the_message(empty):
    mails(empty, TOLD)
    empty.write("campaign", [{"external_id": "7", "name": "spring"}])
    empty.write("account", [{"external_id": "x", "name": "X"}])
    bought = {"account": "x", "day": day(4, 9), "amount": Decimal(5), "campaign": "7"}
    empty.write("purchase", [
        {**bought, "external_id": "p1"},
        {**bought, "external_id": "p2", "is_refund": True},
        {**bought, "external_id": "p3", "campaign": None},
    ])  # fmt: skip
    found = empty.split("content_performance", *APRIL, "campaign", measure="purchases")
    assert found == {"news": 0, "spring": 1, "(none)": 1}
    empty.write("campaign", [{"external_id": "7", "name": "summer"}])
    found = empty.split("content_performance", *APRIL, "campaign", measure="purchases")
    assert found == {"news": 0, "spring": 0, "summer": 1, "(none)": 1}


@pytest.fixture
def visited(empty: Company) -> Company:
    empty.write("web_visit", [
        {"external_id": "1", "day": day(3, 1), "visitors": 3000, "visits": 4500, "source": "ads"},
        {"external_id": "2", "day": day(3, 2), "visitors": 1000, "source": "search"},
        {"external_id": "3", "day": day(3, 3), "visits": 20},
    ])  # fmt: skip
    sources = ["ads"] * 90 + ["search"] * 30
    empty.write(
        "lead",
        [
            {"external_id": str(number), "created_on": day(3, 5), "source": source}
            for number, source in enumerate(sources)
        ],
    )
    return empty


def test_leads_per_visitor(visited):
    read = visited.read("opt_in_rate", *MARCH)
    assert (read.value, read.figure.numerator, read.figure.n) == (Decimal("0.03"), 120, 4000)
    assert visited.split("opt_in_rate", *MARCH, "source") == {
        "ads": 0.03, "search": 0.03,
    }  # fmt: skip
    assert visited.value("opt_in_rate", *APRIL) is None
    assert visited.value("web_traffic", *MARCH) == 4520
    assert visited.value("web_traffic", *MARCH, measure="visitors") == 4000
    assert visited.value("web_traffic", *APRIL) == 0


def test_more_leads_than_visitors_is_said_to_be_a_broken_count(visited):
    visited.write(
        "web_visit", [{"external_id": "1", "visitors": 1}, {"external_id": "2", "visitors": 1}]
    )
    read = visited.read("opt_in_rate", *MARCH)
    assert (read.value, "above_one" in {one.code for one in read.notes}) == (60, True)


def test_subscribers_are_those_who_opted_in_and_not_out_since(empty):
    empty.write("contact", [
        {"external_id": "1", "opted_in_on": day(1, 5)},
        {"external_id": "2", "opted_in_on": day(1, 5), "opted_out_on": day(3, 5)},
        {"external_id": "3", "opted_in_on": day(3, 1), "opted_out_on": day(2, 1)},
        {"external_id": "4", "opted_out_on": day(2, 1)},
        {"external_id": "5", "opted_in_on": day(2, 2), "opted_out_on": day(2, 2)},
        {"external_id": "6"},
    ])  # fmt: skip
    days = {day(1, 4): 0, day(1, 5): 2, day(2, 28): 2, day(3, 4): 3, day(3, 5): 2}
    assert {one: empty.value("subscribers", one, one) for one in days} == days
    empty.write("contact", [{"external_id": "1", "opted_out_on": day(1, 6)}])
    assert empty.value("subscribers", day(3, 4), day(3, 4)) == 2
    assert empty.value("subscribers", day(3, 4), day(3, 4), known_at=LOADED) == 2


@pytest.mark.parametrize(
    ("metric", "params"),
    [("email_open_rate", {}), ("email_ctr", {}), ("email_ctr", {"measure": "clicks"}),
     ("content_performance", {})],
)  # fmt: skip
def test_the_records_listed_make_the_number(empty, metric, params):
    mails(empty, TOLD)
    asked = empty.read(metric, day(3, 1), day(4, 30), **params)
    with empty.session() as session:
        reading = receipts.find(session, asked.receipt or "")
        again = receipts.recompute(session, reading, today=TODAY, now=NOW + timedelta(days=9))
        above, listed = receipts.records(session, reading, "numerator")
        below, _ = receipts.records(session, reading, "denominator")
    assert again.figure == asked.figure
    assert above == len(listed) == asked.figure.numerator
    assert below == asked.figure.n


def test_the_visits_listed_make_the_traffic(visited):
    asked = visited.read("web_traffic", *MARCH)
    with visited.session() as session:
        reading = receipts.find(session, asked.receipt or "")
        n, listed = receipts.records(session, reading)
    assert (n, sum(one.value or 0 for one in listed)) == (2, 4520)


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["x", "y", None]),
        st.sampled_from(["a", "b", None]),
        st.sampled_from(["sent", "delivered", "bounce", "open", "click"]),
        st.integers(0, 50).map(lambda n: day(3, 1) + timedelta(days=n)),
    ),
    max_size=14,
)


def by_mail(told: list[Any]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = {}
    for number, (message, to, kind, when) in enumerate(told):
        found.setdefault((message, to or number), []).append((kind, when))
    return found


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(told=EVENTS, later=EVENTS)
def test_any_mails_give_what_plain_python_gives(sqlite, told, later):
    made = companies.joined(sqlite, companies.found_another(sqlite))
    mails(made, told)
    made.refresh()
    made.write("email_event", [mail(100 + number, *one) for number, one in enumerate(later)])
    with made.session() as session:
        refresh.refresh(session)
        kept = rollups(session)
        refresh.rebuild(session)
        assert rollups(session) == kept
    each = by_mail([*told, *later])
    tells = any(kind == "delivered" for one in each.values() for kind, _ in one)
    delivered, opened = 0, 0
    for one in each.values():
        days = [when for kind, when in one if kind in ("sent", "delivered")]
        kinds = {kind for kind, _ in one}
        arrived = "delivered" in kinds if tells else "bounce" not in kinds
        if days and arrived and min(days) <= day(3, 31):
            delivered += 1
            opened += "open" in kinds
    read = made.read("email_open_rate", *MARCH)
    wanted = None if not delivered else Decimal(opened) / delivered
    assert read.value == wanted


def rollups(session: Any) -> set[Any]:
    statement = select(Rollup).where(col(Rollup.workspace_id) == session.info["workspace_id"])
    found = session.scalars(statement.execution_options(populate_existing=True))
    return {(one.measure, one.dim, one.day, one.key, one.n, one.sum) for one in found}


@pytest.fixture(scope="module")
def sqlite(sqlite_template: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("marketing")
    database = Database(f"sqlite:///{copy(sqlite_template, folder / 'headway.db')}")
    yield database
    database.dispose()
