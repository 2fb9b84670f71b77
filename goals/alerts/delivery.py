"""Taking messages out of the outbox: each one delivered once, whoever is killed meanwhile.

A row is leased in one transaction, sent outside any, and settled in another. A second try
first asks the channel whether the first arrived.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, col, select

from goals.alerts import failing, holding
from goals.alerts.channel import AlertChannel, CannotTell, Outgoing
from goals.alerts.outbox import Outbox
from goals.errors import DeliveryError
from goals.table import workspace_of

Begin = Callable[[], AbstractContextManager[Session]]

#: Longer than a request may take, so that a living worker keeps what it leased.
LEASE = timedelta(seconds=60)
#: After so many tries, more than an hour, a passing error counts as lasting.
MOST_ATTEMPTS = 12
#: In an outage it is tried for a day.
MOST_IN_OUTAGE = 104
#: Waiting doubles from here up to a quarter of an hour.
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=15)


@dataclass(frozen=True)
class Leased:
    """A message this worker may send until its lease ends."""

    id: int
    message: Outgoing
    attempt: int
    until: datetime


def deliver(
    begin: Begin, channel: AlertChannel, *, worker: str, clock: Callable[[], datetime]
) -> int:
    """Send everything that is due for one workspace; returns how many messages arrived."""
    arrived = 0
    while True:
        with begin() as session:
            leased = lease(session, worker=worker, now=clock())
        if leased is None:
            return arrived
        arrived += _attempt(begin, channel, leased, worker=worker, clock=clock)


def lease(session: Session, *, worker: str, now: datetime) -> Leased | None:
    """Take the oldest message that is due; None when there is none.

    One message per destination is under way at a time, so that they arrive in order. Rows
    that may not go to their channel any more are held.
    """
    here = workspace_of(session)
    other = aliased(Outbox)
    under_way = (
        select(other.id)
        .where(
            other.workspace_id == here,
            other.destination == Outbox.destination,
            other.channel_kind == Outbox.channel_kind,
            other.id < Outbox.id,
            col(other.state).in_(("new", "sending")),
            # What waits for the end of quiet hours holds up nothing that may leave now.
            or_(col(other.deferred_until).is_(None), col(other.deferred_until) <= now),
        )
        .exists()
    )
    statement = (
        select(Outbox)
        .where(
            col(Outbox.workspace_id) == here,
            or_(
                and_(col(Outbox.state) == "new", col(Outbox.next_attempt_at) <= now),
                and_(col(Outbox.state) == "sending", col(Outbox.lease_until) < now),
            ),
            ~under_way,
        )
        .order_by(col(Outbox.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    while True:
        row = session.exec(statement).first()
        if row is None:
            return None
        reason = holding.reason(session, row)
        if reason is None:
            break
        row.state, row.error = "held", {"code": reason}
        session.add(row)
        session.flush()
    row.state = "sending"
    row.attempts += 1
    row.lease_by, row.lease_until = worker, now + LEASE
    session.add(row)
    message = Outgoing(
        workspace_id=row.workspace_id,
        dedupe_key=row.dedupe_key,
        kind=row.kind,
        destination=row.destination,
        facts=row.facts,
        thread=_thread(session, row),
        since=row.created_at,
        channel_kind=row.channel_kind,
    )
    return Leased(row.id, message, row.attempts, row.lease_until)


def _thread(session: Session, row: Outbox) -> str | None:
    """Return the remote id of the message that opened this row's episode."""
    opener = row.facts.get("continues")
    if opener is None:
        return None
    statement = select(Outbox.remote_id).where(
        col(Outbox.workspace_id) == row.workspace_id, col(Outbox.dedupe_key) == opener
    )
    return session.exec(statement).first()


def _attempt(
    begin: Begin,
    channel: AlertChannel,
    leased: Leased,
    *,
    worker: str,
    clock: Callable[[], datetime],
) -> int:
    message = leased.message
    try:
        remote = None
        if leased.attempt > 1:
            try:
                remote = channel.find(message)
            except CannotTell:
                message = Outgoing(**{**message.__dict__, "is_repeat": True})
        if remote is None:
            if clock() >= leased.until:
                return 0  # Slept through the lease: another worker has the message by now.
            remote = channel.send(message)
    except DeliveryError as error:
        with begin() as session:
            _failed(session, leased, error, worker=worker, now=clock())
        return 0
    with begin() as session:
        row = _mine(session, leased, worker)
        if row is not None:
            row.state, row.remote_id, row.sent_at = "done", remote, clock()
            row.is_repeat, row.error, row.lease_until = message.is_repeat, None, None
            session.add(row)
    return 1


def _mine(session: Session, leased: Leased, worker: str) -> Outbox | None:
    statement = select(Outbox).where(
        col(Outbox.workspace_id) == workspace_of(session),
        col(Outbox.id) == leased.id,
        col(Outbox.lease_by) == worker,
        col(Outbox.attempts) == leased.attempt,
    )
    return session.exec(statement.with_for_update()).first()


def _failed(
    session: Session, leased: Leased, error: DeliveryError, *, worker: str, now: datetime
) -> None:
    row = _mine(session, leased, worker)
    if row is None:
        return
    row.error = {"code": error.code}
    row.lease_until = None
    if error.resume_after is not None and not error.permanent:
        # The channel asked to wait: nothing was sent, and waiting is no failure.
        row.attempts -= 1
        row.state, row.next_attempt_at = "new", max(now, error.resume_after)
        session.add(row)
        return
    most = MOST_IN_OUTAGE if error.outage else MOST_ATTEMPTS
    if error.permanent or row.attempts >= most:
        row.state = "dead"
        session.flush()
        failing.undelivered(session, row, now)
    else:
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(row.attempts - 1, 20))
        row.state = "new"
        row.next_attempt_at = now + wait
    session.add(row)


def retry(session: Session, message_id: int, now: datetime) -> bool:
    """Put a dead or held message back in the queue; False when there is none to put back.

    What is held for the sake of who may see its goal stays where it is.
    """
    statement = select(Outbox).where(
        col(Outbox.workspace_id) == workspace_of(session),
        col(Outbox.id) == message_id,
        col(Outbox.state).in_(("dead", "held")),
    )
    row = session.exec(statement.with_for_update()).first()
    if row is None or (row.error or {}).get("code") in holding.FOR_GOOD:
        return False
    row.state, row.next_attempt_at, row.error = "new", now, None
    session.add(row)
    return True


def next_due(session: Session) -> datetime | None:
    """Return when the next message is due, None when nothing waits."""
    statement = (
        select(Outbox.next_attempt_at, Outbox.lease_until)
        .where(
            col(Outbox.workspace_id) == workspace_of(session),
            col(Outbox.state).in_(("new", "sending")),
        )
        .order_by(col(Outbox.next_attempt_at))
    )
    times = [until or at for at, until in session.exec(statement)]
    return min(times, default=None)
