"""What came of an action is told to whoever does it, on its day and once more."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlmodel import col, select

from goals.alerts import effects
from goals.alerts.outbox import Outbox
from goals.tracking.goal import Goal
from goals.tracking.remedies import attempts
from goals.tracking.remedies.table import Attempt
from integrations.slack import links
from tests.fakes.slack.world import User
from tests.support.slack import Desk

TAKEN, DUE = date(2026, 11, 6), date(2026, 11, 20)


def taken(desk: Desk, goal_id: int, user: User | None) -> int:
    """Take an action on; returns its id."""
    with desk.session() as session:
        goal = session.get_one(Goal, (desk.workspace_id, goal_id))
        owner = None if user is None else links.linked(session)[user.id].member_id
        row = attempts.take(
            session, goal, "Call the <!channel> of ten", owner_id=owner, due_on=DUE, by=None,
            today=TAKEN, now=desk.moment, hoped=Decimal(500_000),
        )  # fmt: skip
        return row.id


def remind(desk: Desk, days: int) -> int:
    day = DUE + timedelta(days=days)
    now = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
    with desk.session() as session:
        return effects.remind(session, now=now, today=day)


def test_whoever_does_it_is_asked_on_its_day_and_once_more(slack_desks: Desk) -> None:
    ann, bob = slack_desks.person("Ann", "editor"), slack_desks.person("Bob", "editor")
    taken(slack_desks, slack_desks.goal("New business", "at_risk"), ann)
    assert [days for days in range(-3, 40) if remind(slack_desks, days)] == [0, 7]
    slack_desks.later(days=30)
    slack_desks.deliver()
    first, second = slack_desks.slack.messages(slack_desks.slack.im(ann))
    assert slack_desks.slack.messages(slack_desks.slack.im(bob)) == []
    text = slack_desks.slack.screen_text(first)
    for part in ("What became of it?", "Call the <!channel> of ten", "New business", "6 Nov 2026"):
        assert part in text
    assert "Say what became of it" in text and "last reminder" not in text
    assert "last reminder" in slack_desks.slack.screen_text(second)
    assert slack_desks.slack.audit == []


def test_who_told_what_became_of_it_is_asked_no_more(slack_desk: Desk) -> None:
    ann = slack_desk.person("Ann", "editor")
    goal_id = slack_desk.goal("New business", "at_risk")
    attempt = taken(slack_desk, goal_id, ann)
    taken(slack_desk, goal_id, None)
    assert [remind(slack_desk, 0), remind(slack_desk, 0)] == [1, 0]
    with slack_desk.session() as session:
        goal = session.get_one(Goal, (slack_desk.workspace_id, goal_id))
        row = session.get_one(Attempt, (slack_desk.workspace_id, attempt))
        attempts.settle(session, goal, row, "helped", None, version=1, by=None, today=DUE)
    assert remind(slack_desk, 7) == 0


def test_a_private_goal_is_told_nobody_who_may_not_see_it(slack_desk: Desk) -> None:
    ann = slack_desk.person("Ann", "editor")
    taken(slack_desk, slack_desk.goal("Secret", "at_risk", visibility="private"), ann)
    assert remind(slack_desk, 0) == 0
    with slack_desk.session() as session:
        statement = select(Outbox.state).where(
            col(Outbox.workspace_id) == slack_desk.workspace_id, col(Outbox.kind) == effects.KIND
        )
        assert session.exec(statement).all() == ["held"]


@pytest.mark.parametrize(
    ("days", "number"), [(-1, None), (0, 1), (6, 1), (7, 2), (13, 2), (14, None)]
)
def test_when_it_is_time(days: int, number: int | None) -> None:
    assert effects.turn(DUE, DUE + timedelta(days=days)) == number
