"""Slack is away, asks to slow down or shuts us out: messages wait, none is lost or doubled."""

from collections import Counter

import pytest

from goals.alerts import delivery
from tests.fakes.slack.world import Channel
from tests.support.slack import Desk


def places(desk: Desk, count: int) -> list[Channel]:
    """Switched-on channels of one person, with the right to look whether a message is there."""
    desk.slack.grant("channels:history", "metadata.message:read")
    ann = desk.person("Ann")
    made = [desk.slack.add_channel(f"sales-{number}", members=[ann]) for number in range(count)]
    for one in made:
        desk.switch_on(one)
    assert desk.deliver() == 0
    return made


def arrived(desk: Desk, channels: list[Channel]) -> list[int]:
    return [sum(m.bot_id is not None for m in desk.slack.messages(one)) for one in channels]


def wait(desk: Desk, hours: int, step: float = 0.25) -> None:
    for _ in range(int(hours / step)):
        desk.deliver()
        desk.later(hours=step)


@pytest.mark.parametrize("fault", ["lose_before", "lose_after", "http_500", "truncated_json"])
def test_slack_that_is_down_for_six_hours_gets_each_alert_once(
    slack_desk: Desk, fault: str
) -> None:
    desk, channels = slack_desk, places(slack_desk, 3)
    for number, channel in enumerate(channels):
        desk.message(desk.goal(f"Goal {number}"), channel.id)
    desk.slack.faults.add("*", fault, times=100_000)
    wait(desk, 6, 1)
    assert all(row.state in ("new", "sending") for row in desk.outbox().values())
    desk.slack.faults.clear()
    wait(desk, 2)
    assert arrived(desk, channels) == [1, 1, 1]


def test_in_a_storm_of_429_every_alert_waits_as_long_as_slack_says_and_arrives_once(
    slack_desk: Desk,
) -> None:
    desk, channels = slack_desk, places(slack_desk, 12)
    for number, channel in enumerate(channels):
        desk.message(desk.goal(f"Goal {number}"), channel.id)
    desk.slack.faults.add(
        "chat.postMessage", "error", code="ratelimited", retry_after=600, times=40
    )
    for _ in range(8):
        desk.deliver()
        told = Counter(call.args["channel"] for call in desk.slack.calls_to("chat.postMessage"))
        desk.later(seconds=300)
        desk.deliver()
        again = Counter(call.args["channel"] for call in desk.slack.calls_to("chat.postMessage"))
        assert again == told, "asked again before the time that Slack gave"
        desk.later(seconds=301)
    assert arrived(desk, channels) == [1] * 12


def test_a_revoked_token_keeps_every_message_until_there_is_a_new_one(slack_desk: Desk) -> None:
    desk, [channel] = slack_desk, places(slack_desk, 1)
    desk.message(desk.goal("Churn rate"), channel.id)
    desk.slack.revoke()
    wait(desk, 3)
    assert arrived(desk, [channel]) == [0]
    # What waits for Slack waits on; what tells owners of the trouble goes another way.
    waiting = [row for row in desk.outbox().values() if row.destination == channel.id]
    assert [row.state for row in waiting] == ["new"]
    desk.slack.tokens[desk.slack.bot_token].revoked = False
    desk.parts.recent.clear()
    wait(desk, 1)
    assert arrived(desk, [channel]) == [1]


@pytest.mark.parametrize("what", ["archived", "kicked"])
def test_a_channel_that_is_archived_or_threw_the_bot_out_costs_no_message(
    slack_desk: Desk, what: str
) -> None:
    desk, [channel, other] = slack_desk, places(slack_desk, 2)
    goal = desk.goal("Churn rate")
    for one in (channel, other):
        desk.message(goal, one.id)
    bot = desk.slack.team.bot_user_id
    if what == "archived":
        channel.archived = True
    else:
        channel.members.discard(bot)
    wait(desk, 1)
    assert arrived(desk, [channel, other]) == [0, 1]
    assert channel.name in desk.browser().get("/slack")
    channel.archived = False
    channel.members.add(bot)
    desk.switch_on(channel)
    [row] = [row for row in desk.outbox().values() if row.destination == channel.id]
    if row.state == "dead":
        with desk.session() as session:
            assert delivery.retry(session, row.id, desk.moment)
    wait(desk, 1)
    assert arrived(desk, [channel, other]) == [1, 1]


def test_a_question_asked_while_slack_is_down_is_answered_when_slack_asks_again(
    slack_desk: Desk,
) -> None:
    desk, [channel] = slack_desk, places(slack_desk, 1)
    desk.goal("Churn rate")
    bob = desk.user(desk.person("Bob"))
    channel.members.add(bob.id)
    desk.slack.faults.add("chat.postMessage", "lose_after", times=1)
    desk.slack.faults.add("chat.postMessage", "http_503", times=1)
    first = bob.mention(channel, "status of churn rate")
    assert first.status == 503
    assert bob.resend(first, retry_num=1).status in (200, 503)
    assert bob.resend(first, retry_num=2).status == 200
    assert arrived(desk, [channel]) == [1]
