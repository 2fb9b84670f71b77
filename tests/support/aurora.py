"""The company that the labelled questions are about, with a history of its numbers."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from app.db import Database
from goals import workspace
from goals.alerts import review
from goals.questions import aliases
from goals.records.company import Quota
from goals.records.demand import Lead
from goals.records.figures import ManualReading
from goals.records.record import DirtyDay
from goals.records.sales import Owner
from goals.table import key
from goals.tracking import goals
from goals.tracking.drafts import Draft
from goals.workspace import Member, Person, Team, Workspace
from tests.support import company

DATA = Path(__file__).parent.parent / "goals" / "questions" / "data"
WORLD: dict[str, Any] = json.loads((DATA / "workspace.json").read_text(encoding="utf-8"))
TODAY = date.fromisoformat(WORLD["today"])
#: Their words for metrics -> ours, with the variant.
METRICS: dict[str, tuple[str, dict[str, str]]] = {
    "won_revenue": ("revenue", {}),
    "net_revenue_retention": ("nrr", {}),
    "customer_retention": ("retention_rate", {}),
    "average_deal_size": ("avg_deal_size", {}),
    "leads": ("leads_new", {}),
    "first_response_time": ("resolution_time", {"resolution": "first"}),
}
_SEGMENTS = {"revenue": "region", "new_customers": "region", "leads_new": "source"}
_READ = {
    "nrr": "1.05",
    "retention_rate": "0.9",
    "churn_rate": "0.03",
    "nps": "35",
    "resolution_time": "20",
}


def utterances(language: str) -> list[dict[str, Any]]:
    """Return the labelled questions of one file."""
    found: list[dict[str, Any]] = json.loads(
        (DATA / f"{language}.json").read_text(encoding="utf-8")
    )
    return found


def make(database: Database) -> int:
    """Make the company with people, goals, other words, deals and reviews; returns its id."""
    here = company.make(database, name="Aurora", zone=WORLD["time_zone"])
    with database.system() as system:
        found = system.get(Workspace, here)
        assert found is not None
        people = {}
        for one in WORLD["members"]:
            person = Person(email=one["email"], name=one["name"], created_at=company.NOW)
            system.add(person)
            system.flush()
            people[one["name"]] = person.id
    for number, one in enumerate((*WORLD["members"][:3], WORLD["members"][4])):
        start = date(2025, 1, 3)
        wins = [(start + timedelta(days=9 * n + number), 900 + n) for n in range(76)]
        company.win(database, here, wins, owner=one["name"])
    with database.session(here) as session:
        _fill(session, here, people)
        review.review(session, now=workspace.of(session).end_of(TODAY), today=TODAY)
    return here


def _fill(session: Session, here: int, people: dict[str, int]) -> None:
    teams: dict[str, int] = {}
    for one in WORLD["teams"]:
        channel = next((c["id"] for c in WORLD["channels"] if c["team"] == one["name"]), None)
        team = Team(workspace_id=here, name=one["name"], channel=channel)
        session.add(team)
        session.flush()
        teams[one["name"]] = team.id
        for word in one["aliases"]:
            aliases.add(session, word, "team", team.id, company.NOW)
    members = {}
    for one in WORLD["members"]:
        member = Member(
            workspace_id=here,
            person_id=people[one["name"]],
            role="editor",
            team_id=teams[one["team"]],
            sells_as=one["name"],
            created_at=company.NOW,
        )
        session.add(member)
        session.flush()
        members[one["name"]] = member.id
        for word in one["aliases"]:
            aliases.add(session, word, "member", member.id, company.NOW)
    _sold(session, here)
    for number, one in enumerate(WORLD["goals"]):
        metric, params = METRICS.get(one["metric"], (one["metric"], {}))
        segment = {_SEGMENTS[metric]: one["segment"]} if one["segment"] else {}
        goal = goals.add(
            session,
            Draft(
                name=one["name"],
                metric=metric,
                params=params,
                segment=segment,
                target_kind="target",
                target_input=Decimal(5 + number),
                first_day=date.fromisoformat(one["from"]),
                last_day=date.fromisoformat(one["to"]),
                owner_id=members[one["owner"]],
                team_id=teams[one["team"]],
            ),
            by=None,
            today=TODAY,
            now=company.NOW,
        )
        for word in (*one.get("en", ()), *one.get("th", ()), *one.get("zh", ())):
            aliases.add(session, word, "goal", goal.id, company.NOW)


def _sold(session: Session, here: int) -> None:
    """Give people quotas and regions, and the numbers that nobody counts readings."""
    connection = company.connection_of(session, here).id
    regions = {"Anna Schmidt": "Germany", "Somchai Jaidee": "Thailand", "Li Wei": "APAC"}
    for owner in session.exec(select(Owner).where(col(Owner.workspace_id) == here)):
        owner.region = regions.get(owner.name, "EMEA")
        session.add(owner)
        session.add(
            Quota(
                workspace_id=here,
                connection_id=connection,
                recorded_at=company.NOW,
                run_id=1,
                id=key(connection, "quota", owner.name),
                external_id=owner.name,
                owner_id=owner.id,
                first_day=date(2026, 10, 1),
                last_day=date(2026, 12, 31),
                amount=Decimal(20000),
            )
        )
    for column in ("first_day", "last_day"):
        session.merge(
            DirtyDay(workspace_id=here, record="quota", column=column, day=date(2026, 10, 1))
        )
    for number in range(400):
        day = TODAY - timedelta(days=2 * number)
        session.add(
            Lead(
                workspace_id=here,
                connection_id=connection,
                recorded_at=company.NOW,
                run_id=1,
                id=key(connection, "lead", str(number)),
                external_id=str(number),
                created_on=day,
                source=("Webinar", "Trade show")[number % 2],
            )
        )
        session.merge(DirtyDay(workspace_id=here, record="lead", column="created_on", day=day))
    for metric, value in _READ.items():
        for week in range(100):
            day = TODAY - timedelta(days=7 * week)
            session.add(
                ManualReading(
                    workspace_id=here,
                    connection_id=connection,
                    run_id=1,
                    id=key(connection, "reading", f"{metric}-{day}"),
                    external_id=f"{metric}-{day}",
                    metric=metric,
                    day=day,
                    value=Decimal(value),
                    recorded_at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
                )
            )
    session.flush()
