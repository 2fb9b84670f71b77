"""A stateful Pipedrive account, after its published API (v2 lists, v1 leads, users, changelog).

Deals are live, archived or deleted, which three lists tell apart; every change of a deal's
stage or status is in its changelog. Each request costs tokens of a daily budget that the whole
company shares, and each token may send so many requests within two seconds.
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.fakes.vendor import FakeVendor, RefusedError, as_json
from tests.fakes.wire import Request, Response

#: Tokens that a request costs (`x-token-cost` of the specification).
COSTS = {
    "deals": 10,
    "deals/archived": 20,
    "persons": 10,
    "organizations": 10,
    "activities": 10,
    "pipelines": 5,
    "stages": 5,
    "dealFields": 10,
    "users": 20,
    "leads": 20,
    "leads/archived": 40,
    "changelog": 20,
    "goals/find": 20,
    "currencies": 20,
}
MOST = 500
#: Deleted deals are listed for so long.
KEPT = timedelta(days=30)
#: After so many refusals in a row the firewall refuses, with a web page.
PATIENCE = 10
BLOCKED = b"<!DOCTYPE html><html><head><title>Access denied | Cloudflare</title></head></html>"
SORTS = ("id", "update_time", "add_time")


def rfc(at: datetime) -> str:
    """Write an instant as v2 does."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class FakePipedrive(FakeVendor):
    """An account with one token; `budget` is the company's tokens for a day (UTC)."""

    def __init__(
        self,
        token: str,
        *,
        now: datetime,
        budget: int = 1_000_000,
        rate: tuple[int, float] | None = None,
        tells_budget: bool = True,
    ) -> None:
        super().__init__(now=now, rate=rate)
        self.token = token
        self.budget, self.spent, self.day = budget, 0, now.date()
        self.tells_budget = tells_budget
        self.refused = 0
        self.forbidden: set[str] = set()
        self.kinds: dict[str, dict[Any, dict[str, Any]]] = {
            kind: {}
            for kind in ("deals", "persons", "organizations", "activities", "leads", "users")
            + ("pipelines", "stages", "goals")
        }
        self.fields: list[dict[str, Any]] = []
        self.changes: dict[int, list[dict[str, Any]]] = {}
        self.most = MOST
        self.add_pipeline("Sales", ("Prospecting", 10), ("Engaging", 40), ("Closing", 80))

    # --- What people do in the account ----------------------------------------------------

    def add(self, kind: str, **values: Any) -> int:
        """Add a record of a kind and return its id."""
        key = values.pop("id", None) or max(self.kinds[kind], default=0) + 1
        at = values.pop("at", None) or rfc(self.stamp())
        made = {"id": key, "add_time": at, "update_time": at, "is_deleted": False, **values}
        self.kinds[kind][key] = made
        return key

    def add_user(self, name: str, email: str, *, active: bool = True) -> int:
        return self.add("users", name=name, email=email, active_flag=active)

    def add_pipeline(self, name: str, *stages: tuple[str, int], probable: bool = True) -> int:
        key = self.add("pipelines", name=name, is_deal_probability_enabled=probable)
        for number, (stage, chance) in enumerate(stages, start=1):
            self.add(
                "stages", name=stage, pipeline_id=key, deal_probability=chance, order_nr=number
            )
        return key

    def stage(self, name: str) -> dict[str, Any]:
        return next(one for one in self.kinds["stages"].values() if one["name"] == name)

    def add_field(self, name: str, kind: str = "varchar", options: dict[int, str] | None = None):
        """Define a custom field of deals and return its 40 characters."""
        key = uuid.uuid5(uuid.NAMESPACE_URL, name).hex + "0" * 8
        told = [{"id": one, "label": label} for one, label in (options or {}).items()] or None
        self.fields.append(
            {
                "field_code": key,
                "field_name": name,
                "field_type": kind,
                "options": told,
                "is_custom_field": True,
            }
        )
        return key

    def add_deal(self, title: str, *, stage: str = "Prospecting", **values: Any) -> int:
        place = self.stage(stage)
        return self.add(
            "deals",
            **{
                "title": title,
                "value": 0,
                "currency": "USD",
                "owner_id": None,
                "org_id": None,
                "person_id": None,
                "stage_id": place["id"],
                "pipeline_id": place["pipeline_id"],
                "status": "open",
                "probability": None,
                "lost_reason": None,
                "expected_close_date": None,
                "stage_change_time": None,
                "won_time": None,
                "lost_time": None,
                "close_time": None,
                "is_archived": False,
                "custom_fields": {},
                "source_lead_id": None,
                **values,
            },
        )

    def update(self, kind: str, key: Any, **values: Any) -> None:
        """Change a record, which gets a new stamp."""
        self.kinds[kind][key].update(update_time=rfc(self.stamp()), **values)

    def move(self, key: int, stage: str, at: str | None = None) -> None:
        place, deal = self.stage(stage), self.kinds["deals"][key]
        when = at or rfc(self.stamp())
        self._note(key, "stage_id", deal["stage_id"], place["id"], when)
        if deal["pipeline_id"] != place["pipeline_id"]:
            self._note(key, "pipeline_id", deal["pipeline_id"], place["pipeline_id"], when)
        self.update(
            "deals",
            key,
            stage_id=place["id"],
            pipeline_id=place["pipeline_id"],
            stage_change_time=when,
        )

    def close(self, key: int, status: str, at: str | None = None, reason: str | None = None):
        """Win or lose a deal, or open it again."""
        when = at or rfc(self.stamp())
        self._note(key, "status", self.kinds["deals"][key]["status"], status, when)
        self.update(
            "deals",
            key,
            status=status,
            won_time=when if status == "won" else None,
            lost_time=when if status == "lost" else None,
            close_time=when if status != "open" else None,
            lost_reason=reason,
        )

    def archive(self, key: int, *, back: bool = False) -> None:
        self.update("deals", key, is_archived=not back)

    def delete(self, kind: str, key: Any) -> None:
        self.update(kind, key, is_deleted=True)

    def merge(self, key: int, into: int) -> None:
        """Merge a deal into another; it is deleted, and what it had moves over."""
        self.delete("deals", key)
        self.update("deals", into)

    def add_lead(self, title: str, **values: Any) -> str:
        key = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{title}{len(self.kinds['leads'])}"))
        at = self.stamp().strftime("%Y-%m-%dT%H:%M:%S.000Z")
        return str(
            self.add("leads", id=key, title=title, **{"at": at, "is_archived": False, **values})
        )

    def convert(self, lead: str, title: str, **values: Any) -> int:
        """Make a deal of a lead, which is then in no list of leads any more."""
        self.kinds["leads"].pop(lead)
        return self.add_deal(title, source_lead_id=lead, **values)

    def _note(self, key: int, field: str, old: Any, new: Any, at: str) -> None:
        self.changes.setdefault(key, []).append(
            {
                "field_key": field,
                "old_value": None if old is None else str(old),
                "new_value": str(new),
                "actor_user_id": 1,
                "time": at.replace("T", " ").removesuffix("Z"),
            }
        )

    # --- Answers ----------------------------------------------------------------------------

    def limited(self, request: Request, seconds: float) -> RefusedError:
        self.refused += 1
        if self.refused > PATIENCE:
            return RefusedError(403)
        told = {"x-ratelimit-limit": str(self.rate.requests), "x-ratelimit-remaining": "0"}
        reset = {"x-ratelimit-reset": str(max(1, round(seconds)))}
        return RefusedError(429, _wrong("request over limit", 429), {**told, **reset})

    def _answered(self, request: Request) -> Response:
        found = super()._answered(request)
        if found.status == 403 and self.refused > PATIENCE:
            return Response(403, BLOCKED, "text/html")
        return found

    def route(self, request: Request) -> Response:
        self.refused = 0
        if request.headers.get("x-api-token") != self.token:
            raise RefusedError(401, _wrong("unauthorized access", 401))
        found = re.fullmatch(r"/api/v([12])/(.+)", request.path)
        if found is None:
            raise RefusedError(404, _wrong("Unknown method .", 404))
        version, path = found.groups()
        history = re.fullmatch(r"deals/(\d+)/changelog", path)
        name = "changelog" if history else path
        answer = self._area(version, name)
        if name in self.forbidden:
            raise RefusedError(403, _wrong("Scope and URL mismatch", 403))
        headers = self._pay(COSTS[name])
        body = answer(request, int(history[1]) if history else 0)
        return as_json(body, 200, headers)

    def _area(self, version: str, name: str) -> Callable[[Request, int], Any]:
        of_v1 = {
            "users": self._users,
            "leads": self._leads,
            "leads/archived": self._leads,
            "changelog": self._changelog,
            "goals/find": self._goals,
            "currencies": self._currencies,
        }
        of_v2 = {name: self._listed for name in COSTS if name not in of_v1}
        areas = of_v1 if version == "1" else {**of_v2, "dealFields": self._fields}
        if name not in areas:
            raise RefusedError(404, _wrong("Unknown method .", 404))
        return areas[name]

    def _pay(self, cost: int) -> dict[str, str]:
        if self.now.date() != self.day:
            self.day, self.spent = self.now.date(), 0
        if self.spent + cost > self.budget:
            # The pause that stands there would have to be repeated until midnight.
            told = {"x-daily-ratelimit-token-remaining": "0", "retry-after": "3"}
            raise RefusedError(429, _wrong("daily budget exceeded", 429), told)
        self.spent += cost
        left = self.budget - self.spent
        if not self.tells_budget:
            return {}
        return {
            "x-daily-ratelimit-token-limit": str(self.budget),
            "x-daily-ratelimit-token-remaining": str(left),
        }

    def _listed(self, request: Request, key: int) -> Any:
        kind, *archived = request.path.removeprefix("/api/v2/").split("/")
        rows = list(self.kinds[kind].values())
        status = _word(request, "status")
        if kind == "deals":
            kept = rfc(self.stamp() - KEPT)
            is_wanted = status == "deleted"
            rows = [one for one in rows if one["is_archived"] == bool(archived)]
            if status not in (None, "deleted"):
                rows = [one for one in rows if one["status"] == status]
            rows = [one for one in rows if one["is_deleted"] == is_wanted]
            rows = [one for one in rows if not is_wanted or one["update_time"] >= kept]
        else:
            rows = [one for one in rows if not one["is_deleted"]]
        since = _word(request, "updated_since")
        if since is not None:
            if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", since):
                raise RefusedError(400, _wrong("updated_since is not valid", 400))
            start = datetime.fromisoformat(since)
            rows = [one for one in rows if datetime.fromisoformat(one["update_time"]) >= start]
        also = (_word(request, "include_fields") or "").split(",")
        if kind == "deals" and "source_lead_id" not in also:
            rows = [{k: v for k, v in one.items() if k != "source_lead_id"} for one in rows]
        return self._page(request, rows, tuple(SORTS) + ("due_date", "order_nr"))

    def _page(self, request: Request, rows: list[dict[str, Any]], sorts: tuple[str, ...]) -> Any:
        limit = self._limit(request)
        field = _word(request, "sort_by") or "id"
        way = _word(request, "sort_direction") or "asc"
        if field not in sorts or way not in ("asc", "desc"):
            raise RefusedError(400, _wrong("sort_by is not valid", 400))
        rows.sort(key=lambda one: (one[field], one["id"]), reverse=way == "desc")
        cursor = _word(request, "cursor")
        if cursor:
            place = self._cursor(cursor, field, way)
            key = (place["fieldValue"], place["id"])
            rows = [
                one
                for one in rows
                if (
                    (one[field], one["id"]) > key if way == "asc" else (one[field], one["id"]) < key
                )
            ]
        page = rows[:limit]
        following = None
        if len(rows) > limit:
            last = {"field": field, "fieldValue": page[-1][field], "sortDirection": way}
            told = json.dumps({**last, "id": page[-1]["id"]})
            following = base64.b64encode(told.encode()).decode()
        return {"success": True, "data": page, "additional_data": {"next_cursor": following}}

    def _cursor(self, cursor: str, field: str, way: str) -> dict[str, Any]:
        try:
            place: dict[str, Any] = json.loads(base64.b64decode(cursor, validate=True))
        except ValueError:
            raise RefusedError(400, _wrong("Invalid cursor", 400)) from None
        if (place["field"], place["sortDirection"]) != (field, way):
            raise RefusedError(400, _wrong("Invalid cursor", 400))
        return place

    def _limit(self, request: Request) -> int:
        limit = int(_word(request, "limit") or 100)
        if not 1 <= limit <= MOST:
            raise RefusedError(400, _wrong("limit must be at most 500", 400))
        return min(limit, self.most)

    def _fields(self, request: Request, _: int) -> Any:
        return {"success": True, "data": self.fields, "additional_data": {"next_cursor": None}}

    def _users(self, request: Request, _: int) -> Any:
        return {"success": True, "data": list(self.kinds["users"].values())}

    def _leads(self, request: Request, _: int) -> Any:
        archived = request.path.endswith("archived")
        rows = [
            one
            for one in self.kinds["leads"].values()
            if one["is_archived"] == archived and not one["is_deleted"]
        ]
        since = _word(request, "updated_since")
        if since is not None and not archived:
            start = datetime.fromisoformat(since)
            rows = [one for one in rows if datetime.fromisoformat(one["update_time"]) >= start]
        rows.sort(key=lambda one: (one["add_time"], one["id"]))
        start_at, limit = int(_word(request, "start") or 0), self._limit(request)
        more = start_at + limit < len(rows)
        paging = {"start": start_at, "limit": limit, "more_items_in_collection": more}
        if more:
            paging["next_start"] = start_at + limit
        return {
            "success": True,
            "data": rows[start_at : start_at + limit],
            "additional_data": {"pagination": paging},
        }

    def _changelog(self, request: Request, key: int) -> Any:
        deal = self.kinds["deals"].get(key)
        if deal is None or deal["is_deleted"]:
            raise RefusedError(404, _wrong("Deal not found", 404))
        limit, start = self._limit(request), int(_word(request, "cursor") or 0)
        rows = sorted(self.changes.get(key, []), key=lambda one: one["time"])[::-1]
        following = str(start + limit) if start + limit < len(rows) else None
        page = rows[start : start + limit]
        return {"success": True, "data": page, "additional_data": {"next_cursor": following}}

    def _goals(self, request: Request, _: int) -> Any:
        kind = _word(request, "type.name")
        rows = [one for one in self.kinds["goals"].values() if one["type"]["name"] == kind]
        return {"success": True, "data": {"goals": rows}}

    def _currencies(self, request: Request, _: int) -> Any:
        return {"success": True, "data": [{"id": 1, "code": "EUR"}, {"id": 2, "code": "THB"}]}


def _word(request: Request, name: str) -> str | None:
    found = request.query.get(name)
    return found[0] if found else None


def _wrong(text: str, code: int) -> dict[str, Any]:
    return {"success": False, "error": text, "errorCode": code, "data": None}
