"""Saying that a milestone or one of its steps is done, and taking it back."""

from datetime import date

import structlog
from flask import flash, redirect, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from app.web import access, frame, goal_page
from app.web.texts import gettext as _
from goals import calendar
from goals.alerts import review
from goals.errors import Refusal
from goals.tracking import goals as use_cases
from goals.tracking import milestones
from goals.tracking.goal import Goal
from goals.words import N_

log = structlog.get_logger()
#: The longest note.
NOTE = 1000


@access.needs("editor")
def milestone(goal_id: int) -> Response | tuple[str, int]:
    """Say on which day a milestone was done, or that it is not done after all."""
    session = frame.session()
    goal = use_cases.find(session, str(goal_id), frame.eyes())
    if request.values.get("do") == "undo":
        milestones.reopen(session, goal, by=frame.me().id, now=frame.now())
        flash(_("“%(name)s” is not done yet.", name=goal.name))
    else:
        try:
            note = request.form.get("note", "")[:NOTE]
            day = _day(request.form.get("on", ""))
            milestones.finish(
                session,
                goal,
                on=day,
                note=note,
                by=frame.me().id,
                today=frame.today(),
                now=frame.now(),
            )
        except Refusal as error:
            if goal.kind != "milestone":
                raise
            return goal_page.page(goal_id, problem=error), 422
        flash(
            _("“%(name)s” is done.", name=goal.name),
            f"undo:{url_for('goals.done', goal_id=goal.id, do='undo')}",
        )
    _judged(session, goal)
    return redirect(url_for("goals.goal", goal_id=goal.id), 303)


@access.needs("editor")
def step(goal_id: int, step_id: int) -> Response:
    """Say that a step is done today, or that it is not done after all."""
    session = frame.session()
    goal = use_cases.find(session, str(goal_id), frame.eyes())
    on = None if request.values.get("do") == "undo" else frame.today()
    milestones.tick(session, goal, step_id, on=on, by=frame.me().id, today=frame.today())
    _judged(session, goal)
    return redirect(url_for("goals.goal", goal_id=goal.id, _anchor="done"), 303)


def _day(typed: str) -> date:
    if not typed.strip():
        return frame.today()
    found = calendar.parse_day(typed.strip())
    if found is None:
        raise Refusal(
            "day_unknown", N_("Write a day, such as 31 Dec 2026 or 2026-12-31."), field="on"
        )
    return found


def _judged(session: Session, goal: Goal) -> None:
    """Review the goal at once: a person's word is all that it waits for."""

    def skipped(goal: Goal, error: Exception) -> None:
        # Such as a goal that was reviewed for a later day already: its time will come.
        log.warning("goal_not_reviewed", goal=goal.id, error=type(error).__name__)

    review.review(session, now=frame.now(), today=frame.today(), only=[goal], failed=skipped)
