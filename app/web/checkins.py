"""Check-ins: who owes one, and writing, changing and taking back what a person says of a goal."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlmodel import Session, col, select
from werkzeug.wrappers import Response

from app.web import access, checkin_views, frame, remedies, texts
from app.web.forms.checkins import CheckinForm
from app.web.texts import gettext as _
from goals.errors import Refusal
from goals.table import id_from, repeated_id, workspace_of
from goals.tracking import goals as use_cases
from goals.tracking import retrospectives, standing
from goals.tracking.checkins import keeping, reading
from goals.tracking.checkins.table import Checkin
from goals.tracking.evaluation import Evaluation
from goals.tracking.goal import Goal
from goals.tracking.standing import Standing

blueprint = Blueprint("checkins", __name__)
blueprint.add_url_rule("/goals/<int:goal_id>/tries", "take", remedies.take, methods=["GET", "POST"])
blueprint.add_url_rule(
    "/goals/<int:goal_id>/tries/<int:attempt_id>",
    "settle",
    remedies.settle,
    methods=["GET", "POST"],
)

Answer = Response | tuple[str, int] | str


@blueprint.get("/checkins")
def page() -> str:
    """List the check-ins that are due or missed, the reader's own first, and what comes next."""
    session = frame.session()
    found = reading.inbox(session, frame.eyes(), frame.today())
    every = [*found.open, *found.coming]
    teams = {
        one.one.goal.team_id: one.one.team_name
        for one in every
        if one.one.goal.team_id is not None and one.one.team_name is not None
    }
    team = request.args.get("team", type=int)
    chosen = team if team in teams else None
    return render_template(
        "checkins/page.html",
        lists=checkin_views.lists(found, chosen),
        teams=sorted(teams.items(), key=lambda item: item[1].casefold()),
        team=chosen,
        ended=_ended(session, chosen),
        actions=remedies.to_look_back_on(session, chosen),
    )


def _ended(session: Session, team: int | None) -> list[Standing]:
    """Return the goals that wait to be looked back on, the reader's own first."""
    found = retrospectives.awaited(session, frame.eyes(), frame.today())
    mine = frame.me().id
    kept = [one for one in found if team is None or one.goal.team_id == team]
    return sorted(kept, key=lambda one: one.goal.owner_id != mine)


@blueprint.route("/goals/<int:goal_id>/checkins", methods=["GET", "POST"])
@access.needs("commenter")
def write(goal_id: int) -> Answer:
    """Show the form of a check-in, or keep one."""
    session = frame.session()
    goal = _goal(session, goal_id)
    if request.method in frame.SAFE:
        one = standing.one(session, goal, frame.eyes())
        return _shown(session, goal, checkin_views.new_form(one))
    form = CheckinForm()
    form.validate()
    said = form.said()
    if not form.problems:
        try:
            keeping.add(
                session,
                goal,
                said,
                by=frame.me().id,
                today=frame.today(),
                now=frame.now(),
                checkin_id=_id_of(form),
                evaluation_id=id_from(form.evaluation.data),
            )
        except Refusal as error:
            form.refuse(error)
        else:
            flash(_("Your check-in is kept."))
            return _back(goal)
    return _shown(session, goal, form), 422


def _id_of(form: CheckinForm) -> int | None:
    """Return the id of what was sent: the same form sent twice is one check-in, not two."""
    begun = id_from(form.begun.data)
    if begun is None:
        return None
    said = sorted((name, str(value)) for name, value in form.data.items() if name != "csrf_token")
    return repeated_id(begun, said)


@blueprint.route("/goals/<int:goal_id>/checkins/<int:checkin_id>", methods=["GET", "POST"])
@access.needs("commenter")
def change(goal_id: int, checkin_id: int) -> Answer:
    """Show a check-in in its form, or change it."""
    session = frame.session()
    goal = _goal(session, goal_id)
    row = _mine(session, goal, checkin_id)
    if request.method in frame.SAFE:
        return _shown(session, goal, _form_of(row), row)
    form = CheckinForm()
    status = 422
    form.validate()
    said = form.said()
    if not form.problems:
        try:
            version = id_from(form.version.data) or 0
            keeping.change(session, row, said, version=version, now=frame.now())
        except Refusal as error:
            form.refuse(error)
            if error.code == "checkin_changed":
                # Whoever saves again after reading what is there now means it.
                form.version.data, status = str(row.version), 409
        else:
            flash(_("The check-in is changed."))
            return _back(goal)
    return _shown(session, goal, form, row, theirs=row if status == 409 else None), status


@blueprint.post("/goals/<int:goal_id>/checkins/<int:checkin_id>/remove")
@access.needs("commenter")
def remove(goal_id: int, checkin_id: int) -> Response:
    """Take a check-in back; one click brings it back."""
    session = frame.session()
    goal = _goal(session, goal_id)
    keeping.remove(session, _mine(session, goal, checkin_id), now=frame.now())
    undo = url_for("checkins.bring_back", goal_id=goal.id, checkin_id=checkin_id)
    flash(_("The check-in is deleted."), f"undo:{undo}")
    return _back(goal)


@blueprint.post("/goals/<int:goal_id>/checkins/<int:checkin_id>/restore")
@access.needs("commenter")
def bring_back(goal_id: int, checkin_id: int) -> Response:
    """Bring a deleted check-in back."""
    session = frame.session()
    goal = _goal(session, goal_id)
    keeping.bring_back(session, _mine(session, goal, checkin_id))
    flash(_("The check-in is back."))
    return _back(goal)


def _goal(session: Session, goal_id: int) -> Goal:
    return use_cases.find(session, str(goal_id), frame.eyes())


def _mine(session: Session, goal: Goal, checkin_id: int) -> Checkin:
    """Return a check-in that the reader may change."""
    row = keeping.find(session, goal, checkin_id)
    if not checkin_views.can_change(row.made_by):
        abort(403)
    return row


def _form_of(row: Checkin) -> CheckinForm:
    return CheckinForm(
        formdata=None,
        data={
            "confidence": row.confidence,
            "note": row.note,
            "blocker": row.blocker or "",
            "next_action": row.next_action or "",
            "next_due": texts.day(row.next_due),
            "evaluation": str(row.evaluation_id or ""),
            "version": str(row.version),
        },
    )


def _shown(
    session: Session,
    goal: Goal,
    form: CheckinForm,
    row: Checkin | None = None,
    theirs: Checkin | None = None,
) -> str:
    one = standing.one(session, goal, frame.eyes())
    return render_template(
        "checkins/write.html",
        one=one,
        form=form,
        row=row,
        theirs=theirs,
        seen=_seen(session, goal, form) or one.evaluation,
    )


def _seen(session: Session, goal: Goal, form: CheckinForm) -> Evaluation | None:
    """Return what the person had before them when the form was begun."""
    statement = select(Evaluation).where(
        col(Evaluation.workspace_id) == workspace_of(session),
        col(Evaluation.goal_id) == goal.id,
        col(Evaluation.id) == id_from(form.evaluation.data),
    )
    return session.exec(statement).first()


def _back(goal: Goal) -> Response:
    return redirect(f"{url_for('goals.goal', goal_id=goal.id)}#checkins", 303)
