"""Rules about check-ins that nobody made: told once for each goal and day that was missed."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from goals import words, workspace
from goals.alerts import checking, ruling, stories
from goals.alerts.checking import Subject
from goals.alerts.conditions import Decision
from goals.alerts.rule import AlertRule, AlertStory
from goals.alerts.rules import Telling
from goals.tracking import cadence, facts, standing, visibility
from goals.tracking.checkins import reading
from goals.tracking.checkins.reading import Owed
from goals.words import N_, Message

KINDS = (("alert", "missed"),)


def check(session: Session, *, now: datetime, today: date) -> int:
    """Evaluate the rules about missed check-ins; returns how many messages will be sent.

    The caller commits.
    """
    rules = ruling.active(session, ("missed_checkin",), now)
    if not rules:
        return 0
    workspace.hold(session)
    owed = reading.inbox(session, visibility.OWNER, today).open
    return sum(_check(session, rule, owed, now, today) for rule in rules)


def _check(
    session: Session, rule: AlertRule, owed: tuple[Owed, ...], now: datetime, today: date
) -> int:
    mine = [one for one in owed if ruling.covers(rule, one.one.goal)]
    missed = {str(one.one.goal.id): one for one in mine if one.state == cadence.MISSED}
    queued = 0
    for key, one in missed.items():
        story = stories.running(session, rule, key)
        queued += _missed(session, rule, one, story, now, today)
    for story in stories.all_running(session, rule):
        if story.subject not in missed:
            stories.close(session, story, now)
    if not missed:
        why = Message(N_("No check-in was missed."))
        checking.keep(session, rule, Subject("", today), Decision("none_missed", why), now)
    return queued


def decision(due_on: date, *, is_told: bool, missed: int = 1) -> Decision:
    """Return what a rule makes of a check-in that was missed, the last of so many (pure)."""
    return Decision(
        "told_already" if is_told else "missed",
        Message(N_("The check-in of %(day)s was missed."), {"day": words.Day(due_on)}),
        None if is_told else Telling("alert", opens=True),
        True,
        {"due_on": due_on.isoformat(), "missed": missed},
    )


def _missed(
    session: Session,
    rule: AlertRule,
    owed: Owed,
    story: AlertStory | None,
    now: datetime,
    today: date,
) -> int:
    goal, on = owed.one.goal, owed.on.isoformat()
    is_told = story is not None and story.state != "waiting" and story.word == on
    found = decision(owed.on, is_told=is_told, missed=len(owed.missed) + 1)

    def content() -> dict[str, Any]:
        return {
            "goal": facts.of_standing(standing.one(session, goal)),
            "missed": {"due_on": on, "before": len(owed.missed)},
        }

    return checking.follow(
        session,
        rule,
        Subject(str(goal.id), today, goal, kinds=KINDS),
        found,
        content,
        f"r{rule.id}:{goal.id}:{on}",
        now=now,
        story=story,
        word=on,
    )
