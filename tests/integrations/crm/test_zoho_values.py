"""What becomes of Zoho's records, of their histories and of what changes in them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from goals import workspace
from goals.metrics import readings
from goals.metrics.query import Query
from tests.support.crm import NOW, counts
from tests.support.zoho import JANUARY, bureau, bureau_at, fill, zoho

__all__ = ["bureau", "zoho"]


def test_a_deal_keeps_its_money_owner_account_days_and_own_fields(bureau, zoho):
    zoho.own_fields = ["Contract_Type", "Regions"]
    key = fill(zoho)
    zoho.update("Deals", key, Contract_Type="รายปี", Regions=["North", "South"])
    bureau.done()
    deal = bureau.rows("deal")[key]
    [account] = bureau.rows("account").values()
    owners = {one.id: one.name for one in bureau.rows("owner").values()}
    assert (deal.name, deal.amount, deal.currency) == ("Acme, 5 seats", Decimal("1234.5"), "EUR")
    assert (deal.pipeline, deal.stage) == ("Standard (Standard)", "Closed Won")
    assert (deal.status, deal.probability) == ("won", 1.0)
    assert (owners[deal.owner_id], deal.account_id) == ("Ann Lee", account.id)
    assert (deal.created_on, deal.closed_on) == (date(2026, 1, 5), date(2026, 2, 4))
    assert (deal.expected_close_on, deal.source, deal.campaign) == (None, "Trade Show", "Fair")
    assert deal.custom == {"Contract Type": "รายปี", "Regions": "North, South"}


def test_an_open_deal_without_money_has_none_and_only_expects_its_day(bureau, zoho):
    fill(zoho)
    bureau.done()
    [deal] = [one for one in bureau.rows("deal").values() if one.status == "open"]
    assert (deal.amount, deal.closed_on, deal.expected_close_on) == (None, None, date(2026, 12, 24))


def test_an_organization_with_one_currency_has_no_field_for_it(bureau, zoho):
    fill(zoho)
    zoho.has_currencies = False
    bureau.done()
    assert {one.currency for one in bureau.rows("deal").values()} == {None}
    assert {one.currency for one in bureau.rows("spend").values()} == {None}


def test_people_companies_and_users_come_with_their_names(bureau, zoho):
    fill(zoho)
    bureau.done()
    [account] = bureau.rows("account").values()
    [contact] = bureau.rows("contact").values()
    assert (account.name, account.employees) == ("บริษัท อัคมี จำกัด", 40)
    assert (account.region, account.country) == ("Bangkok", "Thailand")
    assert (contact.name, contact.account_id) == ("王小明", account.id)
    former = {one.name: one.is_active for one in bureau.rows("owner").values()}
    assert former == {"Ann Lee": True, "Bob Ray": False}


def test_a_converted_lead_says_when_and_into_which_deal(bureau, zoho):
    key = fill(zoho)
    bureau.done()
    found = {one.name: one for one in bureau.rows("lead").values()}
    assert found["Joe"].converted_on == date(2026, 1, 5)
    assert found["Joe"].converted_deal_id == bureau.id("deal", key)
    assert (found["Someone"].status, found["Someone"].converted_on) == ("Contacted", None)


def test_only_what_happened_is_an_activity_and_it_knows_whom_it_was_about(bureau, zoho):
    key = fill(zoho)
    bureau.done()
    found = {one.kind: one for one in bureau.rows("activity").values()}
    assert set(found) == {"call", "meeting", "task"}
    call, meeting = found["call"], found["meeting"]
    assert call.at == datetime(2026, 1, 21, 2, 30, tzinfo=UTC)
    assert (call.deal_id, call.direction) == (bureau.id("deal", key), "outbound")
    assert call.outcome == "Interested"
    assert (meeting.deal_id, meeting.contact_id) == (None, None)
    names = {one.id: one.name for one in bureau.rows("lead").values()}
    assert names[meeting.lead_id] == "Someone"


def test_what_a_campaign_cost_is_spend_on_its_first_day(bureau, zoho):
    fill(zoho)
    bureau.done()
    [spend] = bureau.rows("spend").values()
    campaigns = {one.id: one for one in bureau.rows("campaign").values()}
    assert (spend.day, spend.amount, spend.currency) == (
        date(2026, 1, 10),
        Decimal("812.75"),
        "EUR",
    )
    assert spend.category == "marketing"
    assert campaigns[spend.campaign_id].budget == 900


def test_a_closed_case_was_solved_by_its_last_change(bureau, zoho):
    fill(zoho)
    bureau.done()
    found = {one.topic: one for one in bureau.rows("ticket").values()}
    assert found["Login"].solved_at == NOW
    assert found["Login"].opened_at == datetime(2026, 1, 5, 4, 30, tzinfo=UTC)
    assert found["Invoice"].solved_at is None


@pytest.mark.parametrize("pipelines", [True, False])
def test_stages_say_what_they_mean_with_pipelines_and_without(bureau, zoho, pipelines):
    zoho.has_pipelines = pipelines
    bureau.done()
    found = {name: (one.status, one.probability) for name, one in bureau.stages().items()}
    assert found == {
        "Qualification": ("open", 0.1),
        "Negotiation": ("open", 0.6),
        "Closed Won": ("won", 1.0),
        "Closed Lost": ("lost", 0.0),
    }
    names = {one.pipeline for one in bureau._all(type(bureau.stages()["Closed Won"]))}
    assert names == ({"Standard (Standard)", "Partners"} if pipelines else {""})


def test_a_stage_nobody_knows_keeps_its_name_and_the_deal_open(bureau, zoho):
    key = zoho.add("Deals", Deal_Name="Odd", Stage="เจรจารอบสอง", at=JANUARY)
    bureau.done()
    deal = bureau.rows("deal")[key]
    assert (deal.stage, deal.status) == ("เจรจารอบสอง", "open")


def test_a_row_that_means_nothing_is_counted_and_the_others_kept(bureau, zoho):
    fill(zoho)
    zoho.add("Deals", Deal_Name="Broken", Stage="Negotiation", Amount="a lot")
    zoho.add("Deals", Deal_Name="Late", Stage="Negotiation", Closing_Date="soon")
    run = bureau.done()
    assert counts(run, "deals")["rejected"] == 2
    assert len(bureau.rows("deal")) == 3


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
    "0000-00-00T00:00:00",
)
RECORDS = {
    "Deals": ("deals", "deal", ""),
    "Leads": ("leads", "lead", ""),
    "Accounts": ("accounts", "account", ""),
    "Calls": ("calls", "activity", "call:"),
    "Campaigns": ("campaigns", "campaign", ""),
    "Cases": ("cases", "ticket", ""),
}


@pytest.mark.parametrize("module", RECORDS)
def test_no_value_however_odd_costs_another_row(bureau, zoho, module):
    fill(zoho)
    name, record, prefix = RECORDS[module]
    pattern = next(iter(zoho.rows[module].values()))
    for field in pattern.keys() - {"id", "Created_Time", "Modified_Time"}:
        for odd in ODD:
            zoho.add(module, **{**kept_of(pattern), field: odd})
    for odd in ("?", "0000-00-00T00:00:00"):
        key = zoho.add(module, **kept_of(pattern))
        zoho.rows[module][key]["Created_Time"] = odd
    run = bureau.done()
    assert prefix + pattern["id"] in bureau.rows(record)
    assert counts(run, name)["rejected"] >= 1


def kept_of(pattern):
    return {name: pattern[name] for name in pattern.keys() - {"id", "Modified_Time"}}


def test_a_deal_comes_with_all_stages_it_went_through(bureau, zoho):
    key = fill(zoho)
    bureau.done()
    assert bureau.visits(bureau.rows("deal")[key]) == [
        ("Qualification", "2026-01-05"),
        ("Negotiation", "2026-01-20"),
        ("Closed Won", "2026-02-04"),
    ]


def test_moves_between_two_pulls_are_all_seen_and_only_changed_deals_asked_for(bureau, zoho):
    fill(zoho)
    zoho.advance(60)
    bureau.clock.now = zoho.now
    quick = zoho.add("Deals", Deal_Name="Quick", Stage="Qualification", at=JANUARY)
    bureau.done()
    bureau.later()
    zoho.log.clear()
    zoho.move(quick, "Negotiation", at="2026-11-02T15:30:00+05:30")
    zoho.move(quick, "Qualification", at="2026-11-02T15:31:00+05:30")
    zoho.move(quick, "Closed Lost", at="2026-11-02T15:32:00+05:30")
    bureau.later()
    assert [stage for stage, _ in bureau.visits(bureau.rows("deal")[quick])] == [
        "Qualification",
        "Negotiation",
        "Qualification",
        "Closed Lost",
    ]
    assert {one.path.split("/")[-2] for one in zoho.calls("/Stage_History")} == {quick}


def test_without_a_history_what_moves_between_two_pulls_is_noted(bureau, zoho):
    zoho.histories.clear()
    key = zoho.add("Deals", Deal_Name="Plain", Stage="Qualification", at=JANUARY)
    zoho.histories[key] = []
    bureau.done()
    zoho.advance(3 * 24 * 3600)
    bureau.clock.now = zoho.now
    zoho.update("Deals", key, Stage="Negotiation")
    bureau.done()
    assert bureau.visits(bureau.rows("deal")[key]) == [
        ("Qualification", "2026-11-02"),
        ("Negotiation", "2026-11-05"),
    ]


def test_only_what_changed_is_asked_for_and_nothing_new_is_told_by_its_status(bureau, zoho):
    fill(zoho)
    bureau.done()
    bureau.later(7200)
    bureau.later(7200)
    zoho.log.clear()
    bureau.later(7200)
    lists = [one for one in zoho.calls("/crm/v8/Leads") if not one.path.endswith("deleted")]
    assert [one.status for one in lists] == [200]
    zoho.log.clear()
    zoho.advance(60)
    zoho.update("Leads", next(iter(zoho.rows["Leads"])), Lead_Status="Lost Lead")
    run = bureau.done()
    assert counts(run, "leads")["updated"] == 1


def test_what_was_deleted_is_gone(bureau, zoho):
    key = fill(zoho)
    bureau.done()
    zoho.advance(60)
    zoho.delete("Deals", key)
    zoho.delete("Calls", next(iter(zoho.rows["Calls"])))
    run = bureau.later()
    assert counts(run, "deals")["deleted"] == 1
    assert counts(run, "calls")["deleted"] == 1
    assert key not in bureau.rows("deal")
    assert {one.kind for one in bureau.rows("activity").values()} == {"meeting", "task"}


def test_a_merged_contact_of_which_nobody_tells_is_found_within_a_week(bureau, zoho):
    fill(zoho)
    for name in ("One", "Two", "Three"):
        zoho.add("Contacts", Full_Name=name)
    bureau.done()
    zoho.rows["Contacts"].popitem()
    bureau.later(3600)
    assert len(bureau.rows("contact")) == 4
    bureau.later(8 * 24 * 3600)
    assert len(bureau.rows("contact")) == 3


def test_rows_beyond_the_numbered_pages_come_by_their_tokens(bureau, zoho):
    zoho.most, zoho.by_number = 3, 6
    for number in range(20):
        zoho.add("Contacts", Full_Name=f"Person {number}")
    bureau.done()
    assert len(bureau.rows("contact")) == 20
    assert zoho.calls(status=400) == []
    zoho.advance(3600)
    bureau.clock.now = zoho.now
    # All at one instant, and one once more while the pages are read.
    for key in zoho.rows["Contacts"]:
        zoho.update("Contacts", key, Email="new@example.com")
    first = next(iter(zoho.rows["Contacts"]))

    def change():
        zoho.advance(1)
        zoho.update("Contacts", first, Email="newer@example.com")

    zoho.after_page("/crm/v8/Contacts", 2, change)
    bureau.done()
    bureau.later()
    mails = [one.email for one in bureau.rows("contact").values()]
    assert sorted(set(mails)) == ["new@example.com", "newer@example.com"]
    assert bureau.rows("contact")[first].email == "newer@example.com"


def test_a_page_token_that_ran_out_begins_the_list_again(bureau, zoho):
    zoho.most = 3
    for number in range(10):
        zoho.add("Contacts", Full_Name=f"Person {number}")
    zoho.fault("/crm/v8/Contacts", "http_500", after=2, times=5)
    assert bureau.pull().status == "partial"
    assert bureau.places()["contacts"]["after"] == "0:ttoken1"
    bureau.later(30 * 3600)
    assert len(zoho.calls("/crm/v8/Contacts", 400)) == 1
    assert len(bureau.rows("contact")) == 10


def test_an_organization_with_many_own_fields_keeps_them_all(bureau, zoho):
    zoho.own_fields = [f"Own_{number}" for number in range(120)]
    values = {name: f"value {name}" for name in zoho.own_fields}
    key = zoho.add("Deals", Deal_Name="Wide", Stage="Qualification", at=JANUARY, **values)
    bureau.done()
    assert len(bureau.rows("deal")[key].custom) == 120
    assert zoho.calls(status=400) == []


def test_an_administrators_choice_of_fields_is_asked_for_and_obeyed(shop, zoho, clock):
    zoho.own_fields = ["Signed_On"]
    desk = bureau_at(shop, zoho, clock, fields={"deal": {"closed_on": "Signed_On"}})
    key = zoho.add("Deals", Deal_Name="Own", Stage="Closed Won", Signed_On="2026-05-06")
    desk.done()
    assert desk.rows("deal")[key].closed_on == date(2026, 5, 6)


def test_the_win_rate_is_read_from_what_came(bureau, zoho):
    fill(zoho)
    third = zoho.add("Deals", Deal_Name="Third", Stage="Qualification", at=JANUARY)
    zoho.move(third, "Closed Won", Closing_Date="2026-02-10")
    bureau.done()
    query = Query("win_rate", date(2026, 1, 1), date(2026, 6, 30))
    with bureau.session() as session:
        today = workspace.of(session).local_day(NOW)
        reading = readings.read(session, query, today=today, now=NOW)
    assert reading.value is not None
    assert float(reading.value) == pytest.approx(2 / 3)
