"""What happens to a channel in Slack: a route that is cut is paused, and owners hear of it once."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from goals.alerts import audiences, upkeep
from goals.words import N_, Message
from integrations.slack import channels
from integrations.slack.conversation import Exchange
from integrations.slack.envelope import an_id

Payload = dict[str, Any]

#: Why a channel is paused, by how Slack's event for it ends.
WHY = {
    "archive": N_("The channel was archived in Slack. What would be written there is held."),
    "deleted": N_("The channel was deleted in Slack. What would be written there is held."),
    "left": N_(
        "Headway was taken out of the channel in Slack. What would be written there is held;"
        " invite it again with /invite."
    ),
}
#: What ends a pause.
_ENDS = {"unarchive": "archive"}


def happened(exchange: Exchange, event: Payload) -> None:
    """Take note of what happened to a channel, by the event's name."""
    what = str(event.get("type")).partition("_")[2]
    found = event.get("channel")
    channel = an_id(found.get("id") if isinstance(found, dict) else found)
    if channel is None:
        return
    if what in _ENDS:
        resume(exchange, channel, _ENDS[what])
    elif what in WHY:
        pause(exchange, channel, what)
    elif isinstance(found, dict) and isinstance(found.get("name"), str):
        name = found["name"]
        exchange.handling.effects.append(lambda session: channels.rename(session, channel, name))


def pause(exchange: Exchange, channel: str, why: str) -> None:
    """Pause a channel together with the delivery that says so."""
    now = exchange.parts.clock()
    exchange.handling.effects.append(lambda session: _pause(session, channel, why, now))


def resume(exchange: Exchange, channel: str, why: str) -> None:
    """Let a channel go on that was paused for a reason; what was held meanwhile stays held."""
    exchange.handling.effects.append(lambda session: _resume(session, channel, why))


def _pause(session: Session, channel_id: str, why: str, now: datetime) -> None:
    channels.forget_members(session, channel_id)
    row = audiences.channel_named(session, channel_id)
    if row is None or row.paused_reason is not None:
        return
    row.paused_reason = why
    session.add(row)
    if row.is_on:
        name = f"#{row.name}" if row.name else channel_id
        key = f"channel:{channel_id}:{why}:{now.isoformat()}"
        upkeep.tell_owners(session, key, name, Message(WHY[why]), now)


def _resume(session: Session, channel_id: str, why: str) -> None:
    row = audiences.channel_named(session, channel_id)
    if row is not None and row.paused_reason == why:
        row.paused_reason = None
        session.add(row)
