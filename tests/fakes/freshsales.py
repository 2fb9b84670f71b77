"""A fake Freshsales Suite: its API as the vendor's reference and public code show it.

Written from there, not from the connector. What it enforces: the token in its own form, views
by their ids (names are in the account's language, and all built-in ones call themselves
default), 25 rows a page unless `per_page` says more and never more than 100, names of owners,
stages and the like only where `include` asks for them, and the requests of an hour.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterator

from tests.fakes.vendor import FakeVendor, RefusedError
from tests.fakes.wire import Request

LARGEST = 100
BASE = "/crm/sales/api/"
#: What a view of each kind lists, and what may be included: its list and the part that names it.
INCLUDED = {
    "owner": ("users", "owner_id"),
    "deal_reason": ("deal_reasons", "deal_reason_id"),
    "campaign": ("campaigns", "campaign_id"),
    "currency": ("currencies", "currency_id"),
    "source": ("lead_sources", "lead_source_id"),
    "sales_account": ("sales_accounts", "sales_account_id"),
    "industry_type": ("industry_types", "industry_type_id"),
    "contact_status": ("contact_statuses", "contact_status_id"),
    "lifecycle_stage": ("lifecycle_stages", "lifecycle_stage_id"),
}
SELECTORS = {"owners": "users"}


class FakeFreshsales(FakeVendor):
    """An account with its pipelines, deals and people."""

    def __init__(self, token, *, now, rate=None):
        super().__init__(now=now, rate=rate)
        self.token = token
        self.largest = LARGEST
        self.forbidden: set[str] = set()
        self.ids: dict[str, Iterator[int]] = defaultdict(lambda: itertools.count(70_000_000_001))
        self.rows: dict[str, dict[int, dict]] = defaultdict(dict)
        self.retry_after = True
        self.pipeline = self.add("deal_pipelines", name="ขายตรง", is_default=True)
        self.stages: dict[str, int] = {}
        for name, kind, chance in (
            ("New", "Open", 10),
            ("Negotiation", "Open", 60),
            ("Won", "Closed Won", 100),
            ("Lost", "Closed Lost", 0),
        ):
            self.stages[name] = self.add(
                "deal_stages",
                name=name,
                forecast_type=kind,
                probability=chance,
                position=len(self.stages) + 1,
                deal_pipeline_id=self.pipeline,
            )
        self.usd = self.add("currencies", currency_code="USD")
        self.me = self.add("users", display_name="สมชาย ใจดี", email="s@example.com")
        self.call = self.add("sales_activity_types", name="Phone call")
        #: Each kind has views of the vendor's, and the "all" one is not the first.
        self.views = {
            kind: [
                {"id": 10 * n + 1, "name": "ของฉัน", "is_default": True, "only_mine": True},
                {"id": 10 * n + 2, "name": "ทั้งหมด", "is_default": True},
                {"id": 10 * n + 3, "name": "All of mine", "is_default": False, "only_mine": True},
            ]
            for n, kind in enumerate(("deals", "contacts", "sales_accounts"), 1)
        }

    # --- What people do ---------------------------------------------------------------------

    def text(self, at=None):
        return (at or self.stamp()).isoformat(timespec="seconds").replace("+00:00", "Z")

    def add(self, kind, *, at=None, **parts):
        key = next(self.ids[kind])
        now = self.text(at)
        self.rows[kind][key] = {"id": key, "created_at": now, "updated_at": now, **parts}
        return key

    def deal(self, name, amount, *, stage="New", at=None, **parts):
        given = {
            "deal_stage_id": self.stages[stage],
            "deal_pipeline_id": self.pipeline,
            "currency_id": self.usd,
            "probability": 10,
            "expected_close": "2026-12-31",
            "closed_date": None,
            "stage_updated_time": self.text(at),
            "is_deleted": False,
            **parts,
        }
        return self.add("deals", at=at, name=name, amount=amount, **given)

    def change(self, kind, key, *, at=None, **parts):
        self.rows[kind][key] |= {**parts, "updated_at": self.text(at)}

    def move(self, key, stage, at=None):
        now = self.text(at)
        closed = now[:10] if stage in ("Won", "Lost") else None
        parts = {"stage_updated_time": now, "closed_date": closed}
        self.change("deals", key, at=at, deal_stage_id=self.stages[stage], **parts)

    def delete(self, kind, key):
        del self.rows[kind][key]

    # --- What the API answers ---------------------------------------------------------------

    def limited(self, request, seconds):
        headers = {"Retry-After": str(max(1, round(seconds)))} if self.retry_after else {}
        return RefusedError(429, {"message": "You have exceeded the limit"}, headers)

    def route(self, request: Request):
        if request.headers.get("authorization") != f"Token token={self.token}":
            raise RefusedError(401, {"login": "failed", "message": "Incorrect token."})
        if not request.path.startswith(BASE) or request.method != "GET":
            raise RefusedError(404, {"errors": {"code": 404, "message": "Not found"}})
        words = request.path.removeprefix(BASE).split("/")
        asked = {name: one[-1] for name, one in request.query.items()}
        if words[0] in self.forbidden:
            raise RefusedError(403, {"errors": {"code": 403, "message": ["Forbidden"]}})
        if words[0] == "selector":
            return self._selector(words[1])
        if len(words) == 2 and words[1] == "filters":
            return {"filters": self.views[words[0]]}
        if len(words) == 3 and words[1] == "view":
            return self._view(words[0], int(words[2]), asked)
        if words in (["sales_activities"], ["appointments"], ["tasks"]):
            return self._activities(words[0], asked)
        raise RefusedError(404, {"errors": {"code": 404, "message": "Not found"}})

    def _selector(self, name):
        kind = SELECTORS.get(name, name)
        rows = list(self.rows[kind].values())
        if name == "deal_pipelines":
            rows = [{**one, "deal_stages": self._stages_of(one["id"])} for one in rows]
        return {kind: rows}

    def _stages_of(self, pipeline):
        found = self.rows["deal_stages"].values()
        return [one for one in found if one["deal_pipeline_id"] == pipeline]

    def _page(self, kind, rows, asked):
        size = min(int(asked.get("per_page", 25)), self.largest, LARGEST)
        page = int(asked.get("page", 1))
        pages = -(-len(rows) // size)
        found = rows[(page - 1) * size : page * size]
        return found, {"total_pages": pages, "total": len(rows)}

    def _view(self, kind, view_id, asked):
        view = next((one for one in self.views[kind] if one["id"] == view_id), None)
        if view is None:
            raise RefusedError(404, {"errors": {"code": 404, "message": "Not found"}})
        rows = [one for one in self.rows[kind].values() if not one.get("is_deleted")]
        if view.get("only_mine"):
            rows = [one for one in rows if one.get("owner_id") == self.me]
        # Rows of one stamp stand in an order of their own.
        rows.sort(key=lambda one: (one.get(asked.get("sort", "id")), one["id"] % 7, one["id"]))
        if asked.get("sort_type", "desc") == "desc":
            rows.reverse()
        found, meta = self._page(kind, rows, asked)
        include = [one for one in asked.get("include", "").split(",") if one]
        hidden = {part for name, (_, part) in INCLUDED.items() if name not in include}
        answer: dict = {kind: [{n: v for n, v in one.items() if n not in hidden} for one in found]}
        for name in include:
            if name in INCLUDED:
                others, part = INCLUDED[name]
                wanted = {one.get(part) for one in found}
                answer[others] = [one for one in self.rows[others].values() if one["id"] in wanted]
        return {**answer, "meta": meta}

    def _activities(self, kind, asked):
        rows = list(self.rows[kind].values())
        wanted = asked.get("filter")
        if kind == "tasks" and wanted is None:
            raise RefusedError(400, {"errors": {"code": 400, "message": ["filter is missing"]}})
        if wanted == "completed":
            rows = [one for one in rows if one.get("status") == 1]
        if wanted == "past":
            rows = [one for one in rows if one["end_date"] <= self.text()]
        found, meta = self._page(kind, rows, asked)
        return {kind: found, "meta": meta}
