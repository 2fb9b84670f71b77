"""What HubSpot lists beside its objects: owners, campaigns, what was spent, and mere looks."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from integrations.crm.hubspot import paths
from integrations.crm.hubspot.kinds import KINDS
from integrations.crm.hubspot.shapes import Things
from integrations.rest import fields, values
from integrations.rest.fields import Item, Take
from integrations.rest.stream import Asked, Batch, Row, Stream

_CAMPAIGN = "hs_name,hs_start_date,hs_end_date"


def look(path: str) -> Callable[[Any, Asked], Batch]:
    """Return what only looks whether a list can be read; its objects are read elsewhere."""

    def ask(source: Any, asked: Asked) -> Batch:
        source.client.get(path, dict[str, Any])
        return Batch(())

    return ask


def _owners(source: Any, asked: Asked) -> Batch:
    """List those who are active, then those who were; `after` names the list as well."""
    archived, _, after = (asked.after or "false:").partition(":")
    params = {"limit": paths.LIST, "archived": archived, **({"after": after} if after else {})}
    answer = source.client.get(paths.OWNERS, Things, params)
    items = [{**one, "is_active": archived == "false"} for one in answer.results]
    for one in items:
        source.know(one)
    following = answer.after
    if following is not None:
        return Batch(items, f"{archived}:{following}")
    return Batch(items, "true:" if archived == "false" else None)


def _owner(source: Any, row: Row, item: Item) -> Row:
    """Complete an owner; of several teams the main one counts."""
    names = [values.text(item.get(part)) for part in ("firstName", "lastName")]
    teams = sorted(item.get("teams") or (), key=lambda one: not one.get("primary"))
    return {
        **row,
        "name": " ".join(filter(None, names)) or row["email"] or row["external_id"],
        "team": values.text(teams[0].get("name")) if teams else None,
    }


def _campaigns(source: Any, asked: Asked) -> Batch:
    """List campaigns with their money, which costs a request for each that changed."""
    params: dict[str, Any] = {"limit": asked.limit or paths.LIST, "properties": _CAMPAIGN}
    if asked.after:
        params["after"] = asked.after
    answer = source.client.get(paths.CAMPAIGNS, Things, params)
    found = [one for one in answer.results if _is_since(one, asked.since)]
    if asked.limit is None:
        found = [{**one, "money": source.money(str(one.get("id")))} for one in found]
    return Batch(found, answer.after, answer.total if asked.since is None else None)


def _is_since(item: Item, since: datetime | None) -> bool:
    told = item.get("updatedAt")
    return since is None or told is None or values.instant(str(told)) >= since


def _spend(source: Any, asked: Asked) -> Batch:
    """List what was paid for each campaign, a row for each item that somebody wrote down."""
    found = _campaigns(source, asked)
    items: list[dict[str, Any]] = []
    for one in found.items:
        # A campaign for which nothing was paid says how far the list was read all the same.
        items.append({"id": one["id"], "stamp": one.get("updatedAt")})
        money = one.get("money") or {}
        items += [
            {
                **paid,
                "id": f"{one['id']}:{paid.get('id')}",
                "campaign": one["id"],
                "currency": money.get("currencyCode"),
                "stamp": one.get("updatedAt"),
            }
            for paid in money.get("spendItems") or ()
        ]
    return Batch(items, found.after)


def _paid(source: Any, row: Row, item: Item) -> Row | None:
    return {**row, "category": "marketing"} if "campaign" in item else None


OWNERS = Stream(
    "owners",
    "owner",
    _owners,
    {"email": Take("email"), "is_active": Take("is_active", fields.flag)},
    finish=_owner,
)
#: A campaign's changes are listed with its stamp; what it does not stamp comes once a day.
MARKETING = (
    Stream(
        "campaigns",
        "campaign",
        _campaigns,
        {
            "name": Take("properties.hs_name"),
            "started_on": Take("properties.hs_start_date", fields.day),
            "ended_on": Take("properties.hs_end_date", fields.day),
            "budget": Take("money.budgetTotal", fields.money),
            "currency": Take("money.currencyCode"),
        },
        stamp="updatedAt",
        needed=False,
    ),
    # HubSpot keeps no day of payment: it counts on the day on which it was written down.
    Stream(
        "spend",
        "spend",
        _spend,
        {
            "day": Take("createdAt", fields.day),
            "amount": Take("amount", fields.money),
            "currency": Take("currency"),
            "campaign": Take("campaign"),
        },
        stamp="stamp",
        finish=_paid,
        needed=False,
    ),
)
PIPELINES = Stream("pipelines", "stage", look(paths.pipelines("deals")), {})
OBJECTS = tuple(
    Stream(
        one.name,
        one.record,
        look(f"{paths.objects(one.name)}?limit=1"),
        {},
        prefix=one.prefix,
        needed=one.name == "deals",
    )
    for one in KINDS.values()
)
