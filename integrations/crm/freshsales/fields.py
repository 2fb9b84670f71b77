"""Freshsales' attributes and ours (pure)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from goals.records.source import Stage
from integrations.rest import values
from integrations.rest.fields import Item, Take, day, integer, moment, money, part, percent

#: What stages are to the forecast.
FORECASTS = {"open": "open", "closed won": "won", "closed lost": "lost"}
#: What is told in an answer beside its rows: ours -> its list, the part that names one, its name.
BESIDE = {
    "currency": ("currencies", "currency_id", "currency_code"),
    "reason": ("deal_reasons", "deal_reason_id", "name"),
    "campaign": ("campaigns", "campaign_id", "name"),
    "source": ("lead_sources", "lead_source_id", "name"),
    "industry": ("industry_types", "industry_type_id", "name"),
    "status": ("contact_statuses", "contact_status_id", "name"),
    "lifecycle": ("lifecycle_stages", "lifecycle_stage_id", "name"),
}
#: What an activity's target is called here.
TARGETS = {"deal": "deal", "contact": "contact"}

OWNER = {"name": Take("display_name"), "email": Take("email")}
ACCOUNT = {
    "name": Take("name"),
    "domain": Take("website"),
    "industry": Take("beside.industry"),
    "employees": Take("number_of_employees", integer),
    "revenue": Take("annual_revenue", money),
    "region": Take("state"),
    "country": Take("country"),
    "created_on": Take("created_at", day),
    "parent": Take("parent_sales_account_id"),
}
CONTACT = {
    "name": Take("display_name"),
    "email": Take("email"),
    "owner": Take("owner_id"),
    "account": Take("sales_account_id"),
    "created_on": Take("created_at", day),
}
DEAL = {
    "name": Take("name"),
    "account": Take("sales_account_id"),
    "owner": Take("owner_id"),
    "amount": Take("amount", money),
    "currency": Take("beside.currency"),
    "stage": Take("deal_stage_id"),
    "probability": Take("probability", percent),
    "created_on": Take("created_at", day),
    "closed_on": Take("closed_date", day),
    "expected_close_on": Take("expected_close", day),
    "source": Take("beside.source"),
    "campaign": Take("beside.campaign"),
    "lost_reason": Take("beside.reason"),
}
ACTIVITY = {"at": Take("start_date", moment), "owner": Take("owner_id")}
APPOINTMENT = {"at": Take("from_date", moment), "owner": Take("owner_id")}
TASK = {"at": Take("due_date", moment), "owner": Take("owner_id")}
CAMPAIGN = {"name": Take("name")}


def stages(pipelines: list[dict[str, Any]]) -> Iterator[Stage]:
    """Return the stages of pipelines; what the forecast says of one decides, else certainty."""
    for pipeline in pipelines:
        for place, one in enumerate(pipeline.get("deal_stages") or ()):
            chance = values.number(one.get("probability"))
            status = FORECASTS.get(str(one.get("forecast_type")).strip().lower())
            yield Stage(
                str(pipeline.get("name")),
                str(one.get("name")),
                str(one.get("id")),
                int(values.number(one.get("position")) or place),
                status or ("won" if chance == 100 else "open"),
                None if chance is None else chance / 100,
            )


def with_names(answer: Mapping[str, Any], kind: str) -> list[Item]:
    """Return an answer's rows with what it names beside them."""
    names = {
        ours: {one.get("id"): one.get(named) for one in answer.get(others) or ()}
        for ours, (others, _, named) in BESIDE.items()
    }
    return [
        {
            **one,
            "beside": {
                ours: names[ours].get(one.get(theirs)) for ours, (_, theirs, _) in BESIDE.items()
            },
        }
        for one in answer[kind]
    ]


def at(item: Item, name: str) -> datetime | None:
    """Return an instant, None for none and for what is none."""
    told = values.text(item.get(name))
    try:
        return None if told is None else values.instant(told)
    except ValueError:
        return None


def target(item: Item) -> tuple[str, str] | None:
    """Return for what an activity was done, as our reference and its id; None for others."""
    listed = item.get("targetables")
    first: Item = listed[0] if isinstance(listed, list) and listed else item
    kind = values.text(first.get("targetable_type") or part(item, "targetable.type"))
    key = values.text(first.get("targetable_id") or part(item, "targetable.id"))
    ours = TARGETS.get((kind or "").lower())
    return None if ours is None or key is None else (ours, key)
