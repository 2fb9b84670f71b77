"""Subscribers over a window: who stood at its start, who is left at its end, who pays more or less.

The cohort is fixed at the start: whoever comes within the window is on neither side. An account
counts as the row with which its run began, for the total as for the members of a dimension.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from goals.metrics import amounts, rows
from goals.metrics.measures import Measure
from goals.metrics.measures import subscriptions as measures
from goals.metrics.measures.subscriptions import any_other, others, stands
from goals.metrics.query import Query
from goals.metrics.rows import Base
from goals.metrics.scope import Scope
from goals.records.commerce import Subscription

Expression = ColumnElement[Any]
_ROW = Subscription
_WHO = rows.column(Subscription.account_id)


def _measure(query: Query, only: Expression) -> Measure:
    """Return a measure that is read over all its days, those of the window's last day."""
    return replace(measures.accounts("in"), day=literal(query.last_day), only=only)


def _touched(scope: Scope, query: Query, column: Any) -> Expression:
    """Return whether an account has a row that started, or ended, within the window.

    Only such accounts can pay otherwise than before, and an index finds them.
    """
    moved = select(col(_ROW.account_id)).where(
        col(_ROW.workspace_id) == scope.base.workspace_id,
        column.between(query.first_day, query.last_day),
    )
    return col(_ROW.account_id).in_(moved)


# --- Accounts --------------------------------------------------------------------------------


def _cohort(query: Query) -> Expression:
    ends, first = measures.RUN_ENDS, query.first_day
    return and_(
        col(_ROW.started_on) < first, measures.STARTS_RUN, or_(ends.is_(None), ends >= first)
    )


def _is_left(query: Query) -> Expression:
    """Return whether the account of a row stands at the end of the window."""
    return any_other(_ROW, lambda one: stands(one, query.last_day))


def at_start(scope: Scope, query: Query) -> Measure:
    """Return the accounts that stood when the window began."""
    return _measure(query, _cohort(query))


def lost(scope: Scope, query: Query) -> Measure:
    """Return those of them that do not stand when it ends."""
    ended = _touched(scope, query, col(_ROW.ended_on))
    return _measure(query, and_(ended, _cohort(query), ~_is_left(query)))


def kept(scope: Scope, query: Query) -> Measure:
    """Return those of them that stand when it ends, were they gone in between or not."""
    return _measure(query, and_(_cohort(query), _is_left(query)))


def passed(scope: Scope, query: Query) -> Measure:
    """Return the accounts that came within the window and were gone before it ended."""
    came = col(_ROW.started_on).between(query.first_day, query.last_day)
    stood = any_other(_ROW, lambda one: stands(one, query.first_day, until=True))
    only = and_(came, measures.lasts(_ROW), ~stood, ~_is_left(query))
    return replace(_measure(query, only), distinct=_WHO)


def upsold(scope: Scope, query: Query) -> Measure:
    """Return the accounts of the start that went to a higher price or more seats, each once.

    A row that replaces others is compared with them; one that is added to a running one of the
    same plan is more of the same. Another plan beside it is something else sold, not more.
    """

    def replaced(one: Any) -> Expression:
        return rows.column(one.ended_on == col(_ROW.started_on))

    def beside(one: Any) -> Expression:
        same = func.coalesce(one.plan, "") == func.coalesce(col(_ROW.plan), "")
        return and_(same, one.id != col(_ROW.id), stands(one, col(_ROW.started_on), until=True))

    def build(base: Base) -> Expression:
        before = _sum(base, replaced).scalar_subquery()
        seats = others(lambda one: func.sum(one.seats), _ROW, replaced).scalar_subquery()
        return or_(
            measures.MRR(base) > before,
            col(_ROW.seats) > seats,
            and_(~any_other(_ROW, replaced), any_other(_ROW, beside)),
        )

    came = col(_ROW.started_on).between(query.first_day, query.last_day)
    stood = any_other(_ROW, lambda one: stands(one, query.first_day, until=True))
    only = and_(came, measures.lasts(_ROW), stood, build(scope.base))
    return replace(_measure(query, only), distinct=_WHO)


# --- What they pay ---------------------------------------------------------------------------


def _sum(base: Base, condition: Callable[[Any], Expression]) -> Any:
    """Return what the rows of the same account that meet a condition cost a month."""

    def mrr(one: Any) -> Expression:
        value = amounts.in_base(one.mrr, one.currency, one.started_on)
        return func.sum(value(base))

    return others(mrr, _ROW, condition)


