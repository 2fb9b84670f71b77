"""Worksheets without a network, a server or a sign-in: every word waits and arrives."""

import re

from playwright.sync_api import expect

from tests.support.worksheets import USP
from tests.support.writers import (
    AUTOSAVE,
    BOX,
    KEPT,
    SAVED,
    all_words,
    become,
    cut,
    kept,
    mend,
    press,
    saved,
    sign_everybody_out,
    sign_in,
    status,
    write,
)

# --- Without the network -------------------------------------------------------------------------


def test_a_server_that_comes_back_is_sent_the_text_by_itself(site, open_page, provoked):
    provoked("ERR_CONNECTION_REFUSED")
    page = open_page(USP)
    cut(page)
    write(page, "Written while the server restarts.")
    expect(status(page)).to_have_text(KEPT)
    mend(page)
    expect(status(page)).to_have_text(SAVED, timeout=8000)
    assert kept(site) == "Written while the server restarts."


def test_an_error_of_the_server_is_said_and_the_text_is_sent_later(site, open_page, provoked):
    provoked("status of 502")
    page = open_page(USP)
    page.route(AUTOSAVE, lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))
    write(page, "Written behind a broken proxy.")
    expect(status(page)).to_have_text("Not saved. What you wrote is kept on this device.")
    page.unroute(AUTOSAVE)
    expect(status(page)).to_have_text(SAVED, timeout=8000)


def test_texts_of_two_tabs_without_a_network_are_both_kept(site, open_page, address, provoked):
    provoked("ERR_CONNECTION_REFUSED")
    provoked("status of 409")
    one = open_page(USP)
    other = one.context.new_page()
    other.goto(one.url)
    cut(one)
    for page, text in ((one, "Alpha in a tunnel."), (other, "Beta in a tunnel.")):
        write(page, text)
        expect(status(page)).to_have_text(KEPT)
        page.goto("about:blank")
    other.close()
    mend(one)
    one.goto(address + USP)
    expect(status(one)).to_contain_text("You changed this in two places.")
    said = all_words(site, one, address)
    assert "Alpha" in said and "Beta" in said


def test_a_draft_never_overwrites_what_others_saved_since(site, open_page, address, provoked):
    provoked("ERR_CONNECTION_REFUSED")
    provoked("status of 409")
    site.add("Wei", "editor")
    mine, theirs = open_page(USP), open_page(USP, "wei@acme.example")
    cut(mine)
    write(mine, "Mine in a tunnel.")
    expect(status(mine)).to_have_text(KEPT)
    mine.goto("about:blank")
    saved(theirs, "Theirs, newer.")
    mend(mine)
    mine.goto(address + USP)
    expect(status(mine)).to_contain_text("You and Wei both changed this.")
    expect(mine.get_by_label(BOX)).to_have_value("Mine in a tunnel.")
    assert kept(site) == "Theirs, newer."
    press(mine, "Compare")
    press(mine, "Keep the text by Wei")
    expect(mine.get_by_label(BOX)).to_have_value("Theirs, newer.")
    mine.reload()
    expect(mine.get_by_label(BOX)).to_have_value("Theirs, newer.")


def test_a_save_that_never_arrived_is_not_given_up_because_others_saved(
    site, open_page, address, provoked
):
    provoked("ERR_INTERNET_DISCONNECTED")
    provoked("status of 409")
    site.add("Wei", "editor")
    mine, theirs = open_page(USP), open_page(USP, "wei@acme.example")
    mine.context.set_offline(True)
    write(mine, "Sent into a tunnel.")
    press(mine, "Save and continue")
    mine.wait_for_url("chrome-error://**")
    saved(theirs, "Theirs, newer.")
    mine.context.set_offline(False)
    mine.goto(address + USP)
    expect(mine.get_by_label(BOX)).to_have_value("Sent into a tunnel.")
    expect(status(mine)).to_contain_text("You and Wei both changed this.")


def test_a_save_that_arrived_gives_way_to_what_others_made_of_it(site, open_page, address):
    site.add("Wei", "editor")
    mine = open_page(USP)
    write(mine, "The first text.")
    press(mine, "Save and continue")
    expect(mine).to_have_url(re.compile("/customer$"))
    theirs = open_page(USP, "wei@acme.example")
    saved(theirs, "The first text, mended by Wei.")
    mine.goto(address + USP)
    expect(mine.get_by_label(BOX)).to_have_value("The first text, mended by Wei.")
    assert kept(site) == "The first text, mended by Wei."


