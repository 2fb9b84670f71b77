"""Metrics of change between periods (pure)."""

from goals.metrics.definitions.metric import Metric, Param
from goals.words import N_, Message

METRICS = (
    Metric(
        "revenue_growth",
        Message(N_("Revenue growth")),
        "rate",
        "up",
        "ratio",
        ("deal",),
        Message(
            N_(
                "(Amounts won − those of the period before) ÷ those of the period before; of a "
                "period that is not over, the same number of days of both"
            )
        ),
        takes_readings=True,
    ),
    Metric(
        "yoy_comparison",
        Message(N_("Change on the year before")),
        "rate",
        "up",
        "ratio",
        ("deal",),
        Message(
            N_(
                "(Amounts won − those of the same days in an earlier year) ÷ those of that year; "
                "years earlier: %(years)s; 29 February is compared with 28 February"
            )
        ),
        (Param("years", number=1),),
        takes_readings=True,
    ),
)
