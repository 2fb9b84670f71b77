"""Taking away what a table that was told of as a whole no longer holds."""

from collections.abc import Set
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from goals.records import deletes
from goals.records.connections import SyncRun
from goals.records.kind import Kind
from goals.records.kinds import called
from goals.table import workspace_of
from goals.words import N_, Message
from integrations.files import importing


def sweep(
    session: Session,
    run: SyncRun,
    kind: Kind,
    there: Set[int],
    now: datetime,
    *,
    believe: bool,
) -> tuple[int, Message | None]:
    """Mark as deleted what a run's connection brought and is not `there`; return how many.

    The rows of all tables are kept together: whose they are is told by the run that wrote them
    last. Where most of what was there is gone, nothing is taken away unless it is to be believed:
    that says more about the program's trouble than about its rows. Then the second is what is
    said of it, None otherwise.
    """
    home = importing.home(session)
    if home is None:
        return 0, None
    here = _living(session, kind, home, run.connection_id)
    table = kind.table
    living = int(session.execute(select(func.count()).select_from(table).where(*here)).scalar_one())
    if len(there) * 2 < living and not believe:
        return 0, Message(
            N_(
                "Only %(listed)s of %(living)s %(records)s were told of, so none were taken away. "
                "If so many are really gone, have everything read again."
            ),
            {"listed": len(there), "living": living, "records": called(kind.name)},
        )
    gone, last = 0, -1
    while True:
        statement = select(col(table.id)).where(*here, col(table.id) > last)
        ids = list(session.scalars(statement.order_by(col(table.id)).limit(deletes.PORTION)))
        if not ids:
            return gone, None
        absent = [one for one in ids if one not in there]
        gone += deletes.mark_deleted(session, home, run.id, kind.name, absent, now)
        last = ids[-1]


def _living(
    session: Session, kind: Kind, home: int, connection_id: int
) -> list[ColumnElement[bool]]:
    """Return what holds for the rows of a kind that a connection brought and that are there."""
    table = kind.table
    runs = select(col(SyncRun.id)).where(
        col(SyncRun.workspace_id) == workspace_of(session),
        col(SyncRun.connection_id) == connection_id,
    )
    return [
        col(table.workspace_id) == workspace_of(session),
        col(table.connection_id) == home,
        col(table.deleted_at).is_(None),
        col(table.is_stub).is_(False),
        col(table.run_id).in_(runs),
    ]
