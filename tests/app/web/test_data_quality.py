"""The page of the data's quality: scores, checks, the records to mend, whose they are."""

import csv
import io
from datetime import date

import pytest
from sqlmodel import col, select, update

from app.accounts import people
from goals.alerts import review
from goals.alerts.outbox import Outbox
from goals.metrics import refresh
from goals.records.record import DirtyDay
from goals.records.sales import Deal, Owner
from tests.app.web.test_settings import changed
from tests.support import company
from tests.support.site import plain

LIST = "/data/quality/records?record=deal&check=amount"


def take_amounts(site, since: date) -> None:
    """Leave the deals that closed from a day on without an amount."""
    with site.session() as session:
        those = select(Deal).where(
            col(Deal.workspace_id) == site.here, col(Deal.closed_on) >= since
        )
        closed = {one.closed_on for one in session.exec(those)}
        session.exec(
            update(Deal)
            .where(col(Deal.workspace_id) == site.here, col(Deal.closed_on) >= since)
            .values(amount=None, url="https://crm.example/deal")
        )
        for day in closed:
            session.merge(
                DirtyDay(workspace_id=site.here, record="deal", column="closed_on", day=day)
            )
        refresh.refresh(session)


@pytest.fixture
def faulty(site):
    """Of 73 deals won, the last 24 have no amount; there is one account."""
    take_amounts(site, date(2026, 6, 1))
    return site


def test_before_there_are_records_the_page_says_what_will_be_checked(bare_site):
    text = plain(bare_site.browser().get("/data/quality"))
    assert "There are no records to check yet" in text


def test_sound_records_are_said_to_be_sound(site):
    text = plain(site.browser().get("/data/quality"))
    assert "All 74 records pass every check" in text
    assert "0 deals have no amount." in text


def test_each_fault_is_counted_and_says_what_to_do(faulty):
    text = plain(faulty.browser().get("/data/quality"))
    # 50 of 74, with the account; 49 of 73 deals.
    assert "67.6% of 74 records pass every check" in text
    assert "67.1% of 73 pass every check" in text
    assert "24 deals have no amount. Write the amount into the deal" in text


def test_the_list_leads_to_each_record_in_the_crm(faulty):
    html = faulty.browser().get(LIST)
    assert html.count('href="https://crm.example/deal"') == 24
    assert "1 to 24 of 24, newest first." in plain(html)
    assert "Write the amount into the deal" in plain(html)


def test_many_records_come_in_pages_and_all_of_them_in_the_file(site):
    take_amounts(site, date(2026, 1, 1))
    visitor = site.browser()
    assert "1 to 50 of 73" in plain(visitor.get(LIST))
    assert "51 to 73 of 73" in plain(visitor.get(f"{LIST}&page=2"))
    file = visitor.client.get(LIST.replace("records?", "records.csv?")).get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(file.removeprefix("\ufeff"))))
    assert len(rows) == 73
    assert {row["fix"] for row in rows} == {
        "Write the amount into the deal, or close it if there is none to expect."
    }


def test_an_owner_finds_their_own_records(faulty):
    company.win(faulty.database, faulty.here, [(date(2026, 6, 2), 0)], owner="Bea")
    with faulty.session() as session:
        bea = session.exec(
            select(Owner).where(col(Owner.workspace_id) == faulty.here, col(Owner.name) == "Bea")
        ).one()
        bea.email = "OWNER@acme.example"
        session.add(bea)
    visitor = faulty.browser()
    assert "My records" in plain(visitor.get("/data/quality"))
    mine = plain(visitor.get("/data/quality?owner=me"))
    assert "One deal has no amount." in mine and "0.0% of 1 records pass" in mine
    assert "1 to 1 of 1" in plain(visitor.get(f"{LIST}&owner=me"))
    assert "1 to 1 of 1" in plain(visitor.get(f"{LIST}&owner={bea.id}"))
    assert "1 to 25 of 25" in plain(visitor.get(f"{LIST}&owner=nobody"))
    faulty.add("Vic", "viewer")
    assert "My records" not in plain(faulty.browser("vic@acme.example").get("/data/quality"))


def test_a_check_that_does_not_exist_is_not_there(site):
    visitor = site.browser()
    for where in ("", "?record=deal&check=colour", "?record=colour&check=amount"):
        visitor.get(f"/data/quality/records{where}", status=404)
        visitor.get(f"/data/quality/records.csv{where}", status=404)


def test_another_company_sees_nothing_of_it(faulty):
    here, faulty.here = faulty.here, company.make(faulty.database, name="Borealis")
    text = plain(faulty.browser("owner@borealis.example").get("/data/quality"))
    assert "There are no records to check yet" in text
    faulty.here = here


def test_a_metric_and_its_receipt_say_how_sound_their_records_are(faulty):
    page = faulty.browser().get("/metric/revenue?from=2026-05-25&to=2026-06-10")
    # Won on 26 and 29 May, and on 1, 4, 7 and 10 June without an amount.
    said = "33.3% of 6 deals pass the checks that matter here. 4 deals have no amount."
    assert said in plain(page)
    number = page.partition('href="/receipts/')[2].partition('"')[0]
    assert said in plain(faulty.browser().get(f"/receipts/{number}"))
    rate = plain(faulty.browser().get("/metric/win_rate?from=2026-05-25&to=2026-06-10"))
    assert "All 6 deals pass the checks that matter here." in rate


@pytest.fixture
def held(faulty):
    """A goal whose alert waits, and its page."""
    with faulty.session() as session:
        owner = people.with_email(session, "owner@acme.example")
        goal = company.revenue_goal(session, target=92_000, owner_id=owner.id)
        review.review(session, now=faulty.now, today=faulty.now.date())
        faulty.page = f"/goals/{goal.id}"
    return faulty


def outbox(site):
    with site.session() as session:
        return session.exec(select(Outbox).where(col(Outbox.workspace_id) == site.here)).one()


def test_the_goal_s_page_says_that_an_alert_waits_and_lets_it_go(held):
    visitor = held.browser()
    text = plain(visitor.get(held.page))
    assert "An alert waits: its number is doubtful." in text
    assert text.count("Doubtful: 14 deals have no amount.") == 1
    # The first look at the data says it beside the share that passes.
    assert "0.0% of 14 deals pass the checks that matter here. 14 deals have no amount." in text
    assert "14 deals have no amount." in plain(visitor.get("/slack"))
    answer = visitor.post(f"/slack/messages/{outbox(held).id}/retry", back="goal")
    assert answer.location == held.page
    assert outbox(held).state == "new"
    assert "An alert waits" not in plain(visitor.get(held.page))


def test_only_editors_may_let_it_go(held):
    held.add("Vic", "viewer")
    visitor = held.browser("vic@acme.example")
    assert "Post anyway" not in plain(visitor.get(held.page))
    visitor.post(f"/slack/messages/{outbox(held).id}/retry", status=403)


def test_without_the_gate_the_alert_goes_out_with_the_next_review(held):
    held.browser().post("/settings", **changed(held, quality_gate="0"))
    assert held.workspace().quality_gate == 0
    with held.session() as session:
        review.review(session, now=held.now, today=held.now.date())
    assert outbox(held).state == "new"
