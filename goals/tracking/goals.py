"""Adding goals, changing their terms and finding them again."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session, col, select

from goals import calendar
from goals.calendar import Period
from goals.errors import Refusal
from goals.metrics import catalogue, query, readings
from goals.metrics.catalogue import Metric
from goals.table import workspace_of
from goals.tracking import pace, visibility
from goals.tracking.drafts import Draft
from goals.tracking.goal import CHANGES, DIRECTIONS, PLANS, VISIBILITIES, Goal, GoalVersion
from goals.tracking.visibility import Audience
from goals.words import N_, Message

#: The kinds that can be judged so far.
KINDS = ("cumulative", "level")
MAX_NAME = 200


def add(session: Session, draft: Draft, *, by: int | None, today: date, now: datetime) -> Goal:
    """Add a goal and its first version; windows in the past are welcome.

    A baseline that is not given is read from the records. Raises Refusal that names the
    field for terms that cannot be tracked; what is merely unwise is the coach's business.
    """
    metric = _metric(draft)
    checked = _checked(draft, metric)
    baseline = _baseline(session, checked, metric, today=today, now=now)
    goal = Goal(
        workspace_id=workspace_of(session),
        name=checked.name,
        metric=metric.id,
        params=readings.resolved(metric, checked.params),
        segment=checked.segment,
        kind=checked.kind or "",
        direction=checked.direction or "",
        owner_id=checked.owner_id,
        team_id=checked.team_id,
        channel=checked.channel,
        visibility=checked.visibility,
        objective_id=checked.objective_id,
        parent_id=checked.parent_id,
        why=checked.why,
        actions=list(checked.actions),
        created_by=by,
        created_at=now,
    )
    if checked.origin is not None:
        goal.origin_section = checked.origin.section
        goal.origin_question = checked.origin.question
        goal.origin_item = checked.origin.item
        goal.origin_answer_version = checked.origin.answer_version
        goal.origin_sentence = checked.origin.sentence
    session.add(goal)
    session.flush()
    session.add(_version(goal, checked, baseline, by=by, now=now))
    session.flush()
    return goal


def change(
    session: Session,
    goal: Goal,
    draft: Draft,
    *,
    reason: str | None,
    by: int | None,
    today: date,
    now: datetime,
) -> GoalVersion:
    """Give a goal new terms as a new version; the earlier ones stay visible.

    The baseline stays unless another one is given or the window moves. Raises Refusal
    without a reason when the target, the window or the baseline moves.
    """
    before = current(session, goal)
    metric = _metric(draft)
    checked = _checked(draft, metric)
    baseline = _same_baseline(before, checked)
    if baseline is None:
        baseline = _baseline(session, checked, metric, today=today, now=now)
    after = _version(goal, checked, baseline, by=by, now=now)
    after.version = before.version + 1
    after.reason = (reason or "").strip() or None
    goal.name, goal.owner_id, goal.team_id = checked.name, checked.owner_id, checked.team_id
    goal.channel, goal.visibility = checked.channel, checked.visibility
    goal.why, goal.actions = checked.why, list(checked.actions)
    goal.objective_id, goal.parent_id = checked.objective_id, checked.parent_id
    session.add(goal)
    if not _moved(before, after):
        return before
    if after.reason is None:
        raise Refusal(
            "reason_missing",
            N_("Say why the target changes. The earlier one stays visible."),
            field="reason",
        )
    session.add(after)
    goal.version = after.version
    session.flush()
    return after


def _moved(before: GoalVersion, after: GoalVersion) -> bool:
    terms = (
        "target_kind",
        "target_input",
        "target_value",
        "baseline_value",
        "low",
        "high",
        "first_day",
        "last_day",
        "plan",
        "plan_points",
    )
    return any(getattr(before, one) != getattr(after, one) for one in terms)


def current(session: Session, goal: Goal) -> GoalVersion:
    """Return the terms that hold now."""
    return versions(session, goal)[-1]


def versions(session: Session, goal: Goal) -> list[GoalVersion]:
    """Return all versions of a goal's terms, the original first."""
    statement = (
        select(GoalVersion)
        .where(
            col(GoalVersion.workspace_id) == workspace_of(session),
            col(GoalVersion.goal_id) == goal.id,
        )
        .order_by(col(GoalVersion.version))
    )
    return list(session.exec(statement))


def find(session: Session, text: str, who: Audience = visibility.OWNER) -> Goal:
    """Return the goal with this id or unique name among those an audience may see.

    Raises Refusal `unknown_goal` or `ambiguous_goal` (with the ids to choose from).
    """
    statement = select(Goal).where(visibility.sees(session, who))
    if text.isdecimal():
        by_id = session.exec(statement.where(col(Goal.id) == int(text))).first()
        if by_id is not None:
            return by_id
    named = list(session.exec(statement.where(col(Goal.name) == text).order_by(col(Goal.id))))
    if len(named) == 1:
        return named[0]
    if named:
        ids = ", ".join(str(one.id) for one in named)
        raise Refusal(
            "ambiguous_goal",
            N_("More than one goal is named %(name)s."),
            {"name": text},
            fix=Message(N_("Use one of these ids: %(ids)s."), {"ids": ids}),
            field="goal",
        )
    raise Refusal(
        "unknown_goal",
        N_("There is no goal %(name)s."),
        {"name": text},
        fix=Message(N_("List the goals to see their names and ids.")),
        field="goal",
    )


def _metric(draft: Draft) -> Metric:
    if not draft.metric:
        raise Refusal(
            "metric_missing", N_("Choose the number that shows progress."), field="metric"
        )
    return catalogue.find(draft.metric)


