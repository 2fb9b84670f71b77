"""What is due by the clock in a story: what was kept back, put off, or taken on by nobody.

A story that runs is one whose rule still found what it looks for when it was last evaluated; so
nothing has to be evaluated here.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from goals import workspace
from goals.alerts import checking, course, routing, stories, telling
from goals.alerts.outbox import Outbox
from goals.alerts.rule import AlertRule, AlertStory
from goals.table import workspace_of
from goals.tracking import facts, standing
from goals.tracking.goal import Goal
from goals.words import N_, Message

#: What nobody could hear of yet is looked at again after so long.
AGAIN = timedelta(hours=1)
_STILL = N_("It was put off, and it is still so.")
_KEPT_BACK = N_("It was kept back, and it is still so.")


def is_due(session: Session, now: datetime) -> bool:
    """Tell whether anything is to be done about a story now."""
    return session.exec(_due(session, now).limit(1)).first() is not None


def _due(session: Session, now: datetime) -> Any:
    return select(AlertStory).where(
        col(AlertStory.workspace_id) == workspace_of(session),
        col(AlertStory.wake_at) <= now,
        col(AlertStory.state) != "closed",
    )


def wake(session: Session, now: datetime) -> int:
    """Do what is due by the clock; returns how many messages will be sent.

    The caller commits.
    """
    workspace.hold(session)
    queued = 0
    statement = _due(session, now).order_by(col(AlertStory.wake_at), col(AlertStory.id))
    for story in list(session.exec(statement.execution_options(populate_existing=True))):
        story.wake_at = None
        session.add(story)
        rule = session.get(AlertRule, (story.workspace_id, story.rule_id))
        if rule is None or not rule.is_on:
            continue
        goal = None
        if story.goal_id is not None:
            goal = session.get(Goal, (story.workspace_id, story.goal_id))
            if goal is None or goal.archived_at is not None:
                stories.close(session, story, now)
                continue
        queued += _wake(session, rule, story, goal, now)
    session.flush()
    return queued


def _wake(
    session: Session, rule: AlertRule, story: AlertStory, goal: Goal | None, now: datetime
) -> int:
    if story.state == "waiting":
        return _kept_back(session, rule, story, goal, now)
    if story.state == "snoozed":
        story.state, story.snoozed_until = "firing", None
        _next_step(rule, story, now)
        return _tell(session, rule, story, goal, "still", _STILL, now)
    if story.state == "firing" and story.step < len(rule.ladder):
        return _escalate(session, rule, story, goal, now)
    return 0


def _kept_back(
    session: Session, rule: AlertRule, story: AlertStory, goal: Goal | None, now: datetime
) -> int:
    if not course.may_tell(stories.Kept(session, rule, story.goal_id), story, now):
        return 0
    if goal is None:
        return 0  # Told with the next look at the source, which knows what to say.
    told = _tell(session, rule, story, goal, "alert", _KEPT_BACK, now)
    stories.told(session, story, story.word, now)
    _next_step(rule, story, now)
    return told


def _tell(
    session: Session,
    rule: AlertRule,
    story: AlertStory,
    goal: Goal | None,
    what: str,
    why: str,
    now: datetime,
) -> int:
    before = _latest(session, story)
    content = dict(before.facts) if before is not None else {}
    content.pop("change", None)
    if goal is not None:
        content["goal"] = facts.of_standing(standing.one(session, goal))
    content |= checking.about(rule, Message(why), story)
    ref = f"r{rule.id}:s{story.id}:{now.isoformat()}"
    opens = what == "alert"
    return telling.tell(session, rule, goal, what, content, ref, now=now, opens=opens, story=story)


def _latest(session: Session, story: AlertStory) -> Outbox | None:
    statement = (
        select(Outbox)
        .where(col(Outbox.workspace_id) == story.workspace_id, col(Outbox.story_id) == story.id)
        .order_by(col(Outbox.id).desc())
    )
    return session.exec(statement).first()


def _next_step(rule: AlertRule, story: AlertStory, now: datetime) -> None:
    """Let a story wake when the next step of its ladder is due, counted from now."""
    if story.step < len(rule.ladder):
        before = rule.ladder[story.step - 1]["hours"] if story.step else 0
        story.wake_at = now + timedelta(hours=rule.ladder[story.step]["hours"] - before)


def _escalate(
    session: Session, rule: AlertRule, story: AlertStory, goal: Goal | None, now: datetime
) -> int:
    if not _was_heard(session, story):
        story.wake_at = now + AGAIN
        return 0
    step = rule.ladder[story.step]
    story.step += 1
    _next_step(rule, story, now)
    member = routing.person(session, rule, goal, step["to"]) or routing.first_owner(session)
    places = [] if member is None else routing.to_person(session, member, "escalation")
    before = _latest(session, story)
    content = dict(before.facts) if before is not None else {}
    content.pop("change", None)
    if goal is not None:
        content["goal"] = facts.of_standing(standing.one(session, goal))
    since = story.told_at or story.opened_at
    content |= {"escalation": {"since": since.isoformat(), "step": story.step}, "continues": None}
    stories.note(session, story, "escalated", now, text=None if member is None else str(member))
    return sum(
        telling.queue(
            session,
            goal,
            "escalation",
            f"r{rule.id}:s{story.id}:step{story.step}:{place.kind}:{place.destination}",
            content,
            now,
            place=place,
            rule=rule,
            story=story,
        )
        for place in places
    )


def _was_heard(session: Session, story: AlertStory) -> bool:
    """Tell whether a story's first message left for anybody, by itself or told among others."""
    summary = aliased(Outbox)
    left = (
        select(summary.id)
        .where(
            summary.workspace_id == story.workspace_id,
            summary.id == Outbox.told_by,
            summary.state == "done",
        )
        .exists()
    )
    statement = select(Outbox.id).where(
        col(Outbox.workspace_id) == story.workspace_id,
        col(Outbox.story_id) == story.id,
        col(Outbox.kind).in_(telling.OPENERS),
        or_(col(Outbox.state) == "done", left),
    )
    return session.exec(statement.limit(1)).first() is not None
