"""The quality of the data: the share of deals that pass every check."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import add

from sqlalchemy import and_, func, literal, or_
from sqlmodel import col

from goals.metrics import cohorts, measures
from goals.metrics.checks import every
from goals.metrics.checks.check import Check, counted
from goals.metrics.figures.recipe import Asked, Recipe
from goals.metrics.figures.window import Params, Window
from goals.metrics.formulas import Figure, ratio
from goals.metrics.measures import Measure
from goals.metrics.notes import Note
from goals.metrics.query import Query
from goals.metrics.rows import Base, Expression
from goals.metrics.scope import Scope
from goals.records.sales import Deal


def _day(query: Query) -> date:
    return query.matured or query.last_day


def _faults(scope: Scope, base: Base, query: Query) -> Expression:
    """Return how many checks a deal fails."""
    found = (counted(one.fails(base, _day(query))) for one in _checks(scope))
    return reduce(add, found)


def _checks(scope: Scope) -> Sequence[Check]:
    return every.of(scope.session, "deal")


def _deals(query: Query, *only: Expression) -> Measure:
    created = measures.find("created")
    there = or_(col(Deal.created_on).is_(None), col(Deal.created_on) <= query.last_day)
    only_there = and_(col(Deal.is_stub).is_(False), there, *only)
    return replace(created, only=only_there, decides=literal(query.last_day))


def _checked(scope: Scope, query: Query) -> Measure:
    def faults(base: Base) -> Expression:
        return _faults(scope, base, query)

    return replace(_deals(query), value=faults, unit="faults")


def _sound(scope: Scope, query: Query) -> Measure:
    return _deals(query, _faults(scope, scope.base, query) == 0)


def _quality(window: Window, params: Params) -> Figure:
    n, _ = window.special("checked")
    sound, _ = window.special("sound")
    return ratio(Decimal(sound), Decimal(n), n)


def _say(asked: Asked) -> list[Note]:
    """Tell for each check how many deals fail it."""
    wrong = _checks(asked.scope)
    base, day = asked.scope.base, _day(asked.query)
    each = (func.coalesce(func.sum(counted(one.fails(base, day))), 0) for one in wrong)
    counts = asked.scope.session.execute(
        cohorts.chosen(asked.scope, _deals(asked.query), *each)
    ).one()
    found = [(one, int(n)) for one, n in zip(wrong, counts, strict=True) if n]
    return [Note(f"fails_{one.name}", one.say(n), n) for one, n in found]


RECIPES = {
    "data_quality": Recipe(
        ("deal",),
        _quality,
        lambda params: (("sound",), ("checked",)),
        ("created", "won", "run_in"),
        special={"sound": _sound, "checked": _checked},
        ripens=lambda params, is_over: True,
        notes=_say,
    )
}
