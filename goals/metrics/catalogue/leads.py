"""Metrics of leads (pure)."""

from goals.metrics.catalogue.metric import ZERO, Metric, Param
from goals.words import N_, Message

METRICS = (
    Metric(
        "leads_new",
        Message(N_("New leads")),
        "count",
        "up",
        "flow",
        ("lead",),
        Message(N_("Leads created in the window")),
        limits=(ZERO, None),
    ),
    Metric(
        "lead_conversion",
        Message(N_("Lead conversion")),
        "rate",
        "up",
        "ratio",
        ("lead",),
        Message(N_("Leads that converted divided by leads created")),
        (Param("mode", ("cohort", "period")), Param("within_days")),
        limits=(ZERO, None),
    ),
)
