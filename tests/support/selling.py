"""People who sell, with their deals and quotas, in the workspace of a site."""

from datetime import date, timedelta
from decimal import Decimal

from sqlmodel import col, select

from goals.records import stages, writer
from goals.records.connections import SyncRun
from goals.records.source import Entry
from goals.table import key
from tests.support import company
from tests.support.site import owner_of

FIRST, LAST = company.QUARTER
TODAY = date(2026, 8, 14)


def write(site, record, rows):
    with site.session() as session:
        connection = company.connection_of(session, site.here)
        run = SyncRun(workspace_id=site.here, connection_id=connection.id, status="done",
                      started_at=site.now, finished_at=site.now)  # fmt: skip
        session.add(run)
        session.flush()
        done = writer.write(session, connection.id, run.id, record, rows, site.now)
        assert done.rejected == []


def deal(name, status, created, closed=None, **more):
    return {"external_id": name, "name": name, "status": status, "created_on": created,
            "stage": {"open": "Talking", "won": "Won", "lost": "Lost"}[status],
            "closed_on": closed, **more}  # fmt: skip


def histories(site, rows):
    with site.session() as session:
        connection = company.connection_of(session, site.here)
        run = session.exec(select(SyncRun.id).where(col(SyncRun.workspace_id) == site.here)).first()
        told = {}
        for row in rows:
            steps = [Entry("Talking", row["created_on"], None, "open")]
            if row["closed_on"] is not None:
                steps.append(Entry(row["stage"], row["closed_on"], None, row["status"]))
            told[key(connection.id, "deal", row["external_id"])] = steps
        stages.write_histories(session, connection.id, run, told, site.now)


def sells(site):
    """Let Ann and Bob of one team and Cy of another sell in the third quarter of 2026."""
    write(site, "owner", [
        {"external_id": "ann", "name": "Ann", "email": "ANN@acme.example", "team": "North",
         "manager": "Bob"},
        {"external_id": "bob", "name": "Bob", "email": "bob@acme.example", "team": "North"},
        {"external_id": "cy", "name": "Cy", "email": "cyrus@elsewhere.example", "team": "South"},
    ])  # fmt: skip
    rows = [
        deal("a1", "won", FIRST, FIRST + timedelta(days=9), amount=Decimal(60_000), owner="ann"),
        deal("b1", "won", FIRST, FIRST + timedelta(days=9), amount=Decimal(10_000), owner="bob"),
        deal("c1", "won", FIRST, FIRST + timedelta(days=9), amount=Decimal(5_000), owner="cy"),
        # Of those that closed after so long in Talking, six in twelve were won.
        *(deal(f"p{n}", ("won", "lost")[n % 2], date(2026, 3, 1), date(2026, 5, 1 + n),
               amount=Decimal(1000), owner="cy") for n in range(12)),
        deal("Big", "open", TODAY - timedelta(days=20), amount=Decimal(50_000), owner="ann",
             expected_close_on=date(2026, 9, 1), url="https://crm.example/deals/7"),
        deal("Small", "open", TODAY - timedelta(days=5), amount=Decimal(8_000), owner="bob",
             expected_close_on=date(2026, 9, 20)),
        deal("Late", "open", TODAY - timedelta(days=300), amount=Decimal(90_000), owner="bob",
             expected_close_on=date(2026, 7, 1)),
    ]  # fmt: skip
    write(site, "deal", rows)
    histories(site, rows)


def quotas(site, **amounts):
    write(site, "quota", [
        {"external_id": f"q-{name}", "owner": name, "first_day": FIRST, "last_day": LAST,
         "amount": Decimal(amount)} for name, amount in amounts.items()
    ])  # fmt: skip


def goal(site, target=200_000, **more):
    with site.session() as session:
        made = company.revenue_goal(
            session, target, owner_id=owner_of(session, site.here).id, **more
        )
        return made.id
