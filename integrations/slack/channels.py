"""Channels: who is in them, what they are called, and whether Headway writes there."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlmodel import Session, col, select

from goals import names
from goals.alerts import audiences, holding
from goals.alerts.outbox import Channel, Outbox
from goals.table import new_id, workspace_of
from goals.tracking.visibility import Audience
from integrations.slack import calls, links, people
from integrations.slack.parts import Parts
from integrations.slack.teams import Installed

#: Members are asked for again after this, in case an event about them was lost.
FRESH = timedelta(minutes=10)
#: A channel with more members counts as one whose members are not known.
MOST_MEMBERS = 1000
#: Members who are looked up by e-mail address at once.
LOOKUPS = 30


@dataclass(frozen=True)
class Told:
    """What Slack says of a channel; None is "it did not say"."""

    name: str | None = None
    is_private: bool | None = None
    is_shared: bool | None = None
    members: list[str] | None = None


def told(client: WebClient, channel_id: str, bot_user_id: str | None) -> Told:
    """Ask Slack about a channel, as far as the app's permissions reach."""
    name = is_private = is_shared = None
    try:
        found: dict[str, Any] = client.conversations_info(channel=channel_id)["channel"]
        name = found.get("name")
        is_private = bool(found.get("is_private") or found.get("is_group"))
        is_shared = any(
            found.get(key) for key in ("is_ext_shared", "is_org_shared", "is_pending_ext_shared")
        )
    except (SlackApiError, KeyError, *calls.BROKEN):
        pass
    members = None
    try:
        page = client.conversations_members(channel=channel_id, limit=MOST_MEMBERS)
        more = (page.get("response_metadata") or {}).get("next_cursor")
        if not more:
            members = sorted(set(page["members"]) - {bot_user_id})
    except (SlackApiError, KeyError, *calls.BROKEN):
        pass
    return Told(name, is_private, is_shared, members)


def is_unknown(client: WebClient, channel_id: str) -> bool:
    """Tell whether Slack says that there is no such channel, or none that the app may see."""
    try:
        client.conversations_info(channel=channel_id)
    except (SlackApiError, *calls.BROKEN) as error:
        return calls.code_of(error) == "channel_not_found"
    return False


def keep(session: Session, channel_id: str, found: Told, now: datetime) -> Channel:
    """Keep what Slack said; a channel that is new here is switched off."""
    name = shown(found.name)
    channel = audiences.channel_named(session, channel_id)
    if channel is None:
        channel = Channel(
            id=new_id(),
            workspace_id=workspace_of(session),
            external_id=channel_id,
            created_at=now,
        )
    if name is not None:
        channel.name = name
    if found.is_private is not None:
        channel.is_private = found.is_private
    if found.is_shared is not None:
        channel.is_shared = found.is_shared
    channel.members, channel.members_at = found.members, now
    session.add(channel)
    session.flush()
    return channel


def rename(session: Session, channel_id: str, name: str) -> None:
    """Call a channel by the name that it has in Slack now."""
    row, found = audiences.channel_named(session, channel_id), shown(name)
    if row is not None and found is not None:
        row.name = found
        session.add(row)


def shown(name: str | None) -> str | None:
    """Return a name without what cannot be shown or stored; None where nothing is left."""
    signs = (one for one in name or "" if unicodedata.category(one) not in ("Cc", "Cf", "Cs"))
    return names.clean("".join(signs)) or None


def refresh(
    parts: Parts, team: Installed, client: WebClient, channel_id: str, *, lookups: int = LOOKUPS
) -> None:
    """Read a channel anew and link those of its members whom we know by e-mail address."""
    found = told(client, channel_id, team.bot_user_id)
    with parts.session(team.workspace_id) as session:
        keep(session, channel_id, found, parts.clock())
        known = links.linked(session)
    strangers = [user for user in found.members or () if user not in known]
    if len(strangers) <= lookups:
        people.link_by_email(parts, team, client, strangers)


def audience(
    parts: Parts,
    team: Installed,
    client: WebClient,
    channel_id: str,
    asker: str,
    *,
    is_shared: bool = False,
) -> tuple[Audience, Channel | None]:
    """Return who reads a channel, asking Slack where what we know is old or wrong.

    `is_shared` is what Slack says with a delivery: people of other companies read along.
    """
    with parts.session(team.workspace_id) as session:
        channel = audiences.channel_named(session, channel_id)
    stale = (
        channel is None
        or channel.members_at is None
        or parts.clock() - channel.members_at > FRESH
        or (channel.members is not None and asker not in channel.members)
        or (is_shared and not channel.is_shared)
    )
    if stale:
        refresh(parts, team, client, channel_id, lookups=5)
    with parts.session(team.workspace_id) as session:
        channel = audiences.channel_named(session, channel_id)
        known = links.linked(session)
        # Somebody unknown reads the answer too, whether or not they are in the channel.
        if is_shared or asker not in known:
            return audiences.of_channel(session, channel_id), channel
        return audiences.of_channel(session, channel_id, known), channel


def joined(session: Session, channel_id: str, user_id: str) -> None:
    """Count somebody in who came into a channel."""
    _change(session, channel_id, lambda members: sorted({*members, user_id}))


def left(session: Session, channel_id: str, user_id: str) -> None:
    """Leave somebody out who went from a channel."""
    _change(session, channel_id, lambda members: [one for one in members if one != user_id])


def forget_members(session: Session, channel_id: str) -> None:
    """Forget who is in a channel, which then shows only what an owner cleared it for."""
    channel = audiences.channel_named(session, channel_id)
    if channel is not None:
        channel.members = channel.members_at = None
        session.add(channel)


def _change(session: Session, channel_id: str, changed: Any) -> None:
    channel = audiences.channel_named(session, channel_id)
    if channel is not None and channel.members is not None:
        channel.members = changed(channel.members)
        session.add(channel)


def switch(session: Session, channel_id: str, on: bool, now: datetime) -> Channel:
    """Switch a channel on or off; what was held while it was off stays held."""
    channel = audiences.channel_named(session, channel_id)
    if channel is None:
        channel = Channel(
            id=new_id(),
            workspace_id=workspace_of(session),
            external_id=channel_id,
            created_at=now,
        )
    channel.is_on, channel.paused_reason = on, None
    session.add(channel)
    session.flush()
    return channel


def every(session: Session) -> list[Channel]:
    """Return the Slack channels known here, by name."""
    statement = select(Channel).where(
        col(Channel.workspace_id) == workspace_of(session), col(Channel.kind) == "slack"
    )
    return sorted(session.exec(statement), key=lambda one: (one.name or "~", one.external_id))


def waiting_for(session: Session) -> dict[str, int]:
    """Return, by channel, how many messages are held because it is off or paused."""
    statement = select(Outbox).where(
        col(Outbox.workspace_id) == workspace_of(session),
        col(Outbox.channel_kind) == "slack",
        col(Outbox.state) == "held",
    )
    counts: dict[str, int] = {}
    for row in session.exec(statement):
        if holding.code(row) in (holding.CHANNEL_OFF, holding.CHANNEL_PAUSED):
            counts[row.destination] = counts.get(row.destination, 0) + 1
    return counts
