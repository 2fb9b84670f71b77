"""Actions that were taken because a goal was off, and what became of them."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from goals.table import Exact, Scoped, UTCDateTime, one_of, reference

#: What became of an action; "early" says that it cannot be told yet.
OUTCOMES = ("helped", "not_helped", "early", "dropped")


class Attempt(Scoped, table=True):
    """An action that somebody took on; it stays on its goal's page for ever.

    `remedy` is the id of the suggestion it came from, None for one's own words. `before_id`
    and `after_id` are what the goal's numbers said when it was taken and when its outcome was
    told. `hoped` is by how much its driver was hoped to change until it is looked back on, in the
    driver's unit (None: nobody said). `version` grows with each change.
    """

    __table_args__ = (
        reference("goal_id", "goal"),
        reference("owner_id", "member"),
        reference("taken_by", "member"),
        reference("settled_by", "member"),
        reference("before_id", "evaluation"),
        reference("after_id", "evaluation"),
        Index("ix_attempt_goal", "workspace_id", "goal_id"),
        one_of("outcome", OUTCOMES),
    )

    goal_id: int = Field(sa_type=BigInteger)
    remedy: str | None = None
    text: str
    owner_id: int | None = Field(default=None, sa_type=BigInteger)
    due_on: date
    hoped: Decimal | None = Field(default=None, sa_type=Exact)
    before_id: int | None = Field(default=None, sa_type=BigInteger)
    taken_by: int | None = Field(default=None, sa_type=BigInteger)
    taken_at: datetime = Field(sa_type=UTCDateTime)
    taken_on: date
    outcome: str | None = None
    note: str | None = None
    after_id: int | None = Field(default=None, sa_type=BigInteger)
    settled_by: int | None = Field(default=None, sa_type=BigInteger)
    settled_on: date | None = None
    version: int = 1
