"""The page that says why the CRM shows another number, and the records behind each difference."""

import csv
import io
from datetime import date

import pytest
from sqlmodel import col, select

from goals.metrics import refresh
from goals.records import deletes, writer
from goals.records.connections import Connection, SyncRun
from goals.table import key
from tests.goals.metrics.reconciled import deal
from tests.support import company
from tests.support.site import plain

PAGE = "/metric/revenue/reconcile?from=2026-01-01&to=2026-03-31"


@pytest.fixture
def told(site):
    """A site whose HubSpot has deals in yen, archived ones, and one of which the files know."""
    return fill(site)


def fill(site):
    with site.session() as session:
        hub = Connection(
            workspace_id=site.here, name="Hub", provider="hubspot", records=["deal"],
            created_at=company.NOW, last_success_at=company.NOW,
        )  # fmt: skip
        session.add(hub)
        session.flush()
        run = SyncRun(
            workspace_id=site.here, connection_id=hub.id, started_at=company.NOW, status="done",
            streams=[{"record": "deal", "read": 4, "created": 3, "updated": 1}],
        )  # fmt: skip
        session.add(run)
        session.flush()
        rows = [
            deal("h1", "won", date(2026, 1, 5), date(2026, 2, 1), amount=1000),
            deal("h2", "won", date(2026, 1, 6), date(2026, 2, 2), amount=7, currency="JPY"),
            deal("=h3", "won", date(2026, 1, 7), date(2026, 2, 3), amount=30,
                 url="https://crm.example/h3"),
            deal("h4", "lost", date(2026, 1, 7), date(2026, 2, 3), amount=500),
        ]  # fmt: skip
        writer.write(session, hub.id, run.id, "deal", rows, company.NOW)
        deletes.mark_deleted(
            session, hub.id, run.id, "deal", [key(hub.id, "deal", "=h3")], company.NOW
        )
        refresh.refresh(session)
        site.hub, site.run = hub.id, run.id
    return site


def ours(site):
    """What the site's files have won in the first quarter: 100 each, every third day."""
    return 29 * 100


def page(site, more="", status=200):
    return site.browser().get(f"{PAGE}&connection={site.hub}{more}", status)


def test_the_way_from_theirs_to_ours_is_a_table_of_steps(told):
    text = plain(page(told))
    assert "HubSpot should show $1,000, here it is $3,900" in text
    assert "No exchange rate They are left out until a rate is imported" in text
    assert "1 record less $0" in text
    assert "Other sources They came from elsewhere than HubSpot. 29 records more +$2,900" in text
    assert "Headway shows 30 records $3,900" in text
    assert "1 archived or deleted record counts on neither side." in text


def test_the_page_and_its_lists_say_the_same_on_both_databases(sites):
    fill(sites)
    html = page(sites, "&archived=y&zone=Asia/Bangkok&shows=1030")
    assert "HubSpot should show $1,030, here it is $3,900" in plain(html)
    way = html.partition("step=others")[0].rpartition('href="')[2] + "step=others"
    listed = plain(sites.browser().get(way.replace("&amp;", "&")))
    assert "1 to 29 of 29, newest first." in listed


def test_the_number_of_the_report_is_compared_and_stays_in_its_field(told):
    html = page(told, "&shows=1,000")
    assert 'value="1,000"' in html
    assert "All of the difference of +$2,900 is explained" in plain(html)
    off = page(told, "&shows=1030")
    assert (
        "Of the difference of +$2,870 the steps below explain +$2,900; −$30 is not explained."
        in plain(off)
    )
    # The archived deal is just what is missing.
    assert "It counts archived records: Yes . Then nothing is left unexplained." in plain(off)
    way = off.partition("Then nothing is left")[0].rpartition('href="')[2].partition('"')[0]
    again = told.browser().get(way.replace("&amp;", "&"))
    assert "All of the difference of +$2,870 is explained" in plain(again)
    assert "<details open>" in again


def test_what_is_no_number_or_no_zone_is_told_at_its_field(told):
    html = page(told, "&shows=some")
    assert 'href="#shows"' in html and 'value="some"' in html
    assert "Write the number alone, such as 412 or 16,204,300." in plain(html)
    html = page(told, "&zone=Mars")
    assert 'href="#zone"' in html and "Mars is not a time zone." in plain(html)
    html = page(told, "&counts=rubbish")
    assert "rubbish is not one of same, closed, all." in plain(html)


def test_the_words_of_the_vendor_say_how_to_make_the_same_report(told):
    text = plain(page(told)).partition("The same report in HubSpot")[2]
    assert "Make a report on deals." in text
    assert "Filter it by the outcome: hs_is_closed_won = true" in text
    assert "Date: day closed, 1 Jan to 31 Mar 2026. closedate" in text
    assert "take the amount in company currency" in text


