"""The kinds of record: where each is kept, its fields, and what depends on it.

A kind is one table and one entry here; the writer, the file import, deletes and undo work
from the entry and know no kind by name. The fields carry the canonical names of files.
"""

from dataclasses import dataclass
from functools import cache

from goals.records import demand, figures, sales
from goals.records.field import Field
from goals.records.record import Record
from goals.words import N_, Message

#: What every record takes besides its own fields; `custom.NAME` comes on top.
COMMON = (Field("external_id"), Field("url"))
#: Every kind of record as people call several of them, those that no source brings yet included.
NAMES = {
    "deal": N_("deals"),
    "account": N_("accounts"),
    "owner": N_("owners"),
    "lead": N_("leads"),
    "lead_event": N_("lead events"),
    "stage_event": N_("stage history"),
    "contact": N_("contacts"),
    "activity": N_("activities"),
    "ticket": N_("tickets"),
    "purchase": N_("purchases"),
    "subscription": N_("subscriptions"),
    "spend": N_("spend"),
    "campaign": N_("campaigns"),
    "survey_answer": N_("survey answers"),
    "quota": N_("quotas"),
    "email_event": N_("e-mail events"),
    "web_visit": N_("web visits"),
    "reading": N_("readings by hand"),
}


def called(name: str) -> Message:
    """Return what records of a kind are called; an unknown kind keeps its name."""
    return Message(NAMES[name]) if name in NAMES else Message("%(value)s", {"value": name})


@dataclass(frozen=True)
class Kind:
    """A kind of record.

    `key` names the fields that make an external id where a file has none (empty: all that
    it has). `named` tells that a reference may also be the exact name. `counted` lists the
    columns with the days that measures count by, and `happens` those that tell how new the
    data is. `part_of` is the kind that a row belongs to and goes with.
    """

    name: str
    table: type[Record]
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ()
    named: bool = False
    counted: tuple[str, ...] = ()
    happens: tuple[str, ...] = ()
    part_of: str | None = None

    def field(self, name: str) -> Field | None:
        """Return the field of that canonical name, None if there is none."""
        return next((one for one in self.all_fields() if one.name == name), None)

    def all_fields(self) -> tuple[Field, ...]:
        """Return the kind's own fields and those that all kinds share."""
        own = {one.name for one in self.fields}
        return self.fields + tuple(one for one in COMMON if one.name not in own)

    def references(self) -> dict[str, str]:
        """Return the reference columns and the kind that each refers to."""
        return {one.column: one.refers_to for one in self.fields if one.refers_to}


def _refers(name: str, to: str | None = None, *, required: bool = False) -> Field:
    return Field(name, "reference", required=required, refers_to=to or name)


def _texts(names: str) -> tuple[Field, ...]:
    return tuple(Field(name) for name in names.split())


def _dates(names: str) -> tuple[Field, ...]:
    return tuple(Field(name, "date") for name in names.split())


OWNER = Kind(
    "owner",
    sales.Owner,
    (
        Field("name", required=True),
        *_texts("email team manager region"),
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
        *_texts("domain industry region country customer_type"),
        Field("employees", "integer"),
        Field("revenue", "money"),
        Field("created_on", "date"),
        _refers("parent", "account"),
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
        *_texts("name email"),
        _refers("account"),
        _refers("owner"),
        *_dates("created_on opted_in_on opted_out_on"),
    ),
)
DEAL = Kind(
    "deal",
    sales.Deal,
    (
        Field("external_id", required=True),
        Field("name"),
        _refers("account"),
        _refers("owner"),
        _refers("product"),
        *_texts("pipeline stage"),
        Field("amount", "money"),
        Field("currency", "code"),
        *_dates("created_on qualified_on closed_on expected_close_on"),
        Field("status", "status"),
        *_texts("source campaign"),
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
        _refers("deal", required=True),
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
        *_texts("name email source"),
        _refers("owner"),
        *_texts("campaign type"),
        *_dates("qualified_on converted_on"),
        _refers("converted_deal", "deal"),
        Field("disqualified_on", "date"),
        *_texts("status region"),
    ),
    named=True,
    counted=("created_on", "converted_on"),
    happens=("created_on", "converted_on"),
)
LEAD_EVENT = Kind(
    "lead_event",
    demand.LeadEvent,
    (
        _refers("lead", required=True),
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
    ),
    key=("currency", "on"),
)

#: Every kind by name; a kind stands after the kinds that it mostly refers to.
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (OWNER, ACCOUNT, PRODUCT, CONTACT, DEAL, STAGE_EVENT)
    + (LEAD, LEAD_EVENT, READING, RATE)
}

#: Columns whose value, not a reference, ties rows of two kinds: a rate and what it converts.
_TIES = {"rate": (("deal", "currency", "currency"),)}


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
