"""Matching fields and stages of a HubSpot account on the page."""

import json
from datetime import date
from decimal import Decimal

import pytest
from sqlmodel import col, select

from goals.metrics import readings
from goals.metrics.query import Query
from goals.records.connections import Connection
from goals.records.sales import PipelineStage
from tests.fakes.hubspot.hub import FakeHubSpot
from tests.support.near import SECRET, connected, deals, near, runs, stage, work_now
from tests.support.site import NOW, plain


@pytest.fixture
def hub(site):
    with FakeHubSpot(SECRET, now=NOW) as made:
        near(site)
        made.define_property("deals", "engage_date", "date")
        for number in range(3):
            made.add_deal(f"Deal {number}", stage="Engaging", amount=10, engage_date="2026-03-02")
        made.add_deal("Sold", stage="closedwon", amount=10, closed=NOW)
        yield made


@pytest.fixture
def made(site, hub):
    sent = {"name": "HubSpot", "token": SECRET, "base_url": hub.url, "do": "connect"}
    site.browser().post("/data/connect/hubspot", **sent)
    work_now(site)
    return connected(site)


@pytest.fixture
def path(made):
    return f"/data/connections/{made.id}/mapping"


def name_of(site, made, label):
    return f"stage.{stage(site, made.id, label).id}"


def test_the_page_tells_stages_fields_and_how_it_is_counted(site, made, path):
    text = plain(site.browser().get(path))
    for told in ("Stages of", "Prospecting", "as HubSpot says: Open", "10.0%", "Won"):
        assert told in text
    assert "Created on" in text and "createdate *" in text
    assert "engage_date 2026-03-02" in text
    assert "Currency of the workspace USD" in text and "Time zone of the workspace UTC" in text


def test_a_preview_says_how_many_deals_follow_and_changes_nothing(site, made, path):
    sent = {name_of(site, made, "Engaging"): "won", "field.deal.created_on": "engage_date"}
    page = site.browser().post(path, 200, do="preview", **sent).text
    text = plain(page)
    assert "3 deals in Engaging will count as won." in text
    assert "Created on of deals comes from engage_date." in text
    assert stage(site, made.id, "Engaging").status == "open"
    assert {one.status for one in deals(site, made.id).values()} == {"open", "won"}
    assert "fields" not in connected(site).settings


def test_a_stage_that_counts_otherwise_takes_its_deals_along_for_good(site, hub, made, path):
    visitor = site.browser()
    visitor.post(path, do="save", **{name_of(site, made, "Engaging"): "won"})
    assert {one.status for one in deals(site, made.id).values()} == {"won"}
    assert runs(site, made.id)[-1].result == {"record": "stage"}
    # The next pull tells the same as before, and of a deal something new.
    site.now = site.now.replace(day=15, hour=3)
    hub.advance(4 * 3600)
    [key] = [one["id"] for one in hub.objects("deals") if one["properties"]["dealname"] == "Deal 0"]
    hub.update("deals", key, amount=99)
    hub.add_deal("Deal 9", stage="Engaging", amount=10)
    work_now(site)
    found = deals(site, made.id)
    assert (found["Deal 0"].amount, found["Deal 0"].status) == (Decimal(99), "won")
    assert found["Deal 9"].status == "won" and found["Deal 9"].closed_on is not None
    visitor = site.browser()
    assert "decided by you" in visitor.get(path)
    visitor.post(path, do="save", **{name_of(site, made, "Engaging"): ""})
    hub.requests.clear()
    work_now(site)
    assert hub.calls("/crm/objects/2026-09/deals")
    found = deals(site, made.id)
    assert (found["Deal 0"].status, found["Deal 0"].closed_on) == ("open", None)
    assert found["Sold"].status == "won"


def test_numbers_follow_at_once(site, made, path):
    def rate():
        with site.session() as session:
            asked = Query("win_rate", date(2026, 1, 1), date(2026, 12, 31))
            found = readings.read(session, asked, today=site.now.date(), now=site.now)
            return found.figure.numerator, found.figure.denominator

    won, closed = rate()
    site.browser().post(path, do="save", **{name_of(site, made, "Engaging"): "lost"})
    assert rate() == (won, closed + 3)


