"""How the change of revenue between periods is counted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

from sqlalchemy import and_, false

from goals import calendar, workspace
from goals.calendar import Period
from goals.fiscal import FiscalCalendar
from goals.metrics import measures, notes
from goals.metrics.figures.recipe import Asked, Recipe
from goals.metrics.figures.window import Params, Window, money
from goals.metrics.formulas import Figure
from goals.metrics.measures import Measure
from goals.metrics.notes import Note
from goals.metrics.query import Query
from goals.metrics.rows import Base, Expression
from goals.metrics.scope import Scope

#: (window, day up to which it has passed, parameters, calendar) -> what is compared with what.
Pair = tuple[Period, Period] | None
Compare = Callable[[Period, date, Params, FiscalCalendar], Pair]


def before(window: Period, through: date, params: Params, fiscal: FiscalCalendar) -> Pair:
    """Return a window and the period before it, the same number of days of both.

    A quarter is compared with the quarter before, and so are months, years and runs of days.
    What begins with a month, quarter, year or week and ends within it is that period so far.
    """
    period = fiscal.begun(window)
    through = min(through, window.last)
    return calendar.like_for_like(period, through, fiscal.previous(period))


def years_before(window: Period, through: date, params: Params, fiscal: FiscalCalendar) -> Pair:
    """Return a window and the same days of an earlier year."""
    earlier = fiscal.same_last_year(window, int(params["years"]))
    return calendar.like_for_like(window, through, earlier)


def _growth(window: Window, params: Params, *, compare: Compare) -> Figure:
    asked = Period.of(window.first, window.last)
    pair = compare(asked, window.horizon, params, window.fiscal)
    if pair is None:
        return Figure(None)
    (n, won), (n_before, won_before) = (
        window.get("won_amount", one.first, one.last) for one in pair
    )
    grown, base = money(won - won_before), money(won_before)
    # Nothing grows out of nothing, and a period below zero is no measure of growth.
    return Figure(grown / base if base > 0 else None, grown, base, n + n_before)


def _pair(scope: Scope, query: Query, compare: Compare) -> Pair:
    fiscal = workspace.of(scope.session).fiscal
    window = Period.of(query.first_day, query.last_day)
    params = {name: str(value) for name, value in query.params.items()}
    return compare(window, query.matured or query.last_day, params, fiscal)


def _won(scope: Scope, query: Query, *, compare: Compare, place: int, sign: int) -> Measure:
    """Return what was won in the window (place 0) or before it (1), added or taken away."""
    won = measures.find("won_amount")
    value = won.value
    assert value is not None
    pair = _pair(scope, query, compare)
    within: Expression = (
        false() if pair is None else won.day.between(pair[place].first, pair[place].last)
    )

    def signed(base: Base) -> Expression:
        return sign * value(base)

    return replace(won, only=and_(won.only, within), value=signed)


def _say(asked: Asked, *, compare: Compare) -> list[Note]:
    pair = _pair(asked.scope, replace(asked.query, matured=asked.horizon), compare)
    if pair is None or asked.figure.denominator is None:
        return []
    earlier = pair[1]
    currency = asked.scope.base.currency
    return [notes.compared(asked.figure.denominator, currency, earlier.first, earlier.last)]


def _recipe(compare: Compare) -> Recipe:
    won = partial(_won, compare=compare)
    return Recipe(
        ("deal",),
        partial(_growth, compare=compare),
        lambda params: (("won_then", "won_before_off"), ("won_before",)),
        ("won_amount",),
        special={
            "won_then": partial(won, place=0, sign=1),
            "won_before_off": partial(won, place=1, sign=-1),
            "won_before": partial(won, place=1, sign=1),
        },
        is_money=lambda params: (True, True),
        ripens=lambda params, is_over: not is_over,
        notes=partial(_say, compare=compare),
    )


RECIPES = {"revenue_growth": _recipe(before), "yoy_comparison": _recipe(years_before)}
