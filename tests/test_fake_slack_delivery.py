"""How SlackUser's requests arrive: signed, late, doubled, broken; and how long it waits."""

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from slack_sdk.signature import SignatureVerifier

from tests.fakes.slack.delivery import DeadlineExceeded
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.user import SlackUser


class Receiver:
    """A WSGI app that keeps what it is sent and checks signatures with the official verifier."""

    def __init__(self, slack: FakeSlack) -> None:
        self.verifier = SignatureVerifier(slack.signing_secret)
        self.requests: list[tuple[bytes, dict[str, str]]] = []
        self.valid: list[bool] = []
        self.seconds = 0.0

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        headers = {
            name.removeprefix("HTTP_").replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith(("HTTP_", "CONTENT_TYPE"))
        }
        self.requests.append((body, headers))
        try:
            self.valid.append(self.verifier.is_valid_request(body, headers))
        except (TypeError, ValueError):
            self.valid.append(False)
        time.sleep(self.seconds)
        start("200 OK", [("Content-Type", "text/plain")])
        return [b""]

    def bodies(self) -> list[bytes]:
        return [body for body, _ in self.requests]


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack(strict=False) as fake:
        yield fake


@pytest.fixture
def receiver(slack: FakeSlack) -> Receiver:
    return Receiver(slack)


@pytest.fixture(params=["wsgi", "http"])
def ann(slack: FakeSlack, receiver: Receiver, request: Any) -> Iterator[SlackUser]:
    record = slack.add_user("Ann")
    if request.param == "wsgi":
        yield SlackUser(slack, record, receiver)
        return
    server = make_server("127.0.0.1", 0, receiver, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield SlackUser(slack, record.id, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


def test_events_commands_and_clicks_have_slacks_shapes_and_a_valid_signature(
    slack: FakeSlack, receiver: Receiver, ann: SlackUser
) -> None:
    ann.say("สวัสดี")
    ann.slash("/goals", "status churn & more")
    ann.shortcut("checkin_global")
    assert receiver.valid == [True, True, True]
    event, command, click = receiver.bodies()
    inner = json.loads(event)
    assert inner["type"] == "event_callback"
    assert inner["event"]["text"] == "สวัสดี"
    assert inner["authorizations"][0]["user_id"] == slack.team.bot_user_id
    fields = {name: values[0] for name, values in parse_qs(command.decode()).items()}
    assert fields["command"] == "/goals"
    assert fields["text"] == "status churn &amp; more"
    assert fields["response_url"].startswith(f"{slack.url}/hooks/response/")
    assert json.loads(parse_qs(click.decode())["payload"][0])["type"] == "shortcut"
    kinds = [headers["content-type"] for _, headers in receiver.requests]
    assert kinds == ["application/json", *["application/x-www-form-urlencoded"] * 2]


@pytest.mark.parametrize(
    "how",
    [
        {"secret": "another secret"},
        {"age": 301},
        {"age": -301},
        {"signature": "v0=" + "0" * 64},
        {"signature": "v0=ไทย"},
        {"signature": ""},
        {"timestamp": "abc"},
        {"timestamp": ""},
    ],
    ids=str,
)
def test_what_is_forged_is_not_valid(receiver: Receiver, ann: SlackUser, how: dict) -> None:
    ann.say("hello", **how)
    assert receiver.valid == [False]


@pytest.mark.parametrize("age", [299, -299])
def test_what_is_late_within_the_window_is_valid(
    receiver: Receiver, ann: SlackUser, age: int
) -> None:
    ann.say("hello", age=age)
    assert receiver.valid == [True]


def test_a_broken_body_is_signed_as_it_is(receiver: Receiver, ann: SlackUser) -> None:
    ann.say("hello", truncate=5)
    ann.say("hello", content_type="text/plain")
    ann.say("hello", pad=300_000)
    ann.slash("/goals", pad=300_000)
    assert receiver.valid == [True] * 4
    (cut, _), (whole, headers), (large, _), (form, _) = receiver.requests
    with pytest.raises(ValueError):
        json.loads(cut)
    assert json.loads(whole)
    assert headers["content-type"] == "text/plain"
    assert len(large) > 300_000
    assert json.loads(large)["type"] == "event_callback"
    assert len(parse_qs(form.decode())["pad"][0]) == 300_000


def test_retries_and_copies_carry_the_same_event(receiver: Receiver, ann: SlackUser) -> None:
    first = ann.say("hello", duplicate=2)
    ann.resend(first, retry_num=1, retry_reason="http_error")
    ann.resend(first, exactly=True)
    assert len(first.copies) == 2
    assert len({json.loads(body)["event_id"] for body in receiver.bodies()}) == 1
    assert receiver.valid == [True] * 5
    headers = [headers for _, headers in receiver.requests]
    assert "x-slack-retry-num" not in headers[0]
    assert headers[3]["x-slack-retry-num"] == "1"
    assert headers[3]["x-slack-retry-reason"] == "http_error"
    assert headers[4]["x-slack-signature"] == headers[0]["x-slack-signature"]


def test_copies_can_come_at_the_same_moment(slack: FakeSlack) -> None:
    together = threading.Barrier(3, timeout=5)
    receiver = Receiver(slack)

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        together.wait()  # breaks unless all three are here at once
        return receiver(environ, start)

    reply = SlackUser(slack, slack.add_user("Ann"), app).say("hi", duplicate=2, at_once=True)
    assert [reply.status, *[copy.status for copy in reply.copies]] == [200, 200, 200]


def test_an_answer_after_the_deadline_fails_the_test(receiver: Receiver, ann: SlackUser) -> None:
    receiver.seconds = 0.2
    with pytest.raises(DeadlineExceeded):
        ann.say("hello", deadline=0.1)
    assert ann.say("hello").seconds >= 0.2
    assert ann.say("hello", deadline=None).status == 200


def test_an_app_that_is_not_there_gives_no_status(slack: FakeSlack) -> None:
    gone = SlackUser(slack, slack.add_user("Ann"), "http://127.0.0.1:9")
    assert gone.say("hello").status == 0


def test_an_unknown_way_of_arriving_is_a_mistake_in_the_test(ann: SlackUser) -> None:
    with pytest.raises(TypeError):
        ann.say("hello", retries=1)


def test_an_edited_message_names_what_it_was(receiver: Receiver, ann: SlackUser) -> None:
    message = ann.write(ann.slack.im(ann.user), "chrun")
    ann.edit(message, "churn")
    inner = json.loads(receiver.bodies()[0])["event"]
    assert inner["subtype"] == "message_changed"
    assert (inner["previous_message"]["text"], inner["message"]["text"]) == ("chrun", "churn")
