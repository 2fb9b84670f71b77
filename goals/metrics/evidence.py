"""Readings that were shown, kept for ever: value, inputs and the way to compute it again."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from goals.table import Exact, Json, Scoped, UTCDateTime


class Reading(Scoped, table=True):
    """One value of a metric with its evidence; never overwritten.

    `receipt` is the public id ("rcp_..."), made from the question, the answer and the
    versions of the data, so that asking twice over the same data gives one row. `value`
    None is no data. `segments` is filled for readings by a dimension. `made_of` is filled for
    custom metrics: the receipts of their parts by how these are written, and the versions in
    which custom metrics were meant.
    """

    __table_args__ = (
        Index("uq_reading_receipt", "workspace_id", "receipt", unique=True),
        Index("ix_reading_metric", "workspace_id", "metric", "last_day"),
    )

    receipt: str
    metric: str
    version: int = 1
    params: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    where: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    by: str | None = None
    first_day: date
    last_day: date
    matured: date | None = None
    known_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    value: Decimal | None = Field(default=None, sa_type=Exact)
    numerator: Decimal | None = Field(default=None, sa_type=Exact)
    denominator: Decimal | None = Field(default=None, sa_type=Exact)
    n: int = 0
    unit: str
    currency: str | None = None
    complete: bool = True
    notes: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    segments: list[dict[str, Any]] | None = Field(default=None, sa_type=Json)
    made_of: dict[str, Any] | None = Field(default=None, sa_type=Json)
    runs: list[str] = Field(default_factory=list, sa_type=Json)
    data_to: date | None = None
    as_of: datetime = Field(sa_type=UTCDateTime)
    computed_at: datetime = Field(sa_type=UTCDateTime)
