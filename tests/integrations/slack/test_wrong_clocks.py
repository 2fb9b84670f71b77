"""Messages that a wrong clock put off, leased or decided leave once when it is right again."""

from datetime import timedelta

from goals.alerts import delivery
from tests.fakes.slack.world import Channel
from tests.support.slack import Desk


def place(desk: Desk) -> Channel:
    channel = desk.slack.add_channel("sales", members=[desk.slack.add_user("Ann")])
    desk.switch_on(channel)
    assert desk.deliver() == 0
    return channel


def test_a_lease_taken_by_a_clock_a_day_ahead_is_free(slack_desk: Desk) -> None:
    desk = slack_desk
    channel = place(desk)
    desk.message(desk.goal("New business"), channel.id)
    with desk.session() as session:
        ahead = desk.moment + timedelta(days=1)
        assert delivery.lease(session, worker="killed", now=ahead) is not None
    assert desk.deliver() == 1


def test_what_was_put_off_by_a_clock_a_day_ahead_leaves_now(slack_desk: Desk) -> None:
    desk = slack_desk
    channel = place(desk)
    desk.message(desk.goal("New business"), channel.id)
    desk.slack.faults.add("chat.postMessage", "lose_before")
    desk.later(days=1)
    assert desk.deliver() == 0
    desk.later(days=-1)
    assert desk.deliver() == 1


def test_a_channel_that_asks_to_wait_for_a_day_is_tried_after_two_hours_at_most(
    slack_desk: Desk,
) -> None:
    desk = slack_desk
    channel = place(desk)
    key = desk.message(desk.goal("New business"), channel.id)
    fault = desk.slack.faults.add("chat.postMessage", "error", code="ratelimited")
    fault.retry_after = 86_400
    assert desk.deliver() == 0
    assert desk.outbox()[key].next_attempt_at <= desk.moment + delivery.LONGEST_OFF
    assert desk.deliver() == 0
    desk.later(hours=2)
    assert desk.deliver() == 1


def test_a_clock_of_ours_that_is_twelve_hours_ahead_still_finds_what_arrived(
    slack_desk: Desk,
) -> None:
    desk = slack_desk
    desk.slack.grant("channels:history", "metadata.message:read")
    channel = place(desk)
    desk.slack.forward(-12 * 3600)
    desk.moment += timedelta(days=3650)  # Later than Slack's time, so that ours is the real one.
    desk.message(desk.goal("New business"), channel.id)
    desk.slack.faults.add("chat.postMessage", "lose_after")
    assert desk.deliver() == 0
    desk.later(seconds=6)
    assert desk.deliver() == 1
    assert len(desk.slack.messages(channel)) == 1


def test_a_reply_whose_thread_is_gone_arrives_once_though_its_answer_was_lost(
    slack_desk: Desk,
) -> None:
    desk = slack_desk
    desk.slack.grant("channels:history", "metadata.message:read")
    channel = place(desk)
    goal = desk.goal("New business")
    root = desk.message(goal, channel.id)
    desk.deliver()
    desk.slack.messages(channel)[0].deleted = True
    desk.evaluate(goal, "off_track")
    desk.message(goal, channel.id, "worse", "at_risk", continues=root)
    # The first call finds no thread; the one without it is carried out and its answer lost.
    first = desk.slack.faults.add("chat.postMessage", "error", code="thread_not_found")
    desk.slack.faults.add("chat.postMessage", "lose_after")
    assert desk.deliver() == 0
    assert first.fired == 1
    desk.later(seconds=6)
    desk.deliver()
    assert len(desk.slack.messages(channel)) == 1
