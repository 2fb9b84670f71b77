"""The way from the CRM's report to ours in a real browser: readable, reachable, with no script."""

import pytest
from playwright.sync_api import expect

from tests.app.web.test_reconcile import fill
from tests.support import browser as browser_side

ASKED = "from=2026-01-01&to=2026-03-31&archived=y"
PAGES = (
    "/metric/revenue/reconcile?{asked}&connection={hub}",
    "/metric/revenue/reconcile?{asked}&connection={hub}&shows=1%2C000&zone=Mars",
    "/metric/revenue/reconcile?{asked}&connection={hub}&shows=990&where=owner%3DAnn",
    "/metric/win_rate/reconcile?{asked}&connection={hub}&shows=5",
    "/metric/pipeline_velocity/reconcile?{asked}",
    "/metric/revenue/reconcile/records?{asked}&connection={hub}&step=archived",
    "/metric/win_rate/reconcile/records?{asked}&connection={hub}&step=others",
    "/data/runs/{run}",
)


@pytest.fixture
def told(site):
    return fill(site)


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_accessible_and_fit_narrow_screens(open_page, told, path):
    page = open_page(path.format(asked=ASKED, hub=told.hub, run=told.run))
    assert browser_side.accessibility_faults(page) == []
    assert browser_side.overflow(page) == []
    assert browser_side.overflow(page, 390) == []


@pytest.mark.parametrize("path", [PAGES[2], PAGES[5]])
def test_pages_are_accessible_in_the_dark_and_on_phones(open_page, told, path):
    page = open_page(path.format(asked=ASKED, hub=told.hub), dark=True, width=390)
    assert browser_side.accessibility_faults(page) == []


def test_a_number_is_compared_and_its_difference_followed_without_scripts(open_page, told):
    page = open_page(
        f"/metric/revenue?from=2026-01-01&to=2026-03-31&connection={told.hub}", scripts=False
    )
    page.get_by_role("link", name="Why does the CRM show another number?").click()
    page.get_by_role("link", name="Hub").click()
    page.get_by_label("The number that the report shows").fill("1030")
    page.get_by_role("button", name="Compare").click()
    page.get_by_role("link", name="It counts archived records: Yes").click()
    expect(page.locator("main")).to_contain_text(
        "All of the difference of +\u2060$2,870 is explained"
    )
    page.get_by_role("link", name="See the records : Archived").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Archived")
    page.get_by_role("link", name="Synced").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sync of Hub")
