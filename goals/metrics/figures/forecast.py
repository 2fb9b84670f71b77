"""The sales forecast: what was won, and open deals weighed by the probability of their stage."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Float, and_, case, cast, func, literal, null, or_, select
from sqlmodel import col

from goals.metrics import amounts, cohorts, notes, rows
from goals.metrics.counting import Statement
from goals.metrics.figures.recipe import Asked, Recipe
from goals.metrics.figures.window import Params, Window, money
from goals.metrics.formulas import Figure, total
from goals.metrics.measures import MEASURES, Measure
from goals.metrics.notes import Note
from goals.metrics.query import Query
from goals.metrics.rows import Base, Expression
from goals.metrics.scope import Scope
from goals.metrics.sql import whole
from goals.records.sales import Deal, PipelineStage, StageEvent

#: So many deals of a stage must have been won or lost before their share is believed.
ENOUGH = 10
#: What CRMs call the forecast category of a deal, among its own fields, and what commits to it.
CATEGORIES = ("forecast_category", "ForecastCategoryName", "hs_manual_forecast_category")
COMMIT = ("commit", "committed")
#: So many deals are named in a note.
NAMED = 5
_DUE = rows.column(Deal.expected_close_on)


def _forecast(window: Window, params: Params) -> Figure:
    n, expected = window.special("expected")
    if params["part"] == "open":
        return total(money(expected), n)
    won, units = window.get("won_amount", window.first, min(window.last, window.horizon))
    return total(money(units + expected), won + n)


def _open(query: Query) -> Expression:
    """Return which deals are open and expected to close in the window."""
    return and_(
        col(Deal.status) == "open",
        col(Deal.is_stub).is_(False),
        query.first_day <= _DUE,
        query.last_day >= _DUE,
    )


def _due(query: Query) -> Expression:
    """Return which of them are not past their expected close."""
    return and_(_open(query), query.matured <= _DUE) if query.matured else _open(query)


def _measure(query: Query, only: Expression) -> Measure:
    now = literal(query.matured or query.last_day)
    created = MEASURES["created"]
    return replace(created, day=_DUE, only=only, pairs=(), turns=None, decides=now)


def _odds(scope: Scope, query: Query) -> Expression:
    """Return each deal's probability: its stage's, else its own, else its stage's history."""
    stage = col(Deal.stage)
    found: list[tuple[Any, Any]] = []
    if query.params["odds"] != "history":
        statement = select(
            col(PipelineStage.connection_id),
            col(PipelineStage.pipeline),
            col(PipelineStage.name),
            col(PipelineStage.probability),
        ).where(
            col(PipelineStage.workspace_id) == scope.base.workspace_id,
            col(PipelineStage.probability).is_not(None),
        )
        pipeline = func.coalesce(col(Deal.pipeline), "")
        for connection, of, name, share in scope.session.execute(statement):
            place = and_(col(Deal.connection_id) == connection, stage == name)
            # A pipeline without a name is the only one of its source.
            found.append((and_(place, pipeline == of) if of else place, literal(float(share))))
        found.append((col(Deal.probability).is_not(None), col(Deal.probability)))
    history = scope.ahead.once("stage_odds", lambda: _history(scope))
    found += [(stage == name, literal(share)) for name, share in history.items()]
    return case(*found, else_=null()) if found else cast(null(), Float)


def _history(scope: Scope) -> Mapping[str, float]:
    """Return the share of the deals that were won, of all that stood in a stage and closed."""
    closed = and_(
        col(Deal.workspace_id) == scope.base.workspace_id,
        col(Deal.deleted_at).is_(None),
        col(Deal.status) != "open",
    )
    statement = (
        select(col(StageEvent.stage), col(Deal.status), func.count(col(Deal.id).distinct()))
        .select_from(StageEvent)
        .join(
            Deal,
            and_(
                col(Deal.workspace_id) == col(StageEvent.workspace_id),
                col(Deal.id) == col(StageEvent.deal_id),
            ),
        )
        .where(
            col(StageEvent.workspace_id) == scope.base.workspace_id,
            col(StageEvent.deleted_at).is_(None),
            col(StageEvent.status) == "open",
            closed,
        )
        .group_by(col(StageEvent.stage), col(Deal.status))
    )
    counts: dict[str, dict[str, int]] = {}
    for stage, status, n in scope.session.execute(statement):
        counts.setdefault(stage, {})[status] = n
    return {
        stage: of.get("won", 0) / sum(of.values())
        for stage, of in counts.items()
        if sum(of.values()) >= ENOUGH
    }


def _amount(query: Query) -> Any:
    """Return a deal's amount in the base currency, at the rate of the day it is read on."""
    day = literal(query.matured or query.last_day)
    return amounts.in_base(col(Deal.amount), col(Deal.currency), day)


