"""Records of marketing: campaigns and whom they reached, what was spent, mails and visits."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from goals.records.record import Record
from goals.table import Money, UTCDateTime, one_of

CATEGORIES = ("marketing", "sales")
MAILS = ("sent", "delivered", "open", "click", "bounce", "unsubscribe")


class Campaign(Record, table=True):
    """A campaign with its budget; deals and leads name it in a text of their own."""

    __table_args__ = (Index("ix_campaign_name", "workspace_id", "name"),)

    name: str
    started_on: date | None = None
    ended_on: date | None = None
    budget: Decimal | None = Field(default=None, sa_type=Money)
    currency: str | None = None


class CampaignMember(Record, table=True):
    """A lead that a campaign reached; `responded_on` None means that it has not responded."""

    __tablename__ = "campaign_member"
    __table_args__ = (
        Index("ix_campaign_member_responded", "workspace_id", "responded_on"),
        Index("ix_campaign_member_campaign", "workspace_id", "campaign_id"),
        Index("ix_campaign_member_lead", "workspace_id", "lead_id"),
    )

    campaign_id: int = Field(sa_type=BigInteger)
    lead_id: int = Field(sa_type=BigInteger)
    responded_on: date | None = None


class Spend(Record, table=True):
    """What winning customers cost on a day, for a campaign or in general."""

    __table_args__ = (
        one_of("category", CATEGORIES),
        Index("ix_spend_day", "workspace_id", "day"),
    )

    day: date
    amount: Decimal = Field(sa_type=Money)
    currency: str | None = None
    campaign_id: int | None = Field(default=None, sa_type=BigInteger)
    category: str | None = None


class EmailEvent(Record, table=True):
    """What became of one mail to one recipient; `day` is the business day of `at`."""

    __tablename__ = "email_event"
    __table_args__ = (
        one_of("kind", MAILS),
        Index("ix_email_event_day", "workspace_id", "day"),
    )

    at: datetime = Field(sa_type=UTCDateTime)
    day: date
    kind: str
    message: str | None = None
    recipient: str | None = None


class WebVisit(Record, table=True):
    """How many people came to the web site on a day, and how often, by source."""

    __tablename__ = "web_visit"
    __table_args__ = (Index("ix_web_visit_day", "workspace_id", "day"),)

    day: date
    visitors: int | None = Field(default=None, sa_type=BigInteger)
    visits: int | None = Field(default=None, sa_type=BigInteger)
    source: str | None = None
