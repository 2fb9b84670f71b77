"""Changing a goal: its words and people freely, its terms with a reason."""

from dataclasses import replace
from typing import Any

from flask import flash, redirect, request
from sqlmodel import Session
from werkzeug.wrappers import Response

from app import queue
from app.web import access, frame, goal_draft, goal_fields, plan_drawn
from app.web.forms import meanwhile
from app.web.forms.base import options
from app.web.forms.goals import JUDGES, RHYTHMS, GoalForm
from app.web.texts import gettext as _
from goals.errors import Refusal
from goals.table import hold
from goals.tracking import goals as use_cases
from goals.tracking.drafts import Draft
from goals.tracking.goal import Goal

#: What is promised: whoever changes a part of it has seen the rest.
TERMS = (
    "change",
    "amount",
    "commit",
    "stretch",
    "low",
    "high",
    "baseline",
    "first",
    "last",
    "plan",
    "judge",
    "rollup",
    "every",
)


@access.needs("editor")
def page(goal_id: int) -> Response | tuple[str, int] | str:
    """Show the form with the goal in it, or change the goal."""
    session = frame.session()
    goal = use_cases.find(session, str(goal_id), frame.eyes())
    if request.method not in frame.SAFE:
        # Two who save at the same moment do so one after the other; the second is told.
        hold(session, goal)
    kept = goal_fields.fields(session, goal)
    begun = kept | {"shown": meanwhile.marks(kept)}
    form = GoalForm(data=begun) if request.method in frame.SAFE else GoalForm()
    _hold(form, kept)
    goal_draft.offer(session, form, goal)
    params = {key: str(value) for key, value in goal.params.items()}
    title = _("Edit the goal")
    if request.method in frame.SAFE:
        return goal_draft.show(session, form, params, title=title, goal=goal)
    do = request.form.get("do", "save")
    if do == "keep":
        _put_back(form, kept)
    elif do != "save":
        goal_draft.answer(session, form, params, do)
    if do != "save":
        return goal_draft.show(session, form, params, title=title, goal=goal)
    if form.validate() and _is_settled(form, goal, kept):
        draft = form.draft(params)
        if not form.problems:
            try:
                use_cases.change(
                    session,
                    goal,
                    _as_kept(session, goal, goal_draft.named(session, draft)),
                    reason=form.reason.data,
                    by=frame.me().id,
                    today=frame.today(),
                    now=frame.now(),
                )
            except Refusal as error:
                form.refuse(error)
                session.refresh(goal)
            else:
                queue.schedule(session, "review", "", frame.now())
                flash(_("The goal is changed."))
                return redirect(plan_drawn.follows(session, goal, before=kept["plan"]), 303)
    return goal_draft.show(session, form, params, title=title, goal=goal), 422


def preview(goal_id: str) -> str:
    """Return what the form comes to for a goal that there is, without keeping anything."""
    session = frame.session()
    goal = use_cases.find(session, goal_id, frame.eyes())
    form = GoalForm()
    _hold(form, goal_fields.fields(session, goal))
    goal_draft.offer(session, form, goal)
    params = {key: str(value) for key, value in goal.params.items()}
    return goal_draft.aside(session, form, params, goal)


def _put_back(form: GoalForm, kept: dict[str, str]) -> None:
    """Let the target and the last day be what they are; the rest stays as it was typed."""
    for name in ("change", "amount", "low", "high", "last"):
        form[name].data = kept.get(name, "")


def _hold(form: GoalForm, kept: dict[str, str]) -> None:
    """Keep what makes the goal this goal: another number or population is another goal."""
    for name in ("metric", "dim1", "member1", "dim2", "member2", "kind", "direction"):
        form[name].data = kept.get(name, "")
    # A goal that there is has a rhythm already, and is judged by one or the other.
    form.cadence.choices = options(RHYTHMS)
    form.judge.choices = options(JUDGES)


def _as_kept(session: Session, goal: Goal, draft: Draft) -> Draft:
    """Return a draft that says unchanged terms in the words in which they are kept."""
    terms = use_cases.current(session, goal)
    if draft.target_kind == "target" and terms.target_kind == "absolute":
        draft = replace(draft, target_kind="absolute")
    return plan_drawn.with_table(draft, goal, session)


def _is_settled(form: GoalForm, goal: Goal, kept: dict[str, Any]) -> bool:
    """Tell whether nothing is undone that somebody else saved while the form stood open.

    Saving once more undoes it knowingly.
    """
    if not form.shown.data:
        return meanwhile.is_newest(form, goal.version)
    form.version.data = str(goal.version)
    settled = meanwhile.settle(form, form.shown.data, kept, TERMS)
    form.shown.data = meanwhile.marks(kept)
    return settled
