"""The sample company as a workspace: people, teams, source, goals and the reviews so far."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlmodel import Session, col, select

from app import work
from app.accounts import passwords, people, workspaces
from app.wiring import Wiring
from goals import workspace
from goals.alerts import review
from goals.calendar import FiscalCalendar, Period
from goals.tracking import goals
from goals.tracking.drafts import Draft
from goals.tracking.goal import Objective
from goals.workspace import Person, Workspace
from integrations import connections
from integrations.crm.sample.names import COMPANY

EMAIL = "dana@northbay.example"
PASSWORD = "sample company"
MEMBERS = (
    ("alex@northbay.example", "Alex Morgan", "editor", "Sales"),
    ("nok@northbay.example", "Nok Srisai", "editor", "Service"),
    ("wei@northbay.example", "Wei Lin", "commenter", "Marketing"),
    ("viewer@northbay.example", "Vic Tran", "viewer", "Sales"),
)
TEAMS = ("Sales", "Marketing", "Service")


def sample_of(session: Session) -> Workspace | None:
    """Return the sample workspace, None where there is none."""
    return session.exec(select(Workspace).where(col(Workspace.is_sample))).first()


def make(wiring: Wiring) -> int:
    """Make the sample company if it is not there yet; returns its workspace's id."""
    now = wiring.clock()
    with wiring.database.system() as system:
        there = sample_of(system)
        if there is not None:
            return there.id
        made = workspaces.create(
            system,
            COMPANY,
            now=now,
            zone="Asia/Bangkok",
            currency="THB",
            is_sample=True,
        )
        workspace_id = made.id
    with wiring.database.session(workspace_id) as session:
        _people(session, now)
        connection = connections.add(
            session,
            "sample",
            "Sample CRM",
            settings={},
            secrets={},
            vault=wiring.vault,
            now=now,
        )
        connection_id = connection.id
        work.plan(session, now)
    work.sync_now(wiring, workspace_id, connection_id)
    with wiring.database.session(workspace_id) as session:
        quarter = _quarter(session, now)
        _goals(session, quarter, now)
    _look_back(wiring, workspace_id, quarter, now)
    return workspace_id


def _people(session: Session, now: datetime) -> None:
    for team in TEAMS:
        people.add_team(session, team)
    people.add(session, email=EMAIL, name="Dana Keller", role="owner", team="Sales", now=now)
    for email, name, role, team in MEMBERS:
        people.add(session, email=email, name=name, role=role, team=team, now=now)
    owner = session.exec(select(Person).where(col(Person.email) == EMAIL)).one()
    owner.password_hash = passwords.hashed(PASSWORD)
    session.add(owner)
    session.flush()


def _quarter(session: Session, now: datetime) -> Period:
    here = workspace.of(session)
    calendar = FiscalCalendar(here.fiscal_start, here.week_start)
    return calendar.quarter(here.local_day(now))


def _goals(session: Session, quarter: Period, now: datetime) -> None:
    """Add goals of all sorts over the present quarter, against its predecessors."""
    today = workspace.of(session).local_day(now)
    here = workspace.of(session).id
    names = ("Grow with the customers we know", "Sell faster, to the right people")
    grow, faster = (
        Objective(workspace_id=here, name=name, position=place, created_at=now)
        for place, name in enumerate(names)
    )
    session.add_all([grow, faster])
    session.flush()
    for draft in _drafts(session, quarter, grow.id, faster.id):
        goals.add(session, draft, by=None, today=today, now=now)


def _drafts(session: Session, quarter: Period, grow: int, faster: int) -> list[Draft]:
    def member(email: str) -> int:
        return people.with_email(session, email).id

    def team(name: str) -> int:
        return people.team_named(session, name).id

    first, last = quarter.first, quarter.last
    sales, marketing = team("Sales"), team("Marketing")
    alex, wei = member("alex@northbay.example"), member("wei@northbay.example")
    dana = member(EMAIL)
    return [
        Draft(
            name="Sell ฿27 M of new business this quarter",
            metric="revenue",
            kind="cumulative",
            direction="up",
            target_kind="target",
            target_input=Decimal(27_000_000),
            plan="seasonal",
            owner_id=alex,
            team_id=sales,
            objective_id=grow,
            why="The new hall must be paid from orders, not from credit.",
            actions=("Review every proposal older than three weeks each Monday",),
            first_day=first,
            last_day=last,
        ),
        Draft(
            name="Win 28 new customers this quarter",
            metric="new_customers",
            kind="cumulative",
            direction="up",
            target_kind="target",
            target_input=Decimal(28),
            owner_id=dana,
            team_id=sales,
            objective_id=grow,
            actions=("Two plant visits a week in the North and the South",),
            first_day=first,
            last_day=last,
        ),
        Draft(
            name="Raise the win rate by 4 points",
            metric="win_rate",
            kind="level",
            direction="up",
            target_kind="points",
            target_input=Decimal("0.04"),
            owner_id=alex,
            team_id=sales,
            objective_id=faster,
            actions=("A second pair of eyes on every proposal above ฿300k",),
            first_day=first,
            last_day=last,
        ),
        Draft(
            name="Shorten the sales cycle by a tenth",
            metric="sales_cycle",
            kind="level",
            direction="down",
            target_kind="relative",
            target_input=Decimal("-0.1"),
            owner_id=alex,
            team_id=sales,
            objective_id=faster,
            actions=("Send the proposal within five days of the site visit",),
            first_day=first,
            last_day=last,
        ),
        Draft(
            name="Bring in 900 leads this quarter",
            metric="leads_new",
            kind="cumulative",
            direction="up",
            target_kind="target",
            target_input=Decimal(900),
            owner_id=wei,
            team_id=marketing,
            objective_id=faster,
            actions=("Water week in November, with three customers on stage",),
            first_day=first,
            last_day=last,
        ),
        Draft(
            name="Referral deals worth ฿7 M",
            metric="revenue",
            segment={"source": "Referral"},
            kind="cumulative",
            direction="up",
            target_kind="target",
            target_input=Decimal(7_000_000),
            plan="seasonal",
            owner_id=dana,
            objective_id=grow,
            actions=("Ask for a referral at every hand-over",),
            first_day=first,
            last_day=last,
        ),
    ]


def _look_back(wiring: Wiring, workspace_id: int, quarter: Period, now: datetime) -> None:
    """Review each day of the quarter so far, as the worker would have done."""
    with wiring.database.session(workspace_id) as session:
        here = workspace.of(session)
        today = here.local_day(now)
        day: date = quarter.first
        while day < today:
            review.review(session, now=here.end_of(day), today=day)
            day += timedelta(days=1)
        review.review(session, now=now, today=today)
