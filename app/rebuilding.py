"""What follows when records came in, or when a workspace's days or money mean something else."""

import time
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from app import queue
from goals import workspace
from goals.metrics import quality, refresh, turns
from goals.records.connections import Checkpoint, Connection
from goals.table import workspace_of
from integrations import removing
from integrations.connections import Begin

#: How many seconds others are to wait at most while much is counted, and the rows of the first
#: turn, from which it is learnt how many are counted in that time.
SECONDS, ROWS = 2.0, 2_000
#: Seconds after a turn that took longer: who waits for SQLite's writer looks ten times a second.
PAUSE = 0.15


def count_new(session: Session, now: datetime) -> None:
    """Count what came in or was taken back, and how many records fail each check now.

    Much is left to a worker, which counts it before it reviews the goals.
    """
    refresh.true_up(session, undated=True)
    quality.keep(session, today=workspace.of(session).local_day(now), now=now)


def count_in_turns(
    begin: Begin, clock: Callable[[], datetime], alive: Callable[[], None] = lambda: None
) -> None:
    """Count as `count_new` does, much in many transactions, between which others write too.

    `alive` is called between them.
    """
    count_marked(begin, alive)
    with begin() as session:
        now = clock()
        quality.keep(session, today=workspace.of(session).local_day(now), now=now)


def count_marked(begin: Begin, alive: Callable[[], None] = lambda: None) -> None:
    """Count what is marked, in turns."""
    with begin() as session:
        turns.begin(session)
    rows = ROWS
    was_full: bool | None = False
    while was_full is not None:
        alive()
        started = time.monotonic()
        with begin() as session:
            was_full = turns.turn(session, rows)
        took = time.monotonic() - started
        if took > PAUSE:
            time.sleep(PAUSE)
        if was_full:
            # Not all at once more or fewer than before.
            share = min(2.0, max(0.25, SECONDS / max(took, 0.001)))
            # And never so few that more time goes into beginning than into counting.
            rows = max(ROWS // 4, round(rows * share))


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
    """Have all rollups counted from the records by a worker, and then the goals reviewed."""
    turns.mark_everything(session)
    queue.schedule(session, "review", "", now)
