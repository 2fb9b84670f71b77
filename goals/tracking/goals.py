"""Adding goals, changing their terms and finding them again."""

from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session, col, select

from goals import workspace
from goals.errors import Refusal
from goals.metrics import library, readings
from goals.metrics.ahead import Ahead
from goals.metrics.catalogue import Metric
from goals.metrics.custom.metric import Custom
from goals.table import added, hold, id_from, new_id, workspace_of
from goals.tracking import (
    baselines,
    family,
    judging,
    lines,
    milestones,
    pace,
    periods,
    plan_table,
    rhythm,
    terms,
    visibility,
)
from goals.tracking.baselines import Baseline
from goals.tracking.drafts import Draft
from goals.tracking.goal import Goal, GoalVersion
from goals.tracking.visibility import Audience
from goals.words import N_, Message

MAX_NAME = terms.MAX_NAME


def add(
    session: Session,
    draft: Draft,
    *,
    by: int | None,
    today: date,
    now: datetime,
    goal_id: int | None = None,
    ahead: Ahead | None = None,
) -> Goal:
    """Add a goal and its first version; windows in the past are welcome.

    With an id that was added before, this is the same goal sent again: it is returned as it is.
    `ahead` holds what was counted for goals that were added in the same transaction.

    A baseline that is not given is read from the records. Raises Refusal that names the
    field for terms that cannot be tracked; what is merely unwise is the coach's business.
    """
    metric = terms.metric_of(session, draft)
    _offered(metric)
    checked = terms.checked(periods.filled(session, draft), metric)
    family.check(session, None, checked.parent_id)
    family.check_sum(session, None, checked, metric)
    if goal_id is not None and (there := _there(session, goal_id)) is not None:
        return there
    baseline = baselines.find(session, checked, metric, today=today, now=now, ahead=ahead)
    goal = Goal(
        id=goal_id or new_id(),
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
        weight=checked.weight or Decimal(1),
        every=checked.every,
        continues_id=checked.continues_id,
        why=checked.why,
        actions=list(checked.actions),
        done_when=checked.done_when,
        created_by=by,
        created_at=now,
    )
    rhythm.give(goal, checked, today)
    if checked.origin is not None:
        goal.origin_section = checked.origin.section
        goal.origin_question = checked.origin.question
        goal.origin_item = checked.origin.item
        goal.origin_answer_version = checked.origin.answer_version
        goal.origin_sentence = checked.origin.sentence
    kept = added(session, goal, lambda: None if goal_id is None else _there(session, goal_id))
    if kept is not goal:
        return kept
    version = _version(session, goal, checked, baseline, by=by, now=now)
    version.judged_by = judging.chosen(session, goal, version, metric, checked.judge, ahead)
    session.add(version)
    milestones.set_steps(session, goal, checked.steps)
    session.flush()
    return goal


def _offered(metric: Metric) -> None:
    if isinstance(metric, Custom) and metric.archived_at is not None:
        raise Refusal(
            "metric_archived",
            N_("%(metric)s is archived."),
            {"metric": metric.name},
            fix=Message(N_("Bring the metric back, or choose another one.")),
            field="metric",
            misused=False,
        )


def _there(session: Session, goal_id: int) -> Goal | None:
    statement = select(Goal).where(
        col(Goal.workspace_id) == workspace_of(session), col(Goal.id) == goal_id
    )
    return session.exec(statement).first()


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
    hold(session, goal)
    before = current(session, goal)
    metric = terms.metric_of(session, draft)
    checked = terms.checked(periods.filled(session, draft), metric)
    after = _after(session, goal, before, checked, by=by, today=today, now=now)
    after.reason = (reason or "").strip() or None
    if checked.parent_id != goal.parent_id:
        family.check(session, goal, checked.parent_id)
    family.check_sum(session, goal, checked, metric)
    goal.weight, goal.every = checked.weight or goal.weight, checked.every
    goal.name, goal.owner_id, goal.team_id = checked.name, checked.owner_id, checked.team_id
    goal.channel, goal.visibility = checked.channel, checked.visibility
    goal.why, goal.actions = checked.why, list(checked.actions)
    goal.done_when = checked.done_when
    goal.objective_id, goal.parent_id = checked.objective_id, checked.parent_id
    rhythm.give(goal, checked, today)
    session.add(goal)
    if goal.kind == "milestone":
        milestones.set_steps(session, goal, checked.steps)
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


