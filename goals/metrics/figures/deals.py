"""How the metrics of deals are counted."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial

from goals.metrics import cohorts, notes
from goals.metrics.figures.recipe import Asked, Parts, Recipe
from goals.metrics.figures.window import Params, Window, money
from goals.metrics.formulas import Figure, percentile, ratio, total
from goals.metrics.notes import Note
from goals.metrics.query import Query
from goals.table import MONEY_UNITS

_SUFFIX = {"count": "", "value": "_amount", "list_value": "_list"}
_STANDING = {"count": "", "age": "", "value": "_value", "list_value": "_list"}
_HALF, _NINE_TENTHS = Decimal("0.5"), Decimal("0.9")


def _revenue(window: Window, params: Params) -> Figure:
    n, units = window.get("won_amount", window.first, window.last)
    return total(money(units), n)


def _new_customers(window: Window, params: Params) -> Figure:
    n = window.count("customers")
    return total(Decimal(n), n)


def _new_revenue(window: Window, params: Params) -> Figure:
    n, units = window.get(f"new_revenue_{params['months']}", window.first, window.last)
    return total(money(units), n)


def _avg_deal_size(window: Window, params: Params) -> Figure:
    n, units = window.get("won_amount", window.first, window.last)
    if params["stat"] == "mean":
        return ratio(money(units), Decimal(n), n)
    middle = percentile(window.values("won_amount"), _HALF)
    return Figure(None if middle is None else middle / MONEY_UNITS, None, None, n)


def _win_rate(window: Window, params: Params) -> Figure:
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
        n, units = window.special("stood" + suffix)
        return ratio(won, Decimal(n) if weight == "count" else money(units), n)
    won, won_n = weighed("created_won")
    if basis == "created":
        everything, n = weighed("created")
        return ratio(won, everything, n)
    lost, lost_n = weighed("created_lost")
    return ratio(won, won + lost, won_n + lost_n)


def _win_rate_parts(params: Params) -> Parts:
    won, whole = {
        "closed": (("won",), ("won", "lost")),
        "all": (("won",), ("stood",)),
        "created": (("created_won",), ("created",)),
        "created_closed": (("created_won",), ("created_won", "created_lost")),
    }[params["basis"]]
    suffix = _SUFFIX[params["weight"]]
    return tuple(one + suffix for one in won), tuple(one + suffix for one in whole)


def _cycles(params: Params) -> tuple[str, ...]:
    outcomes = ("won", "lost") if params["outcome"] == "closed" else (params["outcome"],)
    return tuple(f"{outcome}_cycle_{params['start']}" for outcome in outcomes)


def _sales_cycle(window: Window, params: Params) -> Figure:
    names = _cycles(params)
    n, days = sum(map(window.count, names)), sum(map(window.sum, names))
    if params["stat"] == "mean":
        return ratio(Decimal(days), Decimal(n), n)
    found = sorted(pair for name in names for pair in window.values(name))
    share = _HALF if params["stat"] == "median" else _NINE_TENTHS
    return Figure(percentile(found, share), None, None, n)


def _of_sales_cycle(asked: Asked) -> list[Note]:
    first, last = asked.query.first_day, asked.query.last_day
    names = _cycles(asked.params)
    ended = sum(asked.total(one.split("_")[0], first, last)[0] for one in names)
    timed = sum(asked.total(one, first, last)[0] for one in names)
    return [notes.no_span(ended - timed)] if ended > timed else []


def _open_deals(window: Window, params: Params) -> Figure:
    kind = "visit" if window.by_stage else "run"
    measure = params["measure"]
    came = window.get(f"{kind}_in{_STANDING[measure]}", None, window.last)
    went = window.get(f"{kind}_out{_STANDING[measure]}", None, window.last)
    n, units = came[0] - went[0], came[1] - went[1]
    if measure == "count":
        return total(Decimal(n), n)
    if measure == "age":
        return ratio(Decimal(n * window.last.toordinal() - units), Decimal(n), n)
    return total(money(units), n)


def _stands(params: Params, by_stage: bool) -> tuple[str, str]:
    kind = "visit" if by_stage else "run"
    return "visit_in", f"{kind}_in{_STANDING[params['measure']]}"


def _by_count(query: Query) -> tuple[Query, ...]:
    """Return the rate by number: where no lost deal has an amount, there is none by value."""
    if (query.params["weight"], query.params["basis"]) != ("value", "closed"):
        return ()
    return (replace(query, params={"weight": "count", "basis": "closed"}),)


# --- What to say beside a value --------------------------------------------------------------


def _priced(*outcomes: str) -> Callable[[Asked], list[Note]]:
    def say(asked: Asked) -> list[Note]:
        return _left_out(sum(_unpriced(asked, one) for one in outcomes))

    return say


def _of_amounts(asked: Asked) -> list[Note]:
    """Say how many deals were won without an amount, and with one that has no rate."""
    first, last = asked.query.first_day, asked.query.last_day
    unpriced = _unpriced(asked, "won")
    won, amounts = (asked.total(name, first, last)[0] for name in ("won", "won_amount"))
    found = _left_out(unpriced)
    missing = won - amounts - unpriced
    return [*found, notes.won_without_amount(missing)] if missing > 0 else found


def _left_out(n: int) -> list[Note]:
    return [notes.excluded_currency(n)] if n > 0 else []


def _unpriced(asked: Asked, outcome: str) -> int:
    """Return how many amounts were left out for want of an exchange rate."""
    names = (f"{outcome}_priced", f"{outcome}_amount")
    first, last = asked.query.first_day, asked.query.last_day
    everything = asked.scope.of_everything().total
    priced, amounts = (everything(name, first, last)[0] for name in names)
    # A part can lack nothing that the whole does not lack, and seldom does.
    if priced == amounts:
        return 0
    total = asked.scope.total
    return total(names[0], first, last)[0] - total(names[1], first, last)[0]


def _undated(asked: Asked) -> list[Note]:
    n = cohorts.undated(asked.scope)
    return [notes.undated(n)] if n else []


def _of_win_rate(asked: Asked) -> list[Note]:
    basis, weight = asked.params["basis"], asked.params["weight"]
    first, last = asked.query.first_day, asked.query.last_day
    found: list[Note] = []
    if weight == "value" and basis in ("closed", "all"):
        found += _priced(*(("won", "lost") if basis == "closed" else ("won",)))(asked)
    elif weight == "value":
        found += _left_out(cohorts.unconverted(asked.scope, "created_amount", first, last))
    if basis == "all":
        found += _undated(asked)
    if weight == "value" and asked.figure.value is None and asked.figure.n:
        found.append(notes.no_lost_amounts())
    if basis == "created":
        outcome = sum(asked.total(name, first, last)[0] for name in ("created_won", "created_lost"))
        still_open = asked.total("created", first, last)[0] - outcome
        if still_open > 0:
            found.append(notes.immature(still_open))
    return found


def _of_open_deals(asked: Asked) -> list[Note]:
    found: list[Note] = []
    if asked.params["measure"] == "value":
        kind, last = "visit" if asked.by_stage else "run", asked.query.last_day
        came, went = (
            cohorts.unconverted(asked.scope, f"{kind}_{way}_value", None, last)
            for way in ("in", "out")
        )
        found += _left_out(came - went)
    return found + _undated(asked)


def _only(*names: str) -> Callable[[Params], Parts]:
    return lambda params: (names, ())


_DEAL = ("deal",)
RECIPES = {
    "revenue": Recipe(
        _DEAL,
        _revenue,
        _only("won_amount"),
        ("won_amount",),
        adds=lambda params: ("won_amount", True),
        notes=_of_amounts,
    ),
    "new_customers": Recipe(
        _DEAL,
        _new_customers,
        _only("customers"),
        ("customers",),
        adds=lambda params: ("customers", False),
    ),
    "new_revenue": Recipe(
        _DEAL,
        _new_revenue,
        lambda params: ((f"new_revenue_{params['months']}",), ()),
        ("new_revenue_6",),
        adds=lambda params: (f"new_revenue_{params['months']}", True),
        notes=_priced("won"),
    ),
    "avg_deal_size": Recipe(
        _DEAL,
        _avg_deal_size,
        lambda params: (("won_amount",), ("won_amount",)),
        ("won_amount",),
        notes=_of_amounts,
    ),
    "win_rate": Recipe(
        _DEAL,
        _win_rate,
        _win_rate_parts,
        ("won", "lost"),
        special={
            f"stood{suffix}": partial(cohorts.stood_open, name=f"created{suffix}")
            for suffix in _SUFFIX.values()
        },
        is_money=lambda params: (params["weight"] != "count",) * 2,
        notes=_of_win_rate,
        made_of=_by_count,
    ),
    "sales_cycle": Recipe(
        _DEAL,
        _sales_cycle,
        lambda params: (_cycles(params), _cycles(params)),
        ("won", "lost"),
        notes=_of_sales_cycle,
    ),
    "open_deals": Recipe(
        _DEAL,
        _open_deals,
        _only("run_in"),
        ("run_in",),
        stands=_stands,
        notes=_of_open_deals,
    ),
}
