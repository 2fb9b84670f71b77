"""The strategy document in a browser: readable for everybody, on narrow screens, and on paper."""

import pytest
from playwright.sync_api import expect

from goals.alerts import review
from goals.words import Reader
from strategy.document import build
from strategy.document import page as pages
from strategy.worksheets import items
from strategy.worksheets.saving import save_answer
from tests.support import browser as browser_side
from tests.support import company

LONG = "W" * 180
KINDS = ("team_goals.goals", "business_goals.goals")


@pytest.fixture
def written(site):
    with site.session() as session:
        company.revenue_goal(session)
        review.review(session, now=site.now, today=site.now.date())
        for text in ("A short one", LONG, "น้ำใจและกำลังใจของลูกค้า", "让客户少停机"):
            for kind in KINDS:
                item = items.add_item(session, kind, by=None, now=site.now)
                key = "goal" if kind.startswith("team") else "statement"
                save_answer(
                    session, kind, item, {key: text}, 1, by=None, now=site.now, autosave=True
                )
        for key in ("overlap", "rivals"):
            field = {"overlap": "overlap", "rivals": "what_rivals_lack"}[key]
            save_answer(
                session, f"proposition.{key}", "", {field: f"{LONG} {LONG}"}, 0,
                by=None, now=site.now, autosave=True,
            )  # fmt: skip
    return site


@pytest.fixture
def address(written, serve):
    return serve(written.app)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("path", ["/strategy/document", "/strategy/import"])
def test_its_pages_are_readable_for_everybody_and_reflow(open_page, path, dark):
    page = open_page(path, dark=dark)
    assert browser_side.accessibility_faults(page) == []
    assert browser_side.overflow(page) == []


def test_every_format_stands_in_the_menu_and_comes_as_a_file(open_page):
    page = open_page("/strategy/document")
    page.get_by_text("Download").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Markdown").click()
    assert download.value.suggested_filename == "acme-strategy-draft1.md"


def test_on_paper_only_the_document_is_left(open_page):
    page = open_page("/strategy/document")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for gone in (".top", ".side", ".noprint >> nth=0"):
        expect(page.locator(gone)).to_be_hidden()


def test_the_file_that_stands_by_itself_is_readable_too(written, new_page, tmp_path):
    with written.session() as session:
        made = build.build(session, Reader("th"), now=written.now)
    file = tmp_path / "plan.html"
    file.write_bytes(pages.write(made))
    page = new_page()
    page.goto(file.as_uri())
    assert browser_side.accessibility_faults(page) == []
    assert browser_side.overflow(page) == []
