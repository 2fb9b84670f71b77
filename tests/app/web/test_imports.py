"""Files sent on a page: their columns, encoding and dates are asked where they are not certain."""

import html
import io
import os
import re
import time
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from sqlmodel import col, select

from app.web import import_words
from goals.records import kinds
from goals.records.sales import Deal
from goals.records.service import Ticket
from integrations.files import reading
from integrations.files.goals.columns import GOAL
from tests.support.around import ROWS, file_of
from tests.support.forms import sent
from tests.support.site import plain
from tests.support.workbooks import workbook

DEALS = "external_id,name,stage,amount,created_on,closed_on\nd1,Pumps,Won,5,2026-07-01,2026-07-05\n"


def upload(visitor, text, record="deal", encoding="utf-8", status=303):
    """Send a file and return the address of the page on which its columns are matched."""
    file = (io.BytesIO(text.encode(encoding)), "deals.csv")
    return visitor.post("/data/import", status, record=record, file=file).headers.get("Location")


def names(site):
    with site.session() as session:
        here = col(Deal.workspace_id) == site.here, col(Deal.external_id) == "d1"
        return list(session.exec(select(Deal.name).where(*here)))


def test_a_file_with_the_names_of_the_fields_is_imported_with_two_clicks(sites):
    visitor = sites.browser()
    place = upload(visitor, DEALS)
    page = visitor.get(place)
    assert "1 new, 0 changed" in plain(page)
    assert sent(page)["column:closed_on"] == "closed_on"
    visitor.post(place, **sent(page), then="import")
    assert names(sites) == ["Pumps"]


def test_a_file_larger_than_a_page_may_be_is_taken(site, monkeypatch):
    visitor = site.browser()
    monkeypatch.setitem(site.app.config, "MAX_CONTENT_LENGTH", 2000)
    assert upload(visitor, DEALS.replace("Pumps", "Pumps " * 500))
    visitor.post("/settings/teams", 413, name="x" * 3000)


def test_columns_that_were_guessed_are_looked_at_before_the_import(site):
    visitor = site.browser()
    place = upload(visitor, DEALS.replace("external_id", "opportunity_id"))
    page = visitor.get(place)
    assert "Some columns are matched by a guess" in plain(page)
    assert ">Import</button>" not in page and "--mapping" not in page
    again = visitor.post(place, 200, **sent(page), then="look").text
    assert ">Import</button>" in again


def test_the_order_of_dates_is_asked_and_the_columns_stay_matched(site):
    visitor = site.browser()
    place = upload(visitor, DEALS.replace("2026-07-01", "01/07/2026").replace("2026-07-05", ""))
    page = visitor.get(place)
    assert "Choose the order of the dates below" in plain(page)
    visitor.post(place, **{**sent(page), "date_order": "dmy", "then": "import"})
    assert names(site) == ["Pumps"]


def test_the_encoding_is_chosen_by_how_the_text_reads(site):
    visitor = site.browser()
    place = upload(visitor, DEALS.replace("Pumps", "ปั๊มน้ำบาดาล"), encoding="cp874")
    page = visitor.get(place)
    assert "This file is not in UTF-8. Choose below" in plain(page)
    assert re.search(r'<option value="cp874">[^<]*ปั๊มน้ำบาดาล', page)
    again = visitor.post(place, 200, encoding="cp874", then="look").text
    visitor.post(place, **sent(again), then="import")
    assert names(site) == ["ปั๊มน้ำบาดาล"]


def test_a_second_click_on_import_tells_that_the_file_is_in_already(site):
    visitor = site.browser()
    place = upload(visitor, DEALS)
    fields = sent(visitor.get(place))
    visitor.post(place, **fields, then="import")
    visitor.post(place, **fields, then="import")
    assert "imported or removed already" in visitor.get("/data")
    assert names(site) == ["Pumps"]


def test_what_is_missing_is_said_at_the_field(site):
    page = site.browser().post("/data/import", 422, record="deal").text
    assert re.search(r'id="file-error">.*?Choose a file\.</span></p>', page, re.DOTALL)


def test_a_file_that_nobody_imports_is_not_kept_for_ever(site):
    visitor = site.browser()
    place = upload(visitor, DEALS)
    folder = site.wiring.settings.data_dir / "uploads" / str(site.here)
    for path in folder.iterdir():
        os.utime(path, (0, time.time() - 3 * 24 * 3600))
    upload(visitor, DEALS)
    visitor.client.get(place)
    assert len(list(folder.iterdir())) == 2


def test_every_field_has_a_name_that_people_use():
    names = {one.name for kind in kinds.KINDS.values() for one in kind.all_fields()}
    assert names - set(import_words.FIELDS) == set()


def test_what_the_page_says_otherwise_is_said_somewhere():
    said = Path(import_words.__file__).parents[2]
    texts = "".join(
        one.read_text("utf-8").replace('"\n', '"')
        for folder in ("goals/records", "integrations/files")
        for one in (said / folder).glob("*.py")
    )
    assert [one for one in import_words.REPAIRS if one not in texts] == []


def test_every_kind_of_record_is_offered_in_a_group(site):
    page = site.browser().get("/data/import")
    groups = re.findall(r'<optgroup label="([^"]+)">(.*?)</optgroup>', page, re.DOTALL)
    assert [name for name, _ in groups] == [
        "Selling",
        "Leads and marketing",
        "Customers",
        "Figures and settings",
    ]
    offered = [value for _, part in groups for value in re.findall(r'value="(\w+)"', part)]
    assert sorted(offered) == sorted([*kinds.KINDS, GOAL.name])


