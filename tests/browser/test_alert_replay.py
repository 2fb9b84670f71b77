"""A rule over the past on its page: it comes by itself, and again with other values."""

from datetime import date

from goals.alerts import ruling
from tests.support import company


def test_a_rule_is_replayed_by_itself_and_again_with_other_values(site, open_page):
    with site.session() as session:
        company.revenue_goal(
            session, 3000, name="Spring", first_day=date(2026, 3, 1), last_day=date(2026, 4, 30),
            judge="pace",
        )  # fmt: skip
    page = open_page("/alerts/rules/new/pace_gap")
    page.fill("#gap", "20")
    page.get_by_role("button", name="Replay with these values").click()
    replay = page.locator("#replay")
    replay.get_by_text("it would have fired").first.wait_for()
    assert "20% behind for 7\u00a0days" in replay.inner_text()
    page.fill("#gap", "900")
    page.get_by_role("button", name="Replay with these values").click()
    replay.get_by_text("First mend what is marked above").wait_for()
    with site.session() as session:
        [rule] = ruling.every(session, site.now)
    page = open_page(f"/alerts/rules/{rule.id}", width=390)
    replay = page.locator("#replay")
    replay.get_by_text("it would have fired").first.wait_for()
    replay.get_by_role("link", name="Spring").first.click()
    page.get_by_role("heading", name="Spring").first.wait_for()
