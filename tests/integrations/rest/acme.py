"""Acme, a vendor of the tests' own: what the engine does for any vendor, seen on a small one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from goals.records.source import Entry, Stage
from integrations import auth
from integrations.rest.fields import Item, Take, cents, day, moment, part, percent
from integrations.rest.source import RestSource
from integrations.rest.stream import Asked, Batch, Row, Stream
from integrations.vendor import Vendor
from tests.fakes.vendor import FakeVendor, RefusedError
from tests.fakes.wire import Request
from tests.support.crm import CANARY

PAGE = 2


class FakeAcme(FakeVendor):
    """Deals and calls in pages of two, in the order of their last change."""

    token = CANARY

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.objects: dict[str, dict[str, dict[str, Any]]] = {
            "deals": {},
            "calls": {},
            "visits": {},
        }
        self.loops = False

    def put(self, kind: str, id_: str, /, **values: Any) -> None:
        """Add or change an object; it is stamped with the vendor's present instant."""
        before = self.objects[kind].pop(id_, {"id": id_, "created": self.stamp().isoformat()})
        self.objects[kind][id_] = {**before, **values, "changed": self.stamp().isoformat()}

    def drop(self, kind: str, id_: str) -> None:
        """Take an object away without a trace."""
        del self.objects[kind][id_]

    def route(self, request: Request) -> Any:
        """Answer a page of a list."""
        if request.headers.get("x-acme-key") != self.token:
            raise RefusedError(401)
        kind = request.path.strip("/")
        if kind == "visits":
            raise RefusedError(403)
        since = request.query.get("since", [""])[0]
        found = [one for one in self.objects[kind].values() if one["changed"] >= since]
        start = int(request.query.get("after", ["0"])[0])
        size = int(request.query.get("limit", [str(PAGE)])[0])
        following = start + size if start + size < len(found) else None
        if self.loops and following is not None:
            following = PAGE
        items = found[start : start + size]
        return {"items": items, "after": following, "total": len(found)}


def _ask(kind: str) -> Any:
    def ask(source: Source, asked: Asked) -> Batch:
        words: dict[str, Any] = {}
        if asked.since is not None:
            words["since"] = asked.since.isoformat()
        if asked.after is not None:
            words["after"] = asked.after
        if asked.limit is not None:
            words["limit"] = asked.limit
        found = source.client.get(f"/{kind}", dict[str, Any], words)
        after = found["after"]
        return Batch(found["items"], None if after is None else str(after), found["total"])

    return ask


def _finish(source: Source, row: Row, item: Item) -> Row | None:
    if part(item, "kind") == "draft":
        return None
    row["status"] = source.stages[row["stage"]].status
    return row


def _stands(source: Source, row: Row, item: Item) -> Entry | None:
    return Entry(row["stage"], source.terms.clock().date(), status=row["status"])


class Source(RestSource):
    """Acme as a source."""

    vendor = Vendor("Acme", sign=lambda token: {"X-Acme-Key": token})
    table = (
        Stream("stages", "stage", lambda source, asked: Batch(()), {}),
        Stream(
            "deals",
            "deal",
            _ask("deals"),
            {
                "name": Take("name"),
                "amount": Take("value.cents", cents),
                "probability": Take("chance", percent),
                "stage": Take("stage"),
                "created_on": Take("created", day),
            },
            stamp="changed",
            finish=_finish,
            gone=lambda item: bool(item.get("trashed")),
            merged=lambda item: item.get("merged", ()),
            custom=lambda source, item: {"colour": item.get("colour")},
            stands=_stands,
        ),
        Stream(
            "calls",
            "activity",
            _ask("calls"),
            {"at": Take("at", moment)},
            prefix="call:",
            finish=lambda source, row, item: {**row, "kind": "call"},
        ),
        Stream("visits", "web_visit", _ask("visits"), {}, needed=False),
    )

    def token(self) -> Any:
        """Return the key of the connection."""
        return auth.fixed(self.terms.secrets["token"])

    def all_stages(self) -> Sequence[Stage]:
        """Return Acme's three stages."""
        told = (("new", "open"), ("won", "won"), ("lost", "lost"))
        return [Stage("Sales", name, name, at, status) for at, (name, status) in enumerate(told)]
