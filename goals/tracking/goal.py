"""Goals: SMART targets, where they come from and every change of their terms."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field

from goals.table import Exact, Json, Scoped, UTCDateTime, one_of, reference
from goals.tracking.cadence import CADENCES

KINDS = ("cumulative", "level", "maintain", "milestone")
DIRECTIONS = ("up", "down", "at_least", "at_most", "band")
CHANGES = ("target", "absolute", "relative", "points", "delta")
PLANS = ("linear", "working_days", "monthly", "seasonal", "s_curve", "points")
JUDGES = ("pace", "chance")
VISIBILITIES = ("workspace", "team", "private")
#: Where a goal's number comes from: its own metric, or its parts by a rule.
ROLLUPS = ("own", "sum", "mean", "worst", "done")
#: The periods of a goal without an end.
PERIODS = ("month", "quarter", "year")


class Objective(Scoped, table=True):
    """What leadership wants; goals stand under it."""

    name: str
    why: str | None = None
    position: int = 0
    created_at: datetime = Field(sa_type=UTCDateTime)


class Goal(Scoped, table=True):
    """A SMART target that is tracked; its terms are those of its current version.

    `segment` narrows the metric ({dimension: member}, the contract's `where`). The origin
    columns say which sentence of the strategy asked for it (all None: not in the strategy).
    `evaluation_id` is the latest evaluation, None before the first review. `channel` None
    means the team's channel. `external_id` is what a file calls the goal (None: no file named
    it otherwise than by name). Check-ins are asked for by `cadence` from `cadence_since` on;
    `reminds` tells whether the channel hears of one that is due.

    In the mean of the goal that it is part of it counts with its `weight`. `every` is the period
    of a goal that has no end (None: it ends): it is judged anew in each, by terms that begin with
    version `period_version`. `continues_id` is the goal of an earlier period that it goes on with.

    The `done` columns are a milestone's: the sign by which anybody sees that it is done, the
    day on which a person said that it was (None: not done), with a note, and who said so.
    """

    __table_args__ = (
        reference("owner_id", "member"),
        reference("team_id", "team"),
        reference("objective_id", "objective"),
        reference("parent_id", "goal"),
        reference("continues_id", "goal"),
        Index("ix_goal_name", "workspace_id", "name"),
        one_of("kind", KINDS),
        one_of("direction", DIRECTIONS),
        one_of("visibility", VISIBILITIES),
        one_of("cadence", CADENCES),
        one_of("every", PERIODS),
    )

    name: str
    external_id: str | None = None
    metric: str
    params: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    segment: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    kind: str
    direction: str
    owner_id: int | None = Field(default=None, sa_type=BigInteger)
    team_id: int | None = Field(default=None, sa_type=BigInteger)
    channel: str | None = None
    visibility: str = "workspace"
    objective_id: int | None = Field(default=None, sa_type=BigInteger)
    parent_id: int | None = Field(default=None, sa_type=BigInteger)
    weight: Decimal = Field(default=Decimal(1), sa_type=Exact)
    every: str | None = None
    period_version: int = 1
    continues_id: int | None = Field(default=None, sa_type=BigInteger)
    why: str | None = None
    actions: list[str] = Field(default_factory=list, sa_type=Json)
    cadence: str = "none"
    cadence_since: date | None = None
    reminds: bool = False
    done_when: str | None = None
    done_on: date | None = None
    done_note: str | None = None
    done_by: int | None = Field(default=None, sa_type=BigInteger)
    origin_section: str | None = None
    origin_question: str | None = None
    origin_item: str | None = None
    origin_answer_version: int | None = None
    origin_sentence: str | None = None
    version: int = 1
    evaluation_id: int | None = Field(default=None, sa_type=BigInteger)
    created_by: int | None = Field(default=None, sa_type=BigInteger)
    created_at: datetime = Field(sa_type=UTCDateTime)
    archived_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class GoalStep(Scoped, table=True):
    """A dated step of a milestone; `done_on` None means that it is not done."""

    __tablename__ = "goal_step"
    __table_args__ = (
        reference("goal_id", "goal"),
        reference("done_by", "member"),
        Index("ix_goal_step_goal", "workspace_id", "goal_id", "due_on"),
    )

    goal_id: int = Field(sa_type=BigInteger)
    name: str
    due_on: date
    done_on: date | None = None
    done_by: int | None = Field(default=None, sa_type=BigInteger)


class GoalVersion(Scoped, table=True):
    """The terms of a goal from `changed_at` on: target, baseline, window, plan, judge.

    `target_kind` and `target_input` keep what was typed (for example "relative", -0.25);
    `target_value` is what it comes to (both None for a band, which has `low` and `high`).
    Rates are fractions; `currency` is the one in which amounts are meant, whatever the
    workspace's is later (None: they are no money). `plan_points` lists [day, share] pairs for a
    plan given by hand: of a monthly one the share expected by each month's end (None: every month
    weighs alike). `commit_value` is what is promised at least and `stretch_value` what would be
    great, None where nobody said; the goal is judged by its target alone.
    `rollup` says whether the goal's own number counts or its parts, and by which rule.

    A version with the terms of the one before is the word that a milestone is done, with the
    note as its `reason` ("" for none), or that it is not done after all: there and in the first
    version `reason` is None.
    """

    __tablename__ = "goal_version"
    __table_args__ = (
        reference("goal_id", "goal"),
        UniqueConstraint("workspace_id", "goal_id", "version"),
        one_of("target_kind", CHANGES),
        one_of("plan", PLANS),
        one_of("judged_by", JUDGES),
        one_of("rollup", ROLLUPS),
    )

    goal_id: int = Field(sa_type=BigInteger)
    version: int
    target_kind: str
    target_input: Decimal | None = Field(default=None, sa_type=Exact)
    target_value: Decimal | None = Field(default=None, sa_type=Exact)
    commit_value: Decimal | None = Field(default=None, sa_type=Exact)
    stretch_value: Decimal | None = Field(default=None, sa_type=Exact)
    low: Decimal | None = Field(default=None, sa_type=Exact)
    high: Decimal | None = Field(default=None, sa_type=Exact)
    baseline_value: Decimal | None = Field(default=None, sa_type=Exact)
    baseline_from: date | None = None
    baseline_to: date | None = None
    baseline_source: str | None = None
    currency: str | None = None
    first_day: date
    last_day: date
    plan: str = "linear"
    plan_points: list[Any] | None = Field(default=None, sa_type=Json)
    judged_by: str = "pace"
    rollup: str = "own"
    reason: str | None = None
    changed_by: int | None = Field(default=None, sa_type=BigInteger)
    changed_at: datetime = Field(sa_type=UTCDateTime)
