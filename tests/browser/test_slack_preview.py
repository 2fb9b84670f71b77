"""The Slack pages in a browser: readable by everybody, at every width, without scripts too."""

import pytest
from playwright.sync_api import Page, expect

from tests.support import browser as browser_side
from tests.support.slack import OWNER, Desk


@pytest.fixture
def open_page(slack_desk: Desk, serve, new_page):
    """Opens a page as the owner of a workspace in which something was said in Slack."""
    goal = slack_desk.goal("Sell ฿42 M of new business by 31 Dec")
    slack_desk.goal("Shorten the sales cycle", "off_track")
    channel = slack_desk.slack.add_channel("sales", members=[slack_desk.slack.add_user("Ann")])
    slack_desk.switch_on(channel)
    root = slack_desk.message(goal, channel.id)
    slack_desk.deliver()
    slack_desk.evaluate(goal, "off_track")
    slack_desk.message(goal, channel.id, "worse", "at_risk", continues=root)
    slack_desk.slack.faults.add("chat.postMessage", "error", code="is_archived")
    slack_desk.deliver()
    cookie = slack_desk.cookie(OWNER)
    address = serve(slack_desk.application())

    def visit(path: str, **options) -> Page:
        page = new_page(**options)
        page.context.add_cookies([{"name": "headway", "value": cookie, "url": address}])
        page.goto(address + path)
        return page

    return visit


@pytest.mark.parametrize("path", ["/slack", "/slack?q=what+is+off+track", "/slack/setup"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_is_accessible_and_fits_a_phone(open_page, path, dark):
    page = open_page(path, dark=dark)
    assert browser_side.accessibility_faults(page) == []
    assert browser_side.overflow(page) == []


def test_a_question_is_tried_and_a_message_sent_again_without_scripts(open_page, slack_desk):
    page = open_page("/slack", scripts=False)
    page.get_by_label("What you would type after /goals").fill("status of shorten the sales cycle")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status").first).to_contain_text("◆ Off track")
    page.get_by_role("button", name="Retry").click()
    expect(page.locator("main")).to_contain_text("Waiting")
    assert slack_desk.deliver() == 1


def test_a_wrong_channel_is_mended_at_its_field(open_page):
    page = open_page("/slack/setup")
    field = page.get_by_label("Channel id")
    field.fill("#sales")
    page.get_by_role("button", name="Add the channel").click()
    expect(page.locator(".errors")).to_be_focused()
    page.get_by_role("link", name="Give the channel's id").click()
    expect(field).to_be_focused()
    expect(field).to_have_value("#sales")
    assert browser_side.accessibility_faults(page) == []
    assert browser_side.overflow(page) == []


def test_a_goal_picks_a_channel_of_the_list(open_page):
    page = open_page("/goals/new?preset=sell")
    page.get_by_role("combobox", name="Slack channel").fill("#sales")
    page.get_by_role("button", name="Set this goal").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("New revenue")
    page.goto(page.url + "/edit")
    expect(page.get_by_role("combobox", name="Slack channel")).to_have_value("#sales")
    assert browser_side.accessibility_faults(page) == []


def test_the_manifest_can_be_copied(open_page):
    page = open_page("/slack/setup", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").first.click()
    expect(page.get_by_role("button", name="Copied").first).to_be_visible()
    assert '"socket_mode_enabled": true' in page.evaluate("navigator.clipboard.readText()")
