"""How the metrics of quotas and of the people who sell are counted."""

from dataclasses import replace
from datetime import date
from decimal import ROUND_CEILING, Decimal

from sqlalchemy import and_, literal, or_, select
from sqlmodel import col

from goals import calendar
from goals.calendar import DAY, add_months
from goals.metrics import cohorts, measures, notes
from goals.metrics.counts import quota as quotas
from goals.metrics.figures.recipe import Asked, Recipe
from goals.metrics.figures.window import Params, Window, money
from goals.metrics.formulas import Figure, ratio
from goals.metrics.measures import Measure
from goals.metrics.notes import Note
from goals.metrics.query import Query
from goals.metrics.scope import Scope
from goals.records.company import Quota
from goals.records.sales import Deal


def _attainment(window: Window, params: Params) -> Figure:
    n, won = window.special("sold")
    return ratio(money(won), money(window.special("quota")[1]), n)


def _since(last: date, params: Params) -> date:
    """Return the first of the months up to a day, over which the average deal is taken."""
    return add_months(last + DAY, -int(params["months"]))


def _deals_to_quota(window: Window, params: Params) -> Figure:
    n, won = window.special("sold")
    _, due = window.special("quota")
    if due <= 0:
        return Figure(None, money(won), money(due), n)
    if won >= due:
        return Figure(Decimal(0), money(won), money(due), n)
    last = min(window.last, window.horizon)
    deals, units = window.get("won_amount", _since(last, params), last)
    if units <= 0:
        return Figure(None, money(won), money(due), n)
    needed = (Decimal(due - won) * deals / units).to_integral_value(ROUND_CEILING)
    return Figure(needed, money(won), money(due), n)


def _productivity(window: Window, params: Params) -> Figure:
    n = window.count("won")
    won = Decimal(n)
    if params["measure"] == "value":
        n, units = window.get("won_amount", window.first, window.last)
        won = money(units)
    reps, _ = window.special("reps")
    return ratio(won, reps * calendar.months(window.first, min(window.last, window.horizon)), n)


def _quota(scope: Scope, query: Query) -> Measure:
    return quotas.within(query.first_day, query.last_day)


def _sold(scope: Scope, query: Query, *, with_quota: bool = True) -> Measure:
    """Return what was won in the window by the owners who have a quota in it, or by the others.

    A part can be no more than its whole: what nobody was to sell stands apart.
    """
    first, last = query.first_day, query.last_day
    held = select(col(Quota.owner_id)).where(
        col(Quota.workspace_id) == scope.base.workspace_id,
        col(Quota.deleted_at).is_(None),
        col(Quota.first_day) <= last,
        col(Quota.last_day) >= first,
    )
    won, owner = measures.find("won_amount"), col(Deal.owner_id)
    who = owner.in_(held) if with_quota else or_(owner.is_(None), owner.not_in(held))
    return replace(won, only=and_(won.only, won.day.between(first, last), who))


def _reps(scope: Scope, query: Query) -> Measure:
    # Each is listed with the months that the sum is divided by for every one of them.
    found = replace(measures.find("reps"), day=literal(query.last_day))
    return replace(found, value=lambda base: literal(1), unit="months")


def _average(query: Query) -> tuple[Query, ...]:
    """Return the average deal that what is missing is divided by."""
    last = min(query.last_day, query.matured or query.last_day)
    since = _since(last, query.params)
    params = {"stat": "mean"}
    size = replace(query, metric="avg_deal_size", params=params, first_day=since, last_day=last)
    return (size,)


# --- What to say beside a value --------------------------------------------------------------


def _of_quota(asked: Asked) -> list[Note]:
    scope, query = asked.scope, asked.query
    due, without = _quota(scope, query), _sold(scope, query, with_quota=False)
    found: list[Note] = []
    if n := cohorts.total(scope, without, None, None)[0]:
        found.append(notes.without_quota(n))
    assert due.value is not None
    missing = replace(due, only=and_(due.only, due.value(scope.base).is_(None)), value=None)
    if n := cohorts.total(scope, missing, None, None)[0]:
        found.append(notes.quota_in_currency(n))
    return found


def _of_deals_to_quota(asked: Asked) -> list[Note]:
    found = _of_quota(asked)
    if asked.figure.value:
        last = min(asked.query.last_day, asked.horizon)
        since = _since(last, asked.params)
        n, units = asked.total("won_amount", since, last)
        currency = asked.scope.base.currency
        due, sold = asked.figure.denominator, asked.figure.numerator
        missing = (due or Decimal()) - (sold or Decimal())
        found.append(notes.average_deal(missing, money(units) / n, currency, since, last))
    return found


_BOTH = ("deal", "quota")
_SOLD = ("won", "created", "quotas")
RECIPES = {
    "quota_attainment": Recipe(
        _BOTH,
        _attainment,
        lambda params: (("sold",), ("quota",)),
        _SOLD,
        special={"sold": _sold, "quota": _quota},
        is_money=lambda params: (True, True),
        notes=_of_quota,
    ),
    "deals_to_quota": Recipe(
        _BOTH,
        _deals_to_quota,
        lambda params: (("sold",), ("quota",)),
        _SOLD,
        special={"sold": _sold, "quota": _quota},
        is_money=lambda params: (True, True),
        ripens=lambda params, is_over: not is_over,
        notes=_of_deals_to_quota,
        made_of=_average,
    ),
    "productivity": Recipe(
        ("deal", "owner"),
        _productivity,
        lambda params: (("won_amount" if params["measure"] == "value" else "won",), ("reps",)),
        ("won", "created"),
        special={"reps": _reps},
        is_money=lambda params: (params["measure"] == "value", False),
        ripens=lambda params, is_over: not is_over,
    ),
}
