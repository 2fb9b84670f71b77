"""The journey map and the coverage in a browser: wide, narrow, by keyboard, printed."""

import re

import pytest
from playwright.sync_api import expect

from strategy.worksheets import items, saving
from tests.support import browser as browser_side

MAP = "/strategy/journey/map"
COVERAGE = "/strategy/coverage"
#: The least height of what is touched, in pixels (WCAG 2.2, 2.5.8).
FINGER = 24


@pytest.fixture
def address(site, serve):
    """Where a strategy is served that has a goal, two stages and what hangs on them."""
    purchase, loyalty = (
        add(site, "journey.stages", name=name, what_happens=does)
        for name, does in (("Purchase", "Decides"), ("Loyalty", "Stays and buys again"))
    )
    add(site, "journey.touchpoints", touchpoint="Offer", stage=purchase, content="Cost sheet")
    obstacle = add(site, "journey.obstacles", obstacle="No price of a stop", stage=purchase)
    add(site, "journey.actions", action="Write the sheet", obstacle=obstacle)
    add(site, "journey.obstacles", obstacle="The report comes too late", stage=loyalty)
    add(site, "business_goals.goals", statement="Sales end a tenth higher", kind="metric")
    return serve(site.app)


def add(site, question, **values):
    with site.session() as session:
        item = items.add_item(session, question, by=None, now=site.now)
        saving.save_answer(session, question, item, values, 1, by=None, now=site.now, autosave=True)
    return item


@pytest.mark.parametrize("path", [MAP, COVERAGE])
@pytest.mark.parametrize("width", [1280, 390, 320])
@pytest.mark.parametrize("dark", [False, True])
def test_both_pages_can_be_read_by_everybody(open_page, path, width, dark):
    page = open_page(path, width=width, dark=dark)
    assert browser_side.accessibility_faults(page) == []
    assert browser_side.overflow(page) == []


def test_wide_screens_show_the_grid_and_narrow_ones_a_stage_at_a_time(open_page):
    page = open_page(MAP)
    expect(page.get_by_role("table")).to_be_visible()
    expect(page.get_by_role("columnheader", name=re.compile("^Loyalty"))).to_be_visible()
    expect(page.get_by_role("rowheader", name="In the way")).to_be_visible()
    narrow = open_page(MAP, width=390)
    expect(narrow.get_by_role("table")).to_have_count(0)
    expect(narrow.get_by_role("heading", name="Purchase")).to_be_visible()
    narrow.get_by_role("link", name="Stage after: Loyalty").click()
    expect(narrow.get_by_role("heading", name="Loyalty")).to_be_visible()
    expect(narrow.get_by_role("link", name="Stage before: Purchase")).to_be_visible()


def test_a_stage_is_moved_by_keyboard_and_keeps_the_focus(open_page):
    page = open_page(MAP)
    page.get_by_role("button", name="Move Loyalty earlier").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("columnheader").nth(1)).to_contain_text("Loyalty")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Loyalty"


def test_a_printed_map_shows_the_whole_grid_without_buttons(open_page):
    page = open_page(MAP, width=390)
    page.wait_for_load_state("networkidle")
    page.emulate_media(media="print")
    expect(page.get_by_role("table")).to_be_visible()
    expect(page.get_by_role("link", name="Stage after: Loyalty")).to_have_count(0)
    expect(page.get_by_role("button", name="Print")).to_have_count(0)


def test_each_cell_of_the_coverage_can_be_hit_with_a_finger(open_page):
    page = open_page(COVERAGE, width=390)
    cells = page.locator("table[aria-labelledby=cv] td a")
    assert cells.count() > 3
    low = [
        one.evaluate("e => e.outerHTML")
        for one in cells.all()
        if one.bounding_box()["height"] < FINGER
    ]
    assert low == []
