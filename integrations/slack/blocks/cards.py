"""A goal in a few lines: under a link that somebody shows, and in the Home tab (pure)."""

from collections.abc import Mapping
from typing import Any

from goals import words
from goals.words import Message
from integrations.slack.blocks import alerts, mrkdwn
from integrations.slack.blocks.mrkdwn import Block
from integrations.slack.blocks.status import marked

Facts = Mapping[str, Any]


def card(goal: Facts, reader: words.Reader, base_url: str) -> list[Block]:
    """Return what stands under a link to a goal: how it stands, why, and a way to open it."""
    url = alerts.goal_url(base_url, goal["id"])
    blocks = [mrkdwn.section(*lines(goal, reader, base_url))]
    if goal.get("reason"):
        said = words.render(words.from_json(goal["reason"]), reader)
        blocks.append(mrkdwn.context(mrkdwn.escape(mrkdwn.clip(said, 600))))
    opens = mrkdwn.button(
        "goal_link", words.render(Message(alerts.OPEN), reader), goal["id"], url=url
    )
    return [*blocks, mrkdwn.actions(opens)]


def lines(goal: Facts, reader: words.Reader, base_url: str) -> list[str]:
    """Return the status with the name, where the goal is, and what it is to reach."""
    url = alerts.goal_url(base_url, goal["id"])
    head = f"{mrkdwn.bold(marked(goal['status'], reader) + ':')} {mrkdwn.link(url, goal['name'])}"
    return [head, *alerts.standing(goal, reader)]
