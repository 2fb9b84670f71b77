"""Slack's side of things: installed teams, linked people and what Slack has sent us."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field

from goals.table import Json, Table, UTCDateTime, new_id, one_of


class SlackTeam(Table, table=True):
    """A Slack workspace in which the app is installed; its secrets are sealed.

    The team decides the Headway workspace; a payload never does. `bot_token` holds all secrets of
    the team, sealed as one. `installed_at` is when the app was last added, and `expires_at` when
    its token ends, both by Slack's clock (None: never);
    `refreshing_until` is how long nobody else may ask for the next one.
    """

    __tablename__ = "slack_team"

    team_id: str = Field(primary_key=True)
    enterprise_id: str | None = None
    workspace_id: int = Field(foreign_key="workspace.id", sa_type=BigInteger, index=True)
    name: str | None = None
    bot_id: str | None = None
    bot_user_id: str | None = None
    bot_token: str | None = Field(default=None, sa_type=Text)
    scopes: str = ""
    paused_reason: str | None = None
    installed_at: datetime = Field(sa_type=UTCDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    refreshing_until: datetime | None = Field(default=None, sa_type=UTCDateTime)


class SlackLink(Table, table=True):
    """A Slack user who is a member of the Headway workspace.

    `locale` is the language the person reads Slack in, as of `locale_at`. A link that somebody
    ended (`ended_at`) stays, so that an e-mail address does not make it again. `home_hash` stands
    for what their Home tab shows (None: they never opened it), `home_due` is when it is to be
    looked at anew (None: nothing happened since).
    """

    __tablename__ = "slack_link"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "member_id"], ["member.workspace_id", "member.id"]),
        UniqueConstraint("workspace_id", "member_id", "team_id"),
    )

    team_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)
    workspace_id: int = Field(foreign_key="workspace.id", sa_type=BigInteger)
    member_id: int = Field(sa_type=BigInteger)
    linked_at: datetime = Field(sa_type=UTCDateTime)
    home_hash: str | None = None
    home_due: datetime | None = Field(default=None, sa_type=UTCDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    locale: str | None = None
    locale_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class SlackInbound(Table, table=True):
    """Something Slack sent; kept before it is answered, so that a repeat gets the same answer.

    `question` is what somebody asked, and `place` who asked it in which conversation, so that the
    next question there may go on from it; None where nothing was asked.
    `claimed_until` is how long a handler may take: a repeat that comes earlier waits for it,
    a later one is handled again, because the first handler must be gone. `owed_since` is when
    Slack heard that it arrived, while somebody still waits for what is said to it; None where
    the answer itself is what Slack hears, and once all is said. What `is_urgent` goes first:
    Slack shows a form for seconds only.
    """

    __tablename__ = "slack_inbound"
    __table_args__ = (
        one_of("state", ("new", "done")),
        Index("ix_slack_inbound_place", "place", "received_at"),
        Index("ix_slack_inbound_owed", "owed_since"),
    )

    key: str = Field(primary_key=True)
    id: int = Field(default_factory=new_id, sa_type=BigInteger)
    team_id: str | None = None
    payload: str = Field(sa_type=Text)
    place: str | None = None
    question: str | None = Field(default=None, sa_type=Text)
    state: str = "new"
    answer: dict[str, Any] | None = Field(default=None, sa_type=Json)
    claimed_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    received_at: datetime = Field(sa_type=UTCDateTime)
    owed_since: datetime | None = Field(default=None, sa_type=UTCDateTime)
    is_urgent: bool = False
    done_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
