"""Saying that an answer is not what was asked: the other readings, for whoever says so alone."""

from typing import Any

from slack_bolt import App
from sqlmodel import Session

from goals.questions import aliases, misread
from goals.table import id_from
from goals.tracking.visibility import audience
from integrations.slack import acting, channels
from integrations.slack.blocks import answers
from integrations.slack.conversation import NOBODY, Exchange, question_of
from integrations.slack.envelope import an_id


def install(app: App) -> None:
    """Listen to the button."""

    @app.action(answers.NOT_THIS)
    def pressed(ack: Any, body: dict[str, Any], action: dict[str, Any], context: Any) -> None:
        ack()
        _pressed(context["exchange"], body, action)


def _pressed(exchange: Exchange, body: dict[str, Any], action: dict[str, Any]) -> None:
    """Keep the question for whoever teaches words, and offer what else it may mean."""
    who = acting.who(exchange, body)
    goal_id, _sign, asked = str(action.get("value") or "").partition(":")
    question = question_of(asked)
    if who is None or not question:
        return
    parts, team = exchange.parts, exchange.team
    channel = an_id((body.get("channel") or {}).get("id"))
    if who.viewer is not None:
        mine = audience([who.viewer])
    elif channel is not None and not channel.startswith("D"):
        mine, _ = channels.audience(parts, team, exchange.look, channel, who.user_id)
    else:
        mine = NOBODY
    now, locale = parts.clock(), who.reader.locale

    def keep(session: Session) -> None:
        aliases.keep(session, question, "", locale, now)

    exchange.handling.effects.append(keep)
    with parts.session(team.workspace_id) as session:
        found = misread.readings(session, question, mine, id_from(goal_id), now=now)
        said = answers.answer(found, who.reader, parts.config.base_url)
    acting.afterwards(exchange, lambda: acting.tell(exchange, body, who, said))
