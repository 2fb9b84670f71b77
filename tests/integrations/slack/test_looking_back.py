"""Reminders to look back: to the owner of a goal that ended, twice at most, and never at night."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, select

from goals.alerts import looking_back, ruling
from goals.alerts.outbox import Outbox
from goals.alerts.rule import NoticeOff
from goals.tracking.evaluation import Evaluation
from goals.tracking.goal import Goal, GoalVersion
from goals.tracking.retrospectives import Retrospective
from goals.workspace import Member, Person
from integrations.slack import links
from tests.fakes.slack.world import User
from tests.support.slack import Desk

END = date(2026, 11, 20)


def ended(desk: Desk, user: User | None, name: str = "New business") -> int:
    """Add a goal that was missed on its last day; returns its id."""
    owner = None if user is None else member_of(desk, user)
    goal = desk.goal(name, "missed", owner_id=owner)
    with desk.session() as session:
        row = session.get_one(Goal, (desk.workspace_id, goal))
        seen = session.get_one(Evaluation, (desk.workspace_id, row.evaluation_id))
        seen.final, seen.day = True, END
        terms = session.exec(
            select(GoalVersion).where(
                col(GoalVersion.workspace_id) == desk.workspace_id,
                col(GoalVersion.goal_id) == goal,
            )
        ).one()
        terms.last_day = END
        session.add_all([seen, terms])
    return goal


def member_of(desk: Desk, user: User) -> int:
    with desk.session() as session:
        return links.linked(session)[user.id].member_id


def remind(desk: Desk, days: int) -> int:
    """Look for reminders so many days after the end."""
    day = END + timedelta(days=days)
    now = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
    with desk.session() as session:
        return looking_back.remind(session, now=now, today=day)


def rows(desk: Desk) -> list[Outbox]:
    with desk.session() as session:
        statement = select(Outbox).where(
            col(Outbox.workspace_id) == desk.workspace_id,
            col(Outbox.kind) == looking_back.KIND,
        )
        return list(session.exec(statement.order_by(col(Outbox.id))))


def test_the_owner_is_asked_a_week_later_and_once_more(slack_desks: Desk) -> None:
    ann = slack_desks.person("Ann", "editor")
    ended(slack_desks, ann)
    told = [days for days in range(60) if remind(slack_desks, days)]
    assert told == [7, 14]
    assert {row.channel_kind for row in rows(slack_desks)} == {"direct"}
    slack_desks.later(days=30)
    slack_desks.deliver()
    first, second = slack_desks.slack.messages(slack_desks.slack.im(ann))
    text = slack_desks.slack.screen_text(first)
    for part in ("Look back: New business", "Missed", "ended on 20 Nov 2026", "What went well"):
        assert part in text
    assert "last reminder" not in text
    assert "last reminder" in slack_desks.slack.screen_text(second)
    assert slack_desks.slack.audit == []


def test_a_second_look_on_a_day_asks_nobody_again(slack_desk: Desk) -> None:
    ended(slack_desk, slack_desk.person("Ann", "editor"))
    assert [remind(slack_desk, 7), remind(slack_desk, 7), remind(slack_desk, 8)] == [1, 0, 0]


@pytest.mark.parametrize(
    ("asked", "days", "number"),
    [
        ((), 6, None),
        ((), 7, 1),
        ((), 20, 1),
        ((), 21, None),
        ((7,), 13, None),
        ((7,), 14, 2),
        ((12,), 14, None),
        ((12,), 19, 2),
        ((7,), 28, None),
        ((7, 14), 21, None),
    ],
)
def test_when_it_is_time(asked: tuple[int, ...], days: int, number: int | None) -> None:
    before = [END + timedelta(days=one) for one in asked]
    assert looking_back.turn(END, before, END + timedelta(days=days)) == number


def test_who_looked_back_and_a_goal_without_an_owner_hear_nothing(slack_desk: Desk) -> None:
    goal = ended(slack_desk, slack_desk.person("Ann", "editor"))
    ended(slack_desk, None, "Nobody's")
    assert remind(slack_desk, 7) == 1
    with slack_desk.session() as session:
        session.add(
            Retrospective(
                workspace_id=slack_desk.workspace_id,
                goal_id=goal,
                keep="The Tuesdays",
                made_at=slack_desk.moment,
            )
        )
    assert remind(slack_desk, 14) == 0


def test_nobody_is_asked_who_does_not_want_it_or_too_often(slack_desk: Desk) -> None:
    ann, bob = slack_desk.person("Ann", "editor"), slack_desk.person("Bob", "editor")
    with slack_desk.session() as session:
        for way in ("direct", "email"):
            session.add(
                NoticeOff(
                    workspace_id=slack_desk.workspace_id,
                    member_id=member_of(slack_desk, ann),
                    event="checkin",
                    way=way,
                )
            )
    ended(slack_desk, ann)
    for number in range(looking_back.WEEKLY_MOST + 3):
        ended(slack_desk, bob, f"Goal {number}")
    assert remind(slack_desk, 7) == looking_back.WEEKLY_MOST
    assert {row.destination for row in rows(slack_desk)} == {str(member_of(slack_desk, bob))}
    assert remind(slack_desk, 8) == 0
    assert remind(slack_desk, 15) > 0


def test_it_waits_for_the_end_of_the_quiet_hours(slack_desk: Desk) -> None:
    ended(slack_desk, slack_desk.person("Ann", "editor"))
    with slack_desk.session() as session:
        rule = ruling.default(session, slack_desk.moment)
        rule.quiet_from, rule.quiet_to = "20:00", "11:00"
        session.add(rule)
    remind(slack_desk, 7)
    [row] = rows(slack_desk)
    # Ten in the morning in Bangkok is in them; they end at eleven.
    assert row.deferred_until == datetime(2026, 11, 27, 4, tzinfo=UTC)


@pytest.mark.parametrize("locale", ["th", "zh_Hans"])
def test_it_speaks_its_readers_language(slack_desk: Desk, locale: str) -> None:
    ann = slack_desk.person("Ann", "editor")
    with slack_desk.session() as session:
        statement = (
            select(Person)
            .join(Member, col(Member.person_id) == col(Person.id))
            .where(
                col(Member.workspace_id) == slack_desk.workspace_id,
                col(Member.id) == member_of(slack_desk, ann),
            )
        )
        person = session.exec(statement).one()
        person.locale = locale
        session.add(person)
    ended(slack_desk, ann)
    remind(slack_desk, 7)
    slack_desk.later(days=10)
    slack_desk.deliver()
    [card] = slack_desk.slack.messages(slack_desk.slack.im(ann))
    text = slack_desk.slack.screen_text(card)
    assert "What went well" not in text
    assert "ended on" not in text
