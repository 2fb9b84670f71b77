"""The quality of the data: the share of deals that pass every check that needs no setting."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import add
from typing import Any

from sqlalchemy import String, and_, case, cast, func, or_, select
from sqlmodel import col

from goals.metrics import amounts, cohorts, measures, notes
from goals.metrics.figures.recipe import Asked, Recipe
from goals.metrics.figures.window import Params, Window
from goals.metrics.formulas import Figure, ratio
from goals.metrics.measures import Measure
from goals.metrics.notes import Note
from goals.metrics.query import Query
from goals.metrics.rows import Base, Expression
from goals.metrics.scope import Scope
from goals.metrics.sql import days_between
from goals.records.sales import Deal, Owner, PipelineStage

_OPEN, _WON = col(Deal.status) == "open", col(Deal.status) == "won"
#: What two deals that are one have in common.
_TWINS = {one: col(getattr(Deal, one)) for one in ("name", "account_id", "created_on", "amount")}


def checks(base: Base, day: date) -> Mapping[str, Expression]:
    """Return what is wrong with a deal on a day, by the name of each check."""
    here = base.workspace_id
    amount, closed = col(Deal.amount), col(Deal.closed_on)
    # A close that lay ahead when it was written down; a day is left for the zones of the earth.
    recorded = func.substr(cast(col(Deal.recorded_at), String), 1, 10)
    gone = _is_there(
        col(Owner.workspace_id) == here,
        col(Owner.id) == col(Deal.owner_id),
        or_(col(Owner.deleted_at).is_not(None), and_(_OPEN, ~col(Owner.is_active))),
    )
    stages = (
        col(PipelineStage.workspace_id) == here,
        col(PipelineStage.connection_id) == col(Deal.connection_id),
    )
    known = or_(
        col(PipelineStage.name) == col(Deal.stage),
        col(PipelineStage.external_id) == col(Deal.stage),
    )
    twins = (
        select(*_TWINS.values())
        .where(
            col(Deal.workspace_id) == here,
            col(Deal.deleted_at).is_(None),
            *(one.is_not(None) for one in _TWINS.values()),
        )
        .group_by(*_TWINS.values())
        .having(func.count() > 1)
        .subquery("twins")
    ).c
    in_base = amounts.in_base(amount, col(Deal.currency), col(Deal.created_on))(base)
    return {
        "amount": and_(or_(_OPEN, _WON), or_(amount.is_(None), amount <= 0)),
        "owner": or_(col(Deal.owner_id).is_(None), gone),
        "dates": or_(
            closed < col(Deal.created_on),
            and_(~_OPEN, or_(closed.is_(None), days_between(recorded, closed) > 1)),
        ),
        "late": and_(_OPEN, col(Deal.expected_close_on) < day),
        "certain": and_(_OPEN, col(Deal.probability) >= 1),
        "stage": and_(col(Deal.stage).is_not(None), _is_there(*stages), ~_is_there(*stages, known)),
        "currency": and_(amount.is_not(None), col(Deal.created_on).is_not(None), in_base.is_(None)),
        "twin": _is_there(*(twins[name] == one for name, one in _TWINS.items())),
    }


def _is_there(*conditions: Any) -> Expression:
    return select(1).where(*conditions).correlate(Deal).exists()


def _day(query: Query) -> date:
    return query.matured or query.last_day


def _faults(base: Base, query: Query) -> Expression:
    """Return how many checks a deal fails."""
    found = checks(base, _day(query)).values()
    return reduce(add, (case((one, 1), else_=0) for one in found))


def _deals(query: Query, *only: Expression) -> Measure:
    created = measures.find("created")
    there = or_(col(Deal.created_on).is_(None), col(Deal.created_on) <= query.last_day)
    return replace(created, only=and_(col(Deal.is_stub).is_(False), there, *only))


def _checked(scope: Scope, query: Query) -> Measure:
    def faults(base: Base) -> Expression:
        return _faults(base, query)

    return replace(_deals(query), value=faults, unit="faults")


def _sound(scope: Scope, query: Query) -> Measure:
    return _deals(query, _faults(scope.base, query) == 0)


def _quality(window: Window, params: Params) -> Figure:
    n, _ = window.special("checked")
    sound, _ = window.special("sound")
    return ratio(Decimal(sound), Decimal(n), n)


def _say(asked: Asked) -> list[Note]:
    """Tell for each check how many deals fail it."""
    wrong = checks(asked.scope.base, _day(asked.query))
    each = (func.coalesce(func.sum(case((one, 1), else_=0)), 0) for one in wrong.values())
    counts = asked.scope.session.execute(
        cohorts.chosen(asked.scope, _deals(asked.query), *each)
    ).one()
    return [notes.fails(name, int(n)) for name, n in zip(wrong, counts, strict=True) if n]


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
