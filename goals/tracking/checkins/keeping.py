"""Writing check-ins: made, changed, taken back and brought back."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from goals.errors import Refusal
from goals.table import added, new_id, workspace_of
from goals.tracking import goals, rhythm
from goals.tracking.checkins.table import CONFIDENCES, Checkin
from goals.tracking.evaluation import Evaluation
from goals.tracking.goal import Goal
from goals.words import N_

#: The most characters of what is said.
NOTE, LINE = 2000, 500


@dataclass(frozen=True)
class Said:
    """What a person says of a goal; `confidence` is one of table.CONFIDENCES."""

    confidence: str
    note: str
    blocker: str | None = None
    next_action: str | None = None
    next_due: date | None = None


def add(
    session: Session,
    goal: Goal,
    said: Said,
    *,
    by: int | None,
    today: date,
    now: datetime,
    checkin_id: int | None = None,
    evaluation_id: int | None = None,
) -> Checkin:
    """Keep a check-in of today; with an id that was kept before it is the same one sent again.

    `evaluation_id` names what the person had before them (None: the latest evaluation). Raises
    Refusal that names the field for what is missing.
    """
    check(said)
    if checkin_id is not None and (there := _there(session, checkin_id)) is not None:
        return there
    terms = goals.current(session, goal)
    days = rhythm.of(goal, terms)
    row = Checkin(
        id=checkin_id or new_id(),
        workspace_id=goal.workspace_id,
        goal_id=goal.id,
        day=today,
        due_on=days.answers(today, answered(session, goal.id)),
        evaluation_id=_seen(session, goal, evaluation_id),
        made_by=by,
        made_at=now,
        **_columns(said),
    )
    return added(session, row, lambda: None if checkin_id is None else _there(session, checkin_id))


def answered(session: Session, goal_id: int) -> dict[date, Checkin]:
    """Return the days asked for that have a check-in."""
    statement = select(Checkin).where(
        col(Checkin.workspace_id) == workspace_of(session),
        col(Checkin.goal_id) == goal_id,
        col(Checkin.removed_at).is_(None),
        col(Checkin.due_on).is_not(None),
    )
    return {one.due_on: one for one in session.exec(statement) if one.due_on is not None}


def change(session: Session, row: Checkin, said: Said, *, version: int, now: datetime) -> None:
    """Let a check-in say something else; raises Refusal `checkin_changed` for an old version."""
    check(said)
    if row.version != version:
        raise Refusal(
            "checkin_changed",
            N_(
                "Somebody changed this check-in while you had it open. Look at what it says now,"
                " then save yours or leave it."
            ),
            misused=False,
        )
    for name, value in _columns(said).items():
        setattr(row, name, value)
    row.version += 1
    row.changed_at = now
    session.add(row)
    session.flush()


def remove(session: Session, row: Checkin, *, now: datetime) -> None:
    """Take a check-in back; it can be brought back."""
    row.removed_at = row.removed_at or now
    session.add(row)
    session.flush()


def bring_back(session: Session, row: Checkin) -> None:
    """Bring back a check-in; its day may have another one meanwhile."""
    if row.removed_at is not None and row.due_on in answered(session, row.goal_id):
        row.due_on = None
    row.removed_at = None
    session.add(row)
    session.flush()


def find(session: Session, goal: Goal, checkin_id: int) -> Checkin:
    """Return a check-in of a goal, taken back or not; raises Refusal `unknown_checkin`."""
    found = _there(session, checkin_id)
    if found is None or found.goal_id != goal.id:
        raise Refusal("unknown_checkin", N_("There is no such check-in."))
    return found


def _there(session: Session, checkin_id: int) -> Checkin | None:
    statement = select(Checkin).where(
        col(Checkin.workspace_id) == workspace_of(session), col(Checkin.id) == checkin_id
    )
    return session.exec(statement).first()


def _seen(session: Session, goal: Goal, evaluation_id: int | None) -> int | None:
    """Return the evaluation that a person had before them, the latest where it is none of ours."""
    statement = select(Evaluation.id).where(
        col(Evaluation.workspace_id) == goal.workspace_id,
        col(Evaluation.goal_id) == goal.id,
        col(Evaluation.id) == evaluation_id,
    )
    return session.exec(statement).first() or goal.evaluation_id


def _columns(said: Said) -> dict[str, Any]:
    return {
        "confidence": said.confidence,
        "note": said.note.strip(),
        "blocker": (said.blocker or "").strip() or None,
        "next_action": (said.next_action or "").strip() or None,
        "next_due": said.next_due,
    }


def check(said: Said) -> None:
    """Raise Refusal at the field for what is missing or too long."""
    if said.confidence not in CONFIDENCES:
        raise Refusal(
            "confidence_missing", N_("Say how sure you are of the target."), field="confidence"
        )
    if not said.note.strip():
        raise Refusal("note_missing", N_("Say what changed, in a sentence."), field="note")
    if said.next_due is not None and not (said.next_action or "").strip():
        raise Refusal("action_missing", N_("Say what is to be done by then."), field="next_action")
    for field, text, most in (
        ("note", said.note, NOTE),
        ("blocker", said.blocker or "", LINE),
        ("next_action", said.next_action or "", LINE),
    ):
        if len(text) > most:
            raise Refusal(
                "text_long",
                N_("This has at most %(most)s characters."),
                {"most": most},
                field=field,
            )
