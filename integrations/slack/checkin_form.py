"""The form of a check-in: what somebody says of a goal, kept as its page keeps it."""

import re
from dataclasses import dataclass
from typing import Any

from slack_bolt import App
from sqlmodel import Session

from goals import workspace
from goals.errors import Refusal
from goals.table import hold, id_from, new_id, repeated_id
from goals.tracking.checkins import confidence, keeping
from goals.tracking.checkins.keeping import Said
from goals.tracking.checkins.table import Checkin
from goals.tracking.standing import Standing
from goals.words import N_, Message
from integrations.slack import acting, checkin_view, modals, roots
from integrations.slack.blocks import acts, mrkdwn
from integrations.slack.blocks.mrkdwn import Post
from integrations.slack.conversation import Exchange
from integrations.slack.envelope import an_id
from integrations.slack.people import Asker

#: The button that opens a check-in again to change it.
CHANGE = "checkin_change"
_GONE = N_("This check-in is not there any more.")
_NOT_YOURS = N_("Only whoever made a check-in, or an editor, may change it.")
_KEPT = N_("Your check-in for %(goal)s is kept: %(confidence)s.")
_CHANGED = N_("Somebody changed this check-in at the same moment. Look at what it says now.")

Body = dict[str, Any]


@dataclass(frozen=True)
class Wish:
    """What somebody says of which goal; `checkin_id` is the one that is changed or made.

    `version` is the one that they changed, None for a new check-in.
    """

    goal_id: int
    said: Said
    checkin_id: int
    version: int | None
    evaluation_id: int | None


def install(app: App) -> None:
    """Listen to the buttons and to the form."""

    @app.action(re.compile(rf"^{acts.CHECKIN}(_\d+)?$"))
    def press(ack: Any, body: Body, action: Body, context: Any) -> None:
        ack()
        opened(context["exchange"], body, str(action.get("value") or ""))

    @app.action(CHANGE)
    def again(ack: Any, body: Body, action: Body, context: Any) -> None:
        ack()
        goal, _, checkin = str(action.get("value") or "").partition(":")
        opened(context["exchange"], body, goal, id_from(checkin))

    @app.view(checkin_view.FORM)
    def submitted(ack: Any, body: Body, context: Any) -> None:
        ack(**_submitted(context["exchange"], body))


def opened(exchange: Exchange, body: Body, goal_id: str, checkin_id: int | None = None) -> None:
    """Show the form to whoever pressed, with a check-in in it where that is to be changed."""
    who = acting.who(exchange, body)
    if who is None:
        return
    view = None
    with exchange.parts.session(exchange.team.workspace_id) as session:
        row, one, hindered = None, None, acting.refused(session, who)
        if hindered is None and who.viewer is not None:
            one = acting.stands(session, who.viewer, goal_id)
            hindered = Message(acting.NO_GOAL) if one is None else None
        if one is not None and checkin_id is not None:
            row = _own(session, one, checkin_id, who)
            hindered = row if isinstance(row, Message) else None
        if one is not None and hindered is None:
            where = _where(body) | {"goal": str(one.goal.id), "begun": str(new_id())}
            before = row if isinstance(row, Checkin) else None
            view = checkin_view.view(one, where, who, row=before)
    if view is not None:
        modals.show(exchange, body, who, view)
        return
    number = id_from(goal_id)

    def say() -> None:
        acting.tell(exchange, body, who, hindered or Message(acting.NO_GOAL))
        if one is None and number is not None:
            roots.reminders(exchange, number)

    acting.afterwards(exchange, say)


def _where(body: Body) -> dict[str, str]:
    """Return where somebody pressed, to answer them there."""
    container = body.get("container") or {}
    channel = an_id((body.get("channel") or {}).get("id")) or an_id(body.get("channel_id"))
    thread = container.get("thread_ts")
    found = {"place": channel, "thread": thread}
    return {key: value for key, value in found.items() if isinstance(value, str)}


def _own(session: Session, one: Standing, checkin_id: int, who: Asker) -> Checkin | Message:
    """Return a check-in that somebody may change, or why they may not."""
    try:
        row = keeping.find(session, one.goal, checkin_id)
    except Refusal:
        return Message(_GONE)
    if row.removed_at is not None or who.viewer is None:
        return Message(_GONE)
    is_own = row.made_by == who.viewer.member_id
    return row if is_own or who.viewer.role in acting.CHANGES else Message(_NOT_YOURS)


