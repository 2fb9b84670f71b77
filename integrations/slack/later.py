"""Which deliveries may be answered later, and in which conversation each stands (pure).

A question may: its answer is a message, or goes to the address that came with a command. So may a
click, of which Slack only wants to hear that it arrived; it goes before questions, because a form
can be opened for three seconds only. What is answered by the response itself is not put off: a
form that was submitted, choices, a command that opens a form; nor is news of who reads a channel.
"""

import re

from integrations.slack import commands, conversation
from integrations.slack.blocks import answers
from integrations.slack.envelope import Envelope, Payload, an_id
from integrations.slack.turns import Turn

#: Events that are answered by asking Slack to show something, whenever that is.
EVENTS = ("app_mention", "message", "app_home_opened", "link_shared")

#: What people press.
CLICKS = ("block_actions", "shortcut", "message_action")

_ASKS = re.compile(rf"{answers.ASK}\d+")


def turn(envelope: Envelope) -> Turn | None:
    """Return how a delivery may be answered later, None for one that may not."""
    payload = envelope.payload
    if envelope.key is None or envelope.team_id is None:
        return None
    is_urgent = False
    if envelope.is_event:
        found = _event(payload.get("event"))
    elif payload.get("type") in CLICKS:
        is_urgent = not _is_question(payload)
        found = _click(payload)
    else:
        found = _command(payload)
    return None if found is None else Turn(f"{envelope.team_id}:{found}", is_urgent)


def _event(event: object) -> str | None:
    if not isinstance(event, dict) or event.get("type") not in EVENTS:
        return None
    user, channel = an_id(event.get("user")), an_id(event.get("channel"))
    if user is None or channel is None:
        return None
    thread = event.get("thread_ts")
    if event["type"] == "app_mention" and thread is None:
        thread = event.get("ts")
    return conversation.where(channel, thread if isinstance(thread, str) else None, user)


def _command(payload: Payload) -> str | None:
    user, channel = an_id(payload.get("user_id")), an_id(payload.get("channel_id"))
    if payload.get("command") != commands.COMMAND or user is None or channel is None:
        return None
    if not isinstance(payload.get("response_url"), str) or commands.opens(payload.get("text")):
        return None
    return f"{commands.COMMAND}:{channel}:{user}"


def _is_question(payload: Payload) -> bool:
    actions = payload.get("actions") or []
    return len(actions) == 1 and _ASKS.fullmatch(actions[0]["action_id"]) is not None


def _click(payload: Payload) -> str | None:
    user = an_id((payload.get("user") or {}).get("id"))
    if user is None:
        return None
    if not _is_question(payload):
        return f"{payload['type']}:{user}"
    channel = an_id((payload.get("channel") or {}).get("id"))
    container = payload.get("container") or {}
    thread = container.get("thread_ts")
    if thread is None and channel is not None and not channel.startswith("D"):
        thread = container.get("message_ts")
    here = thread if isinstance(thread, str) else None
    return None if channel is None else conversation.where(channel, here, user)
