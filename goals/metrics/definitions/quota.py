"""Metrics of what people sell, against what they are to sell (pure)."""

from goals.metrics.definitions.metric import ZERO, Metric, Param
from goals.words import N_, Message

METRICS = (
    Metric(
        "quota_attainment",
        Message(N_("Quota attainment")),
        "rate",
        "up",
        "ratio",
        ("deal", "quota"),
        Message(
            N_(
                "Amounts won by those who have a quota, divided by their quotas: of a quota the "
                "share of its days that lie in the window; a team's is sum by sum"
            )
        ),
        takes_readings=True,
    ),
    Metric(
        "deals_to_quota",
        Message(N_("Deals still needed for quota")),
        "count",
        "down",
        "stock",
        ("deal", "quota"),
        Message(
            N_(
                "What the quotas of the window lack, divided by the average deal won in the "
                "%(months)s months up to its end, or to today, and rounded up; 0 once they are met"
            )
        ),
        (Param("months", number=12),),
        limits=(ZERO, None),
        takes_readings=True,
        looks_ahead=True,
    ),
    Metric(
        "productivity",
        Message(N_("Productivity")),
        "number",
        "up",
        "ratio",
        ("deal", "owner"),
        Message(
            N_("Deals won for each active owner and month, a part of a month by its share of days")
        ),
        (Param("measure", ("count", "value")),),
        units={("measure", "value"): "money"},
        takes_readings=True,
    ),
)
