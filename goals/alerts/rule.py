"""Alert rules as rows, the stories they began, and what each evaluation of them came to."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint
from sqlmodel import Field

from goals.table import Json, Scoped, UTCDateTime, one_of, reference

KINDS = (
    "status_change",
    "recovery",
    "milestone",
    "pace_gap",
    "chance_below",
    "stale_data",
    "failing_source",
    "missed_checkin",
    "digest",
)
#: Where messages of a rule go: the goal's channel, a Slack channel, a person (direct message or
#: e-mail), the address of a program.
ROUTES = ("goal", "slack", "direct", "email", "webhook")
#: How a story stands: kept back so far, told, taken on by somebody, put off, over.
STORY_STATES = ("waiting", "firing", "acknowledged", "snoozed", "closed")
ACTS = ("opened", "told", "acknowledged", "snoozed", "comment", "escalated", "closed")
#: Persons say for each of these by which way it may reach them.
EVENTS = ("alert", "recovery", "checkin", "escalation", "source", "digest")
WAYS = ("direct", "email")


class AlertRule(Scoped, table=True):
    """When what is told where; the default rule of a workspace tells changes of status.

    `settings` are the numbers of its kind. The scope columns narrow it (None: any). `routes`
    lists {"kind", "to"}: a channel's id, a member's id, "owner" for the goal's owner, or an
    address; `secrets` are sealed. It is silent from `quiet_from` to `quiet_to` (local times such
    as "20:00") and, with `workdays_only`, on days on which nobody works: what is decided then
    leaves later. `cool_down` is in hours; `weekly_most` limits the stories begun in seven days
    (None: no limit). `ladder` lists {"hours", "to"}: who hears of a story that nobody took on.
    `off_reason` says why it switched itself off, `failures` how often in a row it could not be
    evaluated. `last_on` is the local day of a digest's latest issue.
    """

    __tablename__ = "alert_rule"
    __table_args__ = (
        reference("goal_id", "goal"),
        reference("team_id", "team"),
        reference("owner_id", "member"),
        reference("created_by", "member"),
        one_of("kind", KINDS),
    )

    name: str
    kind: str
    is_default: bool = False
    is_on: bool = True
    settings: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    goal_id: int | None = Field(default=None, sa_type=BigInteger)
    team_id: int | None = Field(default=None, sa_type=BigInteger)
    owner_id: int | None = Field(default=None, sa_type=BigInteger)
    metric: str | None = None
    routes: list[dict[str, str]] = Field(default_factory=list, sa_type=Json)
    secrets: str | None = Field(default=None, sa_type=Text)
    quiet_from: str | None = None
    quiet_to: str | None = None
    workdays_only: bool = False
    cool_down: int = 0
    weekly_most: int | None = None
    ladder: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    version: int = 1
    off_reason: dict[str, Any] | None = Field(default=None, sa_type=Json)
    failures: int = 0
    last_on: date | None = None
    created_by: int | None = Field(default=None, sa_type=BigInteger)
    created_at: datetime = Field(sa_type=UTCDateTime)
    changed_at: datetime = Field(sa_type=UTCDateTime)
    archived_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class AlertStory(Scoped, table=True):
    """What a rule has to tell of one subject, from when it began to when it is over.

    `subject` names what it is about: a goal's id, or a connection's as "source:ID". One story
    of a rule and subject runs at a time. `word` is what was told last (a status, or ""). `step`
    counts the steps of the ladder that were taken; `wake_at` is when something is to be done
    about it (None: nothing by the clock).
    """

    __tablename__ = "alert_story"
    __table_args__ = (
        reference("rule_id", "alert_rule"),
        reference("goal_id", "goal"),
        reference("acknowledged_by", "member"),
        Index("ix_alert_story_subject", "workspace_id", "rule_id", "subject"),
        Index("ix_alert_story_wake", "workspace_id", "wake_at"),
        one_of("state", STORY_STATES),
    )

    rule_id: int = Field(sa_type=BigInteger)
    subject: str
    goal_id: int | None = Field(default=None, sa_type=BigInteger)
    state: str
    word: str = ""
    opened_on: date
    opened_at: datetime = Field(sa_type=UTCDateTime)
    told_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    acknowledged_by: int | None = Field(default=None, sa_type=BigInteger)
    acknowledged_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    snoozed_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    step: int = 0
    wake_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class AlertAct(Scoped, table=True):
    """What happened in a story, and who did it (None: the program)."""

    __tablename__ = "alert_act"
    __table_args__ = (
        reference("story_id", "alert_story"),
        reference("by_id", "member"),
        Index("ix_alert_act_story", "workspace_id", "story_id", "at"),
        one_of("kind", ACTS),
    )

    story_id: int = Field(sa_type=BigInteger)
    kind: str
    text: str | None = None
    by_id: int | None = Field(default=None, sa_type=BigInteger)
    at: datetime = Field(sa_type=UTCDateTime)


class RuleCheck(Scoped, table=True):
    """One evaluation of a rule: what was known, and whether it fired or why it did not.

    One row for each rule, version, subject, day and reason (`code`); `told` counts the messages
    that it put in the outbox.
    """

    __tablename__ = "rule_check"
    __table_args__ = (
        reference("rule_id", "alert_rule"),
        reference("goal_id", "goal"),
        UniqueConstraint("workspace_id", "rule_id", "version", "subject", "day", "code"),
        Index("ix_rule_check_latest", "workspace_id", "at"),
    )

    rule_id: int = Field(sa_type=BigInteger)
    version: int
    subject: str
    goal_id: int | None = Field(default=None, sa_type=BigInteger)
    evaluation_id: int | None = Field(default=None, sa_type=BigInteger)
    day: date
    at: datetime = Field(sa_type=UTCDateTime)
    code: str
    fired: bool = False
    told: int = 0
    why: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=Json)


class NoticeOff(Scoped, table=True):
    """A kind of news that a member does not want by a way; without a row it is wanted."""

    __tablename__ = "notice_off"
    __table_args__ = (
        reference("member_id", "member"),
        UniqueConstraint("workspace_id", "member_id", "event", "way"),
        one_of("event", EVENTS),
        one_of("way", WAYS),
    )

    member_id: int = Field(sa_type=BigInteger)
    event: str
    way: str


class AlertVerdict(Scoped, table=True):
    """What a member says of an alert: useful, or noise."""

    __tablename__ = "alert_verdict"
    __table_args__ = (
        reference("story_id", "alert_story"),
        reference("member_id", "member"),
        UniqueConstraint("workspace_id", "story_id", "member_id"),
    )

    story_id: int = Field(sa_type=BigInteger)
    member_id: int = Field(sa_type=BigInteger)
    is_useful: bool
    at: datetime = Field(sa_type=UTCDateTime)


class RuleTuning(Scoped, table=True):
    """A proposal for a rule that a member took: the settings before and after, and why.

    `undone_at` tells when a member took that back (None: it was not).
    """

    __tablename__ = "rule_tuning"
    __table_args__ = (
        reference("rule_id", "alert_rule"),
        reference("by_id", "member"),
        reference("undone_by", "member"),
        Index("ix_rule_tuning_rule", "workspace_id", "rule_id", "at"),
    )

    rule_id: int = Field(sa_type=BigInteger)
    before: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    after: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    why: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    by_id: int | None = Field(default=None, sa_type=BigInteger)
    at: datetime = Field(sa_type=UTCDateTime)
    undone_by: int | None = Field(default=None, sa_type=BigInteger)
    undone_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
