"""Who reads a channel: its members where they are known, else what an owner cleared it for."""

from collections.abc import Mapping

from sqlmodel import Session, col, select

from goals.alerts.outbox import Channel
from goals.table import workspace_of
from goals.tracking.visibility import Audience, Viewer
from goals.workspace import Team

NOBODY = Audience(clearance="none")
#: Somebody who is in no team: whoever may look into a public channel without being in it.
ANYBODY = Viewer(0, "viewer")


def channel_named(session: Session, external_id: str) -> Channel | None:
    """Return what is known of a channel, None for one never heard of."""
    statement = select(Channel).where(
        col(Channel.workspace_id) == workspace_of(session),
        col(Channel.kind) == "slack",
        col(Channel.external_id) == external_id,
    )
    return session.exec(statement).first()


def of_channel(
    session: Session, external_id: str, linked: Mapping[str, Viewer] | None = None
) -> Audience:
    """Return the audience of a channel.

    `linked` maps the vendor's user ids to members. A shared channel sees nothing by default.
    Where every member is known and linked, all of them count; a stranger among them leaves
    only what the channel was cleared for. A public channel has readers beyond its members,
    so it shows no more than what the whole workspace may see.
    """
    channel = channel_named(session, external_id)
    if channel is None:
        return NOBODY
    cleared = Audience(clearance=channel.clearance, team_id=_team(session, external_id))
    if channel.is_shared or channel.members is None or linked is None:
        return cleared
    if not channel.members or any(user not in linked for user in channel.members):
        return cleared
    known = tuple(linked[user] for user in channel.members)
    return Audience(viewers=known if channel.is_private else (*known, ANYBODY))


def _team(session: Session, external_id: str) -> int | None:
    statement = select(Team.id).where(
        col(Team.workspace_id) == workspace_of(session), col(Team.channel) == external_id
    )
    return session.exec(statement).first()
