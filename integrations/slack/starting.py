"""A check-in begun from anywhere in Slack: first the goal, then its form."""

from typing import Any

from slack_bolt import App

from goals.words import N_, Message
from integrations.slack import acting, choosing, modals
from integrations.slack.conversation import Exchange

#: The shortcut, and the form in which the goal is chosen.
SHORTCUT, FORM = "checkin_global", "checkin_goal"
_TITLE = N_("New check-in")


def install(app: App) -> None:
    """Listen to the shortcut and the form."""

    @app.shortcut(SHORTCUT)
    def used(ack: Any, body: dict[str, Any], context: Any) -> None:
        ack()
        _used(context["exchange"], body)


def _used(exchange: Exchange, body: dict[str, Any]) -> None:
    """Ask somebody who may check in for the goal."""
    who = acting.who(exchange, body)
    if who is None:
        return
    with exchange.parts.session(exchange.team.workspace_id) as session:
        refused = acting.refused(session, who)
    if refused is not None:
        acting.tell(exchange, body, who, refused)
        return
    field = choosing.goal_field("goal", Message(N_("Goal")), who.reader)
    view = modals.form(FORM, Message(_TITLE), Message(N_("Next")), [field], {}, who.reader)
    modals.show(exchange, body, who, view)
