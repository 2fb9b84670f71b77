"""ActiveCampaign: what is read of an account, what follows its changes, and what goes wrong."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from goals.metrics import readings
from goals.metrics.query import Query
from integrations import checking
from integrations.crm.activecampaign import fields
from tests.fakes.activecampaign import LOST, OPEN, WON, FakeActiveCampaign
from tests.fakes.vendor import Rate, RefusedError
from tests.support.crm import CANARY, NOW, Desk, counts, stream
from tests.support.sources import (
    killed_anywhere_comes_to_the_same,
    run_twice_changes_nothing,
    trouble_loses_nothing,
)

#: Half an hour before midnight in the workspace, which is in Bangkok.
LATE = datetime(2026, 10, 5, 16, 30, tzinfo=UTC)


@pytest.fixture
def account(clock):
    with FakeActiveCampaign(CANARY, now=NOW) as made:
        yield made


def desk_of(database, account, clock):
    settings = {"base_url": account.url + "/api/3"}
    return Desk(database, account, clock, "activecampaign", settings, {"token": CANARY})


@pytest.fixture
def desk(shop, account, clock):
    return desk_of(shop, account, clock)


def fill(account, deals=25):
    """Fill an account so that its deals and contacts have more than one page."""
    account.largest = 10
    owner = account.add_user("สมชาย", "ใจดี", "somchai@example.com")
    firm = account.add_account("北京贸易", "example.cn")
    for n in range(deals):
        at = LATE + timedelta(days=1, hours=n)
        key = account.add_deal(f"Deal {n}", str(n * 1000 + 99), owner=owner, account=firm, at=at)
        account.add_contact(f"{n}@example.com", f"N{n}", account=firm if n % 2 else None)
        if n % 3 == 0:
            account.move(key, "Proposal", at=at + timedelta(days=1))
            account.close(key, WON if n % 2 else LOST, at=at + timedelta(days=3))
    account.add_task("Deal", "1", assignee=owner, done=True, outcome=account.interested)
    account.add("campaigns", name="Autumn", sdate="2026-10-01T09:00:00-06:00", ldate=None)
    return owner, firm


def test_a_pull_brings_all_and_a_second_one_nothing(desk, account):
    fill(account)
    run_twice_changes_nothing(desk)
    assert len(desk.rows("deal")) == len(desk.rows("contact")) == 25


def test_killed_anywhere_it_comes_to_the_same(shop, account, clock, page_by_page):
    fill(account)
    killed_anywhere_comes_to_the_same(lambda: desk_of(shop, account, clock))


@pytest.mark.parametrize("part", ["/deals", "/dealActivities", "/contacts"])
def test_trouble_loses_nothing(shop, account, clock, part):
    fill(account)
    trouble_loses_nothing(lambda: desk_of(shop, account, clock), account, part)


def test_it_is_the_same_on_postgresql(postgres_shop, account, clock):
    fill(account)
    run_twice_changes_nothing(desk_of(postgres_shop, account, clock))


def test_a_deal_comes_with_its_people_its_money_and_its_days(desk, account):
    owner = account.add_user("สมชาย", "ใจดี", "somchai@example.com")
    firm = account.add_account("北京贸易")
    key = account.add_deal("ข้อเสนอ", "1872151", owner=owner, account=firm, at=LATE)
    account.move(key, "Negotiation", at=datetime(2026, 10, 8, 3, tzinfo=UTC))
    account.close(key, WON, at=datetime(2026, 10, 9, 17, 30, tzinfo=UTC))
    account.change("deals", key, at=datetime(2026, 10, 20, tzinfo=UTC), title="ข้อเสนอใหม่")
    desk.done()
    row = desk.rows("deal")[key]
    assert (row.name, row.amount, row.currency) == ("ข้อเสนอใหม่", Decimal("18721.51"), "USD")
    assert (row.status, row.stage, row.pipeline) == ("won", "Negotiation", "Sales")
    # 17:30 in UTC is the next day in Bangkok; editing a won deal later does not move its end.
    assert (row.created_on, row.closed_on) == (date(2026, 10, 5), date(2026, 10, 10))
    assert row.expected_close_on is None
    assert desk.rows("owner")[owner].name == "สมชาย ใจดี"
    assert desk.rows("account")[firm].id == row.account_id
    assert desk.visits(row) == [
        ("Prospecting", "2026-10-05"),
        ("Negotiation", "2026-10-08"),
        ("Negotiation", "2026-10-10"),
    ]


def test_a_deal_that_is_opened_again_is_open(desk, account):
    key = account.add_deal("Deal", "100", at=LATE)
    account.close(key, LOST, at=LATE + timedelta(days=1))
    account.close(key, OPEN, at=LATE + timedelta(days=3))
    desk.done()
    row = desk.rows("deal")[key]
    assert (row.status, row.closed_on, row.closed_at) == ("open", None, None)
    events = sorted(desk.rows("stage_event").values(), key=lambda one: one.entered_on)
    assert [one.status for one in events] == ["open", "lost", "open"]


def test_a_closing_that_was_not_logged_is_taken_from_the_last_change(desk, account):
    key = account.add_deal("Deal", "100", at=LATE)
    account.change("deals", key, at=LATE + timedelta(days=2), status=WON)
    desk.done()
    row = desk.rows("deal")[key]
    assert (row.status, row.closed_on) == ("won", date(2026, 10, 7))
    assert desk.visits(row)[-1] == ("Prospecting", "2026-10-07")


def test_only_what_changed_is_asked_for_again(desk, account, clock):
    fill(account, deals=30)
    desk.done()
    clock.advance(7200)
    key = account.add_deal("New", "5")
    account.move("7", "Negotiation")
    asked = len(account.calls("/dealActivities"))
    run = desk.done()
    assert counts(run, "deals") == {"read": 3, "created": 1, "updated": 1, "unchanged": 1}
    # Beside those two, only the one that was changed last before them is looked at again.
    assert len(account.calls("/dealActivities")) - asked == 3
    assert desk.rows("deal")["7"].stage == "Negotiation"
    assert desk.rows("deal")[key].amount == Decimal("0.05")


def test_what_was_deleted_is_found_within_a_day(desk, account, clock):
    fill(account, deals=30)
    desk.done()
    account.delete("deals", "7")
    assert stream(desk.later(3600), "deals").deleted == 0
    asked = len(account.calls("/dealActivities"))
    run = desk.later(86400)
    assert stream(run, "deals").deleted == 1
    assert "7" not in desk.rows("deal")
    # The listing of everything asks for no activities; that of changes finds the newest again.
    assert len(account.calls("/dealActivities")) - asked == 1


def test_rows_deleted_between_two_pages_hide_no_others(desk, account):
    keys = [account.add_deal(f"Deal {n}", at=LATE + timedelta(hours=n)) for n in range(250)]

    def delete_some():
        for key in keys[10:15]:
            account.delete("deals", key)

    account.after_page("/api/3/deals", 1, delete_some)
    desk.done()
    assert desk.rows("deal").keys() >= set(keys) - set(keys[10:15])


def test_more_rows_than_a_page_of_one_instant_are_all_read(desk, account):
    keys = {account.add_deal(f"Deal {n}", at=LATE) for n in range(230)}
    desk.done()
    assert desk.rows("deal").keys() == keys


def test_tasks_are_activities_once_they_are_done(desk, account, clock):
    owner = account.add_user("Ann", "Lee", "ann@example.com")
    deal = account.add_deal("Deal")
    done = account.add_task(
        "Deal", deal, assignee=owner, due=LATE, done=True, outcome=account.interested
    )
    open_ = account.add_task("Deal", deal)
    desk.done()
    row = desk.rows("activity")[done]
    assert (row.kind, row.outcome, row.day) == ("Call", "Interested", date(2026, 10, 5))
    assert row.deal_id == desk.rows("deal")[deal].id
    assert open_ not in desk.rows("activity")
    account.change("dealTasks", open_, status=1)
    desk.later(3600)
    assert open_ in desk.rows("activity")


def test_a_row_that_means_nothing_is_counted_and_the_others_kept(desk, account):
    wrong, right = account.add_deal("Wrong", "lots"), account.add_deal("Right", "100")
    run = desk.done()
    assert (stream(run, "deals").rejected, desk.rows("deal").keys()) == (1, {right})
    account.change("deals", wrong, value="200")
    desk.later(3600)
    assert desk.rows("deal")[wrong].amount == 2


def test_a_burst_is_waited_out(shop, clock):
    with FakeActiveCampaign(CANARY, now=NOW, rate=(5, 1.0)) as account:
        fill(account, deals=30)
        desk = desk_of(shop, account, clock)
        desk.done()
        assert clock.waits
        assert len(account.calls(status=429)) * 3 < len(account.log)


def test_a_long_refusal_leaves_a_run_that_waits(desk, account, clock):
    fill(account, deals=3)
    account.rate = Rate(2, 3600.0)
    refused = RefusedError(429, {"message": "Too many"}, {"Retry-After": "3600"})
    account.limited = lambda request, seconds: refused
    run = desk.pull()
    assert (run.status, run.error["code"]) == ("waiting", "rate_limited")
    assert run.resume_after == clock() + timedelta(hours=1)


def test_a_key_that_is_not_taken_any_more_asks_for_a_new_one(desk, account):
    account.add_deal("Deal")
    desk.done()
    account.token = "another"
    run = desk.pull()
    assert (run.status, run.error["code"]) == ("failed", "unauthorized")
    assert desk.connected().needs_reconnect
    assert CANARY not in str(run.to_json())
    assert desk.rows("deal")


def test_what_the_user_may_not_read_is_left_out(desk, account):
    account.add_deal("Deal")
    account.forbidden = {"dealTasks"}
    run = desk.done()
    assert stream(run, "tasks").left_out is not None
    assert desk.rows("deal")


def test_an_error_with_status_200_is_no_empty_list(desk, account, clock):
    fill(account, deals=3)
    desk.done()
    account.odd = {"users"}
    clock.advance(90000)
    run = desk.pull()
    assert (run.status, run.error["code"]) == ("partial", "refused_200")
    assert desk.rows("owner")


def test_win_rate_is_read_from_what_was_synced(desk, account):
    for n in range(8):
        key = account.add_deal(f"Deal {n}", "100", at=LATE)
        account.close(key, WON if n < 6 else LOST, at=LATE + timedelta(days=5))
    account.add_deal("Open", "100", at=LATE)
    desk.done()
    october = Query("win_rate", date(2026, 10, 1), date(2026, 10, 31))
    with desk.session() as session:
        found = readings.read(session, october, today=date(2026, 11, 2), now=NOW)
    assert (found.figure.value, found.figure.n) == (Decimal("0.75"), 8)


def test_texts_are_read_as_the_vendor_writes_them():
    assert fields.told("0000-00-00 00:00:00") is None
    assert fields.told("0000-00-00") is None
    moves = fields.changes(
        [
            {"id": "3", "dataType": "stage", "dataId": "8", "dataOldval": "7", "cdate": "x"},
            {"id": "2", "dataType": "status", "dataId": "9", "cdate": "2026-01-02T00:00:00Z"},
            {"id": "1", "dataType": "note", "dataId": "9", "cdate": "2026-01-02T00:00:00Z"},
            {
                "id": "4",
                "dataType": "d_stageid",
                "d_stageid": "0",
                "dataId": "8",
                "dataOldval": "7",
                "cdate": "2026-01-01T00:00:00Z",
            },
            {
                "id": "5",
                "dataType": "stage",
                "d_stageid": "9",
                "deleted": "1",
                "cdate": "2026-01-01T00:00:00Z",
            },
        ]
    )
    assert [(one.stage, one.was, one.status) for one in moves] == [("8", "7", None)]


def test_a_look_says_what_can_be_read_and_what_not(desk, account):
    account.forbidden = {"campaigns"}
    found = desk.check()
    assert {one.name for one in found if not one.ok} == {"campaigns"}
    assert checking.passed(found)
    account.token = "another"
    [refused] = desk.check()
    assert not refused.ok
    assert refused.fix is not None


def test_a_key_that_ends_in_the_middle_keeps_what_was_read(desk, account, page_by_page):
    fill(account)
    account.after_page("/dealActivities", 1, lambda: setattr(account, "token", "another"))
    run = desk.pull()
    assert (run.status, run.error["code"]) == ("partial", "unauthorized")
    account.token = CANARY
    desk.done()
    assert len([one for one in desk.rows("deal").values() if not one.is_stub]) == 25
