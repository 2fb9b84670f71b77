"""Companies with two sources whose reports differ from ours in every way that there is."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from goals.metrics import receipts
from goals.metrics.reconcile.bridge import Asked
from goals.records.connections import Connection
from goals.workspace import Workspace
from tests.goals.metrics.company import LOADED, TODAY, Company, Row

ZONE = "Asia/Bangkok"
FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)


def day(month: int, number: int, year: int = 2026) -> date:
    return date(year, month, number)


def instant(month: int, number: int, hour: int, year: int = 2026) -> datetime:
    return datetime(year, month, number, hour, tzinfo=UTC)


def moved(company: Company) -> None:
    """Let a company live in Bangkok, seven hours before London."""
    with company.database.system() as session:
        here = session.exec(
            select(Workspace).where(col(Workspace.id) == company.workspace_id)
        ).one()
        here.zone = ZONE
        session.add(here)


def second(company: Company, name: str = "Files", provider: str = "file") -> Company:
    """Return the same company as another connection of it writes into it."""
    with company.session() as session:
        connection = Connection(
            workspace_id=company.workspace_id, name=name, provider=provider, interval=None,
            records=["deal"], created_at=LOADED,
        )  # fmt: skip
        session.add(connection)
        session.flush()
        return Company(company.database, company.workspace_id, connection.id)


def deal(name: str, status: str, created: date | None, closed: Any, **more: Any) -> Row:
    """Return a deal; `closed` is a day, or the instant of which Bangkok's day counts."""
    at = closed if isinstance(closed, datetime) else None
    amount = more.pop("amount", None)
    return {
        "external_id": name,
        "name": more.pop("title", name),
        "status": status,
        "stage": status.title(),
        "created_on": created,
        "closed_on": closed if at is None else at.astimezone(ZoneInfo(ZONE)).date(),
        "closed_at": at,
        "amount": None if amount is None else Decimal(amount),
        "owner": "ann",
        **more,
    }


#: One deal, or two, for each difference; every amount is twice the one before it.
DEALS = [
    deal("a", "won", day(1, 5), day(2, 1), amount=100),
    deal("archived", "won", day(1, 6), day(2, 2), amount=1000),
    deal("lost", "lost", day(1, 7), day(2, 3), amount=10),
    deal("undated", "won", day(1, 8), None, amount=20),
    deal("early", "won", day(12, 20, 2025), day(1, 10), amount=40),
    deal("late", "won", day(2, 1), day(4, 20), amount=80),
    # Three in the morning of New Year's Day in Bangkok.
    deal("new year", "won", day(11, 1, 2025), instant(12, 31, 20, 2025), amount=160),
    deal("april", "won", day(1, 2), instant(3, 31, 20), amount=320),
    deal("south", "won", day(1, 9), day(2, 9), amount=640, owner="bob"),
    deal("valueless", "won", day(1, 10), day(2, 10)),
    deal("yen", "won", day(1, 11), day(2, 11), amount=1280, currency="JPY"),
    deal("baht", "won", day(1, 12), day(2, 12), amount=2560, currency="THB"),
]  # fmt: skip
IN_FILES = [
    deal("a", "won", day(1, 5), day(2, 1), amount=100),
    deal("only here", "won", day(2, 4), day(2, 5), amount=5),
]


def load(company: Company) -> Company:
    """Write the planted company; returns its second connection."""
    moved(company)
    files = second(company)
    for one in (company, files):
        one.write("owner", [
            {"external_id": "ann", "name": "Ann", "region": "North"},
            {"external_id": "bob", "name": "Bob", "region": "South"},
        ])  # fmt: skip
    company.write("rate", [
        {"external_id": "1", "currency": "THB", "day": day(1, 1), "per_base": Decimal(32)},
        {"external_id": "2", "currency": "THB", "day": day(3, 1), "per_base": Decimal(40)},
    ])  # fmt: skip
    company.write("deal", DEALS)
    company.delete("deal", ["archived"])
    files.write("deal", IN_FILES)
    return files


@contextmanager
def asked(
    company: Company,
    metric: str,
    first: date = FIRST,
    last: date = LAST,
    *,
    where: Mapping[str, str] | None = None,
    connection_id: int | None = None,
    **params: Any,
) -> Iterator[Asked]:
    """Ask for a number of a company, to be compared with one of its connections."""
    receipt = company.read(metric, first, last, where=where, **params).receipt
    assert receipt is not None
    with company.session() as session:
        reading = receipts.find(session, receipt)
        yield Asked(session, reading, connection_id or company.connection_id, TODAY)
