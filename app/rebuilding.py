"""What follows when the days or the money of a workspace mean something else from now on."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from app import queue
from goals.metrics import refresh
from goals.records.connections import Checkpoint, Connection
from goals.table import workspace_of


def read_again(session: Session, now: datetime) -> int:
    """Have every source that is pulled read from its beginning; returns how many there are.

    A source's instants became local days when they came in, so another zone needs them
    again. What came in files stays as it is, but for the days beside instants that are kept
    (`local_days`).
    """
    here = workspace_of(session)
    session.execute(delete(Checkpoint).where(col(Checkpoint.workspace_id) == here))
    statement = select(Connection).where(
        col(Connection.workspace_id) == here, col(Connection.interval).is_not(None)
    )
    sources = [one for one in session.exec(statement) if not one.is_paused]
    for one in sources:
        queue.schedule(session, "sync", str(one.id), now)
    return len(sources)


def count_again(session: Session, now: datetime) -> None:
    """Count all rollups from the records and have the goals reviewed."""
    refresh.rebuild(session)
    queue.schedule(session, "review", "", now)
