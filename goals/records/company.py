"""Records of the company itself: what its sellers are to sell, what it spends, when it rests."""

from datetime import date
from decimal import Decimal

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from goals.records.record import Record
from goals.table import Money


class Quota(Record, table=True):
    """What an owner is to sell from a first to a last day, both included."""

    __table_args__ = (
        Index("ix_quota_first", "workspace_id", "first_day"),
        Index("ix_quota_last", "workspace_id", "last_day"),
    )

    owner_id: int = Field(sa_type=BigInteger)
    first_day: date
    last_day: date
    amount: Decimal = Field(sa_type=Money)
    currency: str | None = None


class Expense(Record, table=True):
    """What the company spent on a day, whatever for; `category` is its own word."""

    __table_args__ = (Index("ix_expense_day", "workspace_id", "day"),)

    day: date
    amount: Decimal = Field(sa_type=Money)
    currency: str | None = None
    category: str | None = None


class Holiday(Record, table=True):
    """A day on which nobody works, in one country or (None) everywhere."""

    __table_args__ = (Index("ix_holiday_day", "workspace_id", "day"),)

    day: date
    country: str | None = None
    name: str | None = None
