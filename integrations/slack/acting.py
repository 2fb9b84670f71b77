"""What people do in Slack: who does it, whether they may, and how they hear what came of it.

An id that comes with a click names nothing by itself: it is looked up in the workspace of the
Slack team, among what the person may see.
"""

from collections.abc import Callable, Collection
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from sqlmodel import Session

from goals import words
from goals.alerts import stories
from goals.alerts.rule import AlertStory
from goals.errors import Refusal
from goals.table import id_from
from goals.tracking import standing
from goals.tracking.goal import Goal
from goals.tracking.standing import Standing
from goals.tracking.visibility import Viewer, audience
from goals.words import N_, Message
from integrations.slack import calls, conversation, links, offers, people, posting
from integrations.slack.blocks import answers
from integrations.slack.blocks.mrkdwn import Post
from integrations.slack.conversation import Exchange
from integrations.slack.envelope import an_id
from integrations.slack.people import Asker

log = structlog.get_logger()

#: Who may say something of a goal or an alert, and who may change a goal.
SPEAKS, CHANGES = people.SPEAKS, people.CHANGES
READS = (*SPEAKS, "viewer")

GONE = N_("This alert is not there any more.")
NO_GOAL = N_("There is no such goal any more, or none that you may see.")
_LINK = N_("Your Slack account is not linked to a member. Ask %(name)s to link you.")
_READS = N_("Your role lets you read. Ask %(name)s for a role that may do this.")

Body = dict[str, Any]


def who(exchange: Exchange, body: Body) -> Asker | None:
    """Return who pressed, submitted or typed something; None where the delivery names nobody."""
    user = an_id((body.get("user") or {}).get("id")) or an_id(body.get("user_id"))
    if user is None:
        return None
    return people.asker(exchange.parts, exchange.team, exchange.look, user)


def name(exchange: Exchange, who: Asker) -> str:
    """Return the name of somebody who is a member, "" for a stranger."""
    with exchange.parts.session(exchange.team.workspace_id) as session:
        found = links.member(session, exchange.team.team_id, who.user_id)
        return "" if found is None else found[1].name


def say(text: Message, who: Asker) -> str:
    """Return a text in somebody's language."""
    return words.render(text, who.reader)


def refused(session: Session, who: Asker, roles: Collection[str] = SPEAKS) -> Message | None:
    """Return why a person may not do something, whatever it is about; None where they may."""
    if who.viewer is None:
        return Message(_LINK, {"name": links.who_to_ask(session)})
    if who.viewer.role not in roles:
        return Message(_READS, {"name": links.who_to_ask(session)})
    return None


def goal(session: Session, viewer: Viewer, goal_id: object) -> Goal | None:
    """Return a living goal that a member may see, by an id or its text; None for any other."""
    found = stands(session, viewer, goal_id)
    return None if found is None else found.goal


def stands(session: Session, viewer: Viewer, goal_id: object) -> Standing | None:
    """Return how a goal stands that a member may see; None for any other."""
    number = goal_id if isinstance(goal_id, int) else id_from(goal_id)
    if number is None:
        return None
    return next(iter(standing.board(session, audience([viewer]), ids=[number])), None)


def story(session: Session, viewer: Viewer, story_id: object) -> AlertStory | None:
    """Return an alert that was told, and whose goal a member may see; None for any other."""
    number = story_id if isinstance(story_id, int) else id_from(story_id)
    found = None if number is None else stories.find(session, number)
    if found is None or found.told_at is None:
        return None
    if found.goal_id is not None and goal(session, viewer, found.goal_id) is None:
        return None
    return found


def not_for(exchange: Exchange, who: Asker, roles: Collection[str] = SPEAKS) -> Message | None:
    """Return why a person may not do something, in a transaction of its own."""
    with exchange.parts.session(exchange.team.workspace_id) as session:
        return refused(session, who, roles)


def tried(session: Session, do: Callable[[], object], *, keep: bool = False) -> Refusal | None:
    """Return why something is refused, None where it is done; nothing stays unless asked to."""
    point = session.begin_nested()
    try:
        do()
    except Refusal as error:
        point.rollback()
        return error
    if keep:
        point.commit()
    else:
        point.rollback()
    return None


def afterwards(exchange: Exchange, say: Callable[[], None]) -> None:
    """Let something be said in Slack once the effects of the delivery are final.

    After a crash in between it is said by whoever handles the delivery again, with the effects
    already there: what is said is how things stand, never what one handler remembers.
    """
    exchange.handling.afterwards.append(say)


def is_done(exchange: Exchange) -> bool:
    """Tell whether an earlier handler of the delivery did it already, and only has to be told of.

    Then it is not asked again whether it may be done: things stand otherwise because it was.
    """
    return exchange.handling.settled is not None


def tell(
    exchange: Exchange,
    body: Body,
    who: Asker,
    said: Message | Post,
    *,
    place: str | None = None,
    thread: str | None = None,
) -> None:
    """Answer a person alone: by the address that came with the click, else where they are.

    `place` and `thread` tell where that is for what names no channel, such as a form; nobody
    there, or in a conversation with the app, reads it in a direct message.
    """
    post = said if isinstance(said, Post) else answers.notice(said, who.reader)
    post = offers.with_button(exchange.parts, exchange.team, who, post)
    url = body.get("response_url")
    if isinstance(url, str) and url:
        conversation.tell(exchange, who, url, post)
        return
    here = place or an_id((body.get("channel") or {}).get("id")) or an_id(body.get("channel_id"))
    if here is not None and not here.startswith("D"):
        alone = conversation.marked(exchange, who, post)
        try:
            posting.whisper(exchange.client, here, who.user_id, alone, thread)
            return
        except (SlackApiError, *calls.BROKEN) as error:
            log.info("slack_whisper_refused", code=calls.code_of(error))
    conversation.post_once(exchange, _direct(exchange, who), post, None)


def _direct(exchange: Exchange, who: Asker) -> str:
    """Return the conversation with a person, their own id where the app may open none."""
    try:
        return str(exchange.client.conversations_open(users=who.user_id)["channel"]["id"])
    except SlackApiError as error:
        if calls.code_of(error) == "missing_scope":
            return who.user_id
        raise
