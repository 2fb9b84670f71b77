"""The page of a connection in a real browser: it tells of the end of work by itself."""

import pytest
from playwright.sync_api import expect

from tests.fakes.hubspot.hub import FakeHubSpot
from tests.support import browser as browser_side
from tests.support.near import SECRET, connected, near, work_now
from tests.support.site import NOW


@pytest.fixture
def removed(site):
    """A connection that is being removed with its deals, once a worker comes to it."""
    with FakeHubSpot(SECRET, now=NOW) as hub:
        near(site)
        for number in range(3):
            hub.add_deal(f"Deal {number}", stage="closedwon", amount=10, closed=NOW)
        sent = {"name": "HubSpot", "token": SECRET, "base_url": hub.url, "do": "connect"}
        site.browser().post("/data/connect/hubspot", **sent)
        work_now(site)
        path = f"/data/connections/{connected(site).id}"
        site.browser().post(f"{path}/remove", records="delete")
        yield path


def test_a_removal_and_a_return_tell_of_their_end_without_a_reload(site, removed, open_page):
    page = open_page(removed)
    main, log = page.locator("main"), page.locator("#runs")
    expect(main).to_contain_text("records are taken away")
    expect(log).to_contain_text("Running")
    work_now(site)
    expect(main).to_contain_text("Its records count nowhere any more.", timeout=15_000)
    expect(log).not_to_contain_text("Running")
    assert browser_side.accessibility_faults(page) == []
    assert browser_side.overflow(page, 390) == []
    page.get_by_role("button", name="Bring it back with its records").click()
    page.goto(page.url.removesuffix("/reconnect"))
    expect(main).to_contain_text("records are brought back")
    work_now(site)
    expect(log).to_contain_text("Records brought back", timeout=15_000)
    expect(main).not_to_contain_text("are brought back")
    # It must be signed in to again, and the button that leads there can be read.
    expect(main.get_by_role("link", name="Reconnect")).to_be_visible()
    assert browser_side.accessibility_faults(page) == []


def test_a_page_without_scripts_leads_to_its_present_state(site, removed, open_page):
    page = open_page(removed, scripts=False)
    work_now(site)
    page.get_by_role("link", name="See how far it is now").click()
    expect(page.locator("main")).to_contain_text("Its records count nowhere any more.")
