"""Two sources side by side on a page: what both hold, the day from which the new one counts."""

import csv
import io
import re
from datetime import date
from urllib.parse import urlencode

import pytest
from sqlmodel import col, select

from goals.metrics import limits, readings, refresh
from goals.metrics.query import Query
from goals.records import writer
from goals.records.connections import Connection, SyncRun
from integrations.files import importing
from tests.goals.metrics import parallel
from tests.support import company
from tests.support.site import plain

PAGE = "/data/parallel"


def deal(name, status, created, closed, amount, **more):
    row = {"external_id": name, "name": name, "status": status, "created_on": created}
    stage = {"open": "Talk", "won": "Won", "lost": "Lost"}[status]
    return {**row, "closed_on": closed, "amount": amount, "stage": stage, **more}


def old_deals():
    """A deal won every month of the year so far, one of them dearer, and one that only it has."""
    won = [
        deal(f"Deal {month}", "won", date(2026, month, 2), date(2026, month, 20), 100 * month)
        for month in range(1, 8)
    ]
    return [*won, deal("<b>Only & old</b>", "open", date(2026, 3, 1), None, 77)]


def new_deals():
    rows = [{**one, "external_id": f"n{place}"} for place, one in enumerate(old_deals()[:-1])]
    rows[6]["amount"] = 650
    rows[6]["url"] = "https://crm.example/n6"
    return rows


@pytest.fixture
def both(bare_site):
    """A site with two CRMs, of which the new one has all but one deal and another amount."""
    return fill(bare_site)


def fill(site):
    with site.session() as session:
        for place, (name, rows) in enumerate((("Old CRM", old_deals()), ("新 CRM", new_deals()))):
            crm = Connection(
                workspace_id=site.here, name=name, provider="hubspot", records=["owner", "deal"],
                created_at=company.NOW.replace(minute=place), last_success_at=company.NOW,
            )  # fmt: skip
            session.add(crm)
            session.flush()
            run = SyncRun(
                workspace_id=site.here, connection_id=crm.id, started_at=company.NOW,
                status="done", streams=[],
            )  # fmt: skip
            session.add(run)
            session.flush()
            owner = {"external_id": f"o{place}", "name": "Ann", "email": "ann@acme.example"}
            writer.write(session, crm.id, run.id, "owner", [owner], company.NOW)
            writer.write(session, crm.id, run.id, "deal", rows, company.NOW)
        refresh.refresh(session)
        found = select(Connection).where(col(Connection.workspace_id) == site.here)
        ids = {one.name: one.id for one in session.exec(found)}
    site.old, site.new = ids["Old CRM"], ids["新 CRM"]
    site.pair = f"old={site.old}&new={site.new}&from=2026-01-01&to=2026-07-31"
    return site


def revenue(site):
    query = Query("revenue", date(2026, 1, 1), date(2026, 7, 31))
    with site.session() as session:
        found = readings.read(session, query, today=date(2026, 8, 14), now=site.now, keep=False)
        return found.value


def test_it_is_said_that_two_sources_count_the_same(both):
    for page in ("/data", "/metric/revenue?from=2026-01-01&to=2026-07-31"):
        text = plain(both.browser().get(page))
        assert "Old CRM and 新 CRM hold the same deals (6 of the 7 newest" in text
        assert "Compare them and choose" in text
    assert revenue(both) == 5550


def test_the_page_tells_what_both_have_and_what_one_lacks(both):
    text = plain(both.browser().get(f"{PAGE}?{both.pair}"))
    assert "Old CRM beside 新 CRM" in text
    assert "Both count on every day, so what both hold counts twice" in text
    assert "deals matched by name, amount and day closed: 6; by name and day created: 1" in text
    assert "owners matched by e-mail address: 1 They exist twice" in text
    assert "Revenue $2,800 $2,750 -$50" in text.replace("−", "-")


