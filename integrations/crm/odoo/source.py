"""Odoo 19 and later: streams over its JSON-2 API.

https://www.odoo.com/documentation/19.0/developer/reference/external_api.html: a POST for each
call of a model's method, a key as bearer, and the database in a header. Pages follow the ids,
not the stamps: `write_date` is kept in microseconds but told in seconds, so a place between
two stamps cannot be named, while an id never changes. What changes while pages are read has a
newer stamp than the place from which the next run asks.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, TypeVar

import msgspec

from goals.errors import SourceError
from goals.records.source import Stage
from goals.words import N_, Message
from integrations import auth
from integrations.crm.odoo import fields, tracking
from integrations.rest import deals, values
from integrations.rest.fields import Item, Take, customs, day
from integrations.rest.source import RestSource
from integrations.rest.stream import Asked, Batch, Row, Stream
from integrations.vendor import Vendor

#: Rows of a page; Odoo itself knows no most.
PAGE = 200
VENDOR = Vendor(
    "Odoo",
    sign=lambda token: {"Authorization": f"bearer {token}"},
    # Only methods that read are called.
    idempotent=("/json/2/",),
)
Domain = list[Any]
#: The streams whose objects have fields of an account's own worth reading.
OWN = ("accounts", "contacts", "deals", "leads")


T = TypeVar("T")


class _Kind(msgspec.Struct):
    type: str


def listed(stream: str, model: str, domain: Domain) -> Callable[..., Batch]:
    """Return what asks for a page of a model's rows after an id."""

    def ask(source: "Source", asked: Asked) -> Batch:
        where = [*domain]
        if asked.since is not None:
            where.append(["write_date", ">=", _text(asked.since)])
        limit = asked.limit or PAGE
        after = int(asked.after or 0)
        names = fields.asked(stream, source.chosen(stream))
        names += source.own(model) if stream in OWN else []
        items = source.find(model, where, names, after=after, limit=limit)
        return Batch(items, str(items[-1]["id"]) if len(items) == limit else None)

    return ask


def _text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def with_accounts(ask: Callable[..., Batch]) -> Callable[..., Batch]:
    """Return what also asks for whom each deal's customer, who may be a person, stands."""

    def asking(source: "Source", asked: Asked) -> Batch:
        batch: Batch = ask(source, asked)
        customers = {fields.key(one, "partner_id") for one in batch.items} - {None}
        found = source.ids("res.partner", customers, "commercial_partner_id")
        account = {key: fields.key(one, "commercial_partner_id") for key, one in found.items()}
        return batch._replace(
            items=[
                {**one, "account": account.get(fields.key(one, "partner_id") or "")}
                for one in batch.items
            ]
        )

    return asking


def with_types(ask: Callable[..., Batch], name: str) -> Callable[..., Batch]:
    """Return what also asks whether each activity is for a lead or for an opportunity."""

    def asking(source: "Source", asked: Asked) -> Batch:
        batch: Batch = ask(source, asked)
        of = [fields.key(one, name) or values.text(one.get(name)) for one in batch.items]
        found = source.ids("crm.lead", set(of) - {None}, "type")
        types = {key: str(one.get("type")) for key, one in found.items()}
        return batch._replace(
            items=[
                {**one, "of": key, "of_type": types.get(key or "")}
                for one, key in zip(batch.items, of, strict=True)
            ]
        )

    return asking


def own(source: "Source", item: Item) -> Mapping[str, Any]:
    """Return the fields of an object that somebody made in this database."""
    return customs({name: one for name, one in item.items() if name.startswith("x_")})


def account(source: "Source", row: Row, item: Item) -> Row:
    """Leave out the parent of a person: only companies belong to companies here."""
    return row if item.get("is_company") else {**row, "parent": None}


def deal(source: "Source", row: Row, item: Item) -> Row:
    """Say how a deal stands."""
    status = source.status_of(item)
    closed = row["closed_on"]
    if status != "open" and closed is None:
        # Imported as closed: the day is that of its last stage.
        closed = day(_text(_last(item)), source.zone)
    if status == "open":
        row["closed_at"] = None
    return deals.settle(row, status, closed, row["expected_close_on"])


