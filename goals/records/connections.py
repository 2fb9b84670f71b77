"""Where records come from: connections, their sync runs and their place in each stream."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint
from sqlmodel import Field

from goals.table import Json, Scoped, UTCDateTime, one_of, reference

RUN_STATUSES = ("running", "done", "partial", "failed", "waiting")
#: Failures of a pull after which a person must connect the source again.
SIGNED_OUT = frozenset(("unauthorized", "secrets_unreadable"))


class Connection(Scoped, table=True):
    """A source that a workspace reads from.

    `settings` holds what is not secret; `secrets` is sealed by the vault. `interval` is the
    number of minutes between syncs (None: never by itself). `records` lists the kinds of
    record it has delivered and `newest_on` the newest business day among them, so that a
    goal knows which sources it lives on and how fresh they are. One that was removed
    (`removed_at`) keeps its row for the records that came from it, and can be brought back.
    """

    __table_args__ = (UniqueConstraint("workspace_id", "name"),)

    name: str
    provider: str
    settings: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    secrets: str | None = Field(default=None, sa_type=Text)
    # A default of the column itself would take the place of a None that was meant.
    interval: int | None = Field(default=15, sa_column_kwargs={"default": None})
    is_paused: bool = False
    needs_reconnect: bool = False
    records: list[str] = Field(default_factory=list, sa_type=Json)
    newest_on: date | None = None
    last_success_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    created_at: datetime = Field(sa_type=UTCDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class CutOver(Scoped, table=True):
    """The day from which a new connection counts and an old one does not any more.

    Every change is a row of its own, known from `set_at`, and the latest of a pair holds; `day`
    None ended it. `set_by` is the member who did it (None: the command line).
    """

    __tablename__ = "cut_over"
    __table_args__ = (
        reference("old_id", "connection"),
        reference("new_id", "connection"),
        reference("set_by", "member"),
    )

    old_id: int = Field(sa_type=BigInteger)
    new_id: int = Field(sa_type=BigInteger)
    day: date | None = None
    set_at: datetime = Field(sa_type=UTCDateTime)
    set_by: int | None = Field(default=None, sa_type=BigInteger)


class SyncRun(Scoped, table=True):
    """One pull of a connection, or one imported file (`kind` tells).

    `streams` is the list of per-stream counts of the contract; `error` is the failure in
    the contract's shape, None while all is well.
    """

    __tablename__ = "sync_run"
    __table_args__ = (
        reference("connection_id", "connection"),
        Index("ix_sync_run_latest", "workspace_id", "connection_id", "started_at"),
        one_of("status", RUN_STATUSES),
        one_of("kind", ("sync", "import", "manual")),
    )

    connection_id: int = Field(sa_type=BigInteger)
    kind: str = "sync"
    status: str = "running"
    started_at: datetime = Field(sa_type=UTCDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    resume_after: datetime | None = Field(default=None, sa_type=UTCDateTime)
    streams: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    error: dict[str, Any] | None = Field(default=None, sa_type=Json)
    label: str | None = None
    result: dict[str, Any] | None = Field(default=None, sa_type=Json)
    undone_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Checkpoint(Scoped, table=True):
    """How far a stream of a connection has been read; written with the rows of each page."""

    __table_args__ = (
        reference("connection_id", "connection"),
        UniqueConstraint("workspace_id", "connection_id", "stream"),
    )

    connection_id: int = Field(sa_type=BigInteger)
    stream: str
    cursor: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    complete: bool = False
    updated_at: datetime = Field(sa_type=UTCDateTime)


class SavedMapping(Scoped, table=True):
    """A file mapping that worked, remembered for files with the same columns."""

    __tablename__ = "saved_mapping"
    __table_args__ = (UniqueConstraint("workspace_id", "record", "columns"),)

    record: str
    columns: str
    mapping: dict[str, Any] = Field(sa_type=Json)
    updated_at: datetime = Field(sa_type=UTCDateTime)
