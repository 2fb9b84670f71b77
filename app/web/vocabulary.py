"""Words for what the catalogue of metrics names by id: dimensions, parameters, records."""

from app.web import texts
from app.web.texts import gettext as _
from app.web.texts import lazy_gettext as _l
from goals.metrics.catalogue import Metric
from goals.records import kinds

#: What a number can be split by or narrowed to.
DIMENSIONS = {
    "owner": _l("Owner"),
    "team": _l("Team of the owner"),
    "manager": _l("Manager"),
    "region": _l("Region"),
    "source": _l("Source"),
    "product": _l("Product"),
    "campaign": _l("Campaign"),
    "pipeline": _l("Pipeline"),
    "stage": _l("Stage"),
    "account": _l("Account"),
    "customer_type": _l("Type of customer"),
}
#: Parameters of metrics.
PARAMS = {
    "basis": _l("Basis"),
    "weight": _l("Weighted by"),
    "stat": _l("Average"),
    "outcome": _l("Outcome"),
    "start": _l("Starts at"),
    "measure": _l("Measure"),
    "mode": _l("Leads counted"),
    "months": _l("Months"),
    "type": _l("Type"),
    "lag_months": _l("Spend counted"),
    "margin": _l("Gross margin in percent"),
    "target": _l("Customers wanted"),
    "within_days": _l("Within days"),
    "visits": _l("Visits counted"),
    "days": _l("Days up to the last one"),
    "odds": _l("Probabilities"),
    "part": _l("Deals counted"),
    "years": _l("Years before"),
    "hours": _l("Hours counted"),
    "resolution": _l("Solution counted"),
    "scale": _l("Scale"),
    "direction": _l("Direction"),
    "entity": _l("Customers are"),
    "inactive_days": _l("Days without a purchase"),
    "grace_days": _l("Days of grace"),
    "lifespan_months": _l("Months a customer stays"),
    "unit": _l("A repeat is"),
    "repeats": _l("An event that comes again"),
}
#: Their values, by parameter.
VALUES = {
    ("basis", "closed"): _l("closed in the window"),
    ("basis", "all"): _l("open on any day of it"),
    ("basis", "created"): _l("created in it"),
    ("basis", "created_closed"): _l("created in it, closed since"),
    ("weight", "count"): _l("number"),
    ("weight", "value"): _l("amount"),
    ("weight", "list_value"): _l("list price"),
    ("stat", "mean"): _l("mean"),
    ("stat", "median"): _l("median"),
    ("stat", "p90"): _l("90 in 100 are below"),
    ("outcome", "won"): _l("won"),
    ("outcome", "lost"): _l("lost"),
    ("outcome", "closed"): _l("won or lost"),
    ("start", "created"): _l("deal created"),
    ("start", "qualified"): _l("deal qualified"),
    ("start", "lead"): _l("lead created"),
    ("measure", "count"): _l("number of deals"),
    ("measure", "value"): _l("amount"),
    ("measure", "list_value"): _l("list price"),
    ("measure", "age"): _l("age"),
    ("measure", "visits"): _l("visits"),
    ("measure", "visitors"): _l("visitors"),
    ("measure", "rate"): _l("share of mails"),
    ("measure", "clicks"): _l("number of clicks"),
    ("measure", "purchases"): _l("number of purchases"),
    ("lag_months", "0"): _l("in the same window"),
    ("lag_months", "1"): _l("a month earlier"),
    ("type", "all"): _l("all types"),
    ("type", "iql"): _l("IQL, wants information"),
    ("type", "mql"): _l("MQL, qualified by marketing"),
    ("type", "sql"): _l("SQL, qualified by sales"),
    ("type", "trial"): _l("free trial"),
    ("mode", "cohort"): _l("created in the window"),
    ("mode", "period"): _l("converted in the window"),
    ("visits", "all"): _l("all, added up"),
    ("visits", "last"): _l("the last one"),
    ("odds", "stage"): _l("of the stage, else of the deal, else from history"),
    ("odds", "history"): _l("from history only"),
    ("odds", "full"): _l("none, each deal counts whole"),
    ("odds", "commit"): _l("only deals with the CRM's category commit, whole"),
    ("part", "both"): _l("won and open"),
    ("part", "open"): _l("open deals only"),
    ("hours", "calendar"): _l("all hours"),
    ("hours", "business"): _l("business hours"),
    ("resolution", "full"): _l("the last one"),
    ("resolution", "first"): _l("the first one"),
    ("direction", "all"): _l("in and out"),
    ("direction", "inbound"): _l("inbound"),
    ("direction", "outbound"): _l("outbound"),
    ("basis", "opening"): _l("customers at the start"),
    ("basis", "end_less_new"): _l("customers at the end less new ones"),
    ("entity", "account"): _l("accounts"),
    ("entity", "subscription"): _l("subscriptions"),
    ("unit", "orders"): _l("a second order"),
    ("unit", "days"): _l("an order on another day"),
    ("repeats", "each"): _l("scores each time"),
    ("repeats", "once"): _l("scores once"),
}


def dimension(name: str) -> str:
    """Return the word for a dimension; one of a company's own keeps its name."""
    return str(DIMENSIONS.get(name, name))


def param(name: str) -> str:
    """Return the word for a metric's parameter."""
    return str(PARAMS.get(name, name))


def value(name: str, word: str) -> str:
    """Return the word for a parameter's value."""
    return str(VALUES.get((name, word), word))


def records(kind: str) -> str:
    """Return the word for a kind of record."""
    return texts.say(kinds.called(kind))


def needs(metric: Metric) -> str:
    """Return what a metric is counted from, in words."""
    return texts.listed(kinds.called(one) for one in metric.needs)


def narrowed(segment: dict[str, str]) -> str:
    """Return in words what a number is narrowed to, "" for nothing."""
    parts = [
        _("%(dimension)s %(member)s", dimension=dimension(name), member=member)
        for name, member in segment.items()
    ]
    return texts.listed(parts)
