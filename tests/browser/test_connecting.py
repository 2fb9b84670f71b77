"""A connection from its first key to its end, in a browser: everybody can use every page of it."""

import pytest
from playwright.sync_api import expect

from app import queue
from goals.records.connections import SyncRun
from tests.fakes.hubspot.access import OAuthApp
from tests.fakes.hubspot.hub import FakeHubSpot
from tests.support import browser as browser_side
from tests.support import near as nearby
from tests.support.near import SECRET, begin, connected, near, work_now
from tests.support.site import NOW

FAR = [{"record": "deal", "read": 1240, "total": 5000}]


@pytest.fixture
def hub(site):
    with FakeHubSpot(SECRET, now=NOW, oauth=OAuthApp()) as made:
        near(site)
        made.define_property("deals", "engage_date", "date")
        for number in range(4):
            made.add_deal(f"Deal {number}", stage="Engaging", amount=10, engage_date="2026-03-02")
        yield made


@pytest.fixture
def made(site, hub):
    sent = {"name": "HubSpot", "token": SECRET, "base_url": hub.url, "do": "connect"}
    site.browser().post("/data/connect/hubspot", **sent)
    work_now(site)
    return connected(site)


def told(site, run_id, **values):
    with site.session() as session:
        run = session.get_one(SyncRun, (site.here, run_id))
        for name, value in values.items():
            setattr(run, name, value)


WHERE = (
    "/data", "/data/connect", "/data/connect/hubspot", "/data/connect/hubspot?way=1",
    "/data/connect/sample", "{}", "{}/change", "{}/remove", "{}/mapping", "{}/reconnect",
)  # fmt: skip


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_can_be_used_by_everybody(site, made, open_page, address, width, dark):
    begin(site, made, streams=FAR)
    page = open_page("/data", dark=dark, width=width)
    found = {}
    for where in WHERE:
        path = where.format(f"/data/connections/{made.id}")
        page.goto(address + path)
        found[path] = [*browser_side.accessibility_faults(page), *browser_side.overflow(page)]
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_a_connection_from_its_first_key_to_its_end(site, hub, open_page):
    page = open_page("/data")
    page.get_by_role("link", name="Add a connection").click()
    page.get_by_role("link", name="HubSpot").first.click()
    page.get_by_label("Service key", exact=True).fill("pat-wrong")
    page.get_by_text("What is rarely needed").click()
    page.get_by_label("Address of the API").fill(hub.url)
    page.get_by_role("button", name="Test and connect").click()
    expect(page.locator("#test")).to_contain_text("Failed:")
    page.get_by_label("Service key", exact=True).fill(SECRET)
    page.get_by_role("button", name="Test and connect").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("HubSpot")
    status = page.locator("#status")
    expect(status).to_contain_text("never yet")
    # The page looks again by itself, and finds the work done.
    work_now(site)
    expect(status.get_by_text("Working")).to_be_visible(timeout=15_000)
    made = connected(site)

    page.get_by_role("link", name="Fields and stages").click()
    page.get_by_label("Engaging means").select_option("won")
    page.get_by_role("button", name="Show what would change").click()
    preview = page.get_by_role("status").first
    expect(preview).to_contain_text("4 deals in Engaging will count as won")
    page.get_by_role("button", name="Save").click()
    assert {one.status for one in nearby.deals(site, made.id).values()} == {"won"}

    run = begin(site, made, streams=FAR)
    page.reload()
    expect(status).to_contain_text("1,240 of about 5,000 deals")
    told(site, run, streams=[{"record": "deal", "read": 4000, "total": 5000}])
    expect(status).to_contain_text("4,000 of about 5,000 deals", timeout=15_000)
    told(site, run, status="done", finished_at=site.now)
    with site.session() as session:
        queue.cancel(session, "sync", str(made.id))
    expect(status).not_to_contain_text("of about", timeout=15_000)

    page.get_by_role("button", name="Switch off").click()
    expect(status).to_contain_text("Switched off")
    page.get_by_role("button", name="Switch on").click()
    page.get_by_role("link", name="Remove this connection").click()
    page.get_by_label("They go, and count nowhere").check()
    page.get_by_role("button", name="Remove HubSpot").click()
    expect(status).to_contain_text("are being taken away")
    work_now(site)
    # Of its end the page tells by itself as well.
    expect(status).to_contain_text("count nowhere any more", timeout=15_000)
    assert nearby.deals(site, made.id) == {}
    page.get_by_role("button", name="Bring it back with its records").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reconnect HubSpot")
    work_now(site)
    assert len(nearby.deals(site, made.id)) == 4


def test_signing_in_at_hubspot_leads_there_and_back(site, hub, open_page, address, provoked):
    # The browser asks HubSpot for its icon.
    provoked("status of 401")
    near(site, base_url=address)
    hub.oauth.redirect_uris.add(f"{address}/data/connect/hubspot/return")
    page = open_page("/data/connect/hubspot?way=1")
    assert page.get_by_label("Redirect URI").input_value() in hub.oauth.redirect_uris
    page.get_by_label("Client ID").fill("client-1")
    page.get_by_label("Client secret").fill("secret-1")
    page.get_by_text("What is rarely needed").click()
    page.get_by_label("Address of the API").fill(hub.url)
    page.get_by_role("button", name="Go on to HubSpot").click()
    page.get_by_role("link", name="Connect app").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("HubSpot")
    work_now(site)
    assert len(nearby.deals(site, connected(site).id)) == 4


def test_without_scripts_a_reload_says_how_far_it_is(site, made, open_page):
    begin(site, made, streams=FAR)
    page = open_page(f"/data/connections/{made.id}", scripts=False)
    expect(page.locator("#status")).to_contain_text("1,240 of about 5,000 deals")
    page.goto(page.url.rsplit("/data", 1)[0] + "/data/connect/hubspot")
    page.get_by_role("link", name="Sign in with an app of yours").click()
    expect(page.get_by_label("Client ID")).to_be_visible()
