"""From Zoho's records to our rows; each field is asked for by the name under which it stands."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from integrations.rest import values
from integrations.rest.fields import (
    Item,
    Take,
    day,
    integer,
    moment,
    money,
    part,
    percent,
)
from integrations.rest.stream import Row

DONE, CLOSED = "Completed", "Closed"
#: Calls that did not take place, or not yet.
NOT_CALLED = ("Scheduled", "Cancelled", "Overdue")
DIRECTIONS = {"Inbound": "inbound", "Missed": "inbound", "Outbound": "outbound"}


def named(value: Any, zone: ZoneInfo) -> str | None:
    """Return the name of a thing, which comes alone or with its id."""
    return values.text(value.get("name") if isinstance(value, Mapping) else value)


def is_active(value: Any, zone: ZoneInfo) -> bool:
    """Tell whether a user still works here."""
    return bool(value == "active")


def direction(value: Any, zone: ZoneInfo) -> str | None:
    """Return from whom a call came; a missed one is somebody else's."""
    return DIRECTIONS.get(str(value))


OWNERS = {
    "name": Take("full_name"),
    "email": Take("email"),
    "manager": Take("Reporting_To", named),
    "is_active": Take("status", is_active),
}
ACCOUNTS = {
    "name": Take("Account_Name"),
    "domain": Take("Website"),
    "industry": Take("Industry"),
    "employees": Take("Employees", integer),
    "revenue": Take("Annual_Revenue", money),
    "region": Take("Billing_State"),
    "country": Take("Billing_Country"),
    "customer_type": Take("Account_Type"),
    "parent": Take("Parent_Account.id"),
    "created_on": Take("Created_Time", day),
}
CONTACTS = {
    "name": Take("Full_Name"),
    "email": Take("Email"),
    "account": Take("Account_Name.id"),
    "owner": Take("Owner.id"),
    "created_on": Take("Created_Time", day),
    "opted_out_on": Take("Unsubscribed_Time", day),
}
CAMPAIGNS = {
    "name": Take("Campaign_Name"),
    "started_on": Take("Start_Date", day),
    "ended_on": Take("End_Date", day),
    "budget": Take("Budgeted_Cost", money),
    "currency": Take("Currency"),
}
SPEND = {
    "day": Take("Start_Date", day),
    "amount": Take("Actual_Cost", money),
    "currency": Take("Currency"),
    "campaign": Take("id"),
}
DEALS = {
    "name": Take("Deal_Name"),
    "amount": Take("Amount", money),
    "currency": Take("Currency"),
    "owner": Take("Owner.id"),
    "account": Take("Account_Name.id"),
    "pipeline": Take("Pipeline", named),
    "stage": Take("Stage", named),
    "probability": Take("Probability", percent),
    "source": Take("Lead_Source"),
    "campaign": Take("Campaign_Source", named),
    "lost_reason": Take("Reason_For_Loss__s"),
    "created_on": Take("Created_Time", day),
    "closed_on": Take("Closing_Date", day),
}
LEADS = {
    "name": Take("Full_Name"),
    "email": Take("Email"),
    "source": Take("Lead_Source"),
    "owner": Take("Owner.id"),
    "status": Take("Lead_Status"),
    "region": Take("State"),
    "created_on": Take("Created_Time", day),
    "converted_on": Take("Converted_Date_Time", day),
    "converted_deal": Take("Converted_Deal.id"),
}
CALLS = {
    "kind": Take("Call_Type"),
    "at": Take("Call_Start_Time", moment),
    "outcome": Take("Call_Result"),
    "direction": Take("Call_Type", direction),
    "deal": Take("What_Id.id"),
    "contact": Take("Who_Id.id"),
    "owner": Take("Owner.id"),
}
EVENTS = {
    "kind": Take("Event_Title"),
    "at": Take("Start_DateTime", moment),
    "deal": Take("What_Id.id"),
    "contact": Take("Who_Id.id"),
    "owner": Take("Owner.id"),
}
TASKS = {
    "kind": Take("Subject"),
    "at": Take("Closed_Time", moment),
    "deal": Take("What_Id.id"),
    "contact": Take("Who_Id.id"),
    "owner": Take("Owner.id"),
}
CASES = {
    "opened_at": Take("Created_Time", moment),
    "owner": Take("Owner.id"),
    "account": Take("Account_Name.id"),
    "topic": Take("Subject"),
    "priority": Take("Priority"),
    "status": Take("Status"),
}
#: Fields that say whether something happened, asked for beside those of the rows.
BESIDE = {
    "Calls": ("Outgoing_Call_Status",),
    "Tasks": ("Status",),
    "Leads": ("Converted__s",),
    "Campaigns": ("Created_Time",),
}


