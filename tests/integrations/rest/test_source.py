"""The engine of sources over HTTP: pages, places, sweeps, own histories, what goes wrong."""

from contextlib import closing
from datetime import date, timedelta
from decimal import Decimal

import pytest

from integrations import crm
from integrations.crm import Provider
from integrations.terms import Terms
from tests.integrations.rest.acme import FakeAcme
from tests.support.crm import CANARY, NOW, Desk, counts, stream
from tests.support.records import database
from tests.support.sources import (
    killed_anywhere_comes_to_the_same,
    page_by_page,
    run_twice_changes_nothing,
    trouble_loses_nothing,
)

__all__ = ["database", "page_by_page"]


@pytest.fixture
def acme(monkeypatch, clock):
    provider = Provider(
        "tests.integrations.rest.acme", "Acme", ("base_url",), ("token",), ("fields",)
    )
    monkeypatch.setitem(crm.PROVIDERS, "acme", provider)
    with FakeAcme(now=NOW - timedelta(hours=1)) as made:
        clock.hub = made
        for number in range(5):
            made.put("deals", f"d{number}", name=f"Deal {number}", stage="new", chance=25)
            made.put("calls", f"c{number}", at="2026-10-30T09:00:00Z")
            made.advance(720)
        yield made


@pytest.fixture
def make(database, acme, clock):
    def made(**settings):
        settings = {"base_url": acme.url, **settings}
        return Desk(database, acme, clock, "acme", settings, {"token": CANARY})

    return made


def test_every_run_finds_the_same(make):
    run_twice_changes_nothing(make())


def test_a_pull_that_was_killed_goes_on(make, page_by_page):
    killed_anywhere_comes_to_the_same(make)


def test_trouble_on_the_way_loses_nothing(make, acme):
    trouble_loses_nothing(make, acme, "/deals")


def test_values_are_read_as_the_table_of_fields_says(make, acme):
    acme.put(
        "deals", "d9", name="ดีล", stage="won", chance="40", value={"cents": "12345"}, colour="青"
    )
    desk = make()
    run = desk.done()
    deal = desk.rows("deal")["d9"]
    assert (deal.name, deal.amount, deal.probability) == ("ดีล", Decimal("123.45"), 0.4)
    assert (deal.status, deal.custom) == ("won", {"colour": "青"})
    assert deal.created_on == date(2026, 11, 2)
    assert stream(run, "deals").pages == 3


def test_an_administrator_chooses_another_part(make, acme):
    acme.put("deals", "d9", stage="new", signed="2026-03-04")
    desk = make(fields='{"deal": {"created_on": "signed"}}')
    desk.done()
    assert desk.rows("deal")["d9"].created_on == date(2026, 3, 4)


def test_only_what_changed_is_asked_for_again(make, acme):
    desk = make()
    desk.done()
    desk.later(3600)
    acme.put("deals", "d1", name="Renamed")
    acme.log.clear()
    run = desk.later(3600)
    # Stamps are taken in from the newest known one on: that row comes once more.
    assert counts(run, "deals") == {"read": 2, "updated": 1, "unchanged": 1}
    assert len(acme.calls("/deals")) == 1


def test_what_the_vendor_marks_merges_or_drops_is_gone(make, acme, clock):
    desk = make()
    desk.done()
    acme.advance(60)
    acme.put("deals", "d0", trashed=True)
    acme.put("deals", "d1", merged=["d2"])
    acme.drop("deals", "d2")
    acme.drop("deals", "d3")
    run = desk.later(3600)
    assert stream(run, "deals").deleted == 2
    assert set(desk.rows("deal")) == {"d1", "d3", "d4"}
    # Nobody told of this one: the list of everything, once a day, does.
    assert stream(desk.later(25 * 3600), "deals").deleted == 1
    assert set(desk.rows("deal")) == {"d1", "d4"}


def test_lists_of_one_record_do_not_sweep_each_other(make, acme, database):
    desk = make()
    desk.done()
    desk.write("activity", [{"external_id": "note:1", "kind": "note", "at": NOW}])
    acme.drop("calls", "c4")
    assert stream(desk.later(3600), "calls").deleted == 1
    assert set(desk.rows("activity")) == {"note:1", *(f"call:c{number}" for number in range(4))}


def test_moves_between_pulls_become_the_history(make, acme):
    desk = make()
    desk.done()
    acme.advance(86_400)
    desk.clock.now = acme.now
    acme.put("deals", "d1", stage="won")
    desk.done()
    assert desk.visits(desk.rows("deal")["d1"]) == [("new", "2026-11-02"), ("won", "2026-11-03")]
    assert desk.visits(desk.rows("deal")["d2"]) == [("new", "2026-11-02")]


def test_a_row_that_means_nothing_is_left_out_and_counted(make, acme):
    acme.put("deals", "d9", stage="new", chance="a lot")
    acme.put("deals", "d8", stage="new", kind="draft")
    desk = make()
    run = desk.done()
    assert stream(run, "deals").rejected == 1
    assert not {"d8", "d9"} & set(desk.rows("deal"))


def test_a_page_that_comes_again_stops_the_run_in_words(make, acme):
    acme.loops = True
    run = make().pull()
    assert run.status == "partial"
    assert run.to_json()["error"]["code"] == "cursor_loop"


def test_what_is_not_needed_is_left_out_in_words(make):
    run = make().done()
    told = stream(run, "visits").to_json("en")["left_out"]
    assert told == "Acme does not let us read visits with this sign-in."


def test_a_revoked_key_asks_to_connect_anew(make, acme):
    desk = make()
    desk.done()
    acme.token = "another"
    assert desk.pull().to_json()["error"]["code"] == "unauthorized"
    assert desk.connected().needs_reconnect


def test_a_look_tells_what_can_be_read(make):
    desk = make()
    terms = Terms({"base_url": desk.hub.url}, {"token": CANARY}, "UTC", desk.clock, True, print)
    with closing(crm.source("acme", terms)) as source:
        looks = source.check()
    assert [(one.name, one.ok, one.needed) for one in looks] == [
        ("stages", True, True),
        ("deals", True, True),
        ("calls", True, True),
        ("visits", False, False),
    ]
