"""A small company to read metrics of: records go in through the writer, as from a source."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from app.db import Database
from goals.metrics import readings, refresh, turns
from goals.metrics.query import Query
from goals.metrics.result import Result
from goals.records import deletes, kinds, stages, writer
from goals.records.connections import Connection, SyncRun
from goals.records.source import Entry
from goals.table import key, new_id
from goals.workspace import Workspace

#: The real day of the tests, long after all of their records.
TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
#: When the records of a test came in, unless it says otherwise.
LOADED = datetime(2026, 11, 20, 8, tzinfo=UTC)

Row = dict[str, Any]


@dataclass
class Company:
    """A workspace with one connection in a database of the test's own."""

    database: Database
    workspace_id: int
    connection_id: int
    runs: list[int] = field(default_factory=list)

    def session(self) -> AbstractContextManager[Session]:
        return self.database.session(self.workspace_id)

    def write(self, record: str, rows: Iterable[Row], at: datetime = LOADED) -> None:
        with self.session() as session:
            run = self._run(session, at)
            done = writer.write(session, self.connection_id, run, record, list(rows), at)
            assert done.rejected == []

    def histories(
        self, found: Mapping[str, Sequence[tuple[str, str, date]]], at: datetime = LOADED
    ) -> None:
        """Write complete histories: deal -> (stage, its meaning, the day it was entered)."""
        told = {
            self.id_of("deal", deal): [
                Entry(stage, day, None, status) for stage, status, day in one
            ]
            for deal, one in found.items()
        }
        with self.session() as session:
            run = self._run(session, at)
            stages.write_histories(session, self.connection_id, run, told, at)

    def delete(self, record: str, external_ids: Iterable[str], at: datetime = LOADED) -> None:
        ids = [self.id_of(record, one) for one in external_ids]
        with self.session() as session:
            run = self._run(session, at)
            deletes.mark_deleted(session, self.connection_id, run, record, ids, at)

    def id_of(self, record: str, external_id: str) -> int:
        return key(self.connection_id, kinds.KINDS[record].name, external_id)

    def _run(self, session: Session, at: datetime) -> int:
        run = SyncRun(
            workspace_id=self.workspace_id,
            connection_id=self.connection_id,
            status="done",
            started_at=at,
            finished_at=at,
        )
        session.add(run)
        session.flush()
        self.runs.append(run.id)
        return run.id

    def read(
        self,
        metric: str,
        first: date,
        last: date,
        *,
        today: date = TODAY,
        now: datetime | None = None,
        keep: bool = True,
        where: Mapping[str, str] | None = None,
        by: str | None = None,
        matured: date | None = None,
        known_at: datetime | None = None,
        **params: Any,
    ) -> Result:
        query = Query(metric, first, last, params, where or {}, by, matured, known_at)
        at = now or (NOW if today == TODAY else end_of(today))
        with self.session() as session:
            return readings.read(session, query, today=today, now=at, keep=keep)

    def value(self, metric: str, first: date, last: date, **how: Any) -> float | None:
        found = self.read(metric, first, last, **how).value
        return None if found is None else float(found)

    def split(self, metric: str, first: date, last: date, by: str, **how: Any) -> Row:
        found = self.read(metric, first, last, by=by, **how).to_json()["segments"]
        return {one["key"]: None if one["value"] is None else float(one["value"]) for one in found}

    def refresh(self) -> None:
        with self.session() as session:
            refresh.refresh(session)


def count_in_turns(session: Session, rows: int = 3) -> None:
    """Count what is marked in turns of few rows each."""
    turns.begin(session)
    while turns.turn(session, rows) is not None:
        pass


def end_of(day: date) -> datetime:
    """The last instant of a day in a workspace that lives in UTC."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), UTC) - timedelta(
        microseconds=1
    )


def found(database: Database, currency: str = "USD", records: Sequence[str] = ()) -> Company:
    """Found a company in an empty database."""
    return joined(database, found_another(database, "Company", currency), records)


def found_another(database: Database, name: str | None = None, currency: str = "USD") -> int:
    """Found a workspace in a database that may have others, and return its id."""
    with database.system() as session:
        here = Workspace(
            name=name or f"Company {new_id()}",
            currency=currency,
            created_at=LOADED,
            knowledge_from=LOADED,
        )
        session.add(here)
        session.flush()
        return here.id


def joined(database: Database, workspace_id: int, records: Sequence[str] = ()) -> Company:
    """Give a workspace its connection."""
    with database.session(workspace_id) as session:
        connection = Connection(
            workspace_id=workspace_id,
            name="CRM",
            provider="sample",
            records=list(records or ("owner", "account", "product", "deal", "stage_event", "lead")),
            last_success_at=LOADED,
            created_at=LOADED,
        )
        session.add(connection)
        session.flush()
        return Company(database, workspace_id, connection.id)
