"""Asking in plain words, with the same answers as in Slack."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.web import frame
from goals.questions import aliases, ask
from goals.questions.text import LONGEST

#: A question goes on from so many before it.
MOST_BEFORE = 4

blueprint = Blueprint("ask", __name__)


@blueprint.get("/ask")
def page() -> str:
    """Answer the question in the address, or offer some."""
    question, before = _asked(request.args)
    session = frame.session()
    answer = None
    if question:
        answer = ask.ask(session, question, frame.eyes(), now=frame.now(), before=before)
        before = [*before, question][-MOST_BEFORE:]
    offered = ask.ask(session, "help", frame.eyes()).choices
    return render_template(
        "ask/page.html", question=question, answer=answer, offered=offered, before=before
    )


@blueprint.post("/ask")
def put() -> Response:
    """Keep a question that somebody typed and that is not understood, and lead to its answer."""
    question, before = _asked(request.form)
    if question:
        session = frame.session()
        answer = ask.ask(session, question, frame.eyes(), now=frame.now(), before=before)
        aliases.keep(session, question, answer.rest, frame.reader().locale, frame.now())
    return redirect(url_for("ask.page", q=question, before=before), 303)


def _asked(given: MultiDict[str, str]) -> tuple[str, list[str]]:
    """Return the question that was sent, and those before it."""
    before = [one[:LONGEST] for one in given.getlist("before")[-MOST_BEFORE:]]
    return given.get("q", "").strip()[:LONGEST], before
