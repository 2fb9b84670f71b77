"""What leads score: the points of their events up to a day, taken together for each lead.

An event is worth its own value where that is a number, else what the table of points gives for
its kind; one that neither knows is worth nothing and is said apart. These measures are counted
from the records whenever asked for.
"""

from dataclasses import replace
from typing import Any

from sqlalchemy import BigInteger, Numeric, and_, case, cast, func, literal, or_, select
from sqlmodel import col

from goals import calendar
from goals.metrics import rows
from goals.metrics.counts import activities
from goals.metrics.counts.measure import Measure
from goals.metrics.counts.reaching import KIND, OF_TYPE, ZONE, told
from goals.metrics.lead_points import POINTS
from goals.metrics.query import Query
from goals.metrics.rows import Base, Expression, Rows
from goals.metrics.sql import local_day, whole
from goals.records.demand import Lead, LeadEvent
from goals.table import MONEY_UNITS

#: A value that is a number of points; more digits than this are an id or a day.
_NUMBER = r"^[+-]?[0-9]{1,6}([.][0-9]+)?$"
_VALUE: Expression = func.trim(col(LeadEvent.value))
_IS_NUMBER = and_(col(LeadEvent.value).is_not(None), _VALUE.regexp_match(_NUMBER))
_OWN = case(
    (
        _IS_NUMBER,
        cast(whole(cast(_VALUE, Numeric(18, 4)) * MONEY_UNITS), BigInteger),
    ),
    else_=None,
)
_OF_KIND = case({word: points * MONEY_UNITS for word, points in POINTS.items()}, value=KIND)
#: The points of an event in ten-thousandths, null where nobody knows them.
_POINTS: Expression = func.coalesce(_OWN, _OF_KIND)

#: What a lead reaches scores nothing by that alone.
_ONLY_REACHED = [kind for kind in OF_TYPE if kind not in POINTS]
#: Whether anything is known that scores, or could.
TOLD = Measure(
    "lead_scored",
    "lead",
    "",
    told,
    local_day(col(LeadEvent.at), ZONE),
    or_(KIND.not_in(_ONLY_REACHED), _IS_NUMBER),
)


def _until(base: Base, query: Query) -> Expression:
    return col(LeadEvent.at) <= calendar.end_of_day(query.last_day, base.zone)


def scored(base: Base, query: Query) -> Measure:
    """Return the open leads of a day with their points, 0 for a lead without events."""
    lead, order = col(LeadEvent.lead_id), (col(LeadEvent.at), col(LeadEvent.id))
    nth: Expression = literal(1)
    if query.params["repeats"] == "once":
        nth = func.row_number().over(partition_by=(lead, KIND), order_by=order)
    events: Any = (
        select(lead.label("lead_id"), _POINTS.label("points"), nth.label("nth"))
        .where(
            col(LeadEvent.workspace_id) == base.workspace_id,
            col(LeadEvent.deleted_at).is_(None),
            _until(base, query),
        )
        .subquery("events")
    )
    each: Any = (
        select(events.c.lead_id, cast(func.sum(events.c.points), BigInteger).label("points"))
        .where(events.c.nth == 1)
        .group_by(events.c.lead_id)
        .subquery("scores")
    )

    def leads(base: Base) -> Rows:
        found = rows.leads(base)
        return replace(found, source=found.source.outerjoin(each, each.c.lead_id == col(Lead.id)))

    return replace(
        activities.open_leads(query),
        id="scored",
        rows=leads,
        value=lambda base: func.coalesce(each.c.points, 0),
        unit="points",
    )


def without_points(base: Base, query: Query) -> Measure:
    """Return the events of the open leads of a day of which nobody knows the points."""
    found = activities.open_leads(query)
    only = and_(found.only, _until(base, query), _POINTS.is_(None))
    return replace(found, id="without_points", rows=told, only=only)
