"""Looking at a goal, or a draft of one, with the SMART rules."""

from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session

from goals import workspace
from goals.errors import Refusal
from goals.metrics import catalogue
from goals.metrics.catalogue import Metric
from goals.tracking import goals as use_cases
from goals.tracking import pace
from goals.tracking.drafts import Draft
from goals.tracking.goal import Goal
from goals.tracking.smart import rules
from goals.tracking.smart.lint import Lint
from goals.tracking.smart.rules import Facts


def goal(session: Session, subject: Goal, *, today: date, now: datetime) -> Lint:
    """Return what the rules find in a goal as its current version stands."""
    terms = use_cases.current(session, subject)
    metric = _metric(subject.metric)
    return rules.examine(
        _facts(
            session,
            metric,
            today,
            metric_id=subject.metric,
            direction=subject.direction,
            change=terms.target_kind,
            given=terms.target_input,
            target=terms.target_value,
            baseline=terms.baseline_value,
            first_day=terms.first_day,
            last_day=terms.last_day,
            has_owner=subject.owner_id is not None,
            has_actions=any(one.strip() for one in subject.actions),
            is_milestone=subject.kind == "milestone",
        )
    )


def draft(session: Session, subject: Draft, *, today: date, now: datetime) -> Lint:
    """Return what the rules find in a draft, however little of it is filled in."""
    metric = _metric(subject.metric)
    baseline = subject.baseline
    if baseline is None and metric is not None:
        baseline = use_cases.baseline_of(session, subject, today=today, now=now)
    target: Decimal | None = None
    if subject.target_kind is not None and subject.target_input is not None:
        target = pace.target_from(subject.target_kind, subject.target_input, baseline)
    return rules.examine(
        _facts(
            session,
            metric,
            today,
            metric_id=subject.metric or None,
            direction=subject.direction,
            change=subject.target_kind,
            given=subject.target_input,
            target=target,
            baseline=baseline,
            first_day=subject.first_day,
            last_day=subject.last_day,
            has_owner=subject.owner_id is not None,
            has_actions=any(one.strip() for one in subject.actions),
            is_milestone=subject.kind == "milestone",
        )
    )


def _metric(name: str | None) -> Metric | None:
    if not name:
        return None
    try:
        return catalogue.find(name)
    except Refusal:
        return None


def _facts(
    session: Session,
    metric: Metric | None,
    today: date,
    *,
    metric_id: str | None,
    direction: str | None,
    change: str | None,
    given: Decimal | None,
    target: Decimal | None,
    baseline: Decimal | None,
    first_day: date | None,
    last_day: date | None,
    has_owner: bool,
    has_actions: bool,
    is_milestone: bool,
) -> Facts:
    better = metric.direction if metric is not None else None
    return Facts(
        metric=metric_id,
        metric_known=metric is not None,
        metric_name=metric.name if metric is not None else None,
        unit=metric.unit if metric is not None else "count",
        currency=workspace.of(session).currency,
        better=better if better in ("up", "down") else None,
        limits=metric.limits if metric is not None else (None, None),
        direction=direction,
        change=change,
        given=given,
        target=target,
        baseline=baseline,
        first_day=first_day,
        last_day=last_day,
        today=today,
        has_owner=has_owner,
        has_actions=has_actions,
        is_milestone=is_milestone,
    )
