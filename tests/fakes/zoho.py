"""A stateful Zoho CRM organization, after its published API v8, with its accounts server.

Both live at one address here. Lists need their fields named, answer 304 where nothing changed
and 204 where nothing is, and beyond the first rows go on only by page tokens, which are bound to
the question that they came from.
"""

from __future__ import annotations

import re
from collections import deque
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qs, urlencode

from tests.fakes import zoho_settings
from tests.fakes.vendor import FakeVendor, RefusedError, as_json
from tests.fakes.wire import Request, Response
from tests.fakes.zoho_settings import word, wrong

#: The organization's own offset, in which it writes all times.
HERE = timezone(timedelta(hours=5, minutes=30))
CLIENT, SECRET, REFRESH = "1000.CLIENT", "client-secret-9f1", "1000.refresh-5b7"
MOST, MOST_FIELDS, MOST_IDS = 200, 50, 100
#: Rows that may be reached by the number of their page.
BY_NUMBER = 2000
#: Access tokens of one refresh token within ten minutes.
GRANTS, SPAN = 10, timedelta(minutes=10)
#: A code of the consent page is good for so long.
CODE_LASTS = timedelta(minutes=2)
MODULES = ("Deals", "Leads", "Contacts", "Accounts", "Calls", "Events", "Tasks", "Cases")


