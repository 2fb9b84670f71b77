"""The alerts about a goal along its days: those that were raised, or would have been."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from goals import workspace
from goals.alerts import ruling, stories
from goals.alerts.replay import past
from goals.alerts.rule import AlertRule, AlertStory
from goals.tracking import goals
from goals.tracking.goal import Goal
from goals.workspace import Workspace


@dataclass(frozen=True)
class Sent:
    """An alert that was raised: its story, from which day on, and until which (None: it runs)."""

    story: AlertStory
    first: date
    last: date | None


@dataclass(frozen=True)
class Line:
    """What a rule told of a goal, and on which other days it would have, as it is set now."""

    rule: AlertRule
    sent: Sequence[Sent]
    missed_out: Sequence[date]


@dataclass(frozen=True)
class Along:
    """What rules said of a goal from its first day to `last`, today at most; it ends on `ends`."""

    first: date
    last: date
    ends: date
    lines: Sequence[Line]


def along(session: Session, goal: Goal, *, today: date, now: datetime) -> Along | None:
    """Return the alerts in the window of a goal up to today; None before it begins.

    A rule is replayed for this goal alone: what its weekly ceiling held back because of other
    goals would have been raised here. A day on which an alert ran would have brought no other one.
    """
    terms = goals.current(session, goal)
    if terms.first_day > today:
        return None
    last = min(today, terms.last_day)
    here = workspace.of(session)
    told = [_sent(here, one) for one in stories.told_of(session, goal.id)]
    lines = []
    for rule in ruling.every(session, now):
        if not past.can_replay(rule.kind) or not ruling.covers(rule, goal):
            continue
        sent = [one for one in told if one.story.rule_id == rule.id]
        found = past.replay(session, rule, today=today, first=terms.first_day, last=last, only=goal)
        would = [
            one.day
            for one in found.score.firings
            if one.goal_id == goal.id and not any(_ran(each, one.day) for each in sent)
        ]
        inside = [one for one in sent if one.last is None or one.last >= terms.first_day]
        if inside or would:
            lines.append(Line(rule, inside, would))
    return Along(terms.first_day, last, terms.last_day, lines)


def _sent(here: Workspace, story: AlertStory) -> Sent:
    closed = None if story.closed_at is None else here.local_day(story.closed_at)
    return Sent(story, story.opened_on, closed)


def _ran(one: Sent, day: date) -> bool:
    return one.first <= day and (one.last is None or day <= one.last)
