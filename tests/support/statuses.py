"""A workspace with one goal in every state that a goal can be in, for whoever looks at pages."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from sqlmodel import Session, col, select

from app.accounts import people
from goals.alerts import review
from goals.metrics import refresh
from goals.records import writer
from goals.records.connections import Connection, SyncRun
from goals.records.figures import ManualReading
from goals.table import new_id
from goals.tracking import archive, goals, milestones
from goals.tracking.checkins import keeping
from goals.tracking.checkins.keeping import Said
from goals.tracking.drafts import Draft
from goals.tracking.goal import Goal
from tests.support import company
from tests.support.site import Site

FIRST, LAST = company.QUARTER
TODAY = date(2026, 8, 14)
#: So many days ago the goals were reviewed: once in July, and in these days, for a new status
#: needs two in a row.
REVIEWED = (20, 13, 6, 3, 2, 1, 0)
#: What the plan of the goal whose sales are to come late expects by which day.
LATE = ((date(2026, 8, 31), 0.3), (LAST, 1.0))


def make(site: Site) -> dict[str, int]:
    """Make the goals and review them day by day; returns each one's id by what it shows."""
    company.win(site.database, site.here, _sales(), owner="Bea")
    with site.session() as session:
        files = company.connection_of(session, site.here)
        files.newest_on, files.last_success_at = TODAY, site.now
        session.add(files)
        _source(session, "Desk", "ticket", newest=TODAY - timedelta(days=9))
        _source(session, "Site", "web_visit", newest=TODAY - timedelta(days=1), signed_out=True)
        refresh.refresh(session)
    with site.session() as session:
        made = {**_steered(session), **_by_hand(session), **_unusual(session)}
        _said(session, made, site)
        ids = {name: goal.id for name, goal in made.items()}
    for back in REVIEWED:
        day = TODAY - timedelta(days=back)
        with site.session() as session:
            review.review(session, now=site.now - timedelta(days=back), today=day)
    with site.session() as session:
        ids["never_reviewed"] = _goal(session, "Not looked at yet", 7000).id
        gone = _goal(session, "Put away", 7000)
        archive.archive(session, gone, site.now)
        ids["archived"] = gone.id
    return ids


def _sales() -> list[tuple[date, int]]:
    """Return small and large sales, two or three a week, since the spring of the year before."""
    draw = Random(11)
    days = [date(2025, 4, 1) + timedelta(days=n) for n in range((TODAY - date(2025, 4, 1)).days)]
    return [(day, draw.choice((60, 90, 150, 240, 400, 900))) for day in days if draw.random() < 0.4]


def _steered(session: Session) -> dict[str, Goal]:
    """Add goals that are judged on their way, each with another target for the same sales."""
    owner = people.with_email(session, "owner@acme.example").id
    found = {
        "off_track": _goal(session, "Sell far more", 14_000, owner_id=owner),
        "at_risk": _goal(session, "Sell a little more", 12_800),
        "on_track": _goal(session, "Sell as before", 10_800, commit=Decimal(9000)),
        "ahead": _goal(session, "Sell less than before", 8600, stretch=Decimal(12_000)),
        "doubted": _goal(session, "Sell most of it late", 14_000, plan="points", plan_points=LATE),
        "by_pace": _goal(session, "Sell by the calendar", 14_500, judge="pace"),
        "too_early": _goal(session, "Sell in late summer", 5000, first_day=date(2026, 8, 12),
                           last_day=date(2026, 10, 31)),
        "to_come": _goal(session, "Sell in autumn", 5000, first_day=date(2026, 10, 1),
                         last_day=date(2026, 12, 31)),
        "achieved_early": _goal(session, "Sell something", 2000),
        "achieved": _goal(session, "Sell in spring", 6000, first_day=date(2026, 4, 1),
                          last_day=date(2026, 7, 31), owner_id=owner),
        "missed": _goal(session, "Sell much in spring", 30_000, first_day=date(2026, 4, 1),
                        last_day=date(2026, 7, 31), owner_id=owner),
        "level": _goal(session, "Larger deals", 400, metric="avg_deal_size", kind="level",
                       direction="at_least"),
        "endless": _goal(session, "Sell every month", 3600, first_day=date(2026, 7, 1),
                         last_day=None, every="month"),
    }  # fmt: skip
    return found


def _by_hand(session: Session) -> dict[str, Goal]:
    """Add goals whose numbers people enter, and those of sources that are silent or shut."""
    kept: dict[str, Any] = {"metric": "csat", "kind": "maintain", "segment": {}}
    for day, value in ((date(2026, 7, 2), 72), (date(2026, 8, 3), 66), (date(2026, 8, 12), 58)):
        _reads(session, "csat", day, value)
    for day, value in ((date(2026, 6, 30), 9), (date(2026, 7, 6), 10)):
        _reads(session, "headcount", day, value)
    return {
        "inside": _goal(session, "Keep them content", 50, direction="at_least", **kept),
        "outside": _goal(session, "Keep the score in its band", None, direction="band",
                         low=Decimal(60), high=Decimal(70), **kept),
        "far_outside": _goal(session, "Keep them delighted", 95, direction="at_least", **kept),
        "stale_readings": _goal(session, "Hire two", 12, metric="headcount", kind="level",
                                direction="up", segment={}),
        "no_data": _goal(session, "Be recommended", 40, metric="nps", kind="level",
                         direction="at_least", segment={}),
        "stale": _goal(session, "Answer fewer requests", 40, metric="service_requests",
                       direction="at_most", segment={}),
        "source_broken": _goal(session, "Be visited more", 4000, metric="web_traffic",
                               segment={}),
    }  # fmt: skip