def test_tickets_are_matched_and_imported_on_the_page(sites):
    visitor = sites.browser()
    place = upload(visitor, file_of(ROWS["ticket"]), "ticket")
    page = visitor.get(place)
    assert "Hours on hold" in page
    assert sent(page)["column:solved_at"] == "solved_at"
    visitor.post(place, **sent(page), then="import")
    with sites.session() as session:
        [ticket] = session.exec(select(Ticket).where(col(Ticket.workspace_id) == sites.here))
        assert (ticket.topic, ticket.waiting_hours) == ("Invoices", Decimal("2.5"))


# --- Workbooks, issues and the rows that are left out ----------------------------------------

ROW = ["external_id", "name", "stage", "amount"]


def zipped(name, text):
    with zipfile.ZipFile(made := io.BytesIO(), "w") as archive:
        archive.writestr(name, text)
    return made.getvalue()


def send(visitor, data, name="deals.xlsx", status=303):
    file = (io.BytesIO(data), name)
    answer = visitor.post("/data/import", status, record="deal", file=file)
    return answer.headers.get("Location")


def test_a_workbook_is_previewed_and_imported(site):
    visitor = site.browser()
    place = send(visitor, workbook(["Deals"], [], ROW, ["d1", "Pumps", "Won", 5]))
    page = visitor.get(place)
    assert "Read from the sheet “Deals”, with the names of the columns in row 3." in plain(page)
    assert "4 matched, 0 left out" in plain(page)
    visitor.post(place, **sent(page), then="import")
    assert "1 row imported." in visitor.get("/data")
    assert names(site) == ["Pumps"]


def test_another_sheet_is_chosen_and_seen_before_it_is_imported(site):
    def more(book):
        book.create_sheet("ลูกค้า").append(["รหัส", "สถานะ"])
        book["ลูกค้า"].append(["d1", "Won"])

    visitor = site.browser()
    place = send(visitor, workbook(ROW, ["other deal", "Pumps", "Won", 5], more=more))
    fields = {**sent(visitor.get(place)), "sheet": "ลูกค้า"}
    page = visitor.post(place, 200, **fields, then="import").text
    assert "รหัส" in page and "other deal" not in page and names(site) == []
    fields = {**sent(page), "column:รหัส": "external_id", "column:สถานะ": "stage"}
    visitor.post(place, 303, **fields, then="import")
    assert names(site) == [None]


def test_issues_stand_under_what_mends_them_with_all_their_rows(site):
    rows = [[f"d{n}", "Pumps", "Won", "#N/A" if n < 7 else "many"] for n in range(9)]
    page = site.browser()
    place = send(page, workbook(ROW, *rows, ["d9", "Pumps", "Won", 1]))
    text = plain(page.get(place))
    assert "Correct its formula, or clear the cell. amount (column D)" in text
    assert "7 rows: 2, 3, 4, 5 …" in text and "2 rows: 9, 10" in text
    assert "Download the 9 rows that are left out" in text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_rows_that_are_left_out_come_back_as_a_file_before_and_after_the_import(site, kind):
    good, bad = ["d1", "Pumps", "Won", "5"], ["d2", "=cmd", "Won", "many"]
    text = "\n".join(map(",".join, (ROW, good, bad))).encode()
    data = text if kind == "csv" else workbook(ROW, good, bad)
    visitor = site.browser()
    place = send(visitor, data, f"งาน.{kind}")
    fields = sent(visitor.get(place))
    before = visitor.post(place, 200, **fields, then="rejects")
    assert f"left-out.{kind}" in before.headers["Content-Disposition"]
    before.close()
    assert names(site) == []
    visitor.post(place, 303, **fields, then="import")
    page = visitor.get("/data")
    assert "1 row imported. 1 row was left out" in page
    run = re.search(r"/data/runs/\d+", page).group()
    found = re.search(r'href="(/data/imports/\d+/rejects[^"]*)"', visitor.get(run))
    assert found is not None
    after = visitor.client.get(html.unescape(found[1]))
    assert after.status_code == 200
    sheet = reading.open_sheet(io.BytesIO(after.data), {})
    after.close()
    assert [one.cells[0] for one in sheet.rows()] == ["d2"]
    assert sheet.header == [*ROW, "problem"]


def test_rows_that_were_left_out_are_of_the_workspace_alone(site):
    assert site.browser().client.get("/data/imports/1/rejects").status_code == 404


def test_the_rows_that_were_left_out_are_kept_longer_than_a_file(site):
    visitor = site.browser()
    place = upload(visitor, DEALS + "d2,Pumps,Won,many,,\n")
    visitor.post(place, **sent(visitor.get(place)), then="import")
    folder = site.wiring.settings.data_dir / "uploads" / str(site.here)
    for days, left in ((3, 1), (31, 0)):
        for path in folder.glob("rejects-*"):
            os.utime(path, (0, time.time() - days * 24 * 3600))
        upload(visitor, DEALS)
        assert len(list(folder.glob("rejects-*"))) == left


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "This file is empty."),
        (bytes(range(256)) * 20, "does not hold text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old kind (.xls)"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "protected with a password",
        ),
        (zipped("deals.csv", DEALS), "an archive or another document"),
        (workbook(ROW)[:300], "This workbook is damaged."),
        (b"<html><table></table></html>", "web page"),
        (b"external_id,stage\nd1," + b"x" * 200_000 + b"\n", "A cell is longer than"),
    ],
)
def test_a_file_that_cannot_be_imported_says_so_on_the_page(site, data, words):
    visitor = site.browser()
    place = send(visitor, data, "deals.csv")
    page = visitor.get(place)
    assert words in plain(page)
    assert ">Import</button>" not in page


def test_columns_without_a_name_are_named_by_their_letters(site):
    visitor = site.browser()
    place = send(visitor, workbook([*ROW, None, "note"], ["d1", "Pumps", "Won", 5, "?", "x"]))
    assert "their columns have no name: E." in plain(visitor.get(place))
