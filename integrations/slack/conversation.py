"""What is said to a question from Slack, to whom, and where: the same answers as everywhere."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlmodel import Session, col, select

from goals.alerts.routing import Place
from goals.questions import aliases, ask
from goals.questions.answer import Answer
from goals.questions.text import LONGEST
from goals.table import workspace_of
from goals.tracking import visibility
from goals.tracking.goal import Goal
from goals.tracking.visibility import Audience, audience
from goals.words import N_, Message
from integrations.slack import calls, channels, charting, inbound, links, offers, people, posting
from integrations.slack.blocks import alerts, answers
from integrations.slack.blocks.mrkdwn import Post
from integrations.slack.inbound import Handling, NotSaid
from integrations.slack.parts import Parts
from integrations.slack.people import Asker
from integrations.slack.posting import ANSWER, Mark, NotSure
from integrations.slack.teams import Installed

log = structlog.get_logger()

NOBODY = Audience(clearance="none")
#: A question goes on from so many before it, none older than so long.
MOST_BEFORE, CONVERSATION = 4, timedelta(hours=2)

#: What is told to nobody but the one whom it is about, whoever may see which goals.
ALONE = "my_number"

_TOKEN = re.compile(r"<([@#!])([^>|]*)(?:\|([^>]*))?>|<([^>|]+)\|([^>]+)>|<([^>|]+)>")


@dataclass(frozen=True)
class Exchange:
    """One delivery being answered: in which Slack workspace, and with which clients.

    `client` says things; `look` asks Slack for what is good to know, and soon gives up.
    """

    parts: Parts
    team: Installed
    client: WebClient
    look: WebClient
    handling: Handling


def question_of(text: object) -> str:
    """Return what somebody typed without Slack's mark-up: links as their words, no mentions."""
    if not isinstance(text, str):
        return ""

    def plain(found: re.Match[str]) -> str:
        kind, _, label, _, linked, bare = found.groups()
        if kind:
            return label or " " if kind == "#" else " "
        return linked or bare or " "

    # What stands behind a gap belongs to the question too; PostgreSQL keeps no NUL.
    parts = text.replace("\x00", " ").split()
    cut = " ".join(parts)[: 4 * LONGEST].encode("utf-8", "replace").decode()
    return html.unescape(_TOKEN.sub(plain, cut)).strip()[:LONGEST]


def where(channel: str, thread: str | None, user: str) -> str:
    """Return the name of a conversation within its team: who asks in which thread."""
    return f"{channel}:{thread or ''}:{user}".encode("utf-8", "replace").decode()


def command(exchange: Exchange, user: str, channel: str, question: str) -> Post:
    """Return the answer to a slash command, which only the asker sees."""
    who = people.asker(exchange.parts, exchange.team, exchange.look, user)
    return _privately(exchange, who, channel, question)


def direct(exchange: Exchange, user: str, channel: str, question: str, thread: str | None) -> None:
    """Answer in a direct message."""
    who = people.asker(exchange.parts, exchange.team, exchange.look, user)
    before = _before(exchange, where(channel, thread, user), question)
    said = _privately(exchange, who, None, question, before, is_posted=True, thread=thread)
    post_once(exchange, channel, said, thread)


def publicly(
    exchange: Exchange, user: str, channel: str, question: str, thread: str, *, top: bool
) -> None:
    """Answer in a channel's thread with what everybody there may see.

    What the asker may see beyond that goes to the asker alone, and so does everything in a
    channel that no owner has switched on. `top` tells that the thread begins here.
    """
    parts, team, client = exchange.parts, exchange.team, exchange.client
    who = people.asker(parts, team, exchange.look, user)
    everybody, place = channels.audience(
        parts,
        team,
        exchange.look,
        channel,
        user,
        is_shared=exchange.handling.envelope.payload.get("is_ext_shared_channel") is True,
    )
    is_on = place is not None and place.is_on
    before = _before(exchange, where(channel, thread, user), question)
    with parts.session(team.workspace_id) as session:
        reader = people.reader_of(session, locale=place.locale if place is not None else None)
        asked: dict[str, Any] = {
            "now": parts.clock(),
            "asker": who.viewer,
            "place": channel,
            "before": before,
        }
        shared = ask.ask(session, question, everybody, **asked)
        mine = _own(who)
        own = None
        if mine is not None and (shared.intent == ALONE or _sees_more(session, mine, everybody)):
            own = ask.ask(session, question, mine, **asked)
        _keep(exchange, question, own or shared, who)
        base = parts.config.base_url
        public = answers.answer(shared, reader, base, may_speak=True, asked=question)
        notes = [N_("Seen only by you.")]
        if not is_on:
            notes.append(N_("An owner has not switched this channel on, so I write nothing here."))
        said = [Message(text) for text in notes]
        to_link = _how_to_link(links.who_to_ask(session)) if who.viewer is None else None
        if to_link is not None:
            said.append(to_link)
        if is_on and to_link is not None:
            private = answers.notice(to_link, who.reader)
        else:
            private = answers.answer(
                own or shared,
                who.reader,
                base,
                notes=tuple(said),
                may_speak=who.may_speak,
                asked=question,
            )
        private = offers.with_button(parts, team, who, private)
    if is_on:
        post_once(exchange, channel, public, thread)
        if place is not None and place.has_charts:
            to = Place("slack", channel)
            charting.follow(exchange.handling, team, shared, to, thread, parts.clock())
    if not is_on or who.viewer is None or _differs(own, shared):
        private = marked(exchange, who, private)
        posting.whisper(client, channel, user, private, None if top else thread)


