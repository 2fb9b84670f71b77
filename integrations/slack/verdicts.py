"""Useful or noise: what a member says of an alert by its buttons in Slack."""

import re
from typing import Any

from slack_bolt import App
from sqlmodel import Session

from goals import words
from goals.alerts import verdicts
from goals.table import id_from
from goals.words import N_, Message
from integrations.slack import acting
from integrations.slack.blocks import mrkdwn, notices
from integrations.slack.blocks.mrkdwn import Post
from integrations.slack.conversation import Exchange
from integrations.slack.people import Asker

#: What each button means; None takes back what was said.
MEANS: dict[str, bool | None] = {
    notices.USEFUL: True,
    notices.NOISE: False,
    notices.TAKE_BACK: None,
}
_NOTED = {
    True: N_("Noted: useful. It counts for how right the rule is."),
    False: N_("Noted: noise. It counts for how right the rule is."),
    None: N_("Taken back."),
}
_GONE = N_("This alert is not there any more.")


def install(app: App) -> None:
    """Listen to the buttons."""

    @app.action(re.compile("^(" + "|".join(MEANS) + ")$"))
    def verdict(ack: Any, body: dict[str, Any], action: dict[str, Any], context: Any) -> None:
        ack()
        _pressed(context["exchange"], body, action)


def _pressed(exchange: Exchange, body: dict[str, Any], action: dict[str, Any]) -> None:
    """Keep what somebody says of an alert, and answer them alone."""
    who = acting.who(exchange, body)
    if who is None:
        return
    means, story_id = MEANS[str(action.get("action_id"))], id_from(str(action.get("value") or ""))
    with exchange.parts.session(exchange.team.workspace_id) as session:
        refused = _refused(session, who, story_id)
    if refused is None and who.viewer is not None:
        viewer, now = who.viewer, exchange.parts.clock()

        def keep(session: Session) -> None:
            story = acting.story(session, viewer, story_id)
            if story is not None:
                verdicts.give(session, story, viewer.member_id, means, now=now)

        exchange.handling.effects.append(keep)
    said = refused or _answer(Message(_NOTED[means]), who, str(story_id), means)
    acting.afterwards(exchange, lambda: acting.tell(exchange, body, who, said))


def _answer(text: Message, who: Asker, story: str, means: bool | None) -> Post:
    said = mrkdwn.escape(_say(text, who))
    blocks = [mrkdwn.section(said)]
    if means is not None:
        back = mrkdwn.button(notices.TAKE_BACK, _say(Message(N_("Take it back")), who), story)
        blocks.append(mrkdwn.actions(back))
    return Post(said, blocks)


def _say(text: Message, who: Asker) -> str:
    return words.render(text, who.reader)


def _refused(session: Session, who: Asker, story_id: int | None) -> Message | None:
    """Return why a person's word does not count here, None where it does."""
    hindered = acting.refused(session, who)
    if hindered is None and who.viewer is not None:
        gone = acting.story(session, who.viewer, story_id) is None
        return Message(_GONE) if gone else None
    return hindered
