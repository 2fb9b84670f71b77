"""Attainment, one's own number, quotas entered by hand, and what would close a goal's gap."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlmodel import col, select

from goals.records import stages, writer
from goals.records.company import Quota
from goals.records.connections import SyncRun
from goals.records.source import Entry
from goals.table import key, new_id
from tests.support import company
from tests.support.site import owner_of, plain

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
        made = company.revenue_goal(session, target, owner_id=owner_of(session, site.here).id, **more)
        return made.id


def test_everybody_is_listed_with_what_they_sold_of_their_quota(sites):
    site = sites
    sells(site)
    quotas(site, ann=50_000, bob=92_000)
    text = plain(site.browser().get("/attainment"))
    assert "1 of 2 people have sold their quota" in text
    # 60,000 and 10,000 of 142,000; what Cy sold, who was to sell nothing, is no part of it.
    assert "Attainment 49.3%" in text
    # Bob lacks 82,000; 45 of 92 days are over, so 45,000 were due.
    assert "Bob North Off track $10K $92K 10.9% , Bob $82K 22.2% $8K 0.1×" in text
    assert "Ann North Achieved $60K $50K 120% , Ann $0 245.3% $50K –" in text
    assert "Cy South No quota $5K – – – – $0 –" in text
    assert text.index("Bob North") < text.index("Ann North") < text.index("Cy South")


def test_a_part_of_a_quotas_days_counts_that_part_of_it(site):
    sells(site)
    quotas(site, ann=92_000)
    text = plain(site.browser().get("/attainment?from=2026-07-01&to=2026-07-31"))
    assert "$31K" in text and "Attainment 193.5%" in text
