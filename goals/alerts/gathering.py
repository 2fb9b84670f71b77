"""One message instead of a storm: what waits for one place is told together.

The messages that it tells of are marked as told by it, so that each is told once. It says how
things stand when it leaves: what turned bad and well again meanwhile is one line, and no news.
What goals without an end came to by the same day is told together too, however few they are.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import or_
from sqlmodel import Session, col, select

from goals.alerts import closings, holding, summaries
from goals.alerts.outbox import SUMMARY, Outbox
from goals.table import new_id

#: Where people read; a program is told each thing by itself.
PLACES = frozenset(("slack", "direct", "email"))
#: More messages than these for one place are one message.
MOST = 10
#: Two or more are, once one of them waited longer than this.
LATE = timedelta(hours=1)
#: Of one goal, what came later has made the earlier old news by then.
OVERTAKEN = timedelta(minutes=1)


def gather(session: Session, row: Outbox, *, unsure: bool, now: datetime) -> Outbox | None:
    """Return what is to be sent in the place of a message that is about to leave.

    That is the message itself, or one that tells of it and of all that waits behind it; None
    where nothing is left to tell, or where it waits a little for others that close with it. The
    message must surely not have arrived, or be `unsure`. A summary that did not arrive takes up
    what came since. The caller commits.
    """
    # What is there already is changed by itself, which tells nobody anything.
    if row.channel_kind not in PLACES or row.remote_id is not None:
        return row
    if row.kind == SUMMARY:
        told = _may_go(session, _told_by(session, row))
        return _tell(session, row, [*told, *_behind(session, row, now)], now)
    if not summaries.can_tell(row):
        return row
    behind = _waiting(session, row, now)
    if not is_due([row, *behind], now):
        if not unsure and closings.is_awaited(session, row, now):
            _put_off(session, row, now)
            return None
        behind = closings.together(row, behind)
    behind = _may_go(session, behind)
    if not behind:
        return row
    summary = Outbox(
        id=new_id(),
        workspace_id=row.workspace_id,
        dedupe_key=f"{SUMMARY}:{new_id()}",
        kind=SUMMARY,
        channel_kind=row.channel_kind,
        destination=row.destination,
        state="sending",
        attempts=1,
        next_attempt_at=now,
        created_at=now,
        is_repeat=unsure,
    )
    session.add(summary)
    session.flush()
    return _tell(session, summary, [row, *behind], now)


def is_due(rows: list[Outbox], now: datetime) -> bool:
    """Tell whether messages for one place are too many or too late to be told one by one (pure)."""
    if len(rows) < 2:
        return False
    waited = now - min(one.deferred_until or one.created_at for one in rows)
    goals = [one.goal_id for one in rows if one.goal_id is not None]
    late = LATE if len(goals) == len(set(goals)) else OVERTAKEN
    return len(rows) > MOST or waited > late


def _put_off(session: Session, row: Outbox, now: datetime) -> None:
    """Let a message wait for others that will be told with it; it was not tried."""
    row.state, row.lease_by, row.lease_until = "new", None, None
    row.attempts -= 1
    row.next_attempt_at = now + closings.AGAIN
    session.add(row)


def _tell(session: Session, summary: Outbox, rows: list[Outbox], now: datetime) -> Outbox | None:
    """Let a summary tell of some messages, as things stand now."""
    for one in rows:
        one.state, one.told_by, one.lease_by, one.lease_until = "told", summary.id, None, None
        session.add(one)
    session.flush()
    if not rows:
        summary.state, summary.error = "held", {"code": holding.OVERTAKEN}
        session.add(summary)
        return None
    summary.facts = summaries.facts(session, summary, rows, now)
    session.add(summary)
    return summary


def _behind(session: Session, row: Outbox, now: datetime) -> list[Outbox]:
    return _may_go(session, _waiting(session, row, now))


def _waiting(session: Session, row: Outbox, now: datetime) -> list[Outbox]:
    """Return what waits for a message's place and was never tried, the oldest first."""
    statement = (
        select(Outbox)
        .where(
            col(Outbox.workspace_id) == row.workspace_id,
            col(Outbox.channel_kind) == row.channel_kind,
            col(Outbox.destination) == row.destination,
            col(Outbox.state) == "new",
            # What was tried may have arrived, which only its own next try finds out.
            col(Outbox.attempts) == 0,
            col(Outbox.remote_id).is_(None),
            col(Outbox.id) != row.id,
            or_(col(Outbox.deferred_until).is_(None), col(Outbox.deferred_until) <= now),
        )
        .order_by(col(Outbox.id))
        .with_for_update()
    )
    return [one for one in session.exec(statement) if summaries.can_tell(one)]


def _told_by(session: Session, summary: Outbox) -> list[Outbox]:
    statement = select(Outbox).where(
        col(Outbox.workspace_id) == summary.workspace_id, col(Outbox.told_by) == summary.id
    )
    return list(session.exec(statement.order_by(col(Outbox.id)).with_for_update()))


def _may_go(session: Session, rows: Iterable[Outbox]) -> list[Outbox]:
    """Return the messages that may go to their place; the others are held."""
    found = []
    for row in rows:
        reason = holding.reason(session, row)
        if reason is None:
            found.append(row)
            continue
        row.state, row.told_by, row.error = "held", None, {"code": reason}
        session.add(row)
    return found
