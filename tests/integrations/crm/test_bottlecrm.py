"""BottleCRM: rows, a history of our own, whole reads, and its refusals."""

from datetime import date
from decimal import Decimal

import pytest

from goals.metrics import readings
from goals.metrics.query import Query
from integrations.crm.bottlecrm import source as bottlecrm
from tests.fakes.bottlecrm import FakeBottleCRM
from tests.support.crm import CANARY, NOW, Desk, changes, counts, stream
from tests.support.sources import (
    killed_anywhere_comes_to_the_same,
    page_by_page,
    run_twice_changes_nothing,
    trouble_loses_nothing,
)

__all__ = ["page_by_page"]
DEALS, GOALS = "/api/opportunities/", "/api/opportunities/goals/"


@pytest.fixture
def vendor(clock):
    with FakeBottleCRM(CANARY, now=NOW) as made:
        yield made


def desk_at(database, vendor, clock):
    return Desk(database, vendor, clock, "bottlecrm", {"base_url": vendor.url}, {"token": CANARY})


@pytest.fixture
def desk(shop, vendor, clock):
    return desk_at(shop, vendor, clock)


@pytest.fixture(params=["shop", "postgres_shop"])
def desks(request, vendor, clock):
    return desk_at(request.getfixturevalue(request.param), vendor, clock)


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr(bottlecrm, "PAGE", 5)
    monkeypatch.setattr(bottlecrm, "AGAIN", 2)


def fill(vendor):
    """Put in users, accounts, twelve deals, two cases and two goals."""
    ann = vendor.user("Ann Lee")
    som = vendor.user("สมชาย ใจดี", is_active=False)
    accounts = [vendor.account(one) for one in ("北京公司", "Müller & Söhne")]
    deals = [
        vendor.deal(
            f"Deal {n}", amount=f"{n}50.25", owner=(ann, som)[n % 2], account=accounts[n % 2]
        )
        for n in range(12)
    ]
    vendor.case("Broken", account={"id": accounts[0]}, assigned_to=[{"id": ann}])
    vendor.case("Asked", first_response_at="2026-11-02T10:00:00Z", resolved_at="2026-11-03T09:00Z")
    vendor.goal(ann, "50000.00", date(2026, 10, 1), date(2026, 12, 31))
    vendor.goal(None, "9.00", date(2026, 10, 1), date(2026, 12, 31), goal_type="ACTIVITIES")
    return deals


def test_a_second_pull_changes_nothing(desks, vendor, small_pages):
    fill(vendor)
    run_twice_changes_nothing(desks)


def test_a_killed_pull_is_completed(desk, vendor, clock, small_pages, page_by_page):
    fill(vendor)
    killed_anywhere_comes_to_the_same(lambda: desk_at(desk.database, vendor, clock))


def test_trouble_on_the_way_loses_nothing(desk, vendor, clock, small_pages):
    fill(vendor)
    trouble_loses_nothing(lambda: desk_at(desk.database, vendor, clock), vendor, DEALS)


def test_rows_come_in_as_they_are_meant(desk, vendor):
    deals = fill(vendor)
    vendor.move(deals[3], "CLOSED_WON", closed_on="2026-11-20")
    vendor.move(deals[4], "CLOSED_LOST")
    desk.done()
    found = desk.rows("deal")
    won, lost, started = (found[deals[n]] for n in (3, 4, 5))
    assert (won.status, won.stage, won.pipeline) == ("won", "Closed won", "Sales")
    assert (won.amount, won.closed_on) == (Decimal("350.25"), date(2026, 11, 20))
    assert (lost.status, lost.closed_on) == ("lost", date(2026, 11, 2))
    assert (started.status, started.closed_on, started.probability) == ("open", None, 0.1)
    owners = {one.name: one.is_active for one in desk.rows("owner").values()}
    assert owners == {"Ann Lee": True, "สมชาย ใจดี": False}
    assert {one.name for one in desk.rows("account").values()} == {"北京公司", "Müller & Söhne"}
    [quota] = desk.rows("quota").values()
    assert (quota.amount, quota.last_day) == (Decimal(50000), date(2026, 12, 31))
    solved = [one for one in desk.rows("ticket").values() if one.solved_on]
    assert [one.solved_on for one in solved] == [date(2026, 11, 3)]


