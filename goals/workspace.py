"""Workspaces and the people in them: who owns goals, who may see them, which days count."""

from datetime import date, datetime

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field, Session, col, select

from goals import calendar, fiscal
from goals.fiscal import FiscalCalendar
from goals.table import Scoped, Table, UTCDateTime, new_id, one_of, reference, workspace_of

ROLES = ("owner", "editor", "commenter", "viewer")
CALENDARS = ("gregorian", "buddhist")


class Workspace(Table, table=True):
    """A company's own space, with the settings that every period and amount depends on.

    `fiscal_start` is the month (1 to 12) in which the fiscal year starts; `week_start` is
    0 for Monday to 6 for Sunday; `fiscal_pattern`, `fiscal_ends` and `fiscal_named` are those of
    `FiscalCalendar`. `currency` is the base currency (ISO 4217). `working_days` are the weekdays
    on which people work, as digits of which 0 is Monday; `country` (ISO 3166, two letters) is the
    one whose holidays are free, None for those of every country that were brought in. Alerts wait
    while fewer than `quality_gate` percent of the records behind them are sound; 0 lets all pass.
    """

    __table_args__ = (
        one_of("calendar", CALENDARS),
        one_of("fiscal_pattern", tuple(fiscal.PATTERNS)),
        one_of("fiscal_ends", fiscal.ENDS),
        one_of("fiscal_named", fiscal.NAMED),
    )

    id: int = Field(
        default_factory=new_id,
        primary_key=True,
        sa_type=BigInteger,
        sa_column_kwargs={"autoincrement": False},
    )
    name: str = Field(unique=True)
    zone: str = "UTC"
    currency: str = "USD"
    fiscal_start: int = 1
    week_start: int = 0
    fiscal_pattern: str = "months"
    fiscal_ends: str = "last"
    fiscal_named: str = "end"
    working_days: str = "01234"
    country: str | None = None
    calendar: str = "gregorian"
    locale: str = "en"
    quality_gate: int = 50
    is_sample: bool = False
    knowledge_from: datetime | None = Field(default=None, sa_type=UTCDateTime)
    created_at: datetime = Field(sa_type=UTCDateTime)

    @property
    def fiscal(self) -> FiscalCalendar:
        """Return the company's year: the one door to quarters, years and their comparisons."""
        return FiscalCalendar(
            self.fiscal_start,
            self.week_start,
            self.fiscal_pattern,
            self.fiscal_ends,
            self.fiscal_named,
        )

    @property
    def weekdays(self) -> frozenset[int]:
        """Return the weekdays on which people work, 0 for Monday."""
        return frozenset(map(int, self.working_days))

    def local_day(self, now: datetime) -> date:
        """Return the day it is in this workspace at an instant."""
        return calendar.local_date(now, self.zone)

    def end_of(self, day: date) -> datetime:
        """Return the last instant of a local day, in UTC."""
        return calendar.end_of_day(day, self.zone)


class Person(Table, table=True):
    """Somebody who signs in; may be a member of several workspaces."""

    id: int = Field(
        default_factory=new_id,
        primary_key=True,
        sa_type=BigInteger,
        sa_column_kwargs={"autoincrement": False},
    )
    email: str = Field(unique=True)
    name: str
    password_hash: str | None = None
    locale: str | None = None
    zone: str | None = None
    theme: str = "auto"
    created_at: datetime = Field(sa_type=UTCDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class Team(Scoped, table=True):
    """A group of members with a Slack channel of its own (None until one is chosen)."""

    __table_args__ = (UniqueConstraint("workspace_id", "name"),)

    name: str
    channel: str | None = None


class Member(Scoped, table=True):
    """A person's place in a workspace: role and team.

    `sells_as` names the owner of deals that the person is (None: the one with their address).
    """

    __table_args__ = (
        reference("team_id", "team"),
        UniqueConstraint("workspace_id", "person_id"),
        one_of("role", ROLES),
    )

    person_id: int = Field(foreign_key="person.id", sa_type=BigInteger, index=True)
    role: str = "viewer"
    team_id: int | None = Field(default=None, sa_type=BigInteger)
    sells_as: str | None = None
    created_at: datetime = Field(sa_type=UTCDateTime)


def of(session: Session) -> Workspace:
    """Return the workspace a Session is bound to."""
    found = session.get(Workspace, workspace_of(session))
    if found is None:
        raise LookupError("the workspace is gone")
    # A session forgets what nobody holds, and this is asked for again and again.
    session.info["workspace"] = found
    return found


def hold(session: Session) -> None:
    """Let others who ask to hold the workspace wait until this transaction ends.

    What was read before may be older than what is there now.
    """
    statement = select(Workspace.id).where(col(Workspace.id) == workspace_of(session))
    session.execute(statement.with_for_update(key_share=True))