def test_each_step_opens_its_records_with_the_ways_into_the_crm_and_to_the_run(told):
    html = page(told, "&archived=y")
    way = html.partition("step=archived")[0].rpartition('href="')[2] + "step=archived"
    shown = told.browser().get(way.replace("&amp;", "&"))
    text = plain(shown)
    assert text.partition("From theirs to ours ")[2].startswith("Archived")
    assert "=h3" in text and "$30 not counted" in text and "1 to 1 of 1, newest first." in text
    assert 'href="https://crm.example/h3"' in shown
    assert f'href="/data/runs/{told.run}"' in shown
    run = plain(told.browser().get(f"/data/runs/{told.run}"))
    assert "Sync of Hub" in run and "deals 4 3 1 0 0" in run


def test_the_file_of_a_step_holds_every_record_and_no_formula(told):
    path = f"/metric/revenue/reconcile.csv?{PAGE.partition('?')[2]}&connection={told.hub}"
    text = told.browser().client.get(f"{path}&step=others").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(rows) == 29 and {row["before"] for row in rows} == {""}
    assert sum(float(row["after"]) for row in rows) == ours(told)
    text = told.browser().client.get(f"{path}&archived=y&step=archived").get_data(as_text=True)
    [row] = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (row["external_id"], row["before"], row["after"]) == ("'=h3", "30", "")
    assert row["run"] == str(told.run)


def test_records_of_a_step_come_in_pages(told):
    path = PAGE.replace("reconcile?", "reconcile/records?").replace("03-31", "12-31")
    path = f"{path}&connection={told.hub}&step=others"
    first, second = (plain(told.browser().get(f"{path}&page={one}")) for one in (1, 2))
    assert "1 to 50 of 73" in first and "51 to 73 of 73" in second


def test_a_step_that_is_not_there_is_not_found(told):
    for step in ("nonsense", ""):
        path = PAGE.replace("reconcile?", "reconcile/records?")
        told.browser().get(f"{path}&step={step}", status=404)
    told.browser().get("/metric/happiness/reconcile", status=404)
    told.browser().get("/data/runs/1", status=404)


def test_both_parts_of_a_rate_can_be_chosen(told):
    path = PAGE.replace("revenue", "win_rate")
    html = told.browser().get(f"{path}&connection={told.hub}&part=denominator")
    assert "HubSpot should show 3, here it is 32" in plain(html)
    assert "Deals won Deals counted" in plain(html)


def test_numbers_that_no_report_shows_say_so_and_lead_to_their_records(told):
    text = plain(told.browser().get("/metric/data_quality/reconcile"))
    assert "No report of a CRM shows this number as it is" in text
    assert "Deals without a fault" not in text and "See the records" in text
    text = plain(told.browser().get("/metric/churn_rate/reconcile"))
    assert "There is no report to compare with" in text


def test_before_any_record_has_come_the_page_says_what_it_needs(bare_site):
    text = plain(bare_site.browser().get("/metric/revenue/reconcile"))
    assert "No source has brought such records yet" in text and "Go to data" in text


def test_days_that_are_none_are_told(told):
    text = plain(told.browser().get("/metric/revenue/reconcile?from=31-02"))
    assert "“31-02” is no day." in text


def test_the_page_is_reached_from_the_metric_and_from_the_receipt(told):
    html = told.browser().get("/metric/revenue?from=2026-01-01&to=2026-03-31&where=owner=Ann")
    way = html.partition("/metric/revenue/reconcile")[2].partition('"')[0].replace("&amp;", "&")
    assert "Owner Ann" in plain(told.browser().get(f"/metric/revenue/reconcile{way}"))
    receipt = html.partition('href="/receipts/')[2].partition('"')[0]
    assert f"/metric/revenue/reconcile{way.partition('&where')[0]}".split("?")[0] in (
        told.browser().get(f"/receipts/{receipt}")
    )


def test_nothing_of_another_company_is_shown(told):
    other = company.make(told.database, name="Borealis")
    company.win(told.database, other, [(date(2026, 2, 1), 9_999)])
    with told.database.session(other) as session:
        strange = session.exec(
            select(Connection.id).where(col(Connection.workspace_id) == other)
        ).one()
        run = SyncRun(
            workspace_id=other, connection_id=strange, started_at=company.NOW, status="done"
        )
        session.add(run)
        session.flush()
        number = run.id
    # The connection of somebody else is none of ours: the first of ours stands in.
    html = told.browser().get(f"{PAGE}&connection={strange}")
    assert "9,999" not in html and "here it is $3,900" in plain(html)
    told.browser().get(f"/data/runs/{number}", status=404)
