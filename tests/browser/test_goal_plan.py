"""The plan of a goal in a browser: its points on the chart, the table, a phone, the keyboard."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from goals.alerts import review
from goals.tracking import goals
from goals.tracking.goal import Goal
from tests.support import company
from tests.support.browser import accessibility_faults, overflow


@pytest.fixture
def goal(site):
    """A goal of the third quarter, half of it over."""
    with site.session() as session:
        found = company.revenue_goal(
            session, 9200, plan="monthly", commit=Decimal(8000), stretch=Decimal(10000)
        )
        review.review(session, now=site.now, today=site.now.date())
        return found.id


def amounts(page):
    """Return what the rows hold."""
    fields = page.locator("input[name^='row-']")
    typed = fields.evaluate_all("all => all.map(one => one.value)")
    return [float(one.replace(",", "")) for one in typed]


def first_point(page):
    return page.locator(".chart svg:visible .grip").first


def test_the_arrow_keys_move_a_point_and_the_table_follows(goal, open_page):
    page = open_page(f"/goals/{goal}/plan")
    before = amounts(page)
    first_point(page).focus()
    page.keyboard.press("ArrowUp")
    after = amounts(page)
    assert after[0] > before[0] and after[1] < before[1] and after[2] == before[2]
    assert sum(after) == pytest.approx(9200)
    expect(first_point(page)).to_have_attribute("aria-valuenow", str(after[0]).removesuffix(".0"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("End")
    assert amounts(page)[2] == 0
    page.keyboard.press("Home")
    assert amounts(page)[1] == 0


@pytest.mark.parametrize("width", [1280, 390])
def test_a_point_is_dragged_and_the_plan_is_saved(goal, open_page, site, width):
    page = open_page(f"/goals/{goal}/plan")
    page.set_viewport_size({"width": width, "height": 900})
    point = first_point(page)
    point.scroll_into_view_if_needed()
    box = point.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    before = amounts(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 20, steps=4)
    page.mouse.up()
    moved = amounts(page)
    assert moved[0] > before[0] and sum(moved) == pytest.approx(9200)
    page.get_by_label("Why does the plan change?").fill("Most is sold in July")
    page.get_by_role("button", name="Save the plan").click()
    expect(page.get_by_text("The plan is changed.")).to_be_visible()
    with site.session() as session:
        kept = goals.current(session, session.get(Goal, (site.here, goal)))
    assert (kept.plan_points or [])[0][1] == pytest.approx(moved[0] / 9200)


def test_a_column_of_a_spreadsheet_fills_the_rows(goal, open_page):
    page = open_page(f"/goals/{goal}/plan")
    page.locator("input[name^='row-']").first.evaluate(
        """field => {
          const data = new DataTransfer();
          data.setData("text", "Jul\\t1,000\\r\\nAug\\t2,000\\r\\nSep\\t3,000\\r\\n");
          const how = { clipboardData: data, bubbles: true, cancelable: true };
          field.dispatchEvent(new ClipboardEvent("paste", how));
        }"""
    )
    assert amounts(page) == [1000, 2000, 3000]
    expect(page.locator("[data-sum-shown]")).to_have_text("6,000")
    page.get_by_role("button", name="Spread the difference").click()
    expect(page.get_by_text("$9,200").first).to_be_visible()
    assert sum(amounts(page)) == 9200


@pytest.mark.parametrize("place", ["/plan", "/plan?as=points", "/edit", ""])
def test_the_pages_fit_a_phone_and_can_be_used_by_everybody(goal, open_page, place):
    page = open_page(f"/goals/{goal}{place}")
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert accessibility_faults(page) == []
        assert overflow(page) == []
