"""What Odoo lists, and what becomes of its objects."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from integrations.crm.odoo import fields, tracking
from integrations.crm.odoo.calls import Calls
from integrations.rest import deals, values
from integrations.rest.fields import Item, Take, customs, day
from integrations.rest.stream import Asked, Batch, Row, Stream

Domain = list[Any]
#: The streams whose objects have fields of an account's own worth reading.
OWN = ("accounts", "contacts", "deals", "leads")


def listed(stream: str, model: str, domain: Domain) -> Callable[..., Batch]:
    """Return what asks for a page of a model's rows after an id."""

    def ask(source: Calls, asked: Asked) -> Batch:
        where = [*domain]
        if asked.since is not None:
            where.append(["write_date", ">=", _text(asked.since)])
        limit = asked.limit or source.page_size
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

    def asking(source: Calls, asked: Asked) -> Batch:
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

    def asking(source: Calls, asked: Asked) -> Batch:
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


def own(source: Calls, item: Item) -> Mapping[str, Any]:
    """Return the fields of an object that somebody made in this database."""
    return customs({name: one for name, one in item.items() if name.startswith("x_")})


def account(source: Calls, row: Row, item: Item) -> Row:
    """Leave out the parent of a person: only companies belong to companies here."""
    return row if item.get("is_company") else {**row, "parent": None}


def deal(source: Calls, row: Row, item: Item) -> Row:
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


def lead(source: Calls, row: Row, item: Item) -> Row:
    """Say what became of a lead: Odoo turns it into an opportunity of the same number."""
    became = item.get("type") == "opportunity"
    if became or item.get("active"):
        row["disqualified_on"] = None
    name = row["name"] or values.text(item.get("name"))
    return {**row, "name": name, "converted_deal": row["external_id"] if became else None}


def activity(kind: str) -> Callable[[Calls, Row, Item], Row]:
    """Return what says for what an activity was done; `kind` is what it is where none is told."""

    def finish(source: Calls, row: Row, item: Item) -> Row:
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


#: What is listed, in the order in which it is pulled.
TABLE = (
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
