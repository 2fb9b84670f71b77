"""What measures sum: amounts in the base currency, spans of days, days as ordinals."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import BigInteger, Float, case, cast, func, select, type_coerce
from sqlmodel import col

from goals.metrics.rows import Base, Expression
from goals.metrics.sql import days_between, no_day, whole
from goals.records.demand import Lead
from goals.records.figures import Rate
from goals.records.sales import Deal, Product


def in_base(amount: Any, currency: Any, day: Any) -> Callable[[Base], Expression]:
    """Return an amount in the base currency, in ten-thousandths; null without a rate."""

    def build(base: Base) -> Expression:
        rate = (
            select(col(Rate.per_base))
            .where(
                col(Rate.workspace_id) == base.workspace_id,
                col(Rate.currency) == currency,
                col(Rate.base) == base.currency,
                col(Rate.day) <= day,
                col(Rate.deleted_at).is_(None),
            )
            .order_by(col(Rate.day).desc())
            .limit(1)
            .scalar_subquery()
        )
        plain = units(amount)
        own = func.coalesce(currency, base.currency) == base.currency
        converted = whole(cast(plain, Float) / func.nullif(cast(rate, Float), 0.0))
        return case((amount.is_(None), None), (own, plain), else_=converted)

    return build


def units(amount: Any) -> Expression:
    """Return money as the whole number it is stored as."""
    return type_coerce(amount, BigInteger)


def list_price(base: Base) -> Expression:
    """Return a deal's list price in ten-thousandths: its own, else its product's."""
    product = (
        select(units(col(Product.list_price)))
        .where(
            col(Product.workspace_id) == base.workspace_id,
            col(Product.id) == col(Deal.product_id),
            col(Product.deleted_at).is_(None),
        )
        .scalar_subquery()
    )
    return func.coalesce(units(col(Deal.list_price)), product)


def ordinal(day: Any) -> Callable[[Base], Expression]:
    """Return a day as the number of days since the year 1."""

    def build(base: Base) -> Expression:
        return days_between(no_day(), day) + 1

    return build


def span(start: Any) -> Callable[[Base], Expression]:
    """Return the days from a start to the close, unknown where the dates are reversed."""

    def build(base: Base) -> Expression:
        days = days_between(start, col(Deal.closed_on))
        return case((days >= 0, days), else_=None)

    return build


def lead_span(base: Base) -> Expression:
    """Return the days from a deal's first lead to its close."""
    start = (
        select(func.min(col(Lead.created_on)))
        .where(
            col(Lead.workspace_id) == base.workspace_id,
            col(Lead.converted_deal_id) == col(Deal.id),
            col(Lead.deleted_at).is_(None),
        )
        .scalar_subquery()
    )
    return span(start)(base)
