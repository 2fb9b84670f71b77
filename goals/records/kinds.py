"""The kinds of record: where each is kept, its fields, and what depends on it.

A kind is one table and one entry here; the writer, the file import, deletes and undo work
from the entry and know no kind by name. The fields carry the canonical names of files.
"""

from functools import cache

from goals.records import demand, figures, sales
from goals.records.field import Field
from goals.records.kind import Kind, dates, refers, texts
from goals.records.kinds_around import AROUND
from goals.words import N_, Message

#: Every kind of record as people call several of them.
NAMES = {
    "deal": N_("deals"),
    "account": N_("accounts"),
    "owner": N_("owners"),
    "lead": N_("leads"),
    "lead_event": N_("lead events"),
    "stage": N_("stages"),
    "stage_event": N_("stage history"),
    "contact": N_("contacts"),
    "product": N_("products"),
    "activity": N_("activities"),
    "ticket": N_("tickets"),
    "purchase": N_("purchases"),
    "subscription": N_("subscriptions"),
    "spend": N_("spend"),
    "campaign": N_("campaigns"),
    "campaign_member": N_("members of campaigns"),
    "survey_answer": N_("survey answers"),
    "quota": N_("quotas"),
    "email_event": N_("e-mail events"),
    "web_visit": N_("web visits"),
    "expense": N_("expenses"),
    "holiday": N_("holidays"),
    "reading": N_("readings by hand"),
    "rate": N_("exchange rates"),
    "goal": N_("goals"),
}


def called(name: str) -> Message:
    """Return what records of a kind are called; an unknown kind keeps its name."""
    return Message(NAMES[name]) if name in NAMES else Message("%(value)s", {"value": name})


OWNER = Kind(
    "owner",
    sales.Owner,
    (
        Field("name", required=True),
        *texts("email team manager region"),
        Field("active", "boolean", "is_active"),
    ),
    key=("name",),
    named=True,
)
ACCOUNT = Kind(
    "account",
    sales.Account,
    (
        Field("name", required=True),
        *texts("domain industry region country customer_type"),
        Field("employees", "integer"),
        Field("revenue", "money"),
        Field("created_on", "date"),
        refers("parent", "account"),
    ),
    key=("name",),
    named=True,
)
PRODUCT = Kind(
    "product",
    sales.Product,
    (Field("name", required=True), Field("list_price", "money"), Field("family")),
    key=("name",),
    named=True,
)
CONTACT = Kind(
    "contact",
    demand.Contact,
    (
        *texts("name email"),
        refers("account"),
        refers("owner"),
        *dates("created_on opted_in_on opted_out_on"),
    ),
    named=True,
    counted=("opted_in_on", "opted_out_on"),
)
DEAL = Kind(
    "deal",
    sales.Deal,
    (
        Field("external_id", required=True),
        Field("name"),
        refers("account"),
        refers("owner"),
        refers("product"),
        *texts("pipeline stage"),
        Field("amount", "money"),
        Field("currency", "code"),
        *dates("created_on qualified_on closed_on expected_close_on"),
        Field("status", "status"),
        *texts("source campaign"),
        Field("probability", "share"),
        Field("lost_reason"),
        Field("list_price", "money"),
    ),
    named=True,
    counted=("created_on", "closed_on"),
    happens=("created_on", "closed_on"),
)
STAGE_EVENT = Kind(
    "stage_event",
    sales.StageEvent,
    (
        refers("deal", required=True),
        Field("stage", required=True),
        Field("entered_on", "date", required=True),
    ),
    counted=("entered_on", "left_on"),
    happens=("entered_on",),
    part_of="deal",
)
LEAD = Kind(
    "lead",
    demand.Lead,
    (
        Field("created_on", "date", required=True),
        *texts("name email source"),
        refers("owner"),
        *texts("campaign type"),
        *dates("qualified_on converted_on"),
        refers("converted_deal", "deal"),
        Field("disqualified_on", "date"),
        *texts("status region"),
    ),
    named=True,
    counted=("created_on", "converted_on"),
    happens=("created_on", "converted_on"),
)
LEAD_EVENT = Kind(
    "lead_event",
    demand.LeadEvent,
    (
        refers("lead", required=True),
        Field("at", "instant", required=True),
        Field("kind", required=True),
        Field("value"),
    ),
    part_of="lead",
)
READING = Kind(
    "reading",
    figures.ManualReading,
    (
        Field("metric", required=True),
        Field("on", "date", "day", required=True),
        Field("value", "number", required=True),
        Field("evidence"),
        Field("where", "members", "segment"),
        # Goals are no records: whoever imports brings the ids along.
        Field("goal", "reference"),
    ),
    key=("metric", "on", "where"),
    happens=("day",),
)
RATE = Kind(
    "rate",
    figures.Rate,
    (
        Field("on", "date", "day", required=True),
        Field("currency", "code", required=True),
        Field("per_base", "positive", required=True),
        Field("base", "code"),
    ),
    key=("currency", "on", "base"),
)

#: Every kind by name; a kind stands after the kinds that it mostly refers to.
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (OWNER, ACCOUNT, PRODUCT, CONTACT, DEAL, STAGE_EVENT)
    + (LEAD, LEAD_EVENT, *AROUND, READING, RATE)
}

#: Columns whose value, not a reference, ties rows of two kinds: a rate and what it converts.
_TIES = {
    "rate": tuple(
        (kind.name, "currency", "currency")
        for kind in KINDS.values()
        if kind.counted and kind.field("currency")
    )
}


def parts(name: str) -> list[tuple[Kind, str]]:
    """Return the kinds whose rows belong to a kind's rows, each with its column."""
    return [
        (kind, column)
        for kind in KINDS.values()
        if kind.part_of == name
        for column, to in kind.references().items()
        if to == name
    ]


@cache
def referring(name: str) -> tuple[tuple[Kind, str], ...]:
    """Return the kinds that refer to a kind, each with the column in which they do."""
    return tuple(
        (kind, column)
        for kind in KINDS.values()
        for column, to in kind.references().items()
        if to == name
    )


@cache
def dependents(name: str) -> tuple[tuple[Kind, str, str], ...]:
    """Return what is counted by properties of a kind: kind, its column, the column it equals.

    A deal is counted under its owner's region and a stage event under its deal's owner, so a
    change of the one touches the days of the other.
    """
    referred = [(kind, column, "id") for kind, column in referring(name) if kind.counted]
    tied = [(KINDS[kind], column, own) for kind, column, own in _TIES.get(name, ())]
    return (*referred, *tied)
