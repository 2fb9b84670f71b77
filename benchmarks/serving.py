"""Servers to measure pages on, each like `serve` runs one, and sixteen readers at a time."""

import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CONNECTIONS = 16
#: As long as a server may take to start.
PATIENCE = 30.0


@contextmanager
def running(module: str, kind: str, **environment: str) -> Iterator[int]:
    """Lend the port of a server that `module` starts for one kind of page."""
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", module, kind, str(port)],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def serve(app: object, port: int) -> None:
    """Serve an application with gunicorn, as `serve` does."""
    from gunicorn.app.base import BaseApplication

    from app.cli.serve import configure

    class Server(BaseApplication):
        def load_config(self) -> None:
            self.cfg.set("bind", f"127.0.0.1:{port}")
            configure(self.cfg)
            self.cfg.set("accesslog", None)
            self.cfg.set("errorlog", os.devnull)

        def load(self) -> object:
            return app

    Server().run()


def rate(port: int, cookie: str, seconds: float) -> float:
    """Return how many pages a second sixteen readers get, each on a connection of its own.

    Raises AssertionError when an answer is not a page.
    """
    request = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n\r\n".encode()
    got: dict[socket.socket, bytearray] = {}
    done = 0
    with selectors.DefaultSelector() as selector:

        def ask() -> None:
            one = socket.create_connection(("127.0.0.1", port))
            one.sendall(request)
            got[one] = bytearray()
            selector.register(one, selectors.EVENT_READ)

        def take() -> int:
            """Read what has come, and return how many pages are complete."""
            complete = 0
            for key, _ in selector.select(1):
                one = key.fileobj
                assert isinstance(one, socket.socket)
                part = one.recv(1 << 17)
                got[one] += part
                if not part:
                    assert got[one].startswith(b"HTTP/1.1 200"), bytes(got[one][:300])
                    selector.unregister(one)
                    got.pop(one)
                    one.close()
                    complete += 1
            return complete

        for _ in range(CONNECTIONS):
            ask()
        started = time.perf_counter()
        while time.perf_counter() - started < seconds or done < CONNECTIONS:
            complete = take()
            done += complete
            for _ in range(complete):
                ask()
        took = time.perf_counter() - started
        # What was asked last is answered as well, so that it slows nothing measured after it.
        while got:
            take()
    return done / took


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server to be measured did not start")
