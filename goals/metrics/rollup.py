"""What is kept of the records so that a reading never scans them: daily rollups and firsts."""

from datetime import date

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from goals.table import Scoped, Table

#: The dimension of the distribution of values, and of the total.
SPREAD, TOTAL = "=", ""


class Rollup(Table, table=True):
    """Count and sum of a measure on one day for one member of one dimension.

    `dim` "" with `key` "" is the total. `dim` "=" holds the distribution: `key` is the value
    itself, so that medians and percentiles are exact. A pair of dimensions is written
    "owner*stage" with its members joined by a unit separator. `sum` is whole: money in
    ten-thousandths, spans in days, entry days as ordinals.
    """

    __table_args__ = (
        # One member's days stand together and whole, however many members share the days.
        Index("ix_rollup_member", "workspace_id", "measure", "dim", "key", "day", "n", "sum"),
        {"sqlite_with_rowid": False},
    )

    workspace_id: int = Field(
        primary_key=True,
        foreign_key="workspace.id",
        sa_type=BigInteger,
        sa_column_kwargs={"autoincrement": False},
    )
    measure: str = Field(primary_key=True)
    dim: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    key: str = Field(primary_key=True)
    n: int = Field(sa_type=BigInteger)
    sum: int = Field(default=0, sa_type=BigInteger)


class Customer(Scoped, table=True):
    """An account that has bought: its first won deal (`id` is the account's id)."""

    __table_args__ = (Index("ix_customer_first", "workspace_id", "first_won_on"),)

    first_won_on: date
    first_deal_id: int = Field(sa_type=BigInteger)
