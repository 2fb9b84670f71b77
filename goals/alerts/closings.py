"""What goals without an end came to in a period that closed, told together for one place."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from goals.alerts.outbox import Outbox
from goals.table import workspace_of
from goals.tracking import status
from goals.tracking.goal import Goal, GoalVersion

#: The first of them wait so long for those that a review has not come to yet.
PATIENCE = timedelta(minutes=10)
#: They are asked after again so often.
AGAIN = timedelta(minutes=1)
#: What a line says of a goal, besides its status before.
_SAID = (
    "id", "name", "status", "owner", "actual", "target", "aim", "kind", "unit", "currency",
    "share", "first_day", "last_day",
)  # fmt: skip


def day(row: Outbox) -> date | None:
    """Return the last day of the period whose result a message tells, None for other news (pure).

    A goal that has an end closes by itself, and one that is reached before its period is over is
    news of its own.
    """
    goal, change = row.facts.get("goal") or {}, row.facts.get("change") or {}
    if row.goal_id is None or not goal.get("every") or not goal.get("final"):
        return None
    last = goal.get("last_day")
    if not last or not change.get("day") or change["day"] <= last:
        return None
    return date.fromisoformat(last)


def together(row: Outbox, others: Iterable[Outbox]) -> list[Outbox]:
    """Return the messages that tell of the same closing, [] where a goal is alone in it (pure)."""
    closed = day(row)
    found = [one for one in others if closed is not None and day(one) == closed]
    return found if {one.goal_id for one in found} - {row.goal_id} else []


def is_awaited(session: Session, row: Outbox, now: datetime) -> bool:
    """Tell whether other goals close by the same day that no review has come to yet."""
    closed = day(row)
    if closed is None or now - row.created_at > PATIENCE:
        return False
    here = workspace_of(session)
    statement = (
        select(Goal.id)
        .join(
            GoalVersion,
            (col(GoalVersion.workspace_id) == here)
            & (col(GoalVersion.goal_id) == col(Goal.id))
            & (col(GoalVersion.version) == col(Goal.version)),
        )
        .where(
            col(Goal.workspace_id) == here,
            col(Goal.every).is_not(None),
            col(Goal.archived_at).is_(None),
            col(GoalVersion.last_day) == closed,
        )
    )
    return session.exec(statement.limit(1)).first() is not None


def lines(rows: Iterable[Outbox]) -> list[dict[str, Any]]:
    """Return what is said of each goal at the end of each period, the worst first (pure).

    It says what was, not how the goal stands now: that is its next period's.
    """
    found: dict[tuple[int | None, str], dict[str, Any]] = {}
    for row in rows:
        goal = row.facts["goal"]
        before = row.facts["change"].get("before")
        said = {name: goal.get(name) for name in _SAID}
        said["before"] = None if before == goal["status"] else before
        found.setdefault((row.goal_id, goal["last_day"]), said)
    rank = status.WORST_FIRST.index
    return sorted(found.values(), key=lambda one: (rank(one["status"]), one["name"]))
