"""How Slack's requests reach the app: signed HTTP, to a server or straight into a WSGI app."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import http.client
import io
import json
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from .state import State
from .world import Json, Message

#: Seconds that a delivery waits for an app that may hang. Slack's own three say nothing on a busy
#: machine; what an answer costs is measured by the benchmark of that name.
HANGING = 30.0
PATH = "/slack/events"


class DeadlineExceeded(AssertionError):
    """The app took longer than Slack waits."""


@dataclass(frozen=True)
class How:
    """The ways in which a request may arrive; every verb of SlackUser takes these as keywords.

    `retry_num` and `retry_reason` set Slack's retry headers. `duplicate` sends that many copies
    after the first, `at_once=True` all of them at the same moment. `age` is how many seconds ago it
    was signed (negative: in the future). `secret` signs with another secret; `signature` and
    `timestamp` put anything into those headers. `truncate` cuts bytes off the end before signing,
    `pad` adds bytes that do no harm, `content_type` replaces the header. `deadline` are the seconds
    after which the verb fails (None: only an app that hangs).
    """

    retry_num: int | None = None
    retry_reason: str = "http_timeout"
    duplicate: int = 0
    at_once: bool = False
    age: float = 0.0
    secret: str | None = None
    signature: str | bytes | None = None
    timestamp: str | None = None
    truncate: int = 0
    pad: int = 0
    content_type: str | None = None
    deadline: float | None = None

    def http_only(self) -> list[str]:
        """The settings made here that only signed HTTP has."""
        usual = How()
        names = ("age", "secret", "signature", "timestamp", "truncate", "pad", "content_type")
        return [name for name in names if getattr(self, name) != getattr(usual, name)]


@dataclass
class Sent:
    """A request as it was made: its kind and payload, and over HTTP its exact bytes and headers."""

    kind: str
    payload: Json
    body: bytes = b""
    headers: dict[str, str | bytes] = field(default_factory=dict)


@dataclass
class Reply:
    """What the app answered; status 0 is a connection closed without an answer.

    `messages` are those that appeared or changed before the answer came, as this person sees them;
    `copies` are the answers to duplicates.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float
    sent: Sent
    copies: list[Reply] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    @property
    def json(self) -> Any:
        """The body read as JSON, None when it is something else."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


class Sender(Protocol):
    """Anything that can carry a payload to the app and bring an answer back."""

    def send(self, kind: str, payload: Json, how: How) -> Reply:
        """Carry one payload of kind events_api, slash_commands or interactive."""
        ...


class SignedHttp:
    """Signs requests as Slack does; `app` is the address of a server or a WSGI application."""

    def __init__(
        self, state: State, app: str | Callable[..., Any], secret: str | None = None
    ) -> None:
        self._state = state
        self._app = app
        self._secret = secret

    def send(self, kind: str, payload: Json, how: How) -> Reply:
        """Encode, sign and send a payload, with its copies."""
        return self.send_body(Sent(kind, payload, *encode(kind, payload)), how)

    def send_body(self, sent: Sent, how: How) -> Reply:
        """Sign and send a body that is already encoded."""
        body = sent.body[: len(sent.body) - how.truncate] if how.truncate else sent.body
        if how.pad:
            form = str(sent.headers["Content-Type"]).startswith("application/x-www-form")
            body += b"&pad=" + b"x" * how.pad if form else b" " * how.pad
        headers = dict(sent.headers)
        if how.content_type is not None:
            headers["Content-Type"] = how.content_type
        if how.retry_num is not None:
            headers["X-Slack-Retry-Num"] = str(how.retry_num)
            headers["X-Slack-Retry-Reason"] = how.retry_reason
        stamp = str(int(self._state.now() - how.age))
        secret = how.secret or self._secret or self._state.signing_secret
        headers["X-Slack-Request-Timestamp"] = stamp if how.timestamp is None else how.timestamp
        headers["X-Slack-Signature"] = (
            sign(secret, stamp, body) if how.signature is None else how.signature
        )
        return in_copies(lambda: self._exchange(sent, body, headers, how.deadline), how)

    def resend_exactly(self, reply: Reply, how: How) -> Reply:
        """Send the very bytes and headers of an earlier request again."""
        sent = reply.sent
        return in_copies(lambda: self._exchange(sent, sent.body, sent.headers, how.deadline), how)

    def _exchange(
        self, sent: Sent, body: bytes, headers: dict[str, str | bytes], deadline: float | None
    ) -> Reply:
        sent = Sent(sent.kind, sent.payload, body, headers)
        start = time.perf_counter()
        if callable(self._app):
            status, found, answer = call_wsgi(self._app, body, headers)
        else:
            status, found, answer = call_http(self._app, body, headers, deadline)
        seconds = time.perf_counter() - start
        if deadline is not None and seconds > deadline:
            raise DeadlineExceeded(f"{sent.kind} took {seconds:.2f} s; Slack waits {deadline} s")
        return Reply(status, found, answer, seconds, sent)


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Give Slack's v0 signature."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def encode(kind: str, payload: Json) -> tuple[bytes, dict[str, str | bytes]]:
    """Give the body and headers of a payload: JSON for events, forms for the rest."""
    headers: dict[str, str | bytes] = {
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "Accept": "*/*",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    if kind == "events_api":
        headers["Content-Type"] = "application/json"
        return json.dumps(payload, ensure_ascii=False).encode(), headers
    fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(fields).encode(), headers


def in_copies(once: Callable[[], Reply], how: How) -> Reply:
    """Send the first and its duplicates, one after the other or all at once."""
    if not how.duplicate:
        return once()
    if not how.at_once:
        first = once()
        first.copies = [once() for _ in range(how.duplicate)]
        return first
    replies: list[Reply] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            replies.append(once())
        except (AssertionError, OSError) as error:
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(how.duplicate + 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    replies[0].copies = replies[1:]
    return replies[0]


Answer = tuple[int, dict[str, str], bytes]


def call_http(
    url: str, body: bytes, headers: dict[str, str | bytes], deadline: float | None
) -> Answer:
    """POST to a server; a connection that breaks gives status 0."""
    parts = urlsplit(url)
    maker = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = maker(parts.netloc, timeout=HANGING if deadline is None else deadline + 1)
    try:
        connection.putrequest("POST", parts.path.rstrip("/") + PATH, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value.encode() if isinstance(value, str) else value)
        connection.putheader("Content-Length", str(len(body)))
        # After a connection that breaks here an early answer, such as 413, may still be read.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.endheaders(body)
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()
    except TimeoutError:
        raise DeadlineExceeded(f"no answer within {deadline or HANGING} s") from None
    except (ConnectionError, http.client.HTTPException):
        return 0, {}, b""
    finally:
        connection.close()


def call_wsgi(app: Callable[..., Any], body: bytes, headers: dict[str, str | bytes]) -> Answer:
    """POST straight into a WSGI application."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": PATH,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        raw = value.encode() if isinstance(value, str) else value
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = raw.decode("latin-1")
    seen: list[Any] = []

    def start_response(status: str, found: list[tuple[str, str]], trouble: Any = None) -> Any:
        seen[:] = [int(status.split()[0]), dict(found)]
        return lambda data: None

    chunks = app(environ, start_response)
    try:
        answer = b"".join(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close:
            close()
    return seen[0], seen[1], answer
