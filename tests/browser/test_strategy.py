"""Worksheets in a browser: saved while somebody writes, kept offline, readable for everybody."""

import re

import pytest
from playwright.sync_api import expect

from tests.support import browser as browser_side

USP = "/strategy/proposition/usp"
GOALS = "/strategy/business_goals/goals"
BOX = "USP in one sentence"


def expected(new_page, text):
    """Take a complaint that a test provokes off the list; it must be there."""
    found = [one for one in new_page.complaints if text in one]
    assert found
    new_page.complaints[:] = [one for one in new_page.complaints if one not in found]


def test_what_is_written_saves_itself_after_a_pause(open_page):
    page = open_page(USP)
    page.get_by_label(BOX).type("We are the only ones who measure each line first.")
    expect(page.locator("[data-saved]")).to_have_text("Saved 23:59")
    expect(page.locator("[data-coach]")).to_contain_text("Your sentence has")
    page.reload()
    expect(page.get_by_label(BOX)).to_have_value(re.compile("measure each line first"))


def test_leaving_a_box_saves_at_once(open_page):
    page = open_page(USP)
    page.get_by_label(BOX).fill("Only we.")
    with page.expect_response(re.compile("autosave"), timeout=900):
        page.get_by_label("What shows that it is true?").focus()
    expect(page.locator("[data-saved]")).to_have_text("Saved 23:59")


def test_a_save_that_follows_autosaves_of_the_same_page_is_no_conflict(open_page):
    page = open_page(USP)
    page.get_by_label(BOX).type("Only we measure each line.")
    expect(page.locator("[data-saved]")).to_have_text("Saved 23:59")
    page.get_by_label(BOX).fill("Only we measure each line before we quote.")
    page.get_by_role("button", name="Save and continue").last.click()
    expect(page).to_have_url(re.compile("/strategy/proposition/customer$"))


def test_two_writers_are_shown_both_texts(site, open_page, new_page):
    site.add("Wei", "editor")
    mine, theirs = open_page(USP), open_page(USP, "wei@acme.example")
    theirs.get_by_label(BOX).fill("Their sentence.")
    theirs.get_by_role("button", name="Save and return to list").click()
    mine.get_by_label(BOX).type("My own words.")
    expect(mine.locator("[data-saved]")).to_contain_text("You and Wei both changed this.")
    mine.get_by_role("button", name="Compare").click()
    expect(mine.get_by_role("heading", level=1)).to_have_text("You and Wei both changed this")
    assert browser_side.accessibility_faults(mine) == []
    assert browser_side.overflow(mine) == []
    mine.get_by_role("button", name="Keep mine").click()
    expect(mine.get_by_label(BOX)).to_have_value("My own words.")
    expected(new_page, "status of 409")


def test_offline_the_text_stays_on_the_device_and_is_sent_later(open_page, new_page):
    page = open_page(USP)
    page.context.set_offline(True)
    page.get_by_label(BOX).type("Written in a tunnel.")
    expect(page.locator("[data-saved]")).to_have_text("Kept on this device, will send when online")
    page.context.set_offline(False)
    expect(page.locator("[data-saved]")).to_have_text("Saved 23:59")
    page.reload()
    expect(page.get_by_label(BOX)).to_have_value("Written in a tunnel.")
    expected(new_page, "ERR_INTERNET_DISCONNECTED")


def test_a_text_that_never_arrived_is_back_in_the_box_the_next_time(open_page, new_page):
    page = open_page(USP)
    page.context.set_offline(True)
    page.get_by_label(BOX).type("Written in a tunnel.")
    expect(page.locator("[data-saved]")).to_have_text("Kept on this device, will send when online")
    where = page.url
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto(where)
    expect(page.get_by_label(BOX)).to_have_value("Written in a tunnel.")
    expect(page.locator("[data-saved]")).to_have_text("Saved 23:59")
    expected(new_page, "ERR_INTERNET_DISCONNECTED")


def test_boxes_that_depend_on_a_choice_show_as_soon_as_it_is_made(open_page):
    page = open_page("/strategy/team_goals/goals")
    page.get_by_role("button", name=re.compile("^Add")).click()
    expect(page.locator("#f-team")).to_be_hidden()
    page.locator("[name=whose][value=team]").check()
    expect(page.locator("#f-team")).to_be_visible()
    expect(page.locator("#f-person")).to_be_hidden()


def test_a_refused_save_puts_the_focus_on_the_summary(open_page):
    page = open_page(USP)
    page.get_by_role("button", name="Save and continue").last.click()
    expect(page.locator(".errors")).to_be_focused()
    page.locator(".errors a").first.click()
    expect(page.get_by_label(BOX)).to_be_focused()
    assert browser_side.accessibility_faults(page) == []


