"""Goals that a place does not want to hear of, and those that a person wants to hear of.

A mute holds the messages about one goal back from one place. Following is a rule of its own: it
tells changes of the goal's status to one person, as the news that they want reach them.
"""

from datetime import datetime

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field, Session, col, delete, select

from goals.alerts import routing, ruling
from goals.alerts.routing import Place
from goals.alerts.rule import AlertRule
from goals.table import Scoped, UTCDateTime, added, key, one_of, reference, workspace_of
from goals.tracking.goal import Goal

#: Places that can be muted: a Slack channel, or the direct messages to a member.
KINDS = ("slack", "direct")


class Mute(Scoped, table=True):
    """A place that is told nothing of a goal, and who decided so."""

    __table_args__ = (
        reference("goal_id", "goal"),
        reference("made_by", "member"),
        UniqueConstraint("workspace_id", "goal_id", "channel_kind", "destination"),
        one_of("channel_kind", KINDS),
    )

    goal_id: int = Field(sa_type=BigInteger)
    channel_kind: str
    destination: str
    made_by: int = Field(sa_type=BigInteger)
    made_at: datetime = Field(sa_type=UTCDateTime)


def mute(session: Session, goal: Goal, place: Place, *, by: int, now: datetime) -> None:
    """Tell a place nothing of a goal any more."""
    new = Mute(
        workspace_id=goal.workspace_id,
        goal_id=goal.id,
        channel_kind=place.kind,
        destination=place.destination,
        made_by=by,
        made_at=now,
    )
    added(session, new, lambda: _row(session, goal.id, place))


def unmute(session: Session, goal: Goal, place: Place) -> None:
    """Tell a place of a goal again; what was held back meanwhile stays untold."""
    session.exec(
        delete(Mute).where(
            col(Mute.workspace_id) == workspace_of(session),
            col(Mute.goal_id) == goal.id,
            col(Mute.channel_kind) == place.kind,
            col(Mute.destination) == place.destination,
        )
    )


def is_muted(session: Session, goal_id: int, place: Place) -> bool:
    """Tell whether a place is told nothing of a goal."""
    return _row(session, goal_id, place) is not None


def _row(session: Session, goal_id: int, place: Place) -> Mute | None:
    statement = select(Mute).where(
        col(Mute.workspace_id) == workspace_of(session),
        col(Mute.goal_id) == goal_id,
        col(Mute.channel_kind) == place.kind,
        col(Mute.destination) == place.destination,
    )
    return session.exec(statement).first()


def hears(session: Session, member_id: int) -> bool:
    """Tell whether what a person follows reaches them: they want alerts by direct message."""
    return routing.wants(session, member_id, "alert", "direct")


def follow(session: Session, goal: Goal, member_id: int, *, now: datetime) -> None:
    """Let a person hear of changes of a goal's status."""
    unmute(session, goal, Place("direct", str(member_id)))
    rule = _following(session, goal, member_id)
    if rule is None:
        new = AlertRule(
            id=key(goal.workspace_id, "alert_rule", "follow", goal.id, member_id),
            workspace_id=goal.workspace_id,
            name="",
            kind="status_change",
            goal_id=goal.id,
            routes=[{"kind": "direct", "to": str(member_id)}],
            created_by=member_id,
            created_at=now,
            changed_at=now,
        )
        rule = added(session, new, lambda: _following(session, goal, member_id))
    rule.archived_at = None
    ruling.switch(session, rule, True, now)


def unfollow(session: Session, goal: Goal, member_id: int, *, now: datetime) -> None:
    """Let a person follow a goal no more; what other rules tell them of it stays."""
    rule = _following(session, goal, member_id)
    if rule is not None and rule.archived_at is None:
        ruling.archive(session, rule, now)


def is_following(session: Session, goal: Goal, member_id: int) -> bool:
    """Tell whether a person follows a goal."""
    rule = _following(session, goal, member_id)
    return rule is not None and rule.archived_at is None and rule.is_on


def _following(session: Session, goal: Goal, member_id: int) -> AlertRule | None:
    statement = select(AlertRule).where(
        col(AlertRule.workspace_id) == workspace_of(session),
        col(AlertRule.id) == key(goal.workspace_id, "alert_rule", "follow", goal.id, member_id),
    )
    return session.exec(statement).first()
