"""Files sent on a page: their columns, encoding and dates are asked where they are not certain."""

import io
import os
import re
import time
from decimal import Decimal

from sqlmodel import col, select

from app.web import import_words
from goals.records import kinds
from goals.records.sales import Deal
from goals.records.service import Ticket
from tests.support.around import ROWS, file_of
from tests.support.forms import sent
from tests.support.site import plain

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
    assert sorted(offered) == sorted(kinds.KINDS)


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
