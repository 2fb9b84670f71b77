"""Metrics of one's own in a real browser: accessible, narrow, previewed while they are typed."""

import pytest
from playwright.sync_api import expect

from goals.metrics import authoring
from goals.metrics.authoring import Draft
from tests.support import browser as browser_side

WRONG = "/metric/custom/new?expression=revenue+%2B+churn_rate"


@pytest.fixture
def made(site):
    """A metric in its second version."""
    draft = Draft("size", "Deal size", "revenue / contracts_signed", "What a deal brings", "up")
    after = Draft("size", "Deal size", "revenue / opportunities_new", "What a deal brings", "up")
    with site.session() as session:
        authoring.add(session, draft, by=None, now=site.now)
        authoring.change(session, after, by=None, now=site.now)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    "path",
    ["/metric", "/metric/size?by=owner", "/metric/size/edit", "/metric/custom/new", WRONG],
)
def test_pages_are_accessible_and_fit_narrow_screens(open_page, made, path, dark):
    page = open_page(path, dark=dark)
    assert browser_side.accessibility_faults(page) == []
    assert browser_side.overflow(page) == []


def test_a_receipt_of_parts_is_accessible(open_page, made):
    page = open_page("/metric/size")
    page.get_by_role("link", name="See the receipt").click()
    expect(page.get_by_role("heading", name="Made of these readings")).to_be_visible()
    assert browser_side.accessibility_faults(page) == []
    assert browser_side.overflow(page) == []


def test_the_numbers_follow_what_is_typed(open_page):
    page = open_page("/metric/custom/new")
    beside = page.get_by_role("complementary", name="What it comes to")
    page.get_by_label("Formula").fill("revenue / contracts_signed")
    expect(beside).to_contain_text("$1.4k ÷ 14")
    page.get_by_label("Formula").fill("revenue + churn_rate")
    expect(beside).to_contain_text("one is an amount of money, the other a rate")
    expect(beside.locator("mark")).to_have_text("churn_rate")


def test_a_metric_is_made_by_keyboard_alone(open_page):
    page = open_page("/metric/custom/new")
    page.get_by_label("Name").focus()
    page.keyboard.type("Deal size")
    page.keyboard.press("Tab")
    page.keyboard.type("size")
    page.keyboard.press("Tab")
    page.keyboard.type("revenue / contracts_signed")
    page.get_by_role("button", name="Make this metric").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Deal size is $100")
