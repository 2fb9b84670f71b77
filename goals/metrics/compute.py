"""How each metric comes from its measures: one formula for the total and for every member."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from goals.metrics.counting import Count
from goals.metrics.formulas import Figure, percentile, ratio, total
from goals.table import MONEY_UNITS

#: (measure, first day, last day) -> count and sum; None leaves a window open at that end.
Get = Callable[[str, date | None, date | None], Count]
#: (measure, first day, last day) -> sorted distribution of values.
Spread = Callable[[str, date, date], list[tuple[int, int]]]

_SUFFIX = {"count": "", "value": "_amount", "list_value": "_list"}
_HALF, _NINE_TENTHS = Decimal("0.5"), Decimal("0.9")


@dataclass(frozen=True)
class Window:
    """The days read, and how the deals that were open on some of them are counted."""

    first: date
    last: date
    get: Get
    spread: Spread
    overlap: Callable[[str], Count]
    by_stage: bool = False

    def count(self, name: str) -> int:
        """Return how many a measure counted in the window."""
        return self.get(name, self.first, self.last)[0]

    def sum(self, name: str) -> int:
        """Return what a measure summed in the window."""
        return self.get(name, self.first, self.last)[1]


def money(units: int) -> Decimal:
    """Return an amount from ten-thousandths."""
    return Decimal(units) / MONEY_UNITS


def revenue(window: Window, params: Mapping[str, str]) -> Figure:
    """Return what was won."""
    n, units = window.get("won_amount", window.first, window.last)
    return total(money(units), n)


def new_customers(window: Window, params: Mapping[str, str]) -> Figure:
    """Return how many accounts bought for the first time."""
    n = window.count("customers")
    return total(Decimal(n), n)


def new_revenue(window: Window, params: Mapping[str, str]) -> Figure:
    """Return what young customers bought."""
    n, units = window.get(f"new_revenue_{params['months']}", window.first, window.last)
    return total(money(units), n)


def avg_deal_size(window: Window, params: Mapping[str, str]) -> Figure:
    """Return the mean or the median amount of won deals."""
    n, units = window.get("won_amount", window.first, window.last)
    if params["stat"] == "mean":
        return ratio(money(units), Decimal(n), n)
    middle = percentile(window.spread("won_amount", window.first, window.last), _HALF)
    return Figure(None if middle is None else middle / MONEY_UNITS, None, None, n)


def win_rate(window: Window, params: Mapping[str, str]) -> Figure:
    """Return the share won, of closed, created or standing deals, by count or value."""
    weight, basis = params["weight"], params["basis"]
    suffix = _SUFFIX[weight]

    def weighed(name: str) -> tuple[Decimal, int]:
        n, units = window.get(name + suffix, window.first, window.last)
        return (Decimal(n) if weight == "count" else money(units)), n

    if basis == "closed":
        (won, won_n), (lost, lost_n) = weighed("won"), weighed("lost")
        if weight == "value" and lost == 0 and window.count("lost") > 0:
            return Figure(None, won, won, won_n + lost_n)
        return ratio(won, won + lost, won_n + lost_n)
    if basis == "all":
        won, _ = weighed("won")
        n, units = window.overlap(weight)
        return ratio(won, Decimal(n) if weight == "count" else money(units), n)
    won, won_n = weighed("created_won")
    if basis == "created":
        everything, n = weighed("created")
        return ratio(won, everything, n)
    lost, lost_n = weighed("created_lost")
    return ratio(won, won + lost, won_n + lost_n)


def sales_cycle(window: Window, params: Mapping[str, str]) -> Figure:
    """Return the days from start to close: mean, median or the ninth decile."""
    outcomes = ("won", "lost") if params["outcome"] == "closed" else (params["outcome"],)
    names = [f"{outcome}_cycle_{params['start']}" for outcome in outcomes]
    n, days = sum(map(window.count, names)), sum(map(window.sum, names))
    if params["stat"] == "mean":
        return ratio(Decimal(days), Decimal(n), n)
    found = sorted(
        pair for name in names for pair in window.spread(name, window.first, window.last)
    )
    share = _HALF if params["stat"] == "median" else _NINE_TENTHS
    return Figure(percentile(found, share), None, None, n)


def open_deals(window: Window, params: Mapping[str, str]) -> Figure:
    """Return the deals standing in an open stage when the last day ends."""
    kind = "visit" if window.by_stage else "run"
    measure = params["measure"]
    suffix = {"count": "", "age": "", "value": "_value", "list_value": "_list"}[measure]
    came = window.get(f"{kind}_in{suffix}", None, window.last)
    went = window.get(f"{kind}_out{suffix}", None, window.last)
    n, units = came[0] - went[0], came[1] - went[1]
    if measure == "count":
        return total(Decimal(n), n)
    if measure == "age":
        return ratio(Decimal(n * window.last.toordinal() - units), Decimal(n), n)
    return total(money(units), n)


def leads_new(window: Window, params: Mapping[str, str]) -> Figure:
    """Return how many leads came."""
    n = window.count("leads")
    return total(Decimal(n), n)


def lead_conversion(window: Window, params: Mapping[str, str]) -> Figure:
    """Return the share of leads that converted: of those that came, or in the same window."""
    leads = window.count("leads")
    name = "leads_converted" if params["mode"] == "cohort" else "conversions"
    return ratio(Decimal(window.count(name)), Decimal(leads), leads)


FORMULAS: dict[str, Callable[[Window, Mapping[str, str]], Figure]] = {
    "revenue": revenue,
    "new_customers": new_customers,
    "new_revenue": new_revenue,
    "avg_deal_size": avg_deal_size,
    "win_rate": win_rate,
    "sales_cycle": sales_cycle,
    "open_deals": open_deals,
    "leads_new": leads_new,
    "lead_conversion": lead_conversion,
}
