"""What each metric is a product of: its chain of drivers, as data (pure).

A link is a quantity that some reading shows. Most count for each of the link before: deals
closed for each lead, wins of those. Multiplied they are the metric, whatever was counted.
"""

from dataclasses import dataclass

from goals.words import N_


@dataclass(frozen=True)
class Words:
    """What a driver is called, and what is said when there is more or less of it."""

    name: str
    more: str
    less: str


@dataclass(frozen=True)
class Link:
    """A driver: a `part` (value, numerator, denominator) of a metric's reading.

    `per` divides it by the link before; `alone` are its words where that link is missing.
    `divides` makes it a divisor of the product. `unit` is that of the driver itself; `is_share`
    tells that it is never more than all of the link before. `kpi` is the metric that counts
    just this driver (None: no metric does): goals on it give the driver a plan, remedies of it
    act on the driver.
    """

    id: str
    words: Words
    metric: str
    part: str = "value"
    unit: str = "count"
    per: bool = False
    alone: Words | None = None
    divides: bool = False
    is_share: bool = False
    kpi: str | None = None


LEADS = Link(
    "leads", Words(N_("Leads"), N_("more leads"), N_("fewer leads")), "leads_new", kpi="leads_new"
)
CLOSED = Link(
    "closed",
    Words(
        N_("Deals closed for each lead"),
        N_("more deals closed for each lead"),
        N_("fewer deals closed for each lead"),
    ),
    "win_rate",
    "denominator",
    unit="rate",
    per=True,
    alone=Words(N_("Deals closed"), N_("more deals closed"), N_("fewer deals closed")),
)
WON = Link(
    "won",
    Words(N_("Win rate"), N_("higher win rate"), N_("lower win rate")),
    "win_rate",
    "numerator",
    unit="rate",
    per=True,
    alone=Words(N_("Deals won"), N_("more deals won"), N_("fewer deals won")),
    is_share=True,
    kpi="win_rate",
)
PRICED = Link(
    "priced",
    Words(
        N_("Won deals that carry an amount"),
        N_("more won deals that carry an amount"),
        N_("fewer won deals that carry an amount"),
    ),
    "avg_deal_size",
    "denominator",
    unit="rate",
    per=True,
    is_share=True,
)
SIZE = Link(
    "size",
    Words(N_("Average deal size"), N_("larger deals"), N_("smaller deals")),
    "avg_deal_size",
    "numerator",
    unit="money",
    per=True,
    kpi="avg_deal_size",
)
OPPORTUNITIES = Link(
    "opportunities",
    Words(
        N_("New opportunities for each lead"),
        N_("more opportunities for each lead"),
        N_("fewer opportunities for each lead"),
    ),
    "opportunities_new",
    unit="rate",
    per=True,
)
CUSTOMERS = Link(
    "customers",
    Words(
        N_("New customers for each lead"),
        N_("more new customers for each lead"),
        N_("fewer new customers for each lead"),
    ),
    "new_customers",
    unit="rate",
    per=True,
)
OPEN = Link(
    "open",
    Words(N_("Open deals"), N_("more open deals"), N_("fewer open deals")),
    "open_deals",
    kpi="open_deals",
)
WIN_RATE = Link("win_rate", WON.words, "win_rate", unit="rate", is_share=True, kpi="win_rate")
DEAL_SIZE = Link("deal_size", SIZE.words, "avg_deal_size", unit="money", kpi="avg_deal_size")
CYCLE = Link(
    "cycle",
    Words(N_("Sales cycle"), N_("longer sales cycle"), N_("shorter sales cycle")),
    "sales_cycle",
    unit="days",
    divides=True,
    kpi="sales_cycle",
)
FREQUENCY = Link(
    "frequency",
    Words(
        N_("Purchases for each customer"),
        N_("more purchases for each customer"),
        N_("fewer purchases for each customer"),
    ),
    "purchase_frequency",
    unit="number",
    kpi="purchase_frequency",
)
PURCHASE = Link(
    "purchase",
    Words(N_("Average purchase"), N_("larger purchases"), N_("smaller purchases")),
    "avg_purchase_value",
    unit="money",
    kpi="avg_purchase_value",
)
QUOTAS = Link(
    "quotas",
    Words(N_("Quotas"), N_("higher quotas"), N_("lower quotas")),
    "quota_attainment",
    "denominator",
    unit="money",
    divides=True,
)
SOLD = Link(
    "sold",
    Words(N_("Amounts won"), N_("more won"), N_("less won")),
    "quota_attainment",
    "numerator",
    unit="money",
)


def _cost(metric: str, counted: Words, kpi: str | None) -> tuple[Link, Link]:
    """Return spend, and what it is divided by."""
    spend = Words(N_("Spend"), N_("more spend"), N_("less spend"))
    return (
        Link("spend", spend, metric, "numerator", unit="money"),
        Link("counted", counted, metric, "denominator", divides=True, kpi=kpi),
    )


#: Metric -> its links in the order in which one leads to the next.
CHAINS: dict[str, tuple[Link, ...]] = {
    "revenue": (LEADS, CLOSED, WON, PRICED, SIZE),
    "contracts_signed": (LEADS, CLOSED, WON),
    "opportunities_new": (LEADS, OPPORTUNITIES),
    "new_customers": (LEADS, CUSTOMERS),
    "pipeline_velocity": (OPEN, WIN_RATE, DEAL_SIZE, CYCLE),
    "customer_value": (FREQUENCY, PURCHASE),
    "quota_attainment": (SOLD, QUOTAS),
    "cpl": _cost("cpl", LEADS.words, "leads_new"),
    "cost_per_sale": _cost(
        "cost_per_sale",
        Words(N_("Deals won"), N_("more deals won"), N_("fewer deals won")),
        None,
    ),
    "cac": _cost(
        "cac",
        Words(N_("New customers"), N_("more new customers"), N_("fewer new customers")),
        "new_customers",
    ),
}


def words_of(link: Link, *, is_first: bool) -> Words:
    """Return what a link is called where it stands."""
    return link.alone if is_first and link.per and link.alone is not None else link.words


def unit_of(link: Link, *, is_first: bool) -> str:
    """Return the unit of a driver where it stands: what counts for nothing before it is a count."""
    return "count" if is_first and link.per else link.unit
