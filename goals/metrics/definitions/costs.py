"""Metrics of what winning customers costs (pure)."""

from goals.metrics.definitions.metric import ZERO, Metric, Param
from goals.words import N_, Message

METRICS = (
    Metric(
        "cpl",
        Message(N_("Cost per lead")),
        "money",
        "down",
        "ratio",
        ("spend", "lead"),
        Message(N_("Spend on marketing divided by leads created in the same window")),
        limits=(ZERO, None),
        takes_readings=True,
    ),
    Metric(
        "cost_per_sale",
        Message(N_("Cost per sale")),
        "money",
        "down",
        "ratio",
        ("spend", "deal"),
        Message(N_("Spend on marketing divided by deals won in the same window")),
        limits=(ZERO, None),
        takes_readings=True,
        note=Message(
            N_("Compare it, not the cost per lead, with the average deal: a lead is no sale yet.")
        ),
    ),
    Metric(
        "cac",
        Message(N_("Customer acquisition cost")),
        "money",
        "down",
        "ratio",
        ("spend", "deal"),
        Message(
            N_(
                "Spend on marketing and sales divided by new customers of the window; the spend may"
                " be that of a month earlier"
            )
        ),
        (Param("lag_months", ("0", "1")),),
        limits=(ZERO, None),
        takes_readings=True,
        note=Message(
            N_(
                "All spend and all new customers of the window: never a mean of months, and no"
                " value without new customers."
            )
        ),
    ),
    Metric(
        "cac_payback",
        Message(N_("CAC payback")),
        "months",
        "down",
        "duration",
        ("spend", "deal", "subscription"),
        Message(
            N_(
                "Customer acquisition cost divided by what a paying customer brings a month:"
                " monthly recurring revenue at the end of the window, times the gross margin in"
                " percent"
            )
        ),
        (Param("margin", most=100), Param("lag_months", ("0", "1"))),
        limits=(ZERO, None),
        takes_readings=True,
    ),
    Metric(
        "ltv_cac",
        Message(N_("Lifetime value to acquisition cost")),
        "ratio",
        "up",
        "ratio",
        ("purchase", "spend", "deal"),
        Message(
            N_(
                "Customer lifetime value of the window, of revenue and not of margin, divided by"
                " its customer acquisition cost"
            )
        ),
        (Param("lifespan_months"), Param("lag_months", ("0", "1"))),
        limits=(None, None),
        takes_readings=True,
        note=Message(N_("Three to one is a rule of thumb and no target.")),
    ),
    Metric(
        "leads_needed",
        Message(N_("Leads needed")),
        "count",
        "neutral",
        "ratio",
        ("deal",),
        Message(
            N_("Customers wanted, divided by the share of closed deals that were won, rounded up")
        ),
        (Param("target"),),
        limits=(ZERO, None),
        takes_readings=True,
    ),
)
