"""The Slack preview: every message as Slack shows it, with what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import or_
from sqlmodel import Session, col, select
from werkzeug.wrappers import Response as AnyResponse

from app.web import access, frame, mrkdwn, slack_small
from app.web.texts import gettext as _
from app.web.texts import say
from goals import words
from goals.alerts import delivery, holding, summaries
from goals.alerts.outbox import Channel, Outbox
from goals.questions import ask
from goals.questions.answer import Answer
from goals.questions.text import LONGEST
from goals.table import workspace_of
from goals.tracking import standing
from goals.words import N_, Message
from integrations import email, webhook
from integrations.outgoing import MEMBER_GONE, NO_ADDRESS
from integrations.slack import calls, direct, roots, teams
from integrations.slack.blocks import alerts, answers
from integrations.slack.blocks.mrkdwn import Post
from integrations.slack.channel import UNREADABLE

#: Stories shown on the page.
MOST = 20

_HELD = {
    "channel_off": N_("The channel is switched off."),
    "goal_private": N_("The goal is private."),
    holding.OVERTAKEN: N_("The data were mended meanwhile, and the goal stands well."),
    holding.MUTED: N_("The goal is muted there."),
    "goal_hidden": N_("This person may not see the goal."),
    "member_gone": N_("This person is no member any more."),
    "goal_team": N_("Only its team may see the goal, and this is not the team's channel."),
}
#: Nothing to call Slack with: never given, or sealed with a key that is gone.
_NO_TOKEN = ("no_token", "not_connected", "secrets_unreadable")
_LASTING = {
    "smtp_unreachable": email.UNREACHABLE,
    "smtp_signed_out": email.SIGNED_OUT,
    "smtp_plain": email.PLAIN,
    "smtp_refused": N_("The mail server did not take the message."),
    "webhook_unreachable": webhook.UNREACHABLE,
    "webhook_refused": N_("The address did not take the message."),
    "no_address": NO_ADDRESS,
    "member_gone": MEMBER_GONE,
    "not_linked": direct.NOT_LINKED,
    "slack_unreachable": calls.UNREACHABLE,
    "ratelimited": calls.SLOWER,
    "rate_limited": calls.SLOWER,
    "unreadable": UNREADABLE,
}


@dataclass
class Shown:
    """A message as the page shows it; `why` says what keeps it, None where nothing does."""

    row: Outbox
    blocks: list[dict[str, Any]]
    place: str
    state: str
    why: str | None
    replies: list["Shown"] = field(default_factory=list)

    @property
    def at(self) -> datetime:
        """Return when it was sent, or decided where it was not sent."""
        return self.row.sent_at or self.row.created_at

    @property
    def needs_somebody(self) -> bool:
        """Tell whether this or what continues it was not delivered."""
        return self.row.state == "dead" or any(one.row.state == "dead" for one in self.replies)

    @property
    def can_retry(self) -> bool:
        """Tell whether a person may send it on its way again; a private goal never leaves."""
        return self.row.state == "dead" or (
            holding.code(self.row) in (holding.CHANNEL_OFF, holding.DOUBTFUL)
        )

    @property
    def is_doubtful(self) -> bool:
        """Tell whether it waits because the number behind it is doubtful."""
        return holding.code(self.row) == holding.DOUBTFUL


def page() -> str:
    """Show the newest messages about goals the reader may see, and try a question.

    The sample company has a small Slack of its own in this place.
    """
    if slack_small.stage() is not None:
        return slack_small.page()
    session = frame.session()
    question = request.args.get("q", "").strip()[:LONGEST]
    tried = None
    if question:
        asked = question.removeprefix("/goals").strip()
        found = ask.ask(session, asked, frame.eyes(), now=frame.now())
        tried = mrkdwn.lines(_answer(found).blocks)
    here = teams.here(frame.wiring().slack, frame.here().id)
    return render_template(
        "slack/preview.html",
        question=question,
        tried=tried,
        stories=stories(session),
        teams=here,
        paused=[one for one in here if one.paused_reason is not None],
    )


def _answer(found: Answer) -> Post:
    return answers.answer(found, frame.reader(), frame.wiring().slack.config.base_url)


def stories(session: Session) -> list[Shown]:
    """Return the newest messages, each opener with what continues it.

    What was not delivered stays until somebody has seen to it.
    """
    here = workspace_of(session)
    visible = {one.goal.id for one in standing.board(session, frame.eyes())}
    statement = select(Outbox).where(
        col(Outbox.workspace_id) == here,
        # What was told among others is seen where it was told.
        col(Outbox.state) != "told",
        # What is for one person is in the log.
        col(Outbox.channel_kind).in_(("slack", "preview")),
        or_(col(Outbox.goal_id).in_(visible), col(Outbox.goal_id).is_(None)),
    )
    newest = statement.order_by(col(Outbox.id).desc()).limit(10 * MOST)
    dead = statement.where(col(Outbox.state) == "dead").limit(10 * MOST)
    rows = {row.id: row for one in (newest, dead) for row in session.exec(one)}
    channels = channels_by_id(session)
    made = [_shown(rows[row_id], channels, visible) for row_id in sorted(rows)]
    by_key = {one.row.dedupe_key: one for one in made}
    openers = []
    for one in made:
        opener = by_key.get(one.row.facts.get("continues") or "")
        if opener is not None and opener.row.destination == one.row.destination:
            opener.replies.append(one)
        else:
            openers.append(one)
    openers.reverse()
    return [one for place, one in enumerate(openers) if place < MOST or one.needs_somebody]


def _shown(row: Outbox, channels: dict[str, Channel], visible: set[int]) -> Shown:
    base = frame.wiring().slack.config.base_url
    channel = channels.get(row.destination)
    locale = channel.locale if channel is not None and channel.locale else frame.here().locale
    given = frame.reader()
    reader = words.Reader(locale, given.calendar, given.zone, given.currency)
    try:
        blocks = alerts.alert(
            row.kind,
            summaries.seen(row.facts, visible),
            reader,
            base,
            in_thread=row.facts.get("continues") is not None,
            taken=roots.taken(frame.session(), row.facts),
            is_repeat=row.is_repeat,
        ).blocks
    except alerts.UNREADABLE:
        blocks = []
    state, why = state_of(row)
    return Shown(row, mrkdwn.lines(blocks), _place(row, channel), state, why)


def _place(row: Outbox, channel: Channel | None) -> str:
    if not row.destination:
        return ""
    if channel is not None and channel.name:
        return f"#{channel.name}"
    return row.destination


def state_of(row: Outbox) -> tuple[str, str | None]:
    """Return what became of a message, and why it has not arrived (None: it has, or will)."""
    code = (row.error or {}).get("code")
    if row.state == "done":
        return (_("Sent") if row.channel_kind != "preview" and _left(row) else _("Kept here")), None
    if holding.code(row) == holding.DOUBTFUL:
        return _("Held"), say(words.from_json((row.error or {})["message"]))
    if row.state == "held":
        return _("Held"), say(Message(_HELD[code])) if code in _HELD else code
    if row.state == "dead":
        return _("Not delivered"), _reason(code, waits=False)
    return _("Waiting"), _reason(code, waits=True) if code else None


def _left(row: Outbox) -> bool:
    return not (row.remote_id or "").startswith("preview:")


def _reason(code: str | None, *, waits: bool) -> str:
    """Return why a message has not arrived, in words, whatever the code."""
    if code is None:
        return _("It was tried too often.")
    if code == "slack_unreachable" and waits:
        return _("Slack could not be reached. It is tried again.")
    if code.startswith("restricted_action"):
        return say(Message(calls.RESTRICTED))
    if code in calls.SIGNED_OUT:
        return _("Slack does not take our token any more. Connect Slack again.")
    if code in _NO_TOKEN:
        return _("There is no token for Slack. Connect Slack.")
    known = {**calls.REFUSED, **_LASTING}
    return say(Message(known.get(code, calls.ANSWERED), {"code": code}))


def channels_by_id(session: Session) -> dict[str, Channel]:
    """Return the Slack channels that are known, by the id that Slack gave them."""
    statement = select(Channel).where(
        col(Channel.workspace_id) == workspace_of(session), col(Channel.kind) == "slack"
    )
    rows: Iterable[Channel] = session.exec(statement)
    return {row.external_id: row for row in rows}


@access.needs("editor")
def retry(message_id: int) -> AnyResponse:
    """Put a message that was not delivered back in the queue."""
    session = frame.session()
    visible = {one.goal.id for one in standing.board(session, frame.eyes())}
    statement = select(Outbox.goal_id, Outbox.kind).where(
        col(Outbox.workspace_id) == workspace_of(session), col(Outbox.id) == message_id
    )
    found = session.exec(statement).first()
    if found is None or (found[0] not in visible and found[0] is not None):
        abort(404)
    if delivery.retry(session, message_id, frame.now()):
        flash(_("The message is in the queue again."))
    else:
        flash(_("This message waits for nobody."))
    if request.form.get("back") == "goal" and found[0] in visible:
        return redirect(url_for("goals.goal", goal_id=found[0]), 303)
    return redirect(url_for("slack.preview"), 303)
