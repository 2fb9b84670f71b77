"""One call from the wire to the answer: faults, token, limits, scopes, route, hooks, log."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs
from uuid import UUID

from tests.fakes.hubspot import (
    consent,
    control,
    errors,
    faults,
    marketing,
    objects,
    render,
    schema,
    structure,
)
from tests.fakes.wire import Request, Response

if TYPE_CHECKING:
    from tests.fakes.hubspot.hub import FakeHubSpot

CURRENT = "2026-09"
TOKEN = re.compile(rf"/oauth/({CURRENT}|v3|v1)/token")
# The same handlers answer the dated paths and the older ones.
DATED = re.compile(rf"/(?:crm/([a-z]+)|(account-info|marketing/campaigns))/({CURRENT})(/.*)?")
OLDER = re.compile(r"/crm/(v3|v4)/([a-z]+)(/.*)?|/(account-info)/(v3)(/.*)?")


@dataclass(slots=True)
class Call:
    """A logged call; `body` is parsed JSON or a form, `token` the bearer token as sent."""

    method: str
    path: str
    query: dict[str, list[str]]
    body: Any
    token: str
    status: int


@dataclass(slots=True)
class Ask:
    """A call that was let in: what the handlers get."""

    request: Request
    version: str
    parts: list[str]
    strict: bool
    _json: Any = field(default=None)

    def word(self, name: str) -> str | None:
        """A query parameter, None when absent."""
        values = self.request.query.get(name)
        return values[0] if values else None

    def words(self, name: str) -> list[str]:
        """A comma-separated query parameter, which may also be repeated."""
        values = self.request.query.get(name, [])
        return [word for value in values for word in value.split(",") if word]

    def flag(self, name: str) -> bool:
        """A boolean query parameter, false when absent."""
        text = (self.word(name) or "false").lower()
        if text not in ("true", "false"):
            raise errors.invalid(f"{name} is true or false, not {text!r}.")
        return text == "true"

    def number(self, name: str, default: int, most: int) -> int:
        """A positive number of a query parameter."""
        text = self.word(name) or str(default)
        if not text.isdigit() or not 0 < int(text) <= most:
            raise errors.invalid(f"{name} is a number from 1 to {most}, not {text!r}.")
        return int(text)

    def json(self) -> Any:
        """The JSON body."""
        try:
            return json.loads(self.request.body)
        except ValueError:
            raise errors.invalid("The body is not JSON.") from None


Answer = Response | dict[str, Any]
Handler = Callable[["FakeHubSpot", Ask], Answer]

# area, method, rest of the path: scopes of which one is needed ({} is the object type), handler.
ROUTES: list[tuple[str, str, re.Pattern[str], list[str], Handler]] = [
    (area, method, re.compile(rest), scopes, handler)
    for area, method, rest, scopes, handler in (
        ("objects", "GET", r"/([^/]+)", ["crm.objects.{}.read"], objects.listing),
        ("objects", "POST", r"/([^/]+)/search", ["crm.objects.{}.read"], objects.search),
        ("objects", "POST", r"/([^/]+)/batch/read", ["crm.objects.{}.read"], objects.batch),
        ("objects", "GET", r"/([^/]+)/([^/]+)", ["crm.objects.{}.read"], objects.single),
        (
            "associations",
            "POST",
            r"/([^/]+)/([^/]+)/batch/read",
            ["crm.objects.{}.read"],
            structure.associations,
        ),
        (
            "pipelines",
            "GET",
            r"/([^/]+)(?:/([^/]+)(/stages)?)?",
            ["crm.schemas.{}.read", "crm.objects.{}.read"],
            structure.pipelines,
        ),
        (
            "properties",
            "GET",
            r"/([^/]+)(?:/([^/]+))?",
            ["crm.schemas.{}.read", "crm.objects.{}.read"],
            structure.properties,
        ),
        ("owners", "GET", r"(?:/(\d+))?", ["crm.objects.owners.read"], structure.owners),
        ("marketing/campaigns", "GET", r"", [marketing.SCOPE], marketing.campaigns),
        (
            "marketing/campaigns",
            "GET",
            r"/([0-9a-f-]{36})/budget/totals",
            [marketing.SCOPE],
            marketing.totals,
        ),
        ("account-info", "GET", r"/details", [], structure.details),
        ("account-info", "GET", r"/api-usage/daily/private-apps", [], structure.usage),
    )
]


class Api:
    """Answers requests for an account."""

    def __init__(self, hub: FakeHubSpot, *, control: bool) -> None:
        self.hub = hub
        self._control = control

    def handle(self, request: Request) -> Response:
        """Answer one request; called from the thread of its connection."""
        hub = self.hub
        asked = time.monotonic()
        if self._control and request.path.startswith(control.PATH):
            return control.answer(hub, request)
        with hub.lock:
            correlation = str(UUID(int=next(hub.correlations)))
            fault = hub.faults.due(request)
        if fault is not None and fault.kind == "latency":
            hub.sleep(fault.seconds)
        if fault is not None and fault.kind in faults.EARLY:
            response = faults.early(fault, correlation)
            page = False
        else:
            with hub.lock:
                response, page = self._answer(request, correlation)
                if fault is not None:
                    response = faults.late(fault, request, response)
                if page:
                    for hook in hub.hooks:
                        hook.count(request)
        self._log(request, response.status)
        if page:
            hub.sleep(max(0.0, hub.page_delay - (time.monotonic() - asked)))
        return response

    def _answer(self, request: Request, correlation: str) -> tuple[Response, bool]:
        """The account's answer, and whether it is a page of records."""
        mark = f"X-HubSpot-Correlation-Id: {correlation}\r\n"
        try:
            response, page = self._route(request)
        except errors.ApiError as error:
            response, page = Response(error.status, render.dump(error.body(correlation))), False
            response.headers = "".join(f"{n}: {v}\r\n" for n, v in error.headers.items())
        response.headers += mark
        return response, page

    def _route(self, request: Request) -> tuple[Response, bool]:
        hub = self.hub
        if len(request.target) > hub.limits.url:
            return Response(414, faults.TOO_LONG, faults.HTML), False
        if request.path == consent.PATH and request.method == "GET":
            return hub.access.consent.page(request, hub.now_ms), False
        if TOKEN.fullmatch(request.path):
            return self._token(request), False
        token = hub.access.check(request.headers.get("authorization"), hub.now_ms)
        area, ask = self._split(request)
        search = area == "objects" and ask.request.path.endswith("/search")
        hub.rates.take(hub.now, search=search)
        limits = hub.rates.headers(search=search, oauth=token.oauth)
        answer = self._handle(area, ask)
        response = answer if isinstance(answer, Response) else Response(200, render.dump(answer))
        response.headers += limits
        page = area in ("objects", "associations", "owners", "marketing/campaigns")
        return response, page

    def _handle(self, area: str, ask: Ask) -> Answer:
        rest = ask.parts.pop()
        methods = set()
        for name, method, pattern, scopes, handler in ROUTES:
            found = pattern.fullmatch(rest) if name == area else None
            if found is None:
                continue
            methods.add(method)
            if method == ask.request.method:
                ask.parts = [part or "" for part in found.groups()]
                kind = objects.type_of(self.hub, ask.parts[0]).name if "{}" in str(scopes) else ""
                self.hub.access.require([one for text in scopes for one in _scopes(text, kind)])
                return handler(self.hub, ask)
        if methods:
            text = "This stand-in answers reads only."
            raise errors.ApiError(405, "VALIDATION_ERROR", text)
        raise errors.missing("There is nothing at this path.")

    def _split(self, request: Request) -> tuple[str, Ask]:
        path = request.path.rstrip("/")
        if dated := DATED.fullmatch(path):
            area, version, rest = dated[1] or dated[2], dated[3], dated[4]
        elif older := OLDER.fullmatch(path):
            version = older[1] or older[5]
            area, rest = older[2] or older[4], older[3] or older[6]
        else:
            raise errors.missing("There is nothing at this path.")
        return area, Ask(request, version, [rest or ""], strict=version == CURRENT)

    def _token(self, request: Request) -> Response:
        if request.method != "POST":
            raise errors.ApiError(405, "VALIDATION_ERROR", "Tokens are asked for with POST.")
        content_type = request.headers.get("content-type", "")
        answer = self.hub.access.refresh(content_type, request.body, self.hub.now_ms)
        return Response(200, render.dump(answer))

    def _log(self, request: Request, status: int) -> None:
        token = request.headers.get("authorization", "").partition(" ")[2]
        body = _body(request) if request.body else None
        call = Call(request.method, request.path, request.query, body, token, status)
        self.hub.requests.append(call)


def _scopes(text: str, kind: str) -> list[str]:
    own = schema.SCOPES.get(kind) if "{}" in text else None
    return own or [text.format(kind)]


def _body(request: Request) -> Any:
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            return json.loads(request.body)
        except ValueError:
            return request.body
    return parse_qs(request.body.decode("utf-8", "replace"))
