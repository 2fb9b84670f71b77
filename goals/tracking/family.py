"""Which goal is part of which: parents, parts, and what they come to together."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import and_, func
from sqlalchemy import select as rows_of
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from goals import workspace
from goals.errors import Refusal
from goals.metrics import library, readings
from goals.metrics.catalogue import MILESTONE, Metric
from goals.table import workspace_of
from goals.tracking.drafts import Draft
from goals.tracking.evaluation import Evaluation
from goals.tracking.goal import Goal, GoalVersion
from goals.tracking.rollup import SUM, Part, Rolled
from goals.words import N_


def check(session: Session, goal: Goal | None, parent_id: int | None) -> None:
    """Raise Refusal where a goal cannot be part of another one: unknown, or part of itself."""
    if parent_id is None:
        return
    # Two people could each close one half of a circle: they take turns.
    workspace.hold(session)
    parents = _parents(session)
    if parent_id not in parents:
        raise Refusal(
            "unknown_goal",
            N_("There is no goal %(name)s."),
            {"name": str(parent_id)},
            field="parent",
        )
    if goal is None:
        return
    seen: set[int] = set()
    above: int | None = parent_id
    while above is not None and above not in seen:
        if above == goal.id:
            raise Refusal(
                "parent_circle",
                N_("That goal is itself part of this one. Choose one that is not."),
                field="parent",
            )
        seen.add(above)
        above = parents.get(above)


def below(session: Session, goal: Goal) -> set[int]:
    """Return the ids of a goal and of everything that is part of it, however far below."""
    parents = _parents(session)
    found, grown = {goal.id}, True
    while grown:
        more = {one for one, parent in parents.items() if parent in found} - found
        found |= more
        grown = bool(more)
    return found


def check_sum(session: Session, goal: Goal | None, draft: Draft, metric: Metric) -> None:
    """Raise Refusal where a goal and those that it is added up with do not add up.

    Only numbers of one kind, unit and currency have a sum. The field is that of the parent where
    the goal does not fit the one above it, else that of the rule.
    """
    currency = workspace.of(session).currency
    mine = draft.kind, *readings.unit_of(metric, draft.params, currency)
    above = _rule(session, draft.parent_id)
    if above is not None and above[1].rollup == SUM and _adds(session, *above) != mine:
        raise Refusal(
            "parent_unfit",
            N_(
                "“%(goal)s” is the sum of its parts, and this goal is counted in something else:"
                " they do not add up."
            ),
            {"goal": above[0].name},
            field="parent",
        )
    if draft.rollup != SUM or goal is None:
        return
    for part in parts(session, goal.id, None):
        if (part.kind, part.unit, part.currency if part.unit == "money" else None) != mine:
            raise Refusal(
                "rollup_unfit",
                N_("“%(goal)s” is counted in something else: the parts do not add up."),
                {"goal": part.name},
                field="rollup",
            )


def _rule(session: Session, goal_id: int | None) -> tuple[Goal, GoalVersion] | None:
    if goal_id is None:
        return None
    statement = _terms(session).where(col(Goal.id) == goal_id)
    row = session.execute(statement).first()
    return None if row is None else (row[0], row[1])


def _adds(session: Session, goal: Goal, terms: GoalVersion) -> tuple[str, str, str | None]:
    unit = _unit(library.find(session, goal.metric), goal)
    return goal.kind, unit, terms.currency


def _unit(metric: Metric, goal: Goal) -> str:
    return readings.unit_of(metric, goal.params, "")[0]


def rolled(session: Session, goal: Goal, terms: GoalVersion, day: date) -> Rolled | None:
    """Return what a goal's parts come to on a day, None for one that counts its own number."""
    if terms.rollup == "own":
        return None
    return Rolled(terms.rollup, day, parts(session, goal.id, day), archived(session, goal.id))


def parts(session: Session, goal_id: int, day: date | None) -> tuple[Part, ...]:
    """Return the living parts of a goal as they were last judged by a day (None: at all)."""
    statement = _terms(session, day).where(
        col(Goal.parent_id) == goal_id, col(Goal.archived_at).is_(None)
    )
    rows = session.execute(statement.order_by(col(Goal.id))).all()
    metrics = library.named(session, {goal.metric for goal, _, _ in rows})
    return tuple(
        _part(goal, terms, seen, metrics.get(goal.metric, MILESTONE)) for goal, terms, seen in rows
    )


