"""How many records failed each check when the sources were read last, and the time before."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from goals.table import Scoped, UTCDateTime


class FaultCount(Scoped, table=True):
    """How many records of a kind fail a check; the check "" is any of them.

    Counted after each sync and import. `before` is what was counted the time before, None
    the first time.
    """

    __tablename__ = "fault_count"
    __table_args__ = (Index("uq_fault_count", "workspace_id", "record", "check", unique=True),)

    record: str
    check: str
    n: int
    before: int | None = None
    counted_at: datetime = Field(sa_type=UTCDateTime)
