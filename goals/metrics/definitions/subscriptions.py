"""Metrics of customers who stay, leave, pay more or pay less (pure)."""

from goals.metrics.definitions.metric import ONE, ZERO, Metric, Param
from goals.words import N_, Message

_NEEDS = ("purchase", "subscription")
_ENTITY = Param("entity", ("account", "subscription"))
_INACTIVE = Param("inactive_days")
_STAYING = Message(
    N_(
        "Who comes within the window counts on neither side. Customers are accounts with a running "
        "subscription; with a number of days without a purchase they are those who bought, and are "
        "lost when their last purchase lies more days back than that."
    )
)
_PAYING = Message(
    N_(
        "An account's price is the sum of its running subscriptions. A change of price is a "
        "subscription that starts on the day on which another of the account ends; correcting a "
        "price changes what was, and is no change."
    )
)

METRICS = (
    Metric(
        "churn_rate",
        Message(N_("Churn rate")),
        "rate",
        "down",
        "ratio",
        _NEEDS,
        Message(
            N_(
                "Customers at the window's start that are lost by its end, divided by all at "
                "the start"
            )
        ),
        (_ENTITY, _INACTIVE, Param("basis", ("opening",))),
        limits=(ZERO, ONE),
        takes_readings=True,
        note=_STAYING,
    ),
    Metric(
        "retention_rate",
        Message(N_("Retention rate")),
        "rate",
        "up",
        "ratio",
        _NEEDS,
        Message(
            N_(
                "Customers at the window's start that are still there at its end, divided by "
                "all at the start"
            )
        ),
        (_ENTITY, _INACTIVE, Param("basis", ("opening", "end_less_new"))),
        limits=(None, ONE),
        takes_readings=True,
        note=_STAYING,
    ),
    Metric(
        "customers_retained",
        Message(N_("Customers retained")),
        "count",
        "up",
        "stock",
        _NEEDS,
        Message(N_("Customers at the window's start that are still there at its end")),
        (_ENTITY, _INACTIVE),
        limits=(ZERO, None),
        takes_readings=True,
        note=_STAYING,
    ),
    Metric(
        "revenue_churn",
        Message(N_("Revenue churn")),
        "rate",
        "down",
        "ratio",
        ("subscription",),
        Message(
            N_(
                "How much less a month the accounts of the window's start pay at its end, "
                "divided by what they paid at the start"
            )
        ),
        limits=(ZERO, ONE),
        takes_readings=True,
        note=_PAYING,
    ),
    Metric(
        "grr",
        Message(N_("Gross revenue retention")),
        "rate",
        "up",
        "ratio",
        ("subscription",),
        Message(
            N_(
                "What accounts of the window's start pay a month at its end, at most what each "
                "paid before, divided by what they paid at the start"
            )
        ),
        limits=(ZERO, ONE),
        takes_readings=True,
        note=_PAYING,
    ),
    Metric(
        "nrr",
        Message(N_("Net revenue retention")),
        "rate",
        "up",
        "ratio",
        ("subscription",),
        Message(
            N_(
                "What accounts of the window's start pay a month at its end, divided by what "
                "they paid at the start"
            )
        ),
        limits=(ZERO, None),
        takes_readings=True,
        note=_PAYING,
    ),
    Metric(
        "net_new_mrr",
        Message(N_("Net new monthly recurring revenue")),
        "money",
        "up",
        "flow",
        ("subscription",),
        Message(
            N_(
                "Monthly prices of subscriptions that started less those of subscriptions that "
                "ended: new, expanded and returned less contracted and lost"
            )
        ),
        takes_readings=True,
        note=_PAYING,
    ),
    Metric(
        "renewal_rate",
        Message(N_("Renewal rate")),
        "rate",
        "up",
        "ratio",
        ("subscription",),
        Message(
            N_(
                "Subscriptions due in the window that were renewed, early or up to "
                "%(grace_days)s days late, divided by all due"
            )
        ),
        (Param("weight", ("count", "value")), Param("grace_days", number=30)),
        limits=(ZERO, ONE),
        takes_readings=True,
        note=Message(
            N_(
                "Only what came due counts. By value, a renewal at a lower price counts with that "
                "price and one at a higher price with the old one."
            )
        ),
    ),
    Metric(
        "upsell_rate",
        Message(N_("Upsell rate")),
        "rate",
        "up",
        "ratio",
        ("subscription",),
        Message(
            N_(
                "Accounts of the window's start that went to a higher price or more seats "
                "within it, each once, divided by the accounts at the start"
            )
        ),
        limits=(ZERO, ONE),
        takes_readings=True,
        note=Message(
            N_(
                "A subscription that takes the place of others is compared with them; another one "
                "of the same plan is more of the same. Another plan beside it is no upsell."
            )
        ),
    ),
)
