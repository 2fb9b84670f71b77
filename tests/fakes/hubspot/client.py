"""A plain client for the fake's own tests; it knows nothing of HubSpot."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

DEALS = "/crm/objects/2026-09/deals"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def ids(self) -> list[str]:
        """Ids of the results."""
        return [row["id"] for row in self.json["results"]]

    @property
    def after(self) -> str | None:
        """The cursor of the next page, None on the last."""
        cursor: str | None = self.json.get("paging", {}).get("next", {}).get("after")
        return cursor


class Client:
    """One kept-alive connection with a bearer token."""

    def __init__(self, url: str, token: str | None = "pat-na1-fake", timeout: float = 10) -> None:
        self.token = token
        self._connection = HTTPConnection(urlsplit(url).netloc, timeout=timeout)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def get(self, path: str, **query: Any) -> Reply:
        """GET with query parameters."""
        return self.ask("GET", f"{path}?{urlencode(query)}" if query else path)

    def post(self, path: str, body: Any) -> Reply:
        """POST JSON."""
        return self.ask("POST", path, json.dumps(body).encode(), "application/json")

    def form(self, path: str, **fields: str) -> Reply:
        """POST a form."""
        kind = "application/x-www-form-urlencoded"
        return self.ask("POST", path, urlencode(fields).encode(), kind)

    def ask(
        self, method: str, target: str, body: bytes | None = None, kind: str | None = None
    ) -> Reply:
        """Send any request."""
        headers = {} if self.token is None else {"Authorization": f"Bearer {self.token}"}
        if kind is not None:
            headers["Content-Type"] = kind
        self._connection.request(method, target, body, headers)
        answer = self._connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, found, answer.read())

    def pages(self, path: str = DEALS, **query: Any) -> Iterator[Reply]:
        """All pages of a listing, by its cursors."""
        after: str | None = None
        while True:
            reply = self.get(path, **query, **({"after": after} if after else {}))
            yield reply
            after = reply.after if reply.status == 200 else None
            if after is None:
                return

    def all_ids(self, path: str = DEALS, **query: Any) -> list[str]:
        """Ids of a whole listing."""
        return [key for page in self.pages(path, **{"limit": 100, **query}) for key in page.ids]

    def search(self, kind: str = "deals", **more: Any) -> Reply:
        """A search with all required fields; `filters` make one group."""
        filters = more.pop("filters", None)
        body = {
            "filterGroups": [] if filters is None else [{"filters": filters}],
            "sorts": [],
            "properties": [],
            "limit": 100,
            "after": "0",
            **more,
        }
        return self.post(f"/crm/objects/2026-09/{kind}/search", body)
