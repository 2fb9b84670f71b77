"""What HubSpot's texts become."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from goals.records.source import Stage
from integrations.crm.hubspot import fields, links
from integrations.crm.hubspot.fields import Mapper
from integrations.crm.hubspot.shapes import Item, Moment
from integrations.rest import values
from integrations.rest.place import OVERLAP, Place

BANGKOK = ZoneInfo("Asia/Bangkok")
STAGES = {
    "1": Stage("Sales", "Open", "1", 0, "open"),
    "2": Stage("Sales", "Won", "2", 1, "won"),
}


def mapper(kind="deals", own=(), **chosen):
    return Mapper(
        kind, own, zone="Asia/Bangkok", fields=chosen, stages=STAGES, pipelines={"p": "Sales"}
    )


def deal(**properties):
    given = {"dealstage": "1", "createdate": "2026-01-05T10:00:00Z", **properties}
    return mapper().row(Item("7", given))


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1200", 1200),
        ("1,200", 1200),
        ("-1,234,567.50", Decimal("-1234567.50")),
        ("1.2E+3", 1200),
        (1300, 1300),
        (99.5, Decimal("99.5")),
        ("", None),
        (None, None),
    ],
)
def test_amounts_are_read_however_they_are_written(text, amount):
    assert deal(amount=text)["amount"] == amount


@pytest.mark.parametrize("text", ["NaN", "Infinity", "12,34", "1,2,3", "abc", "1e", "--1"])
def test_a_row_with_an_amount_that_is_none_is_not_taken(text):
    assert deal(amount=text) is None
    company = Item("7", {"numberofemployees": text})
    assert mapper("companies").row(company) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-31T00:00:00Z", date(2026, 3, 31)),
        ("2026-03-31T00:00:00.000Z", date(2026, 3, 31)),
        ("2026-03-31T17:30:00.123Z", date(2026, 4, 1)),
        ("2026-03-31", date(2026, 3, 31)),
        ("1774915200000", date(2026, 3, 31)),
        (1774828800000, date(2026, 3, 30)),
        ("-86400000", date(1969, 12, 31)),
        ("9999-12-31T23:59:59Z", date(9999, 12, 31)),
        ("0001-01-01T00:00:00Z", date(1, 1, 1)),
    ],
)
def test_close_dates_are_days_in_every_form(text, day):
    assert deal(closedate=text)["expected_close_on"] == day


@pytest.mark.parametrize("text", ["soon", "2026-13-01", "9" * 20, "2026-02-30T00:00Z"])
def test_a_row_with_a_date_that_is_none_is_not_taken(text):
    assert deal(closedate=text) is None


def test_a_history_is_in_order_however_it_came():
    moments = [
        Moment("2", "2026-03-02T10:00:00Z"),
        Moment("1", 1767607200000),
        Moment("", "2026-01-01T10:00:00Z"),
        Moment("1", "rubbish"),
        Moment("1", None),
        Moment("gone", "2026-02-01T18:00:00.5Z"),
    ]
    item = Item("7", {"dealstage": "2"}, {"dealstage": moments})
    found = [(one.stage, one.entered_on, one.status) for one in mapper().history(item)]
    assert found == [
        ("Open", date(2026, 1, 5), "open"),
        ("gone", date(2026, 2, 2), None),
        ("Won", date(2026, 3, 2), "won"),
    ]
    assert mapper().history(Item("7", {}, {"dealstage": None})) == []


def test_of_two_moves_at_one_instant_the_one_given_first_is_the_later():
    at = "2026-03-02T10:00:00Z"
    item = Item("7", {"dealstage": "2"}, {"dealstage": [Moment("2", at), Moment("1", at)]})
    assert [one.stage for one in mapper().history(item)] == ["Open", "Won"]


def test_a_deal_in_a_stage_that_is_gone_says_itself_how_it_ended():
    for flags, status in (
        ({"hs_is_closed_won": "true", "hs_is_closed": "true"}, "won"),
        ({"hs_is_closed_won": "false", "hs_is_closed": "true"}, "lost"),
        ({}, "open"),
    ):
        properties = {"dealstage": "gone", **flags}
        assert deal(**properties)["status"] == status
        at = Moment("gone", "2026-03-02T10:00:00Z")
        (entry,) = mapper().history(Item("7", properties, {"dealstage": [at]}))
        assert entry.status == status


def test_a_deal_without_stage_pipeline_and_amount_is_an_open_one():
    row = deal(dealstage=None, pipeline="", amount=None)
    assert (row["status"], row["stage"], row["pipeline"], row["amount"]) == ("open", *[None] * 3)


def test_a_stage_that_does_not_say_whether_it_is_closed_is_closed_by_certainty():
    assert fields.stage_status({"probability": "1.0"}) == "won"
    assert fields.stage_status({"probability": "0.0"}) == "lost"
    assert fields.stage_status({"probability": "0.4"}) == "open"
    assert fields.stage_status({}) == "open"
    assert fields.stage_status({"isClosed": "false", "probability": "1.0"}) == "open"
    assert fields.stage_status({"isClosed": True, "probability": 0}) == "lost"


def test_a_creation_date_of_ones_own_choice_is_not_made_up_where_it_is_missing():
    item = Item("7", {"dealstage": "1"}, created_at="2026-01-05T10:00:00Z")
    assert mapper().row(item)["created_on"] == date(2026, 1, 5)
    assert mapper(created_on="engage_date").row(item)["created_on"] is None


def of_listing(associations):
    told = {"id": "7", "associations": associations}
    return links.of_listing(msgspec.convert(told, Item).associations, "companies")


def test_the_primary_company_is_the_one():
    listed = [
        {"id": "1", "type": "deal_to_company_unlabeled"},
        {"id": "2", "type": "deal_to_company"},
    ]
    assert of_listing({"companies": {"results": listed}}) == "2"
    assert of_listing({"companies": {"results": listed[:1]}}) == "1"
    oddities: list[Any] = [None, {}, {"companies": None}, {"companies": {"results": [{}]}}]
    for odd in oddities:
        assert of_listing(odd) is None
    batch = [
        {"toObjectId": 1, "associationTypes": [{"typeId": 341, "label": None}]},
        {"toObjectId": 2, "associationTypes": [{"typeId": 5, "label": "Primary"}]},
    ]
    assert links.of_batch(batch) == "2"
    assert links.of_batch([{"toObjectId": 1}]) == "1"
    assert links.of_batch(None) is None


def test_a_place_moves_on_with_what_was_seen_and_never_back():
    now = datetime(2026, 11, 2, 9, tzinfo=UTC)
    stamp = datetime(2026, 3, 1, tzinfo=UTC)
    place = Place.of({}, now)
    assert place.from_ms() == 0
    place.see([stamp, None])
    following = Place.of(place.done(), now)
    assert following.from_ms() == int((stamp - OVERLAP).timestamp() * 1000)
    following.see([stamp - OVERLAP])
    assert Place.of(following.done(), now).since == stamp
    ahead = Place.of({}, now)
    ahead.see([now + 2 * OVERLAP])
    assert Place.of(ahead.done(), now).since == now


def test_numbers_that_are_none_are_no_chance():
    assert [values.number(one) for one in ("0.4", "", None, "x", "NaN")] == [0.4, *[None] * 4]


def test_a_deal_without_history_stands_in_its_stage_since_its_own_date():
    row = deal()
    (entry,) = mapper().stand_in(row)
    assert (entry.stage, entry.entered_on, entry.status) == ("Open", date(2026, 1, 5), "open")
    won = deal(dealstage="2", closedate="2026-03-31")
    (entry,) = mapper().stand_in(won)
    assert (entry.stage, entry.entered_on, entry.status) == ("Won", date(2026, 3, 31), "won")
    assert mapper().stand_in(deal(dealstage="2")) == []
