"""Reminders of check-ins: once for each day, in the goal's channel, or nowhere."""

import threading
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, select

from app.db import Database
from goals import workspace
from goals.alerts import reminding, ruling
from goals.alerts.outbox import Channel, Outbox
from goals.tracking import archive
from goals.tracking.checkins import keeping
from goals.tracking.checkins.keeping import Said
from goals.tracking.goal import Goal
from goals.words import Reader
from integrations.slack.blocks import alerts
from tests.support import company
from tests.support.company import NOW

DUE = date(2026, 7, 14)


@pytest.fixture
def database(database_url):
    found = Database(database_url)
    yield found
    found.dispose()


@pytest.fixture
def here(database):
    made = company.make(database)
    with database.session(made) as session:
        session.add(Channel(workspace_id=made, external_id="C01", is_on=True, created_at=NOW))
    return made


def goal(database, here, **terms):
    given = {"channel": "C01", "reminds": True, **terms}
    with database.session(here) as session:
        return company.revenue_goal(session, **given).id


def remind(database, here, day):
    with database.session(here) as session:
        return reminding.remind(session, now=NOW, today=day)


def outbox(database, here):
    with database.session(here) as session:
        statement = select(Outbox).where(col(Outbox.workspace_id) == here)
        return list(session.exec(statement.order_by(col(Outbox.id))))


def test_each_day_is_told_once_in_the_channel_of_the_goal(database, here):
    made = goal(database, here)
    told = [remind(database, here, DUE + timedelta(days=n - 1)) for n in range(30)]
    assert [n - 1 for n, count in enumerate(told) if count] == [0, 14, 28]
    rows = outbox(database, here)
    assert {(row.kind, row.destination, row.goal_id) for row in rows} == {("checkin", "C01", made)}
    assert [row.facts["checkin"]["due_on"] for row in rows] == [
        "2026-07-14", "2026-07-28", "2026-08-11",
    ]  # fmt: skip


def test_a_worker_that_was_away_tells_of_the_latest_day_alone(database, here):
    goal(database, here)
    assert remind(database, here, DUE + timedelta(days=13)) == 0
    assert remind(database, here, DUE + timedelta(days=15)) == 1
    [row] = outbox(database, here)
    assert row.facts["checkin"]["due_on"] == "2026-07-28"


def test_who_has_checked_in_is_not_reminded(database, here):
    made = goal(database, here)
    with database.session(here) as session:
        one = session.get(Goal, (here, made))
        keeping.add(session, one, Said("70", "Early."), by=None, today=DUE, now=NOW)
    assert remind(database, here, DUE) == 0


@pytest.mark.parametrize(
    "terms", [{"reminds": False}, {"cadence": "none"}], ids=["not asked for", "no rhythm"]
)
def test_goals_that_ask_for_no_reminder_get_none(database, here, terms):
    goal(database, here, **terms)
    assert remind(database, here, DUE) == 0
    assert outbox(database, here) == []


def test_an_archived_goal_is_not_reminded_of(database, here):
    made = goal(database, here)
    with database.session(here) as session:
        archive.archive(session, session.get(Goal, (here, made)), NOW)
    assert remind(database, here, DUE) == 0


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"channel": "C02"}, "channel_off"),
        ({"visibility": "private"}, "goal_private"),
        ({"visibility": "team"}, "goal_team"),
    ],
)
def test_what_may_not_go_to_the_channel_is_held(database, here, terms, code):
    goal(database, here, **terms)
    assert remind(database, here, DUE) == 0
    [row] = outbox(database, here)
    assert (row.state, row.error) == ("held", {"code": code})


def test_a_goal_without_a_channel_is_kept_for_the_preview(database, here):
    goal(database, here, channel=None)
    assert remind(database, here, DUE) == 1
    assert outbox(database, here)[0].channel_kind == "preview"


def test_two_workers_at_the_same_moment_tell_a_day_once(database, here):
    goal(database, here)
    told: list[int] = []
    started = threading.Event()

    def second() -> None:
        with database.session(here) as session:
            # It has looked around before the first one was done.
            session.exec(select(Goal).where(Goal.workspace_id == here)).all()
            started.set()
            told.append(reminding.remind(session, now=NOW, today=DUE))

    with database.session(here) as session:
        assert reminding.remind(session, now=NOW, today=DUE) == 1
        other = threading.Thread(target=second)
        other.start()
        assert started.wait(10)
        time.sleep(0.3)
    other.join(30)
    assert told == [0]
    assert len(outbox(database, here)) == 1


def test_the_day_is_the_local_one_when_clocks_change(database):
    here = company.make(database, name="Berlin", zone="Europe/Berlin")
    first = date(2026, 10, 12)
    with database.session(here) as session:
        made = company.revenue_goal(
            session, first_day=first, last_day=date(2026, 12, 31), cadence="weekly", reminds=True
        )
        made.cadence_since = first
        session.add(made)
        told = []
        # On the night of 25 October an hour comes twice.
        moment = datetime(2026, 10, 24, 21, 0, tzinfo=UTC)
        while moment < datetime(2026, 10, 26, 0, 0, tzinfo=UTC):
            today = workspace.of(session).local_day(moment)
            if reminding.remind(session, now=moment, today=today):
                told.append(today)
            moment += timedelta(minutes=30)
    assert told == [date(2026, 10, 25)]


def test_the_message_names_goal_day_and_what_was_said_last(database, here):
    made = goal(database, here, name="Sell <more>")
    with database.session(here) as session:
        one = session.get(Goal, (here, made))
        day = DUE - timedelta(days=10)
        keeping.add(session, one, Said("70", "Early."), by=None, today=day, now=NOW)
    remind(database, here, DUE)
    [row] = outbox(database, here)
    said = alerts.alert(row.kind, row.facts, Reader("en"), "https://headway.example")
    shown = str(said.blocks).replace("\\xa0", " ")
    assert said.text == "Check-in due: Sell &lt;more&gt;"
    assert f"/goals/{made}#check-in" in shown
    assert "due on 14 Jul 2026" in shown
    assert "Last check-in on 4 Jul 2026: Likely (70%)" in shown


def test_a_reminder_waits_for_the_end_of_the_quiet_hours(database, here):
    goal(database, here)
    with database.session(here) as session:
        rule = ruling.default(session, NOW)
        rule.quiet_from, rule.quiet_to = "02:00", "06:30"
        session.add(rule)
    assert remind(database, here, DUE) == 1
    [row] = outbox(database, here)
    assert row.next_attempt_at == row.deferred_until == datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
