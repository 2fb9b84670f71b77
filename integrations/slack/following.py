"""Following a goal, and muting it where one is: by commands and by buttons."""

import re
from collections.abc import Sequence
from typing import Any

from slack_bolt import App
from sqlmodel import Session

from goals import words
from goals.alerts import muting
from goals.alerts.routing import Place
from goals.questions import ask, offering
from goals.tracking.goal import Goal
from goals.tracking.standing import Standing
from goals.tracking.visibility import Viewer, audience
from goals.words import N_, Message
from integrations.slack import acting
from integrations.slack.blocks import answers, mrkdwn
from integrations.slack.blocks.answers import FOLLOW, MUTE, UNFOLLOW, UNMUTE
from integrations.slack.blocks.mrkdwn import Post
from integrations.slack.conversation import Exchange
from integrations.slack.envelope import an_id
from integrations.slack.people import Asker

#: What takes each of these back, and how that is called.
BACK = {
    FOLLOW: (UNFOLLOW, N_("Unfollow")),
    UNFOLLOW: (FOLLOW, N_("Follow")),
    MUTE: (UNMUTE, N_("Unmute")),
    UNMUTE: (MUTE, N_("Mute here")),
}
#: Words of a command, the longest first in each language, and what they do.
_WORDS = {
    UNFOLLOW: ("unfollow", "stop following", "unsubscribe from", "เลิกติดตาม", "取消关注"),
    FOLLOW: ("follow", "subscribe to", "ติดตาม", "关注"),
    UNMUTE: ("unmute", "เลิกปิดเสียง", "เปิดเสียง", "取消静音"),
    MUTE: ("mute", "ปิดเสียง", "静音"),
}
_HERE = re.compile(r"(?:\s+(?:in\s+)?here|\s*(?:ที่นี่|ในช่องนี้|在这里|在此))\s*$", re.IGNORECASE)
#: Goals to choose from at most.
MOST = 5
_SAID = {
    FOLLOW: N_("You follow “%(goal)s”: changes of its status come to you by direct message."),
    UNFOLLOW: N_("You do not follow “%(goal)s” any more."),
    MUTE: N_("“%(goal)s” is muted here: alerts about it are kept, and not posted here."),
    UNMUTE: N_("“%(goal)s” is not muted here any more."),
}
_NO_NEWS = N_(
    "You follow “%(goal)s”, but you want no alerts by direct message. Change that in Headway, under"
    " What reaches you."
)


def install(app: App) -> None:
    """Listen to the buttons."""

    @app.action(re.compile(rf"^({'|'.join(BACK)})(_\d+)?$"))
    def pressed(ack: Any, body: dict[str, Any], action: dict[str, Any], context: Any) -> None:
        ack()
        _pressed(context["exchange"], body, action)


def _pressed(exchange: Exchange, body: dict[str, Any], action: dict[str, Any]) -> None:
    what = re.sub(r"_\d+$", "", str(action.get("action_id")))
    channel = an_id((body.get("channel") or {}).get("id"))
    press(exchange, body, what, str(action.get("value") or ""), channel)


def muted(exchange: Exchange, body: dict[str, Any], story_id: str) -> None:
    """Mute the goal of an alert where the alert stands."""
    who = acting.who(exchange, body)
    if who is None:
        return
    goal_id = ""
    with exchange.parts.session(exchange.team.workspace_id) as session:
        if who.viewer is not None:
            story = acting.story(session, who.viewer, story_id)
            goal_id = "" if story is None else str(story.goal_id)
    press(exchange, body, MUTE, goal_id, an_id((body.get("channel") or {}).get("id")))


def press(
    exchange: Exchange, body: dict[str, Any], what: str, goal_id: str, channel: str | None
) -> None:
    """Follow or mute a goal, or take that back, and answer whoever pressed alone."""
    who = acting.who(exchange, body)
    if who is None:
        return
    with exchange.parts.session(exchange.team.workspace_id) as session:
        said: Message | Post | None = _refused(session, who, what, channel)
        goal = None
        if said is None and who.viewer is not None:
            goal = acting.goal(session, who.viewer, goal_id)
            said = (
                Message(acting.NO_GOAL)
                if goal is None
                else _done(exchange, who, what, goal, channel)
            )
    if said is not None:
        told = said
        acting.afterwards(exchange, lambda: acting.tell(exchange, body, who, told))


