"""Evaluations and status changes: what was said of a goal, on which day, from which numbers."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field

from goals.table import Exact, Json, Scoped, UTCDateTime, one_of, reference

STATUSES = (
    "achieved",
    "missed",
    "on_track",
    "at_risk",
    "off_track",
    "ahead",
    "too_early",
    "no_data",
    "stale",
    "source_broken",
)


class Evaluation(Scoped, table=True):
    """A goal judged on a local day; one row per goal, day and fingerprint of its inputs.

    `status` is what is shown; `judged` is what the day's numbers alone say (they differ
    while a new status waits for its second day). `share` and `expected_share` are shares of
    the way from baseline to target. `projection` is where the goal ends if the rest of the
    plan is met at the present pace. `required_rate` is per remaining day. `since` is the
    day from which the shown status holds. `curve` holds the prepared points of the small
    chart. `sources` is how fresh and whole the sources were. None is "cannot be said".

    One in ten ways ends below `low_end`, half below `likely_end`, nine in ten below `high_end`;
    `raw_chance` is the share that reaches the target, `chance` what closed goals say that is worth
    (the same until enough have closed). `commit_chance` and `stretch_chance` are those to reach the
    lines beside the target, from the same ways. `method` and `seed` bring the same forecast
    back from the same past, and `grounds` is the sentence that says what it comes from.
    """

    __table_args__ = (
        reference("goal_id", "goal"),
        UniqueConstraint("workspace_id", "goal_id", "day", "fingerprint"),
        Index("ix_evaluation_goal", "workspace_id", "goal_id", "day"),
        one_of("status", STATUSES),
    )

    goal_id: int = Field(sa_type=BigInteger)
    version: int
    day: date
    fingerprint: str
    status: str
    judged: str
    previous: str | None = None
    changed: bool = False
    final: bool = False
    since: date
    actual: Decimal | None = Field(default=None, sa_type=Exact)
    expected: Decimal | None = Field(default=None, sa_type=Exact)
    share: float | None = None
    expected_share: float | None = None
    pace: float | None = None
    projection: Decimal | None = Field(default=None, sa_type=Exact)
    required_rate: Decimal | None = Field(default=None, sa_type=Exact)
    chance: float | None = None
    raw_chance: float | None = None
    commit_chance: float | None = None
    stretch_chance: float | None = None
    low_end: Decimal | None = Field(default=None, sa_type=Exact)
    likely_end: Decimal | None = Field(default=None, sa_type=Exact)
    high_end: Decimal | None = Field(default=None, sa_type=Exact)
    method: str | None = None
    seed: int | None = None
    grounds: dict[str, Any] | None = Field(default=None, sa_type=Json)
    unit: str
    currency: str | None = None
    reason: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    receipt: str | None = None
    data_to: date | None = None
    sources: dict[str, Any] | None = Field(default=None, sa_type=Json)
    curve: dict[str, Any] | None = Field(default=None, sa_type=Json)
    evaluated_at: datetime = Field(sa_type=UTCDateTime)


class StatusChange(Scoped, table=True):
    """A goal's shown status changed; `before` None is the first status it ever had."""

    __tablename__ = "status_change"
    __table_args__ = (
        reference("goal_id", "goal"),
        reference("evaluation_id", "evaluation"),
        UniqueConstraint("workspace_id", "evaluation_id"),
        Index("ix_status_change_goal", "workspace_id", "goal_id", "day"),
    )

    goal_id: int = Field(sa_type=BigInteger)
    evaluation_id: int = Field(sa_type=BigInteger)
    day: date
    before: str | None = None
    after: str
    created_at: datetime = Field(sa_type=UTCDateTime)
