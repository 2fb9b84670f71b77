"""The SMART coach in a browser: it answers while somebody writes, and gives its wording away."""

import pytest
from playwright.sync_api import expect

from tests.support import browser as browser_side
from tests.support.worksheets import GOALS, add_goal

BOX = "The goal in one sentence"


def test_the_coach_answers_while_somebody_writes_and_its_wording_is_taken_over(site, open_page):
    item = add_goal(site.browser(), "Grow")
    page = open_page(f"{GOALS}?item={item}")
    page.get_by_label(BOX).fill("Never lose a customer, zero churn.")
    expect(page.locator("[data-coach]")).to_contain_text("smart-A1")
    wording = page.locator("[data-rewrite]").inner_text()
    page.get_by_role("button", name="Use this wording").click()
    expect(page.get_by_label(BOX)).to_have_value(wording)
    expect(page.locator("[data-coach]")).not_to_contain_text("smart-A1")


@pytest.mark.parametrize("width", [1280, 390])
def test_the_coach_is_readable_at_any_width(site, open_page, width):
    item = add_goal(site.browser(), "Eliminate customer churn by using more things every day.")
    page = open_page(f"{GOALS}?item={item}", width=width)
    expect(page.locator("[data-rewrite]")).to_be_visible()
    assert browser_side.accessibility_faults(page) == []
    assert browser_side.overflow(page) == []


def test_the_form_takes_the_wording_over(open_page):
    page = open_page("/goals/new?metric=revenue")
    page.get_by_label(BOX).fill("Win every deal")
    page.get_by_label(BOX).blur()
    expect(page.locator("#beside")).to_contain_text("smart-A1")
    wording = page.locator("[data-rewrite]").inner_text()
    page.get_by_role("button", name="Use this wording").click()
    expect(page.get_by_label(BOX)).to_have_value(wording)
