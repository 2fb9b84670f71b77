"""Home, goals, metrics and settings in a real browser: readable, reachable, and quiet."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from goals.alerts import review
from goals.tracking.goal import Objective
from tests.support import browser as browser_side
from tests.support import company, writers

TODAY = date(2026, 8, 14)


@pytest.fixture
def goal(site):
    """A goal that is off track, beside one that is achieved."""
    with site.session() as session:
        grow = Objective(workspace_id=site.here, name="Grow", created_at=site.now)
        session.add(grow)
        session.flush()
        late = company.revenue_goal(session, name="Sell more", objective_id=grow.id)
        company.revenue_goal(session, name="Sell a little", target=100, parent_id=late.id)
        for back in (2, 1, 0):
            now = site.now - timedelta(days=back)
            review.review(session, now=now, today=TODAY - timedelta(days=back))
        return late.id


PAGES = (
    "/",
    "/?status=on_track",
    "/goals",
    "/goals?view=list&status=stale",
    "/goals/{goal}",
    "/goals/{goal}/edit",
    "/goals/new",
    "/goals/new?kind=milestone",
    "/goals/new?kind=maintain",
    "/goals/alignment",
    "/goals/new?preset=cycle",
    "/metric",
    "/metric/revenue?from=2026-04-01&to=2026-06-30&by=owner",
    "/data",
    "/data/import",
    "/data/connect/hubspot",
    "/settings",
    "/settings/members",
    "/more",
    "/keys",
    "/ask",
    "/ask?q=status+of+sell+more",
    "/ask?q=what+is+off+track",
    "/account",
    "/workspaces",
    "/settings/sample",
)


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_accessible_and_fit_narrow_screens(open_page, goal, path):
    page = open_page(path.format(goal=goal))
    assert browser_side.accessibility_faults(page) == []
    assert browser_side.overflow(page) == []


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/goals/{goal}",
        "/goals/new?preset=sell",
        "/metric",
        "/data",
        "/ask?q=what+is+off+track",
    ],
)
def test_pages_are_accessible_in_the_dark_and_on_phones(open_page, goal, path):
    page = open_page(path.format(goal=goal), dark=True, width=390)
    assert browser_side.accessibility_faults(page) == []


def test_records_of_a_number_are_accessible(open_page, goal):
    page = open_page(f"/goals/{goal}")
    page.get_by_role("link", name="See the records").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("deals make")
    assert browser_side.accessibility_faults(page) == []
    assert browser_side.overflow(page) == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_sign_in_is_accessible_and_fits_a_phone(address, new_page, dark):
    page = new_page(dark=dark)
    page.goto(address + "/sign-in")
    assert browser_side.accessibility_faults(page) == []
    assert browser_side.overflow(page) == []


def test_an_empty_start_page_is_accessible(bare_site, serve, new_page):
    address = serve(bare_site.app)
    page = new_page()
    writers.sign_in(bare_site, page, address)
    page.goto(address)
    assert browser_side.accessibility_faults(page) == []
    assert browser_side.overflow(page) == []


def test_the_preview_follows_what_is_typed(open_page):
    page = open_page("/goals/new?preset=sell")
    beside = page.locator("#beside")
    page.get_by_label("Metric", exact=True).select_option("revenue")
    page.get_by_label("How far", exact=True).select_option("target")
    page.get_by_label("Number", exact=True).fill("4,000")
    page.get_by_label("Number", exact=True).press("Tab")
    expect(beside).to_contain_text("$4,000")


def test_the_form_follows_the_metric(open_page):
    page = open_page("/goals/new?metric=revenue")
    page.get_by_label("Metric", exact=True).select_option("win_rate")
    expect(page.get_by_label("Weighted by")).to_be_visible()
    expect(page.get_by_label("It moves from where it is to another level")).to_be_checked()
    expect(page.get_by_label("Metric", exact=True)).to_have_value("win_rate")


def test_a_goal_is_set_without_any_script(open_page):
    page = open_page("/goals/new?metric=revenue", scripts=False)
    page.get_by_label("Number", exact=True).fill("4,000")
    page.get_by_role("button", name="Next quarter").click()
    expect(page.get_by_label("From", exact=True)).to_have_value("1 Oct 2026")
    expect(page.get_by_label("Number", exact=True)).to_have_value("4,000")
    page.get_by_role("button", name="Set this goal").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Revenue of $4,000 by 31 Dec 2026")


def test_the_return_key_looks_and_does_not_save(open_page):
    page = open_page("/goals/new?metric=revenue", scripts=False)
    page.get_by_label("Number", exact=True).fill("4,000")
    page.get_by_label("Number", exact=True).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Set a goal")
    expect(page.locator("#beside")).to_contain_text("$4,000")


def test_a_mistake_takes_the_reader_to_its_field(open_page):
    page = open_page("/goals/new?metric=revenue")
    page.get_by_label("Number", exact=True).fill("a lot")
    page.get_by_role("button", name="Set this goal").click()
    expect(page.locator(".errors")).to_be_focused()
    page.get_by_role("link", name="Write a number").click()
    expect(page.get_by_label("Number", exact=True)).to_be_focused()


def test_the_last_owner_s_role_is_mended_at_its_field(open_page):
    page = open_page("/settings/members", width=390)
    role = page.locator("select[name=role]").first
    role.select_option("viewer")
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator(".errors")).to_be_focused()
    page.get_by_role("link", name="Somebody must stay owner").click()
    expect(role).to_be_focused()
    assert browser_side.accessibility_faults(page) == []
    assert browser_side.overflow(page) == []


def test_archiving_offers_to_take_it_back(open_page, goal):
    page = open_page(f"/goals/{goal}")
    page.get_by_role("button", name="Archive").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sell more")


def test_keys_go_where_the_page_of_shortcuts_says(open_page, goal):
    page = open_page("/")
    page.keyboard.press("?")
    expect(page.get_by_role("heading", level=1)).to_have_text("Keyboard shortcuts")
    page.goto(page.url.replace("/keys", "/goals"))
    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1)).to_have_text("What do you want to improve?")


@pytest.mark.parametrize("language", ["en", "th", "zh_Hans"])
def test_days_of_the_form_are_understood_in_every_language(site, open_page, language):
    with site.database.system() as session:
        from sqlmodel import select

        from goals.workspace import Person, Workspace

        person = session.exec(select(Person)).one()
        workspace = session.get(Workspace, site.here)
        person.locale, workspace.calendar = language, "buddhist"
        session.add_all([person, workspace])
    page = open_page("/goals/new?metric=revenue&target=4000&from=2026-10-01&to=2026-12-31")
    assert "2569" in page.locator("#last").input_value()
    page.locator("button[value=save]").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("2569")


@pytest.mark.parametrize("path", ["/", "/goals", "/goals/{goal}", "/ask?q=what+is+off+track"])
def test_a_name_without_a_gap_does_not_widen_the_page(site, open_page, path):
    with site.session() as session:
        goal = company.revenue_goal(session, name="W" * 200).id
        review.review(session, now=site.now, today=TODAY)
    page = open_page(path.format(goal=goal))
    assert browser_side.overflow(page) == [] and browser_side.overflow(page, 1280) == []


def test_a_milestone_is_set_and_said_to_be_done_with_the_keyboard(open_page):
    page = open_page("/goals/new?kind=milestone")
    page.get_by_label("The goal in one sentence").fill("Marketing is a department")
    page.get_by_label("From", exact=True).fill("1 Jul 2026")
    page.get_by_label("To", exact=True).fill("30 Sep 2026")
    page.get_by_label("Steps on the way").fill("15 Jul 2026: Budget released")
    page.get_by_role("button", name="Set this goal").press("Enter")
    expect(page.get_by_role("heading", name="Is it done?")).to_be_visible()
    expect(page.get_by_text("30 days late, due on 15 Jul 2026")).to_be_visible()
    assert browser_side.accessibility_faults(page) == []
    page.get_by_label("How can it be seen?").fill("The board said so")
    page.get_by_role("button", name="It is done", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="Done on 14 Aug 2026")).to_be_visible()
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_role("heading", name="Is it done?")).to_be_visible()


def test_the_form_follows_the_kind_and_asks_for_two_numbers_of_a_band(open_page):
    page = open_page("/goals/new?free=1", width=390)
    page.get_by_label("It should stay where it is good").check()
    page.get_by_label("Between two numbers").check()
    page.get_by_label("At least").fill("40")
    page.get_by_label("At most").fill("60")
    assert browser_side.accessibility_faults(page) == []
    assert browser_side.overflow(page) == []


def test_kind_words_come_as_soon_as_a_target_is_lowered(open_page, goal):
    page = open_page(f"/goals/{goal}/edit")
    page.get_by_label("Number", exact=True).fill("5000")
    page.get_by_label("Number", exact=True).press("Tab")
    expect(page.get_by_text("Perhaps change the plan, not the goal")).to_be_visible()
    page.get_by_role("button", name="Keep $9,200 and change the actions").press("Enter")
    expect(page.get_by_label("Number", exact=True)).to_have_value("9,200")
