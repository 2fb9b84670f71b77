"""Tryton: what comes of its rows, its histories, its changes and its refusals."""

import json
from datetime import date
from decimal import Decimal

import pytest

from goals.metrics import readings
from goals.metrics.query import Query
from integrations.crm.tryton import rpc
from tests.fakes.tryton import OPPORTUNITY, FakeTryton
from tests.support.crm import CANARY, NOW, Desk, counts, stream
from tests.support.sources import (
    killed_anywhere_comes_to_the_same,
    page_by_page,
    run_twice_changes_nothing,
    trouble_loses_nothing,
)

__all__ = ["page_by_page"]
RPC = "/rpc/"


@pytest.fixture
def tryton(clock):
    with FakeTryton(CANARY, now=NOW) as made:
        yield made


def desk_at(database, tryton, clock):
    settings = {"base_url": tryton.url, "database": "crm", "user": "reader"}
    return Desk(database, tryton, clock, "tryton", settings, {"password": CANARY})


@pytest.fixture
def desk(shop, tryton, clock):
    return desk_at(shop, tryton, clock)


@pytest.fixture(params=["shop", "postgres_shop"])
def desks(request, tryton, clock):
    return desk_at(request.getfixturevalue(request.param), tryton, clock)


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr(rpc, "PAGE", 3)


def fill(tryton):
    """Put in a company's work: parties, sellers, opportunities in every state, and a sale."""
    boss = tryton.employee("Ann Lee", email="ann@example.com")
    seller = tryton.employee("สมชาย ใจดี", supervisor="Ann Lee")
    parties = [tryton.party(name) for name in ("北京公司", "Müller & Söhne", None, "บริษัท ก")]
    made = {}
    for number, state in enumerate(("lead", "opportunity", "converted", "won", "lost")):
        made[state] = tryton.opportunity(
            party=parties[number % 4],
            employee=boss if number % 2 else seller,
            amount=Decimal("100.50") * (number + 1),
        )
    for wanted, path in {
        "opportunity": ("opportunity",),
        "converted": ("opportunity", "converted"),
        "won": ("opportunity", "converted", "won"),
        "lost": ("opportunity", "lost"),
    }.items():
        for state in path:
            tryton.advance(86400)
            tryton.move(made[wanted], state)
    tryton.write(OPPORTUNITY, made["lost"], lost_reason="Too dear")
    tryton.sale(parties[0], state="done", sale_date=date(2026, 11, 5), untaxed_amount=Decimal("90"))
    tryton.sale(parties[1], state="quotation")
    return made


def filled(desk):
    made = fill(desk.hub)
    desk.clock.now = desk.hub.now
    return made


def test_a_second_pull_changes_nothing(desks, small_pages):
    filled(desks)
    run_twice_changes_nothing(desks)


def test_a_killed_pull_is_completed(desk, tryton, clock, small_pages, page_by_page):
    filled(desk)
    killed_anywhere_comes_to_the_same(lambda: desk_at(desk.database, tryton, clock))


def test_trouble_on_the_way_loses_nothing(desk, tryton, clock, small_pages):
    filled(desk)
    trouble_loses_nothing(lambda: desk_at(desk.database, tryton, clock), tryton, RPC)


def test_rows_come_in_as_they_are_meant(desk):
    made = filled(desk)
    desk.done()
    deals, owners, accounts = (desk.rows(one) for one in ("deal", "owner", "account"))
    won = deals[str(made["won"])]
    assert (won.status, won.stage, won.pipeline) == ("won", "Won", "Opportunities")
    assert (won.amount, won.currency) == (Decimal("402.00"), "EUR")
    assert won.created_on == date(2026, 11, 2)
    assert won.closed_on == date(2026, 11, 8)
    assert won.expected_close_on is None
    assert won.qualified_on == date(2026, 11, 6)
    lost = deals[str(made["lost"])]
    assert (lost.status, lost.lost_reason) == ("lost", "Too dear")
    started = deals[str(made["opportunity"])]
    assert (started.status, started.closed_on, started.probability) == ("open", None, 0.5)
    names = {one.name for one in accounts.values()}
    assert {"北京公司", "Müller & Söhne", "[5]", "บริษัท ก"} <= names
    seller = next(one for one in owners.values() if one.name == "สมชาย ใจดี")
    assert (seller.manager, seller.is_active) == ("Ann Lee", True)
    [sold] = desk.rows("purchase").values()
    assert (sold.amount, sold.day, sold.is_refund) == (Decimal(90), date(2026, 11, 5), False)
    assert set(desk.stages()) == {
        "Lead", "Opportunity", "Converted", "Won", "Lost", "Cancelled",
    }  # fmt: skip


