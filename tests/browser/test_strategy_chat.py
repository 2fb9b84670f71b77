"""The worksheets as a conversation in a browser: by keyboard alone, narrow, and without scripts."""

import re

import pytest
from playwright.sync_api import expect

from tests.support import browser as browser_side

CHAT = "/strategy/chat"


def asked(page):
    return page.locator("#asks")


def in_view(page, place):
    return page.evaluate(
        """place => {
            const box = document.querySelector(place).getBoundingClientRect();
            return box.top >= 0 && box.bottom <= innerHeight;
        }""",
        place,
    )


@pytest.mark.parametrize("width", [1280, 390], ids=["wide", "narrow"])
def test_a_section_is_talked_through_by_keyboard_alone(site, open_page, width):
    page = open_page("/strategy", width=width)
    page.get_by_role("link", name="Answer in a conversation").focus()
    page.keyboard.press("Enter")
    expect(asked(page)).to_contain_text("Marketing hands over leads")
    expect(page.get_by_role("button", name="Yes", exact=True)).to_be_focused()
    for sign in ("Deals get stuck", "Sales wins customers", "each know another part"):
        page.keyboard.press("Enter")
        expect(asked(page)).to_contain_text(sign)
        expect(page.get_by_role("button", name="Yes", exact=True)).to_be_focused()
        assert in_view(page, "#newest") and in_view(page, "form.composer")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="No", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(asked(page)).to_contain_text("Service works overtime")
    page.keyboard.press("Enter")
    expect(asked(page)).to_have_text("That was the last question here.")
    expect(page.get_by_role("link", name="Go on with Business goals")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name of the strategy")).to_be_focused()
    page.keyboard.type("Strategy 2027")
    page.keyboard.press("Enter")
    expect(asked(page)).to_contain_text("First day")
    expect(page.get_by_label("Day", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(asked(page)).to_contain_text("Last day")


def test_the_newest_message_is_announced_and_no_page_is_loaded_for_it(open_page):
    page = open_page(f"{CHAT}/proposition")
    newest = page.locator("[aria-live=polite]#newest")
    page.evaluate("window.stayed = true")
    page.keyboard.type("We measure each line")
    page.keyboard.press("Enter")
    expect(newest).to_contain_text("Noted.")
    expect(newest).to_contain_text("Anything else?")
    expect(page.locator(".me .bubble").last).to_have_text("We measure each line")
    expect(page.locator("#f-what_we_do_well")).to_be_focused()
    assert page.evaluate("window.stayed") is True
    page.keyboard.type("We answer within a day")
    page.keyboard.press("Enter")
    expect(page.locator(".me .bubble li")).to_have_count(2)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="That's all")).to_be_focused()
    page.keyboard.press("Enter")
    expect(newest).to_contain_text("What do your customers want?")


def test_shift_and_enter_begin_a_new_line(open_page):
    page = open_page(f"{CHAT}/proposition?at=overlap")
    expect(page.get_by_text("begin a new line")).to_be_visible()
    page.keyboard.type("One")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("Two")
    expect(page.locator("#f-overlap")).to_have_value("One\nTwo")
    page.keyboard.press("Enter")
    expect(page.locator(".me .bubble").last).to_contain_text("Two")


def test_an_earlier_answer_is_changed_by_keyboard_without_losing_the_place(open_page):
    page = open_page(f"{CHAT}/symptoms")
    page.keyboard.press("Enter")
    expect(asked(page)).to_contain_text("Deals get stuck")
    page.get_by_role("link", name=re.compile("^Change Marketing hands")).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("You change an earlier answer.")).to_be_visible()
    page.get_by_role("button", name="No", exact=True).focus()
    page.keyboard.press("Enter")
    expect(asked(page)).to_contain_text("Deals get stuck")
    expect(page.locator(".me .bubble")).to_have_text("No")


def test_what_to_mend_is_said_at_the_box_and_what_was_typed_stays(open_page):
    page = open_page(f"{CHAT}/business_goals?at=period")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Give the strategy a name")).to_be_visible()
    expect(page.get_by_label("Name of the strategy")).to_be_focused()
    page.keyboard.type("Strategy 2027")
    page.keyboard.press("Enter")
    page.get_by_label("Day", exact=True).fill("40")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Write a day with its month and year")).to_be_visible()
    expect(page.get_by_label("Day", exact=True)).to_have_value("40")


def test_offline_the_words_stay_in_the_box(open_page, new_page):
    page = open_page(f"{CHAT}/proposition?at=overlap")
    page.context.set_offline(True)
    page.keyboard.type("Written in a tunnel.")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Not sent. Your words are still in the box")).to_be_visible()
    expect(page.locator("#f-overlap")).to_have_value("Written in a tunnel.")
    page.context.set_offline(False)
    page.keyboard.press("Enter")
    expect(page.locator(".me .bubble").last).to_have_text("Written in a tunnel.")
    assert [one for one in new_page.complaints if "ERR_INTERNET_DISCONNECTED" in one]
    new_page.complaints.clear()


