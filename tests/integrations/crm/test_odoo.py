"""Odoo: what is read of a database, what follows its changes, and what goes wrong."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlmodel import col, select

from goals.metrics import readings
from goals.metrics.query import Query
from goals.records.sales import PipelineStage
from integrations import checking
from integrations.crm.odoo.source import Source
from tests.fakes.odoo import FakeOdoo
from tests.fakes.vendor import Rate
from tests.support.crm import CANARY, NOW, Desk, counts, stream
from tests.support.sources import (
    killed_anywhere_comes_to_the_same,
    run_twice_changes_nothing,
    trouble_loses_nothing,
)

#: Half an hour before midnight in the workspace, which is in Bangkok.
LATE = datetime(2026, 10, 5, 16, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def odoo(clock):
    with FakeOdoo(CANARY, now=NOW) as made:
        yield made


@pytest.fixture
def short_pages(monkeypatch):
    """Ask for small pages, so that a few rows are several of them."""
    monkeypatch.setattr(Source, "page_size", 10)


def desk_of(database, odoo, clock, **more):
    settings = {"base_url": odoo.url, "database": "acme", **more}
    return Desk(database, odoo, clock, "odoo", settings, {"api_key": CANARY})


@pytest.fixture
def desk(shop, odoo, clock):
    return desk_of(shop, odoo, clock)


def fill(odoo, deals=25):
    user = odoo.add("res.users", name="สมชาย ใจดี", share=False, sale_team_id=odoo.team)
    firm = odoo.company("北京贸易", website="example.cn")
    buyer = odoo.person("王芳", firm)
    for n in range(deals):
        at = LATE + n * timedelta(hours=1)
        key = odoo.deal(f"Deal {n}", n * 100.0, at=at, user_id=user, partner_id=buyer)
        if n % 3 == 0:
            odoo.move(key, "Proposition", at=at + DAY)
            if n % 2:
                odoo.move(key, "Won", at=at + 3 * DAY)
            else:
                odoo.lose(key, at=at + 3 * DAY)
            odoo.add("calendar.event", name="M", start=at, opportunity_id=key, user_id=user)
    odoo.deal("Lead", 0, type="lead")
    odoo.add("utm.campaign", title="Autumn", name="autumn")


def test_a_pull_brings_all_and_a_second_one_nothing(desk, odoo, short_pages):
    fill(odoo)
    run_twice_changes_nothing(desk)
    assert len(desk.rows("deal")) == 25


@pytest.mark.parametrize("is_admin", [True, False])
def test_killed_anywhere_it_comes_to_the_same(
    shop, odoo, clock, page_by_page, short_pages, is_admin
):
    odoo.is_admin = is_admin
    fill(odoo)
    killed_anywhere_comes_to_the_same(lambda: desk_of(shop, odoo, clock))


@pytest.mark.parametrize("part", ["crm.lead", "mail.tracking", "res.partner"])
def test_trouble_loses_nothing(shop, odoo, clock, short_pages, part):
    fill(odoo)
    trouble_loses_nothing(lambda: desk_of(shop, odoo, clock), odoo, part)


def test_it_is_the_same_on_postgresql(postgres_shop, odoo, clock, short_pages):
    fill(odoo)
    run_twice_changes_nothing(desk_of(postgres_shop, odoo, clock))


def test_a_deal_comes_with_its_people_its_money_and_its_stages(desk, odoo):
    user = odoo.add("res.users", name="สมชาย ใจดี", active=False, share=False)
    firm = odoo.company("北京贸易", country_id=odoo.add("res.country", name="China"))
    buyer = odoo.person("王芳", firm, email="wang@example.cn")
    key = odoo.deal("ข้อเสนอ", 1234.5, at=LATE, user_id=user, partner_id=buyer)
    odoo.move(key, "Proposition", at=datetime(2026, 10, 8, 3, tzinfo=UTC))
    odoo.move(key, "Won", at=datetime(2026, 10, 9, 17, 30, tzinfo=UTC))
    # Tidied up: still won.
    odoo.change("crm.lead", key, active=False)
    desk.done()
    row = desk.rows("deal")[str(key)]
    assert (row.name, row.amount, row.currency) == ("ข้อเสนอ", Decimal("1234.5"), "USD")
    assert (row.status, row.stage, row.pipeline) == ("won", "Won", "ทีมขาย")
    assert (row.created_on, row.closed_on) == (date(2026, 10, 5), date(2026, 10, 10))
    assert row.account_id == desk.rows("account")[str(firm)].id
    contact = desk.rows("contact")[str(buyer)]
    assert (contact.account_id, contact.email) == (row.account_id, "wang@example.cn")
    assert not desk.rows("owner")[str(user)].is_active
    assert desk.visits(row) == [
        ("New", "2026-10-05"),
        ("Proposition", "2026-10-08"),
        ("Won", "2026-10-10"),
    ]


def test_an_archived_deal_is_lost_and_a_restored_one_open(desk, odoo):
    reason = odoo.add("crm.lost.reason", name="แพงเกินไป")
    lost, back = (odoo.deal(name, 5.0, at=LATE) for name in ("Lost", "Back"))
    odoo.lose(lost, reason, at=LATE + DAY)
    odoo.lose(back, reason, at=LATE + DAY)
    odoo.restore(back, at=LATE + 2 * DAY)
    desk.done()
    row = desk.rows("deal")[str(lost)]
    assert (row.status, row.closed_on, row.lost_reason) == (
        "lost",
        date(2026, 10, 6),
        "แพงเกินไป",
    )
    assert desk.visits(row) == [("New", "2026-10-05"), ("New", "2026-10-06")]
    other = desk.rows("deal")[str(back)]
    assert (other.status, other.closed_on, other.closed_at) == ("open", None, None)
    events = [one for one in desk.rows("stage_event").values() if one.deal_id == other.id]
    events.sort(key=lambda one: one.entered_on)
    assert [one.status for one in events] == ["open", "lost", "open"]


def test_without_the_right_to_what_is_tracked_each_pull_notes_where_deals_are(desk, odoo, clock):
    odoo.is_admin = False
    key = odoo.deal("Deal", 5.0, at=LATE)
    desk.done()
    clock.advance(86400)
    odoo.move(key, "Proposition")
    desk.done()
    clock.advance(86400)
    odoo.move(key, "Won")
    desk.done()
    assert desk.visits(desk.rows("deal")[str(key)]) == [
        ("New", "2026-10-05"),
        ("Proposition", "2026-11-03"),
        ("Won", "2026-11-04"),
    ]


def test_users_of_a_portal_are_no_owners(desk, odoo):
    odoo.add("res.users", name="Portal", share=True)
    ann = odoo.add("res.users", name="Ann", share=False)
    desk.done()
    assert desk.rows("owner").keys() == {str(ann)}


def test_stages_stand_in_every_teams_pipeline(desk, odoo):
    odoo.add("crm.team", name="Online")
    odoo.deal("Deal", 1.0)
    desk.done()
    assert desk.stages()["Won"].status == "won"
    with desk.session() as session:
        mine = select(PipelineStage).where(col(PipelineStage.workspace_id) == desk.here)
        found = session.exec(mine).all()
    assert {one.pipeline for one in found} == {"", "ทีมขาย", "Online"}
    assert len(found) == 12


def test_a_lead_becomes_an_opportunity_of_the_same_number(desk, odoo, clock):
    key = odoo.deal("Fair", 0, type="lead", contact_name="王芳", email_from="w@example.cn", at=LATE)
    dead = odoo.deal("Dead", 0, type="lead", at=LATE)
    odoo.lose(dead, at=LATE + DAY)
    desk.done()
    assert desk.rows("deal") == {}
    assert desk.rows("lead")[str(dead)].disqualified_on == date(2026, 10, 6)
    clock.advance(3600)
    odoo.change("crm.lead", key, type="opportunity", date_conversion=odoo.stamp())
    desk.done()
    row = desk.rows("lead")[str(key)]
    assert (row.name, row.converted_on) == ("王芳", date(2026, 11, 2))
    assert row.converted_deal_id == desk.rows("deal")[str(key)].id


def test_activities_are_for_leads_or_for_deals(desk, odoo):
    deal, lead = odoo.deal("Deal", 1.0), odoo.deal("Lead", 0, type="lead")
    call = odoo.add("mail.activity.type", name="Call")
    parts = {"res_model": "crm.lead", "activity_type_id": call, "active": False}
    done = odoo.add("mail.activity", res_id=deal, date_done="2026-10-06", **parts)
    other = odoo.add("mail.activity", res_id=lead, date_done="2026-10-07", **parts)
    odoo.add("mail.activity", res_id=deal, **{**parts, "active": True})
    met = odoo.add("calendar.event", name="M", start=LATE, opportunity_id=deal)
    desk.done()
    rows = desk.rows("activity")
    assert rows.keys() == {f"activity-{done}", f"activity-{other}", f"meeting-{met}"}
    row = rows[f"activity-{done}"]
    assert (row.kind, row.day, row.lead_id) == ("Call", date(2026, 10, 6), None)
    assert row.deal_id == rows[f"meeting-{met}"].deal_id == desk.rows("deal")[str(deal)].id
    assert rows[f"activity-{other}"].lead_id == desk.rows("lead")[str(lead)].id
    odoo.change("calendar.event", met, active=False)
    desk.later(3600)
    assert f"meeting-{met}" not in desk.rows("activity")


def test_only_what_changed_is_asked_for_again(desk, odoo, clock):
    fill(odoo)
    desk.done()
    clock.advance(7200)
    odoo.change("crm.lead", 1, expected_revenue=77.0)
    assert counts(desk.done(), "deals") == {"read": 2, "updated": 1, "unchanged": 1}
    assert desk.rows("deal")["1"].amount == 77


def test_what_was_deleted_or_merged_away_is_found_within_a_day(desk, odoo):
    fill(odoo)
    desk.done()
    odoo.delete("crm.lead", 2)
    odoo.change("crm.lead", 1, name="Merged")
    assert stream(desk.later(3600), "deals").deleted == 0
    assert stream(desk.later(86400), "deals").deleted == 1
    assert "2" not in desk.rows("deal")


def test_rows_of_one_second_and_rows_that_change_between_pages_are_all_read(
    desk, odoo, clock, short_pages
):
    keys = [odoo.deal(f"Deal {n}", 1.0, at=LATE) for n in range(35)]

    def meanwhile():
        odoo.delete("crm.lead", keys[3])
        odoo.change("crm.lead", keys[0], expected_revenue=9.0)

    odoo.after_page("/crm.lead/", 2, meanwhile)
    desk.done()
    assert desk.rows("deal").keys() >= {str(one) for one in keys} - {str(keys[3])}
    desk.later(60)
    assert desk.rows("deal")[str(keys[0])].amount == 9


def test_an_administrator_may_choose_fields_of_ones_own(shop, odoo, clock):
    key = odoo.deal("Deal", 5.0, at=LATE, date_deadline="2026-12-24")
    more = {"fields": '{"deal": {"created_on": "date_deadline"}}'}
    desk = desk_of(shop, odoo, clock, **more)
    desk.done()
    assert desk.rows("deal")[str(key)].created_on == date(2026, 12, 24)


def test_a_row_that_means_nothing_is_counted_and_the_others_kept(desk, odoo):
    odoo.deal("Wrong", "lots")
    right = odoo.deal("Right", "1,100.00")
    run = desk.done()
    assert (stream(run, "deals").rejected, desk.rows("deal").keys()) == (1, {str(right)})


def test_a_burst_is_waited_out(desk, odoo, clock):
    fill(odoo)
    odoo.rate = Rate(3, 2.0)
    desk.done()
    assert clock.waits


@pytest.mark.parametrize("what", ["api_key", "database"])
def test_a_key_that_has_expired_asks_for_a_new_one(desk, odoo, what):
    odoo.deal("Deal", 1.0)
    desk.done()
    setattr(odoo, what, "another")
    run = desk.pull()
    expected = {"api_key": "unauthorized", "database": "refused_404"}[what]
    assert (run.status, run.error["code"]) == ("failed", expected)
    assert desk.connected().needs_reconnect == (what == "api_key")
    assert run.error["fix"]
    assert CANARY not in str(run.to_json())


def test_what_the_user_may_not_read_is_left_out(desk, odoo):
    odoo.deal("Deal", 1.0)
    odoo.forbidden = {"calendar.event", "utm.campaign"}
    assert stream(desk.done(), "meetings").left_out is not None
    odoo.forbidden = {"crm.lead"}
    assert desk.pull().status == "partial"


def test_win_rate_is_read_from_what_was_synced(desk, odoo):
    for n in range(8):
        key = odoo.deal(f"Deal {n}", 100.0, at=LATE)
        if n < 6:
            odoo.move(key, "Won", at=LATE + 4 * DAY)
        else:
            odoo.lose(key, at=LATE + 4 * DAY)
    odoo.deal("Open", 100.0, at=LATE)
    desk.done()
    october = Query("win_rate", date(2026, 10, 1), date(2026, 10, 31))
    with desk.session() as session:
        found = readings.read(session, october, today=date(2026, 11, 2), now=NOW)
    assert (found.figure.value, found.figure.n) == (Decimal("0.75"), 8)


def test_a_look_says_what_can_be_read_and_what_not(desk, odoo):
    odoo.forbidden = {"calendar.event"}
    found = desk.check()
    assert {one.name for one in found if not one.ok} == {"meetings"}
    assert checking.passed(found)
    odoo.api_key = "another"
    [refused] = desk.check()
    assert not refused.ok
    assert refused.fix is not None


def test_a_key_that_ends_in_the_middle_keeps_what_was_read(desk, odoo, page_by_page):
    fill(odoo)
    odoo.after_page("mail.tracking.value", 1, lambda: setattr(odoo, "api_key", "another"))
    run = desk.pull()
    assert (run.status, run.error["code"]) == ("partial", "unauthorized")
    odoo.api_key = CANARY
    desk.done()
    assert len([one for one in desk.rows("deal").values() if not one.is_stub]) == 25


def test_fields_that_were_made_in_the_database_come_along(desk, odoo):
    odoo.own["crm.lead"] = {"x_studio_segment": "char", "x_lines": "one2many"}
    key = odoo.deal("Deal", 1.0, x_studio_segment="กลาง")
    other = odoo.deal("Other", 1.0)
    desk.done()
    assert desk.rows("deal")[str(key)].custom == {"x_studio_segment": "กลาง"}
    assert desk.rows("deal")[str(other)].custom is None
