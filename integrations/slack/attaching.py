"""Attaching a message to a goal: its address always, its words where every reader may see them.

A message in an open channel can be read by everybody in Slack. What was written anywhere else is
quoted on a goal's page only if all who may see the goal are in that very conversation.
"""

import json
from typing import Any

import structlog
from slack_bolt import App
from slack_sdk.errors import SlackApiError
from sqlmodel import Session

from goals.alerts import audiences
from goals.alerts.outbox import Channel
from goals.errors import Refusal
from goals.tracking import mentions
from goals.tracking.goal import Goal
from goals.tracking.mentions import Found
from goals.words import N_, Message
from integrations.slack import acting, calls, channels, choosing, links, modals
from integrations.slack.blocks import answers, inputs, mrkdwn
from integrations.slack.conversation import Exchange, question_of
from integrations.slack.envelope import an_id
from integrations.slack.people import Asker

log = structlog.get_logger()

#: The shortcut on a message, and the form that it opens.
SHORTCUT, FORM = "link_message", "attach_form"
_TITLE, _SUBMIT = N_("Attach to goal"), N_("Attach")
_DONE = N_("Attached to “%(goal)s”.")
_NOT_QUOTED = N_(
    "Attached to “%(goal)s” as a link. Its words are not shown there, because not everybody who"
    " sees the goal can read this conversation."
)
#: The most characters of a quotation as a form remembers it.
_ROOM = 2000


def install(app: App) -> None:
    """Listen to the shortcut and the form."""

    @app.shortcut(SHORTCUT)
    def used(ack: Any, body: dict[str, Any], context: Any) -> None:
        ack()
        _used(context["exchange"], body)

    @app.view(FORM)
    def submitted(ack: Any, body: dict[str, Any], context: Any) -> None:
        answer = _submitted(context["exchange"], body)
        ack(answer) if answer is not None else ack()


def _used(exchange: Exchange, body: dict[str, Any]) -> None:
    """Show the form to somebody who may say something of a goal."""
    who = acting.who(exchange, body)
    kept = _kept(body)
    if who is None or kept is None:
        return
    with exchange.parts.session(exchange.team.workspace_id) as session:
        refused = acting.refused(session, who)
    if refused is not None:
        acting.tell(exchange, body, who, refused)
        return
    view = _view(who, kept)
    if modals.show(exchange, body, who, view):
        _look_around(exchange, kept["channel"])


def _view(who: Asker, kept: dict[str, str]) -> modals.View:
    reader = who.reader
    quoted = [mrkdwn.section(mrkdwn.escape(kept["text"]))] if kept.get("text") else []
    blocks = [
        *quoted,
        choosing.goal_field("goal", Message(N_("Goal")), reader),
        inputs.area(
            "comment",
            Message(N_("Comment")),
            reader,
            mentions.COMMENT,
            is_optional=True,
            hint=Message(N_("What it has to do with the goal.")),
        ),
    ]
    return modals.form(FORM, Message(_TITLE), Message(_SUBMIT), blocks, kept, reader)


def _kept(body: dict[str, Any]) -> dict[str, str] | None:
    """Return what the form remembers of the message, None for one without an address."""
    message, team = body.get("message") or {}, body.get("team") or {}
    channel = an_id((body.get("channel") or {}).get("id"))
    ts = message.get("ts") or body.get("message_ts")
    if channel is None or not isinstance(ts, str) or not ts.replace(".", "", 1).isdecimal():
        return None
    found = {"channel": channel, "ts": ts, "text": _excerpt(message.get("text"))}
    author, thread, domain = (
        an_id(message.get("user")),
        message.get("thread_ts"),
        an_id(team.get("domain")),
    )
    if author is not None:
        found["author"] = author
    if isinstance(thread, str) and thread != ts and thread.replace(".", "", 1).isdecimal():
        found["thread"] = thread
    if domain is not None:
        found["domain"] = domain
    return found


