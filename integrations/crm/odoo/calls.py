"""Odoo 19 and later: streams over its JSON-2 API.

https://www.odoo.com/documentation/19.0/developer/reference/external_api.html: a POST for each
call of a model's method, a key as bearer, and the database in a header. Pages follow the ids,
not the stamps: `write_date` is kept in microseconds but told in seconds, so a place between
two stamps cannot be named, while an id never changes. What changes while pages are read has a
newer stamp than the place from which the next run asks.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, TypeVar

import msgspec

from goals.errors import SourceError
from goals.records.source import Stage
from goals.words import N_, Message
from integrations import auth
from integrations.crm.odoo import fields
from integrations.rest import values
from integrations.rest.fields import Item
from integrations.rest.source import RestSource
from integrations.vendor import Vendor

VENDOR = Vendor(
    "Odoo",
    sign=lambda token: {"Authorization": f"bearer {token}"},
    # Only methods that read are called.
    idempotent=("/json/2/",),
)
Domain = list[Any]

T = TypeVar("T")


class _Kind(msgspec.Struct):
    type: str


class Calls(RestSource):
    """What is asked of a database of Odoo, and how; its lists are beside it."""

    vendor = VENDOR
    #: Rows of a page; Odoo itself knows no most.
    page_size = 200

    def token(self) -> Callable[[bool], str | None]:
        """Return the key, which is good until its day of expiry."""
        return auth.fixed(self.terms.secrets["api_key"])

    def all_stages(self) -> Sequence[Stage]:
        """Ask for the stages, which are those of every team and of deals without one."""
        teams = [str(one["name"]) for one in self.all("crm.team", [], ["name"])]
        order = self.all("crm.stage", [], ["name", "sequence", "is_won"])
        order.sort(key=lambda one: (one.get("sequence") or 0, one["id"]))
        return [
            Stage(
                team,
                str(one["name"]),
                str(one["id"]),
                position,
                "won" if one.get("is_won") else "open",
            )
            for team in ("", *teams)
            for position, one in enumerate(order)
        ]

    def is_won(self, stage: str | None) -> bool:
        """Tell whether deals in a stage are won."""
        found = self.stages.get(stage or "")
        return found is not None and found.status == "won"

    def status_of(self, item: Item) -> str:
        """Return what a deal's stage, certainty and archive mean."""
        chance = values.number(item.get("probability")) or 0.0
        if self.is_won(fields.key(item, "stage_id")) or chance >= 100:
            return "won"
        return "open" if item.get("active") else "lost"

    @cached_property
    def tells_histories(self) -> bool:
        """Tell whether the key may read what was tracked; else each sync notes where deals are."""
        try:
            self.find("mail.tracking.value", [], ["id"], limit=1)
        except SourceError as error:
            if error.code == "forbidden":
                return False
            raise
        return True

    # --- Asking -----------------------------------------------------------------------------

    def find(
        self,
        model: str,
        domain: Domain,
        names: Sequence[str],
        *,
        after: int = 0,
        limit: int | None = None,
    ) -> list[Item]:
        """Return the rows of a model after an id, archived ones as well."""
        body = {
            "domain": [*domain, ["id", ">", after]],
            "fields": list(names),
            "order": "id",
            "limit": limit or self.page_size,
            "context": {"active_test": False},
        }
        rows = self._call(model, "search_read", body, list[dict[str, Any]])
        return [fields.plain(one) for one in rows]

    def own(self, model: str) -> list[str]:
        """Return the names of a model's fields that were made in this database, asked for once."""
        if model not in self._own:
            found = self._call(model, "fields_get", {"attributes": ["type"]}, dict[str, _Kind])
            own = [name for name, one in found.items() if name.startswith("x_")]
            self._own[model] = sorted(name for name in own if found[name].type in fields.SIMPLE)
        return self._own[model]

    @cached_property
    def _own(self) -> dict[str, list[str]]:
        return {}

    def _call(self, model: str, method: str, body: object, shape: type[T]) -> T:
        headers = {"X-Odoo-Database": str(self.terms.settings["database"])}
        try:
            return self.client.post(f"/json/2/{model}/{method}", body, shape, headers)
        except SourceError as error:
            if error.code != "refused_404":
                raise
            fix = Message(N_("Check the name of the database, and that CRM is installed in it."))
            raise SourceError(error.code, error.message, fix=fix, permanent=True) from error

    def all(self, model: str, domain: Domain, names: Sequence[str]) -> list[Item]:
        """Return all rows of a model in a domain."""
        found: list[Item] = []
        while True:
            after = int(found[-1]["id"]) if found else 0
            rows = self.find(model, domain, names, after=after)
            if rows and int(rows[0]["id"]) <= after:
                raise self.loop()
            found += rows
            if len(rows) < self.page_size:
                return found

    def ids(self, model: str, keys: set[str | None], name: str) -> dict[str, Item]:
        """Return the rows of some ids by them, with one of their fields."""
        if not keys:
            return {}
        domain = [["id", "in", sorted(int(str(one)) for one in keys)]]
        return {str(one["id"]): one for one in self.all(model, domain, [name])}