def _certain(odds: Expression) -> Expression:
    """Return which deals stand at 100%, by their own word or by their stage's."""
    return or_(func.coalesce(col(Deal.probability), 0.0) >= 1, func.coalesce(odds, 0.0) >= 1)


def _expected(scope: Scope, query: Query) -> Measure:
    """Return the measure of the open deals of a window, their amounts times their odds.

    A deal that is open at 100% is wrong in the CRM: it is left out.
    """
    odds, amount = _odds(scope, query), _amount(query)

    def weighed(base: Base) -> Expression:
        return whole(cast(amount(base), Float) * odds)

    possible = and_(_due(query), ~_certain(odds))
    if query.params["odds"] in ("full", "commit"):
        only = and_(possible, is_commit()) if query.params["odds"] == "commit" else possible
        return replace(_measure(query, only), value=amount, unit="money")
    return replace(_measure(query, and_(possible, odds < 1)), value=weighed, unit="money")


def category() -> Expression:
    """Return the forecast category that a deal's owner gave it in the CRM, small; null for none."""
    fields = [col(Deal.custom)[name].as_string() for name in CATEGORIES]
    return func.lower(func.coalesce(*fields))


def is_commit() -> Expression:
    """Return which deals their owners commit to in the CRM."""
    return category().in_(COMMIT)


def _won(scope: Scope, query: Query) -> Measure:
    """Return what was won in the window up to the day it is read on: no deal is won before."""
    won = MEASURES["won_amount"]
    last = min(query.last_day, query.matured or query.last_day)
    return replace(won, only=and_(won.only, won.day.between(query.first_day, last)))


def _say(asked: Asked) -> list[Note]:
    scope, query = asked.scope, asked.query
    odds, amount = _odds(scope, query), _amount(query)(scope.base)
    open_, due = _open(query), _due(query)

    def count(only: Expression) -> int:
        return cohorts.total(scope, _measure(query, only), None, None)[0]

    found: list[Note] = []
    late = and_(open_, query.matured > _DUE) if query.matured else None
    if late is not None and (n := count(late)):
        found.append(notes.past_due(n, _names(scope, query, late)))
    certain = and_(due, _certain(odds))
    if n := count(certain):
        found.append(notes.certain(n, _names(scope, query, certain)))
    is_weighed = query.params["odds"] in ("stage", "history")
    if is_weighed and (n := count(and_(due, odds.is_(None), ~_certain(odds)))):
        found.append(notes.no_odds(n))
    if n := count(and_(due, col(Deal.amount).is_(None))):
        found.append(notes.no_amount(n))
    if n := count(and_(due, col(Deal.amount).is_not(None), amount.is_(None))):
        found.append(notes.excluded_currency(n))
    someday = and_(col(Deal.status) == "open", col(Deal.is_stub).is_(False), _DUE.is_(None))
    # Without a day they are in no window; `_measure` counts them over all days.
    if n := count(someday):
        found.append(notes.no_close(n))
    return found


def due(scope: Scope, query: Query, *columns: Any) -> Statement:
    """Return (amount, is late, is commit, columns ...) of the open deals due by a window's end.

    Amounts are in ten-thousandths of the base currency. Those that are not late are the deals
    that `odds=full` counts; a deal whose expected close has passed, however long ago, is late.
    """
    now = query.matured or query.last_day
    certain = _certain(_odds(scope, query))
    only = and_(
        col(Deal.status) == "open",
        col(Deal.is_stub).is_(False),
        query.last_day >= _DUE,
        or_(query.first_day <= _DUE, now > _DUE),
        ~certain,
    )
    amount = _amount(query)(scope.base)
    return cohorts.chosen(scope, _measure(query, only), amount, now > _DUE, is_commit(), *columns)


def _names(scope: Scope, query: Query, only: Expression) -> str:
    """Return the names of the first few deals, those longest due first."""
    name = func.coalesce(col(Deal.name), col(Deal.external_id))
    found = cohorts.chosen(scope, _measure(query, only), name)
    statement = found.order_by(_DUE, col(Deal.id)).limit(NAMED + 1)
    names = [str(one) for one in scope.session.scalars(statement)]
    return ", ".join([*names[:NAMED], *("…" for _ in names[NAMED:])])


RECIPE = Recipe(
    ("deal",),
    _forecast,
    lambda params: ((() if params["part"] == "open" else ("won_by_then",)) + ("expected",), ()),
    ("created", "won", "run_in"),
    special={"won_by_then": _won, "expected": _expected},
    ripens=lambda params, is_over: True,
    notes=_say,
)