def deal(source: Any, row: Row, item: Item) -> Row:
    """Complete a deal: its closing date is when it was closed, or while open when it may be."""
    row["status"] = source.outcomes.get(row["stage"], "open")
    row["expected_close_on"] = row["closed_on"] if row["status"] == "open" else None
    if row["status"] == "open":
        row["closed_on"] = None
    return row


def custom(source: Any, item: Item) -> dict[str, Any]:
    """Return the organization's own fields of a deal under their labels."""
    own: Mapping[str, str] = source.own_fields
    return {own[name]: plain(item[name]) for name in own if name in item}


def plain(value: Any) -> Any:
    """Return an own field's value: of a lookup its name, of several choices all of them."""
    if isinstance(value, list):
        return ", ".join(str(plain(one)) for one in value) or None
    if isinstance(value, Mapping):
        return values.text(value.get("name") or value.get("id"))
    return value if value is None or isinstance(value, bool | int) else str(value)


def lead(source: Any, row: Row, item: Item) -> Row:
    """Complete a lead: older organizations tell its conversion beside the fields."""
    told = item.get("$converted_detail")
    if row["converted_on"] is None and isinstance(told, Mapping) and told.get("convert_date"):
        row["converted_on"] = day(told["convert_date"], source.zone)
    if row["converted_deal"] is None and isinstance(told, Mapping):
        row["converted_deal"] = named(told.get("deal"), source.zone)
    return row


def activity(kind: str) -> Any:
    """Return what completes an activity, which may be for a deal or for a lead."""

    def finish(source: Any, row: Row, item: Item) -> Row:
        row["kind"] = kind
        about = item.get("$se_module")
        if about == "Leads":
            row["lead"] = row["deal"] or row["contact"]
            row["contact"] = None
        if about not in (None, "Deals"):
            row["deal"] = None
        return row

    return finish


def spend(source: Any, row: Row, item: Item) -> Row:
    """Complete a campaign's cost, which stands on its first day."""
    row["category"] = "marketing"
    if row["day"] is None and item.get("Created_Time"):
        row["day"] = day(item["Created_Time"], source.zone)
    return row


def ticket(source: Any, row: Row, item: Item) -> Row:
    """Complete a case: Zoho does not keep when it was closed, so its last change stands for it."""
    changed = part(item, "Modified_Time")
    is_closed = row["status"] == CLOSED and changed is not None
    row["solved_at"] = values.instant(str(changed)) if is_closed else None
    return row


def is_gone(item: Item) -> bool:
    """Tell a record that was deleted."""
    return item.get("is_gone") is True


def is_no_call(item: Item) -> bool:
    """Tell a call that did not take place."""
    return is_gone(item) or item.get("Outgoing_Call_Status") in NOT_CALLED


def is_not_done(item: Item) -> bool:
    """Tell a task that is not done, or not any more."""
    return is_gone(item) or item.get("Status") != DONE


def is_free(item: Item) -> bool:
    """Tell a campaign of which nobody says what it cost."""
    return is_gone(item) or part(item, "Actual_Cost") is None
