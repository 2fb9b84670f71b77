"""Whether two sources of tables write the same records, each over what the other wrote."""

from sqlmodel import Session, col, select

from goals.records.connections import Connection, SyncRun
from goals.records.kinds import called
from goals.records.record import RecordVersion
from goals.table import workspace_of
from goals.words import N_, Message

#: Earlier versions that are looked at, and ids that are shown.
MOST, EXAMPLES = 1000, 4


def overwritten(session: Session, run: SyncRun, record: str) -> list[Message]:
    """Return what is said where a run wrote over what other connections had read.

    The records of all tables are kept together, so that one can name those of another: two
    databases that both count from 1 would be taken for one. What merely stood in for a record
    that another named is no loss.
    """
    here = workspace_of(session)
    statement = (
        select(col(Connection.name), col(RecordVersion.data))
        .join(
            SyncRun,
            (col(SyncRun.workspace_id) == col(RecordVersion.workspace_id))
            & (col(SyncRun.id) == col(RecordVersion.run_id)),
        )
        .join(
            Connection,
            (col(Connection.workspace_id) == col(SyncRun.workspace_id))
            & (col(Connection.id) == col(SyncRun.connection_id)),
        )
        .where(
            col(RecordVersion.workspace_id) == here,
            col(SyncRun.workspace_id) == here,
            col(Connection.workspace_id) == here,
            col(RecordVersion.ended_by) == run.id,
            col(RecordVersion.record) == record,
            col(SyncRun.connection_id) != run.connection_id,
            col(SyncRun.kind) == "sync",
            col(Connection.removed_at).is_(None),
        )
        .limit(MOST)
    )
    found: dict[str, list[str]] = {}
    for name, data in session.exec(statement):
        if not data.get("is_stub") and data.get("external_id"):
            found.setdefault(name, []).append(str(data["external_id"]))
    return [
        Message(
            N_(
                "%(source)s brought %(records)s with the same ids (such as %(ids)s), and each "
                "writes over the other's. If they are not the same, put a word of its own before "
                "the ids of each source."
            ),
            {"source": name, "records": called(record), "ids": ids[:EXAMPLES]},
        )
        for name, ids in sorted(found.items())
    ]
