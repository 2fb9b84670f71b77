"""The table of scores and the plan in a browser: by keyboard, on a phone, for everybody."""

import re

import pytest
from playwright.sync_api import expect

from tests.app.web.test_strategy_tables import GOOD, PLAN, SCORES, TREE, Table, add, grid
from tests.support import browser as browser_side


@pytest.fixture
def table(site):
    return Table(site)


def test_scores_save_themselves_and_the_sentences_follow(site, table, open_page):
    page = open_page(SCORES)
    page.locator(f'[name="s.{table.rules}.{table.a}"]').fill("0")
    expect(page.locator("[data-saved]")).to_have_text("Saved 23:59")
    expect(page.locator("[data-coach]")).to_contain_text("System A is out.")
    expect(page.locator(f'[data-computed="total.{table.a}"]')).to_have_text("Out")
    page.locator(f'[name="s.{table.rules}.{table.a}"]').fill("5")
    expect(page.locator("[data-coach]")).not_to_contain_text("System A is out.")
    page.reload()
    expect(page.locator(f'[name="s.{table.rules}.{table.a}"]')).to_have_value("5")
    assert grid(site).cells[table.a, table.rules].score == 5


def test_arrow_keys_go_through_the_table(table, open_page):
    page = open_page(SCORES)
    page.locator(f'[name="s.{table.rules}.{table.a}"]').focus()
    for key, name in (
        ("ArrowRight", f"s.{table.rules}.{table.b}"),
        ("ArrowDown", f"s.{table.mails}.{table.b}"),
        ("Enter", f"s.ease.{table.b}"),
        ("ArrowLeft", f"s.ease.{table.a}"),
        ("Tab", f"e.ease.{table.a}"),
        ("ArrowUp", f"e.ease.{table.a}"),
    ):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.name") == name


def test_a_phone_shows_one_vendor_at_a_time(table, open_page):
    page = open_page(SCORES, width=390)
    mine = page.locator(f'[name="s.{table.rules}.{table.a}"]')
    other = page.locator(f'[name="s.{table.rules}.{table.b}"]')
    expect(mine).to_be_visible()
    expect(other).to_be_hidden()
    mine.fill("3")
    page.get_by_role("button", name="System B").click()
    expect(page).to_have_url(re.compile(f"vendor={table.b}$"))
    expect(other).to_be_visible()
    page.get_by_role("button", name="System A").click()
    expect(mine).to_have_value("3")


@pytest.mark.parametrize("where", [SCORES, PLAN, TREE, GOOD])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_pages_can_be_used_by_everybody(site, table, open_page, where, dark):
    add(site, "implementation.tasks", task="Clean", start="2026-01-05", due="2026-01-10")
    add(site, "implementation.tasks", task="Connect", due="2099-01-10", status="blocked")
    add(site, "team_goals.kpis", name="Shows nothing")
    field = {"record": "deal", "data_field": "Amount", "required": "yes"}
    rule = {"validity_kind": "number", "validity_low": "1"}
    shown = {"good_data_example": "5", "bad_data_example": "x"}
    add(site, "data_governance.fields", **field, **rule, **shown)
    page = open_page(where, dark=dark)
    assert browser_side.accessibility_faults(page) == []
    assert browser_side.overflow(page) == []
