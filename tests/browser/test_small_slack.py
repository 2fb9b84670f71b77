"""The small Slack in a browser: reading, asking, pressing, writing in modals, on phones too."""

import pytest
from playwright.sync_api import Page, expect

from tests.app.test_small_slack import MODAL
from tests.support import browser as browser_side
from tests.support.slack import OWNER
from tests.support.small import LEADERS, SALES, Small


@pytest.fixture
def told(small_slack: Small) -> tuple[int, str]:
    """A goal that is off track and was told of, and the message's key; another one is too."""
    goal = small_slack.goal("Sell ฿42 M of new business", "off_track")
    small_slack.goal("Shorten the sales cycle", "off_track")
    return goal, small_slack.alert(goal)


@pytest.fixture
def open_page(small_slack: Small, told, serve, new_page):
    """Opens a page of the small Slack."""
    address = serve(small_slack.application())

    def visit(path: str = "/slack", email: str = OWNER, **options) -> Page:
        page = new_page(**options)
        cookie = small_slack.cookie(email)
        page.context.add_cookies([{"name": "headway", "value": cookie, "url": address}])
        page.goto(address + path)
        return page

    return visit


def recover(desk: Small, goal: int, root: str) -> None:
    """Let the goal that was told of stand well again, and tell of it."""
    desk.later(hours=2)
    desk.evaluate(goal, "on_track", actual="18100000")
    desk.message(goal, SALES, "recovery", "off_track", continues=root)
    desk.deliver()


def test_an_alert_is_read_asked_about_and_recovers(open_page, small_slack, told):
    page = open_page()
    side = page.get_by_role("navigation", name="Channels")
    expect(side.get_by_role("link", name="sales")).to_contain_text("1 unread")
    side.get_by_role("link", name="sales").click()
    said = page.get_by_role("log", name="Messages")
    expect(said).to_contain_text("◆ Off track: Sell ฿42 M of new business")
    expect(side.get_by_role("link", name="sales")).not_to_contain_text("unread")
    said.get_by_role("listitem").filter(has_text="Sell ฿42 M").hover()
    said.get_by_role("link", name="Reply in thread").click()
    thread = page.get_by_role("log", name="Thread")
    box = page.get_by_role("textbox", name="Reply in thread")
    expect(box).to_have_value("@Headway ")
    box.press_sequentially("why is Sell ฿42 M of new business off track?")
    box.press("Enter")
    expect(thread.get_by_role("listitem")).to_have_count(3)
    expect(said).to_contain_text("2 replies")
    recover(small_slack, *told)
    expect(thread).to_contain_text("Back on track", timeout=15_000)
    expect(said).to_contain_text("● On track: Sell ฿42 M of new business")
    page.get_by_role("link", name="Close the thread").press("Enter")
    expect(thread).to_be_hidden()


def test_the_whole_way_from_an_alert_to_its_recovery(open_page, small_slack, told, tmp_path):
    page = open_page(f"/slack?in={SALES}")
    said = page.get_by_role("log", name="Messages")
    alert = said.get_by_role("listitem").filter(has_text="Target").first

    def record(name: str) -> None:
        page.screenshot(path=tmp_path / f"{name}.png")

    expect(alert).to_contain_text("◆ Off track: Sell ฿42 M of new business")
    record("1-alert")
    alert.get_by_role("button", name="Why").click()
    why = said.get_by_role("listitem").filter(has_text="Only visible to you")
    expect(why).to_contain_text("Sell ฿42 M of new business: Off track")
    record("2-why")
    alert.get_by_label("More options").first.click()
    alert.get_by_role("button", name="Choose a remedy").click()
    remedy = page.get_by_role("dialog", name="Choose a remedy")
    own = remedy.get_by_role("textbox", name="in your own words").or_(
        remedy.get_by_role("textbox", name="What will be done")
    )
    own.fill("Call the ten largest customers")
    record("3-remedy")
    remedy.get_by_role("button", name="Take it on").click()
    expect(remedy).to_have_count(0)
    alert.get_by_role("button", name="Check in").click()
    checkin = page.get_by_role("dialog", name="Check in")
    checkin.get_by_role("button", name="Save check-in").click()
    expect(checkin.get_by_role("group", name="How sure")).to_contain_text("complete this field")
    checkin.get_by_role("radio", name="Likely (70%)").check()
    checkin.get_by_role("textbox", name="What changed?").fill("Two orders came back.")
    record("4-check-in")
    checkin.get_by_role("button", name="Save check-in").click()
    expect(checkin).to_have_count(0)
    expect(said).to_contain_text("Your check-in for Sell ฿42 M of new business is kept")
    alert.get_by_role("link", name="1 reply").click()
    thread = page.get_by_role("log", name="Thread")
    expect(thread).to_contain_text("Call the ten largest customers")
    recover(small_slack, *told)
    expect(thread).to_contain_text("Back on track", timeout=15_000)
    expect(alert).to_contain_text("● On track")
    record("5-recovery")


