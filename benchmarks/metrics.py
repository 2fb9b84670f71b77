"""Readings: whether they cost the same whatever the number of deals, and stay true (B1 to B5)."""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from sqlmodel import Session, col, select

from app import rebuilding
from app.db import Database
from benchmarks import measuring, months
from goals.metrics import readings, refresh, turns
from goals.metrics.query import Query
from goals.metrics.rollup import Rollup
from goals.records import bulk, stored, writer
from goals.records.connections import Connection
from goals.records.record import DirtyDay, Record
from goals.records.sales import Account, Deal, Owner, Product, StageEvent
from goals.table import key, new_id
from goals.workspace import Workspace

#: Deals of the smaller and the larger company.
SIZES, SMALL_SIZES = (10_000, 1_000_000), (500, 5_000)
FIRST, DAYS = date(2024, 10, 1), 730
LAST = FIRST + timedelta(days=DAYS - 1)
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
OWNERS, PRODUCTS, PORTION = 50, 10, 20_000
#: What a dashboard reads: metrics that add up and ratios of sums.
READ: tuple[tuple[str, dict[str, str]], ...] = (
    ("revenue", {}),
    ("win_rate", {}),
    ("win_rate", {"weight": "list_value"}),
    ("avg_deal_size", {}),
    ("sales_cycle", {}),
    ("new_customers", {}),
    ("open_deals", {}),
    ("open_deals", {"measure": "age"}),
)
#: How it is read: in total, and of one owner of many.
WHERE: tuple[tuple[str, dict[str, str]], ...] = (
    ("a reading", {}),
    ("a reading of one owner", {"owner": "Owner 7"}),
)


def rows(
    sizes: Sequence[int] | None = None, *, small: bool = False, runs: int = measuring.RUNS
) -> Iterator[dict[str, Any]]:
    """Yield B1 to B5 on both databases; `sizes` are two numbers of deals."""
    less, more = sizes or (SMALL_SIZES if small else SIZES)
    with measuring.databases() as kinds:
        for name, make in kinds:
            yield from _of(name, make, less, more, runs)


def _of(
    name: str, make: Callable[[], Database], less: int, more: int, runs: int
) -> Iterator[dict[str, Any]]:
    little, much = Company(make(), less), Company(make(), more)
    for each in (little, much):
        each.rebuild()
        measuring.analyze(each.database)
    yield from months.rows(name, much, runs)
    for what, where in WHERE:
        ratio = _interleaved(runs, partial(much.read_all, where), partial(little.read_all, where))
        what += f", {more} against {less} deals"
        yield measuring.row("B3", what, name, ratio, "1.3", "1.05")
    ratio = _interleaved(runs, much.reroll, much.rebuild, prepare=much.mark)
    what = f"re-rolling 7 days against the full build, {more} deals"
    yield measuring.row("B4", what, name, ratio, "1/20", "1/50")
    wrong = float(much.differences())
    what = f"rollups that differ between refresh, rebuild and plain SQL after edits, {more} deals"
    yield measuring.row("B5", what, name, wrong, "0", "0")


