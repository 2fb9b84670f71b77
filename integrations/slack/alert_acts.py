"""Taking an alert on and putting it off by its message in Slack, and the menu of what else."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt import App
from sqlmodel import Session

from goals import words, workspace
from goals.alerts import stories, timing
from goals.alerts.rule import AlertStory
from goals.errors import Refusal
from goals.table import id_from
from goals.words import N_, Message
from integrations.slack import (
    acting,
    assigning,
    comments,
    conversation,
    following,
    remedying,
    roots,
)
from integrations.slack.acting import GONE
from integrations.slack.blocks import acts
from integrations.slack.conversation import Exchange
from integrations.slack.people import Asker

#: What was put off comes back at this hour of the day, as on the page.
MORNING = time(8)
_OVER = N_("This alert is over.")
_MINE = N_("You have taken it on.")
_TAKEN = N_("Already taken on by %(name)s, %(at)s.")
_SNOOZED = N_("Put off until %(at)s.")
_SNOOZED_BEFORE = N_("Already put off until %(at)s.")

Body = dict[str, Any]
Act = Callable[[Session, AlertStory, int, datetime], bool]


def install(app: App) -> None:
    """Listen to the menus of an alert and to its question why."""

    @app.action(acts.MORE)
    def more(ack: Any, body: Body, action: Body, context: Any) -> None:
        ack()
        word, _, story = _chosen(action).partition(":")
        exchange: Exchange = context["exchange"]
        opens = {
            acts.COMMENT: comments.opened,
            acts.ASSIGN: assigning.opened,
            acts.REMEDY: remedying.opened,
            acts.MUTE: following.muted,
        }
        if word == acts.TAKE:
            _do(exchange, body, story, _take)
        elif word in opens:
            opens[word](exchange, body, story)

    @app.action(acts.SNOOZE)
    def snooze(ack: Any, body: Body, action: Body, context: Any) -> None:
        ack()
        story, _, days = _chosen(action).partition(":")
        if days in map(str, acts.DAYS):
            _do(context["exchange"], body, story, _snooze(int(days)))

    @app.action(acts.WHY)
    def why(ack: Any, body: Body, action: Body, context: Any) -> None:
        ack()
        _why(context["exchange"], body, str(action.get("value") or ""))


def _chosen(action: Body) -> str:
    chosen = action.get("selected_option")
    return str(chosen.get("value") or "") if isinstance(chosen, dict) else ""


def _why(exchange: Exchange, body: Body, goal_id: str) -> None:
    """Say to whoever asks alone why a goal is where it is."""
    who, url = acting.who(exchange, body), body.get("response_url")
    channel = str((body.get("channel") or {}).get("id") or "")
    if who is None or id_from(goal_id) is None:
        return
    with exchange.parts.session(exchange.team.workspace_id) as session:
        is_gone = who.viewer is not None and acting.goal(session, who.viewer, goal_id) is None
    question = f"why {goal_id}"
    if is_gone:
        acting.tell(exchange, body, who, Message(acting.NO_GOAL))
    elif isinstance(url, str):
        conversation.again(exchange, who.user_id, channel, question, url)
    else:
        # The Home tab is no conversation: what is asked there is answered beside it.
        said = conversation.alone(exchange, who, question)
        acting.afterwards(exchange, lambda: acting.tell(exchange, body, who, said))


def _take(session: Session, story: AlertStory, member: int, now: datetime) -> bool:
    return stories.acknowledge(session, story, by=member, now=now)


def _snooze(days: int) -> Act:
    def put_off(session: Session, story: AlertStory, member: int, now: datetime) -> bool:
        if story.state == "snoozed" and (story.snoozed_until or now) > now:
            return False
        zone = ZoneInfo(workspace.of(session).zone)
        day = now.astimezone(zone).date() + timedelta(days=days)
        until = timing.instant(day, MORNING, zone).astimezone(UTC)
        stories.snooze(session, story, until, by=member, now=now)
        return True

    return put_off


def _do(exchange: Exchange, body: Body, story_id: str, act: Act) -> None:
    """Do something about an alert once, and show its messages as it stands then."""
    who = acting.who(exchange, body)
    if who is None:
        return
    with exchange.parts.session(exchange.team.workspace_id) as session:
        hindered = acting.refused(session, who)
    number, done = id_from(story_id), list[bool]()
    if hindered is None and who.viewer is not None:
        viewer, now = who.viewer, exchange.parts.clock()

        def change(session: Session) -> None:
            story = acting.story(session, viewer, number)
            if story is None:
                return
            try:
                done.append(act(session, story, viewer.member_id, now))
            except Refusal:
                # It is over: that is what is said afterwards.
                done.append(False)

        exchange.handling.effects.append(change)

    def say() -> None:
        is_shown = number is not None and roots.refresh(exchange, number)
        told = hindered or _told(exchange, who, number, not done or done[0])
        # Where the message says it, nothing else has to.
        if hindered is not None or not is_shown or not (done and done[0]):
            acting.tell(exchange, body, who, told)

    acting.afterwards(exchange, say)


def _told(exchange: Exchange, who: Asker, story_id: int | None, is_new: bool) -> Message:
    """Return how an alert stands for whoever pressed; `is_new` tells that they brought it there."""
    with exchange.parts.session(exchange.team.workspace_id) as session:
        story = None if who.viewer is None else acting.story(session, who.viewer, story_id)
        if story is None or who.viewer is None:
            return Message(GONE)
        taken = roots.taken(session, {"story": str(story.id)})
        if taken is None or story.state == "closed":
            return Message(_OVER)
        if story.state == "snoozed" and story.snoozed_until is not None:
            text = _SNOOZED if is_new else _SNOOZED_BEFORE
            return Message(text, {"at": words.Instant(story.snoozed_until)})
        if story.acknowledged_by == who.viewer.member_id:
            return Message(_MINE)
        at = words.Instant(taken.at) if taken.at is not None else None
        return Message(_TAKEN, {"name": taken.by, "at": at})
