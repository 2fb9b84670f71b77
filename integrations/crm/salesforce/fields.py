"""Salesforce's fields and ours: which becomes which, and what a row says beyond its fields."""

import calendar
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from goals.records.service import DIRECTIONS
from goals.records.source import Entry
from integrations.crm.salesforce.lists import flag, is_deleted
from integrations.rest import fields, values
from integrations.rest.fields import Item, Read, Take
from integrations.rest.stream import Row

#: The pipeline of opportunities that follow no sales process of their own.
PIPELINE = "Sales"
#: Things that are planned or noted for a day are taken to happen at its noon.
NOON = time(12)
#: What kinds of task are called here; any other is a task.
KINDS = {"Call": "call", "Email": "email", "ListEmail": "email"}
CURRENCY = Take("CurrencyIsoCode")


def of_object(*keys: str) -> Read:
    """Return a reader of ids of certain objects, None for others: owners may be queues."""

    def read(value: Any, zone: ZoneInfo) -> str | None:
        told = str(value)
        return told if told.startswith(keys) else None

    return read


def share(value: Any, zone: ZoneInfo) -> float:
    """Return a probability from percent, which is never more than certain."""
    return min(1.0, max(0.0, fields.percent(value, zone)))


def domain(value: Any, zone: ZoneInfo) -> str | None:
    """Return the domain of a web address, which people write as they like."""
    host = str(value).strip().lower().rpartition("://")[2]
    name = host.partition("/")[0].partition(":")[0].removeprefix("www.")
    return name or None


PERSON = of_object("005")
USERS = {
    "name": Take("Name"),
    "email": Take("Email"),
    "team": Take("UserRole.Name"),
    "manager": Take("Manager.Name"),
    "region": Take("Country"),
    "is_active": Take("IsActive", fields.flag),
}
PRODUCTS = {"name": Take("Name"), "family": Take("Family")}
ACCOUNTS = {
    "name": Take("Name"),
    "domain": Take("Website", domain),
    "industry": Take("Industry"),
    "employees": Take("NumberOfEmployees", fields.integer),
    "revenue": Take("AnnualRevenue", fields.money),
    "region": Take("BillingState"),
    "country": Take("BillingCountry"),
    "customer_type": Take("Type"),
    "created_on": Take("CreatedDate", fields.day),
    "parent": Take("ParentId"),
}
CONTACTS = {
    "name": Take("Name"),
    "email": Take("Email"),
    "account": Take("AccountId"),
    "owner": Take("OwnerId", PERSON),
    "created_on": Take("CreatedDate", fields.day),
}
CAMPAIGNS = {
    "name": Take("Name"),
    "started_on": Take("StartDate", fields.day),
    "ended_on": Take("EndDate", fields.day),
    "budget": Take("BudgetedCost", fields.money),
    "currency": CURRENCY,
}
SPEND = {
    "day": Take("StartDate", fields.day),
    "amount": Take("ActualCost", fields.money),
    "currency": CURRENCY,
    "campaign": Take("Id"),
}
DEALS = {
    "name": Take("Name"),
    "account": Take("AccountId"),
    "owner": Take("OwnerId", PERSON),
    "product": Take("Product2Id"),
    "stage": Take("StageName"),
    "amount": Take("Amount", fields.money),
    "currency": CURRENCY,
    "created_on": Take("CreatedDate", fields.day),
    "closed_on": Take("CloseDate", fields.day),
    "expected_close_on": Take("CloseDate", fields.day),
    "source": Take("LeadSource"),
    "campaign": Take("Campaign.Name"),
    "probability": Take("Probability", share),
}
#: Fields of ours that only an organisation's own fields can fill, named in the setting `fields`.
DEALS_OWN = {
    "qualified_on": Take("", fields.day),
    "lost_reason": Take(""),
    "list_price": Take("", fields.money),
}
LEADS = {
    "name": Take("Name"),
    "email": Take("Email"),
    "source": Take("LeadSource"),
    "owner": Take("OwnerId", PERSON),
    "created_on": Take("CreatedDate", fields.day),
    "converted_on": Take("ConvertedDate", fields.day),
    "converted_deal": Take("ConvertedOpportunityId"),
    "status": Take("Status"),
    "region": Take("Country"),
}
LEADS_OWN = {
    "campaign": Take(""),
    "type": Take(""),
    "qualified_on": Take("", fields.day),
    "disqualified_on": Take("", fields.day),
}
MEMBERS = {
    "campaign": Take("CampaignId"),
    "lead": Take("LeadId"),
    "responded_on": Take("FirstRespondedDate", fields.day),
}
_ABOUT = {
    "deal": Take("WhatId", of_object("006")),
    "lead": Take("WhoId", of_object("00Q")),
    "contact": Take("WhoId", of_object("003")),
    "owner": Take("OwnerId", PERSON),
}
TASKS = {**_ABOUT, "kind": Take("TaskSubtype"), "outcome": Take("CallDisposition")}
EVENTS = dict(_ABOUT)
CASES = {
    "opened_at": Take("CreatedDate", fields.moment),
    "solved_at": Take("ClosedDate", fields.moment),
    "owner": Take("OwnerId", PERSON),
    "account": Take("AccountId"),
    "topic": Take("Type"),
    "priority": Take("Priority"),
    "status": Take("Status"),
}
QUOTAS = {
    "owner": Take("QuotaOwnerId"),
    "first_day": Take("StartDate", fields.day),
    "last_day": Take("Period.EndDate", fields.day),
    "amount": Take("QuotaAmount", fields.money),
    "currency": CURRENCY,
}


