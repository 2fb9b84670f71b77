"""Freshsales Suite: streams over its API, with our own look at each sync as stage history.

https://developers.freshworks.com/crm/api: a token of a user, 1000 requests an hour, and lists
through views. They are read from the newest change back to the place: what changes meanwhile
moves to the front and pushes the rest to later pages, so nothing is passed over.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from goals.errors import SourceError
from goals.records.source import Stage
from goals.words import N_, Message
from integrations import auth
from integrations.crm.freshsales import fields
from integrations.rest import values
from integrations.rest.source import RestSource
from integrations.rest.stream import Asked, Batch
from integrations.terms import Terms
from integrations.vendor import Limit, Vendor

LARGEST = 100
API = "/crm/sales/api"
#: The hour's window is not told: a run that used it up looks again after this long.
PAUSE = timedelta(minutes=10)


def _limit(status: int, headers: Mapping[str, str], body: bytes, now: datetime) -> Limit | None:
    return None if "retry-after" in headers else Limit(until=now + PAUSE)


VENDOR = Vendor(
    "Freshsales",
    sign=lambda token: {"Authorization": f"Token token={token}"},
    limit_of=_limit,
    hosts=re.compile(r"([\w-]+\.)+(my)?freshworks\.com", re.ASCII),
)


class Calls(RestSource):
    """What is asked of an account of Freshsales Suite, and how; its lists are beside it."""

    vendor = VENDOR

    def __init__(self, terms: Terms) -> None:
        """Take a connection's terms; raises SourceError for the address of the old Freshsales."""
        super().__init__(terms)
        self.address()

    def address(self) -> str:
        """Return where all paths begin, however much of the bundle alias was copied."""
        given = super().address()
        host = urlsplit(given).hostname or ""
        if host.endswith("freshsales.io"):
            raise SourceError(
                "setting_wrong",
                Message(N_("%(host)s is the address of the old Freshsales."), {"host": host}),
                fix=Message(N_("Use the bundle alias under Profile Settings, API Settings.")),
                permanent=True,
            )
        return given.removesuffix("/api").removesuffix("/crm/sales") + API

    def token(self) -> Callable[[bool], str | None]:
        """Return the key, which is good until somebody makes another."""
        return auth.fixed(self.terms.secrets["token"])

    def all_stages(self) -> Sequence[Stage]:
        """Ask for the stages of all pipelines."""
        return list(fields.stages(self.selector("deal_pipelines", "deal_pipelines")))

    @cached_property
    def activity_types(self) -> dict[str, str]:
        """Return the names of the kinds of activity by their ids."""
        found = self.selector("sales_activity_types", "sales_activity_types")
        return {str(one.get("id")): str(one.get("name")) for one in found}

    # --- Asking -----------------------------------------------------------------------------

    def asked(
        self, path: str, kind: str, params: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Return an answer that has a list of a kind."""
        found = self.client.get(path, dict[str, Any], params)
        if isinstance(found.get(kind), list):
            return found
        raise SourceError(
            "not_understood",
            Message(
                N_("%(vendor)s sent an answer that is broken or has changed its form."),
                {"vendor": self.vendor.name},
            ),
            permanent=True,
        )

    def selector(self, name: str, kind: str) -> list[dict[str, Any]]:
        """Return a list of choices."""
        found: list[dict[str, Any]] = self.asked(f"/selector/{name}", kind)[kind]
        return found

    def page(self, path: str, kind: str, params: Mapping[str, str], asked: Asked) -> Batch:
        """Return a page by its number.

        Where rows went since the page before, those behind them moved up: as many pages as that
        may be are asked for again, so that none is passed over.
        """
        number, _, before = (asked.after or "1:").partition(":")
        size = str(asked.limit or LARGEST)
        while True:
            found = self.asked(path, kind, {**params, "page": number, "per_page": size})
            meta = found.get("meta") or {}
            total = values.number(meta.get("total"))
            if not before or total is None or total >= int(before) or number == "1":
                break
            back = -(-(int(before) - int(total)) // LARGEST)
            number, before = str(max(1, int(number) - back)), str(int(total))
        items = fields.with_names(found, kind)
        pages = values.number(meta.get("total_pages"))
        goes_on = int(number) < pages if pages is not None else len(items) == LARGEST
        if asked.limit is not None or not items or not goes_on:
            return Batch(items, None)
        known = "" if total is None else str(int(total))
        return Batch(items, f"{int(number) + 1}:{known}", None if total is None else int(total))

    def view(self, kind: str) -> str:
        """Return the view that lists all rows.

        Names are in the account's language and anybody may change them, and every view of the
        vendor's calls itself default: that of all rows is the one with the most of them.
        """
        found = self._views.get(kind)
        if found is None:
            views = self.asked(f"/{kind}/filters", "filters")["filters"]
            own = [one for one in views if one.get("is_default")] or views
            sizes = [(self._size(kind, one), -place) for place, one in enumerate(own)]
            if not sizes:
                raise SourceError(
                    "forbidden",
                    Message(
                        N_("The token may not read all that is needed from %(vendor)s."),
                        {"vendor": self.vendor.name},
                    ),
                    permanent=True,
                )
            found = str(own[-max(sizes)[1]]["id"])
            self._views[kind] = found
        return found

    def _size(self, kind: str, view: Mapping[str, Any]) -> float:
        path = f"/{kind}/view/{view['id']}"
        meta = self.asked(path, kind, {"page": "1", "per_page": "1"}).get("meta") or {}
        return values.number(meta.get("total")) or 0.0

    @cached_property
    def _views(self) -> dict[str, str]:
        return {}
