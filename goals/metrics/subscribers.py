"""Subscribers over a window: who stood at its start, who is left at its end, who pays more or less.

The cohort is fixed at the start: whoever comes within the window is on neither side. What becomes
of it is looked up for the rows that started or ended within the window, which an index finds.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, null, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from goals.metrics import amounts, rows
from goals.metrics.counts import subscriptions as measures
from goals.metrics.counts.subscriptions import any_other, others, stands
from goals.metrics.measures import Measure
from goals.metrics.query import Query
from goals.metrics.rows import Base
from goals.metrics.scope import Scope
from goals.metrics.sql import not_by_index
from goals.records.commerce import Subscription

Expression = ColumnElement[Any]
_ROW = Subscription
_WHO = rows.column(Subscription.account_id)


def _measure(query: Query, only: Expression) -> Measure:
    """Return a measure that is read over all its days, those of the window's last day."""
    rows_there = and_(measures.lasts(_ROW), only)
    return replace(measures.MEASURES[0], day=literal(query.last_day), only=rows_there)


def _accounts(query: Query, *only: Expression) -> Measure:
    """Return a measure of accounts, each once however many of its rows meet the conditions."""
    return replace(_measure(query, and_(*only)), distinct=_WHO)


def _within(query: Query, column: Any) -> Expression:
    return rows.column(col(column).between(query.first_day, query.last_day))


def _stood(query: Query) -> Expression:
    """Return whether a row stood when the window began."""
    return stands(_ROW, query.first_day, until=True)


# --- Accounts --------------------------------------------------------------------------------


def _was_there(query: Query) -> Expression:
    """Return whether the account of a row stood when the window began."""
    return any_other(_ROW, lambda one: stands(one, query.first_day, until=True))


def _is_left(query: Query) -> Expression:
    """Return whether the account of a row stands at the end of the window."""
    return any_other(_ROW, lambda one: stands(one, query.last_day))


def at_start(scope: Scope, query: Query) -> Measure:
    """Return the accounts that stood when the window began."""
    return _accounts(query, _stood(query))


def lost(scope: Scope, query: Query) -> Measure:
    """Return those of them that do not stand when it ends."""
    ended = _within(query, _ROW.ended_on)
    return _accounts(query, ended, _stood(query), ~_is_left(query))


def kept(scope: Scope, query: Query) -> Measure:
    """Return those of them that stand when it ends, were they gone in between or not."""
    return _accounts(query, _stood(query), _is_left(query))


def passed(scope: Scope, query: Query) -> Measure:
    """Return the accounts that came within the window and were gone before it ended."""
    came = _within(query, _ROW.started_on)
    return _accounts(query, came, ~_was_there(query), ~_is_left(query))


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

    came = _within(query, _ROW.started_on)
    return _accounts(query, came, _was_there(query), build(scope.base))


# --- What they pay ---------------------------------------------------------------------------


def _sum(base: Base, condition: Callable[[Any], Expression]) -> Any:
    """Return what the rows of the same account that meet a condition cost a month."""

    def mrr(one: Any) -> Expression:
        value = amounts.in_base(one.mrr, one.currency, one.started_on)
        return func.sum(value(base))

    return others(mrr, _ROW, condition)


def _paid(base: Base, query: Query) -> tuple[Expression, Expression]:
    """Return what an account paid when the window began, and what it pays when it ends."""
    before = _sum(base, lambda one: stands(one, query.first_day, until=True)).scalar_subquery()
    after = _sum(base, lambda one: stands(one, query.last_day)).scalar_subquery()
    return before, func.coalesce(after, 0)


def _cohort(query: Query) -> Expression:
    """Return whether a row is the one that an account which stood at the start counts as."""

    def earlier(one: Any) -> Expression:
        return and_(one.id < col(_ROW.id), stands(one, query.first_day, until=True))

    return and_(_stood(query), ~any_other(_ROW, earlier))


def _touched(scope: Scope, query: Query, column: Any) -> Expression:
    """Return whether an account has a row that started, or ended, within the window.

    Only such accounts can pay otherwise than before, and an index finds them.
    """
    moved = select(col(_ROW.account_id)).where(
        col(_ROW.workspace_id) == scope.base.workspace_id, _within(query, column)
    )
    return col(_ROW.account_id).in_(moved)


def less(scope: Scope, query: Query) -> Measure:
    """Return the accounts of the start that pay less at the end, with how much less."""
    before, after = _paid(scope.base, query)
    only = and_(_touched(scope, query, _ROW.ended_on), _cohort(query), before > after)
    return _priced(query, only, before - after)


def more(scope: Scope, query: Query) -> Measure:
    """Return the accounts of the start that pay more at the end, with how much more."""
    before, after = _paid(scope.base, query)
    only = and_(_touched(scope, query, _ROW.started_on), _cohort(query), before < after)
    return _priced(query, only, after - before)


def paid(scope: Scope, query: Query) -> Measure:
    """Return the accounts of the start with what they pay at the end.

    One whose price at the start has no rate counts on neither side.
    """
    before, after = _paid(scope.base, query)
    return _priced(query, _cohort(query), case((before.is_not(None), after), else_=null()))


def still(scope: Scope, query: Query) -> Measure:
    """Return the accounts of the start with what they pay at the end, at most what they paid."""
    before, after = _paid(scope.base, query)
    return _priced(query, _cohort(query), case((after < before, after), else_=before))


def _priced(query: Query, only: Expression, value: Expression) -> Measure:
    """Return a measure of amounts; each is made once, however often a statement has it."""
    return replace(_measure(query, only), value=lambda base: value, unit="money")


def rows_at_start(scope: Scope, query: Query) -> Measure:
    """Return the subscriptions that stood when the window began, with their prices."""
    return replace(_measure(query, _stood(query)), value=measures.MRR, unit="money")


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
        .cte(recursive=True)
    )
    step = select(chain.c.root, col(following.account_id), col(following.ended_on)).where(
        col(following.workspace_id) == here,
        col(following.deleted_at).is_(None),
        measures.lasts(following),
        col(following.account_id) == chain.c.account_id,
        not_by_index(col(following.started_on)) == chain.c.ended_on,
        chain.c.ended_on <= query.last_day,
    )
    chain = chain.union(step)
    left = or_(chain.c.ended_on.is_(None), chain.c.ended_on > query.last_day)
    return col(_ROW.id).in_(select(chain.c.root).where(left))


def subs_at_start(scope: Scope, query: Query) -> Measure:
    """Return the subscriptions that stood when the window began."""
    return _measure(query, _stood(query))


def subs_lost(scope: Scope, query: Query) -> Measure:
    """Return the subscriptions of the start that ended and went on in no other."""
    ended = _within(query, _ROW.ended_on)
    return _measure(query, and_(ended, _stood(query), ~_go_on(scope, query)))


def subs_kept(scope: Scope, query: Query) -> Measure:
    """Return the subscriptions of the start that stand at the end, or another in their place."""
    runs = or_(col(_ROW.ended_on).is_(None), col(_ROW.ended_on) > query.last_day)
    return _measure(query, and_(_stood(query), or_(runs, _go_on(scope, query))))


def subs_passed(scope: Scope, query: Query) -> Measure:
    """Return the subscriptions that came within the window, in no other's place, and ended."""
    came, ended = _within(query, _ROW.started_on), _within(query, _ROW.ended_on)
    instead = any_other(_ROW, lambda one: one.ended_on == col(_ROW.started_on))
    return _measure(query, and_(came, ended, ~instead, ~_go_on(scope, query)))
