"""A new company writes its whole strategy by keyboard alone, approves it, and sends it out."""

import io
import json
import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import docx
import openpyxl
import pptx
import pytest
from playwright.sync_api import Locator, Page, expect

from app.wiring import Wiring
from goals.errors import Refusal
from strategy.document import formats, pdf
from strategy.worksheets import library
from tests.support import browser as browser_side
from tests.support import site
from tests.support.walking import Walk

#: A long document takes its time on a busy machine, in milliseconds.
SLOW = 120_000
FILE = Path(__file__).with_name("whole_strategy.toml")
OWNER = {
    "Company": "Fern & Co",
    "Your name": "Rosa Fern",
    "E-mail": "rosa@fern.example",
    "Password": "shears that stay sharp",
}
GOALS = (
    "Garden shops order for 900 thousand by the end of the year",
    "A garden shop decides within forty days",
    "Twenty new shops by the end of the year",
    "Half of all visits end in an order by December",
)
#: What a phone is shown, besides a page for each kind of question.
PAGES = (
    "/strategy",
    "/strategy/journey/stages",
    "/strategy/journey/map",
    "/strategy/crm_selection/scores",
    "/strategy/journey",
    "/strategy/coverage",
    "/strategy/implementation/plan",
    "/strategy/team_goals/tree",
    "/strategy/data_governance/good",
    "/strategy/versions",
    "/strategy/document",
)


@pytest.fixture(scope="module")
def company(sqlite_template, tmp_path_factory, browser):
    """A company that its first owner sets up on the page of the first run."""
    folder = tmp_path_factory.mktemp("whole")
    file = folder / "headway.db"
    file.write_bytes(sqlite_template.read_bytes())
    wiring = Wiring(site.settings_for(f"sqlite:///{file}", folder), lambda: site.NOW)
    pages = browser_side.Pages(browser)
    with browser_side.served(site.application(wiring)) as address:
        page = pages()
        page.goto(address)
        walk = Walk(page, FILE)
        for label, text in OWNER.items():
            walk.keys.write(page.get_by_label(label), text)
        walk.keys.follow(page.get_by_role("button", name="Continue"))
        walk.keys.follow(page.get_by_role("button", name="Continue"))
        yield SimpleNamespace(walk=walk, page=page, pages=pages, address=address)
        pages.close()
    wiring.close()
    assert pages.complaints == []


def reach(company: SimpleNamespace, last: str) -> None:
    """Write the sections up to one of them, those that are written already left out."""
    walk, page = company.walk, company.page
    page.goto(f"{company.address}/strategy")
    walk.keys.arrive()
    for section in library.worksheets().sections:
        if section.key not in walk.done:
            walk.section(section)
            walk.keys.follow(page.get_by_role("link", name="Return to list"))
        if section.key == last:
            break


@pytest.fixture(scope="module")
def written(company):
    """The company with every section of its strategy written."""
    reach(company, library.worksheets().sections[-1].key)
    return company


@pytest.fixture(scope="module")
def approved(written):
    """The company with its strategy approved and all goals of it made."""
    keys, page = written.walk.keys, written.page
    keys.follow(page.get_by_role("link", name="Check and approve"))
    expect(page.get_by_text("Nothing is open.")).to_be_visible()
    keys.write(page.get_by_label("Name of this version"), "Sharp for life")
    keys.follow(page.get_by_role("button", name="Approve version 1"))
    page.goto(f"{written.address}/strategy/goals")
    keys.follow(page.get_by_role("button", name="Make these goals"))
    return written


@pytest.fixture(scope="module")
def download(approved):
    """Downloads the document in a format by keyboard, once; None where it is not offered."""
    keys, page = approved.walk.keys, approved.page
    found: dict[str, bytes | None] = {}

    def get(ending: str) -> bytes | None:
        if ending not in found:
            page.goto(f"{approved.address}/strategy/document")
            keys.open(page.locator("summary", has_text="Download"))
            name = formats.FORMATS[ending].name
            link = page.get_by_role("link", name=name, exact=True)
            found[ending] = fetched(link) if link.count() else None
        return found[ending]

    def fetched(link: Locator) -> bytes:
        keys.tab_to(link)
        with page.expect_download(timeout=SLOW) as download:
            keys.press("Enter")
        return Path(download.value.path()).read_bytes()

    return get


@pytest.mark.parametrize("key", [one.key for one in library.worksheets().sections])
def test_a_section_is_answered_by_keyboard_alone(company, key):
    reach(company, key)
    title = library.worksheets().section(key).title
    row = company.page.get_by_role("main").get_by_role("listitem")
    row = row.filter(has=company.page.get_by_role("link", name=title, exact=True))
    expect(row).to_contain_text("Complete")


def test_every_question_of_every_section_is_asked_on_the_way(written):
    every = set(library.worksheets().asked)
    # A goal that shows in a number is not asked for a sign that it is done.
    assert every - written.walk.asked == {"business_goals.done"}


def test_every_section_is_complete_at_the_end(written):
    written.page.goto(f"{written.address}/strategy")
    count = len(library.worksheets().sections)
    expect(written.page.get_by_text(f"{count} of {count} sections complete.")).to_be_visible()


def test_the_strategy_is_approved_and_four_goals_are_made_of_it(approved):
    page = approved.page
    page.goto(f"{approved.address}/strategy")
    expect(page.get_by_text("Version 1, approved")).to_be_visible()
    page.goto(f"{approved.address}/goals")
    for name in GOALS:
        expect(page.get_by_role("link", name=name).first).to_be_visible()