def test_what_moves_between_two_pulls_becomes_the_history(desk, vendor):
    deals = fill(vendor)
    desk.done()
    for stage in ("QUALIFICATION", "PROPOSAL", "CLOSED_WON"):
        desk.clock.advance(86400)
        vendor.move(deals[0], stage)
        desk.later(60)
    assert desk.visits(desk.rows("deal")[deals[0]]) == [
        ("Prospecting", "2026-11-02"),
        ("Qualification", "2026-11-03"),
        ("Proposal", "2026-11-04"),
        ("Closed won", "2026-11-05"),
    ]


def test_changes_need_no_stamp_and_what_is_gone_is_noticed_at_once(desk, vendor, small_pages):
    deals = fill(vendor)
    desk.done()
    vendor.tables["deals"][deals[1]]["amount"] = "7.00"
    vendor.delete("deals", deals[2])
    run = desk.later(60)
    found = stream(run, "opportunities")
    assert (found.updated, found.deleted) == (1, 1)
    assert desk.rows("deal")[deals[1]].amount == 7
    assert deals[2] not in desk.rows("deal")


def test_a_row_deleted_between_pages_hides_no_other(desk, vendor, small_pages):
    fill(vendor)
    desk.done()
    # The first of the list goes while it is read, and all later ones move forward.
    first = max(vendor.tables["deals"])
    pages: list[str] = []
    before = set(vendor.tables["deals"]) - {first}
    original = vendor._page

    def page(request, rows):
        found = original(request, rows)
        if request.path == DEALS and request.query["offset"] == ["0"] and not pages:
            pages.append(first)
            vendor.delete("deals", first)
        return found

    vendor._page = page
    desk.later(60)
    assert pages == [first]
    assert before <= set(desk.rows("deal"))


def test_a_token_that_was_taken_back_is_said_in_words(desk, vendor):
    vendor.token = "another"
    run = desk.pull()
    assert (run.status, run.error["code"]) == ("failed", "forbidden")
    assert CANARY not in str(run.to_json()["error"])
    assert desk.connected().needs_reconnect


def test_what_the_token_may_not_read_is_left_out_where_it_is_not_needed(desk, vendor):
    fill(vendor)
    vendor.denied |= {GOALS, "/api/cases/"}
    run = desk.done()
    assert stream(run, "goals").left_out is not None
    assert len(desk.rows("deal")) == 12


def test_a_burst_of_requests_waits(shop, clock):
    with FakeBottleCRM(CANARY, now=NOW, rate=(3, 10)) as vendor:
        desk = desk_at(shop, vendor, clock)
        fill(vendor)
        desk.done()
        assert clock.waits
        assert len(desk.rows("deal")) == 12


def test_a_list_that_has_changed_its_form_is_not_taken_for_an_empty_one(desk, vendor):
    fill(vendor)
    desk.done()
    original = vendor.route
    vendor.route = lambda request: {"results": []} if request.path == DEALS else original(request)
    run = desk.pull()
    assert run.error["code"] == "not_understood"
    assert len(desk.rows("deal")) == 12


def test_a_row_that_cannot_be_understood_is_counted_and_the_others_are_kept(desk, vendor):
    deals = fill(vendor)
    vendor.tables["deals"][deals[0]]["amount"] = "many"
    assert counts(desk.done(), "opportunities") == {"read": 12, "created": 11, "rejected": 1}


def test_a_stage_of_no_pipeline_keeps_its_name_and_is_open(desk, vendor):
    one = vendor.deal("Odd", stage="ODD")
    desk.done()
    assert (desk.rows("deal")[one].stage, desk.rows("deal")[one].status) == ("ODD", "open")


def test_a_test_looks_at_every_list(desk, vendor):
    assert [one.name for one in desk.check() if one.ok] == [
        "pipelines", "users", "accounts", "opportunities", "cases", "goals",
    ]  # fmt: skip


def test_win_rate_is_read_from_what_was_synced(desk, vendor):
    deals = fill(vendor)
    vendor.move(deals[3], "CLOSED_WON", closed_on="2026-11-02")
    vendor.move(deals[4], "CLOSED_LOST", closed_on="2026-11-02")
    desk.done()
    assert changes(desk.done()) == 0
    query = Query("win_rate", date(2026, 11, 1), date(2026, 11, 30), {})
    with desk.session() as session:
        found = readings.read(session, query, today=NOW.date(), now=NOW).to_json()
    assert (found["numerator"], found["denominator"]) == (1, 2)
