"""Due work: what should happen next for each workspace, decided by rows and not by timers."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from goals.table import Scoped, UTCDateTime, one_of

TASKS = ("sync", "review")


class Due(Scoped, table=True):
    """A piece of recurring work and when it is due next.

    `subject` names what it is about (a connection's id for "sync", "" otherwise). A worker
    claims a due row by setting the lease; a lease that ran out may be taken over, so killed
    workers lose nothing. `attempts` counts failures since the last success. Messages need no
    such rows: the outbox is its own list of due work.
    """

    __table_args__ = (
        UniqueConstraint("workspace_id", "task", "subject"),
        Index("ix_due_next", "workspace_id", "due_at"),
        one_of("task", TASKS),
    )

    task: str
    subject: str = ""
    due_at: datetime = Field(sa_type=UTCDateTime)
    lease_by: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    attempts: int = 0
    last_error: str | None = None
