"""Asking in plain words, with the same answers as in Slack."""

from flask import Blueprint, render_template, request

from app.web import frame
from goals.questions import ask
from goals.questions.text import LONGEST

blueprint = Blueprint("ask", __name__)


@blueprint.get("/ask")
def page() -> str:
    """Answer the question in the address, or offer some."""
    question = request.args.get("q", "").strip()[:LONGEST]
    session = frame.session()
    answer = ask.ask(session, question, frame.eyes(), now=frame.now()) if question else None
    offered = ask.ask(session, "help", frame.eyes()).choices
    return render_template("ask/page.html", question=question, answer=answer, offered=offered)
