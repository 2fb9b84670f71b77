"""The HTTP server under the fake: threads, prompt stop, connections that break on demand."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import sys
import threading
import traceback
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from .server import FakeSlack

MAX_BODY = 64 * 1024 * 1024


@dataclass
class Outcome:
    """What goes back over the wire; `drop` closes the connection without an answer."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False


class Handler(BaseHTTPRequestHandler):
    """Reads a request whole, asks the fake and sends the answer in one piece."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        """Serve a GET, or hand the connection over to Socket Mode."""
        if self.headers.get("Upgrade", "").lower() == "websocket":
            self.close_connection = True
            self.server.slack.upgrade(self)
            return
        self._serve()

    def do_POST(self) -> None:
        """Serve a POST."""
        self._serve()

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > MAX_BODY or self.headers.get("Transfer-Encoding"):
            self._send(Outcome(413, b"too large"))
            return
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True
            return
        self._send(self.server.slack.handle(urlsplit(self.path), body, dict(self.headers.items())))

    def _send(self, outcome: Outcome) -> None:
        if outcome.drop:
            self.close_connection = True
            return
        lines = [f"HTTP/1.1 {outcome.status} {self.responses.get(outcome.status, ('',))[0]}"]
        headers = {
            "Content-Type": outcome.content_type,
            "Content-Length": str(len(outcome.body)),
            "Date": formatdate(self.server.slack.clock(), usegmt=True),
            **outcome.headers,
        }
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.wfile.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + outcome.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet: calls are recorded by the fake."""


class Server(socketserver.ThreadingMixIn, HTTPServer):
    """One thread per connection; `close` ends them all and waits for them."""

    daemon_threads = True
    request_queue_size = 128
    allow_reuse_address = True

    def __init__(self, slack: FakeSlack, port: int) -> None:
        self.slack = slack
        self._open: set[Any] = set()
        self._workers: set[threading.Thread] = set()
        self._guard = threading.Lock()
        self._closing = False
        super().__init__(("127.0.0.1", port), Handler)
        self.port: int = self.socket.getsockname()[1]
        self._loop = threading.Thread(target=self._run, name="fake-slack", daemon=True)
        self._loop.start()

    def server_bind(self) -> None:
        """Bind without asking the resolver for this machine's name."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def _run(self) -> None:
        while not self._closing:
            self.handle_request()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a thread of its own that `close` can wait for."""
        worker = threading.Thread(
            target=self._work, args=(request, client_address), name="fake-slack-call", daemon=True
        )
        with self._guard:
            self._open.add(request)
            self._workers.add(worker)
        worker.start()

    def _work(self, request: Any, client_address: Any) -> None:
        try:
            self.process_request_thread(request, client_address)
        finally:
            with self._guard:
                self._open.discard(request)
                self._workers.discard(threading.current_thread())

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Forget callers who went away; keep any other failure for the test to see."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            self.slack.crashes.append(traceback.format_exc())

    def close(self) -> None:
        """Stop listening, break every open connection and wait for the threads."""
        self._closing = True
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        self._loop.join(5)
        self.server_close()
        with self._guard:
            open_now, workers = list(self._open), list(self._workers)
        for connection in open_now:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for worker in workers:
            worker.join(5)