def again(exchange: Exchange, user: str, channel: str, question: str, response_url: str) -> None:
    """Answer a button on a message that only the asker sees."""
    who = people.asker(exchange.parts, exchange.team, exchange.look, user)
    said = _privately(exchange, who, channel, question)
    if exchange.handling.is_owed:
        exchange.handling.afterwards.append(lambda: tell(exchange, who, response_url, said))
    else:
        tell(exchange, who, response_url, said)


def tell(exchange: Exchange, who: Asker, response_url: str, said: Post) -> None:
    """Answer a person alone through the address that came with their click.

    Raises NotSaid where it is owed to them and Slack does not take it now.
    """
    api_url, is_owed = exchange.parts.config.api_url, exchange.handling.is_owed
    try:
        status = posting.reply(response_url, marked(exchange, who, said), api_url)
    except calls.BROKEN as error:
        if not is_owed:
            raise
        log.warning("slack_call_failed", code=calls.code_of(error))
        raise NotSaid from error
    if is_owed and (status == 429 or status >= 500):
        log.warning("slack_call_failed", code=str(status))
        raise NotSaid


def marked(exchange: Exchange, who: Asker, said: Post) -> Post:
    """Return what only one person sees, marked where it may have come before.

    Nobody can look up whether it did.
    """
    handling = exchange.handling
    if handling.is_owed and handling.is_repeat:
        return alerts.repeated(said, who.reader)
    return said


def alone(exchange: Exchange, who: Asker, question: str) -> Post:
    """Return the answer for one reader who asks outside of every conversation."""
    return _privately(exchange, who, None, question)


def _before(exchange: Exchange, place: str, question: str) -> list[str]:
    """Return what was asked here before, and remember what is asked now."""
    handling, parts = exchange.handling, exchange.parts
    whole = f"{exchange.team.team_id}:{place}"
    handling.place, handling.question = whole, question
    since = parts.clock() - CONVERSATION
    return inbound.asked_before(parts, whole, since, MOST_BEFORE)


def _keep(exchange: Exchange, question: str, answer: Answer, who: Asker) -> None:
    """Keep what was not understood, for whoever can say what its words stand for."""
    now, locale = exchange.parts.clock(), who.reader.locale
    if answer.rest is not None and not exchange.handling.is_repeat:
        exchange.handling.effects.append(
            lambda session: aliases.keep(session, question, answer.rest, locale, now)
        )


def _privately(
    exchange: Exchange,
    who: Asker,
    channel: str | None,
    question: str,
    before: Sequence[str] = (),
    *,
    is_posted: bool = False,
    thread: str | None = None,
) -> Post:
    """Return the answer for one reader: a member's own view, else what the channel may see.

    One that `is_posted` in their conversation with the app is followed by its chart.
    """
    parts, team = exchange.parts, exchange.team
    mine = _own(who)
    notes: tuple[Message, ...] = ()
    if mine is None:
        mine = NOBODY
        if channel is not None and not channel.startswith("D"):
            mine, _ = channels.audience(parts, team, exchange.look, channel, who.user_id)
    with parts.session(team.workspace_id) as session:
        found = ask.ask(session, question, mine, now=parts.clock(), place=channel, before=before)
        _keep(exchange, question, found, who)
        if who.viewer is None:
            notes = (_how_to_link(links.who_to_ask(session)),)
        elif is_posted:
            to = Place("direct", str(who.viewer.member_id))
            charting.follow(exchange.handling, team, found, to, thread, parts.clock())
        base = parts.config.base_url
        also: dict[str, Any] = {"may_speak": who.may_speak, "asked": question}
        said = answers.answer(found, who.reader, base, notes=notes, **also)
        return offers.with_button(parts, team, who, said)


def _own(who: Asker) -> Audience | None:
    return audience([who.viewer]) if who.viewer is not None else None


def _sees_more(session: Session, mine: Audience, others: Audience) -> bool:
    """Tell whether there is a goal that one audience may see and another may not."""
    statement = (
        select(visibility.may_see(mine), visibility.may_see(others))
        .select_from(Goal)
        .where(col(Goal.workspace_id) == workspace_of(session), col(Goal.archived_at).is_(None))
        .distinct()
    )
    return any(i_do and not they_do for i_do, they_do in session.exec(statement))


def _differs(own: Answer | None, shared: Answer) -> bool:
    """Tell whether the asker may see more than the channel."""
    if own is None:
        return False

    def shown(answer: Answer) -> tuple[object, ...]:
        goals = [one.goal.id for one in answer.goals]
        about = answer.goal.goal.id if answer.goal is not None else None
        return answer.kind, answer.intent, about, goals, answer.choices

    return shown(own) != shown(shared)


def _how_to_link(owner: str) -> Message:
    text = N_(
        "Your Slack account is not linked to a member, so you see what this channel may see."
        " Ask %(name)s to link you."
    )
    return Message(text, {"name": owner})


def post_once(
    exchange: Exchange, channel: str, said: Post, thread: str | None, part: str = ""
) -> None:
    """Post an answer; a delivery that is handled again looks first whether it is there.

    `part` tells several answers to one delivery apart.
    """
    key = exchange.handling.key
    mark = Mark(ANSWER, f"{key}:{part}" if part else key)
    if exchange.handling.is_repeat:
        day_ago = exchange.parts.wall() - 86_400
        try:
            there = posting.find(
                exchange.client, channel, mark, oldest=day_ago, thread=thread, reads_metadata=True
            )
        except (NotSure, SlackApiError, *calls.BROKEN):
            there = None
        if there is not None:
            return
    posting.post(exchange.client, channel, said, mark, thread)
