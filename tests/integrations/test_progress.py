"""How far a sync is while it runs, and which fields a source has."""

import time
from datetime import timedelta
from functools import partial

import pytest

from integrations import auth, mapped, sync
from integrations.crm.hubspot.source import Source
from integrations.rest import fields
from integrations.rest.fields import Take
from integrations.rest.source import RestSource
from integrations.rest.stream import Batch, Stream
from integrations.terms import Terms
from integrations.vendor import Vendor
from tests.fakes.hubspot.client import DEALS
from tests.support.crm import NOW


@pytest.fixture
def seen(office, monkeypatch):
    """What the run said of the deals once it had taken all pages before the one that was made."""
    monkeypatch.setattr(sync, "TELL_EVERY", timedelta(0))
    told = []

    def present():
        [*_, run] = sorted(office.runs(), key=lambda one: (one.started_at, one.id))
        return [one for one in run.streams if one["stream"] == "deals"]

    def look(before):
        # Pages are read ahead of what is said of them.
        patience = time.monotonic() + 30
        while before and not any(one["read"] >= before for one in present()):
            assert time.monotonic() < patience, "the run says nothing of what it has read"
            time.sleep(0.005)
        told.append(present())

    def watch(pages):
        for page in range(1, pages + 1):
            office.hub.after_page(page, partial(look, 50 * (page - 1)))
        return told

    return watch


def test_a_first_read_says_how_many_rows_it_has_before_they_are_stored(office, seen):
    for number in range(120):
        office.hub.add_deal(f"Deal {number}")
    told = seen(3)
    run = office.done()
    assert [one[0]["read"] if one else 0 for one in told] == [0, 50, 100]
    assert [one[0]["total"] for one in told if one] == [120, 120]
    assert sum(one.read for one in run.streams if one.name == "deals") == 120


def test_a_first_read_goes_on_where_nobody_tells_how_much_there_is(office):
    for number in range(60):
        office.hub.add_deal(f"Deal {number}")
    office.hub.faults.add(f"{DEALS}/search", "http_503", times=None)
    run = office.done()
    [deals] = [one for one in run.streams if one.name == "deals"]
    assert (deals.read, deals.total) == (60, None)


def test_a_run_that_reads_everything_again_knows_about_how_much_there_is(office, seen):
    for number in range(70):
        office.hub.add_deal(f"Deal {number}")
    office.done()
    told = seen(2)
    office.later(full=True)
    assert (told[1][0]["read"], told[1][0]["total"]) == (50, 70)


def test_a_search_for_changes_says_how_many_there_are(office):
    office.hub.add_deal("One")
    office.done()
    office.clock.advance(3600)
    office.hub.add_deal("Two")
    office.hub.add_deal("Three")
    run = office.done()
    [deals] = [one for one in run.streams if one.name == "deals"]
    # Those of the last minutes before are asked for once more.
    assert (deals.total, deals.read, deals.created) == (3, 3, 2)
    assert deals.to_json()["total"] == 3


class Acme(RestSource):
    """A vendor with nested parts."""

    vendor = Vendor("Acme")

    def token(self):
        return auth.fixed("t")

    table = (
        Stream(
            "deals",
            "deal",
            lambda source, asked: Batch(
                [{"Id": 1, "Amount": 5, "Owner": {"Id": 7}, "Tags": ["a"], "Note": None}]
            ),
            {"amount": Take("Amount", fields.money), "owner": Take("Owner.Id")},
        ),
    )


def test_every_source_of_streams_tells_its_usual_parts_and_what_else_there_is():
    assert Acme.usual() == {"deal": {"amount": "Amount", "owner": "Owner.Id"}}
    source = Acme(
        Terms({"base_url": "http://127.0.0.1:9"}, {}, "UTC", lambda: NOW, True, lambda _: None)
    )
    assert isinstance(source, mapped.Mapped)
    looked = source.look("deal")
    assert looked == {"Amount": ["5"], "Id": ["1"], "Note": [], "Owner.Id": ["7"]}
    source.close()


def test_hubspot_tells_them_too():
    usual = Source.usual()
    assert set(usual) >= {"account", "contact", "lead", "deal"}
    assert usual["deal"]["amount"] == "amount"
    assert usual["deal"]["campaign"] == "hs_campaign"


def test_samples_are_few_and_differ():
    told = mapped.together([{"a": ["1"]}, {"a": ["1"], "b": []}, {"a": ["2"]}, {"a": ["3", "4"]}])
    assert told == {"a": ["1", "2", "3"], "b": []}