def test_a_list_leads_to_the_records_and_is_a_file(both):
    browser = both.browser()
    text = plain(browser.get(f"{PAGE}/records?{both.pair}&record=deal&group=different"))
    assert "In both, but different: deals" in text
    assert "amount: $700, in 新 CRM $650" in text
    page = browser.get(f"{PAGE}/records?{both.pair}&record=deal&group=only_old")
    assert "&lt;b&gt;Only &amp; old&lt;/b&gt;" in page
    assert "missing" in plain(page)
    file = browser.get(f"{PAGE}/records.csv?{both.pair}&record=deal&group=different")
    (row,) = csv.DictReader(io.StringIO(file.lstrip("\ufeff")))
    assert (row["old_amount"], row["new_amount"]) == ("700", "650")
    assert (row["differs"], row["new_url"]) == ("amount", "https://crm.example/n6")
    for wrong in ("record=deal&group=all", "record=ticket&group=both", ""):
        browser.get(f"{PAGE}/records?{both.pair}&{wrong}", 404)


def test_a_cut_over_is_shown_before_it_is_set_and_can_be_taken_back(both):
    browser = both.browser()
    asked = f"{PAGE}/cut-over?{both.pair}&day=2026-05-01"
    text = plain(browser.get(asked))
    assert "Let 新 CRM count from 1 May 2026 on?" in text
    assert "Revenue $5,550 $2,750" in text
    assert "1 open deal is only in Old CRM" in text
    browser.post(asked, day="2026-05-01")
    # Of the old: January to April, 1,000; of the new: May to July, 500 + 600 + 650.
    assert revenue(both) == 2750
    text = plain(browser.get(f"{PAGE}?{both.pair}"))
    assert "Old CRM counts until 30 Apr 2026, 新 CRM from 1 May 2026 on" in text
    assert "hold the same" not in plain(browser.get("/data"))
    assert re.search(r"2026 \S+, \S.*: from 1 May 2026 on the new source", text)
    browser.post(asked, day="2026-05-01")
    browser.post(f"{PAGE}/back?{both.pair}")
    assert revenue(both) == 5550
    with both.session() as session:
        assert [one.day for one in limits.ledger(session)] == [date(2026, 5, 1), None]
        assert all(one.set_by is not None for one in limits.ledger(session))
        parallel.agrees(session)


@pytest.mark.parametrize("day", ["", "soon", "2026-02-31", "0001-01-01", "<i>x</i>", "9" * 5000])
def test_what_is_no_day_stands_at_its_field(both, day):
    browser = both.browser()
    assert "There is a problem" in browser.get(
        f"{PAGE}/cut-over?{both.pair}&{urlencode({'day': day})}", 422
    )
    assert "There is a problem" in browser.post(f"{PAGE}/cut-over?{both.pair}", 422, day=day).text
    with both.session() as session:
        assert limits.of(session) == ()


def test_only_an_owner_sets_it(both):
    editor = both.browser(both.add("Eddy", "editor"))
    assert "An owner of the workspace can set it" in plain(editor.get(f"{PAGE}?{both.pair}"))
    editor.get(f"{PAGE}/cut-over?{both.pair}&day=2026-05-01", 403)
    editor.post(f"{PAGE}/cut-over?{both.pair}", 403, day="2026-05-01")
    editor.post(f"{PAGE}/back?{both.pair}", 403)


def test_without_two_sources_the_page_says_what_it_is_for(bare_site):
    text = plain(bare_site.browser().get(PAGE))
    assert "There are no two sources to compare" in text


def test_a_query_leads_to_the_files_that_its_records_are_kept_with(both):
    with both.session() as session:
        session.get_one(Connection, (both.here, both.old)).provider = "hubspot"
        files = importing.files(session, both.now)
        files.records = ["deal"]
        run = SyncRun(
            workspace_id=both.here, connection_id=files.id, started_at=company.NOW,
            status="done", streams=[],
        )  # fmt: skip
        query = Connection(
            workspace_id=both.here, name="Shop <b>", provider="sql", created_at=both.now
        )
        session.add_all([run, query])
        session.flush()
        writer.write(session, files.id, run.id, "deal", [{"external_id": "1"}], company.NOW)
        asked = f"{PAGE}?old={both.old}&new={query.id}"
    page = both.browser().get(asked)
    assert "Old CRM beside Files" in plain(page)
    assert "here that is also Shop &lt;b&gt;" in page
    assert ">Shop &lt;b&gt;</option>" not in page