def _submitted(exchange: Exchange, body: Body) -> dict[str, Any]:
    """Keep a check-in; return what the form is answered with."""
    who = acting.who(exchange, body)
    if who is None:
        return {}
    kept, typed = modals.kept(body), modals.typed(body)
    with exchange.parts.session(exchange.team.workspace_id) as session:
        one, hindered = None, acting.refused(session, who)
        if hindered is None and who.viewer is not None:
            one = acting.stands(session, who.viewer, kept.get("goal"))
            hindered = Message(acting.NO_GOAL) if one is None else None
        if one is None or hindered is not None:
            return modals.refuse(body, {"": hindered or Message(acting.NO_GOAL)}, who.reader)
        wish = _wish(one, kept, typed)
        error = None
        if not acting.is_done(exchange):
            error = acting.tried(session, lambda: _keep(session, exchange, who, wish))
        if error is not None and error.code == "checkin_changed":
            return _conflict(session, one, wish, kept, who)
        if error is not None:
            return modals.refuse(body, error, who.reader)

    def keep(session: Session) -> None:
        # Whoever was faster has changed it: that is what is said afterwards.
        acting.tried(session, lambda: _keep(session, exchange, who, wish), keep=True)

    exchange.handling.effects.append(keep)

    def say() -> None:
        said = _told(exchange, who, wish)
        acting.tell(exchange, body, who, said, place=kept.get("place"), thread=kept.get("thread"))
        roots.reminders(exchange, wish.goal_id)

    acting.afterwards(exchange, say)
    return {}


def _wish(one: Standing, kept: dict[str, str], typed: dict[str, Any]) -> Wish:
    said = Said(
        confidence=str(typed.get("confidence") or ""),
        note=str(typed.get("note") or ""),
        blocker=str(typed.get("blocker") or "") or None,
        next_action=str(typed.get("next_action") or "") or None,
        next_due=modals.day(typed.get("next_due")),
    )
    changed, begun = id_from(kept.get("checkin")), id_from(kept.get("begun"))
    entered = sorted((key, str(value)) for key, value in typed.items())
    return Wish(
        one.goal.id,
        said,
        changed or (new_id() if begun is None else repeated_id(begun, entered)),
        (id_from(kept.get("version")) or 0) if changed is not None else None,
        id_from(kept.get("evaluation")),
    )


def _keep(session: Session, exchange: Exchange, who: Asker, wish: Wish) -> None:
    """Make or change a check-in as the page does; raises Refusal for what is missing."""
    goal = None if who.viewer is None else acting.goal(session, who.viewer, wish.goal_id)
    if goal is None or who.viewer is None:
        raise Refusal("unknown_goal", acting.NO_GOAL)
    now = exchange.parts.clock()
    if wish.version is None:
        keeping.add(
            session,
            goal,
            wish.said,
            by=who.viewer.member_id,
            today=workspace.of(session).local_day(now),
            now=now,
            checkin_id=wish.checkin_id,
            evaluation_id=wish.evaluation_id,
        )
        return
    one = acting.stands(session, who.viewer, wish.goal_id)
    row = Message(_GONE) if one is None else _own(session, one, wish.checkin_id, who)
    if isinstance(row, Message):
        raise Refusal("unknown_checkin", row.id)
    hold(session, row)
    keeping.change(session, row, wish.said, version=wish.version, now=now)


def _conflict(
    session: Session, one: Standing, wish: Wish, kept: dict[str, str], who: Asker
) -> dict[str, Any]:
    """Return the form with what was typed beside what the check-in says by now."""
    row = keeping.find(session, one.goal, wish.checkin_id)
    view = checkin_view.view(one, kept, who, row=row, typed=wish.said)
    return {"response_action": "update", "view": view}


def _told(exchange: Exchange, who: Asker, wish: Wish) -> Post:
    """Return what somebody hears of their check-in: that it is kept, and how to change it."""
    with exchange.parts.session(exchange.team.workspace_id) as session:
        one = None if who.viewer is None else acting.stands(session, who.viewer, wish.goal_id)
        row = Message(_GONE) if one is None else _own(session, one, wish.checkin_id, who)
        if one is None or isinstance(row, Message):
            return _post([Message(acting.NO_GOAL) if one is None else Message(_GONE)], who)
        lines = [
            Message(_KEPT, {"goal": one.goal.name, "confidence": confidence.said(row.confidence)})
        ]
        if (row.note, row.confidence) != (wish.said.note.strip(), wish.said.confidence):
            lines = [Message(_CHANGED)]
        elif one.evaluation is not None:
            differs = confidence.disagreement(row.confidence, one.evaluation.status)
            lines += [] if differs is None else [differs]
        value = f"{one.goal.id}:{row.id}"
    label = acting.say(Message(N_("Change it")), who)
    return _post(lines, who, mrkdwn.button(CHANGE, label, value))


def _post(lines: list[Message], who: Asker, *buttons: mrkdwn.Block) -> Post:
    said = [mrkdwn.escape(acting.say(one, who)) for one in lines]
    blocks = [mrkdwn.section(*said)]
    return Post(" ".join(said), [*blocks, *([mrkdwn.actions(*buttons)] if buttons else [])])
