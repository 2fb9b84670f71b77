"""A check-in begun from anywhere in Slack: first the goal, then its form."""

from typing import Any

from slack_bolt import App

from goals.table import new_id
from goals.words import N_, Message
from integrations.slack import acting, checkin_view, choosing, modals
from integrations.slack.conversation import Exchange

#: The shortcut, and the form in which the goal is chosen.
SHORTCUT, FORM = "checkin_global", "checkin_goal"
_TITLE, _SUBMIT = N_("New check-in"), N_("Next")


def install(app: App) -> None:
    """Listen to the shortcut and the form."""

    @app.shortcut(SHORTCUT)
    def used(ack: Any, body: dict[str, Any], context: Any) -> None:
        ack()
        _used(context["exchange"], body)

    @app.view(FORM)
    def chosen(ack: Any, body: dict[str, Any], context: Any) -> None:
        ack(**_chosen(context["exchange"], body))


def _used(exchange: Exchange, body: dict[str, Any]) -> None:
    """Ask somebody who may check in for the goal."""
    who = acting.who(exchange, body)
    if who is None:
        return
    refused = acting.not_for(exchange, who)
    if refused is not None:
        acting.tell(exchange, body, who, refused)
        return
    field = choosing.goal_field("goal", Message(N_("Goal")), who.reader)
    view = modals.form(FORM, Message(_TITLE), Message(_SUBMIT), [field], {}, who.reader)
    modals.show(exchange, body, who, view)


def _chosen(exchange: Exchange, body: dict[str, Any]) -> dict[str, Any]:
    """Return the form of a check-in on the goal that was chosen, in place of the choice."""
    who = acting.who(exchange, body)
    if who is None:
        return {}
    with exchange.parts.session(exchange.team.workspace_id) as session:
        refused = acting.refused(session, who)
        one = None
        if refused is None and who.viewer is not None:
            one = acting.stands(session, who.viewer, modals.typed(body).get("goal"))
        if one is None:
            told = refused or Message(acting.NO_GOAL)
            return modals.refuse(body, {"goal": told}, who.reader)
        kept = {"goal": str(one.goal.id), "begun": str(new_id())}
        view = checkin_view.view(one, kept, who)
        return {"response_action": "update", "view": view}
