"""Counting only what changed gives what counting everything gives, and what plain SQL gives."""

import threading
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import Session, col, delete, select

from app.db import Database
from goals.metrics import refresh
from goals.metrics.rollup import Customer, Rollup
from goals.records import bulk, writer
from goals.records.record import DirtyDay
from tests.goals.metrics import company as companies
from tests.goals.metrics import small
from tests.goals.metrics.company import LOADED, Company
from tests.goals.metrics.small import END, JAN, day

NAMES = st.sampled_from([f"d{number}" for number in range(8)])
DAYS = st.integers(0, 200).map(lambda n: date(2025, 11, 1) + timedelta(days=n))
AMOUNTS = st.one_of(st.none(), st.integers(-50, 900).map(lambda n: Decimal(n) / 4))
CURRENCIES = st.sampled_from([None, "USD", "EUR", "THB"])
OWNERS = st.sampled_from([None, "ann", "bob", "cy"])
ACCOUNTS = st.sampled_from([None, "acme", "beta", "gamma"])
SOURCES = st.sampled_from([None, "web", "fair"])


class Edits(RuleBasedStateMachine):
    """Any order of edits; after each, the rollups are refreshed and compared."""

    company: Company

    def __init__(self) -> None:
        super().__init__()
        self.at = LOADED
        self.deals: dict[str, dict[str, Any]] = {}
        self.leads: set[str] = set()

    @initialize()
    def start(self) -> None:
        workspace_id = companies.found_another(self.company.database)
        self.company = companies.joined(self.company.database, workspace_id)
        self.company.write("owner", [{"external_id": "ann", "name": "Ann", "region": "North"}])

    def tick(self) -> Any:
        self.at += timedelta(minutes=1)
        return self.at

    def put(self, name: str, status: str, created: Any, closed: Any, **more: Any) -> None:
        row = {**self.deals.get(name, {}), **small.deal(name, status, created, closed, **more)}
        self.deals[name] = row
        small.write_deals(self.company, [row], at=self.tick())

    @rule(
        name=NAMES,
        status=st.sampled_from(["won", "lost"]),
        closed=DAYS,
        length=st.integers(-3, 90),
        amount=AMOUNTS,
        currency=CURRENCIES,
        owner=OWNERS,
        account=ACCOUNTS,
        source=SOURCES,
    )
    def close(self, name, status, closed, length, amount, **more):
        created = closed - timedelta(days=length)
        self.put(name, status, created, closed, amount=amount, **more)

    @rule(name=NAMES, created=st.one_of(st.none(), DAYS), amount=AMOUNTS, owner=OWNERS)
    def open_or_reopen(self, name, created, amount, owner):
        before = self.deals.get(name)
        if created is None and before is not None:
            created = before["created_on"]
        self.put(name, "open", created, None, amount=amount, owner=owner)

    @precondition(lambda self: self.deals)
    @rule(data=st.data(), back=st.integers(1, 60))
    def move_the_close_back(self, data, back):
        name = data.draw(st.sampled_from(sorted(self.deals)))
        row = self.deals[name]
        if row["closed_on"] is not None:
            self.deals[name] = {**row, "closed_on": row["closed_on"] - timedelta(days=back)}
            small.write_deals(self.company, [self.deals[name]], at=self.tick())

    @precondition(lambda self: self.deals)
    @rule(data=st.data(), owner=OWNERS, currency=CURRENCIES, account=ACCOUNTS)
    def hand_over(self, data, **changes):
        name = data.draw(st.sampled_from(sorted(self.deals)))
        self.deals[name].update(changes)
        self.company.write("deal", [{"external_id": name, **changes}], at=self.tick())

    @precondition(lambda self: self.deals)
    @rule(data=st.data())
    def remove(self, data):
        name = data.draw(st.sampled_from(sorted(self.deals)))
        del self.deals[name]
        self.company.delete("deal", [name], at=self.tick())

    @rule(currency=st.sampled_from(["EUR", "THB"]), on=DAYS, per_base=st.integers(1, 40))
    def set_a_rate(self, currency, on, per_base):
        row = {"external_id": f"{currency}{on}", "currency": currency, "day": on}
        rate = {**row, "per_base": Decimal(per_base) / 4}
        self.company.write("rate", [rate], at=self.tick())

    @rule(price=st.integers(1, 500), product=st.sampled_from(["basic", "pro"]), name=NAMES)
    def price_a_product(self, price, product, name):
        row = {"external_id": product, "name": product, "list_price": Decimal(price)}
        self.company.write("product", [row], at=self.tick())
        if name in self.deals:
            self.deals[name]["product"] = product
            self.company.write("deal", [{"external_id": name, "product": product}], at=self.tick())

    @rule(
        name=st.sampled_from(["l1", "l2", "l3"]), created=DAYS, after=st.integers(-1, 60),
        source=SOURCES, owner=OWNERS, deal=st.one_of(st.none(), NAMES),
    )  # fmt: skip
    def take_a_lead(self, name, created, after, source, owner, deal):
        converted = None if after < 0 else created + timedelta(days=after)
        row = {"external_id": name, "created_on": created, "converted_on": converted}
        known = deal if deal in self.deals else None
        more = {"source": source, "owner": owner, "converted_deal": known}
        self.company.write("lead", [{**row, **more}], at=self.tick())
        self.leads.add(name)

    @rule(
        owner=st.sampled_from(["ann", "bob", "cy"]), first=DAYS, length=st.integers(0, 120),
        amount=st.integers(0, 900), currency=CURRENCIES,
    )  # fmt: skip
    def set_a_quota(self, owner, first, length, amount, currency):
        row = {"external_id": f"q-{owner}", "owner": owner, "first_day": first}
        last = first + timedelta(days=length)
        more = {"last_day": last, "amount": Decimal(amount), "currency": currency}
        self.company.write("quota", [{**row, **more}], at=self.tick())

    @precondition(lambda self: self.leads)
    @rule()
    def remove_a_lead(self):
        self.company.delete("lead", [self.leads.pop()], at=self.tick())

    @invariant()
    def agrees(self) -> None:
        with self.company.session() as session:
            with session.begin_nested() as before:
                companies.count_in_turns(session)
                in_turns = rollups(session), firsts(session)
                before.rollback()
            refresh.refresh(session)
            assert list(session.exec(marks(self.company))) == []
            counted = rollups(session), firsts(session)
            assert in_turns == counted
            agree(counted[0], session)
            refresh.rebuild(session)
            assert (rollups(session), firsts(session)) == counted


