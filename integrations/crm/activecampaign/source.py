"""ActiveCampaign: streams over API v3, with a deal's activities as its stage history.

Its reference, https://developers.activecampaign.com/reference: five requests a second for each
account, 429 with Retry-After, at most 100 rows a page. It names no deletes, which a listing of
everything finds, and filters changes by whole days alone.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from goals.errors import SourceError
from goals.records.source import Entry, Stage
from goals.words import N_, Message
from integrations import auth
from integrations.crm.activecampaign import fields
from integrations.crm.activecampaign.fields import told
from integrations.rest import deals, values
from integrations.rest.fields import Item
from integrations.rest.source import RestSource
from integrations.rest.stream import Asked, Batch, Row, Stream
from integrations.vendor import Rate, Vendor

LARGEST = 100
API = "/api/3"
VENDOR = Vendor(
    "ActiveCampaign",
    sign=lambda token: {"Api-Token": token},
    rate=Rate(5, 1.0),
)


def listed(kind: str, params: Mapping[str, str] | None = None) -> Callable[..., Batch]:
    """Return what asks for a page of a list by its offset."""

    def ask(source: "Source", asked: Asked) -> Batch:
        return source.page(kind, dict(params or {}), asked)

    return ask


def changed_deals(source: "Source", asked: Asked) -> Batch:
    """Ask for a page of deals in the order in which they were made, which never changes."""
    params = {"orders[cdate]": "ASC", **_after(asked.since)}
    batch = source.page("deals", params, asked)
    return batch._replace(items=_since(batch.items, "mdate", asked.since))


def changed_contacts(source: "Source", asked: Asked) -> Batch:
    """Ask for the contacts after an id, of which offsets grow slow."""
    limit = str(asked.limit or LARGEST)
    params = {"orders[id]": "ASC", "id_greater": asked.after or "0", "limit": limit}
    items, left = source.asked("contacts", {**params, **_after(asked.since)})
    goes_on = len(items) < left if left is not None else len(items) == LARGEST
    after = values.text(items[-1].get("id")) if items and goes_on else None
    return Batch(_since(items, "udate", asked.since), after)


def _after(since: datetime | None) -> dict[str, str]:
    # Days are those of the account's zone, which may be one behind ours.
    if since is None:
        return {}
    return {"filters[updated_after]": (since - timedelta(days=1)).date().isoformat()}


def _since(items: Sequence[Item], stamp: str, since: datetime | None) -> Sequence[Item]:
    """Leave out what did not change since an instant; what does not say is kept."""
    if since is None:
        return items
    stamps = [_stamp(one, stamp) for one in items]
    return [one for one, at in zip(items, stamps, strict=True) if at is None or at >= since]


def _stamp(item: Item, name: str) -> datetime | None:
    found = told(item.get(name))
    try:
        return None if found is None else values.instant(found)
    except ValueError:
        return None


def with_activities(source: "Source", items: Sequence[Item]) -> Sequence[Item]:
    """Ask what was done with each deal: only that tells when it moved and when it was closed."""
    return [{**one, "done": source.activities(values.text(one.get("id")))} for one in items]


def owner(source: "Source", row: Row, item: Item) -> Row:
    """Give a user a name."""
    return {**row, "name": fields.full_name(item)}


def contact(source: "Source", row: Row, item: Item) -> Row:
    """Give a contact a name and the first account it belongs to."""
    account = source.accounts_of.get(row["external_id"])
    return {**row, "name": fields.full_name(item), "account": account}


def deal(source: "Source", row: Row, item: Item) -> Row:
    """Say how a deal stands, and since when it is closed."""
    status = fields.status_of(item)
    row["account"] = row["account"] or fields.key(item.get("customerAccount"), source.zone)
    deals.place(row, source.stages.get(row["stage"] or ""))
    # The last activity that closed it; without one, its last change.
    closings = [one.at for one in fields.changes(item["done"]) if one.status == status]
    closed = closings[-1] if closings else _stamp(item, "mdate")
    day = None if closed is None else closed.astimezone(source.zone).date()
    if status != "open":
        row["closed_at"] = closed
    return deals.settle({"closed_at": None, **row}, status, day, None)


def histories(source: "Source", items: Sequence[Item]) -> Mapping[str, Sequence[Entry]]:
    """Return the stages that deals went through."""
    return {
        str(one["id"]): deals.history(
            source.stages,
            source.zone,
            created=_stamp(one, "cdate"),
            stage=told(one.get("stage")),
            status=fields.status_of(one),
            changed=_stamp(one, "mdate"),
            changes=fields.changes(one["done"]),
        )
        for one in items
    }


def task(source: "Source", row: Row, item: Item) -> Row:
    """Say for whom a task was done, of which kind it was and what came of it."""
    whose = {"deal": "deal", "subscriber": "contact"}.get(str(item.get("reltype")).lower())
    if whose is not None:
        row[whose] = told(item.get("relid"))
    kind = source.titles("dealTasktypes").get(str(item.get("dealTasktype")))
    row["owner"] = row["owner"] or told(item.get("user"))
    outcome = source.titles("taskOutcomes").get(str(item.get("outcomeId")))
    return {**row, "kind": kind or "task", "outcome": outcome}


def undone(item: Item) -> bool:
    """Tell whether a task is still to be done: it is no activity yet."""
    return str(item.get("status")) != "1"


def removed(item: Item) -> bool:
    """Tell whether a contact was deleted."""
    return str(item.get("deleted")) == "1"


class Source(RestSource):
    """An account of ActiveCampaign."""

    vendor = VENDOR
    me = f"{API}/users/me"
    table = (
        Stream("stages", "stage", listed("dealStages"), {}),
        Stream("users", "owner", listed("users"), fields.OWNER, finish=owner),
        Stream("accounts", "account", listed("accounts"), fields.ACCOUNT),
        Stream(
            "contacts",
            "contact",
            changed_contacts,
            fields.CONTACT,
            stamp="udate",
            finish=contact,
            gone=removed,
        ),
        Stream(
            "deals",
            "deal",
            changed_deals,
            fields.DEAL,
            stamp="mdate",
            finish=deal,
            more=with_activities,
            histories=histories,
        ),
        Stream(
            "tasks",
            "activity",
            listed("dealTasks"),
            fields.TASK,
            finish=task,
            gone=undone,
            needed=False,
        ),
        Stream(
            "campaigns",
            "campaign",
            listed("campaigns", {"orders[sdate]": "ASC"}),
            fields.CAMPAIGN,
            needed=False,
        ),
    )

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
