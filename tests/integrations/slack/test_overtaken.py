"""A worker that is slower than its lease: what it and another posted is there once."""

import threading
import time

from goals.alerts import delivery
from tests.fakes.slack.world import Channel
from tests.support.slack import Desk


def place(desk: Desk) -> Channel:
    """Return a channel whose history may be looked through."""
    desk.slack.grant("channels:history", "metadata.message:read")
    channel = desk.slack.add_channel("sales", members=[desk.slack.add_user("Ann")])
    desk.switch_on(channel)
    assert desk.deliver() == 0  # Whoever the token belongs to is asked.
    return channel


def overtaken(desk: Desk, seconds: float) -> threading.Thread:
    """Send from a worker whose request is on its way for longer than its lease.

    When its request has left, more than a lease goes by.
    """

    def send() -> None:
        with desk.session() as session:
            slack = desk.wiring.alert_channel(session)
        delivery.deliver(desk.session, slack, worker="slow", clock=lambda: desk.moment)

    desk.slack.faults.add("chat.postMessage", "latency", seconds=seconds)
    slow = threading.Thread(target=send)
    slow.start()
    deadline = time.monotonic() + 10
    while not desk.slack.in_hand and time.monotonic() < deadline:
        time.sleep(0.01)
    assert desk.slack.in_hand == 1
    desk.later(seconds=61)
    return slow


def test_what_two_workers_posted_is_there_once(slack_desks: Desk) -> None:
    desk = slack_desks
    channel = place(desk)
    key = desk.message(desk.goal("New business"), channel.id)
    slow = overtaken(desk, 2)
    assert desk.deliver() == 1
    slow.join()
    [card] = desk.slack.messages(channel)
    row = desk.outbox()[key]
    assert (row.state, row.remote_id, row.is_repeat) == ("done", card.ts, False)
    assert sum(call.method == "chat.postMessage" for call in desk.slack.calls) == 2
    assert desk.deliver() == 0


def test_what_arrives_late_is_settled_though_another_worker_is_at_it(slack_desks: Desk) -> None:
    desk = slack_desks
    channel = place(desk)
    key = desk.message(desk.goal("New business"), channel.id)
    slow = overtaken(desk, 1)
    with desk.session() as session:
        leased = delivery.lease(session, worker="other", now=desk.moment)
        slack = desk.wiring.alert_channel(session)
    assert leased is not None and slack.find(leased.message) is None
    slow.join()
    [card] = desk.slack.messages(channel)
    row = desk.outbox()[key]
    assert (row.state, row.remote_id) == ("done", card.ts)
    desk.later(seconds=120)
    assert desk.deliver() == 0 and len(desk.slack.messages(channel)) == 1


def test_an_alert_that_was_told_among_others_meanwhile_does_not_stand_alone_too(
    slack_desks: Desk,
) -> None:
    desk = slack_desks
    channel = place(desk)
    first = desk.message(desk.goal("New business"), channel.id)
    slow = overtaken(desk, 2)
    for number in range(12):
        desk.message(desk.goal(f"Goal {number}"), channel.id)
    assert desk.deliver() == 1
    slow.join()
    [card] = desk.slack.messages(channel)
    assert "New business" in desk.slack.screen_text(card)
    assert desk.outbox()[first].state == "told"
