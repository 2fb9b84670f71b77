"""What a check is: a kind of record, what is wrong, what to do, and how it is found."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import String, and_, case, cast, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from goals.metrics import amounts
from goals.metrics.checks import parted
from goals.metrics.rows import Base, Expression
from goals.metrics.sql import days_between
from goals.records.record import Record
from goals.records.sales import Owner
from goals.words import N_, Message

#: (base, day) -> whether a record is at fault as of a day.
Fails = Callable[[Base, date], Expression]

RATE_FIX = Message(
    N_("Import the exchange rate of that currency, or correct the currency in the CRM.")
)
TWIN_FIX = Message(N_("Merge them in the CRM and keep the one with the longer history."))


@dataclass(frozen=True)
class Check:
    """One thing that can be wrong with records of a kind.

    `texts` tell how many records fail, for one and for many, with what stands in `params`.
    `touches` names what a wrong record falsifies: "count" for every number that counts such
    records; the unit of values (money, days, hours); the column of the day they are counted
    by; "standing" for what stands open on a day; a dimension that a number is narrowed by.
    """

    name: str
    record: str
    texts: tuple[str, str]
    fix: Message
    fails: Fails
    touches: frozenset[str] = frozenset()
    params: dict[str, object] = field(default_factory=dict)

    def say(self, n: int) -> Message:
        """Return how many records fail, as a sentence."""
        return Message.counted(self.texts, n, self.params)


def is_there(table: Any, *conditions: Any) -> Expression:
    """Return whether another row exists for a record of a table."""
    return select(1).where(*conditions).correlate(table).exists()


def owner_gone(table: Any, base: Base, *, at_work: Expression) -> Expression:
    """Return whether a record's owner left the CRM, or is inactive where work is left to do."""
    return is_there(
        table,
        col(Owner.workspace_id) == base.workspace_id,
        col(Owner.id) == table.owner_id,
        or_(col(Owner.deleted_at).is_not(None), and_(at_work, ~col(Owner.is_active))),
    )


def doubled(table: type[Record], base: Base, keys: Callable[[Any], list[Any]]) -> Expression:
    """Return whether another living record has all the same keys; what lacks one has no double.

    The two sources of a cut-over hold the same by intent, and are looked at one by one.
    """
    one: Any = aliased(table)
    found = keys(one)
    alike = [*found, parted.side(one, base)] if base.limits else found
    each = (
        select(one.id, func.count().over(partition_by=alike).label("n"))
        .where(
            one.workspace_id == base.workspace_id,
            one.deleted_at.is_(None),
            one.is_stub.is_(False),
            *(key.is_not(None) for key in found),
        )
        .subquery()
    )
    return col(table.id).in_(select(each.c.id).where(each.c.n > 1))


def plain(column: Any) -> Expression:
    """Return a text in the form in which people mean the same; null for an empty one."""
    return func.nullif(func.lower(func.trim(column)), "")


def unrated(amount: Any, currency: Any, day: Any) -> Fails:
    """Return the check that an amount in another currency has a rate."""
    in_base = amounts.in_base(amount, currency, day)

    def fails(base: Base, _day: date) -> Expression:
        return and_(amount.is_not(None), day.is_not(None), in_base(base).is_(None))

    return fails


def ahead(table: type[Record], day: Any) -> Expression:
    """Return whether a day lay ahead when it was written down.

    A day is left for the zones of the earth.
    """
    recorded = func.substr(cast(col(table.recorded_at), String), 1, 10)
    return days_between(recorded, day) > 1


def counted(condition: Expression) -> Expression:
    """Return 1 for a row that meets a condition, else 0."""
    return case((condition, 1), else_=0)
