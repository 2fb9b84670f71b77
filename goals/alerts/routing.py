"""Where a rule's message goes: the goal's channel, named channels, people, one address."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select

from goals.alerts.drafts import OWNER
from goals.alerts.rule import AlertRule, NoticeOff
from goals.table import workspace_of
from goals.tracking.goal import Goal
from goals.workspace import Member, Person, Team

#: Which line of a person's preferences a kind of message belongs to.
EVENT = {
    **dict.fromkeys(("alert", "worse", "better", "still"), "alert"),
    **dict.fromkeys(("recovery", "achieved", "progress"), "recovery"),
    **dict.fromkeys(("checkin", "missed", "retrospective", "effect"), "checkin"),
    **dict.fromkeys(("source", "source_over", "stale", "stale_over", "rule_off"), "source"),
    "slack_lost": "source",
    "escalation": "escalation",
    "digest": "digest",
}


@dataclass(frozen=True)
class Place:
    """Somewhere a message goes: the kind of channel and its address there."""

    kind: str
    destination: str


PREVIEW = Place("preview", "")


def places(session: Session, rule: AlertRule, goal: Goal | None, event: str) -> list[Place]:
    """Return where a rule tells of an event, each place once; people's wishes are kept."""
    found: list[Place] = []
    for route in rule.routes:
        at = place(session, rule, route, goal)
        if at is None or at in found:
            continue
        if at.kind in ("direct", "email") and not wants(
            session, int(at.destination), event, at.kind
        ):
            continue
        found.append(at)
    return found


def place(
    session: Session, rule: AlertRule, route: Mapping[str, str], goal: Goal | None
) -> Place | None:
    """Return where one route of a rule leads; None for a person who is not there."""
    if route["kind"] == "goal":
        return PREVIEW if goal is None else of_goal(session, goal)
    if route["kind"] in ("direct", "email"):
        member = person(session, rule, goal, route["to"])
        return None if member is None else Place(route["kind"], str(member))
    if route["kind"] == "webhook":
        return Place("webhook", str(rule.id))
    return Place("slack", route["to"])


def of_goal(session: Session, goal: Goal) -> Place:
    """Return the goal's channel, else its team's, else the preview page."""
    channel = goal.channel
    if channel is None and goal.team_id is not None:
        statement = select(Team.channel).where(
            col(Team.workspace_id) == goal.workspace_id, col(Team.id) == goal.team_id
        )
        channel = session.exec(statement).first()
    return Place("slack", channel) if channel else PREVIEW


def to_person(session: Session, member_id: int, event: str) -> list[Place]:
    """Return by which way a person hears of an event: a direct message, else an e-mail, or none."""
    for way in ("direct", "email"):
        if wants(session, member_id, event, way):
            return [Place(way, str(member_id))]
    return []


def person(session: Session, rule: AlertRule, goal: Goal | None, to: str) -> int | None:
    """Return the member that a rule means; None for the owner of a goal that nobody owns."""
    if to != OWNER:
        return int(to)
    if goal is not None:
        return goal.owner_id
    return rule.created_by or first_owner(session)


def first_owner(session: Session) -> int | None:
    """Return the owner of the workspace who has been one for longest, None where none is left."""
    return next(iter(owners(session)), None)


def owners(session: Session) -> list[int]:
    """Return the owners of the workspace who may sign in, who has been one for longest first."""
    statement = (
        select(Member.id)
        .join(Person, col(Person.id) == col(Member.person_id))
        .where(
            col(Member.workspace_id) == workspace_of(session),
            col(Member.role) == "owner",
            col(Person.disabled_at).is_(None),
        )
        .order_by(col(Member.created_at), col(Member.id))
    )
    return list(session.exec(statement))


def wants(session: Session, member_id: int, event: str, way: str) -> bool:
    """Tell whether a member wants a kind of news by a way."""
    statement = select(NoticeOff.id).where(
        col(NoticeOff.workspace_id) == workspace_of(session),
        col(NoticeOff.member_id) == member_id,
        col(NoticeOff.event) == event,
        col(NoticeOff.way) == way,
    )
    return session.exec(statement).first() is None