def test_a_choice_is_pressed_and_a_command_answered_to_one_person(open_page, small_slack):
    page = open_page(f"/slack?in={SALES}")
    box = page.get_by_role("textbox", name="Message to #sales")
    box.fill("/goals off track")
    box.press("Enter")
    whisper = page.get_by_role("listitem").filter(has_text="Only visible to you")
    expect(whisper).to_contain_text("Shorten the sales cycle")
    page.get_by_label("You are").select_option("Eva Editor")
    expect(page.get_by_text("Editor", exact=True)).to_be_visible()
    expect(page.get_by_role("log")).to_contain_text("◆ Off track")
    expect(whisper).to_have_count(0)
    box = page.get_by_role("textbox", name="Message to #sales")
    small_slack.goal("Sell more north", "off_track")
    small_slack.goal("Sell more south", "on_track")
    box.fill("@Headway sell more")
    box.press("Enter")
    page.get_by_role("link", name="1 reply").click()
    thread = page.get_by_role("log", name="Thread")
    thread.get_by_role("button", name="Sell more north").first.click()
    expect(thread).to_contain_text("◆ Off track")
    page.get_by_label("You are").select_option("Vic Viewer")
    expect(page.get_by_role("link", name="service")).to_be_visible()
    expect(page.get_by_role("link", name="leadership")).to_have_count(0)


def modal(desk: Small, name: str = "dana") -> None:
    user = desk.user_named(name)
    desk.client.views_open(trigger_id=desk.stage.trigger(user), view=MODAL)


def test_a_modal_holds_the_focus_says_what_is_wrong_and_closes_with_escape(open_page, small_slack):
    page = open_page(f"/slack?in={SALES}")
    modal(small_slack)
    box = page.get_by_role("dialog", name="How sure?")
    expect(box).to_be_visible(timeout=15_000)
    note = box.get_by_role("textbox", name="Note")
    expect(note).to_be_focused()
    assert browser_side.accessibility_faults(page) == []
    note.fill("far too long")
    note.press("Enter")
    expect(box).to_contain_text("Write 0 to 5 characters.")
    expect(note).to_be_focused()
    expect(note).to_have_value("far too long")
    assert browser_side.accessibility_faults(page) == []
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    modal(small_slack)
    expect(box).to_be_visible(timeout=15_000)
    note.fill("ok")
    box.get_by_role("button", name="Save").click()
    expect(box).to_have_count(0)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_screen_is_accessible_and_fits_a_phone(open_page, small_slack, dark):
    thread = small_slack.said(SALES)[0]["ts"]
    page = open_page(dark=dark)
    for path in ("/slack", f"/slack?in={SALES}", f"/slack?in={SALES}&thread={thread}",
                 f"/slack?in={LEADERS}"):  # fmt: skip
        page.goto(page.url.partition("/slack")[0] + path)
        assert browser_side.accessibility_faults(page) == []
        assert browser_side.overflow(page) == []


def test_on_a_phone_the_channels_lead_to_messages_and_back(open_page):
    page = open_page(width=390)
    page.get_by_role("link", name="sales").click()
    expect(page.get_by_role("textbox", name="Message to #sales")).to_be_visible()
    expect(page.get_by_role("link", name="leadership")).to_be_hidden()
    page.get_by_role("link", name="reply in thread").click()
    expect(page.get_by_role("log", name="Messages")).to_be_hidden()
    page.get_by_role("link", name="Close the thread").click()
    page.get_by_role("link", name="All channels").click()
    expect(page.get_by_role("link", name="leadership")).to_be_visible()


def test_everything_works_without_scripts(open_page, small_slack):
    page = open_page(f"/slack?in={SALES}", scripts=False)
    page.get_by_role("textbox", name="Message to #sales").fill("/goals off track")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("log")).to_contain_text("Only visible to you")
    page.get_by_label("You are").select_option("Eva Editor")
    page.get_by_role("button", name="Change", exact=True).click()
    expect(page.get_by_role("log")).not_to_contain_text("Only visible to you")
    modal(small_slack, "eva")
    page.reload()
    box = page.get_by_role("dialog", name="How sure?")
    box.get_by_role("button", name="Save").click()
    expect(box).to_contain_text("Please complete this field.")
    box.get_by_role("textbox", name="Note").fill("ok")
    box.get_by_role("button", name="Save").click()
    expect(box).to_have_count(0)
