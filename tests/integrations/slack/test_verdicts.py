"""Useful or noise: the buttons of an alert, pressed once, twice, changed, and taken back."""

import pytest
from sqlmodel import col, select

from goals.alerts import ruling, stories
from goals.alerts.outbox import Outbox
from goals.alerts.rule import AlertVerdict
from goals.tracking.goal import Goal
from tests.support.slack import Desk


def alert(desk: Desk):
    """Let an alert of a story arrive in a channel; returns the channel and its message."""
    goal = desk.goal("New business")
    channel = desk.slack.add_channel("sales", members=[desk.slack.add_user("Bob")])
    desk.switch_on(channel)
    key = desk.message(goal, channel.id)
    with desk.session() as session:
        [rule] = ruling.every(session, desk.moment)
        found = session.get_one(Goal, (desk.workspace_id, goal))
        story = stories.begin(
            session, rule, str(goal), goal_id=found.id, now=desk.moment, today=desk.moment.date()
        )
        stories.told(session, story, "at_risk", desk.moment)
        row = session.exec(
            select(Outbox).where(
                col(Outbox.workspace_id) == desk.workspace_id, col(Outbox.dedupe_key) == key
            )
        ).one()
        row.facts = {**row.facts, "story": str(story.id)}
        row.story_id = story.id
        session.add(row)
    desk.deliver()
    [card] = desk.slack.messages(channel)
    return channel, card


def said(desk: Desk) -> list[tuple[int, bool]]:
    with desk.session() as session:
        statement = select(AlertVerdict).where(col(AlertVerdict.workspace_id) == desk.workspace_id)
        return [(row.member_id, row.is_useful) for row in session.exec(statement)]


def member(desk: Desk, name: str, role: str):
    user = desk.person(name, role)
    return desk.user(user)


def test_a_member_says_useful_or_noise_and_takes_it_back(slack_desks: Desk) -> None:
    ann = member(slack_desks, "Ann", "editor")
    channel, card = alert(slack_desks)
    ann.join(channel)
    reply = ann.click(card, "Useful")
    [note] = reply.messages
    assert note.shown_to == ann.id
    assert "Noted: useful." in slack_desks.slack.screen_text(note)
    [(who, is_useful)] = said(slack_desks)
    assert is_useful
    ann.click(card, "Useful")
    assert said(slack_desks) == [(who, True)]
    [note] = ann.click(card, "Noise").messages
    assert said(slack_desks) == [(who, False)]
    [note] = ann.click(note, "Take it back").messages
    assert "Taken back." in slack_desks.slack.screen_text(note)
    assert said(slack_desks) == []
    assert slack_desks.slack.audit == []


def test_a_click_that_slack_sends_again_counts_once(slack_desk: Desk) -> None:
    ann = member(slack_desk, "Ann", "commenter")
    channel, card = alert(slack_desk)
    ann.join(channel)
    reply = ann.click(card, "Noise")
    ann.resend(reply, exactly=True)
    assert [is_useful for _, is_useful in said(slack_desk)] == [False]


@pytest.mark.parametrize(
    ("role", "terms", "told"),
    [
        ("viewer", {}, "Your role lets you read"),
        ("editor", {"visibility": "private"}, "This alert is not there any more."),
    ],
)
def test_who_may_not_speak_or_see_is_told_so(slack_desk: Desk, role, terms, told) -> None:
    ann = member(slack_desk, "Ann", role)
    channel, card = alert(slack_desk)
    with slack_desk.session() as session:
        for goal in session.exec(
            select(Goal).where(col(Goal.workspace_id) == slack_desk.workspace_id)
        ):
            goal.visibility = terms.get("visibility", goal.visibility)
    ann.join(channel)
    [note] = ann.click(card, "Useful").messages
    assert told in slack_desk.slack.screen_text(note)
    assert said(slack_desk) == []


def test_a_stranger_is_told_whom_to_ask(slack_desk: Desk) -> None:
    channel, card = alert(slack_desk)
    eve = slack_desk.user(slack_desk.slack.add_user("Eve"))
    eve.join(channel)
    [note] = eve.click(card, "Useful").messages
    assert "Ask Dana Keller to link you." in slack_desk.slack.screen_text(note)
    assert said(slack_desk) == []
