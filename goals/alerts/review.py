"""Reviewing goals: evaluate, judge, and write what follows from it in one commit.

The caller commits: the evaluation, the change of status and the messages about it appear
together or not at all.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from goals import words, workspace
from goals.alerts import (
    checking,
    conditions,
    failing,
    looking,
    rules,
    ruling,
    stories,
    telling,
)
from goals.alerts.looking import Looked
from goals.alerts.rule import AlertRule
from goals.errors import Refusal
from goals.table import workspace_of
from goals.tracking import evaluate, family, goals, periods, reasons, status, unreviewed
from goals.tracking.evaluate import Measured
from goals.tracking.evaluation import Evaluation, StatusChange
from goals.tracking.forecast.landing import METHOD
from goals.tracking.goal import Goal, GoalVersion
from goals.tracking.outlook import Outlook
from goals.tracking.status import Before, Verdict
from goals.words import N_

#: Goals that are judged together.
PORTION = 100


@dataclass(frozen=True)
class Reviewed:
    """A goal's evaluation of the day and how many messages it put in the queue."""

    goal: Goal
    terms: GoalVersion
    evaluation: Evaluation
    queued: int

    def to_json(self, reader: words.Reader) -> dict[str, Any]:
        """Return the evaluation in the contract's shape."""
        seen = self.evaluation
        return {
            "goal": {"id": str(self.goal.id), "name": self.goal.name},
            "status": seen.status,
            "final": seen.final,
            "previous": seen.previous,
            "changed": seen.changed,
            "actual": seen.actual,
            "expected": seen.expected,
            "target": self.terms.target_value,
            "pace": seen.pace,
            "chance": seen.chance,
            "reason": words.render(words.from_json(seen.reason), reader),
            "evaluation": str(seen.id),
        }


def review(
    session: Session,
    *,
    now: datetime,
    today: date,
    only: Iterable[Goal] | None = None,
    failed: Callable[[Goal, Exception], None] | None = None,
) -> list[Reviewed]:
    """Judge the goals (all living ones unless some are named) as of an instant of a day.

    Raises Refusal `earlier_than_last` for a day before a goal's last evaluation: what was
    said then is not said again differently. With `failed`, a goal that cannot be reviewed is
    handed to it, nothing of it is kept, and the others go on. Goals that are rolled up from some
    that are named follow them.
    """
    # One review at a time, so that a change of status is found by one of them alone.
    workspace.hold(session)
    marks = unreviewed.marks(session)
    chosen = living(session) if only is None else _with_wholes(session, only, today)
    found = []
    for start in range(0, len(chosen), PORTION):
        portion = chosen[start : start + PORTION]
        looked = looking.look(
            session, load(session, portion), is_news=bool(marks), now=now, today=today
        )
        found += judge(session, portion, looked, now=now, today=today, failed=failed)
    if only is None and len(found) == len(chosen):
        unreviewed.clear(session, marks)
    return found


def living(session: Session) -> list[int]:
    """Return the ids of the goals that are not archived, those of one metric together.

    What is counted for one of them is then counted for many at once. What is rolled up from its
    parts comes after them.
    """
    statement = (
        select(Goal.id)
        .where(col(Goal.workspace_id) == workspace_of(session), col(Goal.archived_at).is_(None))
        .order_by(col(Goal.metric), col(Goal.id))
    )
    return family.parts_first(session, session.exec(statement))


def _with_wholes(session: Session, only: Iterable[Goal], today: date) -> list[int]:
    """Return the ids of goals and of those that are rolled up from them, parts first.

    A whole that was reviewed for a later day is left as it is.
    """
    chosen = [goal.id for goal in only]
    statement = select(Goal).where(
        col(Goal.workspace_id) == workspace_of(session),
        col(Goal.id).in_(family.following(session, chosen)),
    )
    for whole in session.exec(statement).all():
        last = _last(session, whole)
        if last is None or last.day <= today:
            chosen.append(whole.id)
    return family.parts_first(session, chosen)