def _unusual(session: Session) -> dict[str, Goal]:
    """Add milestones, a goal that is the sum of others, and one whose target moved."""
    steps = (
        (date(2026, 7, 15), "Budget released"),
        (date(2026, 8, 10), "Head of marketing found"),
        (LAST, "Everybody is there"),
    )
    milestone: dict[str, Any] = {"kind": "milestone", "first_day": FIRST, "last_day": LAST}
    added: Any = {"by": None, "today": FIRST, "now": company.NOW}
    plain = goals.add(session, Draft("A new price list", **milestone), **added)
    late = goals.add(
        session, Draft("A department for marketing", steps=steps, **milestone), **added
    )
    [first, *_rest] = milestones.steps(session, late)
    milestones.tick(session, late, first.id, on=date(2026, 7, 14), by=None, today=TODAY)
    done = goals.add(session, Draft("A second desk", **milestone), **added)
    milestones.finish(
        session, done, on=date(2026, 8, 4), note="It stands.", by=None, today=TODAY,
        now=company.NOW,
    )  # fmt: skip
    whole = _goal(session, "All that is sold", 15_000, segment={}, rollup="sum")
    for name, owner, target in (("Bea's part", "Bea", 12_000), ("Ann's part", "Ann", 2500)):
        _goal(session, name, target, segment={"owner": owner}, parent_id=whole.id)
    worst = goals.add(session, Draft("Two good teams", rollup="worst", **milestone), **added)
    for name, target in (("Team of the north", 7000), ("Team of the south", 14_000)):
        _goal(session, name, target, parent_id=worst.id)
    return {
        "milestone": plain, "milestone_late": late, "milestone_done": done, "rolled": whole,
        "rolled_worst": worst,
    }  # fmt: skip


def _said(session: Session, made: dict[str, Goal], site: Site) -> None:
    """Let the owner be content with what the numbers call off track, and owe other check-ins."""
    owner = people.with_email(session, "owner@acme.example").id
    contradicted = made["contradicted"] = _goal(
        session, "Sell far more, says Olga", 14_500, owner_id=owner, cadence="weekly"
    )
    made["owes"] = _goal(session, "Sell and tell", 10_900, owner_id=owner, cadence="weekly")
    for one in (contradicted, made["owes"]):
        one.cadence_since = FIRST
        session.add(one)
    session.flush()
    said = Said("90", "All of the large ones sign in September.", "A budget", "Call them")
    keeping.add(session, contradicted, said, by=owner, today=TODAY, now=site.now)


def _goal(session: Session, name: str, target: int | None, **terms: Any) -> Goal:
    given = {
        "name": name,
        "segment": {"owner": "Bea"},
        "target_input": None if target is None else Decimal(target),
        **terms,
    }
    if target is None:
        given["target_kind"] = None
    return company.revenue_goal(session, **given)


def _reads(session: Session, metric: str, day: date, value: int) -> None:
    session.add(
        ManualReading(
            workspace_id=session.info["workspace_id"],
            connection_id=_first_connection(session),
            external_id=str(new_id()),
            recorded_at=company.NOW,
            run_id=1,
            metric=metric,
            day=day,
            value=Decimal(value),
        )
    )


def _first_connection(session: Session) -> int:
    statement = select(Connection.id).where(
        col(Connection.workspace_id) == session.info["workspace_id"],
        col(Connection.name) == "Files",
    )
    return session.exec(statement).one()


def _source(
    session: Session, name: str, record: str, *, newest: date, signed_out: bool = False
) -> None:
    """Add a source that pulls every hour and delivered a record a day up to `newest`."""
    here = session.info["workspace_id"]
    heard = company.NOW.replace(year=newest.year, month=newest.month, day=newest.day)
    source = Connection(
        workspace_id=here, name=name, provider="hubspot", interval=60, records=[record],
        needs_reconnect=signed_out, newest_on=newest, last_success_at=heard, created_at=heard,
    )  # fmt: skip
    session.add(source)
    session.flush()
    run = SyncRun(workspace_id=here, connection_id=source.id, status="done", started_at=heard,
                  finished_at=heard)  # fmt: skip
    session.add(run)
    session.flush()
    days = [newest - timedelta(days=n) for n in range((newest - date(2026, 4, 1)).days)]
    rows: list[dict[str, Any]] = [
        {"external_id": str(day), "day": day, "visitors": 30, "visits": 40}
        if record == "web_visit"
        else {"external_id": str(day), "opened_at": heard - (newest - day)}
        for day in days
    ]
    done = writer.write(session, source.id, run.id, record, rows, heard)
    assert done.rejected == [], done.rejected[:3]
