"""Worksheets that two write at once, on the way back, and with texts that want to run."""

import re

import pytest
from playwright.sync_api import expect

from strategy.worksheets import approval, items
from tests.support import browser as browser_side
from tests.support.worksheets import EVIL, GOALS, USP, WORLD, add_goal, answer, fill
from tests.support.writers import (
    AUTOSAVE,
    BOX,
    KEPT,
    PROOF,
    SAVED,
    all_words,
    cut,
    kept,
    mend,
    press,
    saved,
    status,
    write,
)

# --- Two at once ---------------------------------------------------------------------------------


def test_two_tabs_of_one_person_lose_no_word(site, open_page, address, provoked):
    provoked("status of 409")
    one = open_page(USP)
    other = one.context.new_page()
    other.goto(one.url)
    saved(one, "From the first tab.")
    write(other, "From the second tab.")
    expect(status(other)).to_contain_text("You changed this in two places.")
    press(other, "Compare")
    expect(other.get_by_text("From the first tab.").first).to_be_visible()
    press(other, "Keep mine")
    expect(other.get_by_label(BOX)).to_have_value("From the second tab.")
    assert kept(site) == "From the second tab."
    said = all_words(site, other, address)
    assert "first" in said and "second" in said


def test_a_tab_is_not_in_conflict_with_itself_while_another_writes_beside_it(site, open_page):
    site.add("Wei", "editor")
    mine, theirs = open_page(USP), open_page(USP, "wei@acme.example")
    saved(theirs, "A prize.", PROOF)
    box = mine.get_by_label(BOX)
    with mine.expect_response(AUTOSAVE):
        box.press_sequentially("Only we")
        mine.wait_for_timeout(1100)
        box.press_sequentially(" measure")
    saved(theirs, "A prize and a report.", PROOF)
    box.press_sequentially(" each line.")
    expect(status(mine)).to_have_text(SAVED)
    expect(mine.get_by_label(PROOF)).to_have_value("A prize and a report.")
    assert answer(site, "proposition.usp") == {
        "usp_sentence": "Only we measure each line.",
        "proof": "A prize and a report.",
    }


def test_an_answer_lost_on_the_way_is_no_conflict(site, open_page, provoked):
    provoked("ERR_FAILED")
    page = open_page(USP)

    def lose(route):
        route.fetch()
        route.abort()

    page.route(AUTOSAVE, lose, times=1)
    write(page, "Only we.")
    expect(status(page)).to_have_text(KEPT, timeout=20000)
    saved(page, "Only we measure.")
    assert kept(site) == "Only we measure."


def test_the_button_overtakes_a_slow_autosave(site, open_page, address):
    page = open_page(USP)
    held = []
    page.route(AUTOSAVE, lambda route: held.append(route))
    write(page, "Half a")
    page.get_by_label(PROOF).focus()
    page.wait_for_timeout(300)
    write(page, "Half a sentence becomes whole.")
    press(page, "Save and continue")
    expect(page).to_have_url(re.compile("/customer$"))
    assert len(held) >= 1 and kept(site) == "Half a sentence becomes whole."
    page.go_back()
    expect(page.get_by_label(BOX)).to_have_value("Half a sentence becomes whole.")


def test_what_is_written_after_the_button_waits_for_the_next_visit(site, open_page, address):
    page = open_page(USP)
    write(page, "Before.")
    held = []
    page.route(f"**{USP}", lambda route: held.append(route))
    page.evaluate(
        """text => {
            document.querySelector("form.q .go [value=continue]").click();
            const box = document.querySelector("[name=usp_sentence]");
            box.value = text;
            box.dispatchEvent(new Event("input", { bubbles: true }));
        }""",
        "Before. And after.",
    )
    while not held:
        page.wait_for_timeout(50)
    held[0].continue_()
    expect(page).to_have_url(re.compile("/customer$"))
    page.unroute(f"**{USP}")
    page.goto(address + USP)
    expect(page.get_by_label(BOX)).to_have_value("Before. And after.")
    expect(status(page)).to_have_text(SAVED)
    assert kept(site) == "Before. And after."


def test_without_scripts_two_people_see_both_texts(site, open_page, provoked):
    provoked("status of 409")
    site.add("Wei", "editor")
    mine = open_page(USP, scripts=False)
    theirs = open_page(USP, "wei@acme.example", scripts=False)
    write(theirs, "Their sentence.")
    press(theirs, "Save and continue")
    write(mine, "My sentence.")
    press(mine, "Save and continue")
    expect(mine.get_by_role("heading", level=1)).to_have_text("You and Wei both changed this")
    expect(mine.get_by_text("Their sentence.").first).to_be_visible()
    mine.get_by_label(BOX).fill("One sentence of both.")
    press(mine, "Save this text")
    assert kept(site) == "One sentence of both."


def test_a_row_that_somebody_removed_comes_back_with_the_text(site, open_page, provoked):
    provoked("status of 409")
    site.add("Wei", "editor")
    item = add_goal(site.browser(), "The first words")
    page = open_page(f"{GOALS}?item={item}")
    site.browser("wei@acme.example").post(f"{GOALS}/remove?item={item}")
    page.get_by_label("The goal in one sentence").fill("Newer words")
    expect(status(page)).to_contain_text("Wei removed this while you were writing")
    press(page, "Compare")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Wei removed this")
    press(page, "Bring back with my text")
    expect(page.get_by_label("The goal in one sentence")).to_have_value("Newer words")
    assert answer(site, "business_goals.goals", item)["statement"] == "Newer words"


