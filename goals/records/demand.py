"""Records of demand: contacts, leads and what happened to leads."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from goals.records.record import Record
from goals.table import UTCDateTime


class Contact(Record, table=True):
    """A person at an account, with their consent to mail."""

    name: str | None = None
    email: str | None = None
    account_id: int | None = Field(default=None, sa_type=BigInteger)
    owner_id: int | None = Field(default=None, sa_type=BigInteger)
    created_on: date | None = None
    opted_in_on: date | None = None
    opted_out_on: date | None = None


class Lead(Record, table=True):
    """Somebody who may buy; converted when a deal or customer came of it.

    Every lead has the day it was created, except a stub: nothing is known of it yet.
    """

    __table_args__ = (
        Index("ix_lead_created", "workspace_id", "created_on"),
        Index("ix_lead_converted", "workspace_id", "converted_on"),
        # Each deal that changes asks which leads became it.
        Index("ix_lead_converted_deal", "workspace_id", "converted_deal_id"),
    )

    created_on: date | None = None
    name: str | None = None
    email: str | None = None
    source: str | None = None
    owner_id: int | None = Field(default=None, sa_type=BigInteger)
    campaign: str | None = None
    type: str | None = None
    qualified_on: date | None = None
    converted_on: date | None = None
    converted_deal_id: int | None = Field(default=None, sa_type=BigInteger)
    disqualified_on: date | None = None
    status: str | None = None
    region: str | None = None


class LeadEvent(Record, table=True):
    """A step in a lead's life: a type reached, a form filled, a hand-over, with its weight."""

    __tablename__ = "lead_event"
    __table_args__ = (Index("ix_lead_event_lead", "workspace_id", "lead_id"),)

    lead_id: int = Field(sa_type=BigInteger)
    at: datetime = Field(sa_type=UTCDateTime)
    kind: str
    value: str | None = None
