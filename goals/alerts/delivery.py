"""Taking messages out of the outbox: each one delivered once, whoever is killed meanwhile.

A row is leased in one transaction, sent outside any, and settled in another. A second try
first asks the channel whether the first arrived. What waits behind it may be told with it. What
arrives twice all the same, from a worker that was stopped for too long, is taken away again.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, col, select

from goals.alerts import failing, gathering, holding, keeping, renewing
from goals.alerts.channel import GONE, AlertChannel, CannotTell, Outgoing, TooLate
from goals.alerts.outbox import STATUS, SUMMARY, Outbox
from goals.errors import DeliveryError
from goals.table import workspace_of

Begin = Callable[[], AbstractContextManager[Session]]

#: Longer than a request may take, so that a living worker keeps what it leased.
LEASE = timedelta(seconds=60)
#: What is sent must have left so long before the lease ends: a request may take that long.
MARGIN = timedelta(seconds=20)
#: After so many tries, more than an hour, a passing error counts as lasting.
MOST_ATTEMPTS = 12
#: In an outage it is tried for a day.
MOST_IN_OUTAGE = 104
#: Waiting doubles from here up to a quarter of an hour.
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=15)
#: Nothing is put off for longer, whatever a channel asks; what is was put off by a wrong clock.
LONGEST_OFF = timedelta(hours=2)


@dataclass(frozen=True)
class Leased:
    """A message this worker may send until its lease ends."""

    id: int
    message: Outgoing
    attempt: int


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

    One message per destination is under way at a time, so that they arrive in order; one that
    tells of others goes first, for it takes up what else waits. Rows that may not go to their
    channel any more are held.
    """
    here = workspace_of(session)
    other = aliased(Outbox)
    under_way = (
        select(other.id)
        .where(
            other.workspace_id == here,
            other.destination == Outbox.destination,
            other.channel_kind == Outbox.channel_kind,
            or_(col(other.id) < col(Outbox.id), col(other.kind) == SUMMARY),
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
                and_(col(Outbox.state) == "new", _is_time(now)),
                # No lease is that long: whoever took it had a clock far ahead of ours.
                and_(
                    col(Outbox.state) == "sending",
                    or_(col(Outbox.lease_until) < now, col(Outbox.lease_until) > now + 2 * LEASE),
                ),
            ),
            or_(col(Outbox.kind) == SUMMARY, ~under_way),
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
        if renewing.is_change(row):
            renewing.give_up(row)
        else:
            row.state, row.error = "held", {"code": reason}
        session.add(row)
        session.flush()
    row.state = "sending"
    row.attempts += 1
    row.lease_by, row.lease_until = worker, now + LEASE
    session.add(row)
    return _leased(session, row, now + LEASE)


def _is_time(now: datetime) -> ColumnElement[bool]:
    """Return whether a message that waits is due, also where a wrong clock put it off."""
    due = col(Outbox.next_attempt_at)
    is_wrong = and_(col(Outbox.deferred_until).is_(None), due > now + LONGEST_OFF)
    return or_(due <= now, is_wrong)


def _leased(session: Session, row: Outbox, until: datetime) -> Leased:
    keeps = row.kind == STATUS
    message = Outgoing(
        workspace_id=row.workspace_id,
        dedupe_key=f"{row.dedupe_key}:{keeping.number(row.facts)}" if keeps else row.dedupe_key,
        kind=row.kind,
        destination=row.destination,
        facts=row.facts,
        thread=_thread(session, row),
        since=row.created_at,
        is_repeat=row.is_repeat,
        channel_kind=row.channel_kind,
        until=until - MARGIN,
        replaces=row.remote_id if keeps or renewing.is_change(row) else None,
    )
    return Leased(row.id, message, row.attempts)


def _thread(session: Session, row: Outbox) -> str | None:
    """Return the remote id of the message that this row continues, None where it stands alone.

    It is one that others wrote, or the one that opened this row's episode.

    Where that was told among others, it is the first one of the story that stood alone.
    """
    if row.facts.get("thread") is not None:
        return str(row.facts["thread"])
    opener = row.facts.get("continues")
    if opener is None:
        return None
    statement = select(Outbox).where(
        col(Outbox.workspace_id) == row.workspace_id, col(Outbox.dedupe_key) == opener
    )
    found = session.exec(statement).first()
    if found is None or found.state != "told" or row.story_id is None:
        return None if found is None else found.remote_id
    alone = select(Outbox.remote_id).where(
        col(Outbox.workspace_id) == row.workspace_id,
        col(Outbox.story_id) == row.story_id,
        col(Outbox.channel_kind) == row.channel_kind,
        col(Outbox.destination) == row.destination,
        col(Outbox.kind) != "escalation",
        col(Outbox.state) == "done",
        col(Outbox.id) < row.id,
    )
    return session.exec(alone.order_by(col(Outbox.id)).limit(1)).first()


def _attempt(
    begin: Begin,
    channel: AlertChannel,
    leased: Leased,
    *,
    worker: str,
    clock: Callable[[], datetime],
) -> int:
    message = leased.message
    remote, unsure = None, False
    try:
        if leased.attempt > 1:
            try:
                remote = channel.find(message)
            except CannotTell:
                unsure = True
        if remote is None:
            with begin() as session:
                gathered = _gathered(session, leased, worker, unsure=unsure, now=clock())
            if gathered is None:
                return 0
            leased = gathered
            message = replace(leased.message, is_repeat=leased.message.is_repeat or unsure)
            if message.is_too_late(clock()):
                return 0
            remote = channel.send(message)
    except TooLate:
        return 0  # Slept through the lease: another worker has the message by now.
    except DeliveryError as error:
        with begin() as session:
            _failed(session, leased, error, worker=worker, now=clock())
        return 0
    with begin() as session:
        is_told = _settle(session, leased, message, remote, worker=worker, now=clock())
    if not is_told:
        channel.withdraw(message, remote)
    return 1


def _settle(
    session: Session,
    leased: Leased,
    message: Outgoing,
    remote: str,
    *,
    worker: str,
    now: datetime,
) -> bool:
    """Note that a message arrived; False where it is there once more, from another worker.

    A worker that is stopped after its last look at the clock may still send what another has
    taken over by then. Of two messages that arrived, the one that was noted first stays.
    """
    statement = select(Outbox).where(
        col(Outbox.workspace_id) == workspace_of(session), col(Outbox.id) == leased.id
    )
    row = session.exec(statement.with_for_update()).first()
    if row is None:
        return True
    is_mine = row.lease_by == worker and row.attempts == leased.attempt
    if not is_mine:
        if message.replaces is not None or row.remote_id == remote:
            return True
        if row.remote_id is not None or row.state not in ("new", "sending", "dead"):
            return False
    # A digest stands where it was first told.
    row.sent_at = row.sent_at if renewing.is_change(row) else now
    row.state, row.remote_id, row.lease_by = "done", remote, worker
    row.is_repeat, row.error, row.lease_until = message.is_repeat, None, None
    session.add(row)
    return True


def _gathered(
    session: Session, leased: Leased, worker: str, *, unsure: bool, now: datetime
) -> Leased | None:
    """Return what is sent: the message, or one that tells of it and of what waits behind it.

    None where another worker has it by now, or nothing is left to tell.
    """
    row = _mine(session, leased, worker)
    if row is None:
        return None
    chosen = gathering.gather(session, row, unsure=unsure, now=now)
    if chosen is None or chosen.kind != SUMMARY:
        return None if chosen is None else leased
    chosen.lease_by, chosen.lease_until = worker, now + LEASE
    session.add(chosen)
    session.flush()
    return _leased(session, chosen, now + LEASE)


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
    if error.code == GONE and row.kind == STATUS:
        keeping.gone(row)
    most = MOST_IN_OUTAGE if error.outage else MOST_ATTEMPTS
    is_lasting = error.permanent or (error.resume_after is None and row.attempts >= most)
    if renewing.is_change(row) and (is_lasting or error.code == GONE):
        renewing.give_up(row)
        session.add(row)
        return
    if error.resume_after is not None and not error.permanent:
        # The channel asked to wait: nothing was sent, and waiting is no failure.
        row.attempts -= 1
        row.state = "new"
        row.next_attempt_at = min(max(now, error.resume_after), now + LONGEST_OFF)
        _step_aside(row, now)
        session.add(row)
        return
    if is_lasting:
        row.state = "dead"
        session.flush()
        failing.undelivered(session, row, now)
    else:
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(row.attempts - 1, 20))
        row.state = "new"
        row.next_attempt_at = now + wait
        _step_aside(row, now)
    session.add(row)


def _step_aside(row: Outbox, now: datetime) -> None:
    """Let a message that says nothing new hold up no other while it waits."""
    if (row.kind == STATUS or renewing.is_change(row)) and row.next_attempt_at > now:
        row.deferred_until = row.next_attempt_at


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
