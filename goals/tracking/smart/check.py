"""Looking at a goal, a draft of one, or a sentence, with the SMART rules."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session, col, select

from goals import workspace
from goals.calendar import Period
from goals.errors import Refusal
from goals.metrics import catalogue, history, library
from goals.metrics.catalogue import Metric
from goals.table import workspace_of
from goals.tracking import aims, baselines, milestones, pace
from goals.tracking import goals as use_cases
from goals.tracking.drafts import Draft
from goals.tracking.goal import Goal
from goals.tracking.smart import around, past
from goals.tracking.smart.lint import Lint
from goals.tracking.smart.rules import every
from goals.tracking.smart.rules.facts import Facts
from goals.tracking.smart.rules.feasible import Need
from goals.tracking.smart.text import beside, look
from goals.words import N_, DayRange, Message


@dataclass(frozen=True)
class _Terms:
    """What a goal and a draft have in common, as far as it is filled in."""

    name: str
    metric: str | None
    direction: str | None
    change: str | None
    given: Decimal | None
    target: Decimal | None
    baseline: Decimal | None
    first_day: date | None
    last_day: date | None
    owner_id: int | None
    actions: tuple[str, ...]
    why: str | None
    kind: str | None
    parent_id: int | None
    serves_strategy: bool
    params: dict[str, object]
    segment: dict[str, str]
    has_steps: bool
    cadence: str | None
    is_saved: bool
    was_in_time: bool = False

    @property
    def is_milestone(self) -> bool:
        return self.kind == "milestone"


def goal(
    session: Session, subject: Goal, *, today: date, now: datetime, reach: bool = True
) -> Lint:
    """Return what the rules find in a goal as its current version stands.

    Without `reach` its target is not compared with the past, which takes readings.
    """
    terms = use_cases.current(session, subject)
    return _examined(
        session,
        _Terms(
            name=subject.name,
            metric=subject.metric,
            direction=subject.direction,
            change=terms.target_kind,
            given=terms.target_input if terms.target_input is not None else terms.low,
            target=terms.target_value,
            baseline=terms.baseline_value,
            first_day=terms.first_day,
            last_day=terms.last_day,
            owner_id=subject.owner_id,
            actions=tuple(subject.actions),
            why=subject.why,
            kind=subject.kind,
            parent_id=subject.parent_id,
            serves_strategy=subject.objective_id is not None or subject.origin_section is not None,
            params=subject.params,
            segment=subject.segment,
            has_steps=bool(milestones.steps(session, subject)),
            cadence=subject.cadence,
            is_saved=True,
            was_in_time=workspace.of(session).local_day(terms.changed_at) <= terms.last_day,
        ),
        today=today,
        now=now,
        # An amount is not compared with a past that is counted in another currency.
        reach=reach and not aims.is_foreign(terms, workspace.of(session).currency),
    )


def draft(session: Session, subject: Draft, *, today: date, now: datetime) -> Lint:
    """Return what the rules find in a draft, however little of it is filled in."""
    baseline = subject.baseline
    if baseline is None and _metric(session, subject.metric) is not None:
        baseline = baselines.value_of(session, subject, today=today, now=now)
    target: Decimal | None = None
    if subject.target_kind is not None and subject.target_input is not None:
        target = pace.target_from(subject.target_kind, subject.target_input, baseline)
    found = _examined(
        session,
        _Terms(
            name=subject.name,
            metric=subject.metric or None,
            direction=subject.direction,
            change=subject.target_kind,
            given=subject.target_input if subject.target_input is not None else subject.low,
            target=target,
            baseline=baseline,
            first_day=subject.first_day,
            last_day=subject.last_day,
            owner_id=subject.owner_id,
            actions=subject.actions,
            why=subject.why,
            kind=subject.kind,
            parent_id=subject.parent_id,
            serves_strategy=subject.objective_id is not None or subject.origin is not None,
            params=subject.params,
            segment=subject.segment,
            has_steps=bool(subject.steps),
            cadence=subject.cadence,
            is_saved=False,
        ),
        today=today,
        now=now,
    )
    if not subject.name.strip():
        return found
    return replace(found, rewrite=_reworded(session, subject, target, baseline, today))


def _reworded(
    session: Session,
    subject: Draft,
    target: Decimal | None,
    baseline: Decimal | None,
    today: date,
) -> str | None:
    """Return how the name of a draft could read, with what its fields already say."""
    here = workspace.of(session)
    metric = _metric(session, subject.metric)
    given = look.Given(
        metric=metric.id if metric is not None else None,
        direction=subject.direction,
        target=target,
        baseline=baseline,
        deadline=subject.last_day,
        why=subject.why,
        has_actions=any(one.strip() for one in subject.actions) or None,
        has_owner=subject.owner_id is not None,
        has_parent=subject.parent_id is not None or subject.objective_id is not None,
        is_milestone=subject.kind == "milestone" or None,
    )
    year = here.fiscal
    view = look.look(subject.name, today=today, fiscal=year, currency=here.currency, given=given)
    return view.rewrite


def text(session: Session, statement: str, *, today: date) -> Lint:
    """Return what the rules find in a sentence, read with the workspace's year and currency."""
    here = workspace.of(session)
    return look.look(statement, today=today, fiscal=here.fiscal, currency=here.currency)


