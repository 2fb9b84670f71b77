"""How the costs of leads, sales and customers are counted."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from goals.metrics import cohorts, notes
from goals.metrics.counts import costs
from goals.metrics.figures import purchases
from goals.metrics.figures.recipe import Asked, Parts, Recipe
from goals.metrics.figures.window import Params, Window, money
from goals.metrics.formulas import Figure, ratio
from goals.metrics.measures import Measure
from goals.metrics.notes import Note
from goals.metrics.query import Query
from goals.metrics.scope import Scope


def _cost(window: Window, spend: str, won: str) -> Figure:
    """Return spend divided by what it won; without any spend nobody knows the cost."""
    n, units = window.get(spend, window.first, window.last)
    count = window.count(won)
    if n == 0:
        return Figure(None, None, Decimal(count), count)
    return ratio(money(units), Decimal(count), count)


def _cpl(window: Window, params: Params) -> Figure:
    return _cost(window, "spend_marketing", "leads")


def _cost_per_sale(window: Window, params: Params) -> Figure:
    return _cost(window, "spend_marketing", "won")


def _spend(params: Params) -> str:
    return "spend" if params["lag_months"] == "0" else "spend_lagged"


def _cac(window: Window, params: Params) -> Figure:
    return _cost(window, _spend(params), "customers")


def _payback(window: Window, params: Params) -> Figure:
    """Return the months after which a customer has paid back what winning one cost."""
    cac = _cac(window, params)
    (_, units), (payers, _) = window.special("recurring"), window.special("payers")
    if cac.value is None or not payers or not params.get("margin"):
        return Figure(None, cac.value, None, cac.n)
    monthly = money(units) / payers * int(params["margin"]) / 100
    return ratio(cac.value, monthly, cac.n)


def _ltv_cac(window: Window, params: Params) -> Figure:
    clv, cac = _CLV.figure(window, params), _cac(window, params)
    if clv.value is None or cac.value is None:
        return Figure(None, clv.value, cac.value, cac.n)
    return ratio(clv.value, cac.value, cac.n)


def _cost_of_one(query: Query) -> tuple[Query, ...]:
    """Return what winning a customer cost."""
    lag = {"lag_months": query.params["lag_months"]}
    return (replace(query, metric="cac", params=lag),)


def _value_and_cost(query: Query) -> tuple[Query, ...]:
    """Return what a customer is worth, what that takes, and what winning one cost."""
    months = query.params.get("lifespan_months")
    given = {} if months is None else {"lifespan_months": months}
    value = replace(query, metric="clv", params=given)
    return (value, *_CLV.made_of(value), *_cost_of_one(query))


def _of_ltv_cac(asked: Asked) -> list[Note]:
    n = sum(one.n or 0 for one in (*_CLV.notes(asked), *_ALL_SPEND(asked)))
    return [notes.excluded_currency(n)] if n else []


def _recurring(scope: Scope, query: Query) -> Measure:
    return costs.recurring(query)


def _payers(scope: Scope, query: Query) -> Measure:
    return costs.payers(scope.base, query)


def _of_payback(asked: Asked) -> list[Note]:
    spend = _ALL_SPEND(asked)
    found = [] if asked.params.get("margin") else [notes.no_margin()]
    measure = costs.recurring(asked.query)
    n = cohorts.unrated(asked.scope, measure) + sum(one.n or 0 for one in spend)
    return found + ([notes.excluded_currency(n)] if n else [])


def _leads_needed(window: Window, params: Params) -> Figure:
    won = window.count("won")
    closed = won + window.count("lost")
    if not params.get("target") or not won:
        return Figure(None, None, None, closed)
    needed = -(-int(params["target"]) * closed // won)
    return Figure(Decimal(needed), None, None, closed)


def _without_target(asked: Asked) -> list[Note]:
    return [] if asked.params.get("target") else [notes.no_target()]


_CLV = purchases.RECIPES["clv"]
#: Parameters -> the name of a measure.
Name = Callable[[Params], str]


def _rated(rows: Name, values: Name) -> Callable[[Asked], list[Note]]:
    """Say how many amounts were left out: rows that a measure of amounts did not count."""

    def say(asked: Asked) -> list[Note]:
        first, last = asked.query.first_day, asked.query.last_day
        total = asked.scope.total
        n = total(rows(asked.params), first, last)[0] - total(values(asked.params), first, last)[0]
        return [notes.excluded_currency(n)] if n > 0 else []

    return say


_MARKETING = _rated(lambda params: "spends_marketing", lambda params: "spend_marketing")
_ALL_SPEND = _rated(lambda params: _spend(params).replace("spend", "spends"), _spend)


def _parts(params: Params) -> Parts:
    return (_spend(params),), ("customers",)


def _money(params: Params) -> tuple[bool, bool]:
    return True, False


RECIPES = {
    "cpl": Recipe(
        ("spend", "lead"),
        _cpl,
        lambda params: (("spend_marketing",), ("leads",)),
        ("spends_marketing",),
        is_money=_money,
        notes=_MARKETING,
    ),
    "cost_per_sale": Recipe(
        ("spend", "deal"),
        _cost_per_sale,
        lambda params: (("spend_marketing",), ("won",)),
        ("spends_marketing",),
        is_money=_money,
        notes=_MARKETING,
    ),
    "cac": Recipe(
        ("spend", "deal"),
        _cac,
        _parts,
        ("spends",),
        is_money=_money,
        notes=_ALL_SPEND,
    ),
    "cac_payback": Recipe(
        ("spend", "subscription"),
        _payback,
        lambda params: ((_spend(params),), ("recurring",)),
        ("subscribed",),
        special={"recurring": _recurring, "payers": _payers},
        is_money=lambda params: (True, True),
        notes=_of_payback,
        made_of=_cost_of_one,
    ),
    "ltv_cac": Recipe(
        ("purchase", "spend"),
        _ltv_cac,
        lambda params: (_CLV.parts(params)[0], (_spend(params),)),
        _CLV.events,
        special=_CLV.special,
        is_money=lambda params: (True, True),
        notes=_of_ltv_cac,
        made_of=_value_and_cost,
    ),
    "leads_needed": Recipe(
        ("deal",),
        _leads_needed,
        lambda params: (("won", "lost"), ()),
        ("won", "lost"),
        notes=_without_target,
    ),
}
