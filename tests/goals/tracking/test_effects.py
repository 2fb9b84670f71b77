"""What an action that was tried did to its driver: from when to when, and what was hoped for."""

from datetime import date, timedelta

import pytest

from app.db import Database
from goals import words, workspace
from goals.alerts import review
from goals.tracking import standing
from goals.tracking.remedies import attempts, moved
from tests.support import company

NOW = company.NOW
DAY = date(2026, 8, 20)
#: The last day of the goal's window.
END = date(2026, 9, 30)


@pytest.fixture
def session(database_url):
    database = Database(database_url)
    here = company.make(database)
    first = date(2026, 4, 1)
    company.win(database, here, [(first + timedelta(days=n), 100) for n in range(150)], owner="Ann")
    company.win(database, here, [(first + timedelta(days=n), 100) for n in range(95)], owner="Ben")
    with database.session(here) as opened:
        yield opened
    database.dispose()


@pytest.fixture
def goal(session):
    found = company.revenue_goal(session, 90_000)
    judge(session, DAY)
    return found


def judge(session, day):
    review.review(session, now=workspace.of(session).end_of(day), today=day)


def take(session, goal, day, **also):
    given = {"owner_id": None, "due_on": day + timedelta(days=14), "by": None, "today": day}
    return attempts.take(session, goal, "Call", now=NOW, **{**given, **also})


def tell(session, goal, row, outcome, day, note=None, **also):
    attempts.settle(
        session, goal, row, outcome, note, version=row.version, by=None, today=day, **also
    )


def seen(session, goal, row, day):
    """Return what is said of an action once a day is over."""
    one = standing.one(session, goal)
    return moved.of(
        session, goal, row, done=moved.seen_to(session, one, workspace.of(session).end_of(day))
    )


def text(found):
    said = found if isinstance(found, words.Message) else found.message
    return words.render(said, "en").replace("\u00a0", " ")


def test_an_action_that_was_settled_within_a_week_shows_its_effect_when_the_week_is_over(
    session, goal
):
    row = take(session, goal, DAY - timedelta(days=10))
    tell(session, goal, row, "helped", DAY - timedelta(days=8))
    found = seen(session, goal, row, DAY)
    assert found.after.last == row.taken_on + timedelta(days=7)
    assert text(seen(session, goal, take(session, goal, DAY - timedelta(days=3)), DAY)) == (
        "Whether Revenue moved shows after 24 Aug 2026 at the earliest."
    )


def test_an_action_of_a_goals_last_days_shows_its_effect_when_the_goal_has_ended(session, goal):
    row = take(session, goal, END - timedelta(days=3))
    judge(session, END)
    judge(session, END + timedelta(days=1))
    assert standing.one(session, goal).is_over
    found = seen(session, goal, row, END + timedelta(days=20))
    assert found.after.days == 13


def test_an_action_is_followed_to_the_day_before_it_is_looked_back_on(session, goal):
    row = take(session, goal, date(2026, 7, 4))
    first = seen(session, goal, row, date(2026, 8, 1))
    assert (first.after.first, first.after.last) == (date(2026, 7, 5), date(2026, 7, 17))
    # What became of it is told on the day that it is looked back on, and much later.
    for day in (row.due_on, DAY):
        row.outcome, row.settled_on = "helped", day
        assert seen(session, goal, row, DAY) == first
    row.settled_on = row.due_on - timedelta(days=4)
    assert seen(session, goal, row, DAY).after.last == date(2026, 7, 13)


def test_days_that_no_source_tells_of_count_as_no_fall(session, goal):
    row = take(session, goal, DAY - timedelta(days=12))
    one = standing.one(session, goal)
    now = workspace.of(session).end_of(DAY)
    assert moved.seen_to(session, one, now) == DAY
    one.evaluation.status, one.evaluation.data_to = "stale", DAY - timedelta(days=4)
    assert moved.seen_to(session, one, now) == DAY - timedelta(days=4)
    assert seen(session, goal, row, DAY).after.days == 8


def test_a_note_that_is_corrected_leaves_the_numbers_as_they_were_told(session, goal):
    row = take(session, goal, DAY - timedelta(days=10))
    tell(session, goal, row, "helped", DAY, "They order agian.")
    after = row.after_id
    judge(session, DAY + timedelta(days=9))
    tell(session, goal, row, "helped", DAY + timedelta(days=9), "They order again.")
    assert (row.note, row.after_id, row.settled_on) == ("They order again.", after, DAY)
    tell(session, goal, row, "not_helped", DAY + timedelta(days=9))
    assert (row.after_id == goal.evaluation_id) and row.settled_on == DAY + timedelta(days=9)
