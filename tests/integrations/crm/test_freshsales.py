"""Freshsales: what is read of an account, what follows its changes, and what goes wrong."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from goals.errors import SourceError
from goals.metrics import readings
from goals.metrics.query import Query
from integrations import checking, crm
from integrations.crm.freshsales import fields
from integrations.terms import Terms
from tests.fakes.freshsales import FakeFreshsales
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
def account(clock):
    with FakeFreshsales(CANARY, now=NOW) as made:
        yield made


def desk_of(database, account, clock):
    settings = {"base_url": account.url + "/crm/sales"}
    return Desk(database, account, clock, "freshsales", settings, {"token": CANARY})


@pytest.fixture
def desk(shop, account, clock):
    return desk_of(shop, account, clock)


def fill(account, deals=25):
    account.largest = 10
    firm = account.add("sales_accounts", name="北京贸易", website="example.cn", at=LATE)
    lead = account.add("lifecycle_stages", name="ผู้สนใจ")
    for n in range(deals):
        at = LATE + n * timedelta(hours=1)
        owner = account.me if n % 4 else None
        key = account.deal(f"Deal {n}", str(n * 100), at=at, sales_account_id=firm, owner_id=owner)
        account.add(
            "contacts", display_name=f"N{n}", sales_account_id=firm, at=at, lifecycle_stage_id=lead
        )
        if n % 3 == 0:
            account.move(key, "Won" if n % 2 else "Lost", at=at + 3 * DAY)
            whose = {"targetable_type": "Deal", "targetable_id": key}
            at_ = account.text(at)
            account.add("tasks", status=1, due_date=at_, at=at, owner_id=account.me, **whose)
            account.add("sales_activities", start_date=at_, at=at, **whose)
    account.add("campaigns", name="Autumn")


def test_a_pull_brings_all_and_a_second_one_nothing(desk, account):
    fill(account)
    run_twice_changes_nothing(desk)
    assert len(desk.rows("deal")) == len(desk.rows("contact")) == 25


def test_killed_anywhere_it_comes_to_the_same(shop, account, clock, page_by_page):
    fill(account)
    killed_anywhere_comes_to_the_same(lambda: desk_of(shop, account, clock))


@pytest.mark.parametrize("part", ["/deals/view", "/contacts/view", "/filters"])
def test_trouble_loses_nothing(shop, account, clock, part):
    fill(account)
    trouble_loses_nothing(lambda: desk_of(shop, account, clock), account, part)


def test_it_is_the_same_on_postgresql(postgres_shop, account, clock):
    fill(account)
    run_twice_changes_nothing(desk_of(postgres_shop, account, clock))


def test_a_deal_comes_with_its_people_its_money_and_its_names(desk, account):
    firm = account.add("sales_accounts", name="北京贸易", number_of_employees=120, country="China")
    reason = account.add("deal_reasons", name="แพงเกินไป")
    campaign = account.add("campaigns", name="Autumn")
    key = account.deal(
        "ข้อเสนอ",
        "1234.50",
        at=LATE,
        owner_id=account.me,
        sales_account_id=firm,
        campaign_id=campaign,
        deal_reason_id=reason,
    )
    account.move(key, "Lost", at=LATE + DAY)
    desk.done()
    row = desk.rows("deal")[str(key)]
    assert (row.name, row.amount, row.currency) == ("ข้อเสนอ", Decimal("1234.5"), "USD")
    assert (row.status, row.stage, row.pipeline) == ("lost", "Lost", "ขายตรง")
    assert (row.created_on, row.closed_on) == (date(2026, 10, 5), date(2026, 10, 6))
    assert (row.lost_reason, row.campaign, row.expected_close_on) == ("แพงเกินไป", "Autumn", None)
    assert row.account_id == desk.rows("account")[str(firm)].id
    assert row.owner_id == desk.rows("owner")[str(account.me)].id
    assert [one.status for one in desk.stages().values()] == ["open", "open", "won", "lost"]


def test_each_pull_notes_where_deals_stand(desk, account, clock):
    key = account.deal("Deal", "5", at=LATE)
    desk.done()
    clock.advance(86400)
    account.move(key, "Negotiation")
    desk.done()
    clock.advance(86400)
    account.change("deals", key, amount="6")
    desk.done()
    account.move(key, "Won")
    desk.done()
    row = desk.rows("deal")[str(key)]
    assert desk.visits(row) == [
        ("New", "2026-10-05"),
        ("Negotiation", "2026-11-03"),
        ("Won", "2026-11-04"),
    ]


def test_the_view_of_all_rows_is_found_whatever_it_is_called(desk, account):
    keys = {account.deal(f"Deal {n}", "1", owner_id=account.me if n else None) for n in range(3)}
    account.views["deals"].reverse()
    desk.done()
    assert desk.rows("deal").keys() == {str(one) for one in keys}


def test_only_what_changed_is_asked_for_again(desk, account, clock):
    fill(account)
    desk.done()
    clock.advance(7200)
    key = next(iter(account.rows["deals"]))
    account.change("deals", key, amount="77")
    asked = len(account.calls("/deals/view"))
    assert counts(desk.done(), "deals") == {"read": 2, "updated": 1, "unchanged": 1}
    # One page of changes, and a look at the two views to find that of all rows.
    assert len(account.calls("/deals/view")) - asked == 3
    assert desk.rows("deal")[str(key)].amount == 77


def test_what_was_deleted_is_found_within_a_day(desk, account):
    fill(account)
    desk.done()
    key = list(account.rows["deals"])[5]
    account.delete("deals", key)
    assert stream(desk.later(3600), "deals").deleted == 0
    assert stream(desk.later(86400), "deals").deleted == 1
    assert str(key) not in desk.rows("deal")


def test_rows_that_change_and_go_between_two_pages_hide_no_others(desk, account):
    fill(account)
    keys = list(account.rows["deals"])

    def meanwhile():
        for key in keys[-5:-1]:
            account.delete("deals", key)
        account.change("deals", keys[0], amount="9")

    # The first two looks only find the view.
    account.after_page("/deals/view", 3, meanwhile)
    desk.done()
    assert desk.rows("deal").keys() >= {str(one) for one in set(keys) - set(keys[-5:-1])}
    desk.later(60)
    assert desk.rows("deal")[str(keys[0])].amount == 9


def test_more_rows_than_a_page_of_one_instant_are_all_read(desk, account, clock):
    account.largest = 10
    keys = {str(account.deal(f"Deal {n}", "1", at=LATE)) for n in range(35)}
    desk.done()
    assert desk.rows("deal").keys() == keys
    clock.advance(3600)
    keys |= {str(account.deal(f"More {n}", "1")) for n in range(25)}
    desk.done()
    assert desk.rows("deal").keys() == keys


def test_activities_are_read_once_a_day_and_only_what_was_done(desk, account):
    deal = account.deal("Deal", "1")
    whose = {"targetable_type": "Deal", "targetable_id": deal}
    done = account.add("tasks", status=1, due_date=account.text(LATE), **whose)
    account.add("tasks", status=0, due_date=account.text(LATE), **whose)
    call = account.add(
        "sales_activities",
        sales_activity_type_id=account.call,
        start_date=account.text(LATE),
        targetable={"type": "Contact", "id": account.add("contacts", display_name="N")},
    )
    ahead = account.text(NOW + DAY / 2)
    met = account.add("appointments", from_date=ahead, end_date=ahead, targetables=[whose])
    desk.done()
    rows = desk.rows("activity")
    assert rows.keys() == {f"task-{done}", f"activity-{call}"}
    assert (rows[f"activity-{call}"].kind, rows[f"task-{done}"].kind) == ("Phone call", "task")
    assert rows[f"task-{done}"].deal_id == desk.rows("deal")[str(deal)].id
    assert rows[f"activity-{call}"].contact_id is not None
    asked = len(account.calls("/tasks"))
    desk.later(3600)
    assert len(account.calls("/tasks")) == asked
    desk.later(86400)
    assert f"appointment-{met}" in desk.rows("activity")


def test_a_contact_says_how_far_it_is(desk, account):
    lead = account.add("lifecycle_stages", name="ผู้สนใจ")
    new = account.add("contact_statuses", name="ใหม่")
    firm = account.add("sales_accounts", name="Acme")
    key = account.add(
        "contacts",
        first_name="王",
        last_name="芳",
        sales_accounts=[{"id": firm, "is_primary": True}],
        lifecycle_stage_id=lead,
        contact_status_id=new,
    )
    desk.done()
    row = desk.rows("contact")[str(key)]
    assert (row.name, row.custom) == ("王 芳", {"lifecycle": "ผู้สนใจ", "status": "ใหม่"})
    assert row.account_id == desk.rows("account")[str(firm)].id


def test_a_row_that_means_nothing_is_counted_and_the_others_kept(desk, account):
    account.deal("Wrong", "lots")
    right = account.deal("Right", "100.00")
    run = desk.done()
    assert (stream(run, "deals").rejected, desk.rows("deal").keys()) == (1, {str(right)})


@pytest.mark.parametrize(("is_told", "seconds"), [(True, 3600), (False, 600)])
def test_an_hour_that_is_used_up_leaves_a_run_that_waits(desk, account, clock, is_told, seconds):
    fill(account)
    account.rate, account.retry_after = Rate(12, 3600.0), is_told
    run = desk.pull()
    assert (run.status, run.error["code"]) == ("waiting", "rate_limited")
    assert abs(run.resume_after - clock() - timedelta(seconds=seconds)) < timedelta(seconds=5)
    clock.now = run.resume_after
    account.rate = None
    desk.done()
    assert len(desk.rows("deal")) == 25


def test_a_burst_is_waited_out(desk, account, clock):
    fill(account)
    account.rate = Rate(5, 2.0)
    desk.done()
    assert clock.waits
    assert len(desk.rows("deal")) == 25


def test_a_key_that_is_not_taken_any_more_asks_for_a_new_one(desk, account):
    account.deal("Deal", "1")
    desk.done()
    account.token = "another"
    run = desk.pull()
    assert (run.status, run.error["code"]) == ("failed", "unauthorized")
    assert desk.connected().needs_reconnect
    assert CANARY not in str(run.to_json())


def test_what_the_user_may_not_read_is_left_out(desk, account):
    account.deal("Deal", "1")
    account.forbidden = {"tasks", "appointments"}
    assert stream(desk.done(), "tasks").left_out is not None
    account.forbidden = {"deals"}
    assert desk.pull().status == "partial"


@pytest.mark.parametrize("tail", ["", "/", "/crm/sales", "/crm/sales/api", "/crm/sales/api/"])
def test_however_much_of_the_address_was_copied(tail):
    assert source("https://acme.myfreshworks.com" + tail).address() == (
        "https://acme.myfreshworks.com/crm/sales/api"
    )


def test_the_old_address_is_refused_at_once():
    with pytest.raises(SourceError) as refused:
        source("https://acme.freshsales.io")
    assert refused.value.code == "setting_wrong"


def source(address):
    terms = Terms({"base_url": address}, {"token": "x"}, "UTC", lambda: NOW, False, lambda _: None)
    return crm.source("freshsales", terms)


def test_a_stage_without_a_forecast_is_won_by_certainty_alone():
    told = [{"name": "P", "deal_stages": [{"id": n, "probability": n} for n in (0, 50, 100)]}]
    assert [one.status for one in fields.stages(told)] == ["open", "open", "won"]


def test_win_rate_is_read_from_what_was_synced(desk, account):
    for n in range(8):
        key = account.deal(f"Deal {n}", "100", at=LATE)
        account.move(key, "Won" if n < 6 else "Lost", at=LATE + 4 * DAY)
    account.deal("Open", "100", at=LATE)
    desk.done()
    october = Query("win_rate", date(2026, 10, 1), date(2026, 10, 31))
    with desk.session() as session:
        found = readings.read(session, october, today=date(2026, 11, 2), now=NOW)
    assert (found.figure.value, found.figure.n) == (Decimal("0.75"), 8)


def test_a_look_says_what_can_be_read_and_what_not(desk, account):
    account.forbidden = {"tasks"}
    found = desk.check()
    assert {one.name for one in found if not one.ok} == {"tasks"}
    assert checking.passed(found)
    account.token = "another"
    [refused] = desk.check()
    assert not refused.ok
    assert refused.fix is not None


def test_a_key_that_ends_in_the_middle_keeps_what_was_read(desk, account, page_by_page):
    fill(account)
    account.after_page("/deals/view", 1, lambda: setattr(account, "token", "another"))
    run = desk.pull()
    assert (run.status, run.error["code"]) == ("partial", "unauthorized")
    account.token = CANARY
    desk.done()
    assert len([one for one in desk.rows("deal").values() if not one.is_stub]) == 25


def test_the_accounts_own_fields_come_along(desk, account):
    key = account.deal("Deal", "1", custom_field={"cf_segment": "กลาง", "cf_none": None})
    desk.done()
    assert desk.rows("deal")[str(key)].custom == {"cf_segment": "กลาง"}