def test_every_state_a_deal_went_through_comes_with_its_day(desk):
    made = filled(desk)
    desk.done()
    assert desk.visits(desk.rows("deal")[str(made["won"])]) == [
        ("Lead", "2026-11-02"),
        ("Opportunity", "2026-11-06"),
        ("Converted", "2026-11-07"),
        ("Won", "2026-11-08"),
    ]


def test_what_was_taken_over_began_on_the_day_it_started(desk, tryton):
    one = tryton.opportunity(start_date=date(2026, 3, 1))
    desk.done()
    assert desk.visits(desk.rows("deal")[str(one)]) == [("Lead", "2026-03-01")]


def test_leads_are_the_same_opportunities_seen_from_their_beginning(desk):
    made = filled(desk)
    desk.done()
    leads = desk.rows("lead")
    assert len(leads) == 5
    won = leads[str(made["won"])]
    assert (won.qualified_on, won.converted_on) == (date(2026, 11, 6), date(2026, 11, 7))
    assert won.converted_deal_id == desk.rows("deal")[str(made["won"])].id
    lost = leads[str(made["lost"])]
    assert (lost.converted_on, lost.disqualified_on) == (None, date(2026, 11, 10))


def test_only_what_changed_is_read_again(desk, tryton, small_pages):
    made = filled(desk)
    desk.done()
    desk.later(7200)
    tryton.move(made["lead"], "opportunity")
    added = tryton.opportunity(amount=Decimal(7))
    run = desk.later(60)
    found = stream(run, "opportunities")
    assert (found.created, found.updated) == (1, 1)
    assert found.read < len(desk.rows("deal"))
    deal = desk.rows("deal")[str(made["lead"])]
    assert deal.stage == "Opportunity"
    assert desk.rows("deal")[str(added)].amount == 7


def test_more_rows_than_a_page_may_share_one_instant(desk, tryton, small_pages):
    desk.done()
    made = [tryton.opportunity() for _ in range(8)]
    assert counts(desk.later(60), "opportunities")["created"] == 8
    for one in made:
        tryton.move(one, "opportunity")
    assert counts(desk.later(60), "opportunities")["updated"] == 8


def test_rows_that_change_between_pages_are_not_lost(desk, tryton, small_pages):
    made = [tryton.opportunity(amount=Decimal(1)) for _ in range(8)]

    def change():
        tryton.advance(1)
        tryton.write(OPPORTUNITY, made[0], amount=Decimal(99))
        tryton.opportunity(amount=Decimal(5))

    tryton.after_page(RPC, 9, change)
    desk.done()
    desk.later(60)
    deals = desk.rows("deal")
    assert len(deals) == 9
    assert deals[str(made[0])].amount == 99


def test_what_was_deleted_is_noticed_by_the_daily_look(desk, tryton):
    made = filled(desk)
    desk.done()
    tryton.advance(60)
    tryton.move(made["lead"], "cancelled")
    tryton.delete(OPPORTUNITY, made["lead"])
    desk.later(3600)
    assert str(made["lead"]) in desk.rows("deal")
    asked = len(tryton.calls())
    run = desk.later(90000)
    assert stream(run, "opportunities").deleted == 1
    assert str(made["lead"]) not in desk.rows("deal")
    assert str(made["lead"]) not in desk.rows("lead")
    # The look asks for no history of rows that did not change: only the newest is asked for.
    bodies = [one.body for one in tryton.calls()[asked:] if b"history_revisions" in one.body]
    assert [json.loads(one)["params"][0] for one in bodies] == [[made["lost"]]]
    assert desk.rows("deal")[str(made["won"])].qualified_on == date(2026, 11, 6)


