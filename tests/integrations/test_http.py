"""The client of all sources against a server that misbehaves."""

import json
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from goals.errors import SourceError
from integrations import addresses, auth
from integrations.crm.hubspot.limits import limit_of
from integrations.http import Client
from integrations.vendor import Vendor

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
VENDOR = Vendor("Acme", limit_of, idempotent=("/read",))


@contextmanager
def serving(*answers):
    """Serve the answers one after the other, the last one for ever; yields address and calls.

    An answer is (status, headers, body); None closes the connection without a word.
    """
    left, calls = list(answers), []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            size = int(self.headers.get("Content-Length", 0))
            calls.append((self.headers.get("Authorization"), self.rfile.read(size)))
            answer = left.pop(0) if len(left) > 1 else left[0]
            if answer is None:
                self.close_connection = True
                return
            status, headers, body = answer
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", calls
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def asking(*answers, token=None):
    with serving(*answers) as (url, calls):
        pauses: list[float] = []
        client = Client(
            VENDOR,
            url,
            token=token or auth.fixed("one"),
            clock=lambda: NOW,
            allow_private=True,
            sleep=pauses.append,
        )
        with client:
            yield client, calls, pauses


def refused(client) -> SourceError:
    with pytest.raises(SourceError) as caught:
        client.get("/", dict[str, Any])
    return caught.value


GOOD: Any = (200, {}, {"ok": True})


@pytest.mark.parametrize(
    "bad",
    [
        (500, {}, {}),
        (502, {}, b"<html>bad gateway</html>"),
        (408, {}, {}),
        (423, {}, {"message": "locked"}),
        (477, {}, {"message": "migration in progress"}),
        (530, {}, b"<html>"),
        (200, {}, b"<html>maintenance</html>"),
        (200, {}, b'{"ok": tr'),
        (200, {}, b'{"ok": "\xff\xfe"}'),
        (200, {"Content-Encoding": "gzip"}, b"no gzip"),
        (200, {"Content-Length": "100"}, b'{"ok": true}'),
        None,
    ],
)
def test_what_passes_by_itself_is_asked_for_again(bad):
    with asking(bad, GOOD) as (client, calls, _):
        assert client.get("/", dict[str, Any]) == {"ok": True}
        assert len(calls) == 2


def test_a_retry_after_counts_for_every_refusal_that_passes():
    with asking((503, {"Retry-After": "7"}, {}), (429, {"Retry-After": "3"}, {}), GOOD) as (
        client,
        _,
        pauses,
    ):
        client.get("/", dict[str, Any])
        assert pauses == [7.0, 3.0]


def test_a_pause_too_long_to_sit_through_stops_the_run_until_then():
    for status in (429, 477, 503):
        with asking((status, {"Retry-After": "7200"}, {})) as (client, calls, pauses):
            assert refused(client).resume_after == NOW + timedelta(hours=2)
            assert (len(calls), pauses) == (1, [])
    at: Any = (429, {"Retry-After": "Mon, 02 Nov 2026 11:00:00 GMT"}, {})
    with asking(at) as (client, _, _):
        assert refused(client).resume_after == NOW + timedelta(hours=2)


def test_a_vendor_that_goes_on_refusing_is_left_alone_for_a_while():
    with asking((429, {}, {"policyName": "SECONDLY"})) as (client, calls, pauses):
        assert refused(client).resume_after == NOW + timedelta(minutes=1)
        assert (len(calls), pauses) == (5, [1.0] * 4)


def test_a_limit_without_a_name_is_one_all_the_same():
    for body in ({"policyName": None}, [1], b"\xff", {"policyName": 5}):
        with asking((429, {}, body), GOOD) as (client, _, pauses):
            client.get("/", dict[str, Any])
            assert pauses == [2.0]


def test_an_answer_of_another_form_is_not_asked_for_again():
    with asking((200, {}, [1])) as (client, calls, _):
        assert (refused(client).code, len(calls)) == ("not_understood", 1)


def test_a_byte_order_mark_in_front_of_data_is_no_error():
    with asking((200, {}, b'\xef\xbb\xbf{"ok": true}')) as (client, _, _):
        assert client.get("/", dict[str, Any]) == {"ok": True}


def test_a_connection_lost_after_the_token_was_renewed_is_tried_again():
    token = iter(["old", None, "new", "new", "new"])
    with asking(
        (401, {}, {}), None, GOOD, token=lambda renew: "renewed" if renew else next(token, "new")
    ) as (client, calls, _):
        assert client.get("/", dict[str, Any]) == {"ok": True}
        assert len(calls) == 3


def test_a_token_endpoint_that_is_busy_does_not_end_the_sign_in():
    for status in (429, 503, 404):
        with serving((status, {}, {})) as (url, _):
            token = auth.Refreshed(
                "Acme",
                url,
                client_id="a",
                client_secret="b",
                refresh_token="c",
                keep=lambda _: None,
                clock=lambda: NOW,
                allow_private=True,
            )
            with pytest.raises(SourceError) as caught:
                token(False)
            assert not caught.value.permanent


@pytest.mark.parametrize(
    "url", ["http://[::1", "https://a:99999", f"https://{'a' * 80}.com", "https://a..b", "ftp://a"]
)
def test_what_is_no_address_is_refused_in_words(url):
    for allowed in (True, False):
        with pytest.raises(SourceError) as caught:
            addresses.check(url, allow_private=allowed)
        assert caught.value.code == "address_wrong"


def test_a_name_that_leads_inside_once_connected_is_not_read(monkeypatch):
    with serving(GOOD) as (url, _):
        monkeypatch.setattr(addresses, "check", lambda *_, **__: None)
        with Client(VENDOR, url, token=auth.fixed("one"), clock=lambda: NOW) as client:
            assert refused(client).code == "address_private"


def test_a_spent_day_is_over_at_the_first_midnight_that_may_be_the_accounts():
    daily = b'{"policyName": "DAILY"}'
    for zone, hour in (("UTC", 15), ("Asia/Bangkok", 8), ("America/New_York", 15)):
        limit = limit_of(429, {}, daily, NOW, zone)
        assert limit is not None and limit.until == NOW + timedelta(hours=hour)
