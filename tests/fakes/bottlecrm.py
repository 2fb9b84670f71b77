"""A BottleCRM: lists by limit and offset, a personal access token, no stamps of changes.

Written from django-crm 1.35's own serializers and views: deals come newest id first, accounts and
users as two lists in one answer, and a stage knows when a deal came into it but not from where.
"""

from __future__ import annotations

import uuid
from datetime import date
from random import Random
from typing import Any

from tests.fakes.vendor import FakeVendor, RefusedError
from tests.fakes.wire import Request

#: What the server gives where nobody asks for more.
PAGE = 10
STAGES = (
    ("PROSPECTING", "Prospecting", "open"), ("QUALIFICATION", "Qualification", "open"),
    ("PROPOSAL", "Proposal", "open"), ("CLOSED_WON", "Closed won", "won"),
    ("CLOSED_LOST", "Closed lost", "lost"),
)  # fmt: skip
#: Where each list stands, and the names of its halves.
LISTS = {
    "/api/opportunities/": ("deals", "opportunities", "opportunities_count"),
    "/api/cases/": ("cases", "cases", "cases_count"),
    "/api/opportunities/goals/": ("goals", "goals", "goals_count"),
}
HALVES = {
    "/api/users/": ("users", ("active_users", "active_users"), ("inactive_users",) * 2),
    "/api/accounts/": (
        "accounts", ("active_accounts", "open_accounts"), ("closed_accounts", "close_accounts")
    ),
}  # fmt: skip


class FakeBottleCRM(FakeVendor):
    """An organisation with one pipeline; `denied` are the paths that the token may not read."""

    def __init__(self, token: str, **options: Any) -> None:
        super().__init__(**options)
        self.token = token
        self.denied: set[str] = set()
        self.pipeline = "Sales"
        self.random = Random(7)
        names = ("deals", "cases", "goals", "users", "accounts")
        self.tables: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in names}

    def _id(self) -> str:
        return str(uuid.UUID(int=self.random.getrandbits(128)))

    def _put(self, table: str, **values: Any) -> str:
        made = self._id()
        row = {"id": made, "created_at": self.stamp().isoformat(), "is_active": True, **values}
        self.tables[table][made] = row
        return made

    def user(self, name: str, *, is_active: bool = True) -> str:
        about = {"name": name, "email": f"{name.split()[0].lower()}@example.com"}
        return self._put("users", user_details=about, role="USER", is_active=is_active)

    def account(self, name: str, **values: Any) -> str:
        plain = {"name": name, "website": None, "industry": None, "country_display": None}
        return self._put("accounts", **{**plain, **values})

    def deal(self, name: str, *, stage: str = "PROSPECTING", owner: str | None = None,
             account: str | None = None, **values: Any) -> str:  # fmt: skip
        plain: dict[str, Any] = {
            "name": name, "amount": None, "currency": "USD", "probability": 10,
            "closed_on": None, "lead_source": None, "pipeline": "p1",
            "assigned_to": [] if owner is None else [{"id": owner}],
            "account": None if account is None else {"id": account, "name": "x"},
            "stage_changed_at": self.stamp().isoformat(), "updated_at": None,
        }  # fmt: skip
        return self._put("deals", **{**plain, "stage": stage, **values})

    def move(self, deal: str, stage: str, **values: Any) -> None:
        self.tables["deals"][deal] |= {
            "stage": stage, "stage_changed_at": self.stamp().isoformat(), **values,
        }  # fmt: skip

    def case(self, name: str, **values: Any) -> str:
        plain: dict[str, Any] = {
            "name": name, "status": "New", "priority": "Normal", "case_type": "Question",
            "first_response_at": None, "resolved_at": None, "account": None, "assigned_to": [],
        }  # fmt: skip
        return self._put("cases", **{**plain, **values})

    def goal(self, owner: str | None, target: str, first: date, last: date, **values: Any) -> str:
        plain: dict[str, Any] = {
            "name": "Goal", "goal_type": "REVENUE", "target_value": target, "currency": "USD",
            "period_start": first.isoformat(), "period_end": last.isoformat(),
            "assigned_to": owner, "team": None,
        }  # fmt: skip
        return self._put("goals", **{**plain, **values})

    def delete(self, table: str, one: str) -> None:
        del self.tables[table][one]

    def limited(self, request: Request, seconds: float) -> RefusedError:
        body = {"detail": "Request was throttled."}
        return RefusedError(429, body, {"Retry-After": str(int(seconds) + 1)})

    # --- Answers ------------------------------------------------------------------------

    def route(self, request: Request) -> Any:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            # An unknown token leaves a request without an organisation, which is a 403.
            raise RefusedError(403, {"detail": "Organization context is required."})
        if request.path in self.denied:
            raise RefusedError(403, {"detail": "You do not have permission."})
        if request.method != "GET":
            raise RefusedError(405)
        if request.path == "/api/opportunities/pipelines/":
            stages = [
                {"id": code, "code": code, "label": label, "order": order, "kind": kind}
                for order, (code, label, kind) in enumerate(STAGES)
            ]
            one = {"id": "p1", "name": self.pipeline, "is_default": True, "stages": stages}
            return {"pipelines": [one]}
        if request.path in LISTS:
            table, name, count = LISTS[request.path]
            rows = self._rows(table)
            return {name: self._page(request, rows), count: len(rows), "offset": None}
        if request.path not in HALVES:
            raise RefusedError(404, {"detail": "Not found."})
        table, *halves = HALVES[request.path]
        answer: dict[str, Any] = {"per_page": PAGE}
        for is_active, (outer, inner) in zip((True, False), halves, strict=True):
            rows = [one for one in self._rows(table) if one["is_active"] is is_active]
            page = self._page(request, rows)
            answer[outer] = {inner: page, f"{inner}_count": len(rows), "offset": None}
        return answer

    def _rows(self, table: str) -> list[dict[str, Any]]:
        rows = sorted(self.tables[table].values(), key=lambda one: one["id"], reverse=True)
        return [self._shown(one) if table == "deals" else one for one in rows]

    def _shown(self, deal: dict[str, Any]) -> dict[str, Any]:
        known = {code: (label, kind) for code, label, kind in STAGES}
        label, kind = known.get(deal["stage"], (deal["stage"], None))
        return {**deal, "stage_label": label, "stage_kind": kind}

    def _page(self, request: Request, rows: list[Any]) -> list[Any]:
        [limit] = request.query.get("limit", [str(PAGE)])
        [offset] = request.query.get("offset", ["0"])
        return rows[int(offset) : int(offset) + int(limit)]