def _checked(draft: Draft, metric: Metric) -> Draft:
    """Return a draft with its defaults filled in; raises Refusal for terms that cannot be."""
    name = " ".join(draft.name.split())
    if not name:
        raise Refusal("name_missing", N_("Give the goal a name."), field="name")
    if len(name) > MAX_NAME:
        raise Refusal(
            "name_long",
            N_("A name has at most %(most)s characters."),
            {"most": MAX_NAME},
            field="name",
        )
    kind = draft.kind or ("cumulative" if metric.kind == "flow" else "level")
    _word("kind", kind, KINDS)
    if kind == "cumulative" and metric.kind != "flow":
        raise Refusal(
            "kind_unfit",
            N_("%(metric)s does not add up over time. Track it as a level."),
            {"metric": metric.name},
            field="kind",
        )
    direction = draft.direction or ("down" if metric.direction == "down" else "up")
    _word("direction", direction, DIRECTIONS)
    if direction == "band":
        raise Refusal(
            "direction_unfit",
            N_("A band belongs to a goal that is maintained. Choose up or down."),
            field="direction",
        )
    _word("plan", draft.plan, PLANS)
    if draft.plan == "seasonal" and kind != "cumulative":
        raise Refusal(
            "plan_unfit",
            N_("A seasonal plan needs a number that adds up. Choose the linear plan."),
            field="plan",
        )
    _word("visibility", draft.visibility, VISIBILITIES)
    _judge(draft.judge)
    if draft.first_day is None or draft.last_day is None:
        raise Refusal(
            "window_missing",
            N_("Say from which day to which day."),
            field="from" if draft.first_day is None else "to",
        )
    if draft.last_day < draft.first_day:
        raise Refusal("window_reversed", N_("The last day is before the first."), field="to")
    if draft.target_kind not in CHANGES or draft.target_input is None:
        raise Refusal("target_missing", N_("Say the number to reach."), field="target")
    readings.check_segment(metric, draft.segment)
    return replace(draft, name=name, kind=kind, direction=direction)


def _word(field: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise Refusal(
            f"{field}_unknown",
            N_("%(value)s is not one of %(words)s."),
            {"value": value, "words": ", ".join(allowed)},
            field=field,
        )


def _judge(judge: str) -> None:
    if judge == "chance":
        raise Refusal(
            "chance_unavailable",
            N_("A goal cannot be judged by its chance yet. Use pace or auto."),
            field="judge",
        )
    _word("judge", judge, ("auto", "pace"))


def baseline_of(session: Session, draft: Draft, *, today: date, now: datetime) -> Decimal | None:
    """Return the baseline a draft would get, None while its window is not known.

    Nothing is kept of it: somebody is only looking.
    """
    if not draft.metric or draft.first_day is None or draft.last_day is None:
        return None
    if draft.last_day < draft.first_day:
        return None
    metric = catalogue.find(draft.metric)
    return _baseline(session, draft, metric, today=today, now=now, keep=False).value


@dataclass(frozen=True)
class Baseline:
    """Where a goal starts from, over which days, and who says so ("given" or a receipt)."""

    value: Decimal | None = None
    first_day: date | None = None
    last_day: date | None = None
    source: str | None = None


def _baseline(
    session: Session,
    draft: Draft,
    metric: Metric,
    *,
    today: date,
    now: datetime,
    keep: bool = True,
) -> Baseline:
    """Return the baseline given, or the reading of as many days just before the window."""
    assert draft.first_day is not None and draft.last_day is not None
    if draft.baseline is not None:
        return Baseline(draft.baseline, draft.baseline_from, draft.baseline_to, "given")
    before = calendar.previous(Period.of(draft.first_day, draft.last_day))
    known = readings.earliest(session, metric.id, draft.params, draft.segment)
    if known is None or known > before.last or before.first > today:
        return Baseline()
    asked = query.Query(
        metric=metric.id,
        params=draft.params,
        first_day=before.first,
        last_day=before.last,
        where=draft.segment,
    )
    read = readings.read(session, asked, today=today, now=now, keep=keep)
    if read.value is None:
        return Baseline()
    return Baseline(read.value, before.first, before.last, read.receipt)


def _same_baseline(before: GoalVersion, draft: Draft) -> Baseline | None:
    """Return the baseline that a change keeps, None when it is to be found anew.

    A baseline that was read may read differently today; that alone moves no goal.
    """
    window = (draft.first_day, draft.last_day)
    if before.baseline_value is None or window != (before.first_day, before.last_day):
        return None
    dropped = before.baseline_source == "given" and draft.baseline is None
    if dropped or draft.baseline not in (None, before.baseline_value):
        return None
    return Baseline(
        before.baseline_value, before.baseline_from, before.baseline_to, before.baseline_source
    )


def _version(
    goal: Goal, draft: Draft, baseline: Baseline, *, by: int | None, now: datetime
) -> GoalVersion:
    assert draft.target_kind is not None and draft.target_input is not None
    assert draft.first_day is not None and draft.last_day is not None
    points = draft.plan_points
    return GoalVersion(
        workspace_id=goal.workspace_id,
        goal_id=goal.id,
        version=1,
        target_kind=draft.target_kind,
        target_input=draft.target_input,
        target_value=pace.target_from(draft.target_kind, draft.target_input, baseline.value),
        low=draft.low,
        high=draft.high,
        baseline_value=baseline.value,
        baseline_from=baseline.first_day,
        baseline_to=baseline.last_day,
        baseline_source=baseline.source,
        first_day=draft.first_day,
        last_day=draft.last_day,
        plan=draft.plan,
        plan_points=[[day.isoformat(), share] for day, share in points] if points else None,
        judged_by="pace",
        changed_by=by,
        changed_at=now,
    )
