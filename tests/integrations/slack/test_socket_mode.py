"""Socket Mode: the same answers through a connection that Headway opens."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.cli import demo
from goals.errors import Refusal
from integrations.slack import socket_mode
from tests.fakes.slack.socketmode import FakeSocketMode
from tests.fakes.slack.user import SlackUser
from tests.support.slack import Desk


@contextmanager
def listening(desk: Desk) -> Iterator[FakeSocketMode]:
    stop = threading.Event()
    with FakeSocketMode(desk.slack) as fake:
        thread = threading.Thread(
            target=socket_mode.listen, args=(desk.parts, desk.wiring.slack_bot.answer, stop)
        )
        thread.start()
        try:
            fake.wait_connected(timeout=20)
            yield fake
        finally:
            stop.set()
            thread.join(20)
    assert not thread.is_alive()


def test_socket_mode_gives_the_same_answers_as_http(slack_desk: Desk) -> None:
    slack_desk.goal("Churn rate")
    user = slack_desk.person("Ann")
    channel = slack_desk.slack.add_channel("sales", members=[user])
    slack_desk.switch_on(channel)
    by_http = slack_desk.user(user)
    with listening(slack_desk) as fake:
        by_socket = SlackUser(slack_desk.slack, user, fake)
        for question in ("", "status of churn rate", "what is off track", "nonsense"):
            first = by_http.slash("/goals", question, channel)
            second = by_socket.slash("/goals", question, channel)
            assert second.json == first.json
            assert second.messages
        by_http.mention(channel, "churn rate")
        by_socket.mention(channel, "churn rate")
        one, other = [m for m in slack_desk.slack.messages(channel) if m.bot_id]
        assert (one.text, one.blocks[0]["text"]) == (other.text, other.blocks[0]["text"])
        [card] = by_socket.say("help").messages
        assert by_socket.click(card, "Churn rate").messages
    assert slack_desk.slack.audit == []


def test_the_demo_holds_the_connection_to_a_real_slack_itself(slack_desk: Desk) -> None:
    desk = slack_desk
    desk.goal("Churn rate")
    user = desk.person("Ann")
    stop = threading.Event()
    with FakeSocketMode(desk.slack) as fake:
        thread = demo.listen(desk.wiring, stop)
        assert thread is not None
        try:
            fake.wait_connected(timeout=20)
            assert SlackUser(desk.slack, user, fake).say("churn rate").messages
        finally:
            stop.set()
            thread.join(20)
    assert not thread.is_alive()
    desk.slack.revoke(desk.slack.app_token)
    # A token that Slack does not take leaves the demo as it is.
    refused = demo.listen(desk.wiring, stop)
    assert refused is not None
    refused.join(20)
    assert not refused.is_alive()
    object.__setattr__(desk.parts.config, "app_token", None)
    assert demo.listen(desk.wiring, stop) is None


def test_an_envelope_that_comes_twice_is_answered_once(slack_desk: Desk) -> None:
    slack_desk.goal("Churn rate")
    user = slack_desk.person("Ann")
    with listening(slack_desk) as fake:
        ann = SlackUser(slack_desk.slack, user, fake)
        reply = ann.say("churn rate", duplicate=2)
        assert [copy.status for copy in reply.copies] == [200, 200]
        slash = ann.slash("/goals", "churn rate", duplicate=1)
        assert slash.copies[0].json == slash.json
        said = [m for m in slack_desk.slack.messages(slack_desk.slack.im(user)) if m.bot_id]
        assert len(said) == 1


def test_the_same_delivery_by_both_ways_is_answered_once(slack_desk: Desk) -> None:
    slack_desk.goal("Churn rate")
    user = slack_desk.person("Ann")
    http = slack_desk.user(user)
    reply = http.say("churn rate")
    with listening(slack_desk) as fake:
        SlackUser(slack_desk.slack, user, fake).resend(reply)
    said = [m for m in slack_desk.slack.messages(slack_desk.slack.im(user)) if m.bot_id]
    assert len(said) == 1


def test_a_connection_that_breaks_is_opened_again(slack_desk: Desk) -> None:
    slack_desk.goal("Churn rate")
    user = slack_desk.person("Ann")
    with listening(slack_desk) as fake:
        fake.disconnect()
        fake.wait_for(lambda: not fake.connections, 20)
        fake.wait_connected(timeout=20)
        assert SlackUser(slack_desk.slack, user, fake).say("churn rate").messages


def test_without_a_token_it_says_what_is_missing(slack_desk: Desk) -> None:
    object.__setattr__(slack_desk.parts.config, "app_token", None)
    with pytest.raises(Refusal) as refused:
        socket_mode.listen(slack_desk.parts, slack_desk.wiring.slack_bot.answer, threading.Event())
    assert refused.value.code == "no_app_token"


def test_a_token_that_slack_refuses_is_said(slack_desk: Desk) -> None:
    slack_desk.slack.revoke(slack_desk.slack.app_token)
    with pytest.raises(Refusal) as refused:
        socket_mode.listen(slack_desk.parts, slack_desk.wiring.slack_bot.answer, threading.Event())
    assert refused.value.code == "slack_socket_refused"


def test_a_delivery_that_could_not_be_handled_is_not_acknowledged(slack_desk: Desk) -> None:
    def broken(envelope: object) -> None:
        raise RuntimeError("gone")

    payload = {"type": "event_callback", "event_id": "Ev1", "team_id": "T1"}
    assert socket_mode.respond(payload, broken) is None  # type: ignore[arg-type]
    assert socket_mode.respond(["nonsense"], broken) == {}  # type: ignore[arg-type]
