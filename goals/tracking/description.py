"""A goal in full, in the shape of the contract: its terms, its origin and the coach's view."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from goals import words
from goals.tracking import family, goals, milestones, periods, retrospectives, standing
from goals.tracking.checkins import calibration, reading
from goals.tracking.evaluation import Evaluation
from goals.tracking.goal import Goal
from goals.tracking.remedies import attempts, moved
from goals.tracking.smart import check
from goals.tracking.standing import Standing


def describe(
    session: Session, goal: Goal, *, reader: words.Reader, today: date, now: datetime
) -> dict[str, Any]:
    """Return the object of `goal show`."""
    found = standing.one(session, goal)
    terms, seen = goals.current(session, goal), found.evaluation
    if seen is not None and (seen.final or seen.version != terms.version):
        # What was said under other terms says nothing of these.
        seen = None
    origin = None
    if goal.origin_section is not None:
        origin = {
            "section": goal.origin_section,
            "question": goal.origin_question,
            "item": goal.origin_item,
            "answer_version": goal.origin_answer_version,
            "sentence": goal.origin_sentence,
        }
    done = None
    if goal.kind == "milestone":
        done = {
            "when": goal.done_when,
            "on": goal.done_on,
            "note": goal.done_note,
            "steps": [
                {"name": one.name, "due": one.due_on, "done": one.done_on}
                for one in milestones.steps(session, goal)
            ],
        }
    return {
        "id": str(goal.id),
        "name": goal.name,
        "metric": goal.metric,
        "params": goal.params,
        "where": goal.segment,
        "kind": goal.kind,
        "direction": goal.direction,
        "baseline": {
            "value": terms.baseline_value,
            "from": terms.baseline_from,
            "to": terms.baseline_to,
            "source": terms.baseline_source,
        },
        "target": {
            "kind": terms.target_kind,
            "input": terms.target_input,
            "value": terms.target_value,
        },
        "commit": _line(terms.commit_value, None if seen is None else seen.commit_chance),
        "stretch": _line(terms.stretch_value, None if seen is None else seen.stretch_chance),
        "low": terms.low,
        "high": terms.high,
        "original_target": found.original.target_value,
        "from": terms.first_day,
        "to": terms.last_day,
        "owner": found.owner_email,
        "team": found.team_name,
        "channel": goal.channel,
        "plan": terms.plan,
        "plan_points": None
        if terms.plan_points is None
        else [{"day": day, "share": share} for day, share in terms.plan_points],
        "judged_by": terms.judged_by,
        "visibility": goal.visibility,
        "version": goal.version,
        "unit": found.unit,
        "currency": found.currency,
        "why": goal.why,
        "actions": goal.actions,
        "done": done,
        "parent": str(goal.parent_id) if goal.parent_id is not None else None,
        **_life(session, found, today),
        "origin": origin,
        "tried": _tried(session, found, reader, today, now),
        "lint": check.goal(session, goal, today=today, now=now).to_json(reader),
    }


def _life(session: Session, one: Standing, today: date) -> dict[str, Any]:
    """Return what a goal is made of, the periods behind it, and how its end was foreseen."""
    goal, terms = one.goal, one.terms
    rolled = family.rolled(session, goal, terms, today)
    said = retrospectives.of_goals(session, [goal.id])
    score = None
    if one.is_over:
        calls = reading.calls(reading.of_goal(session, one, today).entries, terms.last_day)
        score = calibration.score(calls, achieved=one.status == "achieved")
    return {
        "rollup": terms.rollup,
        "weight": goal.weight,
        "parts": None
        if rolled is None
        else {
            "goals": [
                {"id": str(part.id), "name": part.name, "actual": part.actual, "share": part.share}
                for part in rolled.parts
            ],
            "targets": rolled.targets,
            "archived": rolled.archived,
        },
        "every": goal.every,
        "periods": [
            {
                "from": each.terms.first_day,
                "to": each.terms.last_day,
                "status": each.result.status,
                "actual": each.result.actual,
                "target": each.target,
            }
            for each in periods.ended(session, goal)
        ],
        "continues": str(goal.continues_id) if goal.continues_id is not None else None,
        "foreseen": None
        if score is None
        else {"checkins": score.n, "brier": score.human, "brier_forecast": score.forecast},
        "retrospective": None
        if not said
        else {name: getattr(said[0].row, name) for name in retrospectives.QUESTIONS},
    }


def _tried(
    session: Session, one: Standing, reader: words.Reader, today: date, now: datetime
) -> list[dict[str, Any]]:
    """Return the actions that were tried for a goal, the latest first, with what they moved."""
    done = moved.seen_to(session, one, now)
    found = []
    for tried in attempts.of_goals(session, [one.goal.id]):
        seen, row = moved.of(session, one.goal, tried.row, done=done), tried.row
        numbers = None
        if isinstance(seen, moved.Moved):
            before, after = moved.evidence(session, one.goal, seen, today=today, now=now)
            numbers = {**seen.to_json(), "receipts": [before, after]}
        said = seen.message if isinstance(seen, moved.Moved) else seen
        found.append(
            {
                "id": str(row.id),
                "action": row.text,
                "remedy": row.remedy,
                "owner": tried.owner,
                "taken_on": row.taken_on,
                "due_on": row.due_on,
                "hoped": row.hoped,
                "outcome": row.outcome,
                "settled_on": row.settled_on,
                "note": row.note,
                "before": _number(tried.before),
                "after": _number(tried.after),
                "moved": numbers,
                "said": None if said is None else words.render(said, reader),
            }
        )
    return found


def _number(seen: Evaluation | None) -> dict[str, Any] | None:
    """Return what a goal's numbers said on a day, None where nothing was said."""
    if seen is None:
        return None
    return {
        "day": seen.day,
        "actual": seen.actual,
        "expected": seen.expected,
        "receipt": seen.receipt,
    }


def _line(value: Decimal | None, chance: float | None) -> dict[str, Any] | None:
    """Return a line beside the target with the chance to reach it, None where there is none."""
    return None if value is None else {"value": value, "chance": chance}
