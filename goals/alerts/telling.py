"""From a change of status to messages: who is told, where, and in which story it belongs."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from goals.alerts import holding, rules
from goals.alerts.outbox import Outbox
from goals.table import new_id
from goals.tracking import facts
from goals.tracking.evaluation import StatusChange
from goals.tracking.goal import Goal
from goals.workspace import Team


def tell(
    session: Session,
    goal: Goal,
    change: StatusChange,
    spoken: str | None,
    *,
    final: bool,
    now: datetime,
) -> int:
    """Put the messages that a change is worth in the outbox; returns how many will be sent.

    `spoken` is the last status that spoke of the goal itself, `final` tells whether the new
    one will stay. A message that may not go to its channel is held: kept to be seen, never
    sent.
    """
    told = rules.telling(spoken, change.after, final=final)
    if told is None:
        return 0
    kind, destination = _destination(session, goal)
    opener = None if told.opens else _opener(session, goal, destination)
    content = facts.of_change(session, goal, change)
    content["continues"] = opener
    key = f"{goal.id}:{change.id}:{told.kind}:{kind}:{destination}"
    return queue(session, goal, told.kind, key, content, now, evaluation_id=change.evaluation_id)


def queue(
    session: Session,
    goal: Goal,
    what: str,
    key: str,
    content: dict[str, Any],
    now: datetime,
    *,
    evaluation_id: int | None = None,
) -> int:
    """Put a message about a goal in the outbox for its channel; returns 1 if it will be sent.

    `key` makes it one of a kind. What may not go to the channel is held.
    """
    kind, destination = _destination(session, goal)
    row = Outbox(
        id=new_id(),
        workspace_id=goal.workspace_id,
        dedupe_key=key,
        kind=what,
        channel_kind=kind,
        destination=destination,
        goal_id=goal.id,
        evaluation_id=evaluation_id,
        facts=content,
        next_attempt_at=now,
        created_at=now,
    )
    kept_by = holding.reason(session, row) if kind == "slack" else None
    if kept_by is not None:
        row.state, row.error = "held", {"code": kept_by}
    session.add(row)
    session.flush()
    return 1 if row.state == "new" else 0


def _destination(session: Session, goal: Goal) -> tuple[str, str]:
    """Return the goal's channel, else its team's, else the preview page."""
    channel = goal.channel
    if channel is None and goal.team_id is not None:
        statement = select(Team.channel).where(
            col(Team.workspace_id) == goal.workspace_id, col(Team.id) == goal.team_id
        )
        channel = session.exec(statement).first()
    return ("slack", channel) if channel else ("preview", "")


def _opener(session: Session, goal: Goal, destination: str) -> str | None:
    """Return the key of the message that opened the present episode at this destination."""
    statement = (
        select(Outbox.dedupe_key)
        .where(
            col(Outbox.workspace_id) == goal.workspace_id,
            col(Outbox.goal_id) == goal.id,
            col(Outbox.destination) == destination,
            col(Outbox.kind) == "alert",
        )
        .order_by(col(Outbox.id).desc())
    )
    return session.exec(statement).first()
