"""A goal's past: every change of its terms, and what was said of it on each day."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session, col, select

from app.web import goal_lines, texts
from app.web.texts import gettext as _
from goals import words
from goals.table import workspace_of
from goals.tracking import aims, picture
from goals.tracking.evaluation import Evaluation
from goals.tracking.goal import Goal, GoalVersion
from goals.tracking.standing import Standing
from goals.workspace import Member, Person

#: Evaluations shown.
LATEST = 30


@dataclass(frozen=True)
class Entry:
    """A change of a goal's terms: what moved, when, by whom and why."""

    number: int
    at: datetime
    by: str | None
    moved: list[str]
    reason: str | None
    is_target: bool = False


def ledger(session: Session, one: Standing, versions: list[GoalVersion]) -> list[Entry]:
    """Return the versions of the terms, the latest first."""
    statement = (
        select(Member.id, Person.name)
        .join(Person, col(Person.id) == col(Member.person_id))
        .where(col(Member.workspace_id) == workspace_of(session))
    )
    names = dict(session.exec(statement).all())
    entries = []
    for before, after in zip([None, *versions], versions, strict=False):
        if before is not None and _went_on(one, before, after):
            # Each period stands in a table of its own.
            continue
        moved = _set(one, after) if before is None else _moved(one, before, after)
        by = names.get(after.changed_by) if after.changed_by is not None else None
        is_target = before is not None and before.target_value != after.target_value
        entries.append(Entry(after.version, after.changed_at, by, moved, after.reason, is_target))
    return entries[::-1]


def _went_on(one: Standing, before: GoalVersion, after: GoalVersion) -> bool:
    """Tell whether a goal without an end went on to its next period by itself."""
    by_itself = after.changed_by is None and after.reason is None
    return one.goal.every is not None and by_itself and after.first_day > before.last_day


def _set(one: Standing, terms: GoalVersion) -> list[str]:
    if one.goal.kind in ("maintain", "milestone"):
        aim = texts.written(aims.figure(one.goal, terms, one.unit, one.meant_in(terms)))
        if one.unit == "done":
            return [_("Set: done by %(day)s", day=aim)]
        return [_("Set: %(target)s until %(day)s", target=aim, day=texts.day(terms.last_day))]
    return [
        _(
            "Target set: %(target)s by %(day)s",
            target=texts.amount(terms.target_value, one.unit, one.meant_in(terms)),
            day=texts.day(terms.last_day),
        )
    ]


def _moved(one: Standing, before: GoalVersion, after: GoalVersion) -> list[str]:
    def amount(value: Decimal | None, terms: GoalVersion) -> str:
        return texts.amount(value, one.unit, one.meant_in(terms))

    found = []
    is_bound = after.low is not None and before.currency != after.currency
    if (before.low, before.high) != (after.low, after.high) or is_bound:
        earlier, later = (
            texts.written(aims.figure(one.goal, each, one.unit, one.meant_in(each)))
            for each in (before, after)
        )
        found.append(_("Band from %(earlier)s to %(later)s", earlier=earlier, later=later))
    if (before.target_value, before.currency) != (after.target_value, after.currency):
        found.append(
            _(
                "Target from %(earlier)s to %(later)s",
                earlier=amount(before.target_value, before),
                later=amount(after.target_value, after),
            )
        )
    found += goal_lines.moved(one, before, after)
    if (before.first_day, before.last_day) != (after.first_day, after.last_day):
        earlier = texts.written(words.DayRange(before.first_day, before.last_day))
        later = texts.written(words.DayRange(after.first_day, after.last_day))
        text = _("Window from %(earlier)s to %(later)s", earlier=earlier, later=later)
        if before.first_day == after.first_day:
            text = _(
                "Last day from %(earlier)s to %(later)s",
                earlier=texts.day(before.last_day),
                later=texts.day(after.last_day),
            )
        found.append(text)
    if before.baseline_value != after.baseline_value:
        found.append(
            _(
                "Baseline from %(earlier)s to %(later)s",
                earlier=amount(before.baseline_value, before),
                later=amount(after.baseline_value, after),
            )
        )
    if (before.plan, before.plan_points) != (after.plan, after.plan_points):
        found.append(_plan_moved(before, after))
    found += _judged(before, after)
    if not found and one.goal.kind == "milestone":
        return [_("Not done after all") if after.reason is None else _("Said to be done")]
    return found or [_("Terms changed")]


def _judged(before: GoalVersion, after: GoalVersion) -> list[str]:
    found = [_("Counted by another rule")] if before.rollup != after.rollup else []
    if before.judged_by != after.judged_by:
        by_chance = after.judged_by == "chance"
        found.append(_("Judged by its chance") if by_chance else _("Judged by its pace"))
    return found


def _plan_moved(before: GoalVersion, after: GoalVersion) -> str:
    if before.plan == after.plan:
        return _("Plan curve changed")
    earlier, later = (texts.say(words.Message(picture.NAMES[one.plan])) for one in (before, after))
    return _("%(earlier)s became %(later)s", earlier=earlier, later=later)


def log(session: Session, goal: Goal) -> list[Evaluation]:
    """Return the latest evaluations, one for each day, the newest first."""
    statement = (
        select(Evaluation)
        .where(
            col(Evaluation.workspace_id) == workspace_of(session),
            col(Evaluation.goal_id) == goal.id,
        )
        .order_by(col(Evaluation.day).desc(), col(Evaluation.id).desc())
        .limit(LATEST * 3)
    )
    latest: dict[date, Evaluation] = {}
    for seen in session.exec(statement):
        latest.setdefault(seen.day, seen)
    return list(latest.values())[:LATEST]
