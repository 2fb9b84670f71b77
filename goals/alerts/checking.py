"""Evaluating rules: what is known is looked at, what follows is told, and either is kept.

The caller holds the workspace and commits, so that an evaluation, what a rule made of it and the
messages about it appear together or not at all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, delete, select

from goals import words
from goals.alerts import conditions, course, failing, resuming, ruling, stories, telling
from goals.alerts.conditions import Decision, Known, Point
from goals.alerts.rule import AlertRule, AlertStory, RuleCheck
from goals.table import workspace_of
from goals.tracking import facts, standing
from goals.tracking.evaluation import Evaluation, StatusChange
from goals.tracking.goal import Goal
from goals.words import Message

#: Lines of the log are kept for so many days.
KEPT = timedelta(days=400)


@dataclass(frozen=True)
class Subject:
    """What a rule is evaluated about: a goal by its evaluation, or something else by its key."""

    key: str
    day: date
    goal: Goal | None = None
    evaluation_id: int | None = None
    #: What is told: the kind of message for each kind of telling.
    kinds: tuple[tuple[str, str], ...] = ()

    def kind(self, telling_kind: str) -> str:
        """Return the kind of message for a kind of telling."""
        return dict(self.kinds).get(telling_kind, telling_kind)


@dataclass(frozen=True)
class Judged:
    """A goal's new evaluation with what was said before and the change of status, if there is one.

    `spoken` is the last status before it that spoke of the goal itself; `is_news` tells that the
    status is a new one or has just become final.
    """

    evaluation: Evaluation
    change: StatusChange | None
    spoken: str | None
    is_news: bool
    doubt: Message | None
    jump: Message | None = None


def goal(
    session: Session, rules: Sequence[AlertRule], goal: Goal, judged: Judged, now: datetime
) -> int:
    """Evaluate the rules that cover a goal; returns how many messages will be sent.

    A rule that fails is logged, switches itself off after a while, and holds up no other.
    """
    queued = 0
    points: list[Point] | None = None
    for rule in rules:
        if not ruling.covers(rule, goal):
            continue
        if points is None:
            points = [point(judged.evaluation)]
        if rule.kind in conditions.WITH_HISTORY and len(points) == 1:
            points = _points(session, goal, judged.evaluation)
        try:
            with session.begin_nested():
                queued += _goal(session, rule, goal, judged, points, now)
                rule.failures = 0
        except DBAPIError:
            raise
        except Exception:
            # What always tells changes of status must not fail in silence.
            if rule.is_default:
                raise
            subject = Subject(str(goal.id), judged.evaluation.day, goal, judged.evaluation.id)
            keep(session, rule, subject, Decision("failed", Message(failing.FAILED)), now)
            failing.failed(session, rule, now)
    return queued


def _goal(
    session: Session,
    rule: AlertRule,
    goal: Goal,
    judged: Judged,
    points: Sequence[Point],
    now: datetime,
) -> int:
    seen = judged.evaluation
    subject = Subject(str(goal.id), seen.day, goal, seen.id)
    story = stories.running(session, rule, subject.key)
    known = Known(
        points=points,
        spoken=judged.spoken,
        changed=judged.is_news,
        is_open=story is not None and story.state != "waiting",
        told=_fired_with(session, rule, subject) if rule.kind == "milestone" else (),
    )
    decision = conditions.decide(rule.kind, rule.settings, known)
    if story is None and decision.telling is not None and decision.telling.kind == "alert":
        story = resuming.resume(session, rule, goal, now)
        if story is not None:
            # Everybody still thinks of the goal as it was told before the recovery.
            spoken = story.word or judged.spoken
            known = replace(known, spoken=spoken, changed=spoken != seen.status, is_open=True)
            decision = conditions.decide(rule.kind, rule.settings, known)

    def content() -> dict[str, Any]:
        if judged.change is not None:
            return facts.of_change(session, goal, judged.change)
        return {"goal": facts.of_standing(standing.one(session, goal))}

    # What always was told has the keys that it always had.
    mark = f"{goal.id}:{judged.change.id}" if judged.change is not None else f"{goal.id}:e{seen.id}"
    return follow(
        session,
        rule,
        subject,
        decision,
        content,
        mark if rule.is_default else f"r{rule.id}:{mark}",
        story=story,
        word=seen.status,
        doubt=judged.doubt,
        jump=judged.jump,
        now=now,
    )


def follow(
    session: Session,
    rule: AlertRule,
    subject: Subject,
    decision: Decision,
    content: Callable[[], dict[str, Any]],
    ref: str,
    *,
    now: datetime,
    story: AlertStory | None,
    word: str = "",
    doubt: Message | None = None,
    jump: Message | None = None,
) -> int:
    """Do what a decision asks for: begin, continue or end a story, and tell it where it may be.

    Returns how many messages will be sent. Either is kept in the log with its reason.
    """
    goal_id = None if subject.goal is None else subject.goal.id
    done = course.follow(
        stories.Kept(session, rule, goal_id),
        decision,
        story,
        subject.key,
        word=word,
        now=now,
        today=subject.day,
    )
    decision, found, story = done.decision, done.telling, done.story
    if story is not None:
        session.add(story)
    if found is None:
        keep(session, rule, subject, decision, now)
        return 0
    queued = telling.tell(
        session,
        rule,
        subject.goal,
        subject.kind(found.kind),
        {**content(), **about(rule, decision.why, story)},
        ref,
        now=now,
        opens=found.opens,
        story=story,
        evaluation_id=subject.evaluation_id,
        doubt=doubt,
        jump=jump,
    )
    keep(session, rule, subject, decision, now, fired=True, told=queued)
    return queued


def about(rule: AlertRule, why: Message, story: AlertStory | None) -> dict[str, Any]:
    """Return what a message says of the rule that it comes from."""
    return {
        "rule": {
            "id": str(rule.id),
            "name": words.to_json(ruling.name(rule)),
            "kind": rule.kind,
            "version": rule.version,
            "why": words.to_json(why),
        },
        "story": None if story is None else str(story.id),
    }


def keep(
    session: Session,
    rule: AlertRule,
    subject: Subject,
    decision: Decision,
    now: datetime,
    *,
    fired: bool = False,
    told: int = 0,
) -> None:
    """Keep what an evaluation came to: one line for each reason on a day."""
    statement = select(RuleCheck).where(
        col(RuleCheck.workspace_id) == rule.workspace_id,
        col(RuleCheck.rule_id) == rule.id,
        col(RuleCheck.version) == rule.version,
        col(RuleCheck.subject) == subject.key,
        col(RuleCheck.day) == subject.day,
        col(RuleCheck.code) == decision.code,
    )
    row = session.exec(statement).first()
    if row is None:
        row = RuleCheck(
            workspace_id=rule.workspace_id,
            rule_id=rule.id,
            version=rule.version,
            subject=subject.key,
            goal_id=None if subject.goal is None else subject.goal.id,
            day=subject.day,
            at=now,
            code=decision.code,
        )
    row.at, row.evaluation_id = now, subject.evaluation_id
    row.fired, row.told = row.fired or fired, row.told + told
    row.why, row.facts = words.to_json(decision.why), dict(decision.facts)
    session.add(row)
    session.flush()


def forget(session: Session, *, now: datetime, today: date) -> int:
    """Take away the lines of the log that are older than they are kept; tells nobody."""
    session.execute(
        delete(RuleCheck).where(
            col(RuleCheck.workspace_id) == workspace_of(session), col(RuleCheck.day) < today - KEPT
        )
    )
    return 0


def _fired_with(session: Session, rule: AlertRule, subject: Subject) -> frozenset[str]:
    statement = select(RuleCheck.code).where(
        col(RuleCheck.workspace_id) == rule.workspace_id,
        col(RuleCheck.rule_id) == rule.id,
        col(RuleCheck.subject) == subject.key,
        col(RuleCheck.fired).is_(True),
    )
    return frozenset(session.exec(statement))


def _points(session: Session, goal: Goal, seen: Evaluation) -> list[Point]:
    """Return what a goal's last evaluation of each day said, up to one that comes last."""
    statement = (
        select(Evaluation)
        .where(
            col(Evaluation.workspace_id) == workspace_of(session),
            col(Evaluation.goal_id) == goal.id,
            col(Evaluation.day) >= seen.day - conditions.LOOK_BACK,
            col(Evaluation.day) < seen.day,
            # A goal whose terms changed is another one: its earlier pace was another plan's.
            col(Evaluation.version) == seen.version,
        )
        .order_by(col(Evaluation.day), col(Evaluation.id))
    )
    days = {one.day: point(one) for one in session.exec(statement)}
    return [*days.values(), point(seen)]


def point(seen: Evaluation) -> Point:
    """Return what an evaluation said, as rules look at it."""
    return Point(seen.day, seen.status, seen.final, seen.pace, seen.chance, seen.share)
