"""From Pipedrive's objects to our rows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from integrations.rest import values
from integrations.rest.fields import (
    Item,
    Take,
    day,
    flag,
    integer,
    moment,
    money,
    part,
    percent,
    text,
)
from integrations.rest.stream import Row

STATUSES = ("open", "won", "lost")


def first(value: Any, zone: ZoneInfo) -> str | None:
    """Return the main one of several e-mail addresses."""
    told = [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
    chosen = next((one for one in told if one.get("primary") is True), told[0] if told else {})
    return values.text(chosen.get("value"))


def label(value: Any, zone: ZoneInfo) -> str | None:
    """Return the words of a chosen option; its number alone says nothing."""
    return values.text(value.get("label")) if isinstance(value, Mapping) else None


OWNERS = {
    "name": Take("name"),
    "email": Take("email"),
    "is_active": Take("active_flag", flag),
}
ACCOUNTS = {
    "name": Take("name"),
    "domain": Take("website"),
    "industry": Take("industry", label),
    "employees": Take("employee_count", integer),
    "revenue": Take("annual_revenue", money),
    "country": Take("address.country"),
    "region": Take("address.admin_area_level_1"),
    "created_on": Take("add_time", day),
}
CONTACTS = {
    "name": Take("name"),
    "email": Take("emails", first),
    "account": Take("org_id"),
    "owner": Take("owner_id"),
    "created_on": Take("add_time", day),
}
DEALS = {
    "name": Take("title"),
    "amount": Take("value", money),
    "currency": Take("currency"),
    "owner": Take("owner_id"),
    "account": Take("org_id"),
    "probability": Take("probability", percent),
    "lost_reason": Take("lost_reason"),
    "created_on": Take("add_time", day),
    "expected_close_on": Take("expected_close_date", day),
}
LEADS = {
    "name": Take("title"),
    "source": Take("source_name"),
    "owner": Take("owner_id"),
    "created_on": Take("add_time", day),
    "status": Take("is_archived", text),
}
ACTIVITIES = {
    "kind": Take("type"),
    "at": Take("marked_as_done_time", moment),
    "deal": Take("deal_id"),
    "lead": Take("lead_id"),
    "contact": Take("person_id"),
    "owner": Take("owner_id"),
}


class Custom(NamedTuple):
    """A field of the account's own: its name, and its options by their numbers."""

    name: str
    options: Mapping[str, str]

    def read(self, value: Any) -> Any:
        """Return a value in words: of options their labels, of several all, of money both parts."""
        if isinstance(value, list):
            return ", ".join(str(self.read(one)) for one in value) or None
        if isinstance(value, Mapping):
            if "label" in value:
                return value["label"]
            told = [value.get(name) for name in ("value", "until", "currency")]
            return " ".join(str(one) for one in told if one is not None) or None
        if value is None or isinstance(value, bool):
            return value
        chosen = self.options.get(str(value))
        return value if chosen is None and isinstance(value, int) else chosen or str(value)


def custom(source: Any, item: Item) -> dict[str, Any]:
    """Return the account's own fields of a deal by their names, which Pipedrive keeps apart."""
    given = item.get("custom_fields")
    if not isinstance(given, Mapping) or not given:
        return {}
    known: Mapping[str, Custom] = source.deal_fields
    return {known[key].name: known[key].read(one) for key, one in given.items() if key in known}


def status_of(item: Item) -> str:
    """Return whether a deal is open, won or lost."""
    return item["status"] if item.get("status") in STATUSES else "open"


def closed_at(item: Item) -> datetime | None:
    """Return when a deal was won or lost, None for an open one; raises ValueError."""
    status = status_of(item)
    told = None if status == "open" else part(item, f"{status}_time") or item.get("close_time")
    return None if told is None else values.instant(str(told))


def deal(source: Any, row: Row, item: Item) -> Row:
    """Complete a deal with its stage, pipeline, outcome, last day and page."""
    row["stage"] = source.stage_name(item.get("stage_id"))
    row["pipeline"] = source.pipelines.get(str(item.get("pipeline_id")))
    row["status"] = status_of(item)
    closed = closed_at(item)
    row["closed_at"] = closed
    row["closed_on"] = None if closed is None else closed.astimezone(source.zone).date()
    if row["status"] != "open":
        row["expected_close_on"] = None
    row["url"] = source.page_of("deal", row["external_id"])
    return row


def lead(source: Any, row: Row, item: Item) -> Row | None:
    """Complete a lead; of one that became a deal only that and when is told, once."""
    if not item.get("is_converted"):
        row["status"] = "archived" if row["status"] == "true" else "open"
        return row
    if not item["is_new"]:
        return None
    return {
        "external_id": row["external_id"],
        "status": "converted",
        "converted_on": day(item["at"], source.zone),
        "converted_deal": values.text(item["deal"]),
    }


def activity(source: Any, row: Row, item: Item) -> Row:
    """Complete an activity that was done without saying when: it was when it was due."""
    if row["at"] is None and item.get("due_date"):
        row["at"] = values.instant(f"{item['due_date']}T{item.get('due_time') or '00:00'}")
    return row


def is_gone(item: Item) -> bool:
    """Tell an object that was deleted."""
    return item.get("is_deleted") is True or item.get("status") == "deleted"


def is_planned(item: Item) -> bool:
    """Tell an activity that is not done, or not any more: nothing has happened yet."""
    return is_gone(item) or item.get("done") is not True
