"""A small HTTP/1.1 server on loopback: keep-alive, one thread a connection, cheap per request."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

HEAD_LIMIT = 1 << 20
PHRASES = {status.value: status.phrase for status in HTTPStatus}


@dataclass(slots=True)
class Request:
    """A request as it came in; header names in lower case."""

    method: str
    target: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Response:
    """An answer; `cut` spoils its sending: reset, reset_mid_body or short_body."""

    status: int
    body: bytes
    content_type: str = "application/json;charset=utf-8"
    headers: str = ""
    cut: str | None = None
    # Seconds over which the body is sent in small pieces.
    drip: float = 0.0
    close: bool = False


@lru_cache(maxsize=4096)
def split(target: str) -> tuple[str, dict[str, list[str]]]:
    """Path and query of a request target; do not change what comes back."""
    parts = urlsplit(target)
    return parts.path, parse_qs(parts.query, keep_blank_values=True)


@dataclass
class Server:
    """Listens at once; `handle` answers one request and may be called by many threads."""

    handle: Callable[[Request], Response]
    port: int = 0
    _stopping: threading.Event = field(default_factory=threading.Event)
    _open: set[socket.socket] = field(default_factory=set)
    _threads: set[threading.Thread] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=128)
        self.port = self._listener.getsockname()[1]
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def stop(self) -> None:
        """Close all connections and wait for their threads."""
        self._stopping.set()
        # A connection of our own wakes the accepting thread on every system.
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        self._accepting.join(5)
        self._listener.close()
        with self._lock:
            threads = list(self._threads)
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(5)

    def wait(self, seconds: float) -> None:
        """Sleep, but no longer than the server lives."""
        if seconds > 0:
            self._stopping.wait(seconds)

    def _accept(self) -> None:
        while not self._stopping.is_set():
            connection, _ = self._listener.accept()
            if self._stopping.is_set():
                connection.close()
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            with self._lock:
                self._open.add(connection)
                self._threads.add(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            buffer = b""
            while not self._stopping.is_set():
                request, buffer = _read(connection, buffer)
                if request is None:
                    return
                if not self._send(connection, request, self.handle(request)):
                    return
        except OSError:
            # The other side went away; that is its right.
            return
        finally:
            connection.close()
            with self._lock:
                self._open.discard(connection)
                self._threads.discard(threading.current_thread())

    def _send(self, connection: socket.socket, request: Request, response: Response) -> bool:
        """Send an answer; False when the connection is over."""
        if response.cut == "reset":
            return _reset(connection)
        close = response.close or request.headers.get("connection", "").lower() == "close"
        keep = "close" if close else "keep-alive"
        head = (
            f"HTTP/1.1 {response.status} {PHRASES.get(response.status, 'Unknown')}\r\n"
            f"Content-Type: {response.content_type}\r\n"
            f"Content-Length: {len(response.body)}\r\n"
            f"{response.headers}Connection: {keep}\r\n\r\n"
        ).encode("latin-1")
        if response.cut is not None:
            connection.sendall(head + response.body[: len(response.body) // 2])
            if response.cut == "reset_mid_body":
                return _reset(connection)
            return False
        if response.drip:
            connection.sendall(head)
            pieces = 20
            size = max(1, -(-len(response.body) // pieces))
            for start in range(0, len(response.body), size):
                self.wait(response.drip / pieces)
                connection.sendall(response.body[start : start + size])
            return not close
        connection.sendall(head + response.body)
        return not close


def _reset(connection: socket.socket) -> bool:
    # Lingering for no time makes the closing a reset.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


def _read(connection: socket.socket, buffer: bytes) -> tuple[Request | None, bytes]:
    """The next request and what was read beyond it; None at the end of the connection."""
    while (end := buffer.find(b"\r\n\r\n")) < 0:
        chunk = connection.recv(65536)
        if not chunk or len(buffer) > HEAD_LIMIT:
            return None, b""
        buffer += chunk
    first, *lines = buffer[:end].decode("latin-1").split("\r\n")
    buffer = buffer[end + 4 :]
    method, _, target = first.rpartition(" ")[0].partition(" ")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    given = headers.get("content-length", "0")
    length = int(given) if given.isdigit() else 0
    if "expect" in headers:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    while len(buffer) < length:
        chunk = connection.recv(max(65536, length - len(buffer)))
        if not chunk:
            return None, b""
        buffer += chunk
    path, query = split(target)
    return Request(method, target, path, query, headers, buffer[:length]), buffer[length:]
