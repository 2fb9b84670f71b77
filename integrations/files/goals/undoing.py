"""Undoing an import of goals: added ones are put away, changed ones get their terms back."""

from datetime import date, datetime
from typing import Any

import msgspec
from sqlmodel import Session

from goals.errors import Refusal
from goals.records.connections import SyncRun
from goals.records.undo import Undone
from goals.tracking import archive, carrying, goals
from goals.tracking.drafts import Draft
from goals.tracking.visibility import Audience
from integrations.files.goals.columns import GOAL


def is_of_goals(run: SyncRun) -> bool:
    """Tell whether a run was an import of goals."""
    return run.kind == "import" and (run.result or {}).get("record") == GOAL.name


def undo(
    session: Session,
    run: SyncRun,
    who: Audience,
    *,
    reason: str,
    by: int,
    today: date,
    now: datetime,
) -> Undone:
    """Take back what an import of goals wrote; the history of each goal stays.

    Goals that were changed since, or that the audience does not see, are kept as they are.
    `run` can be undone, and `reason` is what the history says.
    """
    undone = Undone(GOAL.name)
    # What is part of another comes after it, so that it goes first.
    for told in reversed((run.result or {}).get("goals", [])):
        point = session.begin_nested()
        try:
            is_back = _take_back(session, told, who, undone, reason, by, today, now)
        except Refusal:
            is_back = False
        if is_back:
            point.commit()
        else:
            point.rollback()
            undone.kept += 1
    run.undone_at = now
    session.add(run)
    session.flush()
    return undone


def _take_back(
    session: Session,
    told: dict[str, Any],
    who: Audience,
    undone: Undone,
    reason: str,
    by: int,
    today: date,
    now: datetime,
) -> bool:
    """Take one goal back; returns whether that could be done."""
    goal = archive.find(session, int(told["id"]), who)
    after = msgspec.convert(told["after"], Draft)
    if goal.archived_at is not None or carrying.kept(session, goal) != after:
        return False
    if told["before"] is None:
        archive.archive(session, goal, now)
        undone.removed += 1
        return True
    before = msgspec.convert(told["before"], Draft)
    goals.change(session, goal, before, reason=reason, by=by, today=today, now=now)
    undone.restored += 1
    return True
