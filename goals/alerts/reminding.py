"""Reminders of check-ins: one message for each goal and each day on which one is due.

The message goes where the goal's alerts go. What was told is known by the outbox itself, so
that a worker that starts again, or a second one, tells nothing twice.
"""

from datetime import date, datetime

from sqlmodel import Session, col, select

from goals import workspace
from goals.alerts import ruling, telling
from goals.alerts.outbox import Outbox
from goals.table import workspace_of
from goals.tracking import facts, standing, visibility
from goals.tracking.cadence import DUE
from goals.tracking.checkins import reading
from goals.tracking.checkins.reading import Owed

KIND = "checkin"


def remind(session: Session, *, now: datetime, today: date) -> int:
    """Put the reminders that are due in the outbox; returns how many will be sent.

    A day that was missed meanwhile is not reminded of any more. The caller commits.
    """
    workspace.hold(session)
    owed = [
        one
        for one in reading.inbox(session, visibility.OWNER, today).open
        if one.one.goal.reminds and one.state == DUE
    ]
    told = _told(session, [_key(one) for one in owed])
    return sum(_queue(session, one, now) for one in owed if _key(one) not in told)


def _key(owed: Owed) -> str:
    return f"{KIND}:{owed.one.goal.id}:{owed.on.isoformat()}"


def _told(session: Session, keys: list[str]) -> set[str]:
    statement = select(Outbox.dedupe_key).where(
        col(Outbox.workspace_id) == workspace_of(session), col(Outbox.dedupe_key).in_(keys)
    )
    return set(session.exec(statement))


def _queue(session: Session, owed: Owed, now: datetime) -> int:
    goal, last = owed.one.goal, owed.last
    content = {
        "goal": facts.of_standing(standing.one(session, goal)),
        "checkin": {
            "due_on": owed.on.isoformat(),
            "cadence": goal.cadence,
            "last_on": None if last is None else last.row.day.isoformat(),
            "confidence": None if last is None else last.row.confidence,
        },
        "continues": None,
    }
    quiet = ruling.default(session, now)
    return telling.queue(session, goal, KIND, _key(owed), content, now, quiet=quiet)