def test_two_writers_choose_between_both_texts_and_the_talk_goes_on(site, open_page, new_page):
    site.add("Wei", "editor")
    mine = open_page(f"{CHAT}/proposition?at=usp")
    theirs = open_page("/strategy/proposition/usp", "wei@acme.example")
    theirs.get_by_label("USP in one sentence").fill("Their sentence.")
    theirs.get_by_role("button", name="Save and return to list").click()
    mine.keyboard.type("My own words.")
    mine.keyboard.press("Enter")
    expect(mine.get_by_role("heading", level=1)).to_have_text("You and Wei both changed this")
    mine.get_by_role("button", name="Keep mine").click()
    expect(mine).to_have_url(re.compile(f"{CHAT}/proposition$"))
    expect(mine.locator(".me .bubble").first).to_have_text("My own words.")
    assert [one for one in new_page.complaints if "status of 409" in one]
    new_page.complaints.clear()


def test_without_scripts_the_talk_is_the_same(open_page):
    page = open_page(CHAT, scripts=False, width=390)
    expect(page.get_by_role("button", name="Yes", exact=True)).to_be_focused()
    page.get_by_role("button", name="Sometimes").click()
    expect(asked(page)).to_contain_text("Deals get stuck")
    page.get_by_role("button", name="Skip").click()
    expect(asked(page)).to_contain_text("Sales wins customers")
    page.get_by_text("Why do you ask?").click()
    expect(page.get_by_text("A CRM strategy is a plan for better relationships")).to_be_visible()
    page.goto(page.url.partition("/chat")[0] + "/chat/proposition")
    for text in ("We measure", "We repair"):
        page.get_by_label("What do you do well?").fill(text)
        page.get_by_role("button", name=re.compile("^(Send|Add another)$")).click()
        expect(page.locator(".me .bubble").last).to_contain_text(text)
    page.get_by_role("button", name="That's all").click()
    expect(page.get_by_label("What do your customers want?")).to_be_focused()
    page.goto(page.url.partition("/chat")[0] + "/chat/business_goals")
    page.get_by_label("Name of the strategy").fill("Strategy 2027")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("button", name="Send").click()
    expect(asked(page)).to_contain_text("Last day")
    expect(page.get_by_label("Day", exact=True)).to_be_focused()
    for box, value in (("Day", "31"), ("Month", "12"), ("Year", "2027")):
        page.get_by_label(box, exact=True).fill(value)
    page.get_by_role("button", name="Send").click()
    page.get_by_role("button", name="Add a business goal").click()
    page.get_by_label("The goal in one sentence").fill("Eliminate customer churn.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#newest")).to_contain_text("SMART coach")
    page.get_by_role("button", name="Use this wording").click()
    expect(asked(page)).to_contain_text("How will it show?")
    page.get_by_role("button", name="A number rises, falls or holds").click()
    expect(page.locator("#f-metric")).to_be_focused()
    assert in_view(page, "#f-metric") and in_view(page, "#asks")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    "path",
    [
        f"{CHAT}/symptoms",
        f"{CHAT}/proposition?at=usp",
        f"{CHAT}/business_goals",
        f"{CHAT}/journey",
        f"{CHAT}/content_plan",
        f"{CHAT}/channels",
    ],
)
def test_talks_are_readable_for_everybody_and_reflow(site, open_page, path, dark):
    page = open_page("/strategy/proposition/usp", dark=dark)
    page.get_by_label("USP in one sentence").fill("We are number one worldwide.")
    page.get_by_role("button", name="Save and return to list").click()
    page.goto(page.url.partition("/strategy")[0] + path)
    for closed in page.locator("details.ask > summary").all():
        closed.click()
    assert browser_side.accessibility_faults(page) == []
    assert browser_side.overflow(page) == []


@pytest.mark.parametrize("lang", ["th", "zh_Hans"])
def test_the_talk_speaks_the_readers_language(open_page, lang):
    page = open_page(f"{CHAT}/symptoms", width=390)
    english = asked(page).inner_text()
    page.context.add_cookies([{"name": "headway_lang", "value": lang, "url": page.url}])
    page.reload()
    expect(asked(page)).not_to_have_text(english)
    assert browser_side.accessibility_faults(page) == []
    assert browser_side.overflow(page) == []


def test_an_answer_is_changed_with_a_finger(open_page):
    page = open_page(CHAT, width=390)
    page.get_by_role("button", name="Yes", exact=True).click()
    expect(asked(page)).to_contain_text("Deals get stuck")
    # As WCAG 2.2 asks in 2.5.8.
    assert page.get_by_role("link", name="Change").first.bounding_box()["height"] >= 24
