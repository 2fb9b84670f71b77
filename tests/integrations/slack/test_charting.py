"""The chart after an answer: the answer first, then the picture, once and in its place."""

import pytest

from goals.alerts import audiences
from tests.fakes.slack.world import Channel, Message, User
from tests.support.slack import Desk


def room(desk: Desk, ann: User) -> Channel:
    channel = desk.slack.add_channel("sales", members=[ann])
    desk.switch_on(channel)
    return channel


def pictures(desk: Desk, channel: Channel) -> list[Message]:
    """The messages of a channel that show nothing but a picture."""
    return [
        one
        for one in desk.slack.posts[channel.id]
        if [block["type"] for block in one.blocks] == ["image"]
    ]


@pytest.mark.parametrize("question", ["how is New business doing?", "why New business?"])
def test_a_mention_is_answered_and_then_shown(slack_desks: Desk, question: str) -> None:
    ann = slack_desks.person("Ann")
    channel = room(slack_desks, ann)
    slack_desks.goal("New business")
    reply = slack_desks.user(ann).mention(channel, question)
    assert reply.messages
    assert slack_desks.slack.calls_to("files.getUploadURLExternal") == []
    slack_desks.deliver()
    [card] = pictures(slack_desks, channel)
    answer = next(one for one in slack_desks.slack.posts[channel.id] if one.bot_id)
    assert card.thread_ts == answer.thread_ts
    assert "฿16.2" in card.blocks[0]["alt_text"]
    assert slack_desks.slack.notification_text(card) == card.blocks[0]["alt_text"]
    slack_desks.later(minutes=5)
    assert slack_desks.deliver() == 0
    assert slack_desks.slack.audit == []


def test_a_direct_question_is_shown_in_the_same_conversation(slack_desk: Desk) -> None:
    ann = slack_desk.person("Ann")
    slack_desk.goal("New business")
    person = slack_desk.user(ann)
    asked = person.say("how is New business doing?")
    person.resend(asked, retry_num=1)
    slack_desk.deliver()
    assert len(pictures(slack_desk, slack_desk.slack.im(ann))) == 1


def test_what_nobody_else_sees_and_what_is_no_single_goal_is_not_shown(slack_desk: Desk) -> None:
    ann = slack_desk.person("Ann")
    channel = room(slack_desk, ann)
    slack_desk.goal("New business")
    slack_desk.goal("Churn", "off_track")
    person = slack_desk.user(ann)
    person.slash("/goals", "how is New business doing?", channel)
    person.mention(channel, "what is off track?")
    person.say("who owns New business?")
    slack_desk.deliver()
    assert slack_desk.slack.files == {}


def test_a_channel_without_charts_and_an_app_without_the_permission_show_none(
    slack_desk: Desk,
) -> None:
    ann = slack_desk.person("Ann")
    channel = room(slack_desk, ann)
    slack_desk.goal("New business")
    with slack_desk.session() as session:
        row = audiences.channel_named(session, channel.id)
        assert row is not None
        row.has_charts = False
        session.add(row)
    person = slack_desk.user(ann)
    person.mention(channel, "how is New business doing?")
    slack_desk.deliver()
    assert slack_desk.outbox() == {}


def test_a_chart_that_slack_does_not_take_leaves_the_answer_alone(slack_desk: Desk) -> None:
    ann = slack_desk.person("Ann")
    channel = room(slack_desk, ann)
    slack_desk.goal("New business")
    slack_desk.user(ann).mention(channel, "how is New business doing?")
    slack_desk.slack.withdraw("files:write")
    slack_desk.deliver()
    [row] = slack_desk.outbox().values()
    assert (row.state, row.error) == ("dead", {"code": "no_chart"})
    assert pictures(slack_desk, channel) == []
    page = slack_desk.browser().get("/alerts/log")
    assert "The chart could not be shown; the answer stands without it." in page


def test_a_goal_that_became_private_meanwhile_is_not_shown(slack_desk: Desk) -> None:
    from goals.tracking.goal import Goal

    ann = slack_desk.person("Ann")
    channel = room(slack_desk, ann)
    goal = slack_desk.goal("New business")
    slack_desk.user(ann).mention(channel, "how is New business doing?")
    with slack_desk.session() as session:
        row = session.get_one(Goal, (slack_desk.workspace_id, goal))
        row.visibility = "private"
        session.add(row)
    slack_desk.deliver()
    assert pictures(slack_desk, channel) == []
