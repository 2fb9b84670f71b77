"""Tables: the metrics that a workspace made, and every expression that they ever had."""

from datetime import datetime

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field

from goals.table import Scoped, UTCDateTime, one_of, reference

DIRECTIONS = ("up", "down", "neutral")


class CustomMetric(Scoped, table=True):
    """A metric of a workspace's own; `slug` is its id among the metrics and never changes.

    `version` is the number of the expression that holds now. `archived_at` None means that it
    is offered; goals and readings that have it keep it.
    """

    __tablename__ = "custom_metric"
    __table_args__ = (
        reference("created_by", "member"),
        UniqueConstraint("workspace_id", "slug"),
        one_of("direction", DIRECTIONS),
    )

    slug: str
    name: str
    description: str = ""
    direction: str
    version: int = 1
    created_by: int | None = Field(default=None, sa_type=BigInteger)
    created_at: datetime = Field(sa_type=UTCDateTime)
    archived_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class CustomMetricVersion(Scoped, table=True):
    """An expression that a metric has or had, with the unit it is shown in; never changed."""

    __tablename__ = "custom_metric_version"
    __table_args__ = (
        reference("metric_id", "custom_metric"),
        reference("made_by", "member"),
        UniqueConstraint("workspace_id", "metric_id", "number"),
    )

    metric_id: int = Field(sa_type=BigInteger)
    number: int
    expression: str
    unit: str
    made_by: int | None = Field(default=None, sa_type=BigInteger)
    made_at: datetime = Field(sa_type=UTCDateTime)
