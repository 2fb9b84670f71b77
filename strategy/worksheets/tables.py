"""What leadership wrote: answers, their history, and the versions that were approved."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field

from goals.table import Json, Scoped, UTCDateTime, reference


class Answer(Scoped, table=True):
    """The present answer to one question (one row of it, where a question repeats).

    `question` is "section.question"; `item` is "" for a single answer and a stable key for
    each row of a repeating one. `value` maps field keys to what was typed. `version` counts
    saves; a save that names an older version is a conflict.
    """

    __table_args__ = (
        reference("updated_by", "member"),
        UniqueConstraint("workspace_id", "question", "item"),
    )

    question: str
    item: str = ""
    position: int = 0
    value: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    version: int = 1
    is_example: bool = False
    is_skipped: bool = False
    updated_by: int | None = Field(default=None, sa_type=BigInteger)
    updated_at: datetime = Field(sa_type=UTCDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class AnswerVersion(Scoped, table=True):
    """An answer as it stood after a save; never overwritten."""

    __tablename__ = "answer_version"
    __table_args__ = (
        reference("answer_id", "answer"),
        UniqueConstraint("workspace_id", "answer_id", "version"),
    )

    answer_id: int = Field(sa_type=BigInteger)
    version: int
    value: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    removed: bool = False
    saved_by: int | None = Field(default=None, sa_type=BigInteger)
    saved_at: datetime = Field(sa_type=UTCDateTime)


class StrategyVersion(Scoped, table=True):
    """The strategy as approved: every answer, frozen, with the name and note given then."""

    __tablename__ = "strategy_version"
    __table_args__ = (
        reference("approved_by", "member"),
        UniqueConstraint("workspace_id", "number"),
        Index("ix_strategy_version_at", "workspace_id", "approved_at"),
    )

    number: int
    name: str
    note: str | None = None
    answers: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    approved_by: int | None = Field(default=None, sa_type=BigInteger)
    approved_at: datetime = Field(sa_type=UTCDateTime)
