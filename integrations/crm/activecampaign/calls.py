"""ActiveCampaign: streams over API v3, with a deal's activities as its stage history.

Its reference, https://developers.activecampaign.com/reference: five requests a second for each
account, 429 with Retry-After, at most 100 rows a page. It names no deletes, which a listing of
everything finds, and filters changes by whole days alone.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from goals.errors import SourceError
from goals.records.source import Stage
from goals.words import N_, Message
from integrations import auth
from integrations.crm.activecampaign.fields import told
from integrations.rest import values
from integrations.rest.fields import Item
from integrations.rest.source import RestSource
from integrations.rest.stream import Asked, Batch
from integrations.vendor import Rate, Vendor

#: Rows of a page.
LARGEST = 100
API = "/api/3"
VENDOR = Vendor(
    "ActiveCampaign",
    sign=lambda token: {"Api-Token": token},
    rate=Rate(5, 1.0),
    hosts=re.compile(r"([\w-]+\.)+(api-[a-z]{2}\d+|activehosted|activecampaign)\.com", re.ASCII),
)


class Calls(RestSource):
    """What is asked of an account of ActiveCampaign, and how; its lists are beside it."""

    vendor = VENDOR
    me = f"{API}/users/me"

    def address(self) -> str:
        """Return the account's address, whether or not the API's path was copied with it."""
        return super().address().removesuffix(API)

    def token(self) -> Callable[[bool], str | None]:
        """Return the key, which is good until somebody makes another."""
        return auth.fixed(self.terms.secrets["token"])

    def all_stages(self) -> Sequence[Stage]:
        """Ask for the stages of all pipelines; a deal's end is told beside its stage."""
        pipelines = self.titles("dealGroups")
        found = [
            Stage(
                pipelines.get(str(one.get("group")), str(one.get("group"))),
                str(one.get("title")),
                str(one.get("id")),
                int(str(one.get("order") or 0)),
                "open",
            )
            for one in self.all("dealStages")
        ]
        return sorted(found, key=lambda one: (one.pipeline, one.position))

    # --- Asking -----------------------------------------------------------------------------

    def asked(self, kind: str, params: Mapping[str, str]) -> tuple[Sequence[Item], int | None]:
        """Return the rows of a page and how many there are in all.

        An error may come with status 200: then the list is not there.
        """
        found = self.client.get(f"{API}/{kind}", dict[str, Any], params)
        rows = found.get(kind)
        if not isinstance(rows, list):
            raise SourceError(
                "refused_200",
                Message(N_("%(vendor)s refused a request."), {"vendor": self.vendor.name}),
                permanent=True,
            )
        total = values.number((found.get("meta") or {}).get("total"))
        return rows, None if total is None else int(total)

    def page(self, kind: str, params: dict[str, str], asked: Asked) -> Batch:
        """Return a page by its offset.

        Where rows went since the page before, those behind them moved up: the page begins as
        much earlier, so that none is passed over.
        """
        if asked.limit is not None:
            items, total = self.asked(kind, {**params, "limit": str(asked.limit)})
            return Batch(items, None, total)
        begins, _, before = (asked.after or "0:").partition(":")
        offset = int(begins)
        while True:
            params = {**params, "limit": str(LARGEST), "offset": str(offset)}
            items, total = self.asked(kind, params)
            gone = int(before) - total if before and total is not None else 0
            if gone <= 0 or offset == 0:
                break
            offset, before = max(0, offset - gone), str(total)
        following = offset + len(items)
        if not items or (total is not None and following >= total):
            return Batch(items, None, total)
        if total is None and len(items) < LARGEST:
            return Batch(items, None)
        return Batch(items, f"{following}:{'' if total is None else total}", total)

    def all(self, kind: str, params: Mapping[str, str] | None = None) -> list[Item]:
        """Return all rows of a list that is not long."""
        found: list[Item] = []
        after: str | None = None
        while True:
            batch = self.page(kind, dict(params or {}), Asked(after=after))
            found += batch.items
            after = batch.after
            if after is None:
                return found

    def activities(self, deal_id: str | None) -> list[Item]:
        """Return what was done with a deal; nothing where the deal is gone by now."""
        try:
            return self.all("dealActivities", {"deal": str(deal_id), "exclude": "1"})
        except SourceError as error:
            if error.code == "refused_404":
                return []
            raise

    def titles(self, kind: str) -> dict[str, str]:
        """Return the titles of a short list by their ids, asked for once."""
        found = self._titles.get(kind)
        if found is None:
            found = {str(one.get("id")): str(one.get("title")) for one in self.all(kind)}
            self._titles[kind] = found
        return found

    @cached_property
    def _titles(self) -> dict[str, dict[str, str]]:
        return {}

    @cached_property
    def accounts_of(self) -> dict[str, str]:
        """Return to which account each contact belongs; of several the first."""
        found: dict[str, str] = {}
        for one in self.all("accountContacts"):
            contact_id, account = told(one.get("contact")), told(one.get("account"))
            if contact_id is not None and account is not None:
                found.setdefault(contact_id, account)
        return found
