"""The fields of the form of a goal for one that there is, and for a copy of it."""

from datetime import date
from typing import Any

from sqlmodel import Session

from app.web import frame, goal_typed, texts
from goals.calendar import Period
from goals.metrics import catalogue, library
from goals.tracking import aims, carrying, milestones, planning
from goals.tracking import goals as use_cases
from goals.tracking.goal import Goal

#: The points of a plan: the share of the way by the end of each of some days.
Points = tuple[tuple[date, float], ...]


def fields(session: Session, goal: Goal) -> dict[str, Any]:
    """Return the fields of a form for a goal as it stands."""
    terms = use_cases.current(session, goal)
    is_rate = library.find(session, goal.metric).unit == "rate"
    kind = "target" if terms.target_kind == "absolute" else terms.target_kind
    percent = is_rate or kind == "relative"
    data: dict[str, Any] = {
        "name": goal.name,
        "metric": "" if goal.metric == catalogue.MILESTONE.id else goal.metric,
        "kind": goal.kind,
        "direction": "down" if goal.direction in ("down", "at_most") else "up",
        "change": kind,
        "amount": ""
        if terms.target_input is None
        else goal_typed.number(str(terms.target_input), percent),
        "done_when": goal.done_when or "",
        "steps": "\n".join(
            f"{texts.day(one.due_on)}: {one.name}" for one in milestones.steps(session, goal)
        ),
        "baseline": "",
        "first": texts.day(terms.first_day),
        "last": texts.day(terms.last_day),
        "plan": terms.plan,
        "judge": terms.judged_by,
        "owner_id": str(goal.owner_id or ""),
        "team_id": str(goal.team_id or ""),
        "channel": goal.channel or "",
        "visibility": goal.visibility,
        "cadence": goal.cadence,
        "reminds": goal.reminds,
        "objective_id": str(goal.objective_id or ""),
        "parent_id": str(goal.parent_id or ""),
        "rollup": terms.rollup,
        "weight": "" if goal.weight == 1 else f"{goal.weight.normalize():f}",
        "every": goal.every or "",
        "why": goal.why or "",
        "actions": "\n".join(goal.actions),
        "version": str(goal.version),
    }
    if goal.kind == "maintain":
        data["direction"] = goal.direction
    lines = {"commit": terms.commit_value, "stretch": terms.stretch_value}
    for end, value in {"low": terms.low, "high": terms.high, **lines}.items():
        data[end] = "" if value is None else goal_typed.number(str(value), is_rate)
    if terms.baseline_source == "given" and terms.baseline_value is not None:
        data["baseline"] = goal_typed.number(str(terms.baseline_value), is_rate)
    if aims.is_foreign(terms, frame.here().currency):
        anew = ("low", "high", *lines, "baseline", *(() if kind == "relative" else ("amount",)))
        data |= dict.fromkeys(anew, "")
    for number, (dim, member) in enumerate(list(goal.segment.items())[:2], 1):
        data |= {f"dim{number}": dim, f"member{number}": member}
    return data


def copied(session: Session, goal: Goal) -> dict[str, Any]:
    """Return the fields for the same goal over the period that follows."""
    following = carrying.following(session, use_cases.current(session, goal))
    return {
        **fields(session, goal),
        "baseline": "",
        "steps": "",
        "judge": "auto",
        "first": texts.day(following.first),
        "last": texts.day(following.last),
        "version": "",
    }


def months(session: Session, goal: Goal) -> Points | None:
    """Return what the months of a goal's plan weigh, for the period that follows; None for none."""
    terms = use_cases.current(session, goal)
    if terms.plan != "monthly" or not terms.plan_points:
        return None
    points = [(date.fromisoformat(day), share) for day, share in terms.plan_points]
    before = Period.of(terms.first_day, terms.last_day)
    return planning.moved(session, terms.plan, points, before, carrying.following(session, terms))
