"""The page that takes a file in, on a phone."""

import pytest
from playwright.sync_api import expect

from tests.support.around import ROWS, file_of


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
