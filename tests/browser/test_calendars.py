"""Exchange rates, holidays, the company's year and comparisons in a browser."""

from datetime import date

import pytest
from playwright.sync_api import expect

from goals.workspace import Workspace
from integrations.files.importing import import_file
from tests.support import company
from tests.support.browser import accessibility_faults, overflow

RATES = "/data/rates/THB"
BOUGHT = b"""external_id,customer,on,amount,currency
a,Siam,2026-07-10,3520,THB
b,Siam,2026-08-10,7040,THB
c,Home,2026-08-11,100,USD
"""


@pytest.fixture
def shop(site):
    earlier = [(date(2025, month, 10), 900 + 10 * month) for month in range(1, 13)]
    company.win(site.database, site.here, earlier)
    with site.session() as session:
        import_file(session, BOUGHT, "purchase", now=site.now)
        session.get_one(Workspace, site.here).country = "TH"
    return site


def test_a_rate_is_entered_corrected_and_taken_back_with_the_keyboard(shop, open_page):
    page = open_page(RATES)
    page.get_by_label("1 USD in THB").focus()
    page.keyboard.type("35.20")
    page.keyboard.press("Enter")
    table = page.get_by_role("table", name="What was entered")
    expect(table.locator("b")).to_have_text("35.2")
    table.get_by_role("link", name="Correct").press("Enter")
    page.get_by_label("1 USD in THB").fill("36")
    page.keyboard.press("Enter")
    expect(table.locator("s")).to_have_text("35.2")
    table.get_by_role("button", name="Undo").press("Enter")
    expect(table.locator("b")).to_have_text("35.2")


def test_a_mistake_in_a_rate_keeps_what_was_typed_and_the_summary_leads_to_it(shop, open_page):
    page = open_page(RATES)
    page.get_by_label("1 USD in THB").fill("many")
    page.get_by_role("button", name="Keep the rate").click()
    page.get_by_role("link", name="Write the rate as a number").click()
    expect(page.locator("#per_base")).to_be_focused()
    expect(page.locator("#per_base")).to_have_value("many")


def test_public_holidays_are_taken_and_one_removed_without_scripts(shop, open_page):
    page = open_page("/data/holidays?year=2026", scripts=False)
    expect(page.get_by_label("Country")).to_have_value("TH")
    page.get_by_role("button", name="Take them").click()
    row = page.get_by_role("row").filter(has_text="Chakri")
    row.get_by_role("button", name="Remove").click()
    expect(row).to_contain_text("removed: people work")
    row.get_by_role("button", name="Bring back").click()
    expect(row).not_to_contain_text("removed")


def test_the_coming_quarters_are_looked_at_before_anything_is_saved(shop, open_page):
    page = open_page("/settings")
    page.get_by_label("The fiscal year consists of").select_option("445")
    page.get_by_role("button", name="Show for these settings").click()
    expect(page.get_by_role("table")).to_contain_text("13 weeks")
    assert shop.workspace().fiscal_pattern == "months"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    "path",
    ["/data/rates", RATES, "/data/holidays?year=2026", "/settings", "/metric/revenue", "/data"],
)
def test_the_pages_are_accessible_and_fit_a_phone(shop, open_page, path, dark):
    with shop.session() as session:
        import_file(session, b"on,name\n2026-01-01,New Year\n", "holiday", now=shop.now)
    page = open_page(path, dark=dark)
    assert accessibility_faults(page) == []
    assert overflow(page) == []
