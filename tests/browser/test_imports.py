"""The page that takes a file in, on a phone."""

import pytest
from playwright.sync_api import expect

from tests.support.around import ROWS, file_of
from tests.support.workbooks import workbook


@pytest.mark.parametrize("record", ["ticket", "purchase"])
def test_a_file_of_a_new_kind_is_imported_on_a_phone(open_page, record):
    page = open_page("/data/import", width=390)
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(wide)
    page.get_by_label("What is in it").select_option(record)
    file = {"name": "rows.csv", "mimeType": "text/csv", "buffer": file_of(ROWS[record]).encode()}
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Match columns")
    assert not page.evaluate(wide)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("1 row imported.")


def test_a_workbook_with_problems_is_looked_at_and_imported_on_a_phone(open_page):
    rows = [[f"d{n}", "Won", "#N/A" if n < 3 else "5"] for n in range(5)]
    data = workbook(["external_id", "stage", "amount"], *rows)
    page = open_page("/data/import", width=390)
    file = {"name": "deals.xlsx", "mimeType": "application/octet-stream", "buffer": data}
    page.get_by_label("Excel or CSV file").set_input_files(file)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("main")).to_contain_text("3 rows: 2, 3, 4")
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(wide)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the 3 rows").click()
    assert download.value.suggested_filename == "deals-left-out.xlsx"
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("2 rows imported. 3 rows were left out")
