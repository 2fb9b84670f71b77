"""Reviewing goals: what is written, what is queued, and that it happens once."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlmodel import col, select

from app.db import Database
from goals import words, workspace
from goals.alerts import delivery, review
from goals.alerts.channel import Preview
from goals.alerts.outbox import Channel, Outbox
from goals.errors import DeliveryError, Refusal
from goals.tracking import visibility
from goals.tracking.evaluation import Evaluation, StatusChange
from goals.tracking.goal import Goal
from goals.words import Message
from goals.workspace import Team
from tests.support import company
from tests.support.company import NOW


@pytest.fixture
def database(database_url):
    found = Database(database_url)
    yield found
    found.dispose()


def judge(database, here, day):
    with database.session(here) as session:
        now = workspace.of(session).end_of(day)
        return review.review(session, now=now, today=day)


def days(first, count):
    return [first + timedelta(days=step) for step in range(count)]


@pytest.fixture
def late(database):
    """A quarter in which half of what the plan expects comes in, with a goal and a channel."""
    here = company.make(database)
    company.win(database, here, [(day, 50) for day in days(date(2026, 7, 1), 40)])
    with database.session(here) as session:
        company.revenue_goal(session, channel="C01")
        session.add(Channel(workspace_id=here, external_id="C01", is_on=True, created_at=NOW))
    return here


def outbox(database, here):
    with database.session(here) as session:
        rows = session.exec(
            select(Outbox).where(Outbox.workspace_id == here).order_by(col(Outbox.id))
        )
        return list(rows)


def reasons_of(seen):
    return [
        words.render(words.from_json(one.evaluation.reason), words.Reader("en")) for one in seen
    ]


def test_a_goal_is_too_early_then_waits_a_day_and_is_told_once(database, late):
    seen = [judge(database, late, day)[0] for day in days(date(2026, 7, 1), 25)]
    shown = [one.evaluation.status for one in seen]
    assert shown[:21] == ["too_early"] * 21
    # What is said is kept: a status stands from the day that was named in the sentence.
    assert reasons_of(seen[:1]) == [
        "Too early to judge. That begins on 22 Jul 2026,"
        " after 15% of the time and three whole weeks."
    ]
    assert shown[21:] == ["off_track"] * 4
    assert [one.queued for one in seen].count(1) == 1
    assert [(row.kind, row.state, row.destination) for row in outbox(database, late)] == [
        ("alert", "new", "C01")
    ]


def test_reviewing_a_day_again_writes_and_tells_nothing_new(database, late):
    for day in days(date(2026, 7, 1), 23):
        judge(database, late, day)
    with database.session(late) as session:
        before = len(session.exec(select(Evaluation).where(Evaluation.workspace_id == late)).all())
    again = judge(database, late, date(2026, 7, 23))[0]
    assert again.queued == 0
    with database.session(late) as session:
        after = len(session.exec(select(Evaluation).where(Evaluation.workspace_id == late)).all())
    assert after == before


def test_a_day_before_the_last_review_is_refused(database, late):
    judge(database, late, date(2026, 8, 1))
    with pytest.raises(Refusal) as refused:
        judge(database, late, date(2026, 7, 31))
    assert (refused.value.code, refused.value.misused) == ("earlier_than_last", False)


def test_evaluation_change_and_message_stand_or_fall_together(database, late):
    with pytest.raises(ZeroDivisionError), database.session(late) as session:
        now = workspace.of(session).end_of(date(2026, 8, 20))
        review.review(session, now=now, today=date(2026, 8, 20))
        raise ZeroDivisionError
    with database.session(late) as session:
        for table in (Evaluation, StatusChange, Outbox):
            assert session.exec(select(table).where(table.workspace_id == late)).all() == []


def test_a_channel_that_is_off_gets_nothing_and_the_message_is_kept(database, late):
    with database.session(late) as session:
        channel = session.exec(select(Channel).where(Channel.workspace_id == late)).one()
        channel.is_on = False
        session.add(channel)
    judge(database, late, date(2026, 8, 20))
    (row,) = outbox(database, late)
    assert (row.state, row.error) == ("held", {"code": "channel_off"})


def test_a_private_goal_is_never_told_to_a_channel(database, late):
    with database.session(late) as session:
        company.revenue_goal(session, name="Quiet", channel="C01", visibility="private")
    judge(database, late, date(2026, 8, 20))
    states = {row.facts["goal"]["name"]: row.state for row in outbox(database, late)}
    assert states == {"Sell more": "new", "Quiet": "held"}


def test_a_recovery_continues_the_story_that_the_alert_began(database, late):
    company.win(database, late, [(date(2026, 8, 12), 4000)], owner="Bea")
    for day in days(date(2026, 7, 1), 50):
        judge(database, late, day)
    told = outbox(database, late)
    assert [row.kind for row in told] == ["alert", "recovery"]
    assert told[1].facts["continues"] == told[0].dedupe_key


class Box:
    """A channel that fails when told to, and remembers what arrived."""

    def __init__(self) -> None:
        self.arrived: list[str] = []
        self.threads: list[str | None] = []
        self.failures: list[DeliveryError] = []
        self.loses_answer = False

    def send(self, message):
        if self.failures:
            raise self.failures.pop(0)
        self.arrived.append(message.dedupe_key)
        self.threads.append(message.thread)
        if self.loses_answer:
            self.loses_answer = False
            raise DeliveryError("lost", Message("lost"))
        return f"ts-{len(self.arrived)}"

    def find(self, message):
        if message.dedupe_key in self.arrived:
            return f"ts-{self.arrived.index(message.dedupe_key) + 1}"
        return None


def deliver(database, here, box, now=NOW):
    return delivery.deliver(database.begin(here), box, worker="w", clock=lambda: now)


def test_a_message_is_delivered_once(database, late):
    judge(database, late, date(2026, 8, 20))
    box = Box()
    assert deliver(database, late, box) == 1
    assert deliver(database, late, box) == 0
    assert len(box.arrived) == 1
    assert outbox(database, late)[0].state == "done"


def test_a_lost_answer_is_looked_for_and_not_sent_twice(database, late):
    judge(database, late, date(2026, 8, 20))
    box = Box()
    box.loses_answer = True
    deliver(database, late, box)
    assert outbox(database, late)[0].state == "new"
    deliver(database, late, box, NOW + timedelta(minutes=5))
    (row,) = outbox(database, late)
    assert (row.state, row.remote_id, len(box.arrived)) == ("done", "ts-1", 1)


def test_a_lasting_error_ends_in_a_dead_letter_that_can_be_sent_again(database, late):
    judge(database, late, date(2026, 8, 20))
    box = Box()
    box.failures = [DeliveryError("is_archived", Message("archived"), permanent=True)]
    deliver(database, late, box)
    (row,) = outbox(database, late)
    assert (row.state, row.error) == ("dead", {"code": "is_archived"})
    with database.session(late) as session:
        assert delivery.retry(session, row.id, NOW)
    assert deliver(database, late, box) == 1


def test_a_passing_error_waits_longer_each_time(database, late):
    judge(database, late, date(2026, 8, 20))
    box = Box()
    waits = []
    now = NOW
    for _ in range(3):
        box.failures = [DeliveryError("unreachable", Message("down"))]
        deliver(database, late, box, now)
        (row,) = outbox(database, late)
        waits.append(row.next_attempt_at - now)
        now = row.next_attempt_at + timedelta(seconds=1)
    assert waits[0] < waits[1] < waits[2]


def test_a_killed_workers_message_is_taken_over_when_its_lease_ends(database, late):
    judge(database, late, date(2026, 8, 20))
    with database.session(late) as session:
        assert delivery.lease(session, worker="killed", now=NOW) is not None
    box = Box()
    assert deliver(database, late, box, NOW + timedelta(seconds=30)) == 0
    assert deliver(database, late, box, NOW + timedelta(seconds=61)) == 1


def test_a_reply_goes_into_the_thread_of_its_alert(database, late):
    company.win(database, late, [(date(2026, 8, 12), 4000)], owner="Bea")
    box = Box()
    arrived = 0
    for day in days(date(2026, 7, 1), 50):
        judge(database, late, day)
        now = datetime.combine(day + timedelta(days=1), time(), UTC)
        arrived += deliver(database, late, box, now)
    assert arrived == 2
    assert box.threads == [None, "ts-1"]


def test_the_preview_keeps_messages_of_goals_without_a_channel(database, late):
    with database.session(late) as session:
        company.revenue_goal(session, name="No channel")
    judge(database, late, date(2026, 8, 20))
    deliver(database, late, Preview())
    kinds = {row.channel_kind: row.state for row in outbox(database, late)}
    assert kinds == {"slack": "done", "preview": "done"}


def test_the_reviewed_numbers_are_those_of_the_board(database, late):
    from goals.tracking import standing

    (seen,) = judge(database, late, date(2026, 8, 20))
    with database.session(late) as session:
        (shown,) = standing.board(session, visibility.OWNER)
    assert shown.evaluation is not None
    assert shown.evaluation.id == seen.evaluation.id
    assert shown.evaluation.actual == 2000


def test_an_outage_of_six_hours_loses_nothing_and_another_error_needs_somebody(database, late):
    judge(database, late, date(2026, 8, 20))
    box = Box()
    now = NOW
    while now < NOW + timedelta(hours=6):
        box.failures = [DeliveryError("unreachable", Message("down"), outage=True)]
        deliver(database, late, box, now)
        (row,) = outbox(database, late)
        assert row.state == "new"
        assert row.next_attempt_at <= now + timedelta(minutes=15)
        now = row.next_attempt_at + timedelta(seconds=1)
    assert deliver(database, late, box, now + timedelta(minutes=15)) == 1
    assert len(box.arrived) == 1


def test_an_error_of_the_message_itself_does_not_hold_up_its_channel_for_long(database, late):
    judge(database, late, date(2026, 8, 20))
    box = Box()
    now = NOW
    while outbox(database, late)[0].state == "new":
        box.failures = [DeliveryError("odd", Message("odd"))]
        deliver(database, late, box, now)
        now += timedelta(minutes=15)
    assert now < NOW + timedelta(hours=4)
    assert outbox(database, late)[0].state == "dead"


def test_a_teams_goal_is_told_in_the_teams_own_channel_alone(database, late):
    with database.session(late) as session:
        team = Team(workspace_id=late, name="Sales", channel="C01")
        session.add(team)
        session.add(Channel(workspace_id=late, external_id="C02", is_on=True, created_at=NOW))
        session.flush()
        for name, channel in (("At home", None), ("Elsewhere", "C02")):
            company.revenue_goal(
                session, name=name, channel=channel, visibility="team", team_id=team.id
            )
    judge(database, late, date(2026, 8, 20))
    found = {row.facts["goal"]["name"]: (row.state, row.error) for row in outbox(database, late)}
    assert found["At home"] == ("new", None)
    assert found["Elsewhere"] == ("held", {"code": "goal_team"})


def test_a_goal_that_became_private_is_not_told_any_more(database, late):
    judge(database, late, date(2026, 8, 20))
    with database.session(late) as session:
        goal = session.exec(select(Goal).where(Goal.workspace_id == late)).one()
        goal.visibility = "private"
        session.add(goal)
    box = Box()
    assert deliver(database, late, box) == 0
    (row,) = outbox(database, late)
    assert (row.state, row.error, box.arrived) == ("held", {"code": "goal_private"}, [])
    with database.session(late) as session:
        assert not delivery.retry(session, row.id, NOW)
