"""What all records share, and the two ledgers beside them: earlier versions and days to re-roll."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from goals.table import Json, Scoped, Table, UTCDateTime


class Record(Scoped):
    """A row read from a source, in the neutral shape.

    `id` is `table.key(connection_id, record, external_id)`: the same row of the same source
    has the same id for ever. References to other records are such ids too and carry no
    foreign key, because sources deliver in any order; the writer makes a stub for a record
    that is referred to before it arrives. `recorded_at` is the instant
    from which this version was known to us, `run_id` the sync run or import that wrote it.
    `deleted_at` marks a row that the source no longer has: it counts nowhere but stays as
    evidence.
    """

    connection_id: int = Field(sa_type=BigInteger)
    external_id: str
    url: str | None = None
    custom: dict[str, Any] | None = Field(default=None, sa_type=Json)
    is_stub: bool = False
    recorded_at: datetime = Field(sa_type=UTCDateTime)
    run_id: int = Field(sa_type=BigInteger)
    deleted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class RecordVersion(Scoped, table=True):
    """A row as it was before a change, known from `valid_from` until `valid_until`.

    The first load writes none. `run_id` is the run that wrote this version and `ended_by` the
    one that replaced it, so that an import can be undone; `data` holds the columns by name
    (dates and instants in ISO form, money in ten-thousandths).
    """

    __tablename__ = "record_version"
    __table_args__ = (
        Index("ix_record_version_record", "workspace_id", "record", "record_id", "valid_until"),
        Index("ix_record_version_known", "workspace_id", "record", "valid_until"),
        Index("ix_record_version_run", "workspace_id", "ended_by"),
        Index("ix_record_version_written", "workspace_id", "run_id"),
    )

    record: str
    record_id: int = Field(sa_type=BigInteger)
    valid_from: datetime = Field(sa_type=UTCDateTime)
    valid_until: datetime = Field(sa_type=UTCDateTime)
    run_id: int = Field(sa_type=BigInteger)
    ended_by: int = Field(sa_type=BigInteger)
    data: dict[str, Any] = Field(sa_type=Json)


class DirtyDay(Table, table=True):
    """A day on which a date column of a record kind gained, lost or changed a row.

    Written in the same commit as the rows, from their old and new versions; the rollups
    that count by this column re-roll the day and remove the mark.
    """

    __tablename__ = "dirty_day"

    workspace_id: int = Field(
        primary_key=True,
        foreign_key="workspace.id",
        sa_type=BigInteger,
        sa_column_kwargs={"autoincrement": False},
    )
    record: str = Field(primary_key=True)
    column: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
