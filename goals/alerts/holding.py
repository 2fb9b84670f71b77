"""What keeps a message from its channel: asked when it is decided and again when it leaves."""

from typing import Any

from sqlmodel import Session, col, select

from goals import words
from goals.alerts.outbox import Channel, Outbox
from goals.tracking.goal import Goal
from goals.words import Message
from goals.workspace import Team

#: Nobody has switched the channel on.
CHANNEL_OFF = "channel_off"
#: The number behind an alert is not to be trusted: it waits for better data or for a person.
DOUBTFUL = "doubtful"
#: The data were mended, and the goal stands otherwise than the alert says.
OVERTAKEN = "overtaken"
#: Reasons that no retry overcomes.
FOR_GOOD = frozenset(("goal_private", "goal_team", OVERTAKEN))


def reason(session: Session, row: Outbox) -> str | None:
    """Return why a message must not go to its channel now, None where it may.

    A private goal is told nowhere, and one that is its team's business in the team's own
    channel alone: nobody here can say who else reads along elsewhere.
    """
    statement = select(Goal.visibility, Team.channel).where(
        col(Goal.workspace_id) == row.workspace_id, col(Goal.id) == row.goal_id
    )
    team = (col(Team.workspace_id) == col(Goal.workspace_id)) & (col(Team.id) == col(Goal.team_id))
    found = session.exec(statement.outerjoin(Team, team)).first()
    if found is not None:
        visibility, channel = found
        if visibility == "private":
            return "goal_private"
        if visibility == "team" and channel != row.destination:
            return "goal_team"
    return None if _is_on(session, row) else CHANNEL_OFF


def doubtful(doubt: Message) -> dict[str, Any]:
    """Return as an error that a message waits because its number is doubtful."""
    return {"code": DOUBTFUL, "message": words.to_json(doubt)}


def code(row: Outbox) -> str | None:
    """Return what a message is held by, None for one that is not."""
    return (row.error or {}).get("code") if row.state == "held" else None


def waiting(session: Session, goal: Goal) -> Outbox | None:
    """Return a goal's alert that waits because its number is doubtful, None where none does."""
    statement = (
        select(Outbox)
        .where(
            col(Outbox.workspace_id) == goal.workspace_id,
            col(Outbox.goal_id) == goal.id,
            col(Outbox.state) == "held",
        )
        .order_by(col(Outbox.id).desc())
    )
    return next((row for row in session.exec(statement) if code(row) == DOUBTFUL), None)


def _is_on(session: Session, row: Outbox) -> bool:
    statement = select(Channel.is_on).where(
        col(Channel.workspace_id) == row.workspace_id,
        col(Channel.kind) == row.channel_kind,
        col(Channel.external_id) == row.destination,
    )
    return bool(session.exec(statement).first())
