"""A network that goes wrong between a connector and a vendor's fake: a proxy on loopback.

    with Chaos(vendor.port) as chaos:
        chaos.plan(Plan(b"/deals?", cut=120, how="reset"))       # the next answer there
        chaos.plan(Plan(b"/deals?", times=None, instead=html))  # something else, always
        ... read from chaos.url ...

It passes whole requests and answers on, byte for byte, except where something was planned for a
path; `answers` keeps what the vendor sent. Standard library only.
"""

from __future__ import annotations

import contextlib
import gzip
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Self

#: How an answer that is cut ends: the connection is reset, closed, or closed only on one side.
CUTS = ("reset", "close", "half_close")
_CHUNK = 1 << 16


@dataclass(slots=True)
class Plan:
    """What happens to answers at paths with a part, so many times (None: for ever).

    `cut` is how many bytes of the answer still come, `how` what then ends it. `unframed` leaves
    out how long the body is, so that only its content shows that it was cut. `delay` seconds
    pass before the answer, and `drip` seconds between each of its bytes. `instead` is sent in
    place of the answer.
    """

    part: bytes
    times: int | None = 1
    cut: int | None = None
    how: str = "close"
    unframed: bool = False
    delay: float = 0.0
    drip: float = 0.0
    instead: Callable[[], Iterable[bytes]] | None = None


class Chaos:
    """A proxy before a port on this machine; a context manager."""

    def __init__(self, port: int) -> None:
        self._upstream = port
        self.answers: list[bytes] = []
        self._plans: list[Plan] = []
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._accepting = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):
            socket.create_connection(self._listener.getsockname(), timeout=1).close()
        self._accepting.join(5)
        self._listener.close()
        with self._lock:
            for one in self._open:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    @property
    def url(self) -> str:
        """Return the address at which the vendor seems to be."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def plan(self, plan: Plan) -> None:
        """Let something go wrong; of several plans for a path the first one comes first."""
        with self._lock:
            self._plans.append(plan)

    def clear(self) -> None:
        """Let all go well from now on."""
        with self._lock:
            self._plans.clear()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            client, _ = self._listener.accept()
            if self._stopping.is_set():
                client.close()
                return
            with self._lock:
                self._open.add(client)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            with socket.create_connection(("127.0.0.1", self._upstream)) as vendor:
                vendor.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                while not self._stopping.is_set():
                    request = _message(client)
                    if request is None:
                        return
                    vendor.sendall(request)
                    answer = _message(vendor)
                    if answer is None or not self._send(client, request, answer):
                        return
        except OSError:
            # Whoever was cut off may go away at any time.
            return
        finally:
            client.close()
            with self._lock:
                self._open.discard(client)

    def _due(self, request: bytes) -> Plan | None:
        line = request.split(b"\r\n", 1)[0]
        with self._lock:
            self.answers = self.answers[-100:]
            for one in self._plans:
                if one.part in line and one.times != 0:
                    one.times = None if one.times is None else one.times - 1
                    return one
        return None

    def _send(self, client: socket.socket, request: bytes, answer: bytes) -> bool:
        """Send an answer on; tell whether the connection is still good."""
        self.answers.append(answer)
        plan = self._due(request)
        if plan is None:
            client.sendall(answer)
            return True
        self._stopping.wait(plan.delay)
        if plan.instead is not None:
            for part in plan.instead():
                client.sendall(part)
            return False
        told = unframed(answer) if plan.unframed else answer
        if plan.cut is not None:
            told = told[: plan.cut]
        for place in range(len(told)) if plan.drip else ():
            client.sendall(told[place : place + 1])
            self._stopping.wait(plan.drip)
        if not plan.drip:
            client.sendall(told)
        if plan.cut is not None:
            _end(client, plan.how)
        return plan.cut is None and not plan.unframed


def _end(client: socket.socket, how: str) -> None:
    """End a connection in one of the ways of CUTS; it is closed in any case."""
    if how == "reset":
        # Lingering for no time makes the closing a reset.
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    elif how == "half_close":
        client.shutdown(socket.SHUT_WR)
        while client.recv(_CHUNK):
            pass


def _message(connection: socket.socket) -> bytes | None:
    """Return one whole request or answer; None at the end of the connection."""
    read = b""
    while b"\r\n\r\n" not in read:
        part = connection.recv(_CHUNK)
        if not part:
            return None
        read += part
    head, _, body = read.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        part = connection.recv(_CHUNK)
        if not part:
            return None
        body += part
    return head + b"\r\n\r\n" + body


def unframed(answer: bytes) -> bytes:
    """Return an answer that does not say how long its body is."""
    head, _, body = answer.partition(b"\r\n\r\n")
    kept = [
        line
        for line in head.split(b"\r\n")
        if not line.lower().startswith((b"content-length:", b"connection:"))
    ]
    return b"\r\n".join([*kept, b"Connection: close"]) + b"\r\n\r\n" + body


# --- What may come instead of an answer -----------------------------------------------------


def page(body: bytes, kind: str = "application/json", *more: str) -> list[bytes]:
    """Return a good answer with a body."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    lines = "".join(f"{one}\r\n" for one in more)
    return [f"{head}{lines}Connection: close\r\n\r\n".encode(), body]


def html() -> list[bytes]:
    """Return the page of a network that wants somebody to sign in."""
    return page(b"<!doctype html><html><title>Sign in</title></html>", "text/html")


def bomb(megabytes: int) -> list[bytes]:
    """Return a small answer that unpacks to so many megabytes of blanks."""
    packed = gzip.compress(b" " * (megabytes << 20), 9)
    return page(packed, "application/json", "Content-Encoding: gzip")


def flood(megabytes: int) -> Iterator[bytes]:
    """Yield an answer of so many megabytes that is made on the way and never stored."""
    length = megabytes << 20
    yield (
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        f"Content-Length: {length}\r\nConnection: close\r\n\r\n"
    ).encode()
    blanks = b" " * (1 << 20)
    for _ in range(megabytes):
        yield blanks
