"""The one message of a channel that always says where we stand: changed, never doubled."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app import work
from goals.alerts import audiences, keeping
from goals.tracking.goal import Goal
from integrations.slack import links
from tests.fakes.slack.world import Channel, Message
from tests.support.slack import Desk


def place(desk: Desk, *, keeps: bool = True, **also: Any) -> Channel:
    ann = desk.person("Ann")
    channel = desk.slack.add_channel("sales", members=[ann], **also)
    desk.switch_on(channel)
    settle(desk, channel, keeps_status=keeps)
    return channel


def settle(desk: Desk, channel: Channel, **also: Any) -> None:
    with desk.session() as session:
        row = audiences.channel_named(session, channel.id)
        for name, value in also.items():
            setattr(row, name, value)
        session.add(row)


def only(desk: Desk, channel: Channel) -> Message:
    [card] = desk.slack.messages(channel)
    return card


def later(desk: Desk) -> int:
    desk.later(minutes=2)
    return desk.deliver()


def test_it_is_posted_once_and_changed_when_things_changed(slack_desks: Desk) -> None:
    channel = place(slack_desks)
    goal = slack_desks.goal("New business")
    slack_desks.goal("Churn", "on_track")
    assert slack_desks.deliver() == 1
    card = only(slack_desks, channel)
    text = slack_desks.slack.screen_text(card)
    for part in ("Where we stand", "At risk", "New business", "Churn", "1 on track"):
        assert part in text
    assert slack_desks.slack.notification_text(card) == ("Where we stand: One goal needs attention")
    assert later(slack_desks) == 0
    slack_desks.evaluate(goal, "on_track")
    assert later(slack_desks) == 1
    assert only(slack_desks, channel) is card
    text = slack_desks.slack.screen_text(card)
    assert "At risk" not in text
    assert "2 on track" in text
    assert len(slack_desks.slack.calls_to("chat.postMessage")) == 1
    assert slack_desks.slack.audit == []


def test_it_is_changed_at_most_once_a_minute(slack_desk: Desk) -> None:
    channel = place(slack_desk)
    goal = slack_desk.goal("New business")
    slack_desk.deliver()
    for second, status in enumerate(("on_track", "off_track", "at_risk", "on_track")):
        slack_desk.evaluate(goal, status)
        slack_desk.later(seconds=10)
        slack_desk.deliver()
        assert len(slack_desk.slack.calls_to("chat.update")) == 0, second
    slack_desk.later(seconds=30)
    slack_desk.deliver()
    assert len(slack_desk.slack.calls_to("chat.update")) == 1
    assert "1 on track" in slack_desk.slack.screen_text(only(slack_desk, channel))


def test_an_alert_does_not_wait_for_it(slack_desk: Desk) -> None:
    channel = place(slack_desk)
    goal = slack_desk.goal("New business")
    slack_desk.deliver()
    slack_desk.slack.faults.add("chat.update", "http_503", times=5)
    slack_desk.evaluate(goal, "off_track")
    slack_desk.later(minutes=2)
    slack_desk.message(goal, channel.id)
    slack_desk.deliver()
    assert len(slack_desk.slack.messages(channel)) == 2


@pytest.mark.parametrize("code", ["edit_window_closed", "cant_update_message", "message_not_found"])
def test_one_that_cannot_be_changed_is_posted_anew_and_that_one_kept(
    slack_desk: Desk, code: str
) -> None:
    slack_desk.slack.grant("channels:history", "metadata.message:read")
    channel = place(slack_desk)
    goal = slack_desk.goal("New business")
    slack_desk.deliver()
    first = only(slack_desk, channel)
    slack_desk.slack.faults.add("chat.update", "error", code=code)
    slack_desk.evaluate(goal, "on_track")
    later(slack_desk)
    _, second = slack_desk.slack.messages(channel)
    assert "1 on track" in slack_desk.slack.screen_text(second)
    slack_desk.evaluate(goal, "off_track")
    later(slack_desk)
    assert len(slack_desk.slack.messages(channel)) == 2
    assert "1 off track" in slack_desk.slack.screen_text(second)
    assert "1 at risk" in slack_desk.slack.screen_text(first)


def test_one_that_a_person_deleted_comes_again_with_the_next_news(slack_desk: Desk) -> None:
    channel = place(slack_desk)
    goal = slack_desk.goal("New business")
    slack_desk.deliver()
    only(slack_desk, channel).deleted = True
    later(slack_desk)
    assert slack_desk.slack.messages(channel) == []
    slack_desk.evaluate(goal, "on_track")
    later(slack_desk)
    assert "1 on track" in slack_desk.slack.screen_text(only(slack_desk, channel))


def test_a_channel_that_is_off_or_wants_none_gets_none(slack_desk: Desk) -> None:
    channel = place(slack_desk, keeps=False)
    goal = slack_desk.goal("New business")
    slack_desk.deliver()
    settle(slack_desk, channel, keeps_status=True, is_on=False)
    later(slack_desk)
    assert slack_desk.slack.messages(channel) == []
    settle(slack_desk, channel, is_on=True)
    later(slack_desk)
    card = only(slack_desk, channel)
    settle(slack_desk, channel, is_on=False)
    slack_desk.evaluate(goal, "on_track")
    later(slack_desk)
    assert "1 at risk" in slack_desk.slack.screen_text(card)
    settle(slack_desk, channel, is_on=True)
    later(slack_desk)
    assert "1 on track" in slack_desk.slack.screen_text(card)


def test_two_workers_post_one(slack_desks: Desk) -> None:
    channel = place(slack_desks)
    slack_desks.deliver()
    slack_desks.goal("New business")
    slack_desks.later(minutes=2)
    barrier = threading.Barrier(2)

    def run(name: str) -> None:
        barrier.wait()
        work.run_deliveries(slack_desks.wiring, slack_desks.workspace_id, name)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, ("first", "second")))
    only(slack_desks, channel)


@pytest.mark.parametrize("kind", ["lose_after", "lose_before"])
def test_an_answer_that_is_lost_makes_no_second_message(slack_desk: Desk, kind: str) -> None:
    slack_desk.slack.grant("channels:history", "metadata.message:read")
    channel = place(slack_desk)
    goal = slack_desk.goal("New business")
    slack_desk.slack.faults.add("chat.postMessage", kind)
    slack_desk.deliver()
    slack_desk.evaluate(goal, "on_track")
    for _ in range(3):
        later(slack_desk)
    assert "1 on track" in slack_desk.slack.screen_text(only(slack_desk, channel))


def test_a_token_taken_back_lets_it_wait(slack_desk: Desk) -> None:
    channel = place(slack_desk)
    slack_desk.goal("New business")
    slack_desk.slack.revoke()
    slack_desk.deliver()
    slack_desk.slack.tokens[slack_desk.slack.bot_token].revoked = False
    slack_desk.parts.recent.clear()
    slack_desk.later(minutes=10)
    slack_desk.deliver()
    only(slack_desk, channel)


def test_it_stays_as_it_is_while_its_channel_is_paused(slack_desk: Desk) -> None:
    desk = slack_desk
    channel = place(desk)
    goal = desk.goal("New business")
    desk.deliver()
    settle(desk, channel, paused_reason="left")
    seen = []
    for status in ("on_track", "off_track"):
        desk.evaluate(goal, status)
        for _ in range(2):
            desk.later(minutes=2)
            with desk.session() as session:
                keeping.keep(session, links.linked, desk.moment)
            seen.append(desk.outbox()[keeping.key(channel.id)].state)
            desk.deliver()
            seen.append(desk.outbox()[keeping.key(channel.id)].state)
    assert set(seen) == {"done"}
    assert "1 at risk" in desk.slack.screen_text(only(desk, channel))
    settle(desk, channel, paused_reason=None)
    later(desk)
    assert "1 off track" in desk.slack.screen_text(only(desk, channel))


def test_what_a_pause_held_back_is_posted_after_it(slack_desk: Desk) -> None:
    desk = slack_desk
    channel = place(desk)
    desk.goal("New business")
    with desk.session() as session:
        keeping.keep(session, links.linked, desk.moment)
    settle(desk, channel, paused_reason="archive")
    for _ in range(2):
        later(desk)
        assert desk.outbox()[keeping.key(channel.id)].state == "held"
    settle(desk, channel, paused_reason=None)
    later(desk)
    assert "1 at risk" in desk.slack.screen_text(only(desk, channel))


def test_it_names_only_what_everybody_there_may_see(slack_desk: Desk) -> None:
    channel = place(slack_desk)
    plain = slack_desk.goal("Open to all")
    slack_desk.goal("Secret", visibility="private")
    slack_desk.goal("Ours", visibility="team", team_id=slack_desk.teams["Sales"])
    slack_desk.deliver()
    text = slack_desk.slack.screen_text(only(slack_desk, channel))
    assert "Open to all" in text
    assert "Secret" not in text
    assert "Ours" not in text
    with slack_desk.session() as session:
        row = session.get_one(Goal, (slack_desk.workspace_id, plain))
        row.visibility = "private"
        session.add(row)
    later(slack_desk)
    text = slack_desk.slack.screen_text(only(slack_desk, channel))
    assert "Open to all" not in text
    assert "There is no goal that may be shown here." in text


def test_a_channel_with_strangers_gets_nothing_unless_an_owner_cleared_it(slack_desk: Desk) -> None:
    ann = slack_desk.person("Ann")
    stranger = slack_desk.slack.add_user("Guest", guest="multi")
    channel = slack_desk.slack.add_channel("mixed", members=[ann, stranger])
    slack_desk.switch_on(channel)
    settle(slack_desk, channel, keeps_status=True)
    slack_desk.goal("New business")
    slack_desk.deliver()
    assert slack_desk.slack.messages(channel) == []
    settle(slack_desk, channel, clearance="workspace")
    later(slack_desk)
    assert "New business" in slack_desk.slack.screen_text(only(slack_desk, channel))


def test_a_channel_with_goals_of_its_own_tells_of_them_alone(slack_desk: Desk) -> None:
    channel = place(slack_desk)
    slack_desk.goal("Of the house")
    slack_desk.goal("Of this channel", channel=channel.id)
    slack_desk.deliver()
    text = slack_desk.slack.screen_text(only(slack_desk, channel))
    assert "Of this channel" in text
    assert "Of the house" not in text


def test_many_goals_are_the_worst_fifteen_and_how_many_more(slack_desk: Desk) -> None:
    channel = place(slack_desk)
    for number in range(keeping.MOST + 3):
        slack_desk.goal(f"Goal {number:02}", "on_track")
    slack_desk.goal("The worst", "off_track")
    slack_desk.deliver()
    text = slack_desk.slack.screen_text(only(slack_desk, channel))
    assert text.index("The worst") < text.index("Goal 00")
    assert "and 4 more" in text


def test_an_owner_asks_for_it_on_the_page_of_channels(slack_desk: Desk) -> None:
    channel = place(slack_desk, keeps=False)
    slack_desk.goal("New business")
    page = slack_desk.browser()
    assert "One message always says where we stand" in page.get("/slack/setup")
    page.post(f"/slack/channels/{channel.id}", on="1", asked="1", keeps="1")
    with slack_desk.session() as session:
        row = audiences.channel_named(session, channel.id)
        assert (row.keeps_status, row.has_charts) == (True, False)
    slack_desk.deliver()
    only(slack_desk, channel)
    page.post(f"/slack/channels/{channel.id}", on="0")
    page.post(f"/slack/channels/{channel.id}", on="1")
    with slack_desk.session() as session:
        row = audiences.channel_named(session, channel.id)
        assert (row.keeps_status, row.has_charts) == (True, False)


def test_an_owner_hears_that_nothing_may_be_said_there(slack_desk: Desk) -> None:
    slack_desk.goal("New business")
    channel = slack_desk.slack.add_channel("mixed", members=[slack_desk.slack.add_user("Guest")])
    slack_desk.switch_on(channel)
    page = slack_desk.browser()
    page.get("/slack/setup")
    page.post(f"/slack/channels/{channel.id}", on="1", asked="1", keeps="1")
    assert "No goal may be shown there, so nothing is posted." in page.get("/slack/setup")


def test_a_message_that_was_given_up_is_tried_anew_when_it_is_asked_for(slack_desk: Desk) -> None:
    channel = place(slack_desk)
    slack_desk.goal("New business")
    slack_desk.slack.faults.add("chat.postMessage", "error", code="restricted_action")
    slack_desk.deliver()
    assert slack_desk.outbox()[keeping.key(channel.id)].state == "dead"
    later(slack_desk)
    assert slack_desk.slack.messages(channel) == []
    settle(slack_desk, channel, keeps_status=False)
    page = slack_desk.browser()
    page.post(f"/slack/channels/{channel.id}", on="1", asked="1", charts="1", keeps="1")
    later(slack_desk)
    only(slack_desk, channel)


def test_the_log_and_the_preview_show_it(slack_desk: Desk) -> None:
    place(slack_desk)
    slack_desk.goal("New business")
    slack_desk.deliver()
    page = slack_desk.browser()
    assert "Where we stand" in page.get("/alerts/log")
    assert "New business" in page.get("/slack")
