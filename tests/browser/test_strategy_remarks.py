"""Comments that are being written: every word waits on the device until it has arrived."""

from playwright.sync_api import expect

from tests.support.worksheets import USP
from tests.support.writers import press, sign_everybody_out, sign_in

LABEL = "Your comment"
BACK = "What you wrote on this device is back in the boxes."


def box(page):
    """Return the box of a new comment, opened."""
    page.locator("details.comments").evaluate("one => { one.open = true; }")
    return page.get_by_label(LABEL)


def thread(page):
    return page.locator("#comments .log .said")


def test_a_comment_that_was_not_sent_is_offered_back_with_a_word(site, open_page):
    page = open_page(USP)
    box(page).fill("Half a thought about")
    page.reload()
    field = page.get_by_label(LABEL)
    expect(field).to_be_visible()
    expect(field).to_have_value("Half a thought about")
    expect(page.locator("#comments [data-said]")).to_have_text(BACK)
    field.fill("")
    page.reload()
    expect(box(page)).to_have_value("")


def test_a_comment_that_was_sent_is_not_offered_again(site, open_page):
    page = open_page(USP)
    box(page).fill("Sounds  good,\n@Olga Owner")
    press(page, "Comment")
    expect(thread(page)).to_contain_text("Sounds good")
    expect(box(page)).to_have_value("")
    assert page.evaluate("Object.keys(localStorage).filter(one => one.includes('comment'))") == []


def test_a_comment_outlives_a_lost_connection(site, open_page, address, provoked):
    provoked("ERR_CONNECTION_REFUSED")
    page = open_page(USP)
    box(page).fill("Sent into a tunnel.")
    page.context.route("**/comments", lambda route: route.abort("connectionrefused"))
    press(page, "Comment")
    page.wait_for_url("chrome-error://**")
    page.context.unroute("**/comments")
    page.goto(address + USP)
    expect(page.get_by_label(LABEL)).to_have_value("Sent into a tunnel.")
    press(page, "Comment")
    expect(thread(page)).to_have_text("Sent into a tunnel.")
    expect(box(page)).to_have_value("")


def test_a_comment_is_not_sent_while_the_browser_knows_that_it_is_offline(site, open_page):
    page = open_page(USP)
    box(page).fill("Kept for later.")
    page.context.set_offline(True)
    press(page, "Comment")
    expect(page.locator("#comments [data-said]")).to_contain_text("Not sent.")
    page.context.set_offline(False)
    press(page, "Comment")
    expect(thread(page)).to_have_text("Kept for later.")


def test_a_comment_outlives_the_sign_in(site, open_page, address, provoked):
    provoked("status of 401")
    page = open_page(USP)
    box(page).fill("Written before the sign-in ended.")
    sign_everybody_out(site)
    press(page, "Comment")
    expect(page.get_by_role("heading", level=1)).to_have_text("You were signed out")
    sign_in(site, page, address)
    page.goto(address + USP)
    expect(page.get_by_label(LABEL)).to_have_value("Written before the sign-in ended.")


def test_a_reply_is_offered_in_its_thread_and_as_a_comment_once_that_is_gone(site, open_page):
    page = open_page(USP)
    box(page).fill("What about the price?")
    press(page, "Comment")
    page.get_by_text("Reply").first.click()
    page.get_by_label("Your reply").fill("It is fine")
    page.reload()
    expect(page.get_by_label("Your reply")).to_be_visible()
    expect(page.get_by_label("Your reply")).to_have_value("It is fine")
    expect(page.get_by_label(LABEL)).to_have_value("")
    page.locator("#comments").get_by_role("button", name="Delete").first.click()
    expect(page.get_by_label(LABEL)).to_have_value("It is fine")


def test_a_draft_belongs_to_its_writer_and_its_question(site, open_page, address):
    site.add("Wei", "editor")
    page = open_page(USP)
    box(page).fill("For my eyes.")
    page.goto(f"{address}/strategy/proposition/strengths")
    expect(box(page)).to_have_value("")
    sign_in(site, page, address, "wei@acme.example")
    page.goto(address + USP)
    expect(box(page)).to_have_value("")
    sign_in(site, page, address)
    page.goto(address + USP)
    expect(box(page)).to_have_value("For my eyes.")
