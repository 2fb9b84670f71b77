"""A check-in asked for in words: by the command, which opens the form, or in a direct message."""

import re
from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from goals import workspace
from goals.questions import ask
from goals.tracking.checkins import reading
from goals.tracking.standing import Standing
from goals.tracking.visibility import audience
from goals.words import N_, Message
from integrations.slack import acting, checkin_form, conversation
from integrations.slack.blocks import acts, answers, mrkdwn
from integrations.slack.blocks.mrkdwn import Post
from integrations.slack.conversation import Exchange
from integrations.slack.people import Asker

#: So many goals are offered as buttons.
MOST = 5
_WORDS = re.compile(
    r"^(?:check[\s-]*in\b(?:\s+(?:on|for|to)\b)?"
    r"|\u0e23\u0e32\u0e22\u0e07\u0e32\u0e19\u0e04\u0e27\u0e32\u0e21\u0e04\u0e37\u0e1a\u0e2b\u0e19\u0e49\u0e32"
    r"|\u0e40\u0e0a\u0e47\u0e04\u0e2d\u0e34\u0e19"
    r"|\u63d0\u4ea4\u6c47\u62a5|\u8fdb\u5ea6\u6c47\u62a5|\u6c47\u62a5\u8fdb\u5ea6|\u6c47\u62a5)"
    r"[\s:\uff1a]*(.*)$",
    re.IGNORECASE | re.DOTALL,
)
_WHICH = N_("Which goal do you check in on?")
_ONE = N_("Check in on %(goal)s?")
_DUE = N_("These goals wait for your check-in.")
_NONE_DUE = N_(
    "No goal waits for your check-in. Write which one you mean: check-in, then its name."
)
_NEAR = N_("I know no goal of that name that you may see. Do you mean one of these?")
_UNKNOWN = N_("I know no goal of that name that you may see.")

Body = dict[str, Any]


def is_meant(question: str) -> bool:
    """Tell whether somebody asks for the form of a check-in."""
    return _WORDS.match(question) is not None


def command(exchange: Exchange, body: Body, question: str) -> Post | None:
    """Open the form of the goal that was named; return what is said where it does not open."""
    who = acting.who(exchange, body)
    if who is None:
        return None
    found, said = _found(exchange, who, question)
    if len(found) == 1 and said is None:
        checkin_form.opened(exchange, body, str(found[0].goal.id))
        return None
    return _offer(found, said or Message(_WHICH), who)


def direct(exchange: Exchange, body: Body, channel: str, question: str, thread: str | None) -> None:
    """Offer the form in a direct message, where only a button can open it."""
    who = acting.who(exchange, body)
    if who is None:
        return
    found, said = _found(exchange, who, question)
    if said is None:
        said = Message(_WHICH)
        if len(found) == 1:
            said = Message(_ONE, {"goal": found[0].goal.name})
    conversation.post_once(exchange, channel, _offer(found, said, who), thread)


def _found(
    exchange: Exchange, who: Asker, question: str
) -> tuple[Sequence[Standing], Message | None]:
    """Return the goals that were meant, and what is said of them where that is not clear."""
    matched = _WORDS.match(question)
    named = matched.group(1).strip() if matched is not None else ""
    with exchange.parts.session(exchange.team.workspace_id) as session:
        hindered = acting.refused(session, who)
        if hindered is not None or who.viewer is None:
            return [], hindered
        if not named:
            due = _due(session, exchange, who)
            return due, Message(_DUE if due else _NONE_DUE)
        found, near = ask.named(session, named, audience([who.viewer]))
    if not found:
        return near, Message(_NEAR if near else _UNKNOWN)
    return found, None if len(found) == 1 else Message(_WHICH)


def _due(session: Session, exchange: Exchange, who: Asker) -> list[Standing]:
    """Return the goals of somebody that wait for a check-in, the longest waiting first."""
    assert who.viewer is not None
    today = workspace.of(session).local_day(exchange.parts.clock())
    waits = reading.inbox(session, audience([who.viewer]), today).open
    return [one.one for one in waits if one.one.goal.owner_id == who.viewer.member_id]


def _offer(found: Sequence[Standing], said: Message, who: Asker) -> Post:
    """Return a sentence with a button for each goal."""
    post = answers.notice(said, who.reader)
    if not found:
        return post
    buttons = [
        mrkdwn.button(f"{acts.CHECKIN}_{number}", one.goal.name, str(one.goal.id))
        for number, one in enumerate(found[:MOST])
    ]
    return Post(post.text, [*post.blocks, mrkdwn.actions(*buttons)])
