"""Carrying goals on into the period that follows: the same goal again, with a target of its own.

What is carried on is another goal that knows which one it continues. It keeps the rhythm of
check-ins, the channel, the owner and its place among the goals; what was said of the old goal
stays with the old goal.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session, col, select

from goals import workspace
from goals.calendar import Period
from goals.errors import Refusal
from goals.fiscal import FiscalCalendar
from goals.metrics.ahead import Ahead
from goals.table import new_id, repeated_id, workspace_of
from goals.tracking import family, goals, lines, milestones, planning
from goals.tracking.drafts import Draft, Origin
from goals.tracking.goal import Goal, GoalVersion
from goals.tracking.standing import Standing
from goals.words import N_, Message

#: How a new target follows from the old goal: its target, a change of it, or how it ended.
WAYS = ("same", "change", "result")


def kept(session: Session, goal: Goal) -> Draft:
    """Return the terms that a goal has now as a draft that would change nothing."""
    version = goals.current(session, goal)
    is_given = version.baseline_source == "given"
    points = version.plan_points
    return Draft(
        name=goal.name,
        metric=goal.metric,
        params=dict(goal.params),
        segment=dict(goal.segment),
        kind=goal.kind,
        direction=goal.direction,
        target_kind=version.target_kind,
        target_input=version.target_input,
        commit=version.commit_value,
        stretch=version.stretch_value,
        low=version.low,
        high=version.high,
        baseline=version.baseline_value if is_given else None,
        baseline_from=version.baseline_from if is_given else None,
        baseline_to=version.baseline_to if is_given else None,
        first_day=version.first_day,
        last_day=version.last_day,
        owner_id=goal.owner_id,
        team_id=goal.team_id,
        channel=goal.channel,
        visibility=goal.visibility,
        plan=version.plan,
        plan_points=tuple((date.fromisoformat(day), share) for day, share in points)
        if points
        else None,
        judge=version.judged_by,
        why=goal.why,
        actions=tuple(goal.actions),
        done_when=goal.done_when,
        steps=tuple((one.due_on, one.name) for one in milestones.steps(session, goal)),
        reminds=goal.reminds,
        objective_id=goal.objective_id,
        parent_id=goal.parent_id,
        rollup=version.rollup,
        weight=goal.weight,
        every=goal.every,
        continues_id=goal.continues_id,
    )


def following(session: Session, terms: GoalVersion) -> Period:
    """Return the period of the same length that follows the window of some terms."""
    window = Period.of(terms.first_day, terms.last_day)
    return workspace.of(session).fiscal.previous(window, -1)


def proposed(one: Standing, way: str, change: Decimal = Decimal()) -> Decimal | None:
    """Return the target that follows from a goal in one of WAYS; None for what has no number.

    `change` is a fraction of the target. A goal without a result keeps its target.
    """
    target = one.terms.target_value
    if one.goal.kind == "milestone" and one.unit == "done":
        return None
    if way == "result" and one.evaluation is not None and one.evaluation.actual is not None:
        return one.evaluation.actual
    if way == "change" and target is not None:
        return target * (1 + change)
    return target


def called(fiscal: FiscalCalendar, name: str, before: Period, after: Period) -> str:
    """Return the name of a goal for another period: it says which, so that the two differ."""
    old, new = _label(fiscal, before), _label(fiscal, after)
    if old in name:
        return name.replace(old, new)
    return f"{name[: goals.MAX_NAME - len(new) - 3]} ({new})"


def _label(fiscal: FiscalCalendar, window: Period) -> str:
    year = fiscal.year_number(window.first)
    if window == fiscal.year(window.first):
        return str(year)
    if window == fiscal.quarter(window.first):
        return f"Q{fiscal.quarter_number(window.first)} {year}"
    if window == fiscal.month(window.first):
        return f"{window.first:%Y-%m}"
    return f"{window.first.isoformat()} – {window.last.isoformat()}"


@dataclass(frozen=True)
class Wanted:
    """A goal that is to be carried on: by what name, to which target, over which days.

    `target` None keeps what has no single number: a band, or what is done or not.
    """

    goal: Goal
    name: str
    target: Decimal | None
    first_day: date
    last_day: date
    owner_id: int | None


def draft(session: Session, wanted: Wanted, *, continues: bool = True) -> Draft:
    """Return the draft of a goal that is carried on, or with `continues` False merely copied."""
    goal = wanted.goal
    before = kept(session, goal)
    terms = goals.current(session, goal)
    found = replace(
        before,
        name=wanted.name,
        first_day=wanted.first_day,
        last_day=wanted.last_day,
        owner_id=wanted.owner_id,
        baseline=None,
        baseline_from=None,
        baseline_to=None,
        judge="auto",
        steps=(),
        cadence=goal.cadence,
        plan_points=_moved(session, terms, before, wanted),
        origin=_origin(goal),
        continues_id=goal.id if continues else None,
    )
    if wanted.target is None:
        return found
    aimed = terms.target_value
    return replace(
        found,
        target_kind="target",
        target_input=wanted.target,
        commit=lines.moved(before.commit, aimed, wanted.target),
        stretch=lines.moved(before.stretch, aimed, wanted.target),
    )


def _moved(
    session: Session, terms: GoalVersion, before: Draft, wanted: Wanted
) -> tuple[tuple[date, float], ...] | None:
    """Return a plan by hand over the days that are wanted, None without one or without days."""
    if not before.plan_points or wanted.last_day < wanted.first_day:
        return None
    old = Period.of(terms.first_day, terms.last_day)
    new = Period.of(wanted.first_day, wanted.last_day)
    return planning.moved(session, terms.plan, before.plan_points, old, new)


def _origin(goal: Goal) -> Origin | None:
    if goal.origin_section is None or goal.origin_question is None:
        return None
    return Origin(
        section=goal.origin_section,
        question=goal.origin_question,
        item=goal.origin_item or "",
        answer_version=goal.origin_answer_version or 0,
        sentence=goal.origin_sentence or "",
    )


class Uncarried(Exception):
    """One of several goals cannot be carried on, so none is: which one, and why."""

    def __init__(self, goal: Goal, refusal: Refusal) -> None:
        super().__init__(goal.name)
        self.goal, self.refusal = goal, refusal


def carry(
    session: Session,
    wanted: Sequence[Wanted],
    *,
    by: int | None,
    today: date,
    now: datetime,
    begun: int | None = None,
) -> list[tuple[Goal, Goal]]:
    """Carry goals on, all or none; returns each with the one that continues it.

    Parts come under what continues the goal that they were part of, where that is carried on
    too. With the same `begun` and the same terms these are the same goals sent again. Raises
    Uncarried.
    """
    workspace.hold(session)
    begun = begun if begun is not None else new_id()
    ordered = family.wholes_first(session, [one.goal.id for one in wanted])
    found: dict[int, Goal] = {}
    ahead = Ahead(session)
    for one in sorted(wanted, key=lambda one: ordered.index(one.goal.id)):
        said = (one.goal.id, one.name, one.target, one.first_day, one.last_day, one.owner_id)
        goal_id = repeated_id(begun, *said)
        try:
            _check(session, one, goal_id)
            made = draft(session, one)
            whole = found.get(one.goal.parent_id or 0)
            if whole is not None:
                made = replace(made, parent_id=whole.id)
            found[one.goal.id] = goals.add(
                session, made, by=by, today=today, now=now, goal_id=goal_id, ahead=ahead
            )
        except Refusal as error:
            raise Uncarried(one.goal, error) from error
    return [(one.goal, found[one.goal.id]) for one in wanted]


def _check(session: Session, one: Wanted, goal_id: int) -> None:
    if one.goal.every is not None:
        raise Refusal(
            "endless",
            N_("“%(goal)s” has no end: it goes on by itself."),
            {"goal": one.goal.name},
            field="goal",
            misused=False,
        )
    there = [each for each in continuing(session, [one.goal.id]) if each.id != goal_id]
    terms = [goals.current(session, each) for each in there]
    if any(one.first_day <= each.last_day and each.first_day <= one.last_day for each in terms):
        raise Refusal(
            "continued_already",
            N_("“%(goal)s” goes on already in these days."),
            {"goal": one.goal.name},
            fix=Message(N_("Edit the goal that continues it, or archive that one first.")),
            field="goal",
            misused=False,
        )


def continuing(session: Session, those: Sequence[int]) -> list[Goal]:
    """Return the living goals that continue some, by their ids, the eldest first."""
    statement = (
        select(Goal)
        .where(
            col(Goal.workspace_id) == workspace_of(session),
            col(Goal.continues_id).in_(those),
            col(Goal.archived_at).is_(None),
        )
        .order_by(col(Goal.id))
    )
    return list(session.exec(statement))


def made_at(session: Session, by: int | None, at: datetime) -> list[Goal]:
    """Return the living goals that a member carried on at an instant."""
    statement = select(Goal).where(
        col(Goal.workspace_id) == workspace_of(session),
        col(Goal.continues_id).is_not(None),
        col(Goal.created_by) == by,
        col(Goal.created_at) == at,
        col(Goal.archived_at).is_(None),
    )
    return list(session.exec(statement))
