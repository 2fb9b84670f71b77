"""Measures of the way through the stages: each deal's stays in a stage, taken together."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Date, Integer, String, and_, case, func, literal_column, select
from sqlmodel import col

from goals.metrics import rows
from goals.metrics.counts.measure import Measure
from goals.metrics.rows import Base, Expression, Rows
from goals.metrics.sql import days_between
from goals.records.sales import Deal, StageEvent


def _of_stay(name: str, kind: Any) -> Expression:
    """Return a column of the stays by its name, for each statement makes its own list of them."""
    return literal_column(f"stay.{name}", kind)


def stays(base: Base) -> Rows:
    """Return every deal with every open stage that it ever stood in, once each.

    A stay goes from the first entry to the last leaving (none: the deal stands there still) and
    knows the days of all visits, those of the last one, and what the deal became after it.
    """
    event = StageEvent
    entered, left, deal = col(event.entered_on), col(event.left_on), col(event.deal_id)
    order = (entered, col(event.position))
    back = tuple(one.desc() for one in order)
    visit: Any = (
        select(
            deal.label("deal_id"),
            col(event.stage).label("stage"),
            col(event.status).label("status"),
            entered.label("entered_on"),
            left.label("left_on"),
            days_between(entered, left).label("days"),
            func.lead(col(event.status)).over(partition_by=deal, order_by=order).label("outcome"),
            func.row_number()
            .over(partition_by=(deal, col(event.stage), col(event.status)), order_by=back)
            .label("back"),
        )
        .where(col(event.workspace_id) == base.workspace_id, col(event.deleted_at).is_(None))
        .subquery("visit")
    ).c
    last = visit.back == 1
    stay = (
        select(
            visit.deal_id,
            visit.stage,
            func.min(visit.entered_on).label("entered_on"),
            func.max(case((last, visit.left_on))).label("left_on"),
            func.sum(visit.days).label("days"),
            func.max(case((last, visit.days))).label("last_days"),
            func.max(case((last, visit.outcome))).label("outcome"),
        )
        .where(visit.status == "open")
        .group_by(visit.deal_id, visit.stage)
        .subquery("stay")
    )
    here = and_(col(Deal.workspace_id) == base.workspace_id, col(Deal.deleted_at).is_(None))
    return Rows(
        stay.join(Deal.__table__, col(Deal.id) == stay.c.deal_id),  # type: ignore[attr-defined]
        here,
        {**rows.deal_dims(), "stage": rows.text_of(_of_stay("stage", String()))},
        rows.column(Deal.id),
    )


_ENTERED, _LEFT = _of_stay("entered_on", Date()), _of_stay("left_on", Date())
_LEAVING = Measure(
    "stay_all",
    "stage_event",
    "left_on",
    stays,
    _LEFT,
    _LEFT.is_not(None),
    lambda base: _of_stay("days", Integer()),
    spread=True,
    unit="days",
)
_ENTERING = Measure(
    "stay_from", "stage_event", "entered_on", stays, _ENTERED, _ENTERED.is_not(None)
)
#: A deal that comes back to a stage moves the day of its leaving, and the days of its stay with
#: it; so these are counted from the records whenever asked for.
UNROLLED = (
    _LEAVING,
    replace(_LEAVING, id="stay_last", value=lambda base: _of_stay("last_days", Integer())),
    _ENTERING,
    replace(_ENTERING, id="stay_left", only=_LEFT.is_not(None), turns=(_LEFT, "visit_out")),
    replace(
        _ENTERING,
        id="stay_lost",
        only=_of_stay("outcome", String()) == "lost",
        turns=(_LEFT, "visit_out"),
    ),
)
