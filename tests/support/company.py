"""A small workspace with deals of our own making, for tests of what stands on them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from app.db import Database
from goals.records.connections import Connection
from goals.records.record import DirtyDay
from goals.records.sales import Account, Deal, Owner
from goals.table import key
from goals.tracking import goals
from goals.tracking.drafts import Draft
from goals.tracking.goal import Goal
from goals.workspace import Member, Person, Workspace

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
QUARTER = (date(2026, 7, 1), date(2026, 9, 30))


def make(database: Database, *, name: str = "Acme", zone: str = "UTC") -> int:
    """Make a workspace with an owner and a connection; returns its id."""
    with database.system() as system:
        workspace = Workspace(name=name, zone=zone, created_at=NOW)
        person = Person(email=f"owner@{name.lower()}.example", name="Olga Owner", created_at=NOW)
        system.add_all([workspace, person])
        system.flush()
        system.add(
            Member(workspace_id=workspace.id, person_id=person.id, role="owner", created_at=NOW)
        )
        workspace_id = workspace.id
    with database.session(workspace_id) as session:
        session.add(
            Connection(
                workspace_id=workspace_id,
                name="Files",
                provider="file",
                interval=None,
                records=["deal"],
                newest_on=date(2026, 9, 30),
                last_success_at=NOW,
                created_at=NOW,
            )
        )
    return workspace_id


def connection_of(session: Session, workspace_id: int) -> Connection:
    """Return the workspace's connection."""
    statement = select(Connection).where(col(Connection.workspace_id) == workspace_id)
    return session.exec(statement).one()


def win(
    database: Database, workspace_id: int, wins: Iterable[tuple[date, int]], *, owner: str = "Ann"
) -> None:
    """Let deals be won on days, for amounts."""
    with database.session(workspace_id) as session:
        connection = connection_of(session, workspace_id).id
        book: dict[str, Any] = {
            "workspace_id": workspace_id,
            "connection_id": connection,
            "recorded_at": NOW,
            "run_id": 1,
        }
        owner_id = key(connection, "owner", owner)
        session.merge(Owner(id=owner_id, external_id=owner, name=owner, **book))
        account_id = key(connection, "account", "Buyer")
        session.merge(Account(id=account_id, external_id="Buyer", name="Buyer", **book))
        for number, (day, amount) in enumerate(wins):
            external = f"{day}-{owner}-{number}-{amount}"
            session.add(
                Deal(
                    id=key(connection, "deal", external),
                    external_id=external,
                    status="won",
                    stage="Won",
                    owner_id=owner_id,
                    account_id=account_id,
                    amount=Decimal(amount),
                    created_on=day,
                    closed_on=day,
                    **book,
                )
            )
            for column in ("closed_on", "created_on"):
                session.merge(
                    DirtyDay(workspace_id=workspace_id, record="deal", column=column, day=day)
                )


def revenue_goal(session: Session, target: int = 9200, **terms: object) -> Goal:
    """Add a revenue goal over the third quarter of 2026."""
    given: dict[str, Any] = {
        "name": "Sell more",
        "metric": "revenue",
        "kind": "cumulative",
        "direction": "up",
        "target_kind": "target",
        "target_input": Decimal(target),
        "first_day": QUARTER[0],
        "last_day": QUARTER[1],
        **terms,
    }
    draft = Draft(**given)
    return goals.add(session, draft, by=None, today=QUARTER[0], now=NOW)
