"""Socket Mode against the official client: hello, envelopes, acks, copies, reconnecting."""

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from tests.fakes.bolt_app import make_bolt
from tests.fakes.slack import socketmode
from tests.fakes.slack.delivery import DeadlineExceeded
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.socketmode import FakeSocketMode
from tests.fakes.slack.user import SlackUser


# The official client takes a second to close, so one serves the whole module.
@pytest.fixture(scope="module")
def slack() -> Iterator[FakeSlack]:
    with FakeSlack(strict=False) as fake:
        yield fake


@pytest.fixture(scope="module")
def mode(slack: FakeSlack) -> Iterator[FakeSocketMode]:
    with FakeSocketMode(slack) as fake:
        yield fake


class Listener:
    """The official client, keeping every request and answering with `payload`."""

    def __init__(self, slack: FakeSlack) -> None:
        self.payload: dict | None = None
        self.silent = False
        self.deaf = 0  # so many requests are not answered
        self.requests: list[SocketModeRequest] = []
        self.texts: list[str] = []
        self.client = SocketModeClient(
            app_token=slack.app_token,
            web_client=WebClient(base_url=slack.api_url, retry_handlers=[]),
            on_message_listeners=[self.texts.append],
            ping_interval=0.5,
        )
        self.client.socket_mode_request_listeners.append(self.receive)

    def receive(self, client: Any, request: SocketModeRequest) -> None:
        self.requests.append(request)
        self.deaf -= 1
        if not self.silent and self.deaf < 0:
            client.send_socket_mode_response(
                SocketModeResponse(envelope_id=request.envelope_id, payload=self.payload)
            )


def hang_up(mode: FakeSocketMode, client: Any) -> None:
    # The client waits for its reads to time out, three seconds, unless the other end goes first.
    client.auto_reconnect_enabled = client.default_auto_reconnect_enabled = False
    mode.drop()
    client.close()


@pytest.fixture(scope="module")
def connected(slack: FakeSlack, mode: FakeSocketMode) -> Iterator[Listener]:
    heard = Listener(slack)
    heard.client.connect()
    yield heard
    hang_up(mode, heard.client)


@pytest.fixture
def listener(slack: FakeSlack, mode: FakeSocketMode, connected: Listener) -> Listener:
    slack.reset()
    mode.wait_connected()
    mode.acks.clear()
    connected.requests.clear()
    connected.payload, connected.silent, connected.deaf = None, False, 0
    return connected


@pytest.fixture
def ann(slack: FakeSlack, mode: FakeSocketMode, listener: Listener) -> SlackUser:
    return SlackUser(slack, slack.add_user("Ann"), mode)


def test_a_connection_begins_with_hello(slack: FakeSlack, listener: Listener) -> None:
    deadline = time.monotonic() + 3
    while not listener.texts and time.monotonic() < deadline:
        time.sleep(0.01)
    assert '"hello"' in listener.texts[0]


def test_opening_needs_the_app_token_and_socket_mode() -> None:
    with FakeSlack(strict=False) as slack:
        client = WebClient(base_url=slack.api_url, retry_handlers=[])
        for token, code in [
            (slack.bot_token, "not_allowed_token_type"),
            (slack.app_token, "forbidden_team"),
        ]:
            with pytest.raises(SlackApiError) as caught:
                client.apps_connections_open(app_token=token)
            assert caught.value.response["error"] == code


def test_events_commands_and_clicks_come_in_envelopes_and_are_acknowledged(
    slack: FakeSlack, mode: FakeSocketMode, listener: Listener, ann: SlackUser
) -> None:
    assert ann.say("สวัสดี " + "x" * 5000).status == 200
    listener.payload = {"text": "Two goals"}
    reply = ann.slash("/goals", "off-track")
    assert [m.text for m in reply.messages] == ["Two goals"]
    listener.payload = None
    ann.shortcut("checkin_global")
    assert [r.type for r in listener.requests] == ["events_api", "slash_commands", "interactive"]
    assert listener.requests[0].payload["event"]["text"].startswith("สวัสดี xxx")
    assert listener.requests[0].accepts_response_payload is False
    assert listener.requests[1].accepts_response_payload is True
    assert [ack.envelope_id for ack in mode.acks] == [r.envelope_id for r in listener.requests]
    assert mode.acks[1].payload == {"text": "Two goals"}


