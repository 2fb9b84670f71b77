"""What keeps a message from its channel: asked when it is decided and again when it leaves."""

from typing import Any

from sqlmodel import Session, col, or_, select

from goals import words
from goals.alerts import muting
from goals.alerts.outbox import CHART, Channel, Outbox
from goals.alerts.routing import Place
from goals.alerts.rule import AlertRule
from goals.tracking import visibility
from goals.tracking.goal import Goal
from goals.tracking.visibility import Viewer
from goals.words import Message
from goals.workspace import Member, Person, Team

#: Nobody has switched the channel on.
CHANNEL_OFF = "channel_off"
#: The channel was archived or is gone, or the app was taken out of it.
CHANNEL_PAUSED = "channel_paused"
#: The number behind an alert is not to be trusted: it waits for better data or for a person.
DOUBTFUL = "doubtful"
#: The data were mended, and the goal stands otherwise than the alert says.
OVERTAKEN = "overtaken"
#: Somebody asked that this place be told nothing of the goal.
MUTED = "muted"
#: Reasons that no retry overcomes.
FOR_GOOD = frozenset(("goal_private", "goal_team", "goal_hidden", "member_gone", OVERTAKEN))


def reason(session: Session, row: Outbox) -> str | None:
    """Return why a message must not go where it is to go now, None where it may.

    A private goal is told nowhere but to people who may see it, and one that is its team's
    business in the team's own channel alone: nobody here can say who else reads along
    elsewhere. The preview page shows each reader what they may see.
    """
    if row.channel_kind == "preview":
        return None
    if row.channel_kind in ("direct", "email"):
        kept_by = _of_person(session, row)
    else:
        kept_by = _of_place(session, row)
    return MUTED if kept_by is None and _is_muted(session, row) else kept_by


def _is_muted(session: Session, row: Outbox) -> bool:
    """Tell whether the place is told nothing of the goal.

    What is handed on to a person, and the chart that somebody asked for, is told.
    """
    is_meant = row.kind in ("escalation", CHART)
    if row.goal_id is None or is_meant or row.channel_kind not in muting.KINDS:
        return False
    return muting.is_muted(session, row.goal_id, Place(row.channel_kind, row.destination))


def _of_place(session: Session, row: Outbox) -> str | None:
    team = (col(Team.workspace_id) == col(Goal.workspace_id)) & (col(Team.id) == col(Goal.team_id))
    statement = (
        select(Goal.visibility, Team.channel)
        .where(col(Goal.workspace_id) == row.workspace_id, col(Goal.id).in_(_goals(row)))
        .outerjoin(Team, team)
    )
    for seen_by, channel in session.exec(statement):
        if seen_by == "private":
            return "goal_private"
        if seen_by == "team" and channel != row.destination:
            return "goal_team"
    if row.channel_kind == "webhook":
        return None
    return _of_channel(session, row)


def _goals(row: Outbox) -> list[int]:
    """Return the ids of the goals that a message speaks of."""
    listed = [int(one["id"]) for one in row.facts.get("goals", ())]
    return listed if row.goal_id is None else [row.goal_id, *listed]


def _of_person(session: Session, row: Outbox) -> str | None:
    statement = (
        select(Member)
        .join(Person, col(Person.id) == col(Member.person_id))
        .where(
            col(Member.workspace_id) == row.workspace_id,
            col(Member.id) == int(row.destination),
            col(Person.disabled_at).is_(None),
        )
    )
    member = session.exec(statement).first()
    if member is None:
        return "member_gone"
    wanted = set(_goals(row))
    who = visibility.audience([Viewer(member.id, member.role, member.team_id)])
    seen = select(Goal.id).where(
        col(Goal.workspace_id) == row.workspace_id,
        col(Goal.id).in_(wanted),
        visibility.may_see(who),
    )
    return None if wanted <= set(session.exec(seen)) else "goal_hidden"


def doubtful(doubt: Message) -> dict[str, Any]:
    """Return as an error that a message waits because its number is doubtful."""
    return {"code": DOUBTFUL, "message": words.to_json(doubt)}


def code(row: Outbox) -> str | None:
    """Return what a message is held by, None for one that is not."""
    return (row.error or {}).get("code") if row.state == "held" else None


def waiting(session: Session, goal: Goal, rule: AlertRule | None = None) -> list[Outbox]:
    """Return a goal's alerts that wait because its number is doubtful, the latest first.

    With `rule` only those of this rule.
    """
    statement = select(Outbox).where(
        col(Outbox.workspace_id) == goal.workspace_id,
        col(Outbox.goal_id) == goal.id,
        col(Outbox.state) == "held",
    )
    if rule is not None:
        mine = col(Outbox.rule_id) == rule.id
        # Before there were rules, every alert was the default one's.
        statement = statement.where(
            or_(mine, col(Outbox.rule_id).is_(None)) if rule.is_default else mine
        )
    statement = statement.order_by(col(Outbox.id).desc())
    return [row for row in session.exec(statement) if code(row) == DOUBTFUL]


def _of_channel(session: Session, row: Outbox) -> str | None:
    statement = select(Channel.is_on, Channel.paused_reason).where(
        col(Channel.workspace_id) == row.workspace_id,
        col(Channel.kind) == row.channel_kind,
        col(Channel.external_id) == row.destination,
    )
    is_on, paused = session.exec(statement).first() or (False, None)
    if not is_on:
        return CHANNEL_OFF
    return None if paused is None else CHANNEL_PAUSED
