"""Rules that cannot go on: they switch themselves off, say why, and an owner hears of it."""

from datetime import datetime

from sqlmodel import Session, col, select

from goals import words
from goals.alerts import routing, ruling, telling
from goals.alerts.outbox import Outbox
from goals.alerts.routing import Place
from goals.alerts.rule import AlertRule
from goals.table import workspace_of
from goals.tracking.goal import Goal
from goals.words import N_, Message

FAILED = N_("The rule could not be evaluated three times in a row.")
UNDELIVERED = N_("Its last three messages to the same place could not be delivered.")
SUBJECT_GONE = N_("What it is about was archived.")
#: So many messages in a row that could not be delivered are enough.
MOST_UNDELIVERED = 3


def failed(session: Session, rule: AlertRule, now: datetime) -> None:
    """Count an evaluation that failed; the third in a row switches the rule off."""
    rule.failures += 1
    session.add(rule)
    if rule.failures >= ruling.MOST_FAILURES:
        switch_off(session, rule, Message(FAILED), now)


def undelivered(session: Session, row: Outbox, now: datetime) -> None:
    """Look at a message that could not be delivered; the third in a row switches its rule off.

    Only places that the rule itself names count: a goal's channel is the goal's affair.
    """
    rule = None if row.rule_id is None else session.get(AlertRule, (row.workspace_id, row.rule_id))
    if rule is None or not rule.is_on or not _names(rule, row):
        return
    statement = (
        select(Outbox.state)
        .where(
            col(Outbox.workspace_id) == row.workspace_id,
            col(Outbox.rule_id) == rule.id,
            col(Outbox.channel_kind) == row.channel_kind,
            col(Outbox.destination) == row.destination,
            col(Outbox.state).in_(("done", "dead")),
            # What was sent before its terms changed says nothing of the present ones.
            col(Outbox.created_at) >= rule.changed_at,
        )
        .order_by(col(Outbox.id).desc())
        .limit(MOST_UNDELIVERED)
    )
    last = list(session.exec(statement))
    if last == ["dead"] * MOST_UNDELIVERED:
        switch_off(session, rule, Message(UNDELIVERED), now)


def _names(rule: AlertRule, row: Outbox) -> bool:
    if row.channel_kind == "webhook":
        return True
    return {"kind": row.channel_kind, "to": row.destination} in rule.routes


def without_subject(session: Session, rules: list[AlertRule], now: datetime) -> list[AlertRule]:
    """Return the rules whose goal is there; one whose goal was archived switches itself off."""
    wanted = {one.goal_id for one in rules if one.goal_id is not None}
    if not wanted:
        return rules
    statement = select(Goal.id).where(
        col(Goal.workspace_id) == workspace_of(session),
        col(Goal.id).in_(wanted),
        col(Goal.archived_at).is_not(None),
    )
    gone = set(session.exec(statement))
    for rule in rules:
        if rule.goal_id in gone:
            switch_off(session, rule, Message(SUBJECT_GONE), now)
    return [one for one in rules if one.goal_id not in gone]


def switch_off(session: Session, rule: AlertRule, why: Message, now: datetime) -> None:
    """Switch a rule off by itself, with the reason, and tell whoever made it, else an owner."""
    rule.is_on, rule.off_reason = False, words.to_json(why)
    session.add(rule)
    session.flush()
    places: list[Place] = []
    owner = rule.created_by or routing.first_owner(session)
    if owner is not None:
        places = routing.to_person(session, owner, "source")
    for place in places or [routing.PREVIEW]:
        about = {"id": str(rule.id), "name": words.to_json(ruling.name(rule))}
        telling.queue(
            session,
            None,
            "rule_off",
            f"r{rule.id}:off:{rule.version}:{place.kind}:{place.destination}",
            {"rule": {**about, "why": words.to_json(why)}, "continues": None},
            now,
            place=place,
        )