def test_a_stage_of_which_nothing_is_told_asks_to_be_decided(site, made, path):
    with site.session() as session:
        session.add(
            PipelineStage(
                workspace_id=site.here, connection_id=made.id, pipeline="Partners", name="On hold"
            )
        )
    visitor = site.browser()
    assert "1 stage waits for you" in plain(visitor.get(path))
    assert "HubSpot does not say what it means" in plain(visitor.get(path))
    assert "Nobody has said yet what 1 stage means" in plain(
        visitor.get(f"/data/connections/{made.id}")
    )
    visitor.post(path, do="save", **{name_of(site, made, "On hold"): "lost"})
    assert "waits for you" not in plain(visitor.get(path))


def test_chosen_fields_are_kept_as_the_source_reads_them_and_all_is_read_again(site, made, path):
    visitor = site.browser()
    visitor.post(path, do="save", **{"field.deal.created_on": "engage_date"})
    assert json.loads(connected(site).settings["fields"]) == {"deal": {"created_on": "engage_date"}}
    work_now(site)
    assert deals(site, made.id)["Deal 0"].created_on == date(2026, 3, 2)
    page = visitor.get(path)
    assert '<option value="engage_date" selected>' in page
    visitor.post(path, do="save", **{"field.deal.created_on": "createdate"})
    assert "fields" not in connected(site).settings


def test_what_cannot_be_read_or_chosen_breaks_nothing(site, made, path):
    with site.session() as session:
        found = session.get_one(Connection, (site.here, made.id))
        found.settings = {**found.settings, "fields": "{broken"}
    visitor = site.browser()
    visitor.get(path)
    sent = {"field.deal.nothing": "x", "field.nothing.name": "x", "stage.x": "won"}
    sent["stage.1"] = "won"
    visitor.post(path, do="save", **sent, **{name_of(site, made, "Engaging"): "maybe"})
    assert stage(site, made.id, "Engaging").status == "open"


def test_the_vendor_is_asked_for_all_its_fields_with_examples(site, hub, made, path):
    hub.define_property("deals", "margin", "number")
    visitor = site.browser()
    assert '<option value="margin"' not in visitor.get(path)
    page = visitor.post(path, 200, do="look", **{"field.deal.amount": "engage_date"}).text
    assert '<option value="margin"' in page
    # What was chosen and not saved yet is still chosen.
    assert '<option value="engage_date" selected>' in page
    hub.revoke_token()
    text = plain(visitor.post(path, 200, do="look").text)
    assert "HubSpot" in text and SECRET not in text


def test_files_and_strangers_have_no_such_page(site, made):
    with site.session() as session:
        statement = select(Connection).where(
            col(Connection.workspace_id) == site.here, col(Connection.name) == "Files"
        )
        files = session.exec(statement).one().id
    site.browser().get(f"/data/connections/{files}/mapping", 404)
    site.browser().get("/data/connections/1/mapping", 404)


def test_a_stage_that_hubspot_has_no_longer_is_named_so_and_can_be_taken_away(
    site, hub, made, path
):
    [idle, *rest] = hub.pipelines["deals"][0].stages
    hub.pipelines["deals"][0].stages = rest
    gone, engaging = (stage(site, made.id, name).id for name in (idle.label, "Engaging"))
    with site.session() as session:
        session.get_one(PipelineStage, (site.here, gone)).status = None
    site.now = site.now.replace(day=15, hour=3)
    work_now(site)
    visitor = site.browser()
    text = plain(visitor.get(path))
    assert f"{idle.label} no longer in HubSpot Remove" in text
    assert "Everything is matched" in text
    assert "still listed" in plain(visitor.post(path, 200, do=f"drop.{engaging}").text)
    page = visitor.post(path, 200, do=f"drop.{gone}", **{f"stage.{engaging}": "won"}).text
    assert f"{idle.label} no longer" not in plain(page)
    # What was chosen besides and not saved yet is still chosen.
    assert '<option value="won" selected>' in page
