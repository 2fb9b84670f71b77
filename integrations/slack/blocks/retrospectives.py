"""A message about a goal that ended and that nobody has looked back on (pure)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from goals import words
from goals.alerts.looking_back import KIND
from goals.words import N_, Message
from integrations.slack.blocks import mrkdwn
from integrations.slack.blocks.mrkdwn import Post
from integrations.slack.blocks.status import marked

__all__ = ["KIND", "message"]


def message(facts: Mapping[str, Any], reader: words.Reader, base_url: str) -> Post:
    """Return the message."""
    goal, asked = facts["goal"], facts[KIND]
    url = f"{base_url.rstrip('/')}/goals/{goal['id']}/retrospective"
    head = _say(N_("Look back"), reader)
    ended = words.Day(date.fromisoformat(asked["ended_on"]))
    on = _say(N_("ended on %(day)s"), reader, day=ended)
    lines = [f"{marked(goal['status'], reader)} · {on}"]
    if goal.get("reason"):
        said = words.render(words.from_json(goal["reason"]), reader)
        lines.append(mrkdwn.escape(mrkdwn.clip(said, 600)))
    ask = N_("What went well, what was in the way, and what will you do otherwise next time?")
    more = [] if asked["number"] == 1 else [_say(N_("This is the last reminder."), reader)]
    return Post(
        f"{head}: {mrkdwn.name(goal['name'])}",
        [
            mrkdwn.section(f"{mrkdwn.bold(head + ':')} {mrkdwn.link(url, goal['name'])}", *lines),
            mrkdwn.section(_say(ask, reader)),
            *([mrkdwn.context(*more)] if more else []),
            mrkdwn.actions(mrkdwn.button("goal_back", head, goal["id"], url=url)),
        ],
    )


def _say(text: str, reader: words.Reader, **params: object) -> str:
    return words.render(Message(text, params), reader)
