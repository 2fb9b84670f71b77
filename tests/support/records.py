"""A workspace with a connection, for tests of what is written into it and read back."""

import io
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

from app.db import Database
from goals.records import kinds, writer
from goals.records.connections import Connection, SyncRun
from goals.records.record import DirtyDay, RecordVersion
from goals.table import key, new_id
from goals.workspace import Workspace
from integrations.files.importing import import_file

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
#: What differs between two ways to the same state: who wrote it when, and under which number.
BOOKS = {"run_id", "recorded_at", "workspace_id", "connection_id", "id"}


class Room:
    """The records of one workspace."""

    def __init__(self, database, name="Acme"):
        self.database = database
        with self.database.system() as session:
            made = Workspace(name=name, created_at=NOW, zone="Asia/Bangkok")
            session.add(made)
        self.here = made.id
        self.connection = new_id()
        with self.session() as session:
            session.add(self._connection(session))

    def _connection(self, session):
        return Connection(
            workspace_id=self.here,
            id=self.connection,
            name="Files",
            provider="file",
            interval=None,
            created_at=NOW,
        )

    @contextmanager
    def session(self):
        with self.database.session(self.here) as session:
            yield session

    def run(self, record="deal", started=NOW):
        """Begin an import and return its id."""
        run = SyncRun(
            workspace_id=self.here,
            connection_id=self.connection,
            kind="import",
            started_at=started,
            result={"record": record},
        )
        with self.session() as session:
            session.add(run)
            session.flush()
            return run.id

    def write(self, record, rows, run=1, now=NOW):
        with self.session() as session:
            return writer.write(session, self.connection, run, record, rows, now)

    def read(self, data, record="deal", mapping=None, now=NOW, **options):
        """Import a file given as text or bytes."""
        file = io.BytesIO(data.encode() if isinstance(data, str) else data)
        with self.session() as session:
            return import_file(session, file, record, mapping, now=now, **options)

    def id(self, record, external_id):
        return key(self.connection, record, external_id)

    def rows(self, record, *, living=True):
        """Return all rows of a kind by external id."""
        table = kinds.KINDS[record].table
        statement = select(table).where(col(table.workspace_id) == self.here)
        if living:
            statement = statement.where(col(table.deleted_at).is_(None))
        with self.session() as session:
            return {one.external_id: one for one in session.exec(statement)}

    def content(self, record):
        """Return what is known by a kind's living rows, without who wrote it when."""
        return {
            name: {field: value for field, value in row.model_dump().items() if field not in BOOKS}
            for name, row in self.rows(record).items()
        }

    def everything(self):
        """Return the content of all kinds, with references as external ids."""
        found = {record: self.content(record) for record in kinds.KINDS}
        names = {row.id: name for record in kinds.KINDS for name, row in self.rows(record).items()}
        for record, rows in found.items():
            for column in kinds.KINDS[record].references():
                for row in rows.values():
                    row[column] = names.get(row[column], row[column])
        return found

    def everything_named(self):
        """Return the content of all kinds without ids that depend on the connection."""
        found = self.everything()
        found["stage_event"] = sorted(
            tuple((key, str(value)) for key, value in row.items() if key != "external_id")
            for row in found["stage_event"].values()
        )
        return found

    def versions(self):
        statement = select(RecordVersion).where(col(RecordVersion.workspace_id) == self.here)
        with self.session() as session:
            return list(session.exec(statement.order_by(col(RecordVersion.id))))

    def days(self, *, forget=False):
        """Return the marked days as (record, column, ISO day)."""
        statement = select(DirtyDay).where(col(DirtyDay.workspace_id) == self.here)
        with self.session() as session:
            found = list(session.exec(statement))
            if forget:
                for one in found:
                    session.delete(one)
            return {(one.record, one.column, one.day.isoformat()) for one in found}


@pytest.fixture
def database(database_url):
    made = Database(database_url)
    yield made
    made.dispose()


@pytest.fixture
def sqlite_database(sqlite_url):
    made = Database(sqlite_url)
    yield made
    made.dispose()


@pytest.fixture
def room(database):
    return Room(database)


@pytest.fixture
def sqlite_room(sqlite_database):
    return Room(sqlite_database)