def judge(
    session: Session,
    chosen: Sequence[int],
    looked: Looked,
    *,
    now: datetime,
    today: date,
    failed: Callable[[Goal, Exception], None] | None,
) -> list[Reviewed]:
    """Judge some goals, by their ids; those that `failed` is told of are left out.

    The caller holds the workspace. `looked` is what was found out for them.
    """
    them = load(session, chosen)
    with unreviewed.following(session):
        active = failing.without_subject(
            session, ruling.active(session, conditions.OF_GOALS, now), now
        )
        found = [
            Reviewed(goal, *looked.held[goal.id], 0) for goal in them if goal.id in looked.held
        ]
        for goal in (one for one in them if one.id not in looked.held):
            terms = goals.current(session, goal)
            try:
                with session.begin_nested() if failed is not None else nullcontext():
                    measured = looked.take(session, goal, terms, now=now)
                    one = _review_one(session, goal, terms, measured, active, now=now, today=today)
                found.append(one)
            except Exception as error:
                if failed is None or isinstance(error, DBAPIError):
                    raise
                failed(goal, error)
    return found


def load(session: Session, chosen: Sequence[int]) -> list[Goal]:
    """Return goals by their ids, in this order, as they are now."""
    statement = select(Goal).where(
        col(Goal.workspace_id) == workspace_of(session), col(Goal.id).in_(chosen)
    )
    places = {one: place for place, one in enumerate(chosen)}
    them = session.exec(statement.execution_options(populate_existing=True))
    return sorted(them, key=lambda one: places[one.id])


def _review_one(
    session: Session,
    goal: Goal,
    terms: GoalVersion,
    measured: Measured | None,
    active: list[AlertRule],
    *,
    now: datetime,
    today: date,
) -> Reviewed:
    last = _last(session, goal)
    if last is not None and today < last.day:
        raise Refusal(
            "earlier_than_last",
            N_("%(goal)s was already reviewed for %(day)s, which is later."),
            {"goal": goal.name, "day": words.Day(last.day)},
            fix=words.Message(N_("Review it for that day or a later one.")),
            field="today",
            misused=False,
        )
    if last is not None and last.version < goal.period_version:
        # What was said of the period before says nothing of this one.
        last = None
    measured = measured or evaluate.measure(session, goal, terms, today=today, now=now)
    if measured.counted_in is not None and last is not None and last.final:
        # What was settled in its own currency stays so.
        return Reviewed(goal, terms, last, 0)
    before = _before(session, goal, last, today)
    verdict = status.judge(measured.inputs, before, today)
    inputs = _fingerprint(terms, measured, before)
    if last is not None and last.day == today and last.fingerprint.split(":")[0] == inputs:
        return Reviewed(goal, terms, last, 0)
    mark = _mark(session, goal, today, inputs)
    shown = None if before is None else before.shown
    # What is said now is no part of what was said before.
    spoken = rules.spoken(shown, lambda: _latest(session, goal, rules.BAD | rules.GOOD))
    seen = _evaluation(goal, terms, measured, verdict, before, mark, today, now)
    session.add(seen)
    session.flush()
    goal.evaluation_id = seen.id
    session.add(goal)
    session.flush()
    changed = None
    if status.is_news(verdict.status, verdict.final, shown, last is not None and last.final):
        changed = StatusChange(
            workspace_id=goal.workspace_id,
            goal_id=goal.id,
            evaluation_id=seen.id,
            day=today,
            before=before.shown if before is not None else None,
            after=verdict.status,
            created_at=now,
        )
        session.add(changed)
    judged = checking.Judged(
        seen, changed, spoken, changed is not None, measured.doubt, measured.jump
    )
    queued = checking.goal(session, active, goal, judged, now)
    queued += telling.settle(session, goal, verdict, now=now, doubt=measured.doubt)
    if periods.is_over(goal, terms, today):
        following = periods.begin_next(session, goal, terms, now)
        # What was told of the period that is over is settled with it.
        for story in stories.of_goal(session, goal.id):
            stories.close(session, story, now)
        found = _review_one(session, goal, following, None, active, now=now, today=today)
        return Reviewed(goal, found.terms, found.evaluation, queued + found.queued)
    return Reviewed(goal, terms, seen, queued)