def test_a_removed_row_leads_to_its_list_and_the_text_waits(site, open_page, address, provoked):
    provoked("ERR_CONNECTION_REFUSED")
    item = add_goal(site.browser(), "The first words")
    page = open_page(f"{GOALS}?item={item}")
    where = page.url
    cut(page)
    page.get_by_label("The goal in one sentence").fill("Newer words")
    expect(status(page)).to_have_text(KEPT)
    page.goto("about:blank")
    with site.session() as session:
        items.remove_item(session, "business_goals.goals", item, by=None, now=site.now)
    mend(page)
    page.goto(where)
    expect(page.get_by_text("“The first words” was removed.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    page.goto(where)
    expect(page.get_by_label("The goal in one sentence")).to_have_value("Newer words")
    expect(status(page)).to_have_text(SAVED)


def test_approving_meanwhile_disturbs_nobody_who_writes(site, open_page):
    page = open_page(USP)
    saved(page, "Only we.")
    with site.session() as session:
        approval.approve(session, "", None, by=None, now=site.now, allow_open=True)
    saved(page, "Only we measure.")
    press(page, "Save and continue")
    assert kept(site) == "Only we measure."


# --- The way back --------------------------------------------------------------------------------


def test_the_way_back_after_a_save_shows_what_was_saved_and_goes_on(site, open_page):
    page = open_page(USP)
    saved(page, "Saved by itself.")
    write(page, "Saved with the button.")
    press(page, "Save and continue")
    expect(page).to_have_url(re.compile("/customer$"))
    page.go_back()
    expect(page.get_by_label(BOX)).to_have_value("Saved with the button.")
    saved(page, "Saved with the button, and once more.")
    page.go_forward()
    page.go_back()
    expect(page.get_by_label(BOX)).to_have_value("Saved with the button, and once more.")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_the_way_back_never_writes_an_old_text_over_a_newer_one(site, open_page, scripts, provoked):
    provoked("status of 409")
    site.add("Wei", "editor")
    page = open_page(USP, scripts=scripts)
    write(page, "Mine, old.")
    press(page, "Save and continue")
    expect(page).to_have_url(re.compile("/customer$"))
    theirs = open_page(USP, "wei@acme.example")
    saved(theirs, "Theirs, newer.")
    page.go_back()
    press(page, "Save and continue")
    page.wait_for_load_state()
    assert kept(site) == "Theirs, newer."


def test_the_way_back_from_a_comparison_loses_neither_text(site, open_page, address, provoked):
    provoked("status of 409")
    site.add("Wei", "editor")
    mine, theirs = open_page(USP), open_page(USP, "wei@acme.example")
    saved(theirs, "Theirs.")
    write(mine, "Mine.")
    press(mine, "Save and continue")
    expect(mine.get_by_role("heading", level=1)).to_have_text("You and Wei both changed this")
    mine.go_back()
    expect(mine.get_by_label(BOX)).to_be_visible()
    assert kept(site) == "Theirs."
    assert "Mine." in all_words(site, mine, address)


def test_two_clicks_send_once(site, open_page):
    page = open_page(GOALS)
    page.route("**/goals/add", lambda route: (page.wait_for_timeout(400), route.continue_()))
    page.evaluate(
        """() => {
            const button = [...document.querySelectorAll("form[action$='/add'] button")].pop();
            button.click();
            setTimeout(() => button.click(), 150);
        }"""
    )
    expect(page.get_by_label("The goal in one sentence")).to_be_visible()
    page.goto(page.url.partition("?")[0])
    expect(page.locator(".rows li")).to_have_count(1)


def test_a_reload_after_a_save_sends_nothing_again(site, open_page):
    page = open_page(USP)
    write(page, "Only we.")
    page.get_by_label(PROOF).fill("A prize.")
    page.get_by_label(PROOF).press("Enter")
    press(page, "Save and return to list")
    page.wait_for_url(re.compile("/strategy$"))
    page.reload()
    page.go_back()
    expect(page.get_by_label(BOX)).to_have_value("Only we.")


# --- What wants to run ---------------------------------------------------------------------------


def test_hostile_and_foreign_texts_run_nowhere_and_fit_a_phone(site, open_page, address):
    fill(site, (*EVIL, *WORLD))
    page = open_page(USP, width=390)
    page.get_by_label(BOX).fill(EVIL[0])
    page.get_by_label(BOX).blur()
    expect(page.locator("[data-coach]")).not_to_be_empty()
    for path in (
        "/strategy/personas",
        "/strategy/personas/who",
        "/strategy/personas/who?item=row0",
        "/strategy/coverage",
        "/strategy/crm_selection/scores",
        "/strategy/journey/map",
        "/strategy/document",
        "/strategy?q=pwn",
        f"{USP}/history",
    ):
        page.goto(address + path)
        assert browser_side.overflow(page, 390) == [], path
