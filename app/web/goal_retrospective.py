"""Looking back on a goal that has ended: the facts first, then what people say."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from app.web import access, frame
from app.web.forms.retrospective import RetrospectiveForm
from app.web.texts import gettext as _
from goals.errors import Refusal
from goals.table import id_from
from goals.tracking import carrying, retrospectives, standing
from goals.tracking import goals as use_cases
from goals.tracking.checkins import calibration, confidence, reading
from goals.tracking.checkins.calibration import Score
from goals.tracking.goal import Goal
from goals.tracking.retrospectives import QUESTIONS, Entry
from goals.tracking.standing import Standing
from goals.words import Message


@dataclass(frozen=True)
class Panel:
    """What a goal's page shows once it has ended; `score` None: too few check-ins."""

    entry: Entry | None
    score: Score | None
    continued: Goal | None
    least: int = calibration.LEAST


def panel(session: Session, one: Standing) -> Panel | None:
    """Return how an ended goal is looked back on, None while it runs."""
    if not one.is_over:
        return None
    said = retrospectives.of_goals(session, [one.goal.id])
    after = carrying.continuing(session, [one.goal.id])
    return Panel(said[0] if said else None, score(session, one), after[-1] if after else None)


def score(session: Session, one: Standing) -> Score | None:
    """Return how well people foresaw the end of a goal, None with too little to say."""
    book = reading.of_goal(session, one, frame.today())
    calls = reading.calls(book.entries, one.terms.last_day)
    return calibration.score(calls, achieved=one.status == "achieved")


def contradiction(session: Session, one: Standing) -> Message | None:
    """Return what today's chance says against the last check-in of a goal that runs."""
    seen = one.evaluation
    if seen is None or seen.final:
        return None
    book = reading.of_goal(session, one, frame.today())
    if not book.entries:
        return None
    return confidence.contradiction(book.entries[0].row.confidence, seen.chance)


@access.needs("commenter")
def page(goal_id: int) -> Response | tuple[str, int] | str:
    """Show the form over the facts, or keep what is said."""
    session = frame.session()
    goal = use_cases.find(session, str(goal_id), frame.eyes())
    one = standing.one(session, goal, frame.eyes())
    said = retrospectives.of_goals(session, [goal.id])
    entry = said[0] if said else None
    if request.method in frame.SAFE:
        kept = {name: getattr(entry.row, name) or "" for name in QUESTIONS} if entry else {}
        kept["version"] = str(entry.row.version) if entry else "0"
        return _shown(session, one, RetrospectiveForm(formdata=None, data=kept))
    form, theirs, status = RetrospectiveForm(), None, 422
    if form.validate():
        told = {name: form[name].data for name in QUESTIONS}
        version = id_from(form.version.data) or 0
        try:
            retrospectives.save(
                session, one, told, version=version, by=frame.me().id, now=frame.now()
            )
        except Refusal as error:
            form.refuse(error)
            if error.code == "retrospective_changed" and entry is not None:
                # Whoever saves again after reading what is there now means it.
                form.version.data, theirs, status = str(entry.row.version), entry, 409
        else:
            flash(_("What you learned is kept with the goal."))
            return redirect(f"{url_for('goals.goal', goal_id=goal.id)}#retrospective", 303)
    return _shown(session, one, form, theirs), status


def _shown(
    session: Session, one: Standing, form: RetrospectiveForm, theirs: Entry | None = None
) -> str:
    return render_template(
        "goals/retrospective.html",
        one=one,
        form=form,
        theirs=theirs,
        questions=QUESTIONS,
        is_over=one.is_over,
        facts=retrospectives.facts(session, one, frame.now()),
        score=score(session, one) if one.is_over else None,
    )
