"""What HubSpot knows around deals: activities, tickets, surveys, quotas, campaigns, products."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.fakes.hubspot.hub import FakeHubSpot
from tests.support.crm import CANARY, NOW, Office, changes, counts, stream
from tests.support.sources import killed_anywhere_comes_to_the_same, page_by_page

MORNING = "2026-03-02T02:00:00Z"
KINDS = ("calls", "emails", "meetings", "tasks")


__all__ = ["page_by_page"]


def fill(hub):
    """Put one of everything around a deal; returns the ids by what they are."""
    ann = hub.add_owner("Ann", "Lee")
    company = hub.add_company("อัคมี จำกัด")
    contact = hub.add_contact("joe@acme.example", firstname="志明", lastname="王")
    deal = hub.add_deal("Seats", company=company, owner=ann, amount=900, stage="Engaging")
    about = {"hs_timestamp": MORNING, "hubspot_owner_id": ann}
    made = {
        "calls": hub.add(
            "calls",
            hs_call_direction="OUTBOUND",
            hs_call_disposition="f240bbac-87c9-4f6e-bf70-924b57d47db7",
            **about,
        ),
        "emails": hub.add(
            "emails", hs_email_direction="INCOMING_EMAIL", hs_email_status="SENT", **about
        ),
        "meetings": hub.add("meetings", hs_meeting_outcome="COMPLETED", **about),
        "tasks": hub.add(
            "tasks",
            hs_task_status="COMPLETED",
            hs_task_completion_date="2026-03-03T20:00:00Z",
            **about,
        ),
    }
    for kind, key in made.items():
        hub.associate(kind, key, "deals", deal)
        hub.associate(kind, key, "contacts", contact)
    ticket = hub.add(
        "tickets",
        subject="Does not start",
        hs_ticket_category="PRODUCT_ISSUE",
        hs_ticket_priority="HIGH",
        hubspot_owner_id=ann,
        first_agent_reply_date="2026-03-02T03:30:00Z",
        at=MORNING,
    )
    hub.associate("tickets", ticket, "companies", company, primary=True)
    answer = hub.add(
        "feedback_submissions",
        hs_survey_type="NPS",
        hs_value=9,
        hs_content="ดีมาก",
        hs_submission_timestamp=MORNING,
    )
    quota = hub.add(
        "goal_targets",
        hs_goal_name="Q1",
        hs_target_amount="150000.50",
        hs_start_datetime="2026-01-01T00:00:00Z",
        hs_end_datetime="2026-03-31T16:59:59.999Z",
        hs_assignee_user_id=hub.owners[0].user,
        hs_kpi_unit_type="currency",
    )
    campaign = hub.add_campaign(
        "春节", starts="2026-02-01", ends="2026-02-28", budget=5000, currency="THB"
    )
    hub.add_spend(campaign, "1200.25", at=MORNING)
    return made | {
        "deal": deal, "contact": contact, "owner": ann, "company": company, "ticket": ticket,
        "answer": answer, "quota": quota, "campaign": campaign,
    }  # fmt: skip


def test_what_was_done_comes_with_its_deal_contact_and_owner(offices):
    made = fill(offices.hub)
    offices.done()
    found = offices.rows("activity")
    assert set(found) == {f"{kind[:-1]}:{made[kind]}" for kind in KINDS}
    told = {
        one.kind: (one.direction, one.outcome, one.at, one.day.isoformat())
        for one in found.values()
    }
    at = datetime(2026, 3, 2, 2, tzinfo=UTC)
    assert told == {
        "call": ("outbound", "Connected", at, "2026-03-02"),
        "email": ("inbound", "SENT", at, "2026-03-02"),
        "meeting": (None, "COMPLETED", at, "2026-03-02"),
        # Eight in the evening in London is three in the morning of the next day in Bangkok.
        "task": (None, "COMPLETED", datetime(2026, 3, 3, 20, tzinfo=UTC), "2026-03-04"),
    }
    for one in found.values():
        assert one.deal_id == offices.id("deal", made["deal"])
        assert one.contact_id == offices.id("contact", made["contact"])
        assert one.owner_id == offices.id("owner", made["owner"])


def test_a_change_of_an_activity_keeps_what_it_is_linked_to(office):
    made = fill(office.hub)
    office.done()
    office.clock.advance(3600)
    office.hub.update(
        "calls", made["calls"], hs_call_disposition="73a0d17f-1163-4015-bdd5-ec830791da20"
    )
    office.done()
    call = office.rows("activity")[f"call:{made['calls']}"]
    assert (call.outcome, call.deal_id) == ("No answer", office.id("deal", made["deal"]))


def test_a_full_pull_of_one_kind_of_activity_leaves_the_others_alone(office):
    made = fill(office.hub)
    more = [office.hub.add("calls", hs_timestamp=MORNING) for _ in range(3)]
    office.done()
    office.hub.delete("calls", more[0])
    run = office.later(full=True)
    assert {name: stream(run, name).deleted for name in KINDS} == {
        "calls": 1, "emails": 0, "meetings": 0, "tasks": 0,
    }  # fmt: skip
    left = set(office.rows("activity"))
    assert len(left) == 6 and f"call:{more[0]}" not in left
    assert f"email:{made['emails']}" in left


def test_activities_that_are_archived_go_and_those_of_the_same_id_stay(office):
    hub = office.hub
    call, mail = (hub.add(kind, hs_timestamp=MORNING) for kind in ("calls", "emails"))
    assert call == mail
    office.done()
    hub.archive("calls", call)
    office.later()
    assert set(office.rows("activity")) == {f"email:{mail}"}


def test_a_task_counts_once_it_is_done_and_no_longer_when_it_is_opened_again(office):
    hub = office.hub
    task = hub.add("tasks", hs_task_status="NOT_STARTED", hs_timestamp="2026-03-09T02:00:00Z")
    assert counts(office.done(), "tasks") == {"read": 1, "unchanged": 1}
    assert office.rows("activity") == {}
    office.clock.advance(3600)
    hub.update("tasks", task, hs_task_status="COMPLETED")
    office.done()
    # Nobody wrote down when it was done: it was then when it was due.
    assert [one.day for one in office.rows("activity").values()] == [date(2026, 3, 9)]
    office.clock.advance(3600)
    hub.update("tasks", task, hs_task_status="NOT_STARTED")
    office.done()
    assert office.rows("activity") == {}


def test_an_activity_without_a_time_is_counted_as_rejected(office):
    office.hub.add("calls")
    kept = office.hub.add("calls", hs_timestamp=MORNING)
    assert stream(office.done(), "calls").rejected == 1
    assert set(office.rows("activity")) == {f"call:{kept}"}


def test_a_ticket_tells_when_it_came_was_answered_and_was_solved(offices):
    made = fill(offices.hub)
    offices.done()
    ticket = offices.rows("ticket")[made["ticket"]]
    assert ticket.opened_at == datetime(2026, 3, 2, 2, tzinfo=UTC)
    assert ticket.first_reply_at - ticket.opened_at == timedelta(minutes=90)
    assert (ticket.topic, ticket.priority, ticket.status) == ("PRODUCT_ISSUE", "HIGH", "New")
    assert ticket.solved_at is None
    assert ticket.account_id == offices.id("account", made["company"])
    offices.clock.advance(3600)
    offices.hub.move(made["ticket"], "Closed", at="2026-03-04T18:00:00Z", kind="tickets")
    offices.done()
    ticket = offices.rows("ticket")[made["ticket"]]
    assert (ticket.status, ticket.solved_on) == ("Closed", date(2026, 3, 5))
    assert ticket.account_id == offices.id("account", made["company"])
    # The stages of tickets are none of deals.
    assert "Closed" not in offices.stages()


def test_a_ticket_that_is_opened_again_is_not_solved(office):
    ticket = office.hub.add("tickets", subject="Again", hs_pipeline_stage="Closed", at=MORNING)
    office.hub.update("tickets", ticket, closed_date="2026-03-03T00:00:00Z")
    office.done()
    assert office.rows("ticket")[ticket].solved_on == date(2026, 3, 3)
    office.clock.advance(3600)
    office.hub.update("tickets", ticket, hs_pipeline_stage="Waiting on contact")
    office.done()
    assert office.rows("ticket")[ticket].solved_at is None


def test_answers_to_surveys_come_with_their_scale(office):
    fill(office.hub)
    office.hub.add(
        "feedback_submissions", hs_survey_type="CSAT", hs_value=5, hs_submission_timestamp=MORNING
    )
    office.hub.add("feedback_submissions", hs_survey_type="CUSTOM", hs_content="no score")
    office.done()
    told = sorted(
        (one.kind, one.scale, one.score, one.comment)
        for one in office.rows("survey_answer").values()
    )
    assert told == [("csat", None, Decimal(5), None), ("nps", "0-10", Decimal(9), "ดีมาก")]


def test_goals_in_money_become_the_quotas_of_their_owners(offices):
    made = fill(offices.hub)
    about = {"hs_start_datetime": "2026-01-01T00:00:00Z", "hs_end_datetime": "2026-03-31T00:00:00Z"}
    offices.hub.add("goal_targets", hs_target_amount=100, hs_kpi_unit_type="number",
                    hs_assignee_user_id=offices.hub.owners[0].user, **about)  # fmt: skip
    offices.hub.add("goal_targets", hs_target_amount=100, **about)
    offices.done()
    [quota] = offices.rows("quota").values()
    assert quota.owner_id == offices.id("owner", made["owner"])
    assert (quota.first_day, quota.last_day) == (date(2026, 1, 1), date(2026, 3, 31))
    assert quota.amount == Decimal("150000.50")


def test_campaigns_come_with_their_budget_and_what_was_paid(offices):
    made = fill(offices.hub)
    offices.done()
    [campaign] = offices.rows("campaign").values()
    assert (campaign.name, campaign.budget, campaign.currency) == ("春节", Decimal(5000), "THB")
    assert (campaign.started_on, campaign.ended_on) == (date(2026, 2, 1), date(2026, 2, 28))
    [paid] = offices.rows("spend").values()
    assert (paid.amount, paid.currency, paid.day) == (Decimal("1200.25"), "THB", date(2026, 3, 2))
    assert (paid.category, paid.campaign_id) == ("marketing", campaign.id)
    assert campaign.external_id == made["campaign"]


def test_what_is_paid_without_a_stamp_comes_within_a_day_and_what_goes_goes(office):
    hub = office.hub
    kept = hub.add_campaign("Spring", budget=100)
    gone = hub.add_campaign("Autumn", budget=100)
    more = hub.add_campaign("Winter")
    for one in (kept, gone, more):
        hub.add_spend(one, 10)
    office.done()
    office.later(3600)
    hub.add_spend(kept, 7)
    hub.remove_campaign(gone)
    office.later(25 * 3600)
    assert sorted(one.amount for one in office.rows("spend").values()) == [7, 10, 10]
    assert {one.name for one in office.rows("campaign").values()} == {"Spring", "Winter"}


def test_money_is_asked_only_of_campaigns_that_changed(office):
    hub = office.hub
    campaigns = [hub.add_campaign(f"Campaign {n}") for n in range(5)]
    for name in ("First", "Second"):
        office.later(1800)
        hub.rename_campaign(campaigns[0], name)
    office.later(1800)
    office.later(1800)
    before = len(hub.calls("/marketing"))
    office.clock.advance(1800)
    hub.rename_campaign(campaigns[3], "Another")
    office.done()
    asked = [one.path for one in hub.calls("/marketing")[before:] if "budget" in one.path]
    # The last change of before is looked at again: something else may have changed with it.
    ids = [campaigns[0], campaigns[3]]
    assert asked == [f"/marketing/campaigns/2026-09/{one}/budget/totals" for one in ids]
    assert "Another" in {one.name for one in office.rows("campaign").values()}


def test_a_deal_has_the_product_that_costs_most_and_the_price_of_the_list(offices):
    hub = offices.hub
    pro, basic = hub.add("products", name="Pro", price=100), hub.add("products", name="Basic")
    deal, bare = hub.add_deal("Two lines", amount=210), hub.add_deal("None")
    lines = [
        hub.add("line_items", name="Pro", price="100", quantity=2, hs_product_id=pro),
        hub.add("line_items", name="Basic", price="25.5", quantity=2, hs_product_id=basic),
    ]
    for line in lines:
        hub.associate("deals", deal, "line_items", line)
    offices.done()
    rows = offices.rows("deal")
    assert (rows[deal].product_id, rows[deal].list_price) == (offices.id("product", pro), 251)
    assert (rows[bare].product_id, rows[bare].list_price) == (None, None)
    offices.clock.advance(3600)
    hub.update("line_items", lines[1], quantity=8)
    hub.update("deals", deal, amount=304)
    offices.done()
    assert offices.rows("deal")[deal].product_id == offices.id("product", basic)


def test_an_account_without_line_items_is_asked_for_none_with_each_page(office):
    office.hub.add_deal("One")
    office.done()
    assert office.hub.calls("/crm/associations/2026-09/deals/line_items") == []


@pytest.mark.parametrize("kind", ["emails", "goal_targets", "tickets", "campaigns"])
def test_what_the_key_may_not_see_is_told_and_the_rest_is_read(shop, clock, kind):
    from integrations.crm.hubspot import scopes

    every = {scopes.scope(one) for one in scopes.LEFT_OUT}
    every |= {f"crm.objects.{one}.read" for one in ("deals", "owners", "line_items")}
    with FakeHubSpot(CANARY, now=NOW, scopes=every - {scopes.scope(kind)}) as hub:
        fill(hub)
        office = Office(shop, hub, clock)
        run = office.done()
        assert scopes.scope(kind) in str(stream(run, kind).to_json("en")["left_out"])
        assert "meetings" not in {one.name for one in run.streams if one.left_out}
        assert office.rows("deal")


def test_all_of_it_twice_changes_nothing(offices):
    fill(offices.hub)
    offices.done()
    assert changes(offices.done()) == 0
    assert changes(offices.later(7200)) == 0
    assert changes(offices.done(full=True)) == 0


def test_a_pull_that_is_killed_anywhere_comes_to_the_same(shop, hub, clock, page_by_page):
    fill(hub)
    killed_anywhere_comes_to_the_same(lambda: Office(shop, hub, clock))
