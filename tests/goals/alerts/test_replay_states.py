"""Rules about sources, old data and check-ins over the past: as they spoke live, day by day."""

from datetime import date, timedelta

import pytest

from goals.alerts import missed, ruling, sources
from goals.alerts.outbox import Outbox
from goals.alerts.replay import past
from goals.errors import Refusal
from goals.records.connections import SyncRun
from goals.tracking.checkins.table import Checkin
from goals.tracking.goal import Goal
from tests.support import company
from tests.support.rules import Watch

PLACE = {"kind": "slack", "to": "C01"}


@pytest.fixture
def watch(sqlite_url):
    found = Watch(sqlite_url)
    yield found
    found.database.dispose()


def today(watch):
    return (watch.now + timedelta(hours=7)).date()


def replayed(watch, rule, **given):
    with watch.session() as session:
        [found] = [one for one in ruling.every(session, watch.now) if one.id == rule]
        return past.replay(session, found, today=today(watch), given=given)


def live(watch, check):
    with watch.session() as session:
        check(session, now=watch.now, today=today(watch))


def told(watch):
    return [(row.created_at + timedelta(hours=7)).date() for row in watch.rows(Outbox)]


def pulled(watch, status, code="unreachable"):
    with watch.session() as session:
        source = company.connection_of(session, watch.here)
        source.interval = 15
        source.needs_reconnect = status == "failed" and code == "unauthorized"
        if status == "done":
            source.last_success_at = watch.now
        error = {"code": code, "message": "No answer."} if status == "failed" else None
        session.add(
            SyncRun(
                workspace_id=watch.here, connection_id=source.id, status=status,
                started_at=watch.now, finished_at=watch.now, error=error,
            )
        )  # fmt: skip
        session.add(source)
    live(watch, sources.check)


def test_a_source_that_failed_is_replayed_as_it_was_told(watch):
    rule = watch.rule("failing_source", settings={"hours": "24"}, routes=[PLACE])
    for status, hours in [("done", 6), *[("failed", 6)] * 9, ("done", 6), ("done", 30)]:
        pulled(watch, status)
        watch.later(hours=hours)
    pulled(watch, "failed", "unauthorized")
    found = replayed(watch, rule)
    first, second = found.score.firings
    assert (first.day, first.until, first.outcome) == (date(2026, 7, 21), date(2026, 7, 22), "over")
    assert (second.day, second.until, second.outcome) == (today(watch), None, "open")
    assert (first.name, first.goal_id) == ("Files", None)
    # Two alerts and the recovery between them, on the days on which they were told.
    assert found.score.messages == len(told(watch)) == 3
    assert [first.day, first.until, second.day] == told(watch)
    assert found.score.recall is None and found.score.false_alarms is None
    assert found.history == "known_then"
    assert [len(one.firings) for _, one in found.alternatives] == [2, 2]
    assert len(replayed(watch, rule, hours=72).score.firings) == 1


def test_old_data_are_replayed_from_what_was_said_of_goals(watch):
    rule = watch.rule("stale_data", settings={"days": "1"}, routes=[PLACE])
    for status in ["on_track", "stale", "stale", "source_broken", "stale", "on_track", "stale"]:
        watch.later(days=1).say(status)
        live(watch, sources.check)
    found = replayed(watch, rule)
    first, second = found.score.firings
    assert (first.name, first.outcome, second.outcome) == ("Files", "over", "open")
    assert [first.day, first.until, second.day] == told(watch)
    # Each day said that they were old since then, so that two days in a row never were.
    assert not replayed(watch, rule, days=2).score.firings


def write(watch, due_on, made_at, removed_at=None):
    with watch.session() as session:
        session.add(
            Checkin(
                workspace_id=watch.here, goal_id=watch.goal, day=made_at.date(), due_on=due_on,
                confidence="90", note="", made_at=made_at, removed_at=removed_at,
            )
        )  # fmt: skip


def test_check_ins_that_nobody_made_are_replayed_as_they_were_told(watch):
    rule = watch.rule("missed_checkin", routes=[PLACE])
    with watch.session() as session:
        goal = session.get_one(Goal, (watch.here, watch.goal))
        goal.cadence, goal.cadence_since = "weekly", today(watch)
    watch.say("on_track")
    late = None
    for _ in range(24):
        watch.later(days=1)
        live(watch, missed.check)
        if today(watch) == date(2026, 8, 3):
            late = watch.now
            write(watch, date(2026, 7, 28), late)
    assert late is not None
    found = replayed(watch, rule)
    assert [one.day for one in found.score.firings] == told(watch)
    first, second, last = found.score.firings
    # The next day that is asked for comes before the one that was missed is made up for.
    assert (first.day, first.until) == (date(2026, 7, 25), date(2026, 7, 28))
    assert (second.outcome, second.until, second.goal_id) == (
        "over", date(2026, 8, 3), watch.goal,
    )  # fmt: skip
    assert (last.day, last.until) == (date(2026, 8, 8), date(2026, 8, 11))
    assert found.history == "known_then"


def test_what_was_written_later_was_not_known_before(watch):
    rule = watch.rule("missed_checkin", routes=[PLACE])
    with watch.session() as session:
        goal = session.get_one(Goal, (watch.here, watch.goal))
        goal.cadence, goal.cadence_since = "weekly", today(watch)
    watch.say("on_track")
    watch.later(days=15)
    before = replayed(watch, rule).score
    write(watch, date(2026, 7, 21), watch.now + timedelta(days=30))
    assert replayed(watch, rule).score == before


def test_a_digest_has_nothing_to_replay(watch):
    rule = watch.rule("digest", routes=[PLACE])
    with pytest.raises(Refusal) as refused:
        replayed(watch, rule)
    assert refused.value.code == "no_replay"
