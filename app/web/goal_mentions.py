"""Messages that people attached to a goal: shown on its page, removed and brought back."""

from dataclasses import dataclass

from flask import abort, flash, redirect, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from app.web import access, checkin_views, frame
from app.web.texts import gettext as _
from goals.tracking import goals as use_cases
from goals.tracking import mentions
from goals.tracking.goal import Goal
from goals.tracking.mentions import Mention


@dataclass(frozen=True)
class Shown:
    """An attached message, who attached it, and whether the reader may remove it.

    `is_quoted` tells whether its words are shown.
    """

    row: Mention
    by: str
    can_change: bool
    is_quoted: bool


def of(session: Session, goal: Goal) -> list[Shown]:
    """Return the messages attached to a goal, the latest first."""
    found = mentions.of_goal(session, goal)
    seen_by = mentions.readers(session, goal) if found else set()
    return [
        Shown(row, by, checkin_views.can_change(row.made_by), mentions.is_quoted(row, seen_by))
        for row, by in found
    ]


@access.needs("commenter")
def remove(goal_id: int, mention_id: int) -> Response:
    """Take a message off a goal; one click brings it back."""
    session = frame.session()
    goal, row = _mine(session, goal_id, mention_id)
    mentions.remove(session, row, now=frame.now())
    undo = url_for("goals.bring_back_mention", goal_id=goal.id, mention_id=row.id)
    flash(_("The message is removed."), f"undo:{undo}")
    return _back(goal)


@access.needs("commenter")
def bring_back(goal_id: int, mention_id: int) -> Response:
    """Bring a removed message back."""
    session = frame.session()
    goal, row = _mine(session, goal_id, mention_id)
    mentions.bring_back(session, row)
    flash(_("The message is back."))
    return _back(goal)


def _mine(session: Session, goal_id: int, mention_id: int) -> tuple[Goal, Mention]:
    """Return a goal and a message attached to it that the reader may remove."""
    goal = use_cases.find(session, str(goal_id), frame.eyes())
    row = mentions.find(session, goal, mention_id)
    if not checkin_views.can_change(row.made_by):
        abort(403)
    return goal, row


def _back(goal: Goal) -> Response:
    return redirect(f"{url_for('goals.goal', goal_id=goal.id)}#messages", 303)
