"""Why and what if in a browser: sliders, the keyboard, narrow and dark."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from goals.alerts import review
from tests.support import company
from tests.support.browser import accessibility_faults, overflow

FIRST = date(2026, 1, 1)


@pytest.fixture
def goal(site):
    """A goal that is off track, with drivers and an earlier period."""
    days = [FIRST + timedelta(n) for n in range(185)]
    company.win(site.database, site.here, [(one, 150) for one in days], owner="Ben")
    with site.session() as session:
        found = company.revenue_goal(session, 60_000)
        review.review(session, now=site.now, today=site.now.date())
        return found.id


def test_a_slider_and_the_field_say_the_same_and_move_where_it_ends(goal, open_page):
    page = open_page(f"/goals/{goal}/whatif")
    field = page.get_by_role("textbox", name="Deals closed")
    slider = page.get_by_role("slider", name="Deals closed")
    before = page.locator("#lands .lands").inner_text()
    slider.focus()
    page.keyboard.press("End")
    expect(page.locator("#lands .lands")).not_to_have_text(before)
    expect(page.get_by_role("heading", level=1)).to_contain_text("with these numbers")
    expect(page.locator("#lands table")).to_contain_text("Deals closed")
    assert field.input_value() == slider.evaluate("one => String(Number(one.value))")
    field.fill("0")
    field.press("Enter")
    expect(page).to_have_url(re.compile("closed=0"))
    expect(page.locator("#lands")).to_contain_text("The target is missed")


@pytest.mark.parametrize("place", ["why", "whatif"])
def test_the_pages_fit_a_phone_and_can_be_used_by_everybody(goal, open_page, place):
    page = open_page(f"/goals/{goal}/{place}")
    assert accessibility_faults(page) == []
    assert overflow(page) == []
    page.emulate_media(color_scheme="dark")
    assert accessibility_faults(page) == []
