"""A check-in and an action, from the list to the goal's page, by keyboard and on phones."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app.accounts import people
from goals.alerts import review
from tests.support import browser as browser_side
from tests.support import company


@pytest.fixture
def goal(site):
    """A goal of the owner's that is off track and owes check-ins."""
    with site.session() as session:
        owner = people.with_email(session, "owner@acme.example")
        made = company.revenue_goal(session, owner_id=owner.id, cadence="weekly")
        for back in (2, 1, 0):
            now = site.now - timedelta(days=back)
            review.review(session, now=now, today=now.date())
        return made.id


def test_an_owner_checks_in_and_tries_an_action(open_page, goal):
    page = open_page("/checkins")
    expect(page.get_by_role("heading", level=1)).to_have_text("1 check-in is owed")
    page.get_by_role("row", name="Sell more").get_by_role("link", name="Check in").press("Enter")
    page.get_by_label("Likely (70%)").press("Space")
    page.get_by_label("What changed?").fill("Two deals moved to September.")
    page.get_by_label("Next action").fill("Call both")
    page.get_by_label("By", exact=True).fill("1 Sep 2026")
    page.keyboard.press("Enter")
    said = page.get_by_role("listitem").filter(has_text="Two deals moved to September.")
    expect(said).to_contain_text("Both are kept.", timeout=30_000)
    page.get_by_role("link", name="Try it").first.press("Enter")
    expect(page.get_by_label("What will be done")).to_have_value(
        "Score leads and call the best first"
    )
    page.get_by_role("button", name="Take it on").press("Enter")
    page.get_by_role("link", name="Say what became of it").press("Enter")
    page.get_by_label("It did not help").press("Space")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_role("region", name="What was tried")).to_contain_text("It did not help")


@pytest.mark.parametrize("options", [{}, {"dark": True, "width": 390}], ids=["wide", "dark phone"])
def test_the_pages_of_check_ins_are_accessible_and_fit(open_page, goal, options):
    page = open_page("/checkins", **options)
    address = page.url.removesuffix("/checkins")
    places = ("", "/checkins", "/tries?remedy=revenue.score")
    for path in ("/checkins", *(f"/goals/{goal}{place}" for place in places)):
        page.goto(address + path)
        assert browser_side.accessibility_faults(page) == [], path
        assert browser_side.overflow(page) == [], path
