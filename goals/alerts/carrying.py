"""Carrying goals on with the alert rules that are about them alone, and taking that back."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from goals.alerts.rule import AlertRule
from goals.table import new_id, workspace_of
from goals.tracking import archive, carrying
from goals.tracking.carrying import Wanted
from goals.tracking.goal import Goal

#: What a rule knows of its own past; its twin begins without it.
_PAST = {
    "id",
    "goal_id",
    "failures",
    "last_on",
    "off_reason",
    "version",
    "created_at",
    "changed_at",
}


def carry(
    session: Session,
    wanted: Sequence[Wanted],
    *,
    by: int | None,
    today: date,
    now: datetime,
    begun: int | None = None,
) -> list[tuple[Goal, Goal]]:
    """Carry goals on as `goals.tracking.carrying.carry` does, each with its own rules."""
    found = carrying.carry(session, wanted, by=by, today=today, now=now, begun=begun)
    for old, new in found:
        if not _rules(session, new.id):
            for rule in _rules(session, old.id):
                same = rule.model_dump(exclude=_PAST)
                session.add(
                    AlertRule(**same, id=new_id(), goal_id=new.id, created_at=now, changed_at=now)
                )
    session.flush()
    return found


def take_back(session: Session, *, by: int | None, at: datetime, now: datetime) -> list[Goal]:
    """Put away what a member carried on at an instant, with its rules; returns the goals."""
    found = carrying.made_at(session, by, at)
    for goal in found:
        archive.archive(session, goal, now)
        for rule in _rules(session, goal.id):
            rule.archived_at = now
            session.add(rule)
    session.flush()
    return found


def _rules(session: Session, goal_id: int) -> list[AlertRule]:
    statement = select(AlertRule).where(
        col(AlertRule.workspace_id) == workspace_of(session),
        col(AlertRule.goal_id) == goal_id,
        col(AlertRule.archived_at).is_(None),
    )
    return list(session.exec(statement))
