"""How far back and how far forward a metric's events reach, and its amounts day by day."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from sqlmodel import Session, col, func, select

from goals.errors import Refusal
from goals.metrics import counting
from goals.metrics import refresh as rollups
from goals.metrics.catalogue import Metric
from goals.metrics.compute import money
from goals.metrics.counting import TOTAL
from goals.metrics.measures import UNDATED
from goals.metrics.rollup import Rollup
from goals.metrics.scope import scope_of
from goals.records.figures import ManualReading
from goals.table import workspace_of
from goals.words import N_

#: Metric -> the measures whose events it lives on.
EVENTS = {
    "revenue": ("won_amount",),
    "new_customers": ("customers",),
    "new_revenue": ("new_revenue_6",),
    "avg_deal_size": ("won_amount",),
    "win_rate": ("won", "lost"),
    "sales_cycle": ("won", "lost"),
    "open_deals": ("run_in",),
    "leads_new": ("leads",),
    "lead_conversion": ("leads",),
}
#: A metric that adds up -> its measure, and whether the sum counts or the number.
ADDS_UP = {
    "revenue": ("won_amount", True),
    "new_customers": ("customers", False),
    "leads_new": ("leads", False),
}


def earliest(session: Session, metric: str) -> date | None:
    """Return the first day with an event, None where there is none."""
    return _edge(session, metric, func.min)


def latest(session: Session, metric: str) -> date | None:
    """Return the last day with an event, None where there is none."""
    return _edge(session, metric, func.max)


def _edge(session: Session, metric: str, end: type[func.min] | type[func.max]) -> date | None:
    here = workspace_of(session)
    if metric not in EVENTS:
        delivered = select(end(col(ManualReading.day))).where(
            col(ManualReading.workspace_id) == here,
            col(ManualReading.metric) == metric,
            col(ManualReading.deleted_at).is_(None),
        )
        return session.exec(delivered).one()
    found = []
    for name in EVENTS[metric]:
        statement = select(end(col(Rollup.day))).where(
            col(Rollup.workspace_id) == here,
            col(Rollup.measure) == name,
            col(Rollup.dim) == TOTAL,
            col(Rollup.day) > date.fromisoformat(UNDATED),
        )
        day = session.exec(statement).one()
        if day is not None:
            found.append(day)
    if not found:
        return None
    return min(found) if end is func.min else max(found)


def series(
    session: Session,
    metric: Metric,
    params: Mapping[str, str],
    where: Mapping[str, str],
    first: date,
    last: date,
) -> list[tuple[date, Decimal]]:
    """Return the daily amounts of a metric that adds up, days without any left out."""
    if not metric.is_counted:
        return _delivered(session, metric.id, first, last)
    if metric.id == "new_revenue":
        name, of_sum = f"new_revenue_{params['months']}", True
    elif metric.id in ADDS_UP:
        name, of_sum = ADDS_UP[metric.id]
    else:
        raise Refusal(
            "does_not_add_up",
            N_("%(metric)s does not add up over days."),
            {"metric": metric.name},
            field="metric",
        )
    base = rollups.base_of(session)
    scope = scope_of(session, base, where, None, of_leads=metric.id == "leads_new")
    stored = scope.stored_by(name)
    if stored is not None:
        daily = counting.daily(session, name, stored, first, last, scope.where)
    else:
        daily = counting.daily_from_records(
            session,
            counting.measure(name),
            base,
            first,
            last,
            where=scope.where,
            also=scope.custom_is(counting.measure(name)),
        )
    return [(day, money(total) if of_sum else Decimal(n)) for day, n, total in daily]


def _delivered(
    session: Session, metric: str, first: date, last: date
) -> list[tuple[date, Decimal]]:
    statement = (
        select(ManualReading.day, func.sum(col(ManualReading.value)))
        .where(
            col(ManualReading.workspace_id) == workspace_of(session),
            col(ManualReading.metric) == metric,
            col(ManualReading.day) >= first,
            col(ManualReading.day) <= last,
            col(ManualReading.deleted_at).is_(None),
        )
        .group_by(col(ManualReading.day))
        .order_by(col(ManualReading.day))
    )
    return [(day, Decimal(str(total))) for day, total in session.exec(statement)]
