"""How customers who stay, leave, pay more or pay less are counted.

Who is lost by the end of a window, of those at its start, does not add up over days and is counted
from the records; prices at the start are what came before less what went, as open deals are.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import literal

from goals.metrics import buyers, cohorts, notes, subscribers
from goals.metrics.figures.recipe import Asked, Parts, Recipe, Special, always
from goals.metrics.figures.window import Params, Window, money
from goals.metrics.formulas import Figure, ratio, total
from goals.metrics.notes import Note

Formula = Callable[[Window, Params], Figure]
_DAY = timedelta(days=1)
#: What comes and goes, by entity.
_OF = {"account": "accounts", "subscription": "subs"}


def _start(window: Window, params: Params) -> int:
    """Return how many stood when the window began.

    Accounts are counted at that day, or for many windows once by the days on which they come
    and go: that costs more, and then nothing for each window. Where sources part the days
    between them, those of the one are looked at that counts when the window ends.
    """
    is_shop, day = bool(params.get("inactive_days")), window.first - _DAY
    kind = _OF[params["entity"]]
    if window.is_parted:
        return _special(window, params, "start")
    if is_shop or (kind == "accounts" and not window.is_one_of_many):
        return window.special("start")[0]
    return window.get(f"{kind}_in", None, day)[0] - window.get(f"{kind}_out", None, day)[0]


def _special(window: Window, params: Params, name: str) -> int:
    return window.special(_named(params, name))[0]


def _named(params: Params, name: str) -> str:
    """Return what a special measure is called, for accounts or for subscriptions."""
    is_subs = params["entity"] == "subscription" and not params.get("inactive_days")
    return f"subs_{name}" if is_subs else name


def _churn(window: Window, params: Params) -> Figure:
    start = _start(window, params)
    return ratio(Decimal(_special(window, params, "lost")), Decimal(start), start)


def _retention(window: Window, params: Params) -> Figure:
    start = _start(window, params)
    left = start - _special(window, params, "lost")
    if params["basis"] == "end_less_new":
        # Whoever came and went is among the new ones, but not among those at the end.
        left -= _special(window, params, "passed")
    return ratio(Decimal(left), Decimal(start), start)


def _retained(window: Window, params: Params) -> Figure:
    left = _start(window, params) - _special(window, params, "lost")
    return total(Decimal(left), left)


def _lost_parts(params: Params) -> Parts:
    return (_named(params, "lost"),), (_named(params, "start"),)


def _kept_parts(params: Params) -> Parts:
    kept, start = _named(params, "kept"), _named(params, "start")
    if params.get("basis") == "end_less_new":
        return (f"{kept}_each", f"{_named(params, 'passed')}_off"), (start,)
    return (kept,), (start,)


def _passed(asked: Asked) -> list[Note]:
    specials = _BUYING if asked.params.get("inactive_days") else _STAYING
    measure = specials[_named(asked.params, "passed")](asked.scope, asked.query)
    n, _ = asked.scope.of_records(measure, None, None, split=False).get("", (0, 0))
    return [notes.passed(n)] if n else []


# --- What they pay ---------------------------------------------------------------------------


def _mrr(window: Window) -> tuple[int, int]:
    """Return how many subscriptions stood when the window began, and what they cost a month."""
    if window.is_parted:
        return window.special("start")
    day = window.first - _DAY
    came, went = window.get("mrr_in", None, day), window.get("mrr_out", None, day)
    return came[0] - went[0], came[1] + went[1]


def _revenue_churn(window: Window, params: Params) -> Figure:
    n, units = _mrr(window)
    return ratio(money(window.special("less")[1]), money(units), n)


def _grr(window: Window, params: Params) -> Figure:
    n, units = _mrr(window)
    return ratio(money(units - window.special("less")[1]), money(units), n)


def _nrr(window: Window, params: Params) -> Figure:
    n, units = _mrr(window)
    left = units - window.special("less")[1] + window.special("more")[1]
    return ratio(money(left), money(units), n)


def _net_new_mrr(window: Window, params: Params) -> Figure:
    came = window.get("mrr_in", window.first, window.last)
    went = window.get("mrr_out", window.first, window.last)
    return total(money(came[1] + went[1]), came[0] + went[0])


def _unpriced_at_start(asked: Asked) -> list[Note]:
    if asked.scope.base.is_parted:
        n = cohorts.unrated(asked.scope, subscribers.rows_at_start(asked.scope, asked.query))
        return [notes.excluded_currency(n)] if n else []
    return _left_out(asked, None, asked.query.first_day - _DAY, "in", less=("out",))


def _unpriced(asked: Asked) -> list[Note]:
    return _left_out(asked, asked.query.first_day, asked.query.last_day, "in", "out")


def _left_out(
    asked: Asked, first: date | None, last: date, *ways: str, less: tuple[str, ...] = ()
) -> list[Note]:
    def missing(way: str) -> int:
        everything, priced = (
            asked.total(f"{one}_{way}", first, last)[0] for one in ("subs", "mrr")
        )
        return everything - priced

    n = sum(map(missing, ways)) - sum(map(missing, less))
    return [notes.excluded_currency(n)] if n else []


# --- Renewing and buying more ----------------------------------------------------------------


def _renewal_parts(params: Params) -> Parts:
    if params["weight"] == "value":
        return (f"renewed_mrr_{params['grace_days']}",), ("due_mrr",)
    return (f"renewed_{params['grace_days']}",), ("due",)


def _renewal(window: Window, params: Params) -> Figure:
    (renewed,), (due,) = _renewal_parts(params)
    n = window.count(due)
    if params["weight"] == "value":
        return ratio(money(window.sum(renewed)), money(window.sum(due)), n)
    return ratio(Decimal(window.count(renewed)), Decimal(n), n)


def _of_renewal(asked: Asked) -> list[Note]:
    (renewed,), (due,) = _renewal_parts(asked.params)
    first, last = asked.query.first_day, asked.query.last_day
    found: list[Note] = []
    if asked.params["weight"] == "value":
        n = asked.total("due", first, last)[0] - asked.total("due_mrr", first, last)[0]
        found += [notes.excluded_currency(n)] if n else []
    young = max(first, asked.horizon - timedelta(days=int(asked.params["grace_days"])))
    if young <= last:
        waiting = asked.total(due, young, last)[0] - asked.total(renewed, young, last)[0]
        found += [notes.not_renewed(waiting)] if waiting else []
    return found


def _upsell(window: Window, params: Params) -> Figure:
    start = _start(window, {"entity": "account"})
    return ratio(Decimal(window.special("upsold")[0]), Decimal(start), start)


def _listed(specials: Mapping[str, Special]) -> dict[str, Special]:
    """Return measures with those that list who is added for 1, and who is taken away, for -1."""

    def worth(find: Special, sign: int) -> Special:
        return lambda scope, query: replace(find(scope, query), value=lambda base: literal(sign))

    added = {f"{name}_each": worth(one, 1) for name, one in specials.items()}
    away = {f"{name}_off": worth(one, -1) for name, one in specials.items()}
    return {**specials, **added, **away}


_SUBSCRIPTION, _PURCHASE = ("subscription",), ("purchase",)
_EVENTS = ("subs_in", "subs_out")
_STAYING = {
    "start": subscribers.at_start,
    "lost": subscribers.lost,
    "kept": subscribers.kept,
    "passed": subscribers.passed,
    "subs_start": subscribers.subs_at_start,
    "subs_lost": subscribers.subs_lost,
    "subs_kept": subscribers.subs_kept,
    "subs_passed": subscribers.subs_passed,
}
_BUYING = {
    "start": buyers.at_start,
    "lost": buyers.lost,
    "kept": buyers.kept,
    "passed": buyers.passed,
}
_PAYING = {
    "less": subscribers.less,
    "more": subscribers.more,
    "paid": subscribers.paid,
    "still": subscribers.still,
    "start": subscribers.rows_at_start,
}


def _staying(figure: Formula, parts: Callable[[Params], Parts]) -> Recipe:
    """Return how staying is counted: from subscriptions, or by inactive days from purchases."""
    subs = Recipe(_SUBSCRIPTION, figure, parts, _EVENTS, special=_listed(_STAYING), notes=_passed)
    shop = Recipe(_PURCHASE, figure, parts, ("purchases",), special=_listed(_BUYING), notes=_passed)
    return replace(subs, given={"inactive_days": shop})


def _paying(figure: Formula, counted: str) -> Recipe:
    return Recipe(
        _SUBSCRIPTION,
        figure,
        lambda params: ((counted,), ("start",)),
        _EVENTS,
        special=_PAYING,
        is_money=lambda params: (True, True),
        notes=_unpriced_at_start,
    )


RECIPES = {
    "churn_rate": _staying(_churn, _lost_parts),
    "retention_rate": _staying(_retention, _kept_parts),
    "customers_retained": _staying(_retained, lambda params: (_kept_parts(params)[0], ())),
    "revenue_churn": _paying(_revenue_churn, "less"),
    "grr": _paying(_grr, "still"),
    "nrr": _paying(_nrr, "paid"),
    "net_new_mrr": Recipe(
        _SUBSCRIPTION,
        _net_new_mrr,
        lambda params: (("mrr_in", "mrr_out"), ()),
        _EVENTS,
        adds=lambda params: ("mrr_in", True),
        also="mrr_out",
        notes=_unpriced,
    ),
    "renewal_rate": Recipe(
        _SUBSCRIPTION,
        _renewal,
        _renewal_parts,
        ("due",),
        is_money=lambda params: (params["weight"] == "value",) * 2,
        notes=_of_renewal,
        ripens=always,
    ),
    "upsell_rate": Recipe(
        _SUBSCRIPTION,
        _upsell,
        lambda params: (("upsold",), ("start",)),
        _EVENTS,
        special={"upsold": subscribers.upsold, "start": subscribers.at_start},
    ),
}