def _last(item: Item) -> datetime:
    found = fields.at(item, "date_last_stage_update") or fields.at(item, "write_date")
    if found is None:
        raise ValueError(item.get("id"))
    return found


def lead(source: "Source", row: Row, item: Item) -> Row:
    """Say what became of a lead: Odoo turns it into an opportunity of the same number."""
    became = item.get("type") == "opportunity"
    if became or item.get("active"):
        row["disqualified_on"] = None
    name = row["name"] or values.text(item.get("name"))
    return {**row, "name": name, "converted_deal": row["external_id"] if became else None}


def activity(kind: str) -> Callable[["Source", Row, Item], Row]:
    """Return what says for what an activity was done; `kind` is what it is where none is told."""

    def finish(source: "Source", row: Row, item: Item) -> Row:
        if item["of_type"] in ("lead", "opportunity"):
            row["deal" if item["of_type"] == "opportunity" else "lead"] = item["of"]
        return {**row, "kind": row.get("kind") or kind}

    return finish


def archived(item: Item) -> bool:
    """Tell whether a meeting was called off."""
    return item.get("active") is False


def _kept(
    name: str,
    record: str,
    model: str,
    takes: Mapping[str, Take],
    domain: Domain,
    around: Callable[..., Callable[..., Batch]] = lambda ask: ask,
    **more: Any,
) -> Stream:
    ask = around(listed(name, model, domain))
    if name in OWN:
        more["custom"] = own
    return Stream(name, record, ask, takes, stamp="write_date", **more)


#: People and companies outside the own company.
OUTSIDE = ["partner_share", "=", True]


class Source(RestSource):
    """A database of Odoo."""

    vendor = VENDOR
    table = (
        Stream("stages", "stage", listed("stages", "crm.stage", []), {}),
        _kept("users", "owner", "res.users", fields.USER, [["share", "=", False]]),
        _kept(
            "accounts",
            "account",
            "res.partner",
            fields.ACCOUNT,
            [OUTSIDE, "|", ["is_company", "=", True], ["parent_id", "=", False]],
            finish=account,
        ),
        _kept(
            "contacts",
            "contact",
            "res.partner",
            fields.CONTACT,
            [OUTSIDE, ["is_company", "=", False]],
        ),
        _kept("campaigns", "campaign", "utm.campaign", fields.CAMPAIGN, [], needed=False),
        _kept(
            "deals",
            "deal",
            "crm.lead",
            fields.DEAL,
            [["type", "=", "opportunity"]],
            with_accounts,
            finish=deal,
            histories=tracking.histories,
            stands=tracking.stands,
        ),
        _kept(
            "leads",
            "lead",
            "crm.lead",
            fields.LEAD,
            ["|", ["type", "=", "lead"], ["date_conversion", "!=", False]],
            finish=lead,
        ),
        _kept(
            "activities",
            "activity",
            "mail.activity",
            fields.ACTIVITY,
            [["res_model", "=", "crm.lead"], ["active", "=", False], ["date_done", "!=", False]],
            lambda ask: with_types(ask, "res_id"),
            finish=activity("activity"),
            prefix="activity-",
            needed=False,
        ),
        _kept(
            "meetings",
            "activity",
            "calendar.event",
            fields.MEETING,
            [["opportunity_id", "!=", False]],
            lambda ask: with_types(ask, "opportunity_id"),
            finish=activity("meeting"),
            gone=archived,
            prefix="meeting-",
            needed=False,
        ),
    )

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
        return tracking.is_told(self)

    # --- Asking -----------------------------------------------------------------------------

    def find(
        self,
        model: str,
        domain: Domain,
        names: Sequence[str],
        *,
        after: int = 0,
        limit: int = PAGE,
    ) -> list[Item]:
        """Return the rows of a model after an id, archived ones as well."""
        body = {
            "domain": [*domain, ["id", ">", after]],
            "fields": list(names),
            "order": "id",
            "limit": limit,
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
            if len(rows) < PAGE:
                return found

    def ids(self, model: str, keys: set[str | None], name: str) -> dict[str, Item]:
        """Return the rows of some ids by them, with one of their fields."""
        if not keys:
            return {}
        domain = [["id", "in", sorted(int(str(one)) for one in keys)]]
        return {str(one["id"]): one for one in self.all(model, domain, [name])}
