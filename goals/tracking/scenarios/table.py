"""Scenarios: what somebody assumed of a goal's drivers, kept to be compared with what came."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from goals.table import Exact, Json, Scoped, UTCDateTime, reference


class Scenario(Scoped, table=True):
    """What if: levers over the days from `first_day` to `last_day`, and where they lead.

    `levers` lists {id, base, assumed} with numbers as texts, unrounded: what the driver would
    have been had it gone on as before, and what was assumed. `base_landing` and `landing` are
    where the goal ends in both cases; `target` is the one of that day.
    """

    __table_args__ = (
        reference("goal_id", "goal"),
        reference("made_by", "member"),
        Index("ix_scenario_goal", "workspace_id", "goal_id"),
    )

    goal_id: int = Field(sa_type=BigInteger)
    name: str
    note: str | None = None
    levers: list[Any] = Field(default_factory=list, sa_type=Json)
    base_landing: Decimal | None = Field(default=None, sa_type=Exact)
    landing: Decimal = Field(sa_type=Exact)
    target: Decimal = Field(sa_type=Exact)
    first_day: date
    last_day: date
    made_by: int | None = Field(default=None, sa_type=BigInteger)
    made_at: datetime = Field(sa_type=UTCDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
