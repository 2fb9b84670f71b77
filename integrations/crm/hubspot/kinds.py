"""HubSpot's types of object: which properties become which of our fields (data)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

#: Our field, their property, how it is read.
Field = tuple[str, str, str]


@dataclass(frozen=True)
class Kind:
    """A type of object and the record of ours that it becomes.

    `modified` is the property that holds when an object was last changed. `links` names the
    fields that are filled by what an object is linked to, each with the type. `beside` is read
    as well, and `by_name` are fields of ours that an account's own property of the same name
    fills. `always` holds values of all its rows, and `needs` the fields without which a row
    cannot be understood. `prefix` goes before the ids where several types are of one record.
    """

    name: str
    record: str
    fields: tuple[Field, ...]
    modified: str = "hs_lastmodifieddate"
    links: tuple[tuple[str, str], ...] = ()
    beside: tuple[str, ...] = ()
    by_name: tuple[tuple[str, str], ...] = ()
    always: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    prefix: str = ""


def _activity(name: str, kind: str, *fields: Field, beside: tuple[str, ...] = ()) -> Kind:
    """Return a type of what is done with people; the ids of several types may be the same."""
    return Kind(
        name,
        "activity",
        (*fields, ("owner", "hubspot_owner_id", "text")),
        links=(("deal", "deals"), ("contact", "contacts"), ("lead", "leads")),
        beside=beside,
        always={"kind": kind},
        needs=("at",),
        prefix=f"{kind}:",
    )


_KINDS = (
    Kind(
        "products",
        "product",
        (
            ("name", "name", "text"),
            ("list_price", "price", "money"),
            ("family", "hs_product_type", "choice"),
        ),
        needs=("name",),
    ),
    Kind(
        "companies",
        "account",
        (
            ("name", "name", "text"),
            ("domain", "domain", "text"),
            ("industry", "industry", "text"),
            ("employees", "numberofemployees", "integer"),
            ("revenue", "annualrevenue", "money"),
            ("region", "state", "text"),
            ("country", "country", "text"),
            ("customer_type", "type", "text"),
            ("created_on", "createdate", "instant"),
        ),
        by_name=(("region", "text"), ("customer_type", "text")),
    ),
    Kind(
        "contacts",
        "contact",
        (
            ("name", "firstname", "text"),
            ("email", "email", "text"),
            ("owner", "hubspot_owner_id", "text"),
            ("account", "associatedcompanyid", "text"),
            ("created_on", "createdate", "instant"),
        ),
        modified="lastmodifieddate",
        beside=("lastname",),
    ),
    Kind(
        "leads",
        "lead",
        (
            ("name", "hs_lead_name", "text"),
            ("owner", "hubspot_owner_id", "text"),
            ("type", "hs_lead_type", "text"),
            ("source", "hs_lead_source", "text"),
            ("status", "hs_lead_label", "text"),
            ("created_on", "hs_createdate", "instant"),
        ),
        by_name=(
            ("campaign", "text"),
            ("region", "text"),
            ("qualified_on", "day"),
            ("converted_on", "day"),
            ("disqualified_on", "day"),
        ),
        needs=("created_on",),
    ),
    Kind(
        "deals",
        "deal",
        (
            ("name", "dealname", "text"),
            ("owner", "hubspot_owner_id", "text"),
            ("amount", "amount", "money"),
            ("currency", "deal_currency_code", "text"),
            ("created_on", "createdate", "instant"),
            ("closed_on", "closedate", "day"),
            ("closed_at", "closedate", "moment"),
            ("pipeline", "pipeline", "text"),
            ("stage", "dealstage", "text"),
            ("source", "hs_analytics_source", "text"),
            ("campaign", "hs_campaign", "text"),
            ("probability", "hs_deal_stage_probability", "number"),
            ("lost_reason", "closed_lost_reason", "text"),
        ),
        links=(("account", "companies"),),
        beside=("hs_is_closed", "hs_is_closed_won"),
        by_name=(
            ("product", "text"),
            ("list_price", "money"),
            ("qualified_on", "day"),
            ("campaign", "text"),
        ),
    ),
    _activity(
        "calls",
        "call",
        ("at", "hs_timestamp", "at"),
        ("direction", "hs_call_direction", "text"),
        ("outcome", "hs_call_disposition", "choice"),
    ),
    _activity(
        "emails",
        "email",
        ("at", "hs_timestamp", "at"),
        ("direction", "hs_email_direction", "text"),
        ("outcome", "hs_email_status", "choice"),
    ),
    _activity(
        "meetings",
        "meeting",
        ("at", "hs_timestamp", "at"),
        ("outcome", "hs_meeting_outcome", "choice"),
    ),
    # A task counts when it is done; its own time is when it is due.
    _activity(
        "tasks",
        "task",
        ("at", "hs_task_completion_date", "at"),
        ("outcome", "hs_task_status", "choice"),
        beside=("hs_timestamp",),
    ),
    Kind(
        "tickets",
        "ticket",
        (
            ("opened_at", "createdate", "at"),
            ("first_reply_at", "first_agent_reply_date", "at"),
            ("solved_at", "closed_date", "at"),
            ("owner", "hubspot_owner_id", "text"),
            ("topic", "hs_ticket_category", "choice"),
            ("priority", "hs_ticket_priority", "choice"),
            ("status", "hs_pipeline_stage", "text"),
        ),
        links=(("account", "companies"),),
        needs=("opened_at",),
    ),
    Kind(
        "feedback_submissions",
        "survey_answer",
        (
            ("at", "hs_submission_timestamp", "at"),
            ("score", "hs_value", "money"),
            ("kind", "hs_survey_type", "text"),
            ("comment", "hs_content", "text"),
        ),
        links=(("customer", "companies"),),
        needs=("at", "score"),
    ),
    Kind(
        "goal_targets",
        "quota",
        (
            ("owner", "hs_assignee_user_id", "text"),
            ("first_day", "hs_start_datetime", "day"),
            ("last_day", "hs_end_datetime", "instant"),
            ("amount", "hs_target_amount", "money"),
        ),
        beside=("hs_kpi_unit_type",),
        needs=("owner", "first_day", "last_day", "amount"),
    ),
)
#: Every type by name, in the order in which they are read.
KINDS = {one.name: one for one in _KINDS}
