"""The quality of the data in a browser: in both themes, on a phone, by keyboard."""

from datetime import date

import pytest
from playwright.sync_api import expect
from sqlmodel import col, update

from goals.metrics import quality
from goals.records.sales import Deal
from tests.support import browser as browser_side

PAGES = ("/data/quality", "/data/quality/records?record=deal&check=amount")


@pytest.fixture
def faulty(site):
    """A site with deals that have no amount or closed before they came, counted twice."""
    with site.session() as session:
        quality.keep(session, today=site.now.date(), now=site.now)
        for day, wrong in (
            (date(2026, 6, 1), {"amount": None}),
            (date(2026, 7, 1), {"created_on": date(2026, 12, 1)}),
        ):
            session.exec(
                update(Deal)
                .where(col(Deal.workspace_id) == site.here, col(Deal.closed_on) >= day)
                .values(**wrong)
            )
        quality.keep(session, today=site.now.date(), now=site.now)
    return site


@pytest.mark.parametrize("where", PAGES)
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_pages_can_be_used_by_everybody(faulty, open_page, where, width, dark):
    page = open_page(where, dark=dark, width=width)
    assert browser_side.accessibility_faults(page) == []
    assert browser_side.overflow(page) == []


def test_from_the_score_to_the_records_by_keyboard(faulty, open_page):
    page = open_page("/data/quality")
    link = page.get_by_role("row").filter(has_text="24 deals have no amount.").get_by_role("link")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("24 deals have no amount.")
    expect(page.get_by_role("row")).to_have_count(25)
