"""What keeps a message from its channel: asked when it is decided and again when it leaves."""

from sqlmodel import Session, col, select

from goals.alerts.outbox import Channel, Outbox
from goals.tracking.goal import Goal
from goals.workspace import Team

#: Reasons that no retry overcomes.
FOR_GOOD = frozenset(("goal_private", "goal_team"))


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
    return None if _is_on(session, row) else "channel_off"


def _is_on(session: Session, row: Outbox) -> bool:
    statement = select(Channel.is_on).where(
        col(Channel.workspace_id) == row.workspace_id,
        col(Channel.kind) == row.channel_kind,
        col(Channel.external_id) == row.destination,
    )
    return bool(session.exec(statement).first())