@pytest.mark.parametrize("ending", ["md", "html", "docx", "xlsx", "json"])
def test_a_file_holds_every_word_that_was_typed(approved, download, ending):
    text = plain(READERS[ending](download(ending)))
    assert [one for one in approved.walk.typed if plain(one) not in text] == []


def test_the_slides_have_one_for_each_section_and_the_goals(download):
    slides = pptx.Presentation(io.BytesIO(download("pptx"))).slides
    text = plain("\n".join(slide_text(one) for one in slides))
    for section in library.worksheets().sections:
        assert section.title in text
    assert all(name in text for name in GOALS)


def test_the_document_is_made_as_pdf_or_the_page_says_that_it_cannot_be(approved, download):
    try:
        pdf.weasyprint()
    except Refusal:
        approved.page.goto(f"{approved.address}/strategy/document/pdf")
        expect(approved.page.get_by_text("PDF cannot be made on this machine")).to_be_visible()
    else:
        made = download("pdf")
        assert made is not None and made.startswith(b"%PDF-")


def test_the_page_of_the_document_holds_every_word_that_was_typed(approved):
    approved.page.goto(f"{approved.address}/strategy/document")
    text = plain(approved.page.get_by_role("article").inner_text())
    assert [one for one in approved.walk.typed if plain(one) not in text] == []


# --- On a phone --------------------------------------------------------------------------------


@pytest.fixture
def phone(approved):
    """Opens pages of the same company on a phone."""
    state = approved.page.context.storage_state()
    # Another device: signed in as the same person, without what the first one keeps for itself.
    state["origins"] = []
    page = approved.pages(width=390, storage_state=state, has_touch=True)

    def visit(path: str) -> Page:
        page.goto(approved.address + path)
        return page

    yield visit
    page.context.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_phone_and_everything_on_it_can_be_touched(phone, path):
    fits(phone(path))


def test_a_page_for_each_kind_of_question_fits_a_phone(phone, download):
    rows = json.loads(download("json"))["answers"]
    for path in sorted(set(kinds_of_questions(rows))):
        fits(phone(path))


def test_the_journey_is_read_on_a_phone_stage_by_stage(phone):
    page = phone("/strategy/journey/map")
    expect(page.get_by_role("heading", name="Hears of us")).to_be_visible()
    expect(page.get_by_text("Lend the rack for a season").filter(visible=True)).to_have_count(1)
    page.get_by_role("link", name="Stage after: Stays with us").tap()
    expect(page.get_by_role("heading", name="Stays with us")).to_be_visible()
    expect(page.get_by_text("Plan sharpening days in February").filter(visible=True)).to_have_count(
        1
    )
    fits(page)


def test_the_scores_are_read_on_a_phone_one_system_at_a_time(phone):
    page = phone("/strategy/crm_selection/scores")
    place = "Granite, Speak a visit into the telephone"
    expect(page.get_by_label(f"Score, {place}")).to_be_hidden()
    page.get_by_role("button", name="Granite").tap()
    expect(page.get_by_label(f"Score, {place}")).to_have_value("0")
    fits(page)


def fits(page: Page) -> None:
    """Nothing sticks out, and each control can be touched where it stands."""
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    assert browser_side.overflow(page, 390) == [], page.url
    assert browser_side.accessibility_faults(page) == [], page.url
    main = page.get_by_role("main")
    controls = main.locator("a, button, input, select, textarea, summary")
    for control in controls.all():
        if control.is_visible() and control.is_enabled():
            control.tap(trial=True, timeout=5000)


def kinds_of_questions(rows: dict[str, Any]) -> Iterator[str]:
    """Yield the address of a page for each kind of field, about a row where it has rows."""
    seen: set[str] = set()
    for asked in library.worksheets().asked.values():
        kinds = {one.kind for one in asked.question.fields} - seen
        repeat = asked.question.repeat
        if not kinds or asked.question.asked_on or (repeat is not None and repeat.table):
            continue
        there = rows.get(asked.store)
        if not there or asked.address == "business_goals.done":
            continue
        seen |= kinds
        item = f"?item={there[0]['item']}" if asked.has_rows else ""
        yield f"/strategy/{asked.address.replace('.', '/')}{item}"


# --- Read again --------------------------------------------------------------------------------


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def html_text(content: bytes) -> str:
    reader = _Text()
    reader.feed(content.decode())
    return "\n".join(reader.found)


def word_text(content: bytes) -> str:
    body = docx.Document(io.BytesIO(content)).element.body
    lines = (one for one in body.iter() if one.tag.endswith("}p"))
    return "\n".join(
        "".join(part.text or "" for part in line.iter() if part.tag.endswith("}t"))
        for line in lines
    )


def sheet_text(content: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = (cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    return "\n".join(str(one) for one in cells if one is not None)


def slide_text(slide: Any) -> str:
    found = []
    for shape in slide.shapes:
        if shape.has_text_frame:
            found.append(shape.text_frame.text)
        if shape.has_table:
            found += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(found)


def json_text(content: bytes) -> str:
    def texts(value: Any) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            for one in value.values() if isinstance(value, dict) else value:
                yield from texts(one)

    return "\n".join(texts(json.loads(content)))


def markdown_text(content: bytes) -> str:
    text = re.sub(r"<br\s*/?>", "\n", content.decode())
    return unescape(re.sub(r"\\([^\w\s])", r"\1", text))


READERS = {
    "md": markdown_text,
    "html": html_text,
    "docx": word_text,
    "xlsx": sheet_text,
    "json": json_text,
}


def plain(text: str) -> str:
    """Return a text in one line, as a reader compares it."""
    return " ".join(text.split())
