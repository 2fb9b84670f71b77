"""What a file can bring into a workspace, records or goals: importing it, and undoing that."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlmodel import Session

from app.accounts import people
from goals.records import undo as records
from goals.records.kind import Shape
from goals.records.undo import Undone
from goals.tracking.visibility import Audience
from integrations.files.goals import undoing
from integrations.files.goals.columns import GOAL
from integrations.files.goals.drafting import Hand
from integrations.files.goals.importing import import_goals
from integrations.files.importing import Rejects, import_file, kind_of
from integrations.files.result import ImportResult


def shape(record: str) -> Shape:
    """Return what the rows of a kind can hold; raises Refusal `unknown_record`."""
    return GOAL if record == GOAL.name else kind_of(record, also=[GOAL.name])


def hand(
    session: Session,
    who: Audience,
    *,
    today: date,
    by: int | None = None,
    load: Callable[[Path], bytes] | None = None,
) -> Hand:
    """Return who brings goals in; `load` reads files of this machine that the goals name."""
    return Hand(
        who=who,
        owner=lambda email: people.with_email(session, email).id,
        team=lambda name: people.team_named(session, name).id,
        load=load,
        by=by,
        today=today,
    )


def import_any(
    session: Session,
    file: BinaryIO,
    record: str,
    mapping: Any,
    *,
    hand: Hand,
    now: datetime,
    dry_run: bool = False,
    sheet: str | None = None,
    label: str | None = None,
    rejects: Rejects | None = None,
    most: int | None = None,
) -> ImportResult:
    """Import a table of records of one kind or of goals, as `import_file` does."""
    shape(record)
    if record == GOAL.name:
        return import_goals(
            session,
            file,
            mapping,
            hand=hand,
            now=now,
            dry_run=dry_run,
            sheet=sheet,
            label=label,
            rejects=rejects,
        )
    return import_file(
        session,
        file,
        record,
        mapping,
        now=now,
        dry_run=dry_run,
        sheet=sheet,
        label=label,
        rejects=rejects,
        most=most,
    )


def undo(
    session: Session,
    run_id: int,
    who: Audience,
    *,
    reason: str,
    by: int,
    today: date,
    now: datetime,
) -> Undone:
    """Take back what an import wrote; `reason` stands in the history of goals that it changed.

    Raises Refusal `unknown_import`, `not_an_import` or `already_undone`.
    """
    run = records.undoable(session, run_id)
    if not undoing.is_of_goals(run):
        return records.undo(session, run_id, now)
    return undoing.undo(session, run, who, reason=reason, by=by, today=today, now=now)
