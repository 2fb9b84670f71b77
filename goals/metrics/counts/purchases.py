"""Measures of purchases: how many, for how much, and what was given back, by day."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from goals.metrics import amounts, rows
from goals.metrics.counts.measure import Measure
from goals.metrics.rows import Base, Expression, Rows
from goals.metrics.sql import not_by_index
from goals.records.commerce import Purchase
from goals.records.marketing import Campaign
from goals.records.sales import Account

_DAY = rows.column(Purchase.day)
BOUGHT = col(Purchase.is_refund).is_(False)


def _campaign() -> Expression:
    """Return the name of a purchase's campaign as a key, as deals and leads name theirs."""
    name = (
        select(col(Campaign.name))
        .where(
            col(Campaign.workspace_id) == col(Purchase.workspace_id),
            col(Campaign.id) == col(Purchase.campaign_id),
            col(Campaign.deleted_at).is_(None),
        )
        .scalar_subquery()
    )
    return func.coalesce(name, "")


def purchases(base: Base) -> Rows:
    """Return the living purchases, refunds among them."""
    return Rows(
        Purchase.__table__,  # type: ignore[attr-defined]
        and_(col(Purchase.workspace_id) == base.workspace_id, col(Purchase.deleted_at).is_(None)),
        {
            "product": rows.text_of(Purchase.product_id),
            "campaign": _campaign(),
            "account": rows.text_of(Purchase.account_id),
            "account.region": rows.of_account(Account.region, Purchase),
            "customer_type": rows.of_account(Account.customer_type, Purchase),
        },
        rows.column(Purchase.id),
    )


_AMOUNT = amounts.in_base(col(Purchase.amount), col(Purchase.currency), _DAY)


def amount(base: Base) -> Expression:
    """Return what a purchase adds to revenue; a refund takes off, whichever sign it has."""
    value = _AMOUNT(base)
    return case((and_(~BOUGHT, value > 0), -value), else_=value)


def any_other(*conditions: Callable[[Any, Any], Expression]) -> Expression:
    """Return whether the customer of a row has a purchase that meets some conditions.

    Each is made for that purchase's id and day.
    """
    one = aliased(Purchase)
    day = not_by_index(col(one.day))
    return (
        select(col(one.id))
        .where(
            col(one.workspace_id) == col(Purchase.workspace_id),
            col(one.account_id) == col(Purchase.account_id),
            col(one.deleted_at).is_(None),
            col(one.is_refund).is_(False),
            *(condition(col(one.id), day) for condition in conditions),
        )
        .exists()
    )


#: Whether a row is of the first day on which its customer bought.
ON_FIRST_DAY = and_(
    ~any_other(lambda _, day: day < _DAY),
    or_(BOUGHT, any_other(lambda _, day: day == _DAY)),
)
PURCHASES = Measure("purchases", "purchase", "day", purchases, _DAY, BOUGHT)
_PAID = replace(PURCHASES, value=amount, unit="money")


def made(name: str) -> Measure | None:
    """Return a measure that is made when asked for: the revenue of first days.

    A purchase that comes to light late moves a first day, and with it what other days count, so
    it is counted from the records.
    """
    if name != "first_revenue":
        return None
    return replace(_PAID, id="first_revenue", only=ON_FIRST_DAY)


MEASURES = (
    PURCHASES,
    replace(_PAID, id="sold"),
    replace(_PAID, id="given_back", only=~BOUGHT),
)
