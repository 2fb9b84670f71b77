"""Amounts that wait for an exchange rate: left out of every sum, counted, and listed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from goals.metrics import amounts, refresh
from goals.records import kinds
from goals.records.commerce import Purchase, Subscription
from goals.records.company import Expense, Quota
from goals.records.marketing import Spend
from goals.records.record import Record
from goals.records.sales import Deal
from goals.table import workspace_of
from goals.words import Message

#: The kinds whose amounts are converted: table, amount, and the day whose rate counts.
_PLACES: dict[str, tuple[type[Record], Any, Any]] = {
    "deal": (Deal, Deal.amount, func.coalesce(Deal.closed_on, Deal.created_on)),
    "purchase": (Purchase, Purchase.amount, Purchase.day),
    "subscription": (Subscription, Subscription.mrr, Subscription.started_on),
    "spend": (Spend, Spend.amount, Spend.day),
    "quota": (Quota, Quota.amount, Quota.first_day),
    "expense": (Expense, Expense.amount, Expense.day),
}


@dataclass(frozen=True)
class Waiting:
    """How many amounts of a currency no rate reaches, and the day of the oldest.

    The day is None where none of them has one; such amounts cannot be converted at all.
    """

    currency: str
    count: int
    oldest: date | None


@dataclass(frozen=True)
class Amount:
    """An amount that waits: the record it belongs to, what kind that is, and its day."""

    kind: Message
    external_id: str
    name: str | None
    url: str | None
    day: date | None
    amount: Decimal


def by_currency(session: Session) -> list[Waiting]:
    """Return the currencies with amounts that no rate reaches, most of them first."""
    counts: dict[str, int] = {}
    oldest: dict[str, date] = {}
    for table, amount, day in _PLACES.values():
        currency = col(table.currency)  # type: ignore[attr-defined]
        statement = (
            select(currency, func.count(), func.min(day))
            .where(*_waits(session, table, amount, day))
            .group_by(currency)
        )
        for code, n, first in session.exec(statement):
            counts[code] = counts.get(code, 0) + n
            if first is not None:
                oldest[code] = min(first, oldest.get(code, first))
    found = [Waiting(code, n, oldest.get(code)) for code, n in counts.items()]
    return sorted(found, key=lambda one: (-one.count, one.currency))


def of_currency(session: Session, currency: str, most: int) -> list[Amount]:
    """Return amounts of a currency that no rate reaches, the newest first, at most so many."""
    found = [one for kind in _PLACES for one in _listed(session, kind, currency, most)]
    found.sort(key=lambda one: (one.day or date.min, one.external_id), reverse=True)
    return found[:most]


def _listed(session: Session, kind: str, currency: str, most: int) -> Iterator[Amount]:
    table, amount, day = _PLACES[kind]
    statement = (
        select(table, day, amount)
        .where(
            *_waits(session, table, amount, day),
            col(table.currency) == currency,  # type: ignore[attr-defined]
        )
        .order_by(day.desc(), col(table.id))
        .limit(most)
    )
    for one, on, value in session.exec(statement):
        name = getattr(one, "name", None)
        yield Amount(kinds.called(kind), one.external_id, name, one.url, on, value)


def _waits(
    session: Session, table: type[Record], amount: Any, day: Any
) -> tuple[ColumnElement[bool], ...]:
    """Return the condition under which an amount is left out of sums for want of a rate."""
    base = refresh.base_of(session)
    currency = col(table.currency)  # type: ignore[attr-defined]
    return (
        col(table.workspace_id) == workspace_of(session),
        col(table.deleted_at).is_(None),
        col(amount).is_not(None),
        currency.is_not(None),
        amounts.in_base(col(amount), currency, day)(base).is_(None),
    )
