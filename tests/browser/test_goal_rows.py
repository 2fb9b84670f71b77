"""The rows of a new goal's plan in a browser: drawn while it is typed, kept when it is reloaded."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_goal_plan import amounts, first_point
from tests.support.browser import accessibility_faults, overflow

NEW = "/goals/new?metric=revenue&kind=cumulative&target=2400&from=2026-10-01&to=2026-12-31"


@pytest.fixture
def page(site, open_page):
    """The form of a new goal with its months as rows."""
    found = open_page(NEW)
    found.get_by_label("By months").check()
    expect(found.locator("input[name^='row-']")).to_have_count(3)
    return found


def test_rows_follow_the_target_until_they_are_moved_by_keys(page):
    assert amounts(page) == [800, 800, 800]
    page.get_by_label("Number", exact=True).fill("4,800")
    page.get_by_label("Number", exact=True).blur()
    expect(page.locator("input[name^='row-']").first).to_have_value("1,600")
    first_point(page).focus()
    page.keyboard.press("ArrowUp")
    assert amounts(page)[0] > 1600 and sum(amounts(page)) == pytest.approx(4800)
    expect(first_point(page)).to_be_focused()


def test_what_was_typed_comes_back_when_the_page_is_loaded_again(page):
    page.locator("input[name^='row-']").first.fill("1,200")
    page.get_by_label("Why it matters").fill("<b>Because</b>")
    page.reload()
    expect(page.get_by_label("Why it matters")).to_have_value("<b>Because</b>")
    assert amounts(page) == [1200, 800, 800]
    page.get_by_role("button", name="Set this goal").click()
    expect(page.get_by_role("alert")).to_contain_text("$400 more than the target of $2,400.")
    page.get_by_role("button", name="Spread the difference").click()
    assert sum(amounts(page)) == 2400
    page.get_by_role("button", name="Set this goal").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("$2,400")


def test_another_tab_and_another_visit_begin_anew(page, open_page):
    page.get_by_label("Why it matters").fill("Because")
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.get_by_label("Why it matters")).to_have_value("")
    other.close()
    page.goto(page.url)
    expect(page.get_by_label("Why it matters")).to_have_value("")


def test_the_form_with_rows_fits_a_phone_and_can_be_used_by_everybody(page):
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert accessibility_faults(page) == []
        assert overflow(page) == []