def command(exchange: Exchange, body: dict[str, Any], typed: str, channel: str) -> Post | None:
    """Return the answer to a command that follows or mutes a goal; None for any other words."""
    found = _read(typed)
    if found is None:
        return None
    what, rest = found
    who = acting.who(exchange, body)
    if who is None or not rest:
        return None
    with exchange.parts.session(exchange.team.workspace_id) as session:
        if who.viewer is not None and _is_name(session, who.viewer, typed):
            return None
        refused = _refused(session, who, what, channel)
        if refused is not None or who.viewer is None:
            return answers.notice(refused or Message(acting.NO_GOAL), who.reader)
        mine = audience([who.viewer])
        goals, near = ask.named(session, rest, mine)
        if len(goals) == 1:
            return _done(exchange, who, what, goals[0].goal, channel)
        goals = goals or near or offering.goals(session, mine, rest, most=MOST)
        return _choose(what, goals, who)


def _read(typed: str) -> tuple[str, str] | None:
    """Return what a command does and the goal's words in it, None for other words."""
    for what, phrases in _WORDS.items():
        for phrase in phrases:
            # Thai and Chinese write no spaces between words.
            gap = r"\s+" if phrase.isascii() else r"\s*"
            found = re.match(rf"{re.escape(phrase)}{gap}(.+)$", typed, re.IGNORECASE)
            if found:
                return what, _HERE.sub("", found[1]).strip()
    return None


def _is_name(session: Session, viewer: Viewer, typed: str) -> bool:
    """Tell whether the words are the name of a goal, such as one that is called Follow-ups."""
    found, _ = ask.named(session, typed, audience([viewer]))
    return any(one.goal.name.casefold() == typed.strip().casefold() for one in found)


def _refused(session: Session, who: Asker, what: str, channel: str | None) -> Message | None:
    """Return why a person may not do it; whoever follows may read, a channel needs an editor."""
    mutes = what in (MUTE, UNMUTE)
    is_public = mutes and channel is not None and not channel.startswith("D")
    return acting.refused(session, who, acting.CHANGES if is_public else acting.READS)


def _done(exchange: Exchange, who: Asker, what: str, goal: Goal, channel: str | None) -> Post:
    """Let it be done with the delivery, and return what is said of it."""
    assert who.viewer is not None
    viewer, goal_id, now = who.viewer, goal.id, exchange.parts.clock()
    place = _place(viewer, channel)

    def change(session: Session) -> None:
        found = acting.goal(session, viewer, goal_id)
        if found is None:
            return
        if what == FOLLOW:
            muting.follow(session, found, viewer.member_id, now=now)
        elif what == UNFOLLOW:
            muting.unfollow(session, found, viewer.member_id, now=now)
        elif what == MUTE:
            muting.mute(session, found, place, by=viewer.member_id, now=now)
        else:
            muting.unmute(session, found, place)

    exchange.handling.effects.append(change)
    with exchange.parts.session(exchange.team.workspace_id) as session:
        is_heard = what != FOLLOW or muting.hears(session, viewer.member_id)
    text = Message(_SAID[what] if is_heard else _NO_NEWS, {"goal": goal.name})
    said = answers.notice(text, who.reader)
    back, label = BACK[what]
    button = mrkdwn.button(back, words.render(Message(label), who.reader), str(goal_id))
    return Post(said.text, [*said.blocks, mrkdwn.actions(button)])


def _place(viewer: Viewer, channel: str | None) -> Place:
    """Return where a person is: a channel, or their own direct messages."""
    if channel is None or channel.startswith("D"):
        return Place("direct", str(viewer.member_id))
    return Place("slack", channel)


def _choose(what: str, goals: Sequence[Standing], who: Asker) -> Post:
    """Return the goals that words may mean, to be chosen from."""
    if not goals:
        text = Message(N_("I know no such goal that you may see."))
        return answers.notice(text, who.reader)
    said = answers.notice(Message(N_("Which goal do you mean?")), who.reader)
    buttons = [
        mrkdwn.button(f"{what}_{number}", one.goal.name, str(one.goal.id))
        for number, one in enumerate(goals[:MOST], 1)
    ]
    return Post(said.text, [*said.blocks, mrkdwn.actions(*buttons)])
