"""Giving the goal of an alert another owner from Slack, as the goal's page does."""

from dataclasses import dataclass, replace
from typing import Any

from slack_bolt import App
from sqlmodel import Session

from goals import workspace
from goals.table import hold, id_from
from goals.tracking import carrying, goals
from goals.tracking.goal import Goal
from goals.tracking.visibility import Viewer
from goals.words import N_, Message
from integrations.slack import acting, members, modals, roots
from integrations.slack.blocks import mrkdwn
from integrations.slack.conversation import Exchange
from integrations.slack.modals import View
from integrations.slack.people import Asker

FORM = "alert_assign"
_TITLE, _SUBMIT, _LABEL = N_("Assign the goal"), N_("Assign"), N_("Owner")
_MEANWHILE = N_("Meanwhile it was given to %(name)s. Save again if it is to be yours all the same.")
_MEANWHILE_NOBODY = N_("Meanwhile its owner was taken away. Look once more, then save again.")
_DONE = N_("%(by)s gave %(goal)s to %(name)s.")
_ALREADY = N_("%(name)s owns it already.")

Body = dict[str, Any]


@dataclass(frozen=True)
class Wish:
    """Who is to own a goal, and who owned it when the form was shown (None: nobody)."""

    goal_id: int
    owner_id: int
    was: int | None


def install(app: App) -> None:
    """Listen to the form."""

    @app.view(FORM)
    def submitted(ack: Any, body: Body, context: Any) -> None:
        ack(**_submitted(context["exchange"], body))


def opened(exchange: Exchange, body: Body, story_id: str) -> None:
    """Show the form that gives the goal of an alert to somebody."""
    who = acting.who(exchange, body)
    if who is None:
        return
    view = None
    with exchange.parts.session(exchange.team.workspace_id) as session:
        hindered = acting.refused(session, who, acting.CHANGES)
        if hindered is None and who.viewer is not None:
            story = acting.story(session, who.viewer, story_id)
            goal = None if story is None else acting.goal(session, who.viewer, story.goal_id)
            hindered = Message(acting.GONE) if goal is None else None
            view = None if goal is None else _form(session, goal, story_id, who)
    if view is None:
        roots.stale(exchange, body, who, story_id, hindered or Message(acting.GONE))
    else:
        modals.show(exchange, body, who, view)


def _form(
    session: Session, goal: Goal, story_id: str, who: Asker, note: Message | None = None
) -> View:
    blocks = [mrkdwn.section(mrkdwn.bold(mrkdwn.name(goal.name)))]
    if note is not None:
        blocks.append(mrkdwn.section(mrkdwn.escape(acting.say(note, who))))
    # Another name for the field: Slack would keep what stood in the old one.
    blocks.append(
        members.field(session, Message(_LABEL), who.reader, goal.owner_id, name=_field(goal))
    )
    kept = {"goal": str(goal.id), "story": story_id, "was": str(goal.owner_id or "")}
    return modals.form(FORM, Message(_TITLE), Message(_SUBMIT), blocks, kept, who.reader)


def _field(goal: Goal) -> str:
    return f"owner-{goal.owner_id or 0}"


def _submitted(exchange: Exchange, body: Body) -> dict[str, Any]:
    """Give the goal to somebody; return what the form is answered with."""
    who = acting.who(exchange, body)
    if who is None:
        return {}
    kept = modals.kept(body)
    with exchange.parts.session(exchange.team.workspace_id) as session:
        hindered = acting.refused(session, who, acting.CHANGES)
        goal = None
        if hindered is None and who.viewer is not None:
            goal = acting.goal(session, who.viewer, kept.get("goal"))
        if goal is None or who.viewer is None:
            return modals.refuse(body, {"": hindered or Message(acting.NO_GOAL)}, who.reader)
        value = next(iter(modals.typed(body).values()), "")
        owner = members.chosen(session, value)
        if owner is None:
            return modals.refuse(body, {"": Message(N_("There is no such member."))}, who.reader)
        viewer, wish = who.viewer, Wish(goal.id, owner, id_from(kept.get("was")))
        name = members.named(session, owner)
        if not acting.is_done(exchange):
            if goal.owner_id == owner:
                return modals.refuse(body, {"": Message(_ALREADY, {"name": name})}, who.reader)
            if goal.owner_id != wish.was:
                return _meanwhile(session, goal, kept, who)
            error = acting.tried(session, lambda: _give(session, exchange, viewer, wish))
            if error is not None:
                return modals.refuse(body, {"": error.message}, who.reader)
        done = {"goal": goal.name, "name": name}

    def give(session: Session) -> None:
        acting.tried(session, lambda: _give(session, exchange, viewer, wish), keep=True)

    exchange.handling.effects.append(give)
    said = Message(_DONE, {**done, "by": acting.name(exchange, who)})
    acting.afterwards(exchange, lambda: _say(exchange, viewer, wish, kept, said))
    return {}


def _meanwhile(session: Session, goal: Goal, kept: dict[str, str], who: Asker) -> dict[str, Any]:
    """Return the form with the owner that somebody else gave the goal while it was open."""
    now = members.named(session, goal.owner_id)
    note = Message(_MEANWHILE, {"name": now}) if now else Message(_MEANWHILE_NOBODY)
    view = _form(session, goal, kept.get("story", ""), who, note)
    return {"response_action": "update", "view": view}


def _say(
    exchange: Exchange, viewer: Viewer, wish: Wish, kept: dict[str, str], said: Message
) -> None:
    """Say in the alert's threads who owns the goal now, and show it in its messages."""
    story = id_from(kept.get("story"))
    if story is None:
        return
    with exchange.parts.session(exchange.team.workspace_id) as session:
        goal = acting.goal(session, viewer, wish.goal_id)
    if goal is not None and goal.owner_id == wish.owner_id:
        roots.say(exchange, story, said)
    roots.refresh(exchange, story)


def _give(session: Session, exchange: Exchange, viewer: Viewer, wish: Wish) -> None:
    """Change the owner as the page does, unless somebody else was faster."""
    goal = acting.goal(session, viewer, wish.goal_id)
    if goal is None:
        return
    hold(session, goal)
    if goal.owner_id != wish.was:
        return
    now = exchange.parts.clock()
    goals.change(
        session,
        goal,
        replace(carrying.kept(session, goal), owner_id=wish.owner_id),
        reason=None,
        by=viewer.member_id,
        today=workspace.of(session).local_day(now),
        now=now,
    )
