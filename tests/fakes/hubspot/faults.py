"""What goes wrong on purpose, and what happens between pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.fakes.hubspot.render import dump
from tests.fakes.wire import Request, Response

HTML = "text/html; charset=utf-8"
CLOUDFLARE = (
    b"<!DOCTYPE html><html><head><title>Origin DNS error</title></head><body>530</body></html>"
)
LOGIN = (
    b"<!DOCTYPE html><html><head><title>Log in</title></head><body>"
    b'<form action="/login" method="post"><input name="email"></form></body></html>'
)
TOO_LONG = b"<html><head><title>414 Request-URI Too Large</title></head><body>414</body></html>"

# Faults that stand before the account: nothing is counted, nothing is looked up.
EARLY = {"http_500", "http_502", "http_503", "http_504", "status_530_html", "html_200", "reset"}
# Faults of the answer that the account gave.
LATE = {
    "truncated_json",
    "short_body",
    "reset_mid_body",
    "invalid_utf8",
    "slow_drip",
    "latency",
    "bad_value",
    "huge_field",
    "empty_page_in_middle",
    "cursor_loop",
}


@dataclass(slots=True)
class Fault:
    """A planned fault; `after` matching calls pass first, then `times` are hit (None: all)."""

    path: str
    kind: str
    times: int | None
    after: int
    method: str | None
    seconds: float
    value: str
    name: str
    size: int
    hits: int = 0

    def due(self, request: Request) -> bool:
        """Count a call and say whether the fault hits it."""
        if not request.path.startswith(self.path) or self.method not in (None, request.method):
            return False
        if self.after > 0:
            self.after -= 1
            return False
        if self.times is not None and self.hits >= self.times:
            return False
        self.hits += 1
        return True


class Faults:
    """All planned faults; each matching call meets the first one that is due."""

    def __init__(self) -> None:
        self.planned: list[Fault] = []

    def add(
        self,
        path: str,
        kind: str,
        *,
        times: int | None = 1,
        after: int = 0,
        method: str | None = None,
        seconds: float = 1.0,
        value: str = "12,3x",
        name: str = "amount",
        size: int = 10_000_000,
    ) -> Fault:
        """Plan a fault for paths that start with `path`.

        `seconds` is for latency and slow_drip, `name` and `value` for bad_value, `name` and `size`
        for huge_field.
        """
        if kind not in EARLY | LATE:
            raise ValueError(f"unknown fault {kind!r}; known: {sorted(EARLY | LATE)}")
        fault = Fault(path, kind, times, after, method, seconds, value, name, size)
        self.planned.append(fault)
        return fault

    def clear(self) -> None:
        """Forget all planned faults."""
        self.planned.clear()

    def due(self, request: Request) -> Fault | None:
        """The fault that hits this call, if any."""
        return next((fault for fault in self.planned if fault.due(request)), None)


def early(fault: Fault, correlation: str) -> Response:
    """The answer of a fault that stands before the account."""
    if fault.kind == "reset":
        return Response(0, b"", cut="reset")
    if fault.kind == "html_200":
        return Response(200, LOGIN, HTML)
    if fault.kind == "status_530_html":
        return Response(530, CLOUDFLARE, HTML)
    status = int(fault.kind.removeprefix("http_"))
    body = {"status": "error", "message": "internal error", "correlationId": correlation}
    return Response(status, dump(body))


def late(fault: Fault, request: Request, response: Response) -> Response:
    """The account's answer, spoilt."""
    if fault.kind in PAYLOADS:
        if response.status >= 300:
            return response
        payload = json.loads(response.body)
        PAYLOADS[fault.kind](fault, request, payload)
        response.body = dump(payload)
    elif fault.kind == "truncated_json":
        response.body = response.body[: len(response.body) // 2]
    elif fault.kind == "invalid_utf8":
        middle = response.body.rfind(b'"') or 1
        response.body = response.body[:middle] + b"\xff\xfe" + response.body[middle:]
    elif fault.kind == "slow_drip":
        response.drip = fault.seconds
    elif fault.kind in ("short_body", "reset_mid_body"):
        response.cut = fault.kind
    return response


def _bad_value(fault: Fault, request: Request, payload: dict[str, Any]) -> None:
    for row in payload.get("results", [])[:1]:
        row["properties"][fault.name] = fault.value


def _huge_field(fault: Fault, request: Request, payload: dict[str, Any]) -> None:
    for row in payload.get("results", [])[:1]:
        row["properties"][fault.name] = "x" * fault.size


def _empty_page(fault: Fault, request: Request, payload: dict[str, Any]) -> None:
    # The rows are not lost: they follow at a cursor that is written differently.
    payload["results"] = []
    payload["paging"] = {"next": {"after": "0" + _cursor(request)}}


def _cursor_loop(fault: Fault, request: Request, payload: dict[str, Any]) -> None:
    payload["paging"] = {"next": {"after": _cursor(request) or "0"}}


PAYLOADS: dict[str, Callable[[Fault, Request, dict[str, Any]], None]] = {
    "bad_value": _bad_value,
    "huge_field": _huge_field,
    "empty_page_in_middle": _empty_page,
    "cursor_loop": _cursor_loop,
}


def _cursor(request: Request) -> str:
    if request.method == "POST":
        return str(json.loads(request.body or b"{}").get("after", ""))
    return request.query.get("after", [""])[0]


@dataclass(slots=True)
class PageHook:
    """Something to do once page `page` of a listing has been made."""

    path: str
    page: int
    run: Callable[[], object]
    seen: int = 0

    def count(self, request: Request) -> None:
        """Count a page of the listing, and act after the right one."""
        if request.path != self.path:
            return
        self.seen += 1
        if self.seen == self.page:
            self.run()
