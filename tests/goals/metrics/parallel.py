"""Two sources that hold the same company, and one source that holds it, for comparing them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from app.db import Database
from goals.metrics import counting, cut_overs, refresh
from goals.metrics.measures import MEASURES
from goals.metrics.rollup import TOTAL, Customer, Rollup
from goals.records.connections import Connection
from tests.goals.metrics import company as companies
from tests.goals.metrics.company import LOADED, NOW, Company, count_in_turns


def beside(company: Company, name: str = "New CRM", records: Sequence[str] = ()) -> Company:
    """Give a company's workspace another connection."""
    with company.session() as session:
        first = session.get_one(Connection, (company.workspace_id, company.connection_id))
        made = Connection(
            workspace_id=company.workspace_id,
            name=name,
            provider="sample",
            records=list(records or first.records),
            created_at=LOADED,
        )
        session.add(made)
        session.flush()
        return Company(company.database, company.workspace_id, made.id)


def two(database: Database, records: Sequence[str] = ()) -> tuple[Company, Company]:
    """Found a company with an old source and a new one."""
    old = companies.joined(database, companies.found_another(database), records)
    return old, beside(old)


def cut_over(old: Company, new: Company, day: date | None, at: datetime = NOW) -> bool:
    """Let the new source count from a day on, or (None) take that back."""
    with old.session() as session:
        return cut_overs.set_day(
            session, connection(session, old), connection(session, new), day, by=None, now=at
        )


def connection(session: Session, company: Company) -> Connection:
    found = select(Connection).where(
        col(Connection.workspace_id) == company.workspace_id,
        col(Connection.id) == company.connection_id,
    )
    return session.exec(found).one()


def counted(session: Session) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """Return the rollups and the first purchases as they stand."""
    here, fresh = session.info["workspace_id"], {"populate_existing": True}
    rows = select(Rollup).where(col(Rollup.workspace_id) == here).execution_options(**fresh)
    firsts = select(Customer).where(col(Customer.workspace_id) == here).execution_options(**fresh)
    return (
        {(one.measure, one.dim, one.day, one.key): (one.n, one.sum) for one in session.exec(rows)},
        {one.id: (one.first_won_on, one.first_deal_id) for one in session.exec(firsts)},
    )


def agrees(session: Session) -> None:
    """See that counting what changed came to what counting everything comes to."""
    with session.begin_nested() as start:
        count_in_turns(session)
        in_turns = counted(session)
        start.rollback()
    refresh.refresh(session)
    before = counted(session)
    assert in_turns == before
    refresh.rebuild(session)
    assert counted(session) == before


def records_agree(session: Session, first: date, last: date) -> None:
    """See that every rolled-up measure counts by day what its records are."""
    base = refresh.base_of(session)
    for name, measure in MEASURES.items():
        if not measure.column:
            continue
        rolled = counting.daily(session, name, TOTAL, first, last, {})
        [told] = counting.daily_from_records(session, [measure], base, first, last, where={})
        assert [one for one in told if one[1]] == rolled, name