def user(source: Any, row: Row, item: Item) -> Row:
    """Complete a user: one without a name is known by their address."""
    return {**row, "name": row["name"] or row["email"] or row["external_id"]}


def deal(source: Any, row: Row, item: Item) -> Row:
    """Complete an opportunity: it says itself whether it is closed, and then since when."""
    is_open = not flag(item, "IsClosed")
    status = "won" if flag(item, "IsWon") else "open" if is_open else "lost"
    return {
        **row,
        "pipeline": source.processes.pipeline(item.get("RecordTypeId")),
        "stage": source.stage_name(row["stage"]),
        "status": status,
        "closed_on": None if is_open else row["closed_on"],
        "expected_close_on": row["expected_close_on"] if is_open else None,
    }


def spend(source: Any, row: Row, item: Item) -> Row:
    """Complete what a campaign cost: one without a first day cost it when it was made."""
    day = row["day"] or fields.day(item["CreatedDate"], source.zone)
    return {**row, "day": day, "category": "marketing"}


def costs_nothing(item: Item) -> bool:
    """Tell a campaign of which no cost is known (any more)."""
    return is_deleted(item) or item.get("ActualCost") is None


def no_lead(item: Item) -> bool:
    """Tell a member of a campaign that is no lead."""
    return is_deleted(item) or item.get("LeadId") is None


def not_done(item: Item) -> bool:
    """Tell a task that is still to be done: nothing happened yet."""
    return is_deleted(item) or not flag(item, "IsClosed") or flag(item, "IsRecurrence")


def no_meeting(item: Item) -> bool:
    """Tell an event that only repeats another: the rule of a series, an invitee's copy."""
    return is_deleted(item) or flag(item, "IsRecurrence") or flag(item, "IsChild")


def task(source: Any, row: Row, item: Item) -> Row:
    """Complete a task: it happened when it was completed, or on the day it was noted for."""
    at = _when(source, item, "CompletedDateTime", "ActivityDate", "CreatedDate")
    direction = str(item.get("CallType") or "").lower()
    return {
        **row,
        "kind": KINDS.get(row["kind"] or "", "task"),
        "at": at,
        "direction": direction if direction in DIRECTIONS else None,
    }


def event(source: Any, row: Row, item: Item) -> Row:
    """Complete an event: one for a whole day has no time of its own."""
    whole = flag(item, "IsAllDayEvent")
    parts = ("ActivityDate", "StartDateTime") if whole else ("StartDateTime", "ActivityDate")
    return {**row, "kind": "meeting", "at": _when(source, item, *parts, "CreatedDate")}


def case(source: Any, row: Row, item: Item) -> Row:
    """Complete a case: one that was opened again keeps no day on which it was solved."""
    return row if flag(item, "IsClosed") else {**row, "solved_at": None}


def quota(source: Any, row: Row, item: Item) -> Row | None:
    """Complete a quota; None for one of pieces or of a territory.

    It is of a month unless its period says more.
    """
    if row["amount"] is None or row["owner"] is None or not flag(item, "IsAmount"):
        return None
    first: date = row["first_day"]
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return {**row, "last_day": row["last_day"] or last}


def _when(source: Any, item: Item, *names: str) -> datetime:
    """Return when something happened, told by the first of these fields that says anything."""
    given = str(next(item[one] for one in names if item.get(one)))
    if len(given) == len("2026-11-02"):
        return datetime.combine(date.fromisoformat(given), NOON, source.zone)
    return values.instant(given)


def history(source: Any, item: Item, rows: Sequence[Mapping[str, Any]]) -> Sequence[Entry]:
    """Return the stages that an opportunity went through; rows stand in their order.

    Rows also tell of other changes than of the stage. A stage that is on no list any more means
    what the opportunity itself says, if it stands there.
    """
    status = "won" if flag(item, "IsWon") else "lost" if flag(item, "IsClosed") else "open"
    found = []
    for one in rows or [item]:
        if not one.get("StageName"):
            continue
        stage = str(one["StageName"])
        known = source.stages.get(stage)
        here = status if stage == item.get("StageName") else None
        at, day = values.moment(str(one["CreatedDate"]), source.zone)
        meant = here if known is None else known.status
        found.append(Entry(source.stage_name(stage) or stage, day, at, meant))
    return found


Finish = Callable[[Any, Row, Item], Row | None]
