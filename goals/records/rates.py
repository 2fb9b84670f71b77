"""Exchange rates one by one: each with what it said before, and where it came from."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func
from sqlmodel import Session, col, select

from goals import workspace
from goals.records import provenance
from goals.records.figures import Rate
from goals.records.provenance import Origin
from goals.table import workspace_of


@dataclass(frozen=True)
class Earlier:
    """What a rate said before it was corrected or taken back, known until then."""

    per_base: Decimal
    until: datetime


@dataclass(frozen=True)
class Kept:
    """A rate from a day on, in units of its currency for one unit of the base currency.

    `is_removed` is one that was undone and converts no more; `run_id` is what wrote it.
    """

    id: int
    currency: str
    day: date
    per_base: Decimal
    recorded_at: datetime
    run_id: int
    is_removed: bool
    origin: Origin
    earlier: tuple[Earlier, ...]


def of_currency(session: Session, currency: str) -> list[Kept]:
    """Return the rates of a currency, the newest day first, those taken back included.

    They are those to the base currency; `to_others` are the rest.
    """
    statement = (
        select(Rate)
        .where(
            col(Rate.workspace_id) == workspace_of(session),
            col(Rate.currency) == currency,
            col(Rate.base) == workspace.of(session).currency,
        )
        .order_by(col(Rate.day).desc(), col(Rate.id))
    )
    found = list(session.exec(statement))
    origins = provenance.origins(session, {one.run_id for one in found})
    before = provenance.earlier(session, "rate", [one.id for one in found])
    return [
        Kept(
            id=one.id,
            currency=one.currency,
            day=one.day,
            per_base=one.per_base,
            recorded_at=one.recorded_at,
            run_id=one.run_id,
            is_removed=one.deleted_at is not None,
            origin=origins.get(one.run_id, Origin()),
            earlier=tuple(
                Earlier(Decimal(str(old.data["per_base"])), old.valid_until)
                for old in before.get(one.id, ())
            ),
        )
        for one in found
    ]


def to_others(session: Session) -> dict[str, int]:
    """Return how many rates are for another currency than the base one, by that currency."""
    statement = (
        select(Rate.base, func.count())
        .where(
            col(Rate.workspace_id) == workspace_of(session),
            col(Rate.base) != workspace.of(session).currency,
            col(Rate.deleted_at).is_(None),
        )
        .group_by(col(Rate.base))
        .order_by(col(Rate.base))
    )
    return {base: n for base, n in session.exec(statement) if base is not None}


def newest(session: Session) -> dict[str, Kept]:
    """Return the rate with the newest day of each currency that has one that converts."""
    statement = (
        select(Rate.currency)
        .where(
            col(Rate.workspace_id) == workspace_of(session),
            col(Rate.base) == workspace.of(session).currency,
            col(Rate.deleted_at).is_(None),
        )
        .distinct()
        .order_by(col(Rate.currency))
    )
    listed = {one: of_currency(session, one) for one in session.exec(statement)}
    return {
        currency: next(one for one in kept if not one.is_removed)
        for currency, kept in listed.items()
    }
