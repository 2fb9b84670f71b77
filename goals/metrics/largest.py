"""The largest deals won in a window, each with its members of some dimensions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlmodel import Session

from goals.metrics import fitting, measures, segments
from goals.metrics import refresh as rollups
from goals.metrics.recipes import RECIPES, money


@dataclass(frozen=True)
class Won:
    """A deal that was won: its amount in the base currency, and its member of each dimension.

    A dimension of which the deal says nothing holds `segments.NOBODY`.
    """

    id: int
    amount: Decimal
    members: Mapping[str, str]


def won(
    session: Session, first: date, last: date, dimensions: Sequence[str], limit: int
) -> list[Won]:
    """Return the largest deals won in a window, the largest first.

    These are the records that the metric `revenue` counts: deals without an amount, or without
    a rate for their currency, are none of them. Raises Refusal for an unknown dimension.
    """
    base = rollups.base_of(session)
    measure = fitting.fitted(measures.find("won_amount"), base)
    rows = measure.rows(base)
    assert measure.value is not None
    amount = measure.value(base)
    found = [segments.dimension(session, name, RECIPES["revenue"].subjects) for name in dimensions]
    statement = (
        select(rows.id, amount.label("amount"), *(rows.dims[one.base] for one in found))
        .select_from(rows.source)
        .where(rows.where, measure.only, measure.day >= first, measure.day <= last)
        .where(amount.is_not(None))
        .order_by(amount.desc(), rows.id)
        .limit(limit)
    )
    return [
        Won(
            id=row_id,
            amount=money(int(units)),
            members={one.name: one.member(str(key)) for one, key in zip(found, keys, strict=True)},
        )
        for row_id, units, *keys in session.execute(statement)
    ]
