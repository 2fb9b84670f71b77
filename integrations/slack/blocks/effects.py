"""A message about an action whose day has come: what it moved, and what somebody saw (pure)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from goals import words
from goals.alerts.effects import KIND
from goals.words import N_, Message
from integrations.slack.blocks import mrkdwn
from integrations.slack.blocks.mrkdwn import Post
from integrations.slack.blocks.status import marked

__all__ = ["KIND", "message"]


def message(facts: Mapping[str, Any], reader: words.Reader, base_url: str) -> Post:
    """Return the message."""
    goal, asked = facts["goal"], facts[KIND]
    base = f"{base_url.rstrip('/')}/goals/{goal['id']}"
    head, action = _say(N_("What became of it?"), reader), mrkdwn.clip(asked["action"], 300)
    day = words.Day(date.fromisoformat(asked["taken_on"]))
    taken = _say(N_("taken on %(day)s"), reader, day=day)
    lines = [f"{mrkdwn.escape(action)} \u00b7 {taken}"]
    seen = N_("What it moves is not counted from records.")
    said = Message(seen) if asked["said"] is None else words.from_json(asked["said"])
    goes = f"{mrkdwn.link(base, goal['name'])} \u00b7 {marked(goal['status'], reader)}"
    more = [] if asked["number"] == 1 else [_say(N_("This is the last reminder."), reader)]
    tell = _say(N_("Say what became of it"), reader)
    url = f"{base}/tries/{asked['id']}"
    return Post(
        f"{head} {mrkdwn.name(action)}",
        [
            mrkdwn.section(mrkdwn.bold(head), *lines, goes),
            mrkdwn.section(mrkdwn.escape(mrkdwn.clip(words.render(said, reader), 900))),
            *([mrkdwn.context(*more)] if more else []),
            mrkdwn.actions(mrkdwn.button("goal_tried", tell, asked["id"], url=url)),
        ],
    )


def _say(text: str, reader: words.Reader, **params: object) -> str:
    return words.render(Message(text, params), reader)
