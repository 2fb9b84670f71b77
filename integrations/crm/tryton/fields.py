"""Tryton's rows as rows of ours: fields, states, and the visits that make a history."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from goals.records.source import Entry, Stage
from integrations.rest import fields, values
from integrations.rest.fields import Item, Take
from integrations.rest.stream import Row

PIPELINE = "Opportunities"
#: Tryton's states with their names and what they mean. What is converted has a sale that is not
#: confirmed yet; what is cancelled came to nothing, though Tryton does not call it lost.
STATES = {
    "lead": ("Lead", "open"),
    "opportunity": ("Opportunity", "open"),
    "converted": ("Converted", "open"),
    "won": ("Won", "won"),
    "lost": ("Lost", "lost"),
    "cancelled": ("Cancelled", "lost"),
}
#: The states that Tryton's own report counts as converted.
CONVERTED = ("converted", "won")
#: Sales that stand: what is a draft, a quotation or cancelled is none.
SOLD = ("confirmed", "processing", "done")


class Visit(NamedTuple):
    """A state that an opportunity came into, and the instant in ISO form."""

    state: str
    at: str


def domain(value: Any, zone: ZoneInfo) -> str | None:
    """Return the host of a website."""
    told = str(value)
    host = urlsplit(told if "//" in told else f"//{told}").hostname or ""
    return host.removeprefix("www.") or None


EMPLOYEE = {
    "name": Take("rec_name"),
    "email": Take("party.email"),
    "manager": Take("supervisor.rec_name"),
}
PARTY = {
    "name": Take("rec_name"),
    "domain": Take("website", domain),
    "created_on": Take("create_date", fields.day),
}
OPPORTUNITY = {
    "name": Take("rec_name"),
    "account": Take("party"),
    "owner": Take("employee"),
    "amount": Take("amount", fields.money),
    "currency": Take("currency.code"),
    "created_on": Take("start_date", fields.day),
    "expected_close_on": Take("end_date", fields.day),
    "probability": Take("conversion_probability", fields.number),
    "lost_reason": Take("lost_reason"),
}
LEAD = {
    "name": Take("rec_name"),
    "owner": Take("employee"),
    "created_on": Take("start_date", fields.day),
}
SALE = {
    "customer": Take("party"),
    "day": Take("sale_date", fields.day),
    "amount": Take("untaxed_amount", fields.money),
    "currency": Take("currency.code"),
}


def stages(states: Sequence[str]) -> list[Stage]:
    """Return states as stages, in their order."""
    return [
        Stage(PIPELINE, meaning(state)[0], state, position, meaning(state)[1])
        for position, state in enumerate(states)
    ]


def meaning(state: str) -> tuple[str, str]:
    """Return a state's name and status; one that Tryton does not have is open by its own word."""
    return STATES.get(state, (state, "open"))


def employee(source: Any, row: Row, item: Item) -> Row:
    """Tell who is with the company: who has left is no longer active."""
    left = item.get("end_date")
    return row | {"is_active": left is None or date.fromisoformat(left) > source.today()}


def opportunity(source: Any, row: Row, item: Item) -> Row:
    """Complete a deal: stage and status, its end, and when it was qualified if that is known."""
    state = str(item["state"])
    name, status = meaning(state)
    told = item.get("description")
    row |= {
        "name": f"{told} ({row['name']})" if told else row["name"],
        "pipeline": PIPELINE,
        "stage": name,
        "status": status,
        "closed_on": None,
        "url": source.url("sale.opportunity", item["id"]),
    }
    if state != "lost":
        row["lost_reason"] = None
    if status != "open":
        row |= {"closed_on": row["expected_close_on"], "expected_close_on": None}
    if "visits" not in item:
        return row
    if status != "open" and row["closed_on"] is None:
        row["closed_on"] = _day(source, item["visits"][-1])
    return row | {"qualified_on": _first(source, item, ("opportunity", *CONVERTED))}


def lead(source: Any, row: Row, item: Item) -> Row:
    """Complete a lead: every opportunity began as one, and is converted when it has a sale."""
    state = str(item["state"])
    row |= {
        "status": meaning(state)[0],
        "converted_deal": str(item["id"]) if state in CONVERTED else None,
        "url": source.url("sale.opportunity", item["id"]),
    }
    if "visits" not in item:
        return row
    is_over = state in ("lost", "cancelled")
    return row | {
        "qualified_on": _first(source, item, ("opportunity", *CONVERTED)),
        "converted_on": _last(source, item, CONVERTED) if state in CONVERTED else None,
        "disqualified_on": _day(source, item["visits"][-1]) if is_over else None,
    }


def sale(source: Any, row: Row, item: Item) -> Row:
    """Complete a purchase; a sale below nothing gives money back."""
    amount = row["amount"]
    return row | {"is_refund": amount is not None and amount < 0}


def is_unsold(item: Item) -> bool:
    """Tell a sale that does not stand, or not any more."""
    return item.get("state") not in SOLD


def history(source: Any, items: Sequence[Item]) -> Mapping[str, Sequence[Entry]]:
    """Return the stages that deals went through.

    The first one is entered on the day that Tryton calls the start, where that is earlier: what
    was taken over from another system was created long after it began.
    """
    found = {}
    for item in items:
        entries = []
        for number, one in enumerate(item["visits"]):
            name, status = meaning(one.state)
            at = values.instant(one.at)
            on = _day(source, one)
            begun = item.get("start_date")
            if number == 0 and begun is not None and date.fromisoformat(begun) < on:
                entries.append(Entry(name, date.fromisoformat(begun), None, status))
            else:
                entries.append(Entry(name, on, at, status))
        found[str(item["id"])] = entries
    return found


def _day(source: Any, visit: Visit) -> date:
    return values.day(visit.at, source.zone, is_instant=True)


def _first(source: Any, item: Item, states: Sequence[str]) -> date | None:
    return next((_day(source, one) for one in item["visits"] if one.state in states), None)


def _last(source: Any, item: Item, states: Sequence[str]) -> date | None:
    """Return when an opportunity came into one of some states, in which it is now."""
    since = None
    for one in item["visits"]:
        if one.state not in states:
            since = None
        elif since is None:
            since = one
    return None if since is None else _day(source, since)
