"""Metrics that are delivered as readings so far: their names, units and better sides (pure)."""

from decimal import Decimal
from typing import NamedTuple

from goals.words import N_


class Row(NamedTuple):
    """One delivered metric; `needs` are the records it could be counted from."""

    id: str
    name: str
    unit: str
    direction: str
    kind: str
    needs: tuple[str, ...] = ("reading",)


#: The values a unit allows.
RANGES: dict[str, tuple[Decimal | None, Decimal | None]] = {
    "rate": (Decimal(0), Decimal(1)),
    "score": (Decimal(-100), Decimal(100)),
    "ratio": (None, None),
}

ROWS = (
    Row("ltv_cac", N_("Lifetime value to acquisition cost"), "ratio", "up", "ratio",
        ("spend", "purchase")),
    Row("net_new_revenue", N_("Net new revenue"), "money", "up", "flow", ("purchase",)),
    Row("net_new_mrr", N_("Net new monthly recurring revenue"), "money", "up", "flow",
        ("subscription",)),
    Row("customers_retained", N_("Customers retained"), "count", "up", "flow",
        ("purchase", "subscription")),
    Row("churn_rate", N_("Churn rate"), "rate", "down", "ratio", ("purchase", "subscription")),
    Row("revenue_churn", N_("Revenue churn"), "rate", "down", "ratio", ("subscription",)),
    Row("retention_rate", N_("Retention rate"), "rate", "up", "ratio",
        ("purchase", "subscription")),
    Row("grr", N_("Gross revenue retention"), "rate", "up", "ratio", ("subscription",)),
    Row("nrr", N_("Net revenue retention"), "ratio", "up", "ratio", ("subscription",)),
    Row("renewal_rate", N_("Renewal rate"), "rate", "up", "ratio", ("subscription",)),
    Row("repeat_rate", N_("Repeat purchase rate"), "rate", "up", "ratio", ("purchase",)),
    Row("upsell_rate", N_("Upsell rate"), "rate", "up", "ratio", ("subscription",)),
    Row("cross_upsell_opps", N_("Cross-sell and upsell opportunities"), "count", "up", "flow",
        ("deal",)),
    Row("clv", N_("Customer lifetime value"), "money", "up", "ratio", ("purchase",)),
    Row("avg_purchase_value", N_("Average purchase value"), "money", "up", "ratio", ("purchase",)),
    Row("purchase_frequency", N_("Purchase frequency"), "number", "up", "ratio", ("purchase",)),
    Row("customer_value", N_("Customer value"), "money", "up", "ratio", ("purchase",)),
    Row("customer_lifespan", N_("Customer lifespan"), "years", "up", "duration", ("purchase",)),
    Row("lead_score", N_("Lead score"), "number", "up", "score", ("lead_event",)),
    Row("data_quality", N_("Data quality"), "rate", "up", "ratio", ("deal",)),
    Row("headcount", N_("Headcount"), "count", "up", "stock"),
)  # fmt: skip