class FakeZoho(FakeVendor):
    """An organization; `credits` are what its calls may cost in a day, None for no end."""

    def __init__(
        self,
        *,
        now: datetime,
        rate: tuple[int, float] | None = None,
        allowed: int | None = None,
    ) -> None:
        super().__init__(now=now, rate=rate)
        self.allowed, self.used = allowed, 0
        self.refresh = REFRESH
        self.lasts = timedelta(hours=1)
        self.tokens: dict[str, datetime] = {}
        self.granted: deque[datetime] = deque()
        #: Where the client may send people back to, and its codes: for where, until when, and
        #: whether they bring a refresh token along.
        self.redirect_uris: set[str] = set()
        self.codes: dict[str, tuple[str, datetime, bool]] = {}
        self.rows: dict[str, dict[str, dict[str, Any]]] = {
            name: {} for name in (*MODULES, "Campaigns")
        }
        self.gone: dict[str, list[dict[str, Any]]] = {name: [] for name in self.rows}
        self.histories: dict[str, list[dict[str, Any]]] = {}
        self.users: list[dict[str, Any]] = []
        self.own_fields: list[str] = []
        self.unscoped: set[str] = set()
        self.has_pipelines, self.has_currencies = True, True
        self.most, self.by_number = MOST, BY_NUMBER
        self._pages_told: dict[str, tuple[Any, ...]] = {}
        self._next = 4150868000000000000

    # --- What people do in the organization -----------------------------------------------

    def text(self, at: datetime | None = None) -> str:
        """Write an instant as Zoho does."""
        return (at or self.stamp()).astimezone(HERE).isoformat(timespec="seconds")

    def add(self, module: str, **values: Any) -> str:
        """Add a record of a module and return its id."""
        self._next += 1001
        key, at = str(self._next), values.pop("at", None) or self.text()
        self.rows[module][key] = {
            "id": key,
            "Created_Time": at,
            "Modified_Time": self.text(),
            **values,
        }
        if module == "Deals":
            self._enter(key, str(values.get("Stage", "")), at)
        return key

    def add_user(self, name: str, email: str, status: str = "active") -> str:
        self._next += 1001
        told = {"id": str(self._next), "full_name": name, "email": email, "status": status}
        self.users.append(told)
        return str(self._next)

    def update(self, module: str, key: str, **values: Any) -> None:
        self.rows[module][key].update(Modified_Time=self.text(), **values)

    def move(self, key: str, stage: str, at: str | None = None, **values: Any) -> None:
        """Move a deal to another stage."""
        self.histories[key][-1]["Moved_To__s"] = stage
        self._enter(key, stage, at or self.text())
        self.update("Deals", key, Stage=stage, **values)

    def delete(self, module: str, key: str) -> None:
        self.rows[module].pop(key)
        self.gone[module].append({"id": key, "type": "recycle", "deleted_time": self.text()})

    def _enter(self, key: str, stage: str, at: str) -> None:
        self._next += 1001
        self.histories.setdefault(key, []).append(
            {"id": str(self._next), "Stage": stage, "Modified_Time": at, "Moved_To__s": None}
        )

    # --- Answers ----------------------------------------------------------------------------

    def _answered(self, request: Request) -> Response:
        # Tokens come from another server, which counts by itself.
        rate, self.rate = self.rate, None if request.path == "/oauth/v2/token" else self.rate
        try:
            return super()._answered(request)
        finally:
            self.rate = rate

    def limited(self, request: Request, seconds: float) -> RefusedError:
        return _too_many()

    def route(self, request: Request) -> Any:
        if request.path == "/oauth/v2/auth":
            return self._consent(request)
        if request.path == "/oauth/v2/token":
            return self._grant(request)
        self._signed_in(request)
        path = request.path.removeprefix("/crm/v8/")
        if path == request.path:
            raise wrong(404, "INVALID_URL_PATTERN")
        headers = self._pay()
        found = self._area(path, request)
        if isinstance(found, Response):
            return found
        return as_json(found, 200, headers)

    def _consent(self, request: Request) -> Response:
        """Let somebody agree, as on Zoho's page; a code is good once and for two minutes."""
        asked = {name: told[0] for name, told in request.query.items()}
        wrong_word = (
            asked.get("client_id") != CLIENT
            or asked.get("redirect_uri") not in self.redirect_uris
            or asked.get("response_type") != "code"
            or not asked.get("scope")
            or " " in asked["scope"]
        )
        if wrong_word:
            return Response(400, b"<h1>Invalid Client or Redirect Uri</h1>", "text/html")
        told = {"state": asked.get("state", "")}
        if request.query.get("agree") == ["no"]:
            told["error"] = "access_denied"
        else:
            code = f"1000.code-{len(self.codes)}"
            is_offline = asked.get("access_type") == "offline"
            self.codes[code] = (asked["redirect_uri"], self.now + CODE_LASTS, is_offline)
            told |= {"code": code, "location": "us", "accounts-server": self.url}
        location = f"{asked['redirect_uri']}?{urlencode(told)}"
        return Response(302, b"", "text/html", headers=f"Location: {location}\r\n")

    def _grant(self, request: Request) -> Any:
        form = {name: told[0] for name, told in parse_qs(request.body.decode()).items()}
        kind = form.get("grant_type")
        if kind not in ("refresh_token", "authorization_code"):
            return {"error": "unsupported_grant_type"}
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return {"error": "invalid_client"}
        renewed = {}
        if kind == "authorization_code":
            where, until, is_offline = self.codes.pop(form.get("code", ""), ("", self.now, False))
            if form.get("redirect_uri") != where or self.now >= until:
                return {"error": "invalid_code"}
            renewed = {"refresh_token": self.refresh} if is_offline else {}
        elif form.get("refresh_token") != self.refresh:
            return {"error": "invalid_code"}
        while self.granted and self.granted[0] <= self.now - SPAN:
            self.granted.popleft()
        if len(self.granted) >= GRANTS:
            text = "You have made too many requests continuously. Please try again later."
            denied = {"error_description": text, "error": "Access Denied", "status": "failure"}
            raise RefusedError(400, denied)
        self.granted.append(self.now)
        token = f"1000.access-{len(self.tokens)}"
        self.tokens[token] = self.now + self.lasts
        seconds = int(self.lasts.total_seconds())
        told = {"api_domain": self.url, "token_type": "Bearer", "expires_in": seconds}
        return {"access_token": token, **renewed, **told}

    def _signed_in(self, request: Request) -> None:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        until = self.tokens.get(token)
        if kind != "Zoho-oauthtoken" or until is None or self.now >= until:
            raise wrong(401, "INVALID_TOKEN")

    def _pay(self) -> dict[str, str]:
        if self.allowed is None:
            return {}
        left = self.allowed - self.used
        if left <= 0:
            raise _too_many({"X-API-CREDITS-REMAINING": "0"})
        self.used += 1
        return {} if left * 2 > self.allowed else {"X-API-CREDITS-REMAINING": str(left - 1)}

    def _area(self, path: str, request: Request) -> Any:
        module, _, rest = path.partition("/")
        if path.partition("?")[0] in self.unscoped or module in self.unscoped:
            raise wrong(401, "OAUTH_SCOPE_MISMATCH")
        if module == "settings":
            return zoho_settings.answer(self, rest, request)
        if module == "users":
            return self._numbered("users", self.users, request)
        if module not in self.rows:
            raise wrong(400, "INVALID_MODULE")
        if rest == "deleted":
            since = _since(request)
            told = [one for one in self.gone[module] if _at(one["deleted_time"]) >= since]
            return self._numbered("data", told, request)
        history = re.fullmatch(r"(\d+)/Stage_History", rest)
        if history and module == "Deals":
            return self._history(history[1], request)
        if rest:
            raise wrong(404, "INVALID_URL_PATTERN")
        return self._list(module, request)

    def _history(self, key: str, request: Request) -> Any:
        if "Stage" not in (word(request, "fields") or ""):
            raise wrong(400, "REQUIRED_PARAM_MISSING")
        if key not in self.rows["Deals"]:
            raise wrong(400, "INVALID_DATA")
        newest_first = self.histories.get(key, [])[::-1]
        return self._numbered("data", newest_first, request)

    def _numbered(self, name: str, rows: list[dict[str, Any]], request: Request) -> Any:
        size, page = self._size(request), int(word(request, "page") or 1)
        part = rows[(page - 1) * size : page * size]
        if not part:
            return Response(204, b"")
        info = {"page": page, "per_page": size, "count": len(part)}
        return {name: part, "info": {**info, "more_records": page * size < len(rows)}}

    def _size(self, request: Request) -> int:
        size = int(word(request, "per_page") or MOST)
        if not 1 <= size <= MOST:
            raise wrong(400, "INVALID_DATA")
        return min(size, self.most)

    def _list(self, module: str, request: Request) -> Any:
        fields = [one for one in (word(request, "fields") or "").split(",") if one]
        if not fields:
            raise wrong(400, "REQUIRED_PARAM_MISSING")
        if len(fields) > MOST_FIELDS:
            raise wrong(400, "LIMIT_EXCEEDED")
        if "Currency" in fields and not self.has_currencies:
            raise wrong(400, "INVALID_QUERY")
        since = request.headers.get("if-modified-since")
        rows = self._chosen(module, request)
        size = self._size(request)
        if since is not None and not rows:
            return Response(304, b"")
        asked = (module, since, tuple(fields), word(request, "converted"))
        start = self._start(rows, asked, request, size)
        part = rows[start : start + size]
        if not part:
            return Response(204, b"")
        info: dict[str, Any] = {"per_page": size, "count": len(part), "next_page_token": None}
        info["more_records"] = start + size < len(rows)
        if info["more_records"]:
            token = f"token{len(self._pages_told)}"
            self._pages_told[token] = (asked, part[-1]["id"], self.now + timedelta(hours=24))
            info["next_page_token"] = token
        return {"data": [_shown(one, fields) for one in part], "info": info}

    def _chosen(self, module: str, request: Request) -> list[dict[str, Any]]:
        """Return the rows that a question is about, by their ids."""
        if word(request, "sort_by") not in (None, "id", "Created_Time", "Modified_Time"):
            raise wrong(400, "INVALID_DATA")
        since, converted = _since(request), word(request, "converted") or "false"
        rows = [one for one in self.rows[module].values() if _at(one["Modified_Time"]) >= since]
        if module == "Leads" and converted != "both":
            rows = [one for one in rows if str(bool(one.get("$converted"))).lower() == converted]
        ids = word(request, "ids")
        if ids is not None:
            wanted = ids.split(",")
            if len(wanted) > MOST_IDS:
                raise wrong(400, "LIMIT_EXCEEDED")
            rows = [one for one in rows if one["id"] in wanted]
        return sorted(rows, key=lambda one: one["id"])

    def _start(self, rows: list[dict[str, Any]], asked: Any, request: Request, size: int) -> int:
        """Return where a page begins, by its number or by a token that was told."""
        token, page = word(request, "page_token"), word(request, "page")
        if token is None:
            start = (int(page or 1) - 1) * size
            if start + size > self.by_number and start > 0:
                raise wrong(400, "DISCRETE_PAGINATION_LIMIT_EXCEEDED")
            return start
        known = self._pages_told.get(token)
        if page is not None or known is None or known[0] != asked or known[2] < self.now:
            raise wrong(400, "INVALID_DATA" if known is None else "EXPIRED_VALUE")
        return sum(1 for one in rows if one["id"] <= known[1])


def _shown(row: dict[str, Any], fields: list[str]) -> dict[str, Any]:
    told = {name: row.get(name) for name in fields if name in row}
    return {"id": row["id"], **told, **{k: v for k, v in row.items() if k.startswith("$")}}


def _since(request: Request) -> datetime:
    told = request.headers.get("if-modified-since")
    if told is None:
        return datetime.fromtimestamp(0, UTC)
    at = _at(told)
    if at.tzinfo is None:
        raise wrong(400, "INVALID_DATA")
    return at


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _too_many(headers: dict[str, str] | None = None) -> RefusedError:
    body = {"code": "TOO_MANY_REQUESTS", "details": {}, "message": "", "status": "error"}
    return RefusedError(429, body, headers)
