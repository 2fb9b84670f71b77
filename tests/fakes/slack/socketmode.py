"""FakeSocketMode: the websocket end of Socket Mode, on the fake's own port."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import secrets
import struct
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any

from .delivery import HANGING, DeadlineExceeded, How, Reply, Sent, in_copies
from .world import Json

if TYPE_CHECKING:
    from .http_server import Handler
    from .server import FakeSlack

#: Slack waits so many seconds for an ack, then sends an event again, up to three times.
_WAIT, _RETRIES = 3.0, 3
_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_TEXT, _CLOSE, _PING, _PONG, _CONTINUED = 0x1, 0x8, 0x9, 0xA, 0x0


@dataclass
class Ack:
    """What an app sent back for an envelope; `payload` is None when it only acknowledged."""

    envelope_id: str
    payload: Json | None
    at: float = field(default_factory=time.monotonic)


class Connection:
    """One websocket, from this end."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._write = threading.Lock()
        self.alive = True

    def send(self, message: Json) -> None:
        """Send one JSON message."""
        self.frame(_TEXT, json.dumps(message, ensure_ascii=False).encode())

    def frame(self, opcode: int, data: bytes) -> None:
        """Send one unmasked frame, as servers do."""
        size = len(data)
        if size < 126:
            head = struct.pack("!BB", 0x80 | opcode, size)
        elif size < 65_536:
            head = struct.pack("!BBH", 0x80 | opcode, 126, size)
        else:
            head = struct.pack("!BBQ", 0x80 | opcode, 127, size)
        with self._write:
            self._handler.wfile.write(head + data)

    def read(self) -> tuple[int, bytes] | None:
        """Read one frame; None at the end of the connection or at a frame no client may send."""
        head = self._handler.rfile.read(2)
        if len(head) < 2:
            return None
        size, masked = head[1] & 0x7F, head[1] & 0x80
        if not masked:
            return None
        if size >= 126:
            size = int.from_bytes(self._handler.rfile.read(2 if size == 126 else 8), "big")
        mask = self._handler.rfile.read(4)
        data = self._handler.rfile.read(size)
        if len(data) < size:
            return None
        whole = (mask * (size // 4 + 1))[:size]
        plain = int.from_bytes(data, "big") ^ int.from_bytes(whole, "big")
        return head[0], plain.to_bytes(size, "big")

    def messages(self) -> Any:
        """Yield each text message until the connection ends, answering pings on the way."""
        parts = b""
        while (found := self.read()) is not None:
            first, data = found
            opcode = first & 0x0F
            if opcode == _CLOSE:
                with contextlib.suppress(OSError):
                    self.frame(_CLOSE, data[:2])
                return
            if opcode == _PING:
                self.frame(_PONG, data)
            elif opcode in (_TEXT, _CONTINUED):
                parts += data
                if first & 0x80:
                    yield parts
                    parts = b""

    def close(self, code: int | None = 1000) -> None:
        """End the connection, politely with a close frame or (None) by cutting it."""
        self.alive = False
        with contextlib.suppress(OSError):
            if code is not None:
                self.frame(_CLOSE, struct.pack("!H", code))
            else:
                self._handler.connection.shutdown(2)


class FakeSocketMode:
    """Socket Mode for one fake: while it is entered, apps.connections.open gives out its address.

    It carries payloads like the signed HTTP does, so `SlackUser(slack, user, socket_mode)` drives
    an app through it. `acks` are all acknowledgements; `connections` those open now, the newest
    last.
    """

    def __init__(self, slack: FakeSlack) -> None:
        self.slack = slack
        self.acks: list[Ack] = []
        self.connections: list[Connection] = []
        self._tickets: set[str] = set()
        self._unclaimed: dict[str, list[Ack]] = {}
        self._news = threading.Condition()

    def __enter__(self) -> FakeSocketMode:
        self.slack.socket_mode = self
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.slack.socket_mode = None
        for connection in list(self.connections):
            connection.close(None)

    def new_url(self) -> str:
        """Give an address good for one connection."""
        ticket = secrets.token_hex(8)
        self._tickets.add(ticket)
        host = self.slack.url.removeprefix("http://")
        return f"ws://{host}/socket/{ticket}?app_id={self.slack.team.app_id}"

    def wait_connected(self, count: int = 1, timeout: float = 5.0) -> None:
        """Wait until so many connections are open."""
        self.wait_for(lambda: len(self.connections) >= count, timeout)

    def wait_for(self, what: Callable[[], object], timeout: float = 5.0) -> None:
        """Wait until `what()` is true of connections and acks; AssertionError if time is up."""
        with self._news:
            if not self._news.wait_for(what, timeout):
                count = len(self.connections)
                raise AssertionError(f"after {timeout} s there are {count} connections")

    def send(self, kind: str, payload: Json, how: How) -> Reply:
        """Carry one payload in an envelope to the newest connection and wait for its ack.

        An event without an ack is sent again as Slack does, to the connection that is then the
        newest, unless the verb has a deadline or says itself which retry it is.
        """
        if how.http_only():
            raise TypeError(f"Socket Mode has no {', '.join(how.http_only())}")
        envelope: Json = {
            "envelope_id": str(uuid.uuid4()),
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope["retry_attempt"] = how.retry_num or 0
            envelope["retry_reason"] = how.retry_reason if how.retry_num else ""
        usual = how.deadline is None and how.retry_num is None
        retries = _RETRIES if kind == "events_api" and usual else 0
        return in_copies(lambda: self._insist(envelope, how.deadline or HANGING, retries), how)

    def _insist(self, envelope: Json, deadline: float, retries: int) -> Reply:
        for attempt in range(1, retries + 1):
            with contextlib.suppress(DeadlineExceeded):
                reply = self._exchange(envelope, _WAIT)
                if reply.status:
                    return reply
            envelope = {**envelope, "retry_attempt": attempt, "retry_reason": "timeout"}
        return self._exchange(envelope, deadline)

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Announce the end to every connection as Slack does, then close all but for a warning."""
        for connection in list(self.connections):
            connection.send(
                {"type": "disconnect", "reason": reason, "debug_info": {"host": "fake"}}
            )
            if reason != "warning":
                connection.close()

    def drop(self) -> None:
        """Cut every connection without a word."""
        for connection in list(self.connections):
            connection.close(None)

    def serve(self, handler: Handler) -> None:
        """Run one connection to its end, in the thread of its request."""
        ticket = handler.path.split("?")[0].rpartition("/")[2]
        if ticket not in self._tickets:
            handler.send_error(404)
            return
        self._tickets.discard(ticket)
        key = handler.headers.get("Sec-WebSocket-Key", "").strip()
        accept = base64.b64encode(hashlib.sha1((key + _GUID).encode()).digest()).decode()
        handler.wfile.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept.encode() + b"\r\n\r\n"
        )
        connection = Connection(handler)
        with self._news:
            self.connections.append(connection)
            count = len(self.connections)
        connection.send(
            {
                "type": "hello",
                "num_connections": count,
                "connection_info": {"app_id": self.slack.team.app_id},
                "debug_info": {"host": "fake", "approximate_connection_time": 18060},
            }
        )
        with self._news:
            self._news.notify_all()
        try:
            for raw in connection.messages():
                self._receive(json.loads(raw))
        finally:
            connection.alive = False
            with self._news:
                self.connections.remove(connection)
                self._news.notify_all()

    def _receive(self, message: Json) -> None:
        ack = Ack(str(message.get("envelope_id")), message.get("payload"))
        with self._news:
            self.acks.append(ack)
            self._unclaimed.setdefault(ack.envelope_id, []).append(ack)
            self._news.notify_all()

    def _exchange(self, envelope: Json, deadline: float) -> Reply:
        self.wait_connected()
        connection = self.connections[-1]
        name = envelope["envelope_id"]
        sent = Sent(envelope["type"], envelope["payload"])
        start = time.perf_counter()
        connection.send(envelope)
        with self._news:
            self._news.wait_for(lambda: self._unclaimed.get(name) or not connection.alive, deadline)
            waiting = self._unclaimed.get(name)
            ack = waiting.pop(0) if waiting else None
        seconds = time.perf_counter() - start
        if ack is None and not connection.alive:
            return Reply(0, {}, b"", seconds, sent)
        if ack is None:
            raise DeadlineExceeded(f"no ack for {sent.kind} within {deadline} s")
        body = b"" if not ack.payload else json.dumps(ack.payload).encode()
        return Reply(200, {}, body, seconds, sent)
