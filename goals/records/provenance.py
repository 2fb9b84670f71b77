"""Where records that people enter came from, and what they said before."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session, col, select

from goals.records.connections import SyncRun
from goals.records.record import RecordVersion
from goals.table import workspace_of


@dataclass(frozen=True)
class Origin:
    """What wrote a record: the member who did so by hand, or the file it came in.

    `is_undone` tells that it was taken back as a whole.
    """

    by: int | None = None
    file: str | None = None
    is_undone: bool = False


def origins(session: Session, run_ids: Collection[int]) -> dict[int, Origin]:
    """Return what wrote records, by the run that did; runs that are unknown are left out."""
    statement = select(SyncRun).where(
        col(SyncRun.workspace_id) == workspace_of(session), col(SyncRun.id).in_(run_ids)
    )
    return {
        one.id: Origin(
            by=(one.result or {}).get("by") if one.kind == "manual" else None,
            file=None if one.kind == "manual" else one.label,
            is_undone=one.undone_at is not None,
        )
        for one in session.exec(statement)
    }


def earlier(session: Session, record: str, ids: Collection[int]) -> dict[int, list[RecordVersion]]:
    """Return what records of a kind said while they counted before, the latest first."""
    found: dict[int, list[RecordVersion]] = {}
    statement = (
        select(RecordVersion)
        .where(
            col(RecordVersion.workspace_id) == workspace_of(session),
            col(RecordVersion.record) == record,
            col(RecordVersion.record_id).in_(ids),
        )
        .order_by(col(RecordVersion.valid_until).desc(), col(RecordVersion.id).desc())
    )
    for one in session.exec(statement):
        if one.data.get("deleted_at") is None:
            found.setdefault(one.record_id, []).append(one)
    return found
