"""Changing goals, putting them away and bringing them back."""

from datetime import date
from decimal import Decimal

import pytest

from app.db import Database
from goals.errors import Refusal
from goals.tracking import archive, goals, visibility
from goals.tracking.drafts import Draft
from goals.tracking.visibility import Audience, Viewer
from tests.support import company

NOW = company.NOW
TODAY = date(2026, 7, 10)


@pytest.fixture
def session(database_url):
    database = Database(database_url)
    here = company.make(database)
    first = date(2026, 4, 2)
    company.win(database, here, [(first, 3000)])
    with database.session(here) as opened:
        opened.info["database"] = database
        yield opened
    database.dispose()


def draft(**terms):
    """Return the terms that company.revenue_goal begins with, some of them changed."""
    given = {
        "name": "Sell more",
        "metric": "revenue",
        "kind": "cumulative",
        "direction": "up",
        "target_kind": "relative",
        "target_input": Decimal("0.5"),
        "first_day": company.QUARTER[0],
        "last_day": company.QUARTER[1],
        **terms,
    }
    return Draft(**given)


def added(session):
    return goals.add(session, draft(), by=None, today=TODAY, now=NOW)


def change(session, goal, *, reason=None, **terms):
    return goals.change(session, goal, draft(**terms), reason=reason, by=None, today=TODAY, now=NOW)


def test_a_baseline_that_reads_differently_by_now_moves_no_goal(session):
    goal = added(session)
    before = goals.current(session, goal)
    assert before.baseline_value == 3000
    session.commit()
    here = goal.workspace_id
    company.win(session.info["database"], here, [(date(2026, 4, 3), 1000)])
    after = change(session, goal, name="Sell much more")
    assert (after.version, after.baseline_value, goal.name) == (1, 3000, "Sell much more")


def test_another_window_reads_its_own_baseline_and_needs_a_reason(session):
    goal = added(session)
    window = {"first_day": date(2026, 10, 1), "last_day": date(2026, 12, 31)}
    with pytest.raises(Refusal, match="reason_missing"):
        change(session, goal, **window)
    after = change(session, goal, reason="A later start", **window)
    assert after.version == 2 and after.baseline_value != 3000


def test_another_baseline_needs_a_reason(session):
    goal = added(session)
    with pytest.raises(Refusal, match="reason_missing"):
        change(session, goal, baseline=Decimal(2000))
    after = change(session, goal, reason="Counted by hand", baseline=Decimal(2000))
    assert (after.baseline_value, after.baseline_source) == (2000, "given")
    assert after.target_value == 3000


def test_a_goal_that_is_put_away_can_be_brought_back(session):
    goal = added(session)
    archive.archive(session, goal, NOW)
    with pytest.raises(Refusal, match="unknown_goal"):
        goals.find(session, str(goal.id))
    archive.restore(session, goal.id, visibility.OWNER)
    assert goals.find(session, str(goal.id)).id == goal.id


def test_nobody_brings_back_what_they_may_not_see(session):
    goal = goals.add(session, draft(visibility="private"), by=None, today=TODAY, now=NOW)
    archive.archive(session, goal, NOW)
    stranger = Audience(viewers=(Viewer(7, "viewer"),))
    with pytest.raises(Refusal, match="unknown_goal"):
        archive.restore(session, goal.id, stranger)