def _interleaved(
    runs: int,
    above: Callable[[], Any],
    below: Callable[[], Any],
    *,
    prepare: Callable[[], Any] = lambda: None,
) -> float:
    """Return the ratio of the medians of two things done in turn."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        prepare()
        times[0].append(measuring.seconds(above))
        times[1].append(measuring.seconds(below))
    numerator, denominator = (sorted(each)[len(each) // 2] for each in times)
    return numerator / denominator


class Company:
    """A workspace with so many deals over two years, half of them closed."""

    def __init__(self, database: Database, deals: int, *, owners: int = OWNERS) -> None:
        self.database = database
        self.deals = deals
        self.owners = owners
        self.draw = random.Random(11)
        with database.system() as session:
            here = Workspace(name=f"Company {new_id()}", created_at=NOW, knowledge_from=NOW)
            session.add(here)
            session.flush()
            self.workspace_id = here.id
        with database.session(self.workspace_id) as session:
            connection = Connection(
                workspace_id=self.workspace_id, name="CRM", provider="sample", created_at=NOW
            )
            session.add(connection)
            session.flush()
            self.connection_id = connection.id
        self._fill()

    def id_of(self, record: str, number: int) -> int:
        """Return the id of the record of that number."""
        return key(self.connection_id, record, str(number))

    def _fill(self) -> None:
        accounts = max(self.deals // 20, 1)
        named: tuple[tuple[type[Record], str, int], ...] = (
            (Owner, "owner", self.owners),
            (Product, "product", PRODUCTS),
            (Account, "account", accounts),
        )
        for table, record, count in named:
            with self.database.session(self.workspace_id) as session:
                made = [
                    self._row(table, record, n, name=f"{record.capitalize()} {n}",
                              **({"list_price": 1_000_000 * (n + 1)} if table is Product else {}))
                    for n in range(count)
                ]  # fmt: skip
                bulk.upsert(session, stored.shape(table), made)
        for start in range(0, self.deals, PORTION):
            with self.database.session(self.workspace_id) as session:
                found = [self._deal(n, accounts) for n in range(start, self._end(start))]
                bulk.upsert(session, stored.shape(Deal), [deal for deal, _ in found])
                events = [event for _, both in found for event in both]
                bulk.upsert(session, stored.shape(StageEvent), events)

    def _end(self, start: int) -> int:
        return min(start + PORTION, self.deals)

    def _row(self, table: type[Record], record: str, number: int, **given: Any) -> stored.Row:
        of = stored.shape(table)
        content = list(stored.defaults(table))
        for name, value in {"external_id": str(number), **given}.items():
            content[of.place(name) - stored.CONTENT] = value
        book = (self.workspace_id, self.id_of(record, number), self.connection_id, 0)
        return (*book, stored.instant(NOW), 1, None, *content)

    def _deal(self, number: int, accounts: int) -> tuple[stored.Row, list[stored.Row]]:
        draw = self.draw
        created = draw.randrange(DAYS)
        closed = created + draw.randrange(120)
        status = draw.choice(("won", "lost", "open")) if closed < DAYS else "open"
        since, until = _day(created), None if status == "open" else _day(closed)
        deal = self._row(
            Deal, "deal", number, status=status, stage=status, created_on=since, closed_on=until,
            amount=draw.randrange(1, 50_000) * 100 if status == "won" else None, currency="USD",
            owner_id=self.id_of("owner", draw.randrange(self.owners)), pipeline="Sales",
            product_id=self.id_of("product", draw.randrange(PRODUCTS)),
            account_id=self.id_of("account", draw.randrange(accounts)),
            source=draw.choice(("web", "fair", "mail")), campaign=draw.choice("abcdef"),
        )  # fmt: skip
        entered = self._row(
            StageEvent, "stage_event", 2 * number, deal_id=self.id_of("deal", number),
            stage="Talking", status="open", entered_on=since, left_on=until, run_from=since,
            starts_run=1, ends_run=int(until is not None),
        )  # fmt: skip
        if until is None:
            return deal, [entered]
        ended = self._row(
            StageEvent, "stage_event", 2 * number + 1, deal_id=self.id_of("deal", number),
            stage=status, status=status, entered_on=until,
        )  # fmt: skip
        return deal, [entered, ended]

    def rebuild(self) -> None:
        """Count everything again."""
        with self.database.session(self.workspace_id) as session:
            refresh.rebuild(session)

    def count(self) -> None:
        """Count everything as a worker does, in turns."""
        with self.database.session(self.workspace_id) as session:
            turns.mark_everything(session)
        rebuilding.count_marked(self.database.begin(self.workspace_id))

    def read_all(self, where: dict[str, str]) -> None:
        """Read what a dashboard reads, over the last quarter."""
        first = LAST - timedelta(days=89)
        with self.database.session(self.workspace_id) as session:
            for metric, params in READ:
                query = Query(metric, first, LAST, params, where)
                readings.read(session, query, today=NOW.date(), now=NOW, keep=False)

    def mark(self) -> None:
        """Mark the last seven days of everything as touched."""
        with self.database.session(self.workspace_id) as session:
            for record, column in (
                ("deal", "closed_on"),
                ("deal", "created_on"),
                ("stage_event", "entered_on"),
                ("stage_event", "left_on"),
            ):
                for back in range(7):
                    day = LAST - timedelta(days=back)
                    mark = {"record": record, "column": column, "day": day}
                    session.add(DirtyDay(workspace_id=self.workspace_id, **mark))

    def reroll(self) -> None:
        """Count the marked days again."""
        with self.database.session(self.workspace_id) as session:
            refresh.refresh(session)

    def differences(self) -> int:
        """Edit deals, refresh, and count what a rebuild or plain SQL gives otherwise."""
        with self.database.session(self.workspace_id) as session:
            self._edit(session)
            refresh.refresh(session)
            refreshed = _rollups(session)
            refresh.rebuild(session)
            rebuilt = _rollups(session)
            wanted = _plain(session)
        totals = {
            (measure, str(day)): counts
            for (measure, dim, day, _), counts in rebuilt.items()
            if measure in PLAIN and dim == ""
        }
        return len(refreshed.items() ^ rebuilt.items()) + len(totals.items() ^ wanted.items())

    def _edit(self, session: Session) -> None:
        changes = []
        for number in self.draw.sample(range(self.deals), min(300, self.deals)):
            day = LAST - timedelta(days=self.draw.randrange(300))
            kind = self.draw.randrange(3)
            changed: dict[str, Any] = {"external_id": str(number)}
            if kind == 0:
                changed |= {"status": "won", "closed_on": day, "amount": Decimal(number % 900)}
            elif kind == 1:
                changed |= {"status": "open", "closed_on": None}
            else:
                changed |= {"owner": str(number % self.owners), "currency": "THB"}
            changes.append(changed)
        writer.write(session, self.connection_id, 2, "deal", changes, NOW)


#: Measure -> its days and values in SQL that shares nothing with the product's.
PLAIN = {
    "won": "SELECT closed_on AS day, 0 AS value FROM deal WHERE status = 'won'",
    "lost": "SELECT closed_on AS day, 0 AS value FROM deal WHERE status = 'lost'",
    "created": "SELECT created_on AS day, 0 AS value FROM deal WHERE created_on IS NOT NULL",
    "won_amount": "SELECT closed_on AS day, amount AS value FROM deal WHERE status = 'won'"
    " AND amount IS NOT NULL AND currency = 'USD'",
}


def _plain(session: Session) -> dict[tuple[str, str], tuple[int, int]]:
    here = int(session.info["workspace_id"])
    found = {}
    for name, statement in PLAIN.items():
        grouped = (
            f"SELECT CAST(day AS text), count(*), sum(value) FROM ({statement}"
            f" AND workspace_id = {here} AND deleted_at IS NULL) AS found"
            " WHERE day IS NOT NULL GROUP BY day"
        )
        for day, n, total in _driver(session).execute(grouped):
            found[name, day] = (int(n), int(total))
    return found


def _rollups(session: Session) -> dict[tuple[str, str, date, str], tuple[int, int]]:
    columns = (Rollup.measure, Rollup.dim, Rollup.day, Rollup.key, Rollup.n, Rollup.sum)
    statement = select(*map(col, columns)).where(
        col(Rollup.workspace_id) == session.info["workspace_id"]
    )
    return {tuple(row[:4]): tuple(row[4:]) for row in session.execute(statement)}


def _driver(session: Session) -> Any:
    return session.connection().connection.driver_connection


def _day(number: int) -> str:
    return (FIRST + timedelta(days=number)).isoformat()