def proposed(
    session: Session, goal: Goal, draft: Draft, *, today: date, now: datetime
) -> GoalVersion:
    """Return the terms that a change would bring; nothing is kept, somebody is only looking.

    Raises Refusal for terms that cannot be tracked.
    """
    before = current(session, goal)
    metric = terms.metric_of(session, draft)
    checked = terms.checked(periods.filled(session, draft), metric)
    return _after(session, goal, before, checked, by=None, today=today, now=now, keep=False)


def _after(
    session: Session,
    goal: Goal,
    before: GoalVersion,
    checked: Draft,
    *,
    by: int | None,
    today: date,
    now: datetime,
    keep: bool = True,
) -> GoalVersion:
    baseline = baselines.same(before, checked, workspace.of(session).currency)
    if baseline is None:
        metric = terms.metric_of(session, checked)
        baseline = baselines.find(session, checked, metric, today=today, now=now, keep=keep)
    after = _version(session, goal, checked, baseline, by=by, now=now)
    after.version = before.version + 1
    after.judged_by = "pace" if after.rollup != "own" else before.judged_by
    if checked.judge not in ("auto", before.judged_by):
        metric = terms.metric_of(session, checked)
        after.judged_by = judging.chosen(session, goal, after, metric, checked.judge)
    return after


def _moved(before: GoalVersion, after: GoalVersion) -> bool:
    parts = (
        "target_kind",
        "target_input",
        "target_value",
        "commit_value",
        "stretch_value",
        "baseline_value",
        "low",
        "high",
        "first_day",
        "last_day",
        "plan",
        "plan_points",
        "judged_by",
        "rollup",
        "currency",
    )
    return any(getattr(before, one) != getattr(after, one) for one in parts)


def current(session: Session, goal: Goal) -> GoalVersion:
    """Return the terms that hold now."""
    return versions(session, goal)[-1]


def keep_currency(session: Session, currency: str) -> None:
    """Write down in which currency amounts were meant so far, where that was never written."""
    here = col(Goal.workspace_id) == workspace_of(session)
    for goal in session.exec(select(Goal).where(here)):
        unit, _ = readings.unit_of(library.find(session, goal.metric), goal.params, currency)
        for one in versions(session, goal) if unit == "money" else ():
            one.currency = one.currency or currency
    session.flush()


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


def find(
    session: Session, text: str, who: Audience = visibility.OWNER, *, field: str = "goal"
) -> Goal:
    """Return the goal with this id or unique name among those an audience may see.

    Raises Refusal `unknown_goal` or `ambiguous_goal` (with the ids to choose from) at the field
    in which the text was given.
    """
    statement = select(Goal).where(visibility.sees(workspace_of(session), who))
    number = id_from(text)
    if number is not None:
        by_id = session.exec(statement.where(col(Goal.id) == number)).first()
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
            field=field,
        )
    raise Refusal(
        "unknown_goal",
        N_("There is no goal %(name)s."),
        {"name": text},
        fix=Message(N_("List the goals to see their names and ids.")),
        field=field,
    )


def _version(
    session: Session,
    goal: Goal,
    draft: Draft,
    baseline: Baseline,
    *,
    by: int | None,
    now: datetime,
) -> GoalVersion:
    assert draft.target_kind is not None
    assert draft.first_day is not None and draft.last_day is not None
    points, target = draft.plan_points, None
    if draft.target_input is not None:
        target = pace.target_from(draft.target_kind, draft.target_input, baseline.value)
    lines.check(draft, target)
    plan_table.check_total(draft, target)
    metric = library.find(session, goal.metric)
    base = workspace.of(session).currency
    return GoalVersion(
        workspace_id=goal.workspace_id,
        goal_id=goal.id,
        version=1,
        target_kind=draft.target_kind,
        target_input=draft.target_input,
        target_value=target,
        commit_value=draft.commit,
        stretch_value=draft.stretch,
        low=draft.low,
        high=draft.high,
        baseline_value=baseline.value,
        baseline_from=baseline.first_day,
        baseline_to=baseline.last_day,
        baseline_source=baseline.source,
        currency=readings.unit_of(metric, goal.params, base)[1],
        first_day=draft.first_day,
        last_day=draft.last_day,
        plan=draft.plan,
        rollup=draft.rollup,
        plan_points=[[day.isoformat(), share] for day, share in points] if points else None,
        changed_by=by,
        changed_at=now,
    )