def test_a_cancelled_opportunity_is_over_and_comes_back_when_it_is_reopened(desk, tryton):
    one = tryton.opportunity()
    tryton.move(one, "cancelled")
    desk.done()
    deal = desk.rows("deal")[str(one)]
    assert (deal.stage, deal.status, deal.lost_reason) == ("Cancelled", "lost", None)
    tryton.advance(60)
    tryton.move(one, "lead")
    desk.later(60)
    deal = desk.rows("deal")[str(one)]
    assert (deal.stage, deal.status, deal.closed_on) == ("Lead", "open", None)


def test_a_session_that_ends_on_the_way_is_opened_again(desk, tryton, small_pages):
    filled(desk)
    tryton.after_page(RPC, 6, tryton.sessions.clear)
    desk.done()
    assert len(desk.rows("deal")) == 5
    assert tryton.sessions == {}, "a session was left behind"


def test_a_password_that_is_not_taken_is_said_in_words(desk, tryton):
    tryton.password = "another one"
    run = desk.pull()
    assert (run.status, run.error["code"]) == ("failed", "unauthorized")
    told = run.to_json()["error"]
    assert "password" in told["fix"]
    assert CANARY not in str(told)
    assert desk.connected().needs_reconnect


def test_a_database_that_there_is_not_is_named(shop, tryton, clock):
    settings = {"base_url": tryton.url, "database": "nope", "user": "reader"}
    desk = Desk(shop, tryton, clock, "tryton", settings, {"password": CANARY})
    error = desk.pull().to_json()["error"]
    assert error["code"] == "unknown_database"
    assert "nope" in error["message"]


def test_sales_that_the_user_may_not_read_are_left_out(desk, tryton):
    filled(desk)
    tryton.denied.add("sale.sale")
    run = desk.done()
    assert stream(run, "sales").left_out is not None
    assert len(desk.rows("deal")) == 5


def test_opportunities_that_the_user_may_not_read_are_a_failure(desk, tryton):
    filled(desk)
    tryton.denied.add(OPPORTUNITY)
    run = desk.pull()
    assert run.status == "partial"
    assert "sale.opportunity" in run.to_json()["error"]["message"]


def test_a_burst_of_requests_waits_and_a_server_that_goes_on_refusing_is_left_alone(
    shop, clock, desk, tryton
):
    filled(desk)
    tryton.logins_left = 0
    run = desk.pull()
    assert run.status == "waiting"
    assert run.resume_after > clock.now
    tryton.logins_left = None
    desk.later(600)
    assert len(desk.rows("deal")) == 5


def test_a_row_that_cannot_be_understood_is_counted_and_the_others_are_kept(desk, tryton):
    made = filled(desk)
    tryton.tables[OPPORTUNITY][made["lead"]]["amount"] = "many"
    run = desk.done()
    assert stream(run, "opportunities").rejected == 1
    assert len(desk.rows("deal")) == 4


def test_an_amount_that_is_not_known_is_not_zero(desk, tryton):
    one = tryton.opportunity(amount=None)
    desk.done()
    assert desk.rows("deal")[str(one)].amount is None


def test_a_test_looks_at_every_list_and_at_the_users_companies(desk, tryton):
    assert all(one.ok for one in desk.check())
    tryton.companies = []
    [wrong] = [one for one in desk.check() if not one.ok]
    assert wrong.name == "companies"


def test_win_rate_is_read_from_what_was_synced(desk):
    filled(desk)
    desk.done()
    query = Query("win_rate", date(2026, 11, 1), date(2026, 11, 30), {})
    with desk.session() as session:
        found = readings.read(session, query, today=desk.clock().date(), now=desk.clock())
    told = found.to_json()
    assert (told["numerator"], told["denominator"]) == (1, 2)
