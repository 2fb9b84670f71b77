"""Sending a test to one place of a rule, so that whoever made it sees that messages arrive."""

from datetime import datetime

from sqlmodel import Session, col, select

from goals import words
from goals.alerts import routing, ruling, telling
from goals.alerts.outbox import Outbox
from goals.alerts.rule import AlertRule
from goals.table import workspace_of
from goals.tracking.goal import Goal

KIND = "test"


def send(session: Session, rule: AlertRule, number: int, *, by: str, now: datetime) -> str | None:
    """Put a test for one route of a rule in the outbox; returns its state, None for nobody there.

    Quiet hours do not hold it back. The caller commits.
    """
    goal = None if rule.goal_id is None else session.get(Goal, (rule.workspace_id, rule.goal_id))
    place = routing.place(session, rule, rule.routes[number], goal)
    if place is None:
        return None
    key = f"r{rule.id}:{KIND}:{number}:{now.isoformat()}"
    about = {"id": str(rule.id), "name": words.to_json(ruling.name(rule)), "by": by}
    telling.queue(session, None, KIND, key, {"rule": about, "continues": None}, now, place=place)
    statement = select(Outbox.state).where(
        col(Outbox.workspace_id) == workspace_of(session), col(Outbox.dedupe_key) == key
    )
    return session.exec(statement).one()
