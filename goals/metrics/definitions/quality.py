"""Metrics of the data itself (pure)."""

from goals.metrics.definitions.metric import ONE, ZERO, Metric
from goals.words import N_, Message

METRICS = (
    Metric(
        "data_quality",
        Message(N_("Data quality")),
        "rate",
        "up",
        "ratio",
        ("deal",),
        Message(
            N_(
                "Deals that pass every check, divided by all deals: amount, currency, days, "
                "double, owner, stage, expected close, activity, probability, product, data policy"
            )
        ),
        version=2,
        limits=(ZERO, ONE),
        takes_readings=True,
    ),
)
