"""Messages waiting to be delivered, and the channels they go to."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field

from goals.table import Json, Scoped, UTCDateTime, one_of, reference

STATES = ("new", "sending", "done", "dead", "held", "told")
#: The kind of message that tells of several others, which are not sent themselves.
SUMMARY = "summary"
#: The kind of the one message of a channel that is changed instead of followed by others.
STATUS = "status"
#: The kind that shows the chart of a goal that somebody asked about.
CHART = "chart"
CLEARANCES = ("none", "team", "workspace")


class Channel(Scoped, table=True):
    """A place that messages go to; it gets nothing until an owner switches it on.

    `external_id` is the vendor's id (never a name, names change). `clearance` is the most
    that the channel may see where its members are not known; `members` caches the vendor's
    user ids (None: not known). `paused_reason` tells why deliveries stopped by themselves.
    `has_charts` lets messages about goals bring their charts. With `keeps_status` one message
    there always says how things stand; `status_at` is when that was last looked at.
    """

    __table_args__ = (
        UniqueConstraint("workspace_id", "kind", "external_id"),
        one_of("kind", ("slack", "preview")),
        one_of("clearance", CLEARANCES),
    )

    kind: str = "slack"
    external_id: str
    name: str | None = None
    is_on: bool = False
    is_private: bool = False
    is_shared: bool = False
    clearance: str = "none"
    members: list[str] | None = Field(default=None, sa_type=Json)
    members_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    paused_reason: str | None = None
    locale: str | None = None
    has_charts: bool = True
    keeps_status: bool = False
    status_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    created_at: datetime = Field(sa_type=UTCDateTime)


class Outbox(Scoped, table=True):
    """One message for one destination, written in the commit of the decision to send it.

    `dedupe_key` makes a second decision harmless. `facts` holds all that the message says,
    so that what is sent is what was decided. States: new, sending (leased until
    `lease_until`), done, dead (`error` says why; can be retried), held (the channel was
    off: shown, never sent), told (by the message `told_by`, whose fate is theirs).
    `remote_id` is the vendor's id of the message; one of kind `status` is sent again and again
    under the same. `deferred_until` is set on one that waits for the end of quiet hours or free
    days: it holds up no other.
    """

    __table_args__ = (
        reference("goal_id", "goal"),
        reference("rule_id", "alert_rule"),
        reference("story_id", "alert_story"),
        reference("told_by", "outbox"),
        UniqueConstraint("workspace_id", "dedupe_key"),
        Index("ix_outbox_told_by", "workspace_id", "told_by"),
        Index("ix_outbox_due", "workspace_id", "state", "next_attempt_at"),
        one_of("state", STATES),
    )

    dedupe_key: str
    kind: str
    channel_kind: str = "slack"
    destination: str
    goal_id: int | None = Field(default=None, sa_type=BigInteger)
    evaluation_id: int | None = Field(default=None, sa_type=BigInteger)
    rule_id: int | None = Field(default=None, sa_type=BigInteger)
    story_id: int | None = Field(default=None, sa_type=BigInteger)
    told_by: int | None = Field(default=None, sa_type=BigInteger)
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    state: str = "new"
    attempts: int = 0
    lease_by: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    next_attempt_at: datetime = Field(sa_type=UTCDateTime)
    deferred_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    created_at: datetime = Field(sa_type=UTCDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    remote_id: str | None = None
    is_repeat: bool = False
    error: dict[str, Any] | None = Field(default=None, sa_type=Json)
