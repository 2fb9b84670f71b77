"""Odoo's fields and ours: how its answers are made plain, and what becomes which column (pure).

Odoo writes nothing as `false`, a reference as `[id, name]`, and times in UTC without a zone.
"""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from integrations.rest import fields, values
from integrations.rest.fields import Item, Take, day, flag, moment, money, percent

#: Fields of which `false` is a value.
FLAGS = frozenset(("active", "is_won", "is_company", "allday"))
#: The types of fields that have one value to read.
SIMPLE = frozenset("char selection integer float monetary boolean date datetime many2one".split())


def plain(item: Mapping[str, Any]) -> Item:
    """Return an object with references as {"id", "name"} and without `false` for nothing."""
    return {name: _plain(name, one) for name, one in item.items()}


def _plain(name: str, value: Any) -> Any:
    if value is False and name not in FLAGS:
        return None
    if isinstance(value, list) and len(value) == 2 and isinstance(value[1], str):
        return {"id": value[0], "name": value[1]}
    return value


def noon(value: Any, zone: ZoneInfo) -> datetime:
    """Return the middle of a day that is told without a time; raises ValueError."""
    return datetime.combine(day(value, zone), time(12), zone)


def at(item: Item, name: str) -> datetime | None:
    """Return an instant, None for none and for what is none."""
    told = values.text(item.get(name))
    try:
        return None if told is None else values.instant(told)
    except ValueError:
        return None


def key(item: Item, name: str) -> str | None:
    """Return the id that a reference names."""
    return values.text(fields.part(item, f"{name}.id"))


USER = {
    "name": Take("name"),
    "email": Take("email"),
    "team": Take("sale_team_id.name"),
    "is_active": Take("active", flag),
}
ACCOUNT = {
    "name": Take("name"),
    "domain": Take("website"),
    "industry": Take("industry_id.name"),
    "region": Take("state_id.name"),
    "country": Take("country_id.name"),
    "created_on": Take("create_date", day),
    "parent": Take("parent_id.id"),
}
CONTACT = {
    "name": Take("name"),
    "email": Take("email"),
    "account": Take("commercial_partner_id.id"),
    "owner": Take("user_id.id"),
    "created_on": Take("create_date", day),
}
DEAL = {
    "name": Take("name"),
    "account": Take("account"),
    "owner": Take("user_id.id"),
    "amount": Take("expected_revenue", money),
    "currency": Take("company_currency.name"),
    "pipeline": Take("team_id.name"),
    "stage": Take("stage_id.name"),
    "probability": Take("probability", percent),
    "created_on": Take("create_date", day),
    "closed_on": Take("date_closed", day),
    "closed_at": Take("date_closed", moment),
    "expected_close_on": Take("date_deadline", day),
    "source": Take("source_id.name"),
    "campaign": Take("campaign_id.name"),
    "lost_reason": Take("lost_reason_id.name"),
}
LEAD = {
    "name": Take("contact_name"),
    "email": Take("email_from"),
    "owner": Take("user_id.id"),
    "source": Take("source_id.name"),
    "campaign": Take("campaign_id.name"),
    "status": Take("stage_id.name"),
    "region": Take("state_id.name"),
    "created_on": Take("create_date", day),
    "converted_on": Take("date_conversion", day),
    "disqualified_on": Take("date_closed", day),
}
ACTIVITY = {
    "at": Take("date_done", noon),
    "owner": Take("user_id.id"),
    "kind": Take("activity_type_id.name"),
}
MEETING = {"at": Take("start", moment), "owner": Take("user_id.id")}
CAMPAIGN = {"name": Take("title")}

#: What is asked for beside the fields above, by stream.
BESIDE = {
    "accounts": ("is_company",),
    "deals": ("partner_id", "active", "date_last_stage_update"),
    "leads": ("name", "type", "active"),
    "activities": ("res_id",),
    "meetings": ("opportunity_id", "active"),
}


def asked(stream: str, takes: Mapping[str, Take]) -> list[str]:
    """Return the names of the fields that a stream asks for."""
    own = [take.theirs.split(".")[0] for take in takes.values()]
    return sorted({*own, *BESIDE.get(stream, ()), "write_date"} - {"account"})
