"""The sample company as a workspace: people, teams, source, goals and the reviews so far."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlmodel import Session, col, select

from app import work
from app.accounts import passwords, people, workspaces
from app.demo import checkins, past, strategy
from app.demo.slack import company
from app.demo.slack.stage import Stage
from app.wiring import Wiring
from goals import workspace
from goals.alerts import review
from goals.calendar import Period
from goals.metrics import authoring
from goals.tracking import goals
from goals.tracking.drafts import Draft
from goals.workspace import Person, Workspace
from integrations import connections, public_holidays
from integrations.crm.sample.names import COMPANY
from integrations.files import by_hand
from integrations.slack import teams

EMAIL = "dana@northbay.example"
PASSWORD = "sample company"
MEMBERS = (
    ("alex@northbay.example", "Alex Morgan", "editor", "Sales"),
    ("nok@northbay.example", "Nok Srisai", "editor", "Service"),
    ("wei@northbay.example", "Wei Lin", "commenter", "Marketing"),
    ("viewer@northbay.example", "Vic Tran", "viewer", "Sales"),
)
TEAMS = ("Sales", "Marketing", "Service")
#: Who reads in another language than the company's.
LANGUAGES = {"nok@northbay.example": "th", "wei@northbay.example": "zh_Hans"}
COUNTRY = "TH"
#: How many people worked there when the last quarters ended, which no record tells.
HEADCOUNTS = (43, 44, 44, 46)
PER_MEETING = authoring.Draft(
    "revenue_per_meeting",
    "Revenue per meeting held",
    "revenue / meetings_set",
    "What is won for each meeting that took place: are we visiting the right plants?",
    direction="up",
)


def sample_of(session: Session) -> Workspace | None:
    """Return the sample workspace, None where there is none."""
    return session.exec(select(Workspace).where(col(Workspace.is_sample))).first()


def make(wiring: Wiring, stage: Stage | None = None) -> int:
    """Make the sample company if it is not there yet; returns its workspace's id.

    With a `stage` it lives in that small Slack too, where what was decided on each day is told.
    """
    now = wiring.clock()
    with wiring.database.system() as system:
        there = sample_of(system)
        if there is not None:
            _enter(wiring, stage, there.id, now)
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
    _enter(wiring, stage, workspace_id, now)
    work.sync_now(wiring, workspace_id, connection_id)
    with wiring.database.session(workspace_id) as session:
        quarter = _quarter(session, now)
        _by_hand(session, quarter, now)
        _goals(session, quarter, now)
        if stage is not None:
            company.place_goals(session)
    _look_back(wiring, workspace_id, quarter, now, stage)
    return workspace_id


def _enter(wiring: Wiring, stage: Stage | None, workspace_id: int, now: datetime) -> None:
    """Bring the company into its small Slack, or out of it where there is none."""
    if stage is None:
        company.leave(wiring, workspace_id)
        return
    with wiring.database.session(workspace_id) as session:
        company.settle(session, stage, wiring.slack.config.base_url, now)
    teams.install(wiring.slack, workspace_id, company.granted(stage), move=True)


def _people(session: Session, now: datetime) -> None:
    for team in TEAMS:
        people.add_team(session, team)
    people.add(session, email=EMAIL, name="Dana Keller", role="owner", team="Sales", now=now)
    for email, name, role, team in MEMBERS:
        people.add(session, email=email, name=name, role=role, team=team, now=now)
    for email, language in LANGUAGES.items():
        reader = session.exec(select(Person).where(col(Person.email) == email)).one()
        reader.locale = language
        session.add(reader)
    owner = session.exec(select(Person).where(col(Person.email) == EMAIL)).one()
    owner.password_hash = passwords.hashed(PASSWORD)
    session.add(owner)
    session.flush()


def _quarter(session: Session, now: datetime) -> Period:
    here = workspace.of(session)
    return here.fiscal.quarter(here.local_day(now))


def _by_hand(session: Session, quarter: Period, now: datetime) -> None:
    """Enter what no source tells: how many people there are, free days, and a metric."""
    by = people.with_email(session, EMAIL).id
    ends = [quarter.first - timedelta(days=1)]
    while len(ends) < len(HEADCOUNTS):
        ends.insert(0, workspace.of(session).fiscal.quarter(ends[0]).first - timedelta(days=1))
    counted = [
        by_hand.Entry(day, Decimal(n), "Payroll") for day, n in zip(ends, HEADCOUNTS, strict=True)
    ]
    by_hand.enter(session, "headcount", counted, by=by, now=now)
    year = quarter.first.year
    free = public_holidays.of(COUNTRY, year, "en")
    by_hand.write(
        session,
        "holiday",
        ("external_id", "on", "country", "name"),
        [(f"{COUNTRY} {one.day}", one.day.isoformat(), COUNTRY, one.name) for one in free],
        label=f"{COUNTRY} {year}",
        by=by,
        now=now,
    )
    authoring.add(session, PER_MEETING, by=by, now=now)


def _goals(session: Session, quarter: Period, now: datetime) -> None:
    """Add the goals that the strategy asks for, and one that it does not name yet."""
    strategy.write(session, quarter, now)
    first, *_ = strategy.make_goals(session, now)
    draft = Draft(
        name="Referral deals worth ฿7 M",
        metric="revenue",
        segment={"source": "Referral"},
        kind="cumulative",
        direction="up",
        target_kind="target",
        target_input=Decimal(7_000_000),
        plan="seasonal",
        owner_id=people.with_email(session, EMAIL).id,
        objective_id=first.objective_id,
        actions=("Ask for a referral at every hand-over",),
        first_day=quarter.first,
        last_day=quarter.last,
    )
    today = workspace.of(session).local_day(now)
    goals.add(session, draft, by=None, today=today, now=now)
    strategy.carry_on(session, now)
    checkins.begin(session, quarter)


def _look_back(
    wiring: Wiring, workspace_id: int, quarter: Period, now: datetime, stage: Stage | None
) -> None:
    """Review each day of the quarter so far, and tell of it, as the worker would have done."""
    begin = wiring.database.begin(workspace_id)
    with begin() as session:
        here = workspace.of(session)
        today = here.local_day(now)
    day: date = quarter.first
    while day < today:
        with begin() as session:
            review.review(session, now=here.end_of(day), today=day)
            checkins.live(session, quarter, day, here.end_of(day))
        if stage is not None:
            company.tell(wiring, stage, workspace_id, here.end_of(day))
        day += timedelta(days=1)
    with begin() as session:
        past.look_back(session, quarter, today)
        if stage is not None:
            company.place_goals(session)
        review.review(session, now=now, today=today)
