"""Rules about sources, old data and missed check-ins, and digests: one piece of news for each."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session

from goals import words
from goals.alerts import digests, missed, sources
from goals.alerts.outbox import Outbox
from goals.alerts.rule import AlertRule
from goals.records.connections import Connection, SyncRun
from goals.table import new_id
from goals.tracking.evaluation import Evaluation, StatusChange
from goals.tracking.goal import Goal
from integrations.slack.blocks import alerts
from tests.support import company
from tests.support.rules import Watch


@pytest.fixture
def watch(sqlite_url):
    found = Watch(sqlite_url)
    yield found
    found.database.dispose()


def look(watch, check=sources.check):
    with watch.session() as session:
        return check(session, now=watch.now, today=(watch.now + timedelta(hours=7)).date())


def pulled(watch, status, *, reconnect=False):
    """Let the workspace's source be pulled once, well or not."""
    with watch.session() as session:
        source = company.connection_of(session, watch.here)
        source.interval, source.needs_reconnect = 15, reconnect
        if status == "done":
            source.last_success_at = watch.now
        session.add(
            SyncRun(
                workspace_id=watch.here, connection_id=source.id, status=status,
                started_at=watch.now, finished_at=watch.now,
                error={"message": "The key is wrong."} if status == "failed" else None,
            )
        )  # fmt: skip
        session.add(source)


def test_a_source_is_told_of_once_when_it_has_failed_for_long_and_when_it_works(watch):
    watch.rule("failing_source", settings={"hours": "24"}, routes=[{"kind": "slack", "to": "C01"}])
    pulled(watch, "done")
    assert look(watch) == 0
    pulled(watch.later(hours=3), "failed")
    assert (look(watch), watch.log()[-1]) == (0, "not_long_enough")
    pulled(watch.later(hours=21), "failed")
    assert look(watch) == 1
    assert look(watch.later(hours=1)) == 0
    pulled(watch.later(hours=1), "done")
    assert look(watch) == 1
    first, over = watch.rows(Outbox)
    assert (first.kind, over.kind, over.facts["continues"]) == (
        "source", "source_over", first.dedupe_key,
    )  # fmt: skip
    assert first.facts["source"]["goals"] == 1
    said = alerts.alert(first.kind, first.facts, words.Reader("en"), "https://headway.example")
    told = str(said.blocks)
    assert said.text == "Source failing: Files" and "The key is wrong." in told
    assert "1 goal rests on it." in told


def test_a_source_that_must_be_connected_again_is_told_at_once(watch):
    watch.rule("failing_source", routes=[{"kind": "direct", "to": "owner"}])
    pulled(watch, "done")
    pulled(watch.later(minutes=15), "failed", reconnect=True)
    assert look(watch) == 1
    assert watch.rows(Outbox)[0].destination == str(watch.owner)


def test_a_source_that_nobody_pulls_or_that_was_never_pulled_does_not_fail(watch):
    watch.rule("failing_source")
    assert (look(watch), watch.log()) == (0, [])
    with watch.session() as session:
        company.connection_of(session, watch.here).interval = 15
    assert (look(watch), watch.log()) == (0, ["never_pulled"])


def test_old_data_of_many_goals_are_one_message_and_end_when_fresh(watch):
    watch.rule("stale_data", settings={"days": "2"}, routes=[{"kind": "slack", "to": "C01"}])
    with watch.session() as session:
        company.revenue_goal(session, name="Other")
    watch.say("stale")
    assert (look(watch), watch.log()[-1]) == (0, "not_long_enough")
    assert look(watch.later(days=1)) == 1
    [told] = watch.rows(Outbox)
    assert told.facts["stale"]["names"] == ["Files"]
    watch.later(days=1).say("source_broken")
    assert (look(watch), watch.log()[-1]) == (0, "broken")
    watch.later(days=1).say("on_track")
    assert (look(watch), watch.told()) == (1, ["stale", "stale_over"])


def test_a_missed_check_in_is_told_once_for_its_day(watch):
    watch.rule("missed_checkin", routes=[{"kind": "direct", "to": "owner"}])
    with watch.session() as session:
        goal = session.get_one(Goal, (watch.here, watch.goal))
        goal.cadence, goal.cadence_since = "weekly", date(2026, 7, 1)
    watch.now = datetime(2026, 7, 8, 3, 0, tzinfo=UTC)
    assert (look(watch, missed.check), watch.log()[-1]) == (0, "none_missed")
    assert look(watch.later(days=3), missed.check) == 1
    assert look(watch.later(days=1), missed.check) == 0
    [told] = watch.rows(Outbox)
    assert (told.kind, told.destination) == ("missed", str(watch.ann))
    said = alerts.alert(told.kind, told.facts, words.Reader("en"), "https://headway.example")
    assert said.text == "Check-in missed: Sell more"


