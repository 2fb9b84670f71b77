"""How far leads have come: the types they reached, from their events or from what they are now.

A lead reaches a type with the first event that says so: its kind names the type, or its kind
is a word for a stage and its value does. A lead without any such event reached the type that it
has on the day it came, for nobody knows better. These measures are counted from the records,
never rolled up: an event that goes or comes moves a first to another day.
"""

from dataclasses import replace
from typing import Any

from sqlalchemy import (
    BigInteger,
    Date,
    FromClause,
    String,
    and_,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlmodel import col

from goals.metrics import rows
from goals.metrics.counts.measure import Measure
from goals.metrics.rows import Base, Expression, Rows
from goals.metrics.sql import local_day
from goals.records.demand import Lead, LeadEvent
from goals.workspace import Workspace

#: Each type with the words for it, in small letters without gaps, in the order of the funnel;
#: a trial stands beside it.
TYPES: dict[str, tuple[str, ...]] = {
    "iql": ("iql", "informationqualified", "informationqualifiedlead"),
    "mql": ("mql", "marketingqualified", "marketingqualifiedlead"),
    "sql": ("sql", "salesqualified", "salesqualifiedlead"),
    "trial": ("trial", "freetrial", "freetrialuser", "trialuser", "trialstart", "trialstarted"),
}
#: Kinds of event that name a type in their value.
NAMING = ("type", "leadtype", "stage", "leadstage", "lifecycle", "lifecyclestage")
_LEAD = Lead.__table__  # type: ignore[attr-defined]
_TYPES = union_all(*(select(literal(one, String).label("type")) for one in TYPES)).subquery("types")
_CREATED, _CONVERTED = rows.column(Lead.created_on), rows.column(Lead.converted_on)


def _plain(text: Any) -> Expression:
    for gap in (" ", "-", "_"):
        text = func.replace(text, gap, "")
    return func.lower(text)


def _type(said: Expression) -> Expression:
    names = {word: literal(name) for name, words in TYPES.items() for word in words}
    return case(names, value=said, else_=None)


#: The kind of an event in small letters without gaps.
KIND = _plain(col(LeadEvent.kind))
_OF_EVENT = _type(case((KIND.in_(NAMING), _plain(col(LeadEvent.value))), else_=KIND))
#: The kinds of event that say how far their lead has come, by themselves or in their value.
OF_TYPE = (*(word for words in TYPES.values() for word in words), *NAMING)
#: The type that a lead has now.
OF_LEAD = _type(_plain(col(Lead.type)))
_ITS_EVENTS = and_(
    col(LeadEvent.workspace_id) == col(Lead.workspace_id),
    col(LeadEvent.lead_id) == col(Lead.id),
    col(LeadEvent.deleted_at).is_(None),
)
ZONE = (
    select(col(Workspace.zone))
    .where(col(Workspace.id) == col(Lead.workspace_id))
    .correlate(_LEAD)
    .scalar_subquery()
)

#: Each column of the firsts with the types of which it holds the first day.
_DAYS = {**{one: (one,) for one in TYPES}, "mql_or_sql": ("mql", "sql")}
_FIRST: dict[str, Expression] = {one: literal_column(f"firsts.{one}_on", Date()) for one in _DAYS}
#: A lead whose events say nothing of its type.
_UNTOLD: Expression = literal_column("firsts.lead_id", BigInteger()).is_(None)


def _firsts(base: Base) -> FromClause:
    """Return the day of each lead's first event of each type, for all leads at once."""
    typed = (
        select(
            col(LeadEvent.lead_id), _OF_EVENT.label("type"), func.min(col(LeadEvent.at)).label("at")
        )
        .where(
            col(LeadEvent.workspace_id) == base.workspace_id,
            col(LeadEvent.deleted_at).is_(None),
            _OF_EVENT.is_not(None),
        )
        .group_by(col(LeadEvent.lead_id), literal_column("type"))
        .subquery("typed")
    )
    days = (
        local_day(func.min(case((typed.c.type.in_(types), typed.c.at))), base.zone)
        for types in _DAYS.values()
    )
    named = (day.label(f"{one}_on") for one, day in zip(_DAYS, days, strict=True))
    return select(typed.c.lead_id, *named).group_by(typed.c.lead_id).subquery("firsts")


def with_firsts(base: Base) -> Rows:
    """Return the living leads with the days on which they first reached each type."""
    found, firsts = rows.leads(base), _firsts(base)
    return replace(found, source=_LEAD.outerjoin(firsts, firsts.c.lead_id == col(Lead.id)))


def by_type(base: Base) -> Rows:
    """Return the living leads with their firsts, each once for every type."""
    found = with_firsts(base)
    return replace(found, source=found.source.join(_TYPES, true()))


_IS_NOW = and_(_TYPES.c.type == OF_LEAD, _UNTOLD)
_ALL = Measure(
    "reached_all",
    "lead",
    "",
    by_type,
    func.coalesce(
        case(*((_TYPES.c.type == one, _FIRST[one]) for one in TYPES)), case((_IS_NOW, _CREATED))
    ),
    col(Lead.id).is_not(None),
)


def _far(which: str, *types: str) -> Expression:
    """Return the day on which a lead came as far as any of some types; `which` is their first.

    A lead of a known type that converted has passed them all by then.
    """
    is_now = and_(OF_LEAD.in_(types), _UNTOLD)
    passed = or_(~_UNTOLD, OF_LEAD.is_not(None))
    return func.coalesce(_FIRST[which], case((is_now, _CREATED)), case((passed, _CONVERTED)))


def told(base: Base) -> Rows:
    """Return the living events of living leads."""
    found = rows.leads(base)
    events = LeadEvent.__table__.join(_LEAD, _ITS_EVENTS)  # type: ignore[attr-defined]
    here = col(LeadEvent.workspace_id) == base.workspace_id
    return Rows(events, and_(here, found.where), found.dims, found.id)


_MQL, _SQL = _far("mql_or_sql", "mql", "sql"), _far("sql", "sql")
_MQLS = Measure("mql", "lead", "", with_firsts, _MQL, col(Lead.id).is_not(None))

#: The measures by id.
MEASURES: dict[str, Measure] = {
    one.id: one
    for one in (
        _ALL,
        *(replace(_ALL, id=f"reached_{one}", only=_TYPES.c.type == one) for one in TYPES),
        # Those of whom only the present type is known.
        replace(_ALL, id="reached_untold", day=_CREATED, only=_IS_NOW),
        # When events say anything of types, without looking for each lead's first.
        Measure(
            "types_told",
            "lead",
            "",
            told,
            local_day(col(LeadEvent.at), ZONE),
            _OF_EVENT.is_not(None),
        ),
        _MQLS,
        replace(_MQLS, id="mql_to_sql", only=_SQL.is_not(None), turns=(_SQL, None)),
        replace(
            _MQLS, id="mql_gone", only=and_(_SQL.is_(None), col(Lead.disqualified_on).is_not(None))
        ),
    )
}