def archived(session: Session, goal_id: int) -> int:
    """Return how many parts of a goal were put away."""
    statement = select(func.count()).where(
        col(Goal.workspace_id) == workspace_of(session),
        col(Goal.parent_id) == goal_id,
        col(Goal.archived_at).is_not(None),
    )
    return session.exec(statement).one()


def _part(goal: Goal, terms: GoalVersion, seen: Evaluation | None, metric: Metric) -> Part:
    # What was said of other terms than those of its present period is history.
    if seen is not None and seen.version < goal.period_version:
        seen = None
    found = Part(
        id=goal.id,
        name=goal.name,
        kind=goal.kind,
        unit=_unit(metric, goal),
        currency=terms.currency,
        first_day=terms.first_day,
        last_day=terms.last_day,
        target=terms.target_value,
        weight=goal.weight,
    )
    if seen is None:
        return found
    return Part(
        **{
            **vars(found),
            "actual": seen.actual,
            "share": seen.share,
            "expected_share": seen.expected_share,
            "status": seen.status,
            "is_final": seen.final,
        }
    )


def _terms(session: Session, day: date | None = None) -> Any:
    """Return the statement for goals with their terms and what was said of them by a day."""
    here = workspace_of(session)
    latest: Any = col(Goal.evaluation_id)
    if day is not None:
        earlier = aliased(Evaluation)
        latest = (
            rows_of(col(earlier.id))
            .where(
                col(earlier.workspace_id) == here,
                col(earlier.goal_id) == col(Goal.id),
                col(earlier.day) <= day,
            )
            .order_by(col(earlier.day).desc(), col(earlier.id).desc())
            .limit(1)
            .correlate(Goal)
            .scalar_subquery()
        )
    return (
        rows_of(Goal, GoalVersion, Evaluation)
        .join(
            GoalVersion,
            and_(
                col(GoalVersion.workspace_id) == here,
                col(GoalVersion.goal_id) == col(Goal.id),
                col(GoalVersion.version) == col(Goal.version),
            ),
        )
        .outerjoin(
            Evaluation,
            and_(col(Evaluation.workspace_id) == here, col(Evaluation.id) == latest),
        )
        .where(col(Goal.workspace_id) == here)
    )


def parts_first(session: Session, wanted: Iterable[int]) -> list[int]:
    """Return goals in the order given, but those that are rolled up after all their parts."""
    statement = select(Goal.id, Goal.parent_id).where(
        col(Goal.workspace_id) == workspace_of(session), col(Goal.archived_at).is_(None)
    )
    parents = dict(session.exec(statement).all())
    rules = _rolled(session)
    depth = {one: len(_above(parents, one)) for one in rules}
    chosen = list(wanted)
    return [one for one in chosen if one not in rules] + sorted(
        (one for one in chosen if one in rules), key=lambda one: -depth[one]
    )


def wholes_first(session: Session, those: Iterable[int]) -> list[int]:
    """Return goals in such an order that none comes before the one that it is part of."""
    parents = _parents(session)
    return sorted(those, key=lambda one: len(_above(parents, one)))


def following(session: Session, those: Collection[int]) -> list[int]:
    """Return the goals above some that are rolled up, and so follow when these change."""
    parents, rules = _parents(session), _rolled(session)
    found: dict[int, None] = {}
    for one in those:
        for above in _above(parents, one):
            if above not in rules:
                break
            found[above] = None
    return [one for one in found if one not in those]


def _above(parents: dict[int, int | None], goal_id: int) -> list[int]:
    found: list[int] = []
    above = parents.get(goal_id)
    while above is not None and above not in found:
        found.append(above)
        above = parents.get(above)
    return found


def _rolled(session: Session) -> set[int]:
    """Return the ids of the living goals that are rolled up from their parts."""
    here = workspace_of(session)
    statement = (
        select(Goal.id)
        .join(
            GoalVersion,
            and_(
                col(GoalVersion.workspace_id) == here,
                col(GoalVersion.goal_id) == col(Goal.id),
                col(GoalVersion.version) == col(Goal.version),
            ),
        )
        .where(
            col(Goal.workspace_id) == here,
            col(Goal.archived_at).is_(None),
            col(GoalVersion.rollup) != "own",
        )
    )
    return set(session.exec(statement))


def _parents(session: Session) -> dict[int, int | None]:
    statement = select(Goal.id, Goal.parent_id).where(
        col(Goal.workspace_id) == workspace_of(session)
    )
    return dict(session.exec(statement).all())
