"""A recovery that waited until the goal was bad again: its story goes on, and nothing is untold."""

from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

from goals.alerts import holding
from goals.alerts.outbox import Outbox
from goals.alerts.rule import AlertAct, AlertStory
from goals.tracking import goals, periods
from goals.tracking.goal import Goal
from goals.words import Message
from tests.support.rules import Watch

JUMP = Message("It is more than 100 times what it was.")
#: Half past nine in the evening in Bangkok, and half past eight in the morning.
EVENING, MORNING = (
    datetime(2026, 7, 22, 14, 30, tzinfo=UTC),
    datetime(2026, 7, 23, 1, 30, tzinfo=UTC),
)


@pytest.fixture
def watch(database_url):
    found = Watch(database_url)
    yield found
    found.database.dispose()


def sent(watch):
    """Let what may leave have left, and return its kinds."""
    found = []
    with watch.session() as session:
        here = col(Outbox.workspace_id) == watch.here
        for row in session.exec(select(Outbox).where(here, Outbox.state == "new")):
            if row.deferred_until is None or row.deferred_until <= watch.now:
                row.state = "done"
                found.append(row.kind)
    return found


def begun(watch, status="at_risk"):
    watch.say("on_track")
    watch.later(days=1).say(status)
    assert sent(watch) == ["alert"]


def overtaken(watch):
    rows = [row for row in watch.rows(Outbox) if row.kind == "recovery"]
    return [(row.state, holding.code(row)) for row in rows] == [("held", "overtaken")]


def test_worse_news_after_a_recovery_in_doubt_is_told_in_the_same_story(watch):
    begun(watch)
    assert watch.later(days=1).say("achieved", jump=JUMP) == 0
    assert watch.later(days=1).say("off_track") == 1
    alert, _recovery, worse = watch.rows(Outbox)
    assert (worse.kind, worse.facts["continues"]) == ("worse", alert.dedupe_key)
    assert overtaken(watch)
    [story] = watch.rows(AlertStory)
    assert (story.state, story.word, story.closed_at) == ("firing", "off_track", None)
    assert [act.kind for act in watch.rows(AlertAct)][-2:] == ["opened", "told"]
    # What comes then is told as ever, and once.
    assert watch.later(days=1).say("off_track") == 0
    assert watch.later(days=1).say("on_track") == 1
    assert watch.rows(Outbox)[-1].facts["continues"] == alert.dedupe_key
    assert watch.later(days=1).say("at_risk") == 1
    assert len(watch.rows(AlertStory)) == 2


def test_a_goal_missed_after_a_success_that_was_none_is_told(watch):
    begun(watch, "off_track")
    watch.later(days=1).say("achieved", jump=JUMP)
    assert watch.later(days=1).say("missed", final=True) == 1
    assert watch.rows(Outbox)[-1].kind == "worse"


def test_the_same_bad_news_is_not_told_again_to_who_never_heard_of_the_recovery(watch):
    begun(watch)
    watch.later(days=1).say("on_track", jump=JUMP)
    assert watch.later(days=1).say("at_risk") == 0
    assert overtaken(watch) and len(watch.rows(AlertStory)) == 1
    assert watch.later(days=1).say("off_track") == 1
    assert watch.rows(Outbox)[-1].kind == "worse"


def test_a_recovery_in_quiet_hours_is_taken_back_by_what_comes_in_them(watch):
    watch.rule(quiet_from="20:00", quiet_to="08:00", ladder=[{"hours": 5, "to": "owner"}])
    begun(watch)
    watch.now = EVENING
    watch.say("on_track")
    watch.later(hours=2).say("off_track")
    watch.now = MORNING
    assert sent(watch) == ["worse"]
    assert overtaken(watch)
    assert watch.story().wake_at is not None


def test_a_recovery_that_was_heard_ends_its_story(watch):
    watch.rule(quiet_from="20:00", quiet_to="08:00")
    begun(watch)
    watch.now = EVENING
    watch.say("on_track")
    watch.now = MORNING
    assert sent(watch) == ["recovery"]
    watch.later(hours=2).say("off_track")
    assert sent(watch) == ["alert"]
    assert len(watch.rows(AlertStory)) == 2


def test_who_took_it_on_has_it_still(watch):
    begun(watch)
    with watch.session() as session:
        story = session.get_one(AlertStory, (watch.here, watch.story().id))
        story.state, story.acknowledged_by, story.acknowledged_at = (
            "acknowledged",
            watch.ann,
            watch.now,
        )
        session.add(story)
    watch.later(days=1).say("on_track", jump=JUMP)
    watch.later(days=1).say("off_track")
    assert (watch.story().state, watch.story().acknowledged_by) == ("acknowledged", watch.ann)


def test_what_waited_from_the_period_before_says_nothing_of_this_one(watch):
    begun(watch)
    watch.later(days=1).say("on_track", jump=JUMP)
    with watch.session() as session:
        goal = session.get_one(Goal, (watch.here, watch.goal))
        goal.every = "quarter"
        periods.begin_next(session, goal, goals.current(session, goal), watch.now)
    assert watch.later(days=1).say("at_risk") == 1
    assert watch.rows(Outbox)[-1].kind == "alert"


def test_a_slow_pace_that_never_was_heard_to_be_over_goes_on_without_a_word(watch):
    watch.rule("pace_gap", settings={"gap": 0.1, "days": 1})
    watch.say("on_track", pace=0.5)
    assert sent(watch) == ["alert"]
    watch.later(days=1).say("on_track", pace=1.2, jump=JUMP)
    assert watch.later(days=1).say("on_track", pace=0.6) == 0
    assert watch.story().state == "firing" and len(watch.rows(AlertStory)) == 1