def marks(company: Company) -> Any:
    return select(DirtyDay).where(col(DirtyDay.workspace_id) == company.workspace_id)


def rollups(session: Session) -> dict[tuple[Any, ...], tuple[int, int]]:
    statement = select(Rollup).where(col(Rollup.workspace_id) == session.info["workspace_id"])
    return {
        (one.measure, one.dim, one.day, one.key): (one.n, one.sum)
        for one in session.scalars(statement.execution_options(populate_existing=True))
    }


def firsts(session: Session) -> dict[int, tuple[date, int]]:
    statement = select(Customer).where(col(Customer.workspace_id) == session.info["workspace_id"])
    return {
        one.id: (one.first_won_on, one.first_deal_id)
        for one in session.scalars(statement.execution_options(populate_existing=True))
    }


#: An amount in the base currency, not rounded.
IN_BASE = (
    "CASE WHEN currency IS NULL OR currency = 'USD' THEN amount ELSE amount / (SELECT CAST(per_base"
    " AS double precision) FROM rate r WHERE r.workspace_id = d.workspace_id AND r.deleted_at IS"
    " NULL AND r.currency = d.currency AND r.day <= d.closed_on ORDER BY r.day DESC LIMIT 1) END"
)
#: Measure -> what it counts, in SQL that shares nothing with the product's.
PLAIN = {
    "won": "SELECT closed_on AS day, 0 AS value FROM deal d WHERE status = 'won'",
    "lost": "SELECT closed_on AS day, 0 AS value FROM deal d WHERE status = 'lost'",
    "created": "SELECT created_on AS day, 0 AS value FROM deal d WHERE 1 = 1",
    "created_won": "SELECT created_on AS day, 0 AS value FROM deal d WHERE status = 'won'",
    "won_amount": f"SELECT closed_on AS day, {IN_BASE} AS value FROM deal d WHERE status = 'won'"
    f" AND {IN_BASE} IS NOT NULL",
    "visit_in": "SELECT entered_on AS day, 0 AS value FROM stage_event d WHERE status = 'open'",
    "visit_out": "SELECT left_on AS day, 0 AS value FROM stage_event d WHERE status = 'open'",
    "quotas": "SELECT first_day AS day, 0 AS value FROM quota d WHERE 1 = 1",
    "leads": "SELECT created_on AS day, 0 AS value FROM lead d WHERE is_stub IS FALSE",
    "conversions": "SELECT converted_on AS day, 0 AS value FROM lead d WHERE is_stub IS FALSE",
    "customers": "SELECT min(closed_on) AS day, 0 AS value FROM deal d WHERE status = 'won'"
    " AND account_id IS NOT NULL",
}


