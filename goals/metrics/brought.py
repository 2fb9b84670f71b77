"""What brought the records behind a reading: sources, and their runs."""

from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from goals.metrics import receipts
from goals.metrics.evidence import Reading
from goals.records.connections import Connection, SyncRun
from goals.table import workspace_of


def sources(session: Session, reading: Reading) -> list[str]:
    """Return the names of the connections whose records a reading counts."""
    needs = set(receipts.metric_of(session, reading).needs)
    statement = select(Connection).where(col(Connection.workspace_id) == workspace_of(session))
    found = list(session.scalars(statement))
    return sorted(one.name for one in found if needs & set(one.records))


def runs(session: Session, reading: Reading) -> list[tuple[SyncRun, str]]:
    """Return the runs after which a reading was made, one for each source, with its name."""
    needs = set(receipts.metric_of(session, reading).needs)
    here = workspace_of(session)
    statement = (
        select(SyncRun, Connection)
        .join(
            Connection,
            (col(Connection.workspace_id) == col(SyncRun.workspace_id))
            & (col(Connection.id) == col(SyncRun.connection_id)),
        )
        .where(
            col(SyncRun.workspace_id) == here,
            col(SyncRun.id).in_([int(one) for one in reading.runs]),
        )
        .order_by(col(Connection.name))
    )
    found = session.execute(statement).all()
    return [(run, source.name) for run, source in found if needs & set(source.records)]


def runs_to_json(session: Session, reading: Reading) -> list[dict[str, Any]]:
    """Return the runs after which a reading was made in the shape of `sync` and `import`."""
    return [
        {
            "connection": name,
            "id": str(run.id),
            "kind": run.kind,
            "status": run.status,
            "finished_at": run.finished_at,
        }
        for run, name in runs(session, reading)
    ]
