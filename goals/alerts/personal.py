"""What concerns one member: the alerts they put off, and the goals of which they hear directly."""

from datetime import UTC, datetime

from sqlmodel import Session, col, or_, select

from goals.alerts.rule import AlertAct, AlertRule, AlertStory
from goals.table import workspace_of
from goals.tracking.goal import Goal


def snoozed(session: Session, member_id: int, now: datetime) -> list[AlertStory]:
    """Return the alerts that wait because of a member, or about goals of theirs, the next first."""
    here = workspace_of(session)
    by_them = select(AlertAct.story_id).where(
        col(AlertAct.workspace_id) == here,
        col(AlertAct.kind) == "snoozed",
        col(AlertAct.by_id) == member_id,
    )
    theirs = select(Goal.id).where(col(Goal.workspace_id) == here, col(Goal.owner_id) == member_id)
    statement = select(AlertStory).where(
        col(AlertStory.workspace_id) == here,
        col(AlertStory.state) == "snoozed",
        col(AlertStory.goal_id).is_not(None),
        or_(col(AlertStory.snoozed_until).is_(None), col(AlertStory.snoozed_until) > now),
        or_(col(AlertStory.id).in_(by_them), col(AlertStory.goal_id).in_(theirs)),
    )
    latest = datetime.max.replace(tzinfo=UTC)
    return sorted(session.exec(statement), key=lambda one: (one.snoozed_until or latest, one.id))


def followed(session: Session, member_id: int) -> list[int]:
    """Return the goals of others of which a member hears directly by a rule about them alone."""
    here = workspace_of(session)
    statement = (
        select(AlertRule, Goal.owner_id)
        .join(
            Goal,
            (col(Goal.workspace_id) == col(AlertRule.workspace_id))
            & (col(Goal.id) == col(AlertRule.goal_id)),
        )
        .where(
            col(AlertRule.workspace_id) == here,
            col(AlertRule.is_on).is_(True),
            col(AlertRule.archived_at).is_(None),
        )
        .order_by(col(AlertRule.id))
    )
    to = str(member_id)
    found: dict[int, None] = {}
    for rule, owner in session.exec(statement):
        told = any(one["kind"] in ("direct", "email") and one["to"] == to for one in rule.routes)
        if told and owner != member_id and rule.goal_id is not None:
            found[rule.goal_id] = None
    return list(found)
