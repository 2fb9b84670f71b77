"""How what customers buy is counted."""

from dataclasses import replace
from decimal import Decimal

from goals.calendar import Period
from goals.metrics import buyers, notes
from goals.metrics.counting import NOTHING
from goals.metrics.figures.recipe import Asked, Recipe, always
from goals.metrics.figures.window import Params, Window, money
from goals.metrics.formulas import Figure, ratio, total
from goals.metrics.notes import Note
from goals.metrics.query import Query

#: Days and months of a year.
_YEAR, _MONTHS = Decimal("365.25"), 12


def _revenue(window: Window) -> Decimal:
    return money(window.sum("sold") + window.sum("given_back"))


def _avg_purchase_value(window: Window, params: Params) -> Figure:
    n = window.count("sold")
    return ratio(_revenue(window), Decimal(n), n)


def _purchase_frequency(window: Window, params: Params) -> Figure:
    n = window.special("buyers")[0]
    return ratio(Decimal(window.count("purchases")), Decimal(n), n)


def _customer_value(window: Window, params: Params) -> Figure:
    n = window.special("buyers")[0]
    return ratio(_revenue(window), Decimal(n), n)


def _lifespan(window: Window, params: Params) -> Figure:
    n, days = window.special("spans")
    return ratio(Decimal(days) / _YEAR, Decimal(n), n)


def _clv(window: Window, params: Params) -> Figure:
    n = window.special("buyers")[0]
    if params.get("lifespan_months"):
        years: Decimal | None = Decimal(params["lifespan_months"]) / _MONTHS
    else:
        years = _lifespan(window, params).value
    if not years:
        # Nobody has bought on two days yet, so nothing is known of how long they stay.
        return Figure(None, None, None, n)
    period = Period.of(window.first, window.last)
    months = period.months
    year = period.days / _YEAR if months is None else Decimal(months) / _MONTHS
    return ratio(_revenue(window) * years / year, Decimal(n), n)


def _years_stayed(query: Query) -> tuple[Query, ...]:
    """Return the lifespan that is taken where none is given."""
    if query.params.get("lifespan_months"):
        return ()
    return (replace(query, metric="customer_lifespan", params={}),)


def _repeat_rate(window: Window, params: Params) -> Figure:
    n = window.special("new")[0]
    return ratio(Decimal(window.special("again")[0]), Decimal(n), n)


def _net_new_revenue(window: Window, params: Params) -> Figure:
    n, units = window.get("first_revenue", window.first, window.last)
    return total(money(units), n)


# --- What to say beside a value --------------------------------------------------------------


def _unpriced(asked: Asked) -> list[Note]:
    first, last = asked.query.first_day, asked.query.last_day
    n = asked.total("purchases", first, last)[0] - asked.total("sold", first, last)[0]
    return [notes.excluded_currency(n)] if n else []


def _waiting(asked: Asked) -> list[Note]:
    if not asked.params.get("within_days"):
        return []
    measure = buyers.waiting(asked.scope, asked.query, asked.horizon)
    n = asked.scope.of_records(measure, None, None, split=False).get("", NOTHING)[0]
    return [notes.not_back(n)] if n else []


_PURCHASE, _EVENTS = ("purchase",), ("purchases", "given_back")
_BUYERS = {"buyers": buyers.buyers, "spans": buyers.spans}
_MONEY = ("sold", "given_back")
RECIPES = {
    "avg_purchase_value": Recipe(
        _PURCHASE,
        _avg_purchase_value,
        lambda params: (_MONEY, ("sold",)),
        _EVENTS,
        notes=_unpriced,
    ),
    "purchase_frequency": Recipe(
        _PURCHASE,
        _purchase_frequency,
        lambda params: (("purchases",), ("buyers",)),
        _EVENTS,
        special=_BUYERS,
    ),
    "customer_value": Recipe(
        _PURCHASE,
        _customer_value,
        lambda params: (_MONEY, ("buyers",)),
        _EVENTS,
        special=_BUYERS,
        notes=_unpriced,
    ),
    "customer_lifespan": Recipe(
        _PURCHASE,
        _lifespan,
        lambda params: (("spans",), ("spans",)),
        _EVENTS,
        special=_BUYERS,
    ),
    "clv": Recipe(
        _PURCHASE,
        _clv,
        lambda params: (_MONEY, ("buyers",)),
        _EVENTS,
        special=_BUYERS,
        notes=_unpriced,
        made_of=_years_stayed,
    ),
    "repeat_rate": Recipe(
        _PURCHASE,
        _repeat_rate,
        lambda params: (("again",), ("new",)),
        ("purchases",),
        special={"new": buyers.new, "again": buyers.again},
        notes=_waiting,
        ripens=always,
    ),
    "net_new_revenue": Recipe(
        _PURCHASE,
        _net_new_revenue,
        lambda params: (("first_revenue",), ()),
        ("purchases",),
        adds=lambda params: ("first_revenue", True),
        notes=_unpriced,
    ),
}
