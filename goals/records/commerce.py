"""Records of what customers pay: single purchases and subscriptions."""

from datetime import date
from decimal import Decimal

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from goals.records.record import Record
from goals.table import Money


class Purchase(Record, table=True):
    """Something an account bought, or gave back.

    A refund is a record of its own on the day on which it was made, so that it lowers the
    revenue of its own period and the earlier one stays as it was reported. Its amount is
    taken off, whichever sign it was written with: count -abs(amount) where `is_refund`.
    `currency` None means the workspace's base currency. `quantity` is kept as money is, in
    ten-thousandths, so that parts of a piece add up exactly.
    """

    __table_args__ = (
        Index("ix_purchase_day", "workspace_id", "day"),
        Index("ix_purchase_account", "workspace_id", "account_id"),
    )

    account_id: int = Field(sa_type=BigInteger)
    day: date
    amount: Decimal = Field(sa_type=Money)
    currency: str | None = None
    quantity: Decimal | None = Field(default=None, sa_type=Money)
    product_id: int | None = Field(default=None, sa_type=BigInteger)
    campaign_id: int | None = Field(default=None, sa_type=BigInteger)
    is_refund: bool = False


class Subscription(Record, table=True):
    """What an account pays every month, from the day it started until the day it ended.

    `mrr` is the amount of one month; a change of it is another row, which starts on the day on
    which this one ends. An earlier version of a row is no such change: it tells what was known
    then, and nothing of when a price changed. `ended_on` None means that it runs; it ran up to
    the day before `ended_on`. `due_on` is the day on which it was to be renewed and
    `renewed_on` the day on which it was.
    """

    __table_args__ = (
        Index("ix_subscription_started", "workspace_id", "started_on"),
        Index("ix_subscription_ended", "workspace_id", "ended_on"),
        Index("ix_subscription_account", "workspace_id", "account_id"),
    )

    account_id: int = Field(sa_type=BigInteger)
    started_on: date
    mrr: Decimal = Field(sa_type=Money)
    currency: str | None = None
    ended_on: date | None = None
    due_on: date | None = None
    renewed_on: date | None = None
    plan: str | None = None
    seats: int | None = Field(default=None, sa_type=BigInteger)
