"""Slack's deliveries twice, out of order, late or forged: one effect each, or none, never a 500."""

from typing import Any

import pytest
from sqlmodel import select

from goals.alerts import audiences
from integrations.slack.tables import SlackInbound
from tests.fakes.slack.user import SlackUser
from tests.fakes.slack.world import Channel
from tests.support.slack import Desk


def kept(desk: Desk) -> int:
    with desk.wiring.database.system() as session:
        return len(session.exec(select(SlackInbound)).all())


def asker(desk: Desk) -> tuple[SlackUser, Channel]:
    desk.goal("Churn rate")
    ann = desk.user(desk.person("Ann"))
    channel = desk.slack.add_channel("sales", members=[ann.user])
    desk.switch_on(channel)
    return ann, channel


def answers(desk: Desk, channel: Channel) -> list[Any]:
    return [one for one in desk.slack.messages(channel) if one.bot_id]


#: Ways in which people make Slack send something, and what each is worth in messages.
WAYS = ("command", "mention", "direct", "button")


def send(desk: Desk, way: str, ann: SlackUser, channel: Channel, **how: Any) -> Any:
    if way == "command":
        return ann.slash("/goals", "status of churn rate", channel, **how)
    if way == "mention":
        return ann.mention(channel, "status of churn rate", **how)
    if way == "direct":
        return ann.say("status of churn rate", **how)
    ann.mention(channel, "help")
    return ann.click(answers(desk, channel)[-1], "Churn rate", **how)


@pytest.mark.parametrize("way", WAYS)
def test_a_delivery_that_comes_three_times_has_one_effect(slack_desk: Desk, way: str) -> None:
    ann, channel = asker(slack_desk)
    reply = send(slack_desk, way, ann, channel)
    said = len(slack_desk.slack.calls_to("chat.postMessage"))
    for again in (
        ann.resend(reply),
        ann.resend(reply, retry_num=1),
        ann.resend(reply, retry_num=2, duplicate=2),
    ):
        assert (again.status, again.body) == (reply.status, reply.body)
    assert ann.resend(reply, exactly=True).status == 200
    assert len(slack_desk.slack.calls_to("chat.postMessage")) == said


def test_questions_that_arrive_in_another_order_are_each_answered_in_their_thread(
    slack_desk: Desk,
) -> None:
    ann, channel = asker(slack_desk)
    slack_desk.goal("Win rate")
    held = [ann.mention(channel, f"status of {name}") for name in ("churn rate", "win rate")]
    written = [one for one in slack_desk.slack.messages(channel) if not one.bot_id]
    for one in answers(slack_desk, channel):
        one.deleted = True
    with slack_desk.wiring.database.system() as session:
        for row in session.exec(select(SlackInbound)):
            session.delete(row)
    for reply in reversed(held):
        assert ann.resend(reply).status == 200
    for question, name in zip(written, ("Churn rate", "Win rate"), strict=True):
        [answer] = [one for one in answers(slack_desk, channel) if one.thread_ts == question.ts]
        assert name in slack_desk.slack.screen_text(answer)


def test_a_leaving_that_arrives_before_its_joining_lets_nobody_read_too_much(
    slack_desk: Desk,
) -> None:
    slack_desk.slack.grant("groups:read")
    ann = slack_desk.user(slack_desk.person("Ann", team="Sales"))
    bob = slack_desk.person("Bob", team="Service")
    slack_desk.goal("Team plan", visibility="team", team_id=slack_desk.teams["Sales"])
    channel = slack_desk.slack.add_channel("sales", members=[ann.user], private=True)
    slack_desk.switch_on(channel)
    channel.members.add(bob.id)
    for kind in ("member_left_channel", "member_joined_channel"):
        assert ann.event({"type": kind, "user": bob.id, "channel": channel.id}).status == 200
    ann.mention(channel, "status of team plan")
    assert "At risk" not in slack_desk.slack.screen_text(answers(slack_desk, channel)[-1])


def test_an_event_that_comes_an_hour_late_is_answered_all_the_same(slack_desk: Desk) -> None:
    ann, channel = asker(slack_desk)
    written = ann.write(channel, "<@U0001BOT> status of churn rate")
    slack_desk.slack.forward(3600)
    event = {
        "type": "app_mention",
        "user": ann.id,
        "channel": channel.id,
        "ts": written.ts,
        "event_ts": written.ts,
        "text": written.text,
    }
    assert ann.event(event, retry_num=3).status == 200
    assert len(answers(slack_desk, channel)) == 1


@pytest.mark.parametrize("way", WAYS)
def test_bytes_that_were_recorded_are_worth_nothing_after_five_minutes(
    slack_desk: Desk, way: str
) -> None:
    ann, channel = asker(slack_desk)
    reply = send(slack_desk, way, ann, channel)
    before, said = kept(slack_desk), len(slack_desk.slack.calls)
    object.__setattr__(slack_desk.wiring.slack, "wall", lambda: slack_desk.slack.now() + 301)
    assert ann.resend(reply, exactly=True).status == 401
    assert (kept(slack_desk), len(slack_desk.slack.calls)) == (before, said)


FORGED: list[dict[str, Any]] = [
    {"signature": "v0=" + "0" * 64},
    {"signature": "v1=" + "0" * 64},
    {"signature": "v0=" + "ก" * 64},
    {"age": 301},
    {"age": 86_400},
    # Time goes by on the way, so a second more than five minutes is five minutes on arrival.
    {"age": -360},
    {"age": -86_400},
    {"secret": "the secret of another app"},
    {"timestamp": "NaN"},
    {"timestamp": "0x10"},
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("how", FORGED, ids=[f"forged-{number}" for number in range(len(FORGED))])
def test_a_bad_old_or_future_signature_or_anothers_secret_has_no_effect(
    slack_desk: Desk, way: str, how: dict[str, Any]
) -> None:
    ann, channel = asker(slack_desk)
    if way == "button":
        ann.mention(channel, "help")
        card = answers(slack_desk, channel)[-1]
    before, said = kept(slack_desk), len(slack_desk.slack.calls)
    if way == "button":
        reply = ann.click(card, "Churn rate", **how)
    else:
        reply = send(slack_desk, way, ann, channel, **how)
    assert reply.status == 401
    assert (kept(slack_desk), len(slack_desk.slack.calls)) == (before, said)


@pytest.mark.parametrize("pad", [1_048_576, 20_000_000])
@pytest.mark.parametrize("way", ["command", "mention", "direct"])
def test_a_huge_delivery_is_turned_away_unread(slack_desk: Desk, way: str, pad: int) -> None:
    ann, channel = asker(slack_desk)
    assert send(slack_desk, way, ann, channel, pad=pad).status == 413
    assert kept(slack_desk) == 0


def test_a_delivery_of_another_team_touches_nothing_of_ours(slack_desk: Desk) -> None:
    ann, channel = asker(slack_desk)
    partner = slack_desk.slack.add_team("Partner")
    eve = slack_desk.user(slack_desk.slack.add_user("Eve", team=partner))
    ann.say("help")
    before = len(slack_desk.slack.calls)
    for kind in ("member_joined_channel", "app_uninstalled", "tokens_revoked"):
        event = {"type": kind, "user": eve.id, "channel": channel.id, "tokens": {"bot": ["B1"]}}
        assert eve.event(event).status == 200
    assert len(slack_desk.slack.calls) == before
    with slack_desk.session() as session:
        members = audiences.channel_named(session, channel.id).members
        assert members is not None and eve.id not in members
    assert "At risk" in slack_desk.slack.screen_text(ann.say("churn rate").messages[0])
