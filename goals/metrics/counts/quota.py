"""Measures of quotas and of the people who have them."""

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import and_, case, literal
from sqlmodel import col

from goals.metrics import amounts, rows
from goals.metrics.counts.measure import Measure
from goals.metrics.rows import Base, Expression, Rows
from goals.metrics.sql import days_between, no_day
from goals.records.company import Quota
from goals.records.sales import Owner


def quotas(base: Base) -> Rows:
    """Return the living quotas."""
    return Rows(
        Quota.__table__,  # type: ignore[attr-defined]
        and_(col(Quota.workspace_id) == base.workspace_id, col(Quota.deleted_at).is_(None)),
        {"owner": rows.text_of(Quota.owner_id)},
        rows.column(Quota.id),
    )


def reps(base: Base) -> Rows:
    """Return the living owners who are active."""
    return Rows(
        Owner.__table__,  # type: ignore[attr-defined]
        and_(
            col(Owner.workspace_id) == base.workspace_id,
            col(Owner.deleted_at).is_(None),
            col(Owner.is_active),
        ),
        {"owner": rows.text_of(Owner.id)},
        rows.column(Owner.id),
    )


_FIRST, _LAST = rows.column(Quota.first_day), rows.column(Quota.last_day)
_AMOUNT = amounts.in_base(col(Quota.amount), col(Quota.currency), _FIRST)
_QUOTAS = Measure("quotas", "quota", "first_day", quotas, _FIRST, col(Quota.id).is_not(None))

MEASURES = (_QUOTAS,)
UNROLLED = (Measure("reps", "owner", "", reps, no_day(), col(Owner.id).is_not(None)),)


def within(first: date, last: date) -> Measure:
    """Return the quotas of a window, each with the share of its amount that falls into it.

    The share is that of its days: 90 days of a year's 365,000 are 90,000.
    """
    low: Any = case((first > _FIRST, literal(first)), else_=_FIRST)
    high: Any = case((last < _LAST, literal(last)), else_=_LAST)
    inside, whole = days_between(low, high) + 1, days_between(_FIRST, _LAST) + 1

    def share(base: Base) -> Expression:
        # Rounded to the ten-thousandth, in whole numbers.
        return (2 * _AMOUNT(base) * inside + whole) // (2 * whole)

    return replace(_QUOTAS, only=and_(last >= _FIRST, first <= _LAST), value=share, unit="money")
