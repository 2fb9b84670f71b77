"""The database: sessions bound to one workspace, and the way to prepare, back up and restore it.

The first lock is `app.tenancy`, which refuses statements that reach beyond the workspace. The
second, on PostgreSQL, is row-level security: each transaction says which workspace it is for.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlmodel import Session, col, select

from app import changes, engines
from app.backups import backup, restore
from app.migrations import row_security
from app.migrations.problems import DatabaseProblem
from app.migrations.upgrading import current, head, is_behind, upgrade
from app.tenancy import guard
from app.tenancy.guard import TenancyError
from app.unchanged import Unchanged
from goals.workspace import Workspace

__all__ = [
    "Database",
    "DatabaseProblem",
    "TenancyError",
    "backup",
    "current",
    "head",
    "is_behind",
    "restore",
    "upgrade",
]


class Database:
    """An open database, shared by the threads of a process.

    Reaching a connection waits up to `engines.PATIENCE` seconds for a free one, and on
    SQLite as long for another writer; then SQLAlchemy's TimeoutError or OperationalError.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self.engine = engines.open_engine(url)
        guard.install(self.engine)
        changes.install(self.engine)
        self.unchanged = Unchanged(self.engine)
        self._bound: dict[int, Engine] = {}
        self._alone = self.engine
        if self.engine.dialect.name == "postgresql":
            self._alone = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    def session(self, workspace_id: int) -> AbstractContextManager[Session]:
        """Return a transaction in one workspace: committed at the end, undone by an error."""
        engine = self._bound.get(workspace_id)
        if engine is None:
            engine = self.engine.execution_options(**{guard.BOUND: workspace_id})
            engine = self._bound.setdefault(workspace_id, engine)
        return _transaction(engine, workspace_id)

    def begin(self, workspace_id: int) -> Callable[[], AbstractContextManager[Session]]:
        """Return what opens one transaction after the other in a workspace."""
        return lambda: self.session(workspace_id)

    def system(self) -> AbstractContextManager[Session]:
        """Return a transaction in no workspace, which may touch global tables only."""
        return _transaction(self.engine, None)

    def glimpse(self) -> AbstractContextManager[Connection]:
        """Return a connection in no workspace, for global tables, without a session around it.

        On PostgreSQL each statement is a transaction, which spares two round trips where one
        statement is all there is.
        """
        return self._alone.begin()

    def workspaces(self) -> list[int]:
        """Return the ids of all workspaces, the oldest first."""
        with self.system() as session:
            return list(session.exec(select(Workspace.id).order_by(col(Workspace.id))))

    def has_second_lock(self) -> bool | None:
        """Tell whether row-level security holds for our role; None on SQLite, without it."""
        if self.engine.dialect.name != "postgresql":
            return None
        with engines.maintenance(self._url) as engine, engine.connect() as connection:
            return row_security.holds(connection)

    def dispose(self) -> None:
        """Close the connections that are not in use."""
        self.unchanged.close()
        self.engine.dispose()


class _Session(Session):
    """A session whose transactions tell PostgreSQL which workspace they are for."""


@event.listens_for(_Session, "after_begin")
def _enter(session: Session, transaction: Any, connection: Connection) -> None:
    if not transaction.nested:
        changes.begin(session, connection)
    workspace_id = session.info["workspace_id"]
    if workspace_id is None or connection.dialect.name != "postgresql":
        return
    # In one breath, which spares a round trip; psycopg adds no BEGIN where one is under way. The
    # setting ends with the transaction, so a pooled connection carries none over.
    driver: Any = connection.connection.driver_connection
    done = driver.pgconn.exec_(b"BEGIN; SET LOCAL headway.workspace = '%d'" % workspace_id)
    if done.error_message:
        raise driver.OperationalError(done.error_message.decode(errors="replace"))


@event.listens_for(_Session, "before_commit")
def _leave(session: Session) -> None:
    if session.info["workspace_id"] is not None and not session.in_nested_transaction():
        changes.mark(session)


@contextmanager
def _transaction(engine: Engine, workspace_id: int | None) -> Iterator[Session]:
    # What was loaded stays readable after the commit: a session ends with its transaction.
    info = {"workspace_id": workspace_id}
    with _Session(engine, expire_on_commit=False, info=info) as session:
        yield session
        session.commit()