DAILY, MONDAYS = {"every": 1, "weekday": 0, "hour": 8}, {"every": 7, "weekday": 0, "hour": 8}


@pytest.mark.parametrize(
    ("settings", "last", "local", "due"),
    [
        (DAILY, date(2026, 7, 19), (2026, 7, 20, 7, 59), None),
        (DAILY, date(2026, 7, 19), (2026, 7, 20, 8, 0), date(2026, 7, 20)),
        (DAILY, date(2026, 7, 20), (2026, 7, 20, 9, 0), None),
        # After an outage of a week there is one.
        (DAILY, date(2026, 7, 13), (2026, 7, 20, 9, 0), date(2026, 7, 20)),
        (MONDAYS, date(2026, 7, 13), (2026, 7, 19, 9, 0), None),
        (MONDAYS, date(2026, 7, 13), (2026, 7, 20, 8, 0), date(2026, 7, 20)),
        (MONDAYS, date(2026, 7, 6), (2026, 7, 19, 9, 0), date(2026, 7, 13)),
    ],
)
def test_a_digest_is_due_by_its_local_day(settings, last, local, due):
    from zoneinfo import ZoneInfo

    for zone in ("Asia/Bangkok", "America/New_York", "Pacific/Kiritimati"):
        now = datetime(*local).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        assert digests.due(settings, last, now, zone) == due


def test_a_daily_digest_comes_once_on_nights_on_which_clocks_jump():
    zone = "America/New_York"
    for first in (datetime(2026, 3, 8, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)):
        last, made = None, []
        for step in range(72 * 4):
            now = first + timedelta(minutes=15 * step)
            day = digests.due({**DAILY, "hour": 2}, last, now, zone)
            if day is not None:
                last = day
                made.append(day)
        assert len(made) == len(set(made)) == 4


def make(watch):
    with watch.session() as session:
        return digests.make(session, watch.now)


def test_a_digest_tells_changes_first_and_worst_first_and_only_what_readers_may_see(watch):
    rule = watch.rule("digest", settings={"every": "1"}, routes=[{"kind": "slack", "to": "C01"}])
    with watch.session() as session:
        session.get_one(AlertRule, (watch.here, rule)).last_on = date(2026, 7, 19)
        for name, status, before, seen_by in (
            ("Fell", "off_track", "on_track", "workspace"),
            ("Rose", "on_track", "at_risk", "workspace"),
            ("Still bad", "at_risk", None, "workspace"),
            ("Secret", "off_track", "on_track", "private"),
        ):
            judged(session, watch, name, status, before, seen_by)
    assert make(watch) == 1
    assert make(watch) == 0
    [told] = watch.rows(Outbox)
    digest = told.facts["digest"]
    assert [one["name"] for one in digest["changed"]] == ["Fell", "Rose"]
    assert [one["name"] for one in digest["bad"]] == ["Still bad"]
    said = alerts.alert("digest", told.facts, words.Reader("en"), "https://headway.example")
    assert said.text.endswith("2 goals changed")
    assert "Secret" not in str(said.blocks) and "was: On track" in str(said.blocks)


def judged(session: Session, watch, name, status, before, seen_by):
    """Add a goal with an evaluation, and with a change of status where it had another before."""
    goal = company.revenue_goal(session, name=name, visibility=seen_by, owner_id=watch.ann)
    seen = Evaluation(
        id=new_id(), workspace_id=watch.here, goal_id=goal.id, version=1, day=date(2026, 7, 20),
        fingerprint=name, status=status, judged=status, since=date(2026, 7, 20), unit="money",
        evaluated_at=watch.now,
    )  # fmt: skip
    session.add(seen)
    session.flush()
    goal.evaluation_id = seen.id
    if before is not None:
        session.add(
            StatusChange(
                workspace_id=watch.here, goal_id=goal.id, evaluation_id=seen.id,
                day=date(2026, 7, 20), before=before, after=status, created_at=watch.now,
            )
        )  # fmt: skip
    session.flush()


def test_a_digest_without_changes_is_short(watch):
    rule = watch.rule("digest", settings={"every": "1"}, routes=[{"kind": "email", "to": "owner"}])
    assert make(watch) == 0
    watch.later(days=1)
    assert make(watch) == 1
    [told] = watch.rows(Outbox)
    assert told.destination == str(watch.owner)
    said = alerts.alert("digest", told.facts, words.Reader("en"), "https://headway.example")
    assert said.text.endswith("Nothing has changed")
    assert watch.the_rule(rule).last_on == date(2026, 7, 21)


def test_removed_sources_are_left_out(watch):
    watch.rule("failing_source")
    pulled(watch, "failed", reconnect=True)
    with watch.session() as session:
        source = company.connection_of(session, watch.here)
        source.removed_at = watch.now
        assert session.get(Connection, (watch.here, source.id)) is source
    assert (look(watch), watch.log()) == (0, [])
