"""Check-ins: what a person said of a goal, beside what its numbers said that day."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from goals.table import Scoped, UTCDateTime, one_of, reference

#: How sure somebody is that the target is reached, in percent.
CONFIDENCES = ("90", "70", "50", "30", "10")


class Checkin(Scoped, table=True):
    """What a person said of a goal on a local day.

    `evaluation_id` is what the numbers said when it was written (None: not reviewed yet), so
    the two can be laid side by side for ever. `due_on` is the day of the rhythm that it
    stands for, None for one that nobody asked for. `version` grows with each change;
    `removed_at` None means that it counts.
    """

    __table_args__ = (
        reference("goal_id", "goal"),
        reference("evaluation_id", "evaluation"),
        reference("made_by", "member"),
        Index("ix_checkin_goal", "workspace_id", "goal_id", "day"),
        one_of("confidence", CONFIDENCES),
    )

    goal_id: int = Field(sa_type=BigInteger)
    day: date
    due_on: date | None = None
    evaluation_id: int | None = Field(default=None, sa_type=BigInteger)
    confidence: str
    note: str
    blocker: str | None = None
    next_action: str | None = None
    next_due: date | None = None
    made_by: int | None = Field(default=None, sa_type=BigInteger)
    made_at: datetime = Field(sa_type=UTCDateTime)
    version: int = 1
    changed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
