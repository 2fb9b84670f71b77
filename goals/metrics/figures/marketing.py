"""How the metrics of marketing are counted."""

from decimal import Decimal

from goals.metrics import counting, notes
from goals.metrics.counts import marketing
from goals.metrics.figures.recipe import Asked, Parts, Recipe, always
from goals.metrics.figures.window import Params, Window
from goals.metrics.formulas import Figure, ratio, total
from goals.metrics.measures import Measure
from goals.metrics.notes import Note
from goals.metrics.query import Query
from goals.metrics.rollup import TOTAL
from goals.metrics.scope import Scope


def _opt_in(window: Window, params: Params) -> Figure:
    leads, visitors = window.count("leads"), window.sum("web_visitors")
    return ratio(Decimal(leads), Decimal(visitors), visitors)


def _too_many(asked: Asked) -> list[Note]:
    value = asked.figure.value
    return [notes.more_than_visitors()] if value is not None and value > 1 else []


def _traffic(params: Params) -> str:
    return f"web_{params['measure']}"


def _web_traffic(window: Window, params: Params) -> Figure:
    n, visits = window.get(_traffic(params), window.first, window.last)
    return total(Decimal(visits), n)


def _subscribers(window: Window, params: Params) -> Figure:
    came = window.get("opted_in", None, window.last)[0]
    n = came - window.get("opted_out", None, window.last)[0]
    return total(Decimal(n), n)


def _mails(scope: Scope, query: Query, did: str | None) -> Measure:
    last = query.matured or query.last_day
    known = counting.from_rollup(scope.session, "mails_delivered", TOTAL, None, last)
    return marketing.unique(scope.base, query, did=did, says_delivered=bool(known))


def _delivered(scope: Scope, query: Query) -> Measure:
    return _mails(scope, query, None)


def _opened(scope: Scope, query: Query) -> Measure:
    return _mails(scope, query, "open")


def _clicked(scope: Scope, query: Query) -> Measure:
    return _mails(scope, query, "click")


def _open_rate(window: Window, params: Params) -> Figure:
    delivered = window.special("delivered")[0]
    return ratio(Decimal(window.special("opened")[0]), Decimal(delivered), delivered)


def _click_rate(window: Window, params: Params) -> Figure:
    if params["measure"] == "clicks":
        clicks = window.count("mail_clicks")
        return total(Decimal(clicks), clicks)
    delivered = window.special("delivered")[0]
    return ratio(Decimal(window.special("clicked")[0]), Decimal(delivered), delivered)


def _click_parts(params: Params) -> Parts:
    if params["measure"] == "clicks":
        return ("mail_clicks",), ()
    return ("clicked",), ("delivered",)


def _brought(params: Params) -> str:
    return "mail_clicks" if params["measure"] == "clicks" else "campaign_purchases"


def _content(window: Window, params: Params) -> Figure:
    n = window.count(_brought(params))
    return total(Decimal(n), n)


_MAIL = ("email_event",)
RECIPES = {
    "opt_in_rate": Recipe(
        ("lead", "web_visit"),
        _opt_in,
        lambda params: (("leads",), ("web_visitors",)),
        ("web_visitors",),
        notes=_too_many,
    ),
    "web_traffic": Recipe(
        ("web_visit",),
        _web_traffic,
        lambda params: ((_traffic(params),), ()),
        ("web_visits", "web_visitors"),
        adds=lambda params: (_traffic(params), True),
    ),
    "subscribers": Recipe(
        ("contact",),
        _subscribers,
        lambda params: (("opted_in",), ()),
        ("opted_in",),
        stands=lambda params, by_stage: ("opted_in", "opted_in"),
    ),
    "email_open_rate": Recipe(
        _MAIL,
        _open_rate,
        lambda params: (("opened",), ("delivered",)),
        ("mails",),
        special={"delivered": _delivered, "opened": _opened},
        ripens=always,
    ),
    "email_ctr": Recipe(
        _MAIL,
        _click_rate,
        _click_parts,
        ("mails",),
        special={"delivered": _delivered, "clicked": _clicked},
        ripens=always,
    ),
    "content_performance": Recipe(
        _MAIL,
        _content,
        lambda params: ((_brought(params),), ()),
        ("mail_clicks", "campaign_purchases"),
        adds=lambda params: (_brought(params), False),
        either=True,
    ),
}
