"""What a message about a goal says: every number and name, as they were when it was decided."""

from typing import Any

from sqlmodel import Session

from goals import words
from goals.tracking import standing
from goals.tracking.evaluation import StatusChange
from goals.tracking.goal import Goal
from goals.tracking.standing import Standing


def of_change(session: Session, goal: Goal, change: StatusChange) -> dict[str, Any]:
    """Return the facts of a change of status, ready to be kept as JSON."""
    found = standing.one(session, goal)
    return {
        "goal": of_standing(found),
        "change": {
            "id": str(change.id),
            "before": change.before,
            "after": change.after,
            "day": change.day.isoformat(),
        },
    }


def of_standing(found: Standing) -> dict[str, Any]:
    """Return how a goal stands as plain JSON: amounts as text, so that nothing is rounded."""
    seen, against = found.evaluation, found.against_original

    def text(value: object) -> str | None:
        return None if value is None else str(value)

    return {
        "id": str(found.goal.id),
        "name": found.goal.name,
        "metric": found.goal.metric,
        "metric_name": words.to_json(found.metric.name),
        "kind": found.goal.kind,
        "direction": found.goal.direction,
        "status": found.status,
        "every": found.goal.every,
        "final": bool(seen is not None and seen.final),
        "since": text(seen.since if seen is not None else None),
        "reason": seen.reason if seen is not None else None,
        "actual": text(seen.actual if seen is not None else None),
        "expected": text(seen.expected if seen is not None else None),
        "baseline": text(found.terms.baseline_value),
        "target": text(found.terms.target_value),
        "original_target": text(found.original.target_value),
        "aim": None if found.target is None else words.to_json(found.target),
        "against_original": None if against is None else words.to_json(against),
        "projection": text(seen.projection if seen is not None else None),
        "chance": text(seen.chance if seen is not None else None),
        "low_end": text(seen.low_end if seen is not None else None),
        "likely_end": text(seen.likely_end if seen is not None else None),
        "high_end": text(seen.high_end if seen is not None else None),
        "grounds": seen.grounds if seen is not None else None,
        "required_rate": text(seen.required_rate if seen is not None else None),
        "share": seen.share if seen is not None else None,
        "expected_share": seen.expected_share if seen is not None else None,
        "pace": seen.pace if seen is not None else None,
        "first_day": found.terms.first_day.isoformat(),
        "last_day": found.terms.last_day.isoformat(),
        "owner": found.owner_name,
        "unit": found.unit,
        "currency": found.currency,
        "data_to": text(seen.data_to if seen is not None else None),
        "receipt": seen.receipt if seen is not None else None,
    }