def _last(session: Session, goal: Goal) -> Evaluation | None:
    if goal.evaluation_id is None:
        return None
    statement = select(Evaluation).where(
        col(Evaluation.workspace_id) == goal.workspace_id,
        col(Evaluation.id) == goal.evaluation_id,
    )
    return session.exec(statement).first()


def _before(session: Session, goal: Goal, last: Evaluation | None, today: date) -> Before | None:
    if last is None:
        return None
    earlier: str | None = last.judged
    if last.day == today:
        statement = (
            select(Evaluation.judged)
            .where(
                col(Evaluation.workspace_id) == goal.workspace_id,
                col(Evaluation.goal_id) == goal.id,
                col(Evaluation.day) < today,
                col(Evaluation.version) >= goal.period_version,
            )
            .order_by(col(Evaluation.day).desc(), col(Evaluation.id).desc())
        )
        earlier = session.exec(statement).first()
    return status.before(
        last.status, last.since, earlier, lambda: _latest(session, goal, status.JUDGED)
    )


def _latest(session: Session, goal: Goal, wanted: Iterable[str]) -> str | None:
    statement = (
        select(Evaluation.status)
        .where(
            col(Evaluation.workspace_id) == goal.workspace_id,
            col(Evaluation.goal_id) == goal.id,
            col(Evaluation.status).in_(list(wanted)),
        )
        .order_by(col(Evaluation.day).desc(), col(Evaluation.id).desc())
    )
    return session.exec(statement).first()


def _fingerprint(terms: GoalVersion, measured: Measured, before: Before | None) -> str:
    parts = (
        terms.version,
        measured.actual,
        terms.target_value,
        measured.expected_share,
        measured.inputs,
        measured.receipt,
        measured.milestone,
        *(() if measured.rolled is None else (measured.rolled,)),
        measured.doubt,
        None
        if measured.outlook is None
        else (measured.outlook.landing.fan[-1], measured.outlook.chance, METHOD),
        before.judged_day_before if before is not None else None,
    )
    return hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()


def _mark(session: Session, goal: Goal, day: date, inputs: str) -> str:
    """Return the key of an evaluation: numbers that return after others did are a new row."""
    statement = select(Evaluation.fingerprint).where(
        col(Evaluation.workspace_id) == goal.workspace_id,
        col(Evaluation.goal_id) == goal.id,
        col(Evaluation.day) == day,
    )
    same = sum(1 for mark in session.exec(statement) if mark.split(":")[0] == inputs)
    return f"{inputs}:{same}" if same else inputs


def _ahead(found: Outlook | None) -> dict[str, Any]:
    """Return what is kept of how a goal will likely end."""
    if found is None:
        return {}
    ends = (found.landing.low, found.landing.likely, found.landing.high)
    low, likely, high = (Decimal(str(one)) for one in ends)
    return {
        "chance": found.chance,
        "raw_chance": found.raw_chance,
        "commit_chance": found.commit_chance,
        "stretch_chance": found.stretch_chance,
        "low_end": low,
        "likely_end": likely,
        "high_end": high,
        "method": METHOD,
        "seed": found.landing.seed,
        "grounds": words.to_json(found.grounds),
    }


def _evaluation(
    goal: Goal,
    terms: GoalVersion,
    measured: Measured,
    verdict: Verdict,
    before: Before | None,
    mark: str,
    today: date,
    now: datetime,
) -> Evaluation:
    reason = reasons.reason(goal, terms, measured, verdict)
    return Evaluation(
        workspace_id=goal.workspace_id,
        goal_id=goal.id,
        version=terms.version,
        day=today,
        fingerprint=mark,
        status=verdict.status,
        judged=verdict.judged,
        previous=before.shown if before is not None else None,
        changed=verdict.changed,
        final=verdict.final,
        since=verdict.since,
        actual=measured.actual,
        expected=measured.expected,
        share=measured.share,
        expected_share=measured.expected_share,
        pace=measured.pace,
        projection=measured.projection,
        required_rate=measured.required_rate,
        **_ahead(measured.outlook),
        unit=measured.unit,
        currency=measured.currency,
        reason=words.to_json(reason),
        receipt=measured.receipt,
        data_to=measured.feed.data_to,
        sources=measured.feed.state,
        curve=measured.curve,
        evaluated_at=now,
    )