def test_without_scripts_a_row_is_written_moved_and_removed(open_page):
    page = open_page(GOALS, scripts=False)
    for name in ("Alpha", "Beta"):
        page.get_by_role("button", name="Add a business goal").click()
        page.get_by_label("The goal in one sentence").fill(name)
        page.get_by_label("Something is there that is not there today").check()
        page.get_by_role("button", name="Save and continue").last.click()
        page.goto(page.url.partition("/strategy")[0] + GOALS)
    page.get_by_role("button", name="Move up: Beta").click()
    expect(page.locator(".rows li").first).to_contain_text("Beta")
    page.get_by_role("button", name="Remove Beta").click()
    expect(page.locator(".rows li")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".rows li").first).to_contain_text("Beta")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    "path",
    [
        "/strategy",
        USP,
        "/strategy/business_goals/period",
        GOALS,
        "/strategy/business_goals",
        "/strategy/goals",
        "/strategy/approve",
        "/strategy/versions",
        f"{USP}/history",
    ],
)
def test_pages_are_readable_for_everybody_and_reflow(open_page, path, dark):
    page = open_page(USP, dark=dark)
    page.get_by_label(BOX).fill("We are the only ones who measure each line before we quote.")
    page.get_by_role("button", name="Save and return to list").click()
    page.goto(page.url.partition("/strategy")[0] + path)
    for closed in page.locator("details.ask > summary").all():
        closed.click()
    assert browser_side.accessibility_faults(page) == []
    assert browser_side.overflow(page) == []


@pytest.mark.usefixtures("trial")
def test_a_long_list_is_narrowed_by_typing(open_page):
    page = open_page("/strategy/trial/numbers")
    find = page.get_by_role("searchbox", name="Search in this list")
    find.fill("win r")
    boxes = page.locator("details.choosing input[type=checkbox]:visible")
    expect(boxes).to_have_count(1)
    boxes.check()
    expect(page.locator("[data-saved]")).to_have_text("Saved 23:59")
    find.fill("nothing like it")
    expect(page.get_by_text("Nothing in this list fits.")).to_be_visible()
    find.fill("")
    expect(page.locator("details.choosing")).to_have_count(6)
    page.reload()
    expect(page.locator("details.choosing[open] input:checked")).to_have_count(1)
    assert browser_side.accessibility_faults(page) == []
    assert browser_side.overflow(page) == []


@pytest.mark.usefixtures("trial")
def test_a_long_list_needs_no_script(open_page):
    page = open_page("/strategy/trial/numbers", scripts=False, width=390)
    here = page.url
    expect(page.get_by_role("searchbox", name="Search in this list")).to_be_hidden()
    page.get_by_text("Leads and demand").click()
    page.get_by_label("Referrals").check()
    assert page.get_by_label("Referrals").bounding_box()["x"] < 100
    page.get_by_role("button", name="Save and continue").last.click()
    expect(page).not_to_have_url(here)
    page.goto(here)
    expect(page.get_by_label("Referrals")).to_be_checked()


@pytest.mark.usefixtures("trial")
def test_what_is_worked_out_follows_each_save(open_page):
    page = open_page("/strategy/trial/steps")
    page.get_by_role("button", name="Start with our three steps").click()
    page.get_by_role("link", name="Move the data").click()
    page.get_by_role("link", name="Size").click()
    line = page.locator("[data-computed=double]")
    expect(line).to_have_text("Is worked out from the answers on this page.")
    page.get_by_label("Weight").type("21")
    expect(line).to_have_text("42")
    page.get_by_label("Weight").fill("")
    expect(line).to_have_text("Is worked out from the answers on this page.")
    assert browser_side.accessibility_faults(page) == []


def test_a_question_is_talked_about_without_a_script(site, open_page):
    page = open_page(USP, scripts=False)
    page.get_by_text("Comments", exact=True).click()
    page.get_by_label("Your comment").fill("Is this true?")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator("#comments")).to_contain_text("Is this true?")
    page.get_by_role("button", name="Resolve").click()
    expect(page.locator("#comments")).to_contain_text("1 resolved")


def test_pages_around_the_answers_are_readable_for_everybody(site, open_page):
    page = open_page(USP)
    page.get_by_text("Comments", exact=True).click()
    page.get_by_label("Your comment").fill("Is this true?")
    page.get_by_role("button", name="Comment", exact=True).click()
    for path in (USP, "/strategy", "/strategy?q=offer", "/strategy/share"):
        page.goto(page.url.partition("/strategy")[0] + path)
        assert browser_side.accessibility_faults(page) == []
        assert browser_side.overflow(page) == []
    page.get_by_role("button", name="Make a link").click()
    page.goto(
        page.get_by_label("Link to the strategy")
        .input_value()
        .replace(site.wiring.settings.base_url.rstrip("/"), page.url.partition("/strategy")[0])
    )
    expect(page.get_by_role("heading", level=1)).to_have_text("Strategy")
    assert browser_side.accessibility_faults(page) == []
    assert browser_side.overflow(page) == []
