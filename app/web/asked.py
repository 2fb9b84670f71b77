"""Questions that were not understood, and other words for goals, people and teams."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlmodel import col, select
from werkzeug.wrappers import Response

from app.accounts import people
from app.web import access, frame
from app.web.forms.asked import WordForm
from app.web.texts import gettext as _
from goals.errors import Refusal
from goals.questions import aliases
from goals.table import workspace_of
from goals.tracking import standing
from goals.workspace import Team

blueprint = Blueprint("asked", __name__)


@blueprint.get("/ask/words")
@access.needs("owner")
def page() -> str:
    """List what was not understood, each with a form that makes a word of it."""
    return _show(WordForm(formdata=None))


@blueprint.post("/ask/words")
@access.needs("owner")
def add() -> Response | tuple[str, int]:
    """Let a word stand for a goal, a person or a team."""
    form = WordForm()
    form.of.choices = _offered(_targets())
    if form.validate():
        kind, _sign, target = (form.of.data or "").partition(":")
        word = form.word.data or ""
        try:
            aliases.add(frame.session(), word, kind, int(target), frame.now())
        except Refusal as error:
            form.refuse(error)
        else:
            flash(_("“%(word)s” is understood from now on.", word=word.strip()))
            return redirect(url_for("asked.page"), 303)
    return _show(form), 422


@blueprint.post("/ask/words/<int:alias_id>/remove")
@access.needs("owner")
def remove(alias_id: int) -> Response:
    """Take a word back."""
    aliases.remove(frame.session(), alias_id)
    flash(_("The word is removed."))
    return redirect(url_for("asked.page"), 303)


@blueprint.post("/ask/questions/<int:unanswered_id>/forget")
@access.needs("owner")
def forget(unanswered_id: int) -> Response:
    """Forget a question that needs no word."""
    aliases.forget(frame.session(), unanswered_id)
    return redirect(url_for("asked.page"), 303)


def _show(form: WordForm) -> str:
    session = frame.session()
    targets = _targets()
    form.of.choices = _offered(targets)
    called = dict(targets)
    known = [
        (one, called[target])
        for one in aliases.every(session)
        if (target := _target(one)) in called
    ]
    if request.method == "GET" and not form.word.data:
        form.word.data = request.args.get("word", "")
    return render_template(
        "ask/words.html",
        form=form,
        targets=targets,
        waiting=aliases.waiting(session),
        known=known,
    )


def _offered(targets: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return what a form offers: nothing is meant before somebody has chosen."""
    return [("", _("Choose")), *targets]


def _target(one: aliases.Alias) -> str:
    found = [(kind, getattr(one, f"{kind}_id")) for kind in aliases.KINDS]
    return next((f"{kind}:{target}" for kind, target in found if target is not None), "")


def _targets() -> list[tuple[str, str]]:
    """Return what a word may stand for: goals, people and teams, by what a form sends."""
    session = frame.session()
    if not frame.may("owner"):
        abort(404)
    goals = [
        (f"goal:{one.goal.id}", one.goal.name) for one in standing.board(session, frame.eyes())
    ]
    members = [(f"member:{member.id}", person.name) for member, person in people.everybody(session)]
    teams = select(Team).where(col(Team.workspace_id) == workspace_of(session))
    named = [(f"team:{one.id}", one.name) for one in session.exec(teams.order_by(col(Team.name)))]
    return [*sorted(goals, key=lambda one: one[1]), *members, *named]
