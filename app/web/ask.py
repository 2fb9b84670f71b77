"""Asking in plain words, with the same answers as in Slack."""

from flask import Blueprint, render_template, request

from app.web import frame
from goals.questions import aliases, ask
from goals.questions.text import LONGEST

#: A question goes on from so many before it.
MOST_BEFORE = 4

blueprint = Blueprint("ask", __name__)


@blueprint.get("/ask")
def page() -> str:
    """Answer the question in the address, or offer some."""
    question = request.args.get("q", "").strip()[:LONGEST]
    before = [one[:LONGEST] for one in request.args.getlist("before")[-MOST_BEFORE:]]
    session = frame.session()
    answer = None
    if question:
        answer = ask.ask(session, question, frame.eyes(), now=frame.now(), before=before)
        aliases.keep(session, question, answer.rest, frame.reader().locale, frame.now())
        before = [*before, question][-MOST_BEFORE:]
    offered = ask.ask(session, "help", frame.eyes()).choices
    return render_template(
        "ask/page.html", question=question, answer=answer, offered=offered, before=before
    )