def plain(session: Session) -> dict[tuple[str, date], tuple[int, float]]:
    found = {}
    driver: Any = session.connection().connection.driver_connection
    here = int(session.info["workspace_id"])
    for name, statement in PLAIN.items():
        narrowed = f"{statement} AND d.workspace_id = {here} AND d.deleted_at IS NULL"
        if name == "customers":
            narrowed += " GROUP BY account_id"
        grouped = (
            f"SELECT CAST(day AS text), count(*), sum(value) FROM ({narrowed}) AS found"
            " WHERE day IS NOT NULL GROUP BY day"
        )
        for on, n, total in driver.execute(grouped):
            found[name, date.fromisoformat(on)] = (int(n), float(total))
    return found


def agree(counted: dict[tuple[Any, ...], tuple[int, int]], session: Session) -> None:
    """Compare the totals of what plain SQL counts too; an amount is rounded by a half at most."""
    totals = {
        (measure, on): (n, total if measure == "won_amount" else 0)
        for (measure, dim, on, _), (n, total) in counted.items()
        if measure in PLAIN and dim == ""
    }
    wanted = plain(session)
    assert {place: n for place, (n, _) in totals.items()} == {
        place: n for place, (n, _) in wanted.items()
    }
    for place, (n, total) in totals.items():
        assert total == pytest.approx(wanted[place][1], rel=1e-9, abs=n / 2)


@pytest.fixture
def machine(database_url: str) -> Iterator[type[Edits]]:
    database = Database(database_url)
    Edits.company = companies.found(database)
    yield Edits
    database.dispose()


def test_any_edits_leave_the_rollups_as_if_they_had_been_built_anew(machine):
    on_sqlite = machine.company.database.engine.dialect.name == "sqlite"
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12 if on_sqlite else 5,
            stateful_step_count=12,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_first_purchase_that_moves_takes_new_revenue_along(company):
    assert company.value("new_revenue", JAN, END, months=1) == 400
    early = small.deal("d0", "won", day(11, 1, 2025), day(11, 2, 2025), amount=5, account="acme")
    small.write_deals(company, [early])
    assert company.value("new_customers", JAN, END) == 1
    assert company.value("new_revenue", day(11, 1, 2025), END, months=3) == 5 + 100 + 300
    company.delete("deal", ["d0"])
    assert company.value("new_customers", JAN, END) == 2
    assert company.value("new_revenue", day(11, 1, 2025), END, months=3) == 1300


def test_an_owner_who_moves_to_another_region_takes_the_deals_along(company):
    company.read("revenue", JAN, END)
    company.write("owner", [{"external_id": "ann", "region": "South"}])
    assert company.split("revenue", JAN, END, "region") == {"East": 0, "South": 1300}


def test_a_writer_under_way_does_not_lose_its_days_to_a_refresh(company):
    write(company, "a")
    wrote, go_on = threading.Event(), threading.Event()

    def slowly() -> None:
        with company.session() as session:
            row = small.deal("b", "won", JAN, day(1, 20), amount=1)
            writer.write(session, company.connection_id, 1, "deal", [row], LOADED)
            wrote.set()
            go_on.wait(10)

    other = threading.Thread(target=slowly)
    other.start()
    wrote.wait(10)
    threading.Timer(0.3, go_on.set).start()
    company.value("revenue", JAN, END)
    other.join()
    assert company.value("revenue", JAN, END) == 1300 + 2


def write(company: Company, name: str) -> None:
    company.write("deal", [small.deal(name, "won", JAN, day(1, 20), amount=1)])


def test_refreshing_twice_counts_nothing_twice(company):
    with company.session() as session:
        assert refresh.refresh(session) > 0
        before = rollups(session)
        assert refresh.refresh(session) == 0
        assert rollups(session) == before


def test_two_workspaces_in_one_database_do_not_mix(company):
    other = companies.joined(company.database, companies.found_another(company.database))
    small.write_deals(other, [small.deal("d1", "won", day(1, 5), day(1, 15), amount=7)])
    assert other.value("revenue", JAN, END) == 7
    assert company.value("revenue", JAN, END) == 1300
    with other.session() as session:
        session.execute(delete(Rollup).where(col(Rollup.workspace_id) == other.workspace_id))
        refresh.rebuild(session)
    assert company.value("revenue", JAN, END) == 1300


def test_a_rebuild_holds_more_pages_of_sqlite_and_gives_them_back(company):
    def held():
        with company.session() as session:
            connection = session.connection()
            if connection.dialect.name != "sqlite":
                return None
            driver = connection.connection.driver_connection
            return driver.execute("PRAGMA cache_size").fetchone()[0]

    before = held()
    with company.session() as session:
        with bulk.roomy(session):
            if before is not None:
                driver = session.connection().connection.driver_connection
                assert driver.execute("PRAGMA cache_size").fetchone()[0] == -bulk.ROOM
        refresh.rebuild(session)
    assert held() == before
