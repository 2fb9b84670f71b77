"""What leadership wrote: answers, their history, approved versions, and the work around them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field

from goals.table import Json, Scoped, UTCDateTime, one_of, reference

#: What a version of an answer came from. A text that lost against another editor's is
#: "set_aside": it stands in the history and never became the answer.
ACTIONS = ("saved", "autosaved", "example", "skipped", "moved", "removed", "restored", "set_aside")


class Answer(Scoped, table=True):
    """The present answer to one question (one row of it, where a question repeats).

    `question` is "section.question"; questions about the rows of another share its answer.
    `item` is "" for a single answer and a stable key for each row of a repeating one. `value`
    maps the keys of filled fields to what was typed. `version` counts the rows of its
    history; a save that names an older one may be a conflict. `examples` are the fields that
    still hold the text of an example. `skipped` are the questions left for later, and single
    fields of them as "question.field": those that a talk does not ask (about) any more. That
    a list gets no other row stands in one of its own: a removed one with the item "".
    """

    __table_args__ = (
        reference("updated_by", "member"),
        UniqueConstraint("workspace_id", "question", "item"),
    )

    question: str
    item: str = ""
    position: int = 0
    value: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    version: int = 0
    examples: list[str] = Field(default_factory=list, sa_type=Json)
    skipped: list[str] = Field(default_factory=list, sa_type=Json)
    updated_by: int | None = Field(default=None, sa_type=BigInteger)
    updated_at: datetime = Field(sa_type=UTCDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class AnswerVersion(Scoped, table=True):
    """An answer as it stood after an action; never overwritten.

    `writer` is a token of the browser tab that sent it: what one tab saves by itself is no
    conflict with what the same tab sends next.
    """

    __tablename__ = "answer_version"
    __table_args__ = (
        reference("answer_id", "answer"),
        UniqueConstraint("workspace_id", "answer_id", "version"),
        one_of("action", ACTIONS),
    )

    answer_id: int = Field(sa_type=BigInteger)
    version: int
    action: str = "saved"
    value: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    position: int = 0
    examples: list[str] = Field(default_factory=list, sa_type=Json)
    skipped: list[str] = Field(default_factory=list, sa_type=Json)
    removed: bool = False
    writer: str | None = None
    saved_by: int | None = Field(default=None, sa_type=BigInteger)
    saved_at: datetime = Field(sa_type=UTCDateTime)


class StrategyVersion(Scoped, table=True):
    """The strategy as approved: every answer, frozen, with the name and note given then.

    `answers` maps "section.question" to its rows in order, each with item, value, version,
    and who wrote it when. `number` counts from 1; the name may be "".
    """

    __tablename__ = "strategy_version"
    __table_args__ = (
        reference("approved_by", "member"),
        UniqueConstraint("workspace_id", "number"),
        Index("ix_strategy_version_at", "workspace_id", "approved_at"),
    )

    number: int
    name: str = ""
    note: str | None = None
    answers: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    approved_by: int | None = Field(default=None, sa_type=BigInteger)
    approved_at: datetime = Field(sa_type=UTCDateTime)


class SectionAssignee(Scoped, table=True):
    """Who works on a section; nobody where there is no row."""

    __tablename__ = "section_assignee"
    __table_args__ = (
        reference("member_id", "member"),
        reference("assigned_by", "member"),
        UniqueConstraint("workspace_id", "section"),
    )

    section: str
    member_id: int = Field(sa_type=BigInteger)
    assigned_by: int | None = Field(default=None, sa_type=BigInteger)
    assigned_at: datetime = Field(sa_type=UTCDateTime)


class LastPlace(Scoped, table=True):
    """The page of the strategy that a member looked at last, to go on from there.

    `item` is the row that it was about, "" for none, None for a list of rows.
    """

    __tablename__ = "last_place"
    __table_args__ = (
        reference("member_id", "member"),
        UniqueConstraint("workspace_id", "member_id"),
    )

    member_id: int = Field(sa_type=BigInteger)
    section: str
    question: str
    item: str | None = None
    seen_at: datetime = Field(sa_type=UTCDateTime)


class Comment(Scoped, table=True):
    """What a member said about a question, or about one row of it.

    `parent_id` is the comment that it answers, None for the first of a thread; only that one
    is resolved. `mentions` are the members that it names, of whom each is to be told.
    """

    __table_args__ = (
        reference("parent_id", "comment"),
        reference("written_by", "member"),
        reference("resolved_by", "member"),
        Index("ix_comment_question", "workspace_id", "question", "item"),
    )

    question: str
    item: str = ""
    parent_id: int | None = Field(default=None, sa_type=BigInteger)
    text: str
    mentions: list[str] = Field(default_factory=list, sa_type=Json)
    written_by: int | None = Field(default=None, sa_type=BigInteger)
    written_at: datetime = Field(sa_type=UTCDateTime)
    resolved_by: int | None = Field(default=None, sa_type=BigInteger)
    resolved_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class ShareLink(Scoped, table=True):
    """A link by which anybody may read the strategy until it expires or is revoked.

    The link holds the secret, the table only its hash.
    """

    __tablename__ = "share_link"
    __table_args__ = (
        reference("made_by", "member"),
        UniqueConstraint("workspace_id", "token_hash"),
    )

    token_hash: str
    made_by: int | None = Field(default=None, sa_type=BigInteger)
    made_at: datetime = Field(sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    opened_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
