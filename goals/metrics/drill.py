"""Which records stand behind the parts of a reading."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, and_, cast, literal, null, or_, select, union_all
from sqlmodel import col

from goals.metrics import counting
from goals.metrics.compute import money
from goals.metrics.counting import Statement
from goals.metrics.evidence import Reading
from goals.metrics.measures import MEASURES, Measure
from goals.metrics.scope import Scope
from goals.records.demand import Lead
from goals.records.sales import Deal, StageEvent

_SUFFIX = {"count": "", "value": "_amount", "list_value": "_list"}


def table_of(reading: Reading) -> type[Deal] | type[Lead]:
    """Return the kind of record that a reading counts."""
    return Lead if reading.metric in ("leads_new", "lead_conversion") else Deal


def parts(reading: Reading, part: str) -> list[str]:
    """Return the measures whose records make up the numerator or the denominator."""
    params = reading.params
    whole = part == "denominator"
    if reading.metric == "win_rate":
        suffix = _SUFFIX[params["weight"]]
        names = {
            "closed": (["won"], ["won", "lost"]),
            "all": (["won"], ["created"]),
            "created": (["created_won"], ["created"]),
            "created_closed": (["created_won"], ["created_won", "created_lost"]),
        }[params["basis"]]
        return [name + suffix for name in names[whole]]
    if reading.metric == "sales_cycle":
        outcomes = ("won", "lost") if params["outcome"] == "closed" else (params["outcome"],)
        return [f"{outcome}_cycle_{params['start']}" for outcome in outcomes]
    if reading.metric == "lead_conversion":
        converted = "leads_converted" if params["mode"] == "cohort" else "conversions"
        return ["leads" if whole else converted]
    return {
        "revenue": ["won_amount"],
        "avg_deal_size": ["won_amount"],
        "new_customers": ["customers"],
        "new_revenue": [f"new_revenue_{params.get('months', 6)}"],
        "leads_new": ["leads"],
        "open_deals": ["run_in"],
    }.get(reading.metric, [])


def statement(scope: Scope, names: list[str], reading: Reading) -> Statement:
    """Return (id, day, value) of every record counted."""
    found = [_one(scope, counting.measure(name), reading) for name in names]
    if not found:
        return select(col(Deal.id), col(Deal.closed_on), null()).where(
            col(Deal.workspace_id) == scope.base.workspace_id, literal(False)
        )
    if len(found) == 1:
        return found[0]
    both = union_all(*found).subquery()
    return select(both.c[0], both.c[1], both.c[2])


def _one(scope: Scope, measure: Measure, reading: Reading) -> Statement:
    rows = measure.rows(scope.base)
    value = measure.value(scope.base) if measure.value is not None else null()
    condition = and_(rows.where, measure.only)
    if measure.value is not None:
        condition = and_(condition, value.is_not(None))
    chosen: Statement = select(rows.id.label("id"), measure.day.label("day"), value.label("value"))
    chosen = chosen.select_from(rows.source).where(condition, *scope.custom_is(measure))
    if reading.metric == "open_deals":
        chosen = _standing(scope, reading.last_day)
        rows = MEASURES["visit_in"].rows(scope.base)
    elif reading.params.get("basis") == "all" and measure.id.startswith("created"):
        chosen = _overlapping(scope, reading)
        rows = MEASURES["created"].rows(scope.base)
    else:
        chosen = chosen.where(measure.day >= reading.first_day, measure.day <= reading.last_day)
    for dim, keys in scope.where.items():
        chosen = chosen.where(rows.dims[dim].in_(list(keys)))
    return chosen


def _standing(scope: Scope, day: date) -> Statement:
    """Return the visits to open stages that go on when a day ends."""
    rows = MEASURES["visit_in"].rows(scope.base)
    return (
        select(
            rows.id.label("id"),
            col(StageEvent.entered_on).label("day"),
            col(Deal.amount).label("value"),
        )
        .select_from(rows.source)
        .where(
            rows.where,
            col(StageEvent.status) == "open",
            col(StageEvent.entered_on) <= day,
            or_(col(StageEvent.left_on).is_(None), col(StageEvent.left_on) > day),
        )
    )


def _overlapping(scope: Scope, reading: Reading) -> Statement:
    rows = MEASURES["created"].rows(scope.base)
    event = (
        select(col(StageEvent.id))
        .where(
            col(StageEvent.workspace_id) == scope.base.workspace_id,
            col(StageEvent.workspace_id) == col(Deal.workspace_id),
            col(StageEvent.deal_id) == col(Deal.id),
            col(StageEvent.deleted_at).is_(None),
            col(StageEvent.status) == "open",
            col(StageEvent.entered_on) <= reading.last_day,
            or_(col(StageEvent.left_on).is_(None), col(StageEvent.left_on) >= reading.first_day),
        )
        .exists()
    )
    return (
        select(
            rows.id.label("id"),
            cast(col(Deal.created_on), Date).label("day"),
            col(Deal.amount).label("value"),
        )
        .select_from(rows.source)
        .where(rows.where, or_(event, MEASURES["undated"].only))
    )


def shown(reading: Reading, value: Any) -> Decimal | None:
    """Return a record's part of the value: an amount, or days."""
    if value is None:
        return None
    if isinstance(value, Decimal):
        return value
    return Decimal(int(value)) if reading.metric == "sales_cycle" else money(int(value))
