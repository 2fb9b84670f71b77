"""Records that are numbers already: readings made elsewhere or by hand, and exchange rates."""

from datetime import date
from decimal import Decimal

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from goals.records.record import Record
from goals.table import Exact, Json


class ManualReading(Record, table=True):
    """A value of a metric that a person or another system measured, with its evidence.

    `segment` is the dimension and member it holds for (None: everything); `goal_id` ties it
    to one goal only.
    """

    __tablename__ = "manual_reading"
    __table_args__ = (Index("ix_manual_reading_day", "workspace_id", "metric", "day"),)

    metric: str
    day: date
    value: Decimal = Field(sa_type=Exact)
    evidence: str | None = None
    segment: dict[str, str] | None = Field(default=None, sa_type=Json)
    goal_id: int | None = Field(default=None, sa_type=BigInteger)


class Rate(Record, table=True):
    """How many units of a currency one unit of the base currency bought, from a day on.

    `base` is the base currency that it was brought for: it converts while that is the
    workspace's, and waits while another is.
    """

    __table_args__ = (Index("ix_rate_day", "workspace_id", "currency", "day"),)

    day: date
    currency: str
    per_base: Decimal = Field(sa_type=Exact)
    base: str | None = None
