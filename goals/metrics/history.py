"""How far back and how far forward a metric's events reach, and its amounts day by day."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlmodel import Session, col

from goals.errors import Refusal
from goals.metrics import delivered
from goals.metrics import refresh as rollups
from goals.metrics.catalogue import Metric
from goals.metrics.compute import money
from goals.metrics.measures import UNDATED
from goals.metrics.rollup import TOTAL, Rollup
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


def earliest(session: Session, metric: str, where: Mapping[str, str]) -> date | None:
    """Return the first day with an event of some members, None where there is none."""
    if not where or metric not in EVENTS:
        return min(_edges(session, metric), default=None)
    of_leads = "leads" in EVENTS[metric]
    scope = scope_of(session, rollups.base_of(session), where, None, of_leads=of_leads)
    since = date.fromisoformat(UNDATED) + timedelta(days=1)
    days = [scope.daily(name, since, date.max)[:1] for name in EVENTS[metric]]
    return min((day for found in days for day, _, _ in found), default=None)


def latest(session: Session, metric: str) -> date | None:
    """Return the last day with an event, None where there is none."""
    return max(_edges(session, metric), default=None)


def _edges(session: Session, metric: str) -> list[date]:
    """Return the first and the last day of everything that a metric lives on."""
    here = workspace_of(session)
    if metric in EVENTS:
        day = col(Rollup.day)
        statement = select(func.min(day), func.max(day)).where(
            col(Rollup.workspace_id) == here,
            col(Rollup.measure).in_(EVENTS[metric]),
            col(Rollup.dim) == TOTAL,
            day > date.fromisoformat(UNDATED),
        )
    else:
        day = col(ManualReading.day)
        statement = select(func.min(day), func.max(day)).where(
            col(ManualReading.workspace_id) == here,
            col(ManualReading.metric) == metric,
            col(ManualReading.deleted_at).is_(None),
        )
    return [found for found in session.execute(statement).one() if found is not None]


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
        return _delivered(session, metric.id, first, last, where)
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
    daily = scope.daily(name, first, last)
    return [(day, money(total) if of_sum else Decimal(n)) for day, n, total in daily]


def _delivered(
    session: Session, metric: str, first: date, last: date, where: Mapping[str, str]
) -> list[tuple[date, Decimal]]:
    found: dict[date, Decimal] = {}
    for one in delivered.readings(session, metric, first, last, where):
        found[one.day] = found.get(one.day, Decimal()) + one.value
    return list(found.items())
