"""What two sources hold alike beside deals, and what a workspace's own numbers say by each."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.db import Database
from goals.metrics import authoring
from goals.metrics.authoring import Draft
from goals.metrics.overlap import report
from tests.goals.metrics import parallel
from tests.goals.metrics.company import NOW

RECORDS = ("account", "deal", "campaign", "activity", "survey_answer", "spend")
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
AT = datetime(2026, 3, 5, 9, tzinfo=UTC)


@pytest.fixture
def sides(database_url):
    """An old and a new source that call what they hold by other ids, and differ in little."""
    database = Database(database_url)
    old, new = parallel.two(database, records=RECORDS)
    for side, source in (("o", old), ("n", new)):

        def known(number, side=side):
            return f"{side}{number}"

        extra = side == "o"
        source.write("account", [{"external_id": known(1), "name": "Acme"}])
        source.write("campaign", [{"external_id": known(2), "name": "Fair"}])
        deal = {"external_id": known(3), "name": "Big", "status": "won", "amount": Decimal(900)}
        days = {"created_on": FIRST, "closed_on": date(2026, 3, 9)}
        source.write("deal", [{**deal, **days, "stage": "Won", "account": known(1)}])
        call = {"kind": "call", "at": AT, "deal": known(3)}
        calls = [{"external_id": known(4), **call}, {"external_id": known(5), **call}]
        source.write("activity", calls[: 2 if extra else 1])
        answer = {"at": AT, "score": Decimal(9), "scale": "0-10", "kind": "nps"}
        source.write("survey_answer", [{"external_id": known(6), **answer, "customer": known(1)}])
        amount = Decimal(100 if extra else 120)
        spent = {"day": FIRST, "amount": amount, "category": "marketing"}
        source.write("spend", [{"external_id": known(7), **spent, "campaign": known(2)}])
    yield old, new
    database.dispose()


def overlap(sides, record):
    old, new = sides
    with old.session() as session:
        one, other = (parallel.connection(session, side) for side in (old, new))
        found = report.of_kind(session, one, other, record, FIRST, LAST)
        return dict(found.counts), {by.id: n for by, n in found.keys}


def said(sides):
    old, new = sides
    with old.session() as session:
        one, other = (parallel.connection(session, side) for side in (old, new))
        found = report.by_source(session, one, other, FIRST, LAST, today=LAST)
        return {each.metric.id: (each.before.value, each.after.value) for each in found}


def test_an_activity_is_found_by_what_it_was_about(sides):
    counts, keys = overlap(sides, "activity")
    assert counts == {"both": 1, "different": 0, "only_old": 1, "only_new": 0}
    assert keys == {"what it was about, kind and day": 1}


def test_an_answer_is_found_by_its_customer_day_and_score(sides):
    counts, keys = overlap(sides, "survey_answer")
    assert counts == {"both": 1, "different": 0, "only_old": 0, "only_new": 0}
    assert keys == {"customer, day and score": 1}


def test_money_spent_is_found_by_its_campaign_and_an_amount_may_differ(sides):
    counts, keys = overlap(sides, "spend")
    assert counts == {"both": 1, "different": 1, "only_old": 0, "only_new": 0}
    assert keys == {"campaign and day": 1}


def test_numbers_of_activities_surveys_and_spend_are_told_by_each_source(sides):
    found = said(sides)
    assert found["outreach_volume"] == (2, 1)
    assert found["nps"] == (100, 100)
    assert found["cac"] == (100, 120)


def test_a_workspaces_own_number_is_told_by_each_source(sides):
    old, _ = sides
    draft = Draft("mine", "Mine", "revenue / outreach_volume", direction="up")
    with old.session() as session:
        authoring.add(session, draft, by=None, now=NOW)
    assert said(sides)["mine"] == (450, 900)