def test_the_same_envelope_can_come_twice_and_say_it_is_a_retry(
    mode: FakeSocketMode, listener: Listener, ann: SlackUser
) -> None:
    reply = ann.say("hello", duplicate=1)
    ann.resend(reply, retry_num=1, retry_reason="timeout")
    first, second, retried = listener.requests
    assert first.envelope_id == second.envelope_id != retried.envelope_id
    assert first.payload["event_id"] == retried.payload["event_id"]
    assert (first.retry_attempt, retried.retry_attempt) == (0, 1)
    assert retried.retry_reason == "timeout"
    assert len(mode.acks) == 3


def test_a_client_that_does_not_acknowledge_is_too_late(listener: Listener, ann: SlackUser) -> None:
    listener.silent = True
    with pytest.raises(DeadlineExceeded):
        ann.say("hello", deadline=0.2)


def test_an_event_without_an_ack_is_sent_again(
    mode: FakeSocketMode, listener: Listener, ann: SlackUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socketmode, "_WAIT", 0.2)
    listener.deaf = 2
    assert ann.say("hello").status == 200
    assert [r.retry_attempt for r in listener.requests][:3] == [0, 1, 2]
    assert len({r.payload["event_id"] for r in listener.requests}) == 1


def test_what_only_http_has_is_refused(ann: SlackUser) -> None:
    with pytest.raises(TypeError, match="secret"):
        ann.say("hello", secret="x")


@pytest.mark.parametrize("end", ["disconnect", "drop"])
def test_the_client_comes_back_after_the_connection_ends(
    mode: FakeSocketMode, listener: Listener, ann: SlackUser, end: str
) -> None:
    before = mode.connections[-1]
    getattr(mode, end)()
    mode.wait_for(lambda: any(c is not before and c.alive for c in mode.connections))
    assert ann.say("still there?").status == 200


def test_an_address_works_once(slack: FakeSlack, mode: FakeSocketMode) -> None:
    client = WebClient(base_url=slack.api_url, retry_handlers=[])
    url = client.apps_connections_open(app_token=slack.app_token)["url"]
    host, _, rest = url.removeprefix("ws://").partition("/")
    name, _, port = host.partition(":")
    heads = []
    for _ in range(2):
        with socket.create_connection((name, int(port)), timeout=3) as raw:
            raw.sendall(
                f"GET /{rest} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n"
                "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                "Sec-WebSocket-Version: 13\r\n\r\n".encode()
            )
            heads.append(raw.recv(4096))
    assert heads[0].startswith(b"HTTP/1.1 101")
    # The accept value of the example in RFC 6455, section 1.3.
    assert b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in heads[0]
    assert heads[1].startswith(b"HTTP/1.1 404")


def test_an_app_of_the_official_framework_works_over_socket_mode() -> None:
    with FakeSlack(strict=False) as slack, FakeSocketMode(slack) as mode:
        app = make_bolt(slack)

        @app.event("message")
        def answer(event: dict, say: Any) -> None:
            say(f"You said {event['text']}")

        @app.command("/goals")
        def goals(ack: Any) -> None:
            ack("No goals")

        handler = SocketModeHandler(app, slack.app_token)
        handler.connect()
        mode.wait_connected()
        ann = SlackUser(slack, slack.add_user("Ann"), mode)
        assert [m.text for m in ann.say("hello").messages] == ["You said hello"]
        assert [m.text for m in ann.slash("/goals").messages] == ["No goals"]
        hang_up(mode, handler.client)


def test_leaving_ends_connections_and_threads() -> None:
    before = set(threading.enumerate())
    with FakeSlack(strict=False) as slack, FakeSocketMode(slack) as mode:
        heard = Listener(slack)
        heard.client.connect()
        mode.wait_connected()
        hang_up(mode, heard.client)
    left = set(threading.enumerate()) - before
    assert not [thread for thread in left if thread.name.startswith("fake-slack")]
