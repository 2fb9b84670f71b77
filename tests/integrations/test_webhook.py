"""Messages for programs: signed, told twice by one key, and never to an address inside."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from goals.alerts.channel import CannotTell, Outgoing
from goals.errors import DeliveryError, SourceError
from integrations import webhook

NOW = datetime(2026, 8, 20, 3, 0, tzinfo=UTC)
MESSAGE = Outgoing(
    1, "r5:7:8:alert", "alert", "5", {"goal": {"name": "รายได้"}}, since=NOW, channel_kind="webhook"
)


class Receiver:
    """What a program got, and what it answers."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answer = 204
        self.headers: dict[str, str] = {}


@contextmanager
def receiver() -> Iterator[tuple[Receiver, str]]:
    """Run a program that is called at an address."""
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.got.append((dict(self.headers), body))
            self.send_response(found.answer)
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield found, f"http://127.0.0.1:{server.server_port}/hook"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def send(url, **also):
    given = {"allow_private": True, **also}
    return webhook.send(url, "whsec_x", MESSAGE, "Off track: รายได้", NOW, **given)


def test_what_is_posted_can_be_checked_and_told_apart():
    with receiver() as (program, url):
        send(url)
        send(url)
    (headers, body), (again, _) = program.got
    stamp, mark = (part.partition("=")[2] for part in headers["Headway-Signature"].split(","))
    wanted = hmac.new(b"whsec_x", stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert (int(stamp), mark) == (int(NOW.timestamp()), wanted)
    document = json.loads(body)
    assert (document["kind"], document["text"]) == ("alert", "Off track: รายได้")
    assert document["facts"]["goal"]["name"] == "รายได้"
    assert headers["Headway-Delivery"] == again["Headway-Delivery"] == MESSAGE.dedupe_key
    with pytest.raises(CannotTell):
        webhook.find(MESSAGE)


@pytest.mark.parametrize(
    ("answer", "permanent"), [(404, True), (410, True), (302, True), (500, False), (408, False)]
)
def test_an_answer_lasts_or_passes(answer, permanent):
    with receiver() as (program, url):
        program.answer = answer
        program.headers = {"Location": "http://127.0.0.1:1/elsewhere"}
        with pytest.raises(DeliveryError) as failed:
            send(url)
    assert failed.value.permanent == permanent
    assert len(program.got) == 1


def test_a_program_that_asks_to_wait_is_left_alone_for_so_long():
    with receiver() as (program, url):
        program.answer, program.headers = 429, {"Retry-After": "90"}
        with pytest.raises(DeliveryError) as failed:
            send(url)
    assert failed.value.resume_after == NOW + timedelta(seconds=90)


def test_an_address_inside_is_not_called_even_if_it_was_fine_before():
    with receiver() as (program, url):
        with pytest.raises(DeliveryError) as failed:
            send(url, allow_private=False)
        with pytest.raises(DeliveryError, match="address_private"):
            send(url.replace("http:", "https:"), allow_private=False)
    assert (failed.value.code, failed.value.permanent, program.got) == ("address_plain", True, [])


def test_a_secret_is_made_for_an_address_and_for_nothing_else():
    to = {"kind": "webhook", "to": "https://127.0.0.1/x"}
    assert webhook.prepared([{"kind": "goal", "to": ""}], allow_private=False) is None
    with pytest.raises(SourceError):
        webhook.prepared([to], allow_private=False)
    one, two = (webhook.prepared([to], allow_private=True) for _ in range(2))
    assert one is not None and one != two and len(one) > 40
