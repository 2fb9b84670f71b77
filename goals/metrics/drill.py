"""Which records stand behind the parts of a reading."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import literal, null, or_, select, union_all
from sqlmodel import col

from goals.metrics import cohorts, counting
from goals.metrics.compute import money
from goals.metrics.counting import Statement
from goals.metrics.evidence import Reading
from goals.metrics.measures import MEASURES
from goals.metrics.query import Query
from goals.metrics.rows import Rows
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
    found = [_one(scope, name, reading) for name in names]
    if not found:
        return select(col(Deal.id), col(Deal.closed_on), null()).where(
            col(Deal.workspace_id) == scope.base.workspace_id, literal(False)
        )
    if len(found) == 1:
        return found[0]
    both = union_all(*found).subquery()
    return select(both.c[0], both.c[1], both.c[2])


def _one(scope: Scope, name: str, reading: Reading) -> Statement:
    if reading.metric == "open_deals":
        return _standing(scope, reading)
    query = asked(reading)
    measure, day = counting.measure(name), counting.measure(name).day
    if reading.params.get("basis") == "all" and name.startswith("created"):
        measure = cohorts.stood_open(scope, query, reading.params["weight"])
    else:
        horizon = query.matured or date.max
        ripe = cohorts.matured(scope.session, name, reading.params, query, horizon)
        measure = measure if ripe is None else ripe
    rows = measure.rows(scope.base)
    value = null() if measure.value is None else measure.value(scope.base)
    condition = [rows.where, measure.only, measure.day >= query.first_day]
    condition += [measure.day <= query.last_day, *scope.custom_is(measure)]
    if measure.value is not None:
        condition.append(value.is_not(None))
    return _narrowed(_chosen(rows, day, value).where(*condition), scope, rows)


def _standing(scope: Scope, reading: Reading) -> Statement:
    """Return the visits to open stages that go on when the last day ends."""
    day, visit = reading.last_day, MEASURES["visit_in"]
    suffix = {"count": "", "age": "", "value": "_value", "list_value": "_list"}
    kind = "visit" if "stage" in scope.where else "run"
    measured = MEASURES[f"{kind}_in{suffix[reading.params['measure']]}"]
    assert measured.value is not None
    rows, value = visit.rows(scope.base), measured.value(scope.base)
    chosen = _chosen(rows, visit.day, value).where(
        rows.where,
        visit.only,
        visit.day <= day,
        or_(col(StageEvent.left_on).is_(None), col(StageEvent.left_on) > day),
        value.is_not(None),
        *scope.custom_is(visit),
    )
    return _narrowed(chosen, scope, rows)


def _chosen(rows: Rows, day: Any, value: Any) -> Statement:
    columns = select(rows.id.label("id"), day.label("day"), value.label("value"))
    return columns.select_from(rows.source)


def _narrowed(chosen: Statement, scope: Scope, rows: Rows) -> Statement:
    for dim, keys in scope.where.items():
        chosen = chosen.where(rows.dims[dim].in_(list(keys)))
    return chosen


def asked(reading: Reading) -> Query:
    """Return the question that a reading answered."""
    return Query(
        metric=reading.metric,
        first_day=reading.first_day,
        last_day=reading.last_day,
        params=reading.params,
        where=reading.where,
        by=reading.by,
        matured=reading.matured,
        known_at=reading.known_at,
    )


def shown(reading: Reading, value: Any) -> Decimal | None:
    """Return a record's part of the value: an amount, or days; None where it only counts."""
    if value is None:
        return None
    if reading.metric == "sales_cycle":
        return Decimal(int(value))
    if reading.metric == "open_deals" and reading.params["measure"] in ("count", "age"):
        age = reading.last_day.toordinal() - int(value)
        return Decimal(age) if reading.params["measure"] == "age" else None
    return money(int(value))
