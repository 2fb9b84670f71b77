"""A new goal: from an aim, from the strategy, from another goal, or from nothing."""

from collections.abc import Mapping

from flask import redirect, render_template, request
from sqlmodel import Session, col, select
from werkzeug.wrappers import Response

from app import queue
from app.web import (
    access,
    frame,
    goal_draft,
    goal_edit,
    goal_prefill,
    kpis,
    plan_drawn,
    plan_typed,
    presets,
    vocabulary,
)
from app.web.forms.goals import GoalForm
from app.web.presets import Preset
from app.web.texts import gettext as _
from goals.errors import Refusal
from goals.metrics import catalogue, readings
from goals.records.connections import Connection
from goals.table import id_from, new_id, repeated_id, workspace_of
from goals.tracking import goals as use_cases
from goals.tracking import periods
from goals.tracking.kpis import MOST


@access.needs("editor")
def page() -> Response | tuple[str, int] | str:
    """Offer the aims, show the form, or add the goal."""
    session = frame.session()
    shows = request.method in frame.SAFE
    if shows and not goal_prefill.is_asked():
        return _choice(session)
    begun = {"begun": str(new_id())}
    form = GoalForm(data=begun | goal_prefill.proposed(session) if shows else None)
    goal_draft.offer(session, form)
    params = goal_draft.params(form)
    if shows:
        points = goal_prefill.points(session)
        return goal_draft.show(session, form, params, title=_("Set a goal"), points=points)
    goal_draft.follow(form)
    do = request.form.get("do", "save")
    if do != "save":
        goal_draft.answer(session, form, params, do)
        return goal_draft.show(session, form, params, title=_("Set a goal"))
    if form.validate():
        draft = form.draft(params)
        rows = plan_typed.table(session, periods.filled(session, draft))
        if rows is not None:
            form.complain_of_rows(rows.problems)
            draft = rows.draft(draft)
        if not form.problems:
            try:
                named = goal_draft.named(session, draft)
                goal = use_cases.add(
                    session,
                    named,
                    by=frame.me().id,
                    today=frame.today(),
                    now=frame.now(),
                    goal_id=_id_of(form, params),
                )
            except Refusal as error:
                form.refuse(error)
            else:
                queue.schedule(session, "review", "", frame.now())
                goal_draft.added(goal)
                return redirect(plan_drawn.follows(session, goal), 303)
    return goal_draft.show(session, form, params, title=_("Set a goal")), 422


def _id_of(form: GoalForm, params: Mapping[str, str]) -> int | None:
    """Return the id of what was sent: the same form sent twice is one goal, not two."""
    begun = id_from(form.begun.data)
    if begun is None:
        return None
    said = sorted((name, str(value)) for name, value in form.data.items() if name != "csrf_token")
    rows = sorted(one for one in request.form.items() if one[0].startswith(plan_typed.ROW))
    # Rows are told only where there are some: without them the same form has the id it always had.
    return repeated_id(begun, said, sorted(params.items()), *([rows] if rows else []))


def preview() -> str:
    """Return what the form comes to and what the coach says, without keeping anything."""
    if goal_id := request.args.get("goal"):
        return goal_edit.preview(goal_id)
    session = frame.session()
    form = GoalForm()
    goal_draft.offer(session, form)
    goal_draft.follow(form)
    return goal_draft.aside(session, form, goal_draft.params(form))


def _choice(session: Session) -> str:
    known = readings.available(session)
    return render_template(
        "goals/choice.html",
        offered=[(one, _missing(session, one, known)) for one in presets.PRESETS.values()],
        aims=kpis.aims(session, known),
        follows=kpis.warning(session),
        most=MOST,
    )


def _missing(session: Session, preset: Preset, known: set[str]) -> str:
    """Return the records that an aim's metric still waits for, "" when it has data."""
    if preset.metric in known:
        return ""
    statement = select(Connection.records).where(
        col(Connection.workspace_id) == workspace_of(session)
    )
    here = {kind for kinds in session.exec(statement) for kind in kinds}
    needs = catalogue.METRICS[preset.metric].needs
    lacking = next((kind for kind in needs if kind not in here), needs[0])
    return vocabulary.records(lacking)
