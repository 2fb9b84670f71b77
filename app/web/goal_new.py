"""A new goal: from an aim, from the strategy, from another goal, or from nothing."""

from flask import redirect, render_template, request, url_for
from sqlmodel import Session, col, select
from werkzeug.wrappers import Response

from app.web import access, frame, goal_draft, goal_prefill, presets, vocabulary
from app.web.forms.goals import GoalForm
from app.web.presets import Preset
from app.web.texts import gettext as _
from goals.errors import Refusal
from goals.metrics import catalogue, readings
from goals.records.connections import Connection
from goals.table import workspace_of
from goals.tracking import goals as use_cases


@access.needs("editor")
def page() -> Response | tuple[str, int] | str:
    """Offer the aims, show the form, or add the goal."""
    session = frame.session()
    if request.method == "GET" and not goal_prefill.is_asked():
        return _choice(session)
    form = GoalForm(data=goal_prefill.proposed(session) if request.method == "GET" else None)
    goal_draft.offer(session, form)
    params = goal_draft.params(form)
    if request.method == "GET":
        return goal_draft.show(session, form, params, title=_("Set a goal"))
    goal_draft.follow(form)
    do = request.form.get("do", "save")
    if do != "save":
        goal_draft.shortcut(form, do)
        return goal_draft.show(session, form, params, title=_("Set a goal"))
    if form.validate():
        draft = form.draft(params)
        if not form.problems:
            try:
                named = goal_draft.named(session, draft)
                goal = use_cases.add(
                    session, named, by=frame.me().id, today=frame.today(), now=frame.now()
                )
            except Refusal as error:
                form.refuse(error)
            else:
                goal_draft.added(goal)
                return redirect(url_for("goals.goal", goal_id=goal.id), 303)
    return goal_draft.show(session, form, params, title=_("Set a goal")), 422


def preview() -> str:
    """Return what the form comes to and what the coach says, without keeping anything."""
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
        others=[one for one in catalogue.METRICS.values() if one.id in known],
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
