"""What happens to channels in Slack, and who hears of it."""

import pytest

from goals.alerts import audiences
from goals.alerts.outbox import Outbox
from tests.fakes.slack.world import Channel
from tests.support.slack import OWNER, Desk


def arranged(desk: Desk) -> tuple[Channel, int]:
    """A channel that is on, and a goal; the owner is in Slack."""
    goal = desk.goal("New business")
    ann = desk.person("Ann")
    channel = desk.slack.add_channel("sales", members=[ann])
    desk.switch_on(channel)
    return channel, goal


def told(desk: Desk) -> list[Outbox]:
    return [one for one in desk.outbox().values() if one.kind == "slack_lost"]


@pytest.mark.parametrize(
    ("event", "word"),
    [
        ("channel_archive", "was archived"),
        ("group_archive", "was archived"),
        ("channel_deleted", "was deleted"),
        ("channel_left", "taken out"),
        ("group_left", "taken out"),
    ],
)
def test_a_channel_that_is_cut_off_is_paused_and_owners_hear_once(
    slack_desk: Desk, event: str, word: str
) -> None:
    desk = slack_desk
    channel, goal = arranged(desk)
    ann = desk.user(desk.person("Ben"))
    assert ann.event({"type": event, "channel": channel.id}).status == 200
    assert ann.event({"type": event, "channel": channel.id, "more": 1}).status == 200
    assert len(told(desk)) == 1
    key = desk.message(goal, channel.id)
    desk.deliver()
    assert desk.outbox()[key].error == {"code": "channel_paused"}
    assert desk.slack.messages(channel) == []
    text = desk.browser().get("/alerts/log")
    assert "Slack needs somebody" in text
    assert word in told(desk)[0].facts["slack"]["why"]["id"]


def test_the_owner_is_told_in_a_direct_message(slack_desk: Desk) -> None:
    desk = slack_desk
    channel, _ = arranged(desk)
    from sqlmodel import col, select

    from goals.workspace import Member

    with desk.session() as session:
        owner = session.exec(select(Member).where(col(Member.role) == "owner")).one()
    dana = desk.slack.add_user("Dana")
    desk.link(dana, owner.id)
    desk.user(dana).event({"type": "channel_archive", "channel": channel.id})
    assert desk.deliver() == 1
    [said] = desk.slack.messages(desk.slack.im(dana))
    text = desk.slack.screen_text(said)
    assert "#sales" in text
    assert "was archived in Slack" in text
    assert OWNER not in text


def test_a_channel_that_was_off_is_nobodys_news(slack_desk: Desk) -> None:
    desk = slack_desk
    channel, _ = arranged(desk)
    desk.browser().post(f"/slack/channels/{channel.id}", on="0")
    desk.user(desk.person("Ben")).event({"type": "channel_archive", "channel": channel.id})
    assert told(desk) == []


def test_a_channel_that_comes_back_goes_on(slack_desk: Desk) -> None:
    desk = slack_desk
    channel, goal = arranged(desk)
    ben = desk.user(desk.person("Ben"))
    ben.event({"type": "channel_archive", "channel": channel.id})
    ben.event({"type": "channel_unarchive", "channel": channel.id})
    desk.deliver()
    desk.message(goal, channel.id)
    assert desk.deliver() == 1


def test_an_invitation_ends_the_pause_of_having_left_alone(slack_desk: Desk) -> None:
    desk = slack_desk
    channel, _ = arranged(desk)
    ben = desk.user(desk.person("Ben"))
    bot = desk.slack.team.bot_user_id

    def joined() -> None:
        ben.event({"type": "member_joined_channel", "user": bot, "channel": channel.id})

    ben.event({"type": "channel_archive", "channel": channel.id})
    joined()
    assert paused(desk, channel) == "archive"
    ben.event({"type": "channel_unarchive", "channel": channel.id})
    ben.event({"type": "member_left_channel", "user": bot, "channel": channel.id})
    assert paused(desk, channel) == "left"
    joined()
    assert paused(desk, channel) is None


def paused(desk: Desk, channel: Channel) -> str | None:
    with desk.session() as session:
        row = audiences.channel_named(session, channel.id)
        assert row is not None
        return row.paused_reason


def test_a_channel_with_a_new_name_is_called_by_it_and_written_to(slack_desk: Desk) -> None:
    desk = slack_desk
    channel, goal = arranged(desk)
    named = {"id": channel.id, "name": "sales-asia", "created": 1}
    desk.user(desk.person("Ben")).event({"type": "channel_rename", "channel": named})
    assert "#sales-asia" in desk.browser().get("/slack/setup")
    desk.message(goal, channel.id)
    assert desk.deliver() == 1


@pytest.mark.parametrize("event", ["channel_rename", "group_rename"])
def test_a_name_is_kept_without_what_cannot_be_shown(slack_desks: Desk, event: str) -> None:
    desk = slack_desks
    channel, _ = arranged(desk)
    ben = desk.user(desk.person("Ben"))
    for name in ("sa\x00les\x1b-\u202easia", "\x00 \x07"):
        assert ben.event({"type": event, "channel": {"id": channel.id, "name": name}}).status == 200
        assert "#sales-asia" in desk.browser().get("/slack/setup")
    channel.name = "no\x00rth\x9b"
    desk.switch_on(channel)
    assert "#north" in desk.browser().get("/slack/setup")


def test_switching_on_ends_a_pause(slack_desk: Desk) -> None:
    desk = slack_desk
    channel, goal = arranged(desk)
    desk.user(desk.person("Ben")).event({"type": "channel_left", "channel": channel.id})
    desk.deliver()
    desk.browser().post(f"/slack/channels/{channel.id}", on="1")
    desk.message(goal, channel.id)
    assert desk.deliver() == 1


@pytest.mark.parametrize("channel", [None, 5, {}, {"id": 5}, {"id": "C1", "name": 5}, "\x00"])
def test_strange_channels_break_nothing(slack_desk: Desk, channel: object) -> None:
    ben = slack_desk.user(slack_desk.person("Ben"))
    for event in ("channel_rename", "channel_archive", "channel_unarchive", "channel_left"):
        assert ben.event({"type": event, "channel": channel}).status in (200, 400)
