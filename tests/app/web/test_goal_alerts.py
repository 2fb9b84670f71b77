"""The alerts under a goal's chart: those that were raised, and those that would have been."""

from datetime import timedelta

import pytest

from goals.alerts import review, ruling
from goals.alerts.drafts import Draft
from goals.tracking.goal import Goal
from tests.support import company
from tests.support.site import plain


@pytest.fixture
def goal(sites):
    """A goal that is far behind its plan since July, and was reviewed in August alone."""
    with sites.session() as session:
        made = company.revenue_goal(session, 60_000, judge="pace")
        for back in (2, 1, 0):
            now = sites.now - timedelta(days=back)
            review.review(session, now=now, today=now.date(), only=[made])
        return made.id


def test_an_alert_and_the_earlier_one_that_nobody_looked_for_stand_side_by_side(sites, goal):
    text = plain(sites.browser().get(f"/goals/{goal}/alerts"))
    assert "Changes of status Raised on 12 Aug 2026 . As the rule is set now, it would" in text
    said = text.partition("also have been raised on ")[2]
    # After 15% of 92 days and three whole weeks, on the second of two days.
    assert said.startswith("22 Jul 2026")
    assert text.index("1 Jul 2026", text.index(said)) < text.index("30 Sep 2026")


def test_the_page_of_the_goal_asks_for_them_once_it_is_there(sites, goal):
    assert f'data-hx-get="/goals/{goal}/alerts"' in sites.browser().get(f"/goals/{goal}")


def test_a_rule_about_another_goal_or_without_a_word_is_left_out(sites, goal):
    with sites.session() as session:
        other = company.revenue_goal(session, 1, name="Another")
        for name, about in (("Of another", other.id), ("Of this", goal)):
            draft = Draft(
                name, "pace_gap", {"gap": 0.5, "days": 3}, goal_id=about, routes=({"kind": "goal"},)
            )
            ruling.add(session, draft, by=None, now=sites.now)
    text = plain(sites.browser().get(f"/goals/{goal}/alerts"))
    assert "Of this As the rule is set now, it would have been raised on" in text
    assert "Of another" not in text


def test_a_goal_that_nothing_is_told_of_says_so(sites):
    with sites.session() as session:
        made = company.revenue_goal(session, 100, name="Easy")
        later = company.revenue_goal(
            session, 100, name="Later", first_day=company.QUARTER[1] + timedelta(days=1),
            last_day=company.QUARTER[1] + timedelta(days=90),
        )  # fmt: skip
        review.review(session, now=sites.now, today=sites.now.date(), only=[made])
    visitor = sites.browser()
    assert "No rule had anything to tell" in plain(visitor.get(f"/goals/{made.id}/alerts"))
    assert "The goal has not begun." in plain(visitor.get(f"/goals/{later.id}/alerts"))


def test_who_may_not_see_a_goal_sees_no_alert_of_it(sites, goal):
    with sites.session() as session:
        session.get_one(Goal, (sites.here, goal)).visibility = "private"
    sites.browser(sites.add("Vic", "viewer")).get(f"/goals/{goal}/alerts", 404)