def _examined(
    session: Session, terms: _Terms, *, today: date, now: datetime, reach: bool = True
) -> Lint:
    metric = _metric(session, terms.metric, terms.kind)
    better = metric.direction if metric is not None else None
    is_word = metric is catalogue.MILESTONE
    said = beside.of(terms.name, None if is_word else terms.metric, today=today)
    window = _window(terms)
    before = _Past()
    takes: tuple[Need, ...] = ()
    reacts_in: int | None = None
    source = None
    if metric is not None and not is_word:
        source = around.source(session, metric, window, now)
        if reach:
            before = _past(session, metric, terms, window, today=today, now=now)
            takes = _needs(session, metric, terms, window, today=today, now=now)
            reacts_in = around.reacts_in(session, metric, terms.baseline, today, now)
    return every.examine(
        Facts(
            metric=terms.metric,
            metric_known=metric is not None,
            metric_name=metric.name if metric is not None else None,
            unit=metric.unit if metric is not None else "count",
            currency=workspace.of(session).currency,
            better=better if better in ("up", "down") else None,
            limits=metric.limits if metric is not None else (None, None),
            direction=None if is_word else terms.direction,
            change=terms.change,
            given=terms.given,
            target=None if is_word else terms.target,
            baseline=terms.baseline,
            first_day=terms.first_day,
            last_day=terms.last_day,
            today=today,
            has_owner=terms.owner_id is not None,
            has_actions=terms.has_steps or any(one.strip() for one in terms.actions),
            is_milestone=terms.is_milestone,
            is_kept=terms.kind == "maintain",
            reason=_reason(terms),
            parent_metrics=_parents(session, terms),
            source=source.state if source is not None else None,
            source_seen=source.seen if source is not None else None,
            undefined=_undefined(metric, terms),
            said_direction=said.direction,
            said_target=said.target,
            absolute=said.absolute is not None,
            past_changes=before.changes,
            best_seen=before.best,
            needs=takes,
            reacts_in=reacts_in,
            matures_after=int(str(terms.params.get("months", look.NEW_MONTHS)))
            if metric is not None and metric.id == "new_revenue"
            else None,
            cadence=terms.cadence,
            was_in_time=terms.was_in_time,
            quotes=said.quotes,
        )
    )


def _metric(session: Session, name: str | None, kind: str | None = None) -> Metric | None:
    if not name:
        return catalogue.MILESTONE if kind == "milestone" else None
    try:
        return history.here(session, library.find(session, name))
    except Refusal:
        return None


def _reason(terms: _Terms) -> str:
    stands_for_something = terms.parent_id is not None or terms.serves_strategy
    return "given" if stands_for_something or (terms.why or "").strip() else "none"


def _undefined(metric: Metric | None, terms: _Terms) -> tuple[Message, ...]:
    if metric is None:
        return ()
    if metric.is_counted:
        return around.undefined(metric, terms.params)
    return look.undefined(metric.id, f"{terms.name} {terms.why or ''}")


def _needs(
    session: Session,
    metric: Metric,
    terms: _Terms,
    window: Period | None,
    *,
    today: date,
    now: datetime,
) -> tuple[Need, ...]:
    # What a part of the company can expect is not read here.
    if window is None or terms.target is None or terms.segment:
        return ()
    return around.takes(session, metric, terms.target, terms.baseline, window, today=today, now=now)


def _parents(session: Session, terms: _Terms) -> tuple[str, ...]:
    if terms.parent_id is None:
        return ()
    statement = select(Goal.metric).where(
        col(Goal.workspace_id) == workspace_of(session), col(Goal.id) == terms.parent_id
    )
    return tuple(session.exec(statement))


def _window(terms: _Terms) -> Period | None:
    if terms.first_day is None or terms.last_day is None or terms.last_day < terms.first_day:
        return None
    return Period.of(terms.first_day, terms.last_day)


@dataclass(frozen=True)
class _Past:
    """All changes over as long a time, and which of them was the best; None: not known."""

    changes: tuple[Decimal, ...] | None = None
    best: Message | None = None


def _past(
    session: Session,
    metric: Metric,
    terms: _Terms,
    window: Period | None,
    *,
    today: date,
    now: datetime,
) -> _Past:
    """Return the earlier changes of a number; one without history is told of elsewhere."""
    # What is kept needs no change, and what is done or not has no history.
    moves = terms.kind not in ("maintain", "milestone")
    if window is None or terms.target is None or not moves or not metric.is_counted:
        return _Past()
    asked = past.Asked(metric, terms.params, terms.segment)
    found = past.changes(session, asked, window, today=today)
    if found is None:
        return _Past()
    needed = terms.target - terms.baseline if terms.baseline is not None else Decimal()
    if not found or not needed:
        return _Past(tuple(one.by for one in found))
    best = max(found, key=lambda one: one.by if needed > 0 else -one.by)
    spans = {"before": best.before, "after": best.after}
    shown: dict[str, object] = {
        name: DayRange(span.first, span.last) for name, span in spans.items()
    }
    seen = Message(N_("The best was from %(before)s to %(after)s."), shown)
    if terms.is_saved:
        kept = [past.receipt(session, asked, span, today=today, now=now) for span in spans.values()]
        seen = Message(
            N_("The best was from %(before)s to %(after)s (receipts %(receipts)s)."),
            {**shown, "receipts": [one for one in kept if one]},
        )
    return _Past(tuple(one.by for one in found), seen)
