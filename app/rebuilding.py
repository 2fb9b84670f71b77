"""What follows when records came in, or when a workspace's days or money mean something else."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from app import queue
from goals import workspace
from goals.metrics import quality, refresh
from goals.records.connections import Checkpoint, Connection
from goals.table import workspace_of
from integrations import removing
from integrations.connections import Begin


def count_new(session: Session, now: datetime) -> None:
    """Count what came in or was taken back, and how many records fail each check now."""
    refresh.refresh(session, undated=True)
    quality.keep(session, today=workspace.of(session).local_day(now), now=now)


def count_in_turns(begin: Begin, clock: Callable[[], datetime]) -> None:
    """Count as `count_new` does, in two transactions: much is counted, and others write too."""
    with begin() as session:
        refresh.refresh(session, undated=True)
    with begin() as session:
        now = clock()
        quality.keep(session, today=workspace.of(session).local_day(now), now=now)


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


def read_anew(session: Session, connection: Connection, now: datetime) -> None:
    """Have one source read from its beginning as soon as a worker is free."""
    removing.forget(session, connection)
    queue.schedule(session, "sync", str(connection.id), now)


def count_again(session: Session, now: datetime) -> None:
    """Count all rollups from the records and have the goals reviewed."""
    refresh.rebuild(session)
    queue.schedule(session, "review", "", now)
