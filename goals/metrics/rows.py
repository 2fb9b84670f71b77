"""The rows that measures look at: a FROM, a condition and the dimensions of each kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, String, and_, cast, func, select
from sqlmodel import col

from goals.metrics.rollup import Customer
from goals.records.demand import Lead
from goals.records.sales import Account, Deal, StageEvent
from goals.workdays import WEEKDAYS

Expression = ColumnElement[Any]


@dataclass(frozen=True)
class Limit:
    """The days on which a connection's records count, both included (None: without that end)."""

    connection_id: int
    first: date | None
    last: date | None


@dataclass(frozen=True)
class Base:
    """What a measure is computed for: the workspace, its currency, time zone and working days.

    `weekdays` are those on which people work, 0 for Monday; `country` is the one whose holidays
    are free (None: those of every country). `limits` are those of the connections that count on
    some days only, and `source` is the one connection that is looked at (None: all). What is
    asked for by way of trial is not `rolled` up: the records themselves are counted.
    """

    workspace_id: int
    currency: str
    zone: str = "UTC"
    weekdays: frozenset[int] = WEEKDAYS
    country: str | None = None
    limits: tuple[Limit, ...] = ()
    source: int | None = None
    rolled: bool = True

    @property
    def is_parted(self) -> bool:
        """Tell whether not every record counts on every day."""
        return bool(self.limits) or self.source is not None


@dataclass(frozen=True)
class Rows:
    """The rows a measure looks at: a joined FROM, its condition and its dimensions."""

    source: FromClause
    where: Expression
    dims: Mapping[str, Expression]
    id: Expression


def column(attribute: Any) -> Expression:
    """Return a mapped column as the expression it is in a statement."""
    return attribute  # type: ignore[no-any-return]


def text_of(column: Any) -> Expression:
    """Return a column as a key, "" where there is none."""
    return func.coalesce(cast(column, String), "")


def of_account(attribute: Any, table: Any = Deal) -> Expression:
    """Return a property of a record's account as a key."""
    value = (
        select(attribute)
        .where(
            col(Account.workspace_id) == col(table.workspace_id),
            col(Account.id) == col(table.account_id),
            col(Account.deleted_at).is_(None),
        )
        .scalar_subquery()
    )
    return func.coalesce(value, "")


def deal_dims() -> dict[str, Expression]:
    """Return the dimensions that every deal has."""
    return {
        "owner": text_of(Deal.owner_id),
        "source": text_of(Deal.source),
        "product": text_of(Deal.product_id),
        "campaign": text_of(Deal.campaign),
        "pipeline": text_of(Deal.pipeline),
        "stage": text_of(Deal.stage),
        "account": text_of(Deal.account_id),
        "account.region": of_account(Account.region),
        "customer_type": of_account(Account.customer_type),
    }


def deals(base: Base) -> Rows:
    """Return the living deals."""
    return Rows(
        Deal.__table__,  # type: ignore[attr-defined]
        and_(col(Deal.workspace_id) == base.workspace_id, col(Deal.deleted_at).is_(None)),
        deal_dims(),
        column(Deal.id),
    )


def events(base: Base) -> Rows:
    """Return the living stage events with their deals; the stage is the event's."""
    joined = and_(
        col(Deal.workspace_id) == col(StageEvent.workspace_id),
        col(Deal.id) == col(StageEvent.deal_id),
    )
    return Rows(
        StageEvent.__table__.join(Deal.__table__, joined),  # type: ignore[attr-defined]
        and_(
            col(StageEvent.workspace_id) == base.workspace_id,
            col(StageEvent.deleted_at).is_(None),
            col(Deal.deleted_at).is_(None),
        ),
        {**deal_dims(), "stage": text_of(StageEvent.stage)},
        column(Deal.id),
    )


def customers(base: Base) -> Rows:
    """Return the accounts that have bought, with their first won deals."""
    joined = and_(
        col(Deal.workspace_id) == col(Customer.workspace_id),
        col(Deal.id) == col(Customer.first_deal_id),
    )
    return Rows(
        Customer.__table__.join(Deal.__table__, joined),  # type: ignore[attr-defined]
        col(Customer.workspace_id) == base.workspace_id,
        deal_dims(),
        column(Deal.id),
    )


def young(base: Base) -> Rows:
    """Return the living deals of accounts that have bought."""
    joined = and_(
        col(Customer.workspace_id) == col(Deal.workspace_id),
        col(Customer.id) == col(Deal.account_id),
    )
    return Rows(
        Deal.__table__.join(Customer.__table__, joined),  # type: ignore[attr-defined]
        and_(col(Deal.workspace_id) == base.workspace_id, col(Deal.deleted_at).is_(None)),
        deal_dims(),
        column(Deal.id),
    )


def leads(base: Base) -> Rows:
    """Return the living leads that are more than a stub."""
    return Rows(
        Lead.__table__,  # type: ignore[attr-defined]
        and_(
            col(Lead.workspace_id) == base.workspace_id,
            col(Lead.deleted_at).is_(None),
            col(Lead.is_stub).is_(False),
        ),
        {
            "owner": text_of(Lead.owner_id),
            "source": text_of(Lead.source),
            "campaign": text_of(Lead.campaign),
            "region": text_of(Lead.region),
        },
        column(Lead.id),
    )
