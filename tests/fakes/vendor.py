"""What the fakes of vendors share: a server on this machine, its log, limits and faults.

A vendor's fake subclasses `FakeVendor`, keeps its records as plain data and answers paths in
`route`. It is written from what the vendor publishes, never from the connector's code, and
enforces what the vendor enforces: tokens, paging caps, mandatory words, rates with the vendor's
own signals. `now` is the vendor's clock; stamps of changes are taken from it.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from tests.fakes.wire import Request, Response, Server

HTML = b"<!DOCTYPE html><html><head><title>Log in</title></head><body>Log in</body></html>"
#: Faults that stand before the vendor: nothing is looked up and nothing counted.
EARLY = ("http_500", "http_502", "http_503", "http_504", "html_200", "reset")
#: Faults of the answer that the vendor gave.
LATE = ("truncated", "short_body", "reset_mid_body", "invalid_utf8", "slow_drip")


class RefusedError(Exception):
    """A request that the vendor refuses, with the status, body and headers that it answers."""

    def __init__(
        self, status: int, body: object = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status)
        self.status, self.body, self.headers = status, body, headers or {}


@dataclass(slots=True)
class Call:
    """A request as the log keeps it."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes
    status: int = 0


@dataclass(slots=True)
class Fault:
    """What goes wrong at paths that contain `part`: after so many calls, so many times."""

    part: str
    kind: str
    times: int | None
    after: int
    seconds: float


@dataclass(slots=True)
class Rate:
    """At most so many requests within so many seconds of the vendor's clock."""

    requests: int
    seconds: float
    taken: deque[datetime] = field(default_factory=deque)

    def take(self, now: datetime) -> float | None:
        """Take a place; None when there was one, else the seconds until the next."""
        while self.taken and self.taken[0] <= now - timedelta(seconds=self.seconds):
            self.taken.popleft()
        if len(self.taken) >= self.requests:
            return (self.taken[0] - now).total_seconds() + self.seconds
        self.taken.append(now)
        return None


class FakeVendor:
    """A vendor on 127.0.0.1; a context manager."""

    def __init__(self, *, now: datetime, rate: tuple[int, float] | None = None) -> None:
        self.now = now
        self.rate = None if rate is None else Rate(*rate)
        self.log: list[Call] = []
        self._faults: list[Fault] = []
        self._hooks: list[tuple[str, int, Callable[[], object]]] = []
        self._pages: dict[str, int] = {}
        self.lock = threading.RLock()
        self._server: Server | None = None

    def __enter__(self) -> Self:
        self._server = Server(self._handle)
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.stop()

    @property
    def url(self) -> str:
        """Return the address at which all paths begin."""
        assert self._server is not None, "the fake runs inside a with block"
        return f"http://127.0.0.1:{self._server.port}"

    def advance(self, seconds: float) -> None:
        """Let the vendor's clock go on."""
        self.now += timedelta(seconds=seconds)

    def stamp(self) -> datetime:
        """Return the instant that a change has now."""
        return self.now.astimezone(UTC)

    # --- What goes wrong, and what happens between pages --------------------------------

    def fault(
        self,
        part: str,
        kind: str,
        *,
        times: int | None = 1,
        after: int = 0,
        seconds: float = 1.0,
    ) -> None:
        """Plan a fault at paths that contain a part; `times` None hits for ever."""
        if kind not in EARLY + LATE:
            raise ValueError(f"unknown fault {kind!r}; known: {EARLY + LATE}")
        self._faults.append(Fault(part, kind, times, after, seconds))

    def after_page(self, part: str, number: int, run: Callable[[], object]) -> None:
        """Do something once the answer number `number` at a path with this part was made."""
        self._hooks.append((part, number, run))

    def is_met(self) -> bool:
        """Tell whether every planned fault has hit as often as was planned."""
        return all(one.times in (None, 0) for one in self._faults)

    def calls(self, part: str = "", status: int | None = None) -> list[Call]:
        """Return the calls of paths with a part."""
        return [one for one in self.log if part in one.path and status in (None, one.status)]

    # --- Answers ------------------------------------------------------------------------

    def route(self, request: Request) -> Any:
        """Answer a request: something to be written as JSON, or a Response; raises Refused."""
        raise NotImplementedError

    def limited(self, request: Request, seconds: float) -> RefusedError:
        """Return the vendor's own refusal where its rate is passed."""
        return RefusedError(429, {"message": "Too many requests"})

    def _handle(self, request: Request) -> Response:
        with self.lock:
            call = Call(request.method, request.path, request.query, request.headers, request.body)
            self.log.append(call)
            fault = self._due(request)
            if fault is not None and fault.kind in EARLY:
                response = _early(fault)
            else:
                response = self._answered(request)
                if fault is not None:
                    response = _late(fault, response)
            call.status = response.status
            self._count(request)
            return response

    def _answered(self, request: Request) -> Response:
        try:
            if self.rate is not None:
                wait = self.rate.take(self.now)
                if wait is not None:
                    raise self.limited(request, wait)
            found = self.route(request)
        except RefusedError as error:
            return as_json(error.body, error.status, error.headers)
        return found if isinstance(found, Response) else as_json(found)

    def _due(self, request: Request) -> Fault | None:
        for one in self._faults:
            if one.part not in request.path or one.times == 0:
                continue
            if one.after > 0:
                one.after -= 1
                continue
            if one.times is not None:
                one.times -= 1
            return one
        return None

    def _count(self, request: Request) -> None:
        for part, number, run in self._hooks:
            if part in request.path:
                key = f"{part}#{number}"
                self._pages[key] = self._pages.get(key, 0) + 1
                if self._pages[key] == number:
                    run()


def as_json(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return an answer in JSON; nothing at all where the body is None."""
    content = b"" if body is None else json.dumps(body).encode()
    lines = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
    return Response(status, content, headers=lines)


def _early(fault: Fault) -> Response:
    if fault.kind == "reset":
        return Response(0, b"", cut="reset")
    if fault.kind == "html_200":
        return Response(200, HTML, "text/html; charset=utf-8")
    return Response(int(fault.kind.removeprefix("http_")), b"trouble", "text/plain")


def _late(fault: Fault, response: Response) -> Response:
    if fault.kind == "truncated":
        response.body = response.body[: len(response.body) // 2]
    elif fault.kind == "invalid_utf8":
        middle = response.body.rfind(b'"') or 1
        response.body = response.body[:middle] + b"\xff\xfe" + response.body[middle:]
    elif fault.kind == "slow_drip":
        response.drip = fault.seconds
    else:
        response.cut = fault.kind
    return response
