"""What Freshsales lists, and what becomes of its objects."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from goals.records.source import Entry
from integrations.crm.freshsales import fields
from integrations.crm.freshsales.calls import Calls
from integrations.rest import deals, values
from integrations.rest.fields import Item, Take, customs
from integrations.rest.stream import Asked, Batch, Row, Stream

WEEK, DAY = timedelta(days=7), timedelta(days=1)


def viewed(kind: str, include: str) -> Callable[..., Batch]:
    """Return what asks for a page of the view of all rows, the last changed first."""

    def ask(source: Calls, asked: Asked) -> Batch:
        path = f"/{kind}/view/{source.view(kind)}"
        params = {"sort": "updated_at", "sort_type": "desc", "include": include}
        batch = source.page(path, kind, params, asked)
        if asked.since is None:
            return batch
        stamps = [fields.at(one, "updated_at") for one in batch.items]
        new = [
            one
            for one, at in zip(batch.items, stamps, strict=True)
            if at is None or at >= asked.since
        ]
        over = len(new) < len(batch.items)
        return Batch(new, None if over else batch.after)

    return ask


def listed(kind: str, params: Mapping[str, str] | None = None) -> Callable[..., Batch]:
    """Return what asks for a page of a list without a view."""

    def ask(source: Calls, asked: Asked) -> Batch:
        return source.page(f"/{kind}", kind, dict(params or {}), asked)

    return ask


def chosen(name: str, kind: str) -> Callable[..., Batch]:
    """Return what asks for a list of choices, which comes as a whole."""

    def ask(source: Calls, asked: Asked) -> Batch:
        return Batch(source.selector(name, kind))

    return ask


def contact(source: Calls, row: Row, item: Item) -> Row:
    """Give a contact a name, and the first of its accounts."""
    accounts = item.get("sales_accounts")
    if row["account"] is None and isinstance(accounts, list) and accounts:
        row["account"] = values.text(accounts[0].get("id"))
    names = (values.text(item.get(one)) for one in ("first_name", "last_name"))
    return {**row, "name": row["name"] or " ".join(filter(None, names)) or None}


def lifecycle(source: Calls, item: Item) -> Mapping[str, Any]:
    """Return how far a contact is, which Freshsales tells, but not since when."""
    far = {name: item["beside"].get(name) for name in ("lifecycle", "status")}
    return {**own(source, item), **far}


def own(source: Calls, item: Item) -> Mapping[str, Any]:
    """Return the account's own fields of an object."""
    return customs(item.get("custom_field") or {})


def deal(source: Calls, row: Row, item: Item) -> Row:
    """Say how a deal stands, by its stage."""
    stage = source.stages.get(row["stage"] or "")
    row["pipeline"] = None
    deals.place(row, stage)
    status = (stage.status if stage is not None else None) or "open"
    closed = row["closed_on"]
    moved = fields.at(item, "stage_updated_time")
    if closed is None and moved is not None:
        closed = moved.astimezone(source.zone).date()
    return deals.settle(row, status, closed, row["expected_close_on"])


def stands(source: Calls, row: Row, item: Item) -> Entry | None:
    """Return where a deal stands and since when: Freshsales tells of the last move alone."""
    since = fields.at(item, "stage_updated_time") or fields.at(item, "created_at")
    if row["stage"] is None or since is None:
        return None
    return Entry(row["stage"], since.astimezone(source.zone).date(), since, row["status"])


def deleted(item: Item) -> bool:
    """Tell whether a row is in the recycle bin."""
    return item.get("is_deleted") is True


def activity(kind: str) -> Callable[[Calls, Row, Item], Row | None]:
    """Return what says for what an activity was done; `kind` is what it is where none is told."""

    def finish(source: Calls, row: Row, item: Item) -> Row | None:
        told = values.text(item.get("sales_activity_type_id"))
        row["kind"] = (source.activity_types.get(told) if told else None) or kind
        # A task that is done tells when, where the account's version tells it.
        row["at"] = fields.at(item, "completed_date") or row["at"] or fields.at(item, "created_at")
        whose = fields.target(item)
        if whose is not None:
            row[whose[0]] = whose[1]
        return row

    return finish


def _done(name: str, takes: Mapping[str, Take], kind: str, params: Mapping[str, str]) -> Stream:
    return Stream(
        name,
        "activity",
        listed(name, params),
        takes,
        finish=activity(kind),
        prefix=f"{kind}-",
        # Without stamps all is listed, which an hour's requests allow only now and then.
        every=DAY,
        needed=False,
    )


#: What is listed, in the order in which it is pulled.
TABLE = (
    Stream("stages", "stage", chosen("deal_pipelines", "deal_pipelines"), {}),
    Stream("owners", "owner", chosen("owners", "users"), fields.OWNER),
    Stream(
        "accounts",
        "account",
        viewed("sales_accounts", "owner,industry_type"),
        fields.ACCOUNT,
        stamp="updated_at",
        custom=own,
        gone=deleted,
        sweep=WEEK,
    ),
    Stream(
        "contacts",
        "contact",
        viewed("contacts", "owner,sales_accounts,contact_status,lifecycle_stage"),
        fields.CONTACT,
        stamp="updated_at",
        finish=contact,
        custom=lifecycle,
        gone=deleted,
        sweep=WEEK,
    ),
    Stream(
        "deals",
        "deal",
        viewed("deals", "owner,sales_account,deal_reason,campaign,currency,source"),
        fields.DEAL,
        stamp="updated_at",
        finish=deal,
        custom=own,
        gone=deleted,
        stands=stands,
    ),
    Stream("campaigns", "campaign", chosen("campaigns", "campaigns"), fields.CAMPAIGN),
    _done("sales_activities", fields.ACTIVITY, "activity", {"include": "targetable,owner"}),
    _done("appointments", fields.APPOINTMENT, "appointment", {"filter": "past"}),
    _done("tasks", fields.TASK, "task", {"filter": "completed"}),
)
