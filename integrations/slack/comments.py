"""Saying something to an alert in Slack: kept in its story, and read in its thread."""

from typing import Any

from slack_bolt import App
from sqlmodel import Session

from goals.alerts import stories
from goals.table import id_from
from goals.words import N_, Message
from integrations.slack import acting, modals, roots
from integrations.slack.blocks import inputs, mrkdwn
from integrations.slack.blocks.mrkdwn import Post
from integrations.slack.conversation import Exchange

FORM = "alert_comment"
_TITLE, _SUBMIT = N_("Comment"), N_("Send")
_LABEL = N_("What do you want to say?")
_HINT = N_("Everybody who reads the alert reads it too.")

Body = dict[str, Any]


def install(app: App) -> None:
    """Listen to the form."""

    @app.view(FORM)
    def submitted(ack: Any, body: Body, context: Any) -> None:
        ack(**_submitted(context["exchange"], body))


def opened(exchange: Exchange, body: Body, story_id: str) -> None:
    """Show the form of a comment."""
    who = acting.who(exchange, body)
    if who is None:
        return
    with exchange.parts.session(exchange.team.workspace_id) as session:
        hindered = acting.refused(session, who)
        if hindered is None and who.viewer is not None:
            story = acting.story(session, who.viewer, story_id)
            hindered = Message(acting.GONE) if story is None else None
    if hindered is not None:
        roots.stale(exchange, body, who, story_id, hindered)
        return
    reader = who.reader
    field = inputs.area(
        "text", Message(_LABEL), reader, stories.MOST_TEXT, hint=Message(_HINT), is_optional=False
    )
    kept = {"story": story_id}
    modals.show(
        exchange,
        body,
        who,
        modals.form(FORM, Message(_TITLE), Message(_SUBMIT), [field], kept, reader),
    )


def _submitted(exchange: Exchange, body: Body) -> dict[str, Any]:
    """Keep a comment; return what the form is answered with."""
    who = acting.who(exchange, body)
    number = id_from(modals.kept(body).get("story"))
    if who is None:
        return {}
    text = str(modals.typed(body).get("text") or "")
    with exchange.parts.session(exchange.team.workspace_id) as session:
        hindered = acting.refused(session, who)
        if hindered is None and who.viewer is not None:
            if acting.story(session, who.viewer, number) is None:
                hindered = Message(acting.GONE)
            elif not text.strip():
                hindered = Message(N_("Write a comment."))
    if hindered is not None or who.viewer is None or number is None:
        return modals.refuse(body, {"text": hindered or Message(acting.GONE)}, who.reader)
    viewer, now = who.viewer, exchange.parts.clock()

    def keep(session: Session) -> None:
        story = acting.story(session, viewer, number)
        if story is not None:
            stories.comment(session, story, text, by=viewer.member_id, now=now)

    exchange.handling.effects.append(keep)
    said = _said(acting.name(exchange, who), text.strip())
    acting.afterwards(exchange, lambda: roots.say(exchange, number, said))
    return {}


def _said(name: str, text: str) -> Post:
    """Return a comment as it stands in a thread: as it was typed, under its author's name."""
    lines = [mrkdwn.escape(one) for one in text.splitlines() if one.strip()]
    head = mrkdwn.bold(mrkdwn.name(name) + ":")
    spoken = mrkdwn.clip(f"{name}: {' '.join(text.split())}", mrkdwn.TEXT)
    return Post(mrkdwn.escape(spoken), mrkdwn.sections([f"{head} {lines[0]}", *lines[1:]]))