def _paid(query: Query) -> tuple[Callable[[Base], Expression], Callable[[Base], Expression]]:
    """Return what an account paid when the window began, and what it pays when it ends."""

    def before(base: Base) -> Expression:
        stood = _sum(base, lambda one: stands(one, query.first_day, until=True))
        found: Expression = stood.scalar_subquery()
        return found

    def after(base: Base) -> Expression:
        left = _sum(base, lambda one: stands(one, query.last_day)).scalar_subquery()
        return func.coalesce(left, 0)

    return before, after


def less(scope: Scope, query: Query) -> Measure:
    """Return the accounts of the start that pay less at the end, with how much less."""
    before, after = _paid(query)
    ended = _touched(scope, query, col(_ROW.ended_on))
    only = and_(ended, _cohort(query), before(scope.base) > after(scope.base))
    measure = _measure(query, only)
    return replace(measure, value=lambda base: before(base) - after(base), unit="money")


def more(scope: Scope, query: Query) -> Measure:
    """Return the accounts of the start that pay more at the end, with how much more."""
    before, after = _paid(query)
    started = _touched(scope, query, col(_ROW.started_on))
    only = and_(started, _cohort(query), before(scope.base) < after(scope.base))
    measure = _measure(query, only)
    return replace(measure, value=lambda base: after(base) - before(base), unit="money")


def paid(scope: Scope, query: Query) -> Measure:
    """Return the accounts of the start with what they pay at the end."""
    _, after = _paid(query)
    return replace(_measure(query, _cohort(query)), value=after, unit="money")


def still(scope: Scope, query: Query) -> Measure:
    """Return the accounts of the start with what they pay at the end, at most what they paid."""
    before, after = _paid(query)

    def value(base: Base) -> Expression:
        was, left = before(base), after(base)
        return case((left < was, left), else_=was)

    return replace(_measure(query, _cohort(query)), value=value, unit="money")


def rows_at_start(scope: Scope, query: Query) -> Measure:
    """Return the subscriptions that stood when the window began, with their prices."""
    only = and_(measures.lasts(_ROW), stands(_ROW, query.first_day, until=True))
    return replace(_measure(query, only), value=measures.MRR, unit="money")


# --- Subscriptions ---------------------------------------------------------------------------


def _go_on(scope: Scope, query: Query) -> Expression:
    """Return whether a row that ends in the window goes on to its end in others.

    Each of them starts on the day on which the one before it ends.
    """
    here = scope.base.workspace_id
    root, following = aliased(Subscription), aliased(Subscription)
    chain = (
        select(
            col(root.id).label("root"),
            col(root.account_id).label("account_id"),
            col(root.ended_on).label("ended_on"),
        )
        .where(
            col(root.workspace_id) == here,
            col(root.deleted_at).is_(None),
            col(root.ended_on).between(query.first_day, query.last_day),
        )
        .cte("chain", recursive=True)
    )
    step = select(chain.c.root, col(following.account_id), col(following.ended_on)).where(
        col(following.workspace_id) == here,
        col(following.deleted_at).is_(None),
        measures.lasts(following),
        col(following.account_id) == chain.c.account_id,
        col(following.started_on) == chain.c.ended_on,
        chain.c.ended_on <= query.last_day,
    )
    chain = chain.union(step)
    left = or_(chain.c.ended_on.is_(None), chain.c.ended_on > query.last_day)
    return col(_ROW.id).in_(select(chain.c.root).where(left))


def _stood(query: Query) -> Expression:
    return and_(measures.lasts(_ROW), stands(_ROW, query.first_day, until=True))


def subs_at_start(scope: Scope, query: Query) -> Measure:
    """Return the subscriptions that stood when the window began."""
    return _measure(query, _stood(query))


def subs_lost(scope: Scope, query: Query) -> Measure:
    """Return the subscriptions of the start that ended and went on in no other."""
    ended = col(_ROW.ended_on).between(query.first_day, query.last_day)
    return _measure(query, and_(ended, _stood(query), ~_go_on(scope, query)))


def subs_kept(scope: Scope, query: Query) -> Measure:
    """Return the subscriptions of the start that stand at the end, or another in their place."""
    runs = or_(col(_ROW.ended_on).is_(None), col(_ROW.ended_on) > query.last_day)
    return _measure(query, and_(_stood(query), or_(runs, _go_on(scope, query))))


def subs_passed(scope: Scope, query: Query) -> Measure:
    """Return the subscriptions that came within the window, in no other's place, and ended."""
    came = col(_ROW.started_on).between(query.first_day, query.last_day)
    ended = col(_ROW.ended_on).between(query.first_day, query.last_day)
    instead = any_other(_ROW, lambda one: one.ended_on == col(_ROW.started_on))
    only = and_(came, ended, measures.lasts(_ROW), ~instead, ~_go_on(scope, query))
    return _measure(query, only)