def test_a_draft_belongs_to_the_person_who_wrote_it(site, open_page, address, provoked):
    provoked("ERR_CONNECTION_REFUSED")
    site.add("Wei", "editor")
    page = open_page(USP)
    cut(page)
    write(page, "A secret of the owner.")
    expect(status(page)).to_have_text(KEPT)
    page.goto("about:blank")
    mend(page)
    sign_in(site, page, address, "wei@acme.example")
    page.goto(address + USP)
    expect(page.get_by_label(BOX)).to_have_value("")
    sign_in(site, page, address)
    page.goto(address + USP)
    expect(page.get_by_label(BOX)).to_have_value("A secret of the owner.")
    expect(status(page)).to_have_text(SAVED)


def test_the_last_second_before_a_reload_is_kept(open_page):
    page = open_page(USP)
    page.get_by_label(BOX).fill("Typed just now.")
    page.reload()
    expect(page.get_by_label(BOX)).to_have_value("Typed just now.")
    expect(status(page)).to_have_text(SAVED)


def test_a_text_taken_back_without_a_network_stays_taken_back(site, open_page, address, provoked):
    provoked("ERR_CONNECTION_REFUSED")
    page = open_page(USP)
    cut(page)
    write(page, "Not this.")
    expect(status(page)).to_have_text(KEPT)
    write(page, "")
    mend(page)
    page.reload()
    expect(page.get_by_label(BOX)).to_have_value("")


# --- Without a sign-in ---------------------------------------------------------------------------


def test_what_is_written_outlives_the_sign_in_and_saves_itself_afterwards(
    site, open_page, address, provoked
):
    provoked("status of 401")
    page = open_page(USP)
    sign_everybody_out(site)
    write(page, "Written without a sign-in.")
    expect(status(page)).to_contain_text("You were signed out.")
    expect(status(page)).to_contain_text("What you wrote is kept on this device.")
    sign_in(site, page, address)
    expect(status(page)).to_have_text(SAVED, timeout=8000)
    assert kept(site) == "Written without a sign-in."


def test_the_button_without_a_sign_in_keeps_the_text_and_sends_it_again(
    site, open_page, address, provoked
):
    provoked("status of 401")
    page = open_page(USP, scripts=False)
    write(page, "Line one.\nLine two.")
    sign_everybody_out(site)
    press(page, "Save and continue")
    expect(page.get_by_role("heading", level=1)).to_have_text("You were signed out")
    sign_in(site, page, address)
    press(page, "Send again")
    expect(page).to_have_url(re.compile("/customer$"))
    assert kept(site) == "Line one.\nLine two."


def test_a_form_that_stood_open_for_too_long_heals_itself(site, open_page, provoked):
    provoked("status of 400")
    page = open_page(USP)
    page.context.clear_cookies(name="headway_form")
    saved(page, "Typed on Monday.")
    page.context.clear_cookies(name="headway_form")
    page.get_by_label(BOX).fill("Typed on Monday, sent on Friday.")
    page.evaluate("document.querySelector('form.q [value=continue]').click()")
    expect(page.get_by_role("heading", level=1)).to_have_text("This form is too old")
    press(page, "Send again")
    expect(page).to_have_url(re.compile("/customer$"))
    assert kept(site) == "Typed on Monday, sent on Friday."


def test_a_role_that_was_taken_away_leaves_the_text_to_be_copied(site, open_page, provoked):
    provoked("status of 403")
    wei = site.add("Wei", "editor")
    page = open_page(USP, wei)
    become(site, wei, "viewer")
    write(page, "Wei's last words.")
    expect(status(page)).to_contain_text("You may look but not change this.")
    expect(status(page)).to_contain_text("What you wrote is kept on this device.")
    page.reload()
    expect(page.locator("[data-kept-here]")).to_contain_text("You wrote this on this device")
    expect(page.locator("[data-kept-here]")).to_contain_text("Wei's last words.")
    become(site, wei, "editor")
    page.reload()
    expect(page.get_by_label(BOX)).to_have_value("Wei's last words.")
    expect(status(page)).to_have_text(SAVED)
