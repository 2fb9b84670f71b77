"""Records of dealing with people: activities, tickets, and what people answer to surveys."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from goals.records.record import Record
from goals.table import Money, UTCDateTime, one_of

DIRECTIONS = ("inbound", "outbound")
SURVEYS = ("nps", "csat", "ces")


class Activity(Record, table=True):
    """A call, meeting, message or other thing done for a deal, a lead or a contact.

    `kind` is the source's own word. `day` is the business day of `at`; see `local_days`.
    """

    __table_args__ = (
        one_of("direction", DIRECTIONS),
        Index("ix_activity_day", "workspace_id", "day"),
        Index("ix_activity_deal", "workspace_id", "deal_id"),
        Index("ix_activity_lead", "workspace_id", "lead_id"),
        Index("ix_activity_contact", "workspace_id", "contact_id"),
    )

    kind: str
    at: datetime = Field(sa_type=UTCDateTime)
    day: date
    deal_id: int | None = Field(default=None, sa_type=BigInteger)
    lead_id: int | None = Field(default=None, sa_type=BigInteger)
    contact_id: int | None = Field(default=None, sa_type=BigInteger)
    owner_id: int | None = Field(default=None, sa_type=BigInteger)
    outcome: str | None = None
    direction: str | None = None


class Ticket(Record, table=True):
    """A customer's request for help, from the day it came in until it was solved.

    `waiting_hours` were spent waiting for the customer and are not ours (None: not known).
    `opened_on` and `solved_on` are the business days of the instants; see `local_days`. Hours
    are kept as money is, in ten-thousandths, so that they add up exactly.
    """

    __table_args__ = (
        Index("ix_ticket_opened", "workspace_id", "opened_on"),
        Index("ix_ticket_solved", "workspace_id", "solved_on"),
        Index("ix_ticket_account", "workspace_id", "account_id"),
    )

    opened_at: datetime = Field(sa_type=UTCDateTime)
    opened_on: date
    first_reply_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    solved_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    solved_on: date | None = None
    reopened_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    waiting_hours: Decimal | None = Field(default=None, sa_type=Money)
    owner_id: int | None = Field(default=None, sa_type=BigInteger)
    account_id: int | None = Field(default=None, sa_type=BigInteger)
    topic: str | None = None
    priority: str | None = None
    status: str | None = None


class SurveyAnswer(Record, table=True):
    """A customer's answer to a survey.

    `scale` is the lowest and the highest score that could be given, such as 0-10 or 1-5 (None:
    not known); scores on different scales are never mixed. Scores are kept as money is, in
    ten-thousandths, so that they add up exactly. `day` is the business day of `at`.
    """

    __tablename__ = "survey_answer"
    __table_args__ = (
        one_of("kind", SURVEYS),
        Index("ix_survey_answer_day", "workspace_id", "day"),
        Index("ix_survey_answer_account", "workspace_id", "account_id"),
    )

    at: datetime = Field(sa_type=UTCDateTime)
    day: date
    score: Decimal = Field(sa_type=Money)
    scale: str | None = None
    kind: str | None = None
    account_id: int | None = Field(default=None, sa_type=BigInteger)
    comment: str | None = None
