"""The records of one source as they are compared with another's."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from goals import workspace
from goals.records import kinds
from goals.records.record import Record
from goals.records.sales import Account, Owner
from goals.table import workspace_of

#: The columns that are compared where a kind has them, beside the days.
_AMOUNTS = ("amount", "mrr")
_CUSTOMER = ("account_id", "customer_id")


@dataclass(frozen=True)
class Held:
    """A record of a source: what it is found by, and what may differ from its twin's.

    `days` are its business days by column; `day` is the one to show it by. Without a currency an
    amount is in the workspace's.
    """

    id: int
    external_id: str
    name: str | None
    email: str | None
    domain: str | None
    account: str | None
    owner: str | None
    status: str | None
    stage: str | None
    amount: Decimal | None
    currency: str | None
    url: str | None
    custom: dict[str, str] = field(default_factory=dict)
    days: dict[str, date | None] = field(default_factory=dict)

    @property
    def day(self) -> date | None:
        """Return the latest of its days, None where it has none."""
        return max((one for one in self.days.values() if one is not None), default=None)

    def touches(self, first: date, last: date) -> bool:
        """Tell whether it has a day within a window, stands open in it, or has no day at all."""
        known = [one for one in self.days.values() if one is not None]
        if self.status == "open" and known and min(known) <= last:
            return True
        return not known or any(first <= one <= last for one in known)


def of(session: Session, connection_id: int, record: str) -> list[Held]:
    """Return the living records of a kind that a connection delivered."""
    table: Any = kinds.KINDS[record].table
    here = workspace_of(session)
    statement = select(table).where(
        col(table.workspace_id) == here,
        col(table.connection_id) == connection_id,
        col(table.deleted_at).is_(None),
        col(table.is_stub).is_(False),
    )
    accounts = _names(session, Account, connection_id)
    owners = _names(session, Owner, connection_id)
    found = session.execute(statement.execution_options(yield_per=2000)).scalars()
    currency = workspace.of(session).currency
    return list(_each(found, kinds.KINDS[record].happens, accounts, owners, currency))


def any_of(session: Session, connection_id: int, record: str) -> bool:
    """Tell whether a connection holds any living record of a kind."""
    table: Any = kinds.KINDS[record].table
    statement = select(table.id).where(
        col(table.workspace_id) == workspace_of(session),
        col(table.connection_id) == connection_id,
        col(table.deleted_at).is_(None),
    )
    return session.execute(statement.limit(1)).first() is not None


def _each(
    found: Any,
    days: tuple[str, ...],
    accounts: dict[int, str],
    owners: dict[int, str],
    currency: str,
) -> Iterator[Held]:
    for one in found:
        yield Held(
            id=one.id,
            external_id=one.external_id,
            name=getattr(one, "name", None) or getattr(one, "topic", None),
            email=getattr(one, "email", None),
            domain=getattr(one, "domain", None),
            account=accounts.get(_first(one, *_CUSTOMER) or 0),
            owner=owners.get(getattr(one, "owner_id", None) or 0),
            status=getattr(one, "status", None),
            stage=getattr(one, "stage", None),
            amount=_first(one, *_AMOUNTS),
            currency=getattr(one, "currency", None) or currency,
            url=one.url,
            custom={name: str(value) for name, value in (one.custom or {}).items()},
            days={name: getattr(one, name) for name in days},
        )


def _first(record: Any, *columns: str) -> Any:
    return next((getattr(record, one) for one in columns if hasattr(record, one)), None)


def _names(session: Session, table: type[Record], connection_id: int) -> dict[int, str]:
    named: Any = table
    statement = select(col(named.id), col(named.name)).where(
        col(named.workspace_id) == workspace_of(session),
        col(named.connection_id) == connection_id,
    )
    return {row.id: row.name for row in session.execute(statement)}
