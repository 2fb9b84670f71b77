"""Records of selling: owners, accounts, products, deals and the stages deals went through."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from goals.records.record import Record
from goals.table import Money, Scoped, UTCDateTime, one_of, reference

DEAL_STATUSES = ("open", "won", "lost")


class Owner(Record, table=True):
    """A person in the CRM who owns deals and leads; `team` and `manager` are plain text."""

    __table_args__ = (Index("ix_owner_name", "workspace_id", "name"),)

    name: str
    email: str | None = None
    team: str | None = None
    manager: str | None = None
    region: str | None = None
    is_active: bool = True


class Account(Record, table=True):
    """A company that is, was or may become a customer."""

    __table_args__ = (Index("ix_account_name", "workspace_id", "name"),)

    name: str
    domain: str | None = None
    industry: str | None = None
    employees: int | None = Field(default=None, sa_type=BigInteger)
    revenue: Decimal | None = Field(default=None, sa_type=Money)
    region: str | None = None
    country: str | None = None
    customer_type: str | None = None
    created_on: date | None = None
    parent_id: int | None = Field(default=None, sa_type=BigInteger)


class Product(Record, table=True):
    """Something sold, with its list price."""

    __table_args__ = (Index("ix_product_name", "workspace_id", "name"),)

    name: str
    list_price: Decimal | None = Field(default=None, sa_type=Money)
    family: str | None = None


class Deal(Record, table=True):
    """An opportunity: open, won or lost.

    `*_on` are business dates in the workspace's zone; `closed_at` keeps the instant where
    the source has one. `currency` None means the workspace's base currency. `list_price`
    None means that the product's list price counts.
    """

    __table_args__ = (
        one_of("status", DEAL_STATUSES),
        Index("ix_deal_closed", "workspace_id", "closed_on"),
        Index("ix_deal_created", "workspace_id", "created_on"),
        Index("ix_deal_account", "workspace_id", "account_id"),
    )

    name: str | None = None
    account_id: int | None = Field(default=None, sa_type=BigInteger)
    owner_id: int | None = Field(default=None, sa_type=BigInteger)
    product_id: int | None = Field(default=None, sa_type=BigInteger)
    pipeline: str | None = None
    stage: str | None = None
    status: str = "open"
    amount: Decimal | None = Field(default=None, sa_type=Money)
    currency: str | None = None
    created_on: date | None = None
    qualified_on: date | None = None
    closed_on: date | None = None
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    expected_close_on: date | None = None
    source: str | None = None
    campaign: str | None = None
    probability: float | None = None
    lost_reason: str | None = None
    list_price: Decimal | None = Field(default=None, sa_type=Money)


class StageEvent(Record, table=True):
    """A deal's entry into a stage, and the visit that it began.

    `left_on` is the day of the deal's next event (None: still there); `position` orders the
    events of one day. `status` is what the stage meant when the event was read. An open run
    is an unbroken chain of open stages: `run_from` is the day it began (None unless the stage
    is open), `starts_run` marks its first visit and `ends_run` the visit after which the deal
    was no longer open. The writer computes all of these from the deal's complete history.
    """

    __tablename__ = "stage_event"
    __table_args__ = (
        one_of("status", DEAL_STATUSES),
        Index("ix_stage_event_deal", "workspace_id", "deal_id"),
        Index("ix_stage_event_entered", "workspace_id", "entered_on"),
        Index("ix_stage_event_left", "workspace_id", "left_on"),
    )

    deal_id: int = Field(sa_type=BigInteger)
    stage: str
    status: str = "open"
    entered_on: date
    entered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    position: int = 0
    left_on: date | None = None
    run_from: date | None = None
    starts_run: bool = False
    ends_run: bool = False


class PipelineStage(Scoped, table=True):
    """A stage of a connection's pipeline and what leadership decided about it.

    `status` None means that nobody has said yet whether the stage is open, won or lost; where
    it is not what the source `told` (None: nothing), a person decided it.
    `probability` is a share (0 to 1); `max_age` is a number of days, None for no limit;
    `required` lists the fields a deal must have to stand there. `gone_at` tells since when the
    source lists it no longer (None: it does, or never lists its stages).
    """

    __tablename__ = "pipeline_stage"
    __table_args__ = (
        reference("connection_id", "connection"),
        Index(
            "uq_pipeline_stage", "workspace_id", "connection_id", "pipeline", "name", unique=True
        ),
    )

    connection_id: int = Field(sa_type=BigInteger)
    pipeline: str = ""
    name: str
    external_id: str | None = None
    position: int = 0
    status: str | None = None
    told: str | None = None
    probability: float | None = None
    max_age: int | None = None
    required: str | None = None
    gone_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
