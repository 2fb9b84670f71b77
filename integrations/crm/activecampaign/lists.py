"""What ActiveCampaign lists, and what becomes of its objects."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from goals.records.source import Entry
from integrations.crm.activecampaign import fields
from integrations.crm.activecampaign.calls import LARGEST, Calls
from integrations.crm.activecampaign.fields import told
from integrations.rest import deals, values
from integrations.rest.fields import Item
from integrations.rest.stream import Asked, Batch, Row, Stream


def listed(kind: str, params: Mapping[str, str] | None = None) -> Callable[..., Batch]:
    """Return what asks for a page of a list by its offset."""

    def ask(source: Calls, asked: Asked) -> Batch:
        return source.page(kind, dict(params or {}), asked)

    return ask


def changed_deals(source: Calls, asked: Asked) -> Batch:
    """Ask for a page of deals in the order in which they were made, which never changes."""
    params = {"orders[cdate]": "ASC", **_after(asked.since)}
    batch = source.page("deals", params, asked)
    return batch._replace(items=_since(batch.items, "mdate", asked.since))


def changed_contacts(source: Calls, asked: Asked) -> Batch:
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


def with_activities(source: Calls, items: Sequence[Item]) -> Sequence[Item]:
    """Ask what was done with each deal: only that tells when it moved and when it was closed."""
    return [{**one, "done": source.activities(values.text(one.get("id")))} for one in items]


def owner(source: Calls, row: Row, item: Item) -> Row:
    """Give a user a name."""
    return {**row, "name": fields.full_name(item)}


def contact(source: Calls, row: Row, item: Item) -> Row:
    """Give a contact a name and the first account it belongs to."""
    account = source.accounts_of.get(row["external_id"])
    return {**row, "name": fields.full_name(item), "account": account}


def deal(source: Calls, row: Row, item: Item) -> Row:
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


def histories(source: Calls, items: Sequence[Item]) -> Mapping[str, Sequence[Entry]]:
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


def task(source: Calls, row: Row, item: Item) -> Row:
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


#: What is listed, in the order in which it is pulled.
TABLE = (
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
