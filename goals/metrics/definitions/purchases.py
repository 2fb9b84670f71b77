"""Metrics of what customers buy (pure)."""

from goals.metrics.definitions.metric import ONE, ZERO, Metric, Param
from goals.words import N_, Message

_NEEDS = ("purchase",)
_YEAR = Message(N_("Read it over a year. Refunds lower the revenue of the day they were made."))

METRICS = (
    Metric(
        "avg_purchase_value",
        Message(N_("Average purchase value")),
        "money",
        "up",
        "ratio",
        _NEEDS,
        Message(N_("Revenue of purchases less refunds, divided by the purchases")),
        takes_readings=True,
        note=_YEAR,
    ),
    Metric(
        "purchase_frequency",
        Message(N_("Purchase frequency")),
        "number",
        "up",
        "ratio",
        _NEEDS,
        Message(N_("Purchases divided by the customers who made them, each customer once")),
        limits=(ZERO, None),
        takes_readings=True,
        note=_YEAR,
    ),
    Metric(
        "customer_value",
        Message(N_("Customer value")),
        "money",
        "up",
        "ratio",
        _NEEDS,
        Message(N_("Revenue of purchases less refunds, divided by the customers who bought")),
        takes_readings=True,
        note=_YEAR,
    ),
    Metric(
        "customer_lifespan",
        Message(N_("Customer lifespan")),
        "years",
        "up",
        "duration",
        _NEEDS,
        Message(
            N_("Years from first to last purchase, mean of all who bought by the window's last day")
        ),
        limits=(ZERO, None),
        takes_readings=True,
        note=Message(
            N_("Customers may buy again: a short history makes lives look shorter than they are.")
        ),
    ),
    Metric(
        "clv",
        Message(N_("Customer lifetime value")),
        "money",
        "up",
        "ratio",
        _NEEDS,
        Message(
            N_(
                "Purchase value × purchases of a customer in a year × years a customer stays: "
                "revenue of purchases less refunds, not margin"
            )
        ),
        (Param("lifespan_months"),),
        takes_readings=True,
        note=Message(
            N_(
                "Without a number of months the years are those of the customer lifespan. A window "
                "that is no year is taken as its part of one."
            )
        ),
    ),
    Metric(
        "repeat_rate",
        Message(N_("Repeat purchase rate")),
        "rate",
        "up",
        "ratio",
        _NEEDS,
        Message(
            N_(
                "Customers who first bought in the window and bought again since, divided by "
                "all who first bought in it"
            )
        ),
        (Param("unit", ("orders", "days")), Param("within_days")),
        limits=(ZERO, ONE),
        takes_readings=True,
        note=Message(N_("Two orders on one day are a repeat by orders, and none by days.")),
    ),
    Metric(
        "net_new_revenue",
        Message(N_("Net new revenue")),
        "money",
        "up",
        "flow",
        _NEEDS,
        Message(N_("Revenue of the day on which each customer first bought")),
        takes_readings=True,
        note=Message(
            N_(
                "Revenue from new customers. What subscription businesses call net new is another "
                "number: net new monthly recurring revenue."
            )
        ),
    ),
)
