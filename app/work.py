"""The work itself: pull a source, review goals, deliver messages, each for one workspace."""

import os
import secrets
import socket
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlmodel import Session, col, select

from app import queue
from app.queue import Claim
from app.wiring import Wiring
from goals import workspace
from goals.alerts import delivery, review
from goals.records.connections import Connection
from goals.table import workspace_of
from integrations import sync

log = structlog.get_logger()

#: The day's review comes this long after local midnight, so that late syncs are in.
AFTER_MIDNIGHT = timedelta(minutes=10)


def worker_name() -> str:
    """Return a name that no other worker has."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"


def plan(session: Session, now: datetime) -> None:
    """Make sure that everything recurring is on the list: each connection and the review."""
    here = workspace_of(session)
    statement = select(Connection).where(
        col(Connection.workspace_id) == here, col(Connection.interval).is_not(None)
    )
    for connection in session.exec(statement):
        if connection.is_paused or connection.needs_reconnect:
            queue.cancel(session, "sync", str(connection.id))
        else:
            queue.ensure(session, "sync", str(connection.id), now)
    queue.ensure(session, "review", "", now)


def next_review(session: Session, now: datetime) -> datetime:
    """Return when the review of the next local day is due."""
    here = workspace.of(session)
    tomorrow = here.local_day(now) + timedelta(days=1)
    midnight = datetime.combine(tomorrow, datetime.min.time(), ZoneInfo(here.zone))
    return midnight.astimezone(UTC) + AFTER_MIDNIGHT


def run_due(wiring: Wiring, worker: str, clock: Callable[[], datetime] | None = None) -> int:
    """Do everything that is due in every workspace, once; returns how much there was."""
    done = 0
    for workspace_id in wiring.database.workspaces():
        done += run_syncs(wiring, workspace_id, worker, clock)
        done += run_reviews(wiring, workspace_id, worker, clock)
        done += run_deliveries(wiring, workspace_id, worker, clock)
    return done


def run_syncs(
    wiring: Wiring, workspace_id: int, worker: str, clock: Callable[[], datetime] | None = None
) -> int:
    """Pull every connection of a workspace that is due, each once.

    With a clock of its own (a command that acts on another day) everything is due.
    """
    tell = clock or wiring.clock
    begin = wiring.database.begin(workspace_id)
    with begin() as session:
        plan(session, tell())
    done: list[int] = []
    while True:
        with begin() as session:
            due_by = datetime.max.replace(tzinfo=UTC) if clock is not None else tell()
            claim = queue.claim(
                session, worker=worker, now=tell(), task="sync", due_by=due_by, but=done
            )
        if claim is None:
            return len(done)
        done.append(claim.id)
        with suppress(Exception):  # Logged and put off; the other connections go on.
            _sync(wiring, workspace_id, claim, tell)


def sync_now(
    wiring: Wiring,
    workspace_id: int,
    connection_id: int,
    *,
    full: bool = False,
    clock: Callable[[], datetime] | None = None,
) -> sync.Run | None:
    """Pull one connection whether it is due or not; None while another worker pulls it."""
    tell = clock or wiring.clock
    begin = wiring.database.begin(workspace_id)
    with begin() as session:
        queue.ensure(session, "sync", str(connection_id), tell())
    with begin() as session:
        claim = queue.claim(
            session, worker=worker_name(), now=tell(), task="sync", subject=str(connection_id)
        )
    if claim is None:
        return None
    return _sync(wiring, workspace_id, claim, tell, full=full)


def _sync(
    wiring: Wiring,
    workspace_id: int,
    claim: Claim,
    clock: Callable[[], datetime],
    *,
    full: bool = False,
) -> sync.Run:
    begin = wiring.database.begin(workspace_id)

    def alive() -> None:
        with begin() as session:
            queue.keep(session, claim, clock())

    try:
        run = sync.pull(
            begin,
            int(claim.subject),
            vault=wiring.vault,
            clock=clock,
            alive=alive,
            full=full,
            allow_private=wiring.settings.allow_private_sources,
        )
    except Exception as error:
        log.exception("sync_failed", connection=claim.subject)
        with begin() as session:
            queue.failed(session, claim, clock(), type(error).__name__)
        raise
    with begin() as session:
        now = clock()
        queue.done(session, claim, run.next_at(now))
        if run.changed_records:
            queue.schedule(session, "review", "", now)
    return run


def run_reviews(
    wiring: Wiring, workspace_id: int, worker: str, clock: Callable[[], datetime] | None = None
) -> int:
    """Review a workspace's goals if that is due; all that follows is one commit."""
    tell = clock or wiring.clock
    begin = wiring.database.begin(workspace_id)
    with begin() as session:
        due_by = datetime.max.replace(tzinfo=UTC) if clock is not None else tell()
        claim = queue.claim(session, worker=worker, now=tell(), task="review", due_by=due_by)
    if claim is None:
        return 0
    try:
        with begin() as session:
            now = tell()
            today = workspace.of(session).local_day(now)
            review.review(session, now=now, today=today)
            queue.done(session, claim, next_review(session, now))
    except Exception as error:
        log.exception("review_failed", workspace=workspace_id)
        with begin() as session:
            queue.failed(session, claim, tell(), type(error).__name__)
    return 1


def run_deliveries(
    wiring: Wiring, workspace_id: int, worker: str, clock: Callable[[], datetime] | None = None
) -> int:
    """Send the messages of a workspace that are due."""
    begin = wiring.database.begin(workspace_id)
    with begin() as session:
        channel = wiring.alert_channel(session)
    return delivery.deliver(begin, channel, worker=worker, clock=clock or wiring.clock)
