"""Two sources side by side in a real browser: readable, reachable, with no script."""

import pytest
from playwright.sync_api import expect

from tests.app.web.test_parallel import fill
from tests.support import browser as browser_side

PAGES = (
    "/data/parallel?{pair}",
    "/data/parallel?{pair}&from=soon",
    "/data/parallel/records?{pair}&record=deal&group=different",
    "/data/parallel/records?{pair}&record=deal&group=only_old",
    "/data/parallel/cut-over?{pair}&day=2026-05-01",
    "/data/parallel/cut-over?{pair}&day=soon",
    "/data",
)


@pytest.fixture
def both(site):
    return fill(site)


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_accessible_and_fit_narrow_screens(open_page, both, path):
    page = open_page(path.format(pair=both.pair))
    assert browser_side.accessibility_faults(page) == []
    assert browser_side.overflow(page) == []
    assert browser_side.overflow(page, 390) == []


@pytest.mark.parametrize("path", [PAGES[0], PAGES[4]])
def test_pages_are_accessible_in_the_dark_and_on_phones(open_page, both, path):
    page = open_page(path.format(pair=both.pair), dark=True, width=390)
    assert browser_side.accessibility_faults(page) == []


def test_a_cut_over_is_set_and_taken_back_without_scripts(open_page, both):
    page = open_page(f"/data/parallel?{both.pair}", scripts=False)
    page.get_by_label("First day of the new source").fill("1 May 2026")
    page.get_by_role("button", name="See what changes").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("count from 1 May 2026 on?")
    page.get_by_role("button", name="count from then on").click()
    expect(page.locator("main")).to_contain_text("Nothing counts twice.")
    page.get_by_role("button", name="Take the cut-over back").click()
    expect(page.locator("main")).to_contain_text("counts twice")
