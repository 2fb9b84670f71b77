"""What becomes of Pipedrive's objects, of their histories and of what changes in them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from goals import workspace
from goals.metrics import readings
from goals.metrics.query import Query
from tests.support.crm import NOW, counts
from tests.support.pipedrive import JANUARY, desk, desk_at, fill, pipe

__all__ = ["desk", "pipe"]


def test_a_deal_keeps_its_money_owner_company_days_and_own_fields(desk, pipe):
    key = fill(pipe)
    desk.done()
    deal = desk.rows("deal")[str(key)]
    [account] = desk.rows("account").values()
    owners = {one.id: one.name for one in desk.rows("owner").values()}
    assert (deal.name, deal.amount, deal.currency) == ("Acme, 5 seats", Decimal("1234.5"), "EUR")
    assert (deal.pipeline, deal.stage, deal.status) == ("Sales", "Closing", "won")
    assert (owners[deal.owner_id], deal.account_id) == ("Ann Lee", account.id)
    # Half past six in the evening in London is the next day in Bangkok.
    assert (deal.created_on, deal.closed_on) == (date(2026, 1, 5), date(2026, 2, 4))
    assert deal.closed_at == datetime(2026, 2, 3, 18, 30, tzinfo=UTC)
    assert deal.custom == {"Plan": "รายปี"}
    assert deal.probability == 0.9


def test_an_open_deal_without_money_has_none_and_only_expects_its_day(desk, pipe):
    fill(pipe)
    desk.done()
    [deal] = [one for one in desk.rows("deal").values() if one.status == "open"]
    assert (deal.amount, deal.currency, deal.closed_on) == (None, None, None)
    assert deal.expected_close_on == date(2026, 12, 24)


def test_an_archived_deal_that_was_lost_is_there_with_its_reason(desk, pipe):
    fill(pipe)
    desk.done()
    [deal] = [one for one in desk.rows("deal").values() if one.status == "lost"]
    assert (deal.name, deal.closed_on, deal.lost_reason) == ("Beta", date(2026, 4, 1), "Price")


def test_people_companies_and_what_was_done_come_with_their_names(desk, pipe):
    fill(pipe)
    desk.done()
    [account] = desk.rows("account").values()
    [contact] = desk.rows("contact").values()
    assert (account.name, account.industry) == ("บริษัท อัคมี จำกัด", "Software")
    assert (account.country, account.region, account.employees) == ("Thailand", "Bangkok", 40)
    assert (contact.name, contact.email) == ("王小明", "joe@acme.example")
    assert contact.account_id == account.id
    done = {one.kind: one.at for one in desk.rows("activity").values()}
    assert done == {
        "call": datetime(2026, 1, 21, 8, tzinfo=UTC),
        "meeting": datetime(2026, 1, 22, 15, tzinfo=UTC),
    }
    former = {one.name: one.is_active for one in desk.rows("owner").values()}
    assert former == {"Ann Lee": True, "Bob Ray": False}


def test_a_goal_for_money_won_is_a_quota_for_each_quarter(desk, pipe):
    fill(pipe)
    pipe.add(
        "goals",
        id="team",
        type={"name": "deals_won"},
        assignee={"type": "team", "id": 1},
        expected_outcome={"target": 1, "tracking_metric": "sum"},
    )
    desk.done()
    quotas = sorted(desk.rows("quota").values(), key=lambda one: one.first_day)
    assert [(one.first_day.month, one.last_day.month) for one in quotas] == [
        (1, 3),
        (4, 6),
        (7, 9),
        (10, 12),
    ]
    assert {(one.amount, one.currency) for one in quotas} == {(Decimal(90000), "THB")}


def test_stages_have_their_chance_only_where_the_pipeline_counts_with_it(desk, pipe):
    pipe.add_pipeline("Partners", ("Met", 100), probable=False)
    desk.done()
    found = {name: (one.status, one.probability) for name, one in desk.stages().items()}
    assert found == {
        "Prospecting": ("open", 0.1),
        "Engaging": ("open", 0.4),
        "Closing": ("open", 0.8),
        "Met": ("open", None),
    }


def test_a_row_that_means_nothing_is_counted_and_the_others_kept(desk, pipe):
    fill(pipe)
    pipe.add_deal("Broken", value="a lot")
    pipe.add_deal("Late", expected_close_date="soon")
    run = desk.done()
    assert counts(run, "deals")["rejected"] == 2
    assert len(desk.rows("deal")) == 3


ODD: tuple[Any, ...] = (
    [],
    {},
    [None],
    {"id": None},
    "\x00ก",
    "1e999999",
    -1,
    True,
    10**40,
    "0000-00-00 00:00:00",
)


@pytest.mark.parametrize("kind", ["deals", "persons", "organizations", "activities", "leads"])
def test_no_value_however_odd_costs_another_row(desk, pipe, kind):
    fill(pipe)
    [pattern] = list(pipe.kinds[kind].values())[:1]
    own = {"id", "add_time", "update_time", "is_deleted", "is_archived"}
    for name in pattern.keys() - own:
        for odd in ODD:
            values = {**pattern, "add_time": JANUARY, name: odd}
            key = f"odd {len(pipe.kinds[kind])}" if kind == "leads" else None
            pipe.add(kind, **{**values, "id": key})
    desk.done()
    good = "deals persons organizations activities leads".split()
    kept = dict(zip(good, ("deal", "contact", "account", "activity", "lead"), strict=True))[kind]
    assert str(pattern["id"]) in desk.rows(kept)


def test_a_deal_comes_with_all_stages_it_went_through(desk, pipe):
    key = fill(pipe)
    desk.done()
    assert desk.visits(desk.rows("deal")[str(key)]) == [
        ("Prospecting", "2026-01-05"),
        ("Engaging", "2026-01-20"),
        ("Closing", "2026-01-25"),
        ("Closing", "2026-02-04"),
    ]
    events = sorted(desk.rows("stage_event").values(), key=lambda one: one.entered_on)
    assert [one.status for one in events if one.deal_id == desk.id("deal", str(key))] == [
        "open",
        "open",
        "open",
        "won",
    ]


def test_moves_between_two_pulls_are_all_seen(desk, pipe):
    key = pipe.add_deal("Quick", at=JANUARY)
    desk.done()
    pipe.move(key, "Engaging", at="2026-11-02T09:30:00Z")
    pipe.move(key, "Prospecting", at="2026-11-02T09:31:00Z")
    pipe.move(key, "Closing", at="2026-11-02T09:32:00Z")
    desk.later()
    assert [stage for stage, _ in desk.visits(desk.rows("deal")[str(key)])] == [
        "Prospecting",
        "Engaging",
        "Prospecting",
        "Closing",
    ]


def test_a_deal_that_is_opened_again_is_open_and_its_win_no_more(desk, pipe):
    key = fill(pipe)
    desk.done()
    pipe.close(key, "open")
    desk.later()
    deal = desk.rows("deal")[str(key)]
    assert (deal.status, deal.closed_on) == ("open", None)
    last = max(
        (one for one in desk.rows("stage_event").values() if one.deal_id == deal.id),
        key=lambda one: (one.entered_on, one.position),
    )
    assert (last.stage, last.status, last.left_on) == ("Closing", "open", None)


def test_a_win_dated_by_hand_happened_on_that_day(desk, pipe):
    key = pipe.add_deal("Dated", at=JANUARY)
    pipe.move(key, "Engaging", at="2026-01-20T10:00:00Z")
    pipe.close(key, "won", at="2026-02-20T10:00:00Z")
    pipe.update("deals", key, won_time="2026-02-10T10:00:00Z")
    desk.done()
    deal = desk.rows("deal")[str(key)]
    assert deal.closed_on == date(2026, 2, 10)
    assert desk.visits(deal)[-1] == ("Engaging", "2026-02-10")


def test_a_stage_that_is_gone_keeps_its_deals_open_under_its_number(desk, pipe):
    key = pipe.add_deal("Old", at=JANUARY)
    pipe.delete("stages", pipe.stage("Prospecting")["id"])
    desk.done()
    deal = desk.rows("deal")[str(key)]
    assert (deal.stage, deal.status) == ("1", "open")


def test_only_what_changed_is_asked_for(desk, pipe):
    fill(pipe)
    desk.done()
    pipe.log.clear()
    pipe.advance(60)
    pipe.add_deal("New")
    run = desk.later()
    assert counts(run, "deals")["created"] == 1
    lists = [one for one in pipe.calls("/api/v2/deals") if "source_lead_id" not in str(one.query)]
    since = {one.query["updated_since"][0] for one in lists if "updated_since" in one.query}
    assert min(since) > "2026-10-01"
    assert pipe.calls("/changelog") == []


def test_a_deal_that_was_deleted_or_merged_is_gone(desk, pipe):
    key = fill(pipe)
    other = pipe.add_deal("Twice", at=JANUARY)
    desk.done()
    pipe.merge(other, into=key)
    run = desk.later()
    assert counts(run, "deals")["deleted"] == 1
    assert str(other) not in desk.rows("deal")
    assert str(key) in desk.rows("deal")


def test_persons_that_are_gone_are_found_within_a_day(desk, pipe):
    fill(pipe)
    for number in range(3):
        pipe.add("persons", name=f"Person {number}", emails=[], org_id=None, owner_id=None)
    desk.done()
    pipe.delete("persons", 2)
    desk.later()
    assert len(desk.rows("contact")) == 4
    desk.later(timedelta(days=1).total_seconds())
    assert len(desk.rows("contact")) == 3


def test_an_activity_that_is_undone_did_not_happen(desk, pipe):
    fill(pipe)
    desk.done()
    pipe.update("activities", 1, done=False)
    desk.later()
    assert [one.kind for one in desk.rows("activity").values()] == ["meeting"]


def test_a_lead_that_becomes_a_deal_stays_and_says_which(desk, pipe):
    key = pipe.add_lead("Asks", source_name="Web")
    pipe.add_lead("Other")
    desk.done()
    pipe.advance(3600)
    desk.clock.now = pipe.now
    deal = pipe.convert(key, "Deal of a lead")
    desk.later()
    # And the next listing of everything does not find that it is gone.
    desk.later(timedelta(days=1).total_seconds())
    lead = desk.rows("lead")[key]
    assert (lead.status, lead.converted_on, lead.source) == ("converted", date(2026, 11, 2), "Web")
    assert lead.converted_deal_id == desk.id("deal", str(deal))


def test_leads_that_are_deleted_while_pages_are_read_hide_no_other(desk, pipe):
    pipe.most = 4
    keys = [pipe.add_lead(f"Lead {number}") for number in range(20)]
    first = sorted(keys)[:2]

    def delete():
        for key in first:
            pipe.delete("leads", key)

    pipe.after_page("/api/v1/leads", 1, delete)
    desk.done()
    assert set(keys) - set(first) <= set(desk.rows("lead"))


def test_a_lead_in_the_archive_is_there_and_one_that_is_gone_is_not(desk, pipe):
    kept, gone = pipe.add_lead("Kept"), pipe.add_lead("Gone")
    pipe.add_lead("Third")
    desk.done()
    pipe.update("leads", kept, is_archived=True)
    pipe.delete("leads", gone)
    desk.later(timedelta(days=1).total_seconds())
    found = {one.name: one.status for one in desk.rows("lead").values()}
    assert found == {"Kept": "archived", "Third": "open"}


def test_rows_of_one_stamp_beyond_a_page_and_rows_changing_between_pages_all_come(desk, pipe):
    pipe.most = 3
    keys = [pipe.add_deal(f"Deal {number}") for number in range(10)]
    desk.done()
    pipe.advance(3600)
    desk.clock.now = pipe.now
    for key in keys:
        pipe.update("deals", key, value=7)

    def change():
        pipe.advance(1)
        pipe.update("deals", keys[0], value=8)

    pipe.after_page("/api/v2/deals", 2, change)
    desk.done()
    assert {one.amount for one in desk.rows("deal").values()} <= {Decimal(7), Decimal(8)}
    desk.later()
    assert desk.rows("deal")[str(keys[0])].amount == 8


def test_an_administrators_choice_of_fields_is_obeyed(shop, pipe, clock):
    key = pipe.add_field("Signed", "date")
    fields = {"deal": {"created_on": f"custom_fields.{key}"}}
    desk = desk_at(shop, pipe, clock, fields=fields)
    deal = pipe.add_deal("Own", custom_fields={key: "2026-05-06"})
    desk.done()
    assert desk.rows("deal")[str(deal)].created_on == date(2026, 5, 6)


def test_the_win_rate_is_read_from_what_came(desk, pipe):
    fill(pipe)
    pipe.close(pipe.add_deal("Third", at=JANUARY), "won", at="2026-02-10T08:00:00Z")
    desk.done()
    query = Query("win_rate", date(2026, 1, 1), date(2026, 6, 30))
    with desk.session() as session:
        today = workspace.of(session).local_day(NOW)
        reading = readings.read(session, query, today=today, now=NOW)
    assert reading.value is not None
    assert float(reading.value) == pytest.approx(2 / 3)