def _excerpt(text: object) -> str:
    """Return the beginning of a message without mark-up, as much as a form can remember."""
    found = mrkdwn.clip(question_of(text), mentions.EXCERPT)
    while len(json.dumps(found)) > _ROOM:
        found = mrkdwn.clip(found, len(found) * 3 // 4)
    return found


def _look_around(exchange: Exchange, channel: str) -> None:
    """Ask Slack who reads a channel, while somebody fills in the form."""
    if not channel.startswith("D"):
        channels.refresh(exchange.parts, exchange.team, exchange.look, channel, lookups=0)


def _submitted(exchange: Exchange, body: dict[str, Any]) -> dict[str, Any] | None:
    """Attach the message; returns the problems of the form, None where it is done."""
    who = acting.who(exchange, body)
    if who is None:
        return None
    kept, typed = modals.kept(body), modals.typed(body)
    comment = str(typed.get("comment") or "")
    with exchange.parts.session(exchange.team.workspace_id) as session:
        refused = acting.refused(session, who)
        if refused is not None or who.viewer is None:
            return modals.refuse(body, {"": refused or Message("")}, who.reader)
        viewer = who.viewer
        goal = acting.goal(session, viewer, typed.get("goal"))
        if goal is None:
            return modals.refuse(body, {"goal": Message(acting.NO_GOAL)}, who.reader)
        try:
            mentions.check(comment)
        except Refusal as error:
            return modals.refuse(body, error, who.reader)
        goal_id, name = goal.id, goal.name
        found = _found(session, exchange, kept, goal)
    if found is None:
        lost = Message(N_("Slack does not say where this message is. Try again on the message."))
        return modals.refuse(body, {"goal": lost}, who.reader)
    now = exchange.parts.clock()

    def attach(session: Session) -> None:
        goal = acting.goal(session, viewer, goal_id)
        if goal is not None:
            mentions.attach(session, goal, found, comment, by=viewer.member_id, now=now)

    exchange.handling.effects.append(attach)
    is_whole = found.excerpt is not None or not kept.get("text")
    text = Message(_DONE if is_whole else _NOT_QUOTED, {"goal": name})
    said = answers.notice(text, who.reader)
    place, thread = kept.get("channel"), kept.get("thread")
    acting.afterwards(
        exchange, lambda: acting.tell(exchange, body, who, said, place=place, thread=thread)
    )
    return None


def _can_read(session: Session, channel: Channel) -> tuple[int, ...] | None:
    """Return the members who can read what is written in a channel; None: everybody can."""
    if not channel.is_private:
        return None
    known = links.linked(session)
    there = {known[user].member_id for user in channel.members or () if user in known}
    return tuple(sorted(there))


def _found(session: Session, exchange: Exchange, kept: dict[str, str], goal: Goal) -> Found | None:
    """Return what may be kept of a message; None for one whose address nobody knows."""
    url = _address(exchange, kept)
    channel = audiences.channel_named(session, kept.get("channel", ""))
    # Without its members Slack told nothing of it, not even whether it is open.
    if url is None or channel is None or channel.members is None or channel.name is None:
        return None if url is None else Found(url)
    readers = _can_read(session, channel)
    if readers is not None and not mentions.readers(session, goal) <= set(readers):
        return Found(url)
    person = links.member(session, exchange.team.team_id, kept.get("author", ""))
    name = person[1].name if person is not None else None
    return Found(url, kept.get("text") or None, name, channel.name, readers)


def _address(exchange: Exchange, kept: dict[str, str]) -> str | None:
    """Return the message's address as Slack says it, else as Slack builds it; None for neither."""
    channel, ts = an_id(kept.get("channel")), kept.get("ts", "")
    if channel is None or not ts:
        return None
    try:
        answer = exchange.look.chat_getPermalink(channel=channel, message_ts=ts)
        url = str(answer["permalink"])
        if url.startswith("https://"):
            return url
    except (SlackApiError, KeyError, *calls.BROKEN) as error:
        # The app need not be where the message is.
        log.info("slack_permalink_refused", code=calls.code_of(error))
    domain, thread = kept.get("domain"), kept.get("thread")
    if domain is None:
        return None
    url = f"https://{domain}.slack.com/archives/{channel}/p{ts.replace('.', '')}"
    return url if thread is None else f"{url}?thread_ts={thread}&cid={channel}"
