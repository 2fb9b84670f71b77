"""Claiming due work: any number of workers may ask, each piece is done by one.

A claim is a compare-and-set on the row's lease, so it is safe on both databases.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, or_, update
from sqlmodel import Session, col, select

from app import workers
from app.due import Due
from goals.table import new_id, workspace_of

LEASE = timedelta(minutes=3)
#: Failures put work off for this long, doubling up to the longest wait.
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True)
class Claim:
    """A piece of due work that one worker holds until the lease ends.

    `due_at` is when it was due: work that was asked for again meanwhile is due at another instant.
    """

    id: int
    task: str
    subject: str
    worker: str
    attempts: int
    due_at: datetime


def schedule(session: Session, task: str, subject: str, at: datetime) -> None:
    """Have work done at an instant, or earlier if it is already due earlier.

    What a worker is at may have passed by what it is now wanted for, so it is done once more.
    """
    row = _row(session, task, subject)
    if row is None:
        session.add(
            Due(
                id=new_id(),
                workspace_id=workspace_of(session),
                task=task,
                subject=subject,
                due_at=at,
            )
        )
    elif at < row.due_at or row.lease_by is not None:
        row.due_at = at
        session.add(row)
    session.flush()


def ensure(
    session: Session, task: str, subject: str, at: datetime, latest: datetime | None = None
) -> None:
    """Put work on the list, due at an instant, unless it is there already.

    What is due after `latest` was put off by a clock that was wrong, and is due at `at`.
    """
    row = _row(session, task, subject)
    if row is None or (latest is not None and row.due_at > latest):
        schedule(session, task, subject, at)


def listed(session: Session, task: str, subject: str) -> int | None:
    """Return the id of a piece of work, None where it is not on the list."""
    row = _row(session, task, subject)
    return None if row is None else row.id


def cancel(session: Session, task: str, subject: str) -> None:
    """Forget about work that is no longer wanted."""
    row = _row(session, task, subject)
    if row is not None:
        session.delete(row)
        session.flush()


def claim(
    session: Session,
    *,
    worker: str,
    now: datetime,
    task: str,
    subject: str | None = None,
    due_by: datetime | None = None,
    but: Collection[int] = (),
) -> Claim | None:
    """Take the longest-due free piece of a task, None when there is none.

    Naming the subject takes that piece whether it is due or not, unless another holds it or
    `due_by` is given too.
    `now` is the time by which leases are counted, the same for all workers; `due_by` (by
    default now) is the latest due time that counts; pieces in `but` are left alone.
    """
    lease = col(Due.lease_until)
    # No lease is that long: whoever took it had a clock far ahead of ours.
    free = or_(lease.is_(None), lease < now, lease > now + 2 * LEASE)
    killed = _killed(session, task)
    if killed:
        free = or_(free, col(Due.lease_by).in_(killed))
    statement = (
        select(Due)
        .where(col(Due.workspace_id) == workspace_of(session), col(Due.task) == task, free)
        .order_by(col(Due.due_at))
        .execution_options(populate_existing=True)
    )
    if but:
        statement = statement.where(col(Due.id).not_in(but))
    if subject is None or due_by is not None:
        statement = statement.where(col(Due.due_at) <= (due_by or now))
    if subject is not None:
        statement = statement.where(col(Due.subject) == subject)
    for row in session.exec(statement):
        until = row.lease_until
        taken = (
            update(Due)
            .where(
                col(Due.workspace_id) == workspace_of(session),
                col(Due.id) == row.id,
                col(Due.lease_until).is_(None) if until is None else col(Due.lease_until) == until,
            )
            .values(lease_by=worker, lease_until=now + LEASE)
        )
        if session.execute(taken).rowcount == 1:  # type: ignore[attr-defined]
            return Claim(row.id, task, row.subject, worker, row.attempts, row.due_at)
    return None


def is_held(row: Due | None, now: datetime) -> bool:
    """Tell whether a worker that is alive, as far as can be seen, is at a piece of work."""
    if row is None or row.lease_by is None or row.lease_until is None:
        return False
    return row.lease_until >= now and not workers.is_gone(row.lease_by)


def _killed(session: Session, task: str) -> list[str]:
    """Return the workers that hold work of a task and have ended without giving it back."""
    statement = select(Due.lease_by).where(
        col(Due.workspace_id) == workspace_of(session),
        col(Due.task) == task,
        col(Due.lease_by).is_not(None),
    )
    return [one for one in set(session.exec(statement)) if one and workers.is_gone(one)]


def keep(session: Session, claim: Claim, now: datetime) -> bool:
    """Lengthen a lease while working; False when it was lost to another worker."""
    return _settle(session, claim, {"lease_until": now + LEASE})


def done(session: Session, claim: Claim, due_at: datetime) -> bool:
    """Give a piece back, due again at an instant; False when it was lost meanwhile.

    What was asked for again while it was done stays due when it was asked for.
    """
    values = {
        "lease_by": None,
        "lease_until": None,
        "due_at": case((col(Due.due_at) == claim.due_at, due_at), else_=col(Due.due_at)),
        "attempts": 0,
        "last_error": None,
    }
    return _settle(session, claim, values)


def failed(session: Session, claim: Claim, now: datetime, error: str) -> bool:
    """Give a piece back after a failure, put off for longer each time."""
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2**claim.attempts)
    values = {
        "lease_by": None,
        "lease_until": None,
        "due_at": now + wait,
        "attempts": claim.attempts + 1,
        "last_error": error,
    }
    return _settle(session, claim, values)


def _settle(session: Session, claim: Claim, values: Mapping[str, object]) -> bool:
    statement = (
        update(Due)
        .where(
            col(Due.workspace_id) == workspace_of(session),
            col(Due.id) == claim.id,
            col(Due.lease_by) == claim.worker,
        )
        .values(**values)
    )
    return bool(session.execute(statement).rowcount == 1)  # type: ignore[attr-defined]


def _row(session: Session, task: str, subject: str) -> Due | None:
    statement = select(Due).where(
        col(Due.workspace_id) == workspace_of(session),
        col(Due.task) == task,
        col(Due.subject) == subject,
    )
    return session.exec(statement).first()
