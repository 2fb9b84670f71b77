"""A Pipedrive account with a little of everything, and a workspace beside it."""

import pytest

from tests.fakes.pipedrive import FakePipedrive
from tests.support.crm import CANARY, NOW, Desk

JANUARY = "2026-01-05T10:00:00Z"


@pytest.fixture
def pipe(clock):
    with FakePipedrive(CANARY, now=NOW) as made:
        yield made


@pytest.fixture
def desk(shop, pipe, clock):
    return desk_at(shop, pipe, clock)


def desk_at(database, pipe, clock, **settings):
    settings = {"base_url": pipe.url, **settings}
    return Desk(database, pipe, clock, "pipedrive", settings, {"token": CANARY})


def fill(pipe):
    """Fill an account with a little of everything; return the deal that went all the way."""
    ann = pipe.add_user("Ann Lee", "ann@example.com")
    pipe.add_user("Bob Ray", "bob@example.com", active=False)
    acme = pipe.add(
        "organizations",
        name="บริษัท อัคมี จำกัด",
        website="acme.example",
        industry={"id": 2, "label": "Software"},
        employee_count=40,
        annual_revenue=1200000,
        address={"country": "Thailand", "admin_area_level_1": "Bangkok"},
        at=JANUARY,
    )
    joe = pipe.add(
        "persons",
        name="王小明",
        emails=[
            {"value": "home@example.com", "primary": False},
            {"value": "joe@acme.example", "primary": True},
        ],
        org_id=acme,
        owner_id=ann,
        at=JANUARY,
    )
    plan = pipe.add_field("Plan", "enum", {1: "รายปี", 2: "Monthly"})
    won = pipe.add_deal(
        "Acme, 5 seats",
        value=1234.5,
        currency="EUR",
        owner_id=ann,
        org_id=acme,
        person_id=joe,
        at=JANUARY,
        custom_fields={plan: 1},
        probability=90,
    )
    pipe.move(won, "Engaging", at="2026-01-20T10:00:00Z")
    pipe.move(won, "Closing", at="2026-01-25T10:00:00Z")
    pipe.close(won, "won", at="2026-02-03T18:30:00Z")
    lost = pipe.add_deal("Beta", value=50, at="2026-03-01T08:00:00Z", org_id=acme)
    pipe.close(lost, "lost", at="2026-04-01T08:00:00Z", reason="Price")
    pipe.archive(lost)
    pipe.add_deal("Gamma", value=None, currency=None, expected_close_date="2026-12-24", at=JANUARY)
    lead = pipe.add_lead("Someone asks", owner_id=ann, source_name="Web")
    pipe.add(
        "activities",
        type="call",
        done=True,
        deal_id=won,
        owner_id=ann,
        person_id=joe,
        due_date="2026-01-21",
        due_time="07:30:00",
        marked_as_done_time="2026-01-21T08:00:00Z",
    )
    pipe.add(
        "activities",
        type="meeting",
        done=True,
        lead_id=lead,
        due_date="2026-01-22",
        due_time="15:00:00",
        marked_as_done_time=None,
    )
    pipe.add("activities", type="call", done=False, deal_id=won, due_date="2026-12-01")
    pipe.kinds["goals"]["g1"] = {
        "id": "g1",
        "type": {"name": "deals_won", "params": {}},
        "assignee": {"type": "person", "id": ann},
        "interval": "quarterly",
        "duration": {"start": "2026-01-01", "end": "2026-12-31"},
        "expected_outcome": {"target": 90000, "tracking_metric": "sum", "currency_id": 2},
    }
    return won
