"""EspoCRM's attributes and ours, and what its notes and metadata tell (pure).

Times are texts in UTC without a zone; dates are dates.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from goals.records.source import Stage
from integrations.rest import values
from integrations.rest.deals import Change
from integrations.rest.fields import Item, Take, day, flag, moment, money, part, percent

#: What ends a case where the metadata does not say.
CLOSED_CASES = ("Closed", "Rejected", "Duplicate")
#: The statuses of what was done and of what converted.
DONE = frozenset(("Held", "Completed"))
CONVERTED = "Converted"
#: Users who are people of the company.
PEOPLE = frozenset((None, "regular", "admin", "super-admin"))
#: How the attributes begin that an administrator made.
OWN = re.compile(r"c[A-Z]\w*")
#: What a parent's type is called here.
PARENTS = {"Opportunity": "deal", "Lead": "lead", "Contact": "contact"}

USER = {
    "name": Take("name"),
    "email": Take("emailAddress"),
    "team": Take("defaultTeamName"),
    "is_active": Take("isActive", flag),
}
ACCOUNT = {
    "name": Take("name"),
    "domain": Take("website"),
    "industry": Take("industry"),
    "customer_type": Take("type"),
    "region": Take("billingAddressState"),
    "country": Take("billingAddressCountry"),
    "created_on": Take("createdAt", day),
}
CONTACT = {
    "name": Take("name"),
    "email": Take("emailAddress"),
    "account": Take("accountId"),
    "owner": Take("assignedUserId"),
    "created_on": Take("createdAt", day),
}
LEAD = {
    "name": Take("name"),
    "email": Take("emailAddress"),
    "source": Take("source"),
    "owner": Take("assignedUserId"),
    "campaign": Take("campaignName"),
    "status": Take("status"),
    "region": Take("addressState"),
    "created_on": Take("createdAt", day),
    "converted_on": Take("convertedAt", day),
    "converted_deal": Take("createdOpportunityId"),
}
DEAL = {
    "name": Take("name"),
    "account": Take("accountId"),
    "owner": Take("assignedUserId"),
    "amount": Take("amount", money),
    "currency": Take("amountCurrency"),
    "stage": Take("stage"),
    "probability": Take("probability", percent),
    "source": Take("leadSource"),
    "campaign": Take("campaignName"),
    "created_on": Take("createdAt", day),
    "expected_close_on": Take("closeDate", day),
    "closed_on": Take("closeDate", day),
}
ACTIVITY = {
    "owner": Take("assignedUserId"),
    "at": Take("dateStart", moment),
    "direction": Take("direction"),
}
TASK = {"owner": Take("assignedUserId"), "at": Take("dateCompleted", moment)}
CASE = {
    "opened_at": Take("createdAt", moment),
    "account": Take("accountId"),
    "owner": Take("assignedUserId"),
    "topic": Take("type"),
    "priority": Take("priority"),
    "status": Take("status"),
}
CAMPAIGN = {
    "name": Take("name"),
    "started_on": Take("startDate", day),
    "ended_on": Take("endDate", day),
    "budget": Take("budget", money),
    "currency": Take("budgetCurrency"),
}


def stages(metadata: Mapping[str, Any]) -> list[Stage]:
    """Return the stages of opportunities: certainty either way ends a deal.

    The map of probabilities stood beside the fields in versions before 6. A stage without a
    probability is as its colour says.
    """
    entity = part(metadata, "entityDefs.Opportunity") or {}
    field = part(entity, "fields.stage") or {}
    chances = field.get("probabilityMap") or entity.get("probabilityMap") or {}
    styles = field.get("style") or {}
    found = []
    for position, name in enumerate(one for one in field.get("options") or () if one):
        chance = values.number(chances.get(name))
        if chance is None:
            status = {"success": "won", "danger": "lost"}.get(styles.get(name) or "", "open")
        else:
            status = "won" if chance >= 100 else "lost" if chance <= 0 else "open"
        share = None if chance is None else chance / 100
        found.append(Stage("", name, name, position, status, share))
    return found


def closed_cases(metadata: Mapping[str, Any]) -> frozenset[str]:
    """Return the statuses that end a case."""
    field = part(metadata, "entityDefs.Case.fields.status") or {}
    return frozenset(field.get("notActualOptions") or CLOSED_CASES)


def at(item: Item, name: str) -> datetime | None:
    """Return an instant, None for none and for what is none."""
    told = values.text(item.get(name))
    try:
        return None if told is None else values.instant(told)
    except ValueError:
        return None


def noon(told: Any, zone: ZoneInfo) -> datetime | None:
    """Return the middle of a day that was told without a time; raises ValueError."""
    return None if told is None else datetime.combine(day(told, zone), time(12), zone)


def moves(
    notes: Sequence[Item], field: str, meant: Mapping[str, Stage] | None = None
) -> list[Change]:
    """Return the changes of a field that a stream tells, the first one first.

    Notes are of the types Create, Status (up to version 8) and Update (later ones). `meant`
    says what each value means for a deal.
    """
    found = [
        Change(instant, value, was, (meant[value].status if meant and value in meant else None))
        for instant, _, value, was in sorted(_moves(notes, field), key=lambda one: one[:2])
    ]
    return found


def _moves(notes: Sequence[Item], field: str) -> Iterator[tuple[datetime, float, str, str | None]]:
    for one in notes:
        data, instant = one.get("data"), at(one, "createdAt")
        if not isinstance(data, Mapping) or instant is None:
            continue
        value, was = None, None
        if one.get("type") == "Create" and data.get("statusField") == field:
            value = data.get("statusValue")
        elif one.get("type") == "Status" and data.get("field") == field:
            value = data.get("value")
        elif one.get("type") == "Update" and field in (data.get("fields") or ()):
            value = part(data, f"attributes.became.{field}")
            was = values.text(part(data, f"attributes.was.{field}"))
        if value:
            yield instant, values.number(one.get("number")) or 0.0, str(value), was
