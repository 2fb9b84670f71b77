"""Readings by hand in a browser: with the keyboard alone, and on a phone."""

import pytest
from playwright.sync_api import expect

PAGE = "/data/readings/headcount"


def test_a_reading_is_entered_corrected_and_taken_back_with_the_keyboard(open_page):
    page = open_page(PAGE)
    page.get_by_label("Value").first.focus()
    page.keyboard.type("41")
    page.keyboard.press("Tab")
    page.keyboard.type("Payroll of July")
    page.keyboard.press("Enter")
    table = page.get_by_role("table")
    expect(table).to_contain_text("Payroll of July")
    page.get_by_role("link", name="Correct").press("Enter")
    expect(page.get_by_label("Value")).to_have_value("41")
    page.get_by_label("Value").fill("42")
    page.get_by_label("Where it comes from").press("Enter")
    expect(table).to_contain_text("42")
    expect(table.locator("s")).to_have_text("41")
    table.get_by_role("button", name="Undo").press("Enter")
    expect(table.locator("b")).to_have_text("41")


def test_a_mistake_keeps_what_was_typed_and_the_summary_leads_to_it(open_page):
    page = open_page(PAGE)
    page.get_by_label("Value").first.fill("many")
    page.get_by_role("button", name="Keep the readings").click()
    page.get_by_role("link", name="Write a number").click()
    expect(page.locator("#value-0")).to_be_focused()
    expect(page.locator("#value-0")).to_have_value("many")


@pytest.mark.parametrize("path", [PAGE, "/data/readings", "/goals/kpis", "/goals/new"])
def test_nothing_runs_out_of_a_phone(open_page, path):
    page = open_page(path, width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
