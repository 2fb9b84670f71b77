"""Delivered readings one by one: each with what it said before, where it came from and who says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session, col, func, select

from goals.records.connections import SyncRun
from goals.records.figures import ManualReading
from goals.records.record import RecordVersion
from goals.table import workspace_of


@dataclass(frozen=True)
class Earlier:
    """What a reading said before it was corrected or taken back, known until then."""

    value: Decimal
    evidence: str | None
    until: datetime


@dataclass(frozen=True)
class Entry:
    """A reading as it stands; `is_removed` is one that was undone and counts no more.

    `run_id` is what wrote it, `by` the member who did so by hand and `file` the file it came in.
    """

    id: int
    day: date
    value: Decimal
    evidence: str | None
    segment: dict[str, str]
    recorded_at: datetime
    run_id: int
    is_removed: bool
    by: int | None
    file: str | None
    earlier: tuple[Earlier, ...]


@dataclass(frozen=True)
class Fed:
    """A metric that is fed by readings: how many stand, and the newest of them."""

    metric: str
    count: int
    newest: date


def of_metric(session: Session, metric: str) -> list[Entry]:
    """Return the readings of a metric, the newest day first, those taken back included."""
    statement = (
        select(ManualReading)
        .where(
            col(ManualReading.workspace_id) == workspace_of(session),
            col(ManualReading.metric) == metric,
            col(ManualReading.goal_id).is_(None),
        )
        .order_by(col(ManualReading.day).desc(), col(ManualReading.id))
    )
    found = list(session.exec(statement))
    earlier = _earlier(session, [one.id for one in found])
    runs = _runs(session, {one.run_id for one in found})
    return [_entry(one, runs.get(one.run_id), earlier.get(one.id, ())) for one in found]


def on(session: Session, metric: str, day: date) -> Entry | None:
    """Return the reading of the whole company on a day, None where there is none."""
    return next(
        (
            one
            for one in of_metric(session, metric)
            if one.day == day and not one.segment and not one.is_removed
        ),
        None,
    )


def fed(session: Session) -> list[Fed]:
    """Return the metrics that have readings, the one with the newest first."""
    statement = (
        select(ManualReading.metric, func.count(), func.max(ManualReading.day))
        .where(
            col(ManualReading.workspace_id) == workspace_of(session),
            col(ManualReading.deleted_at).is_(None),
        )
        .group_by(col(ManualReading.metric))
    )
    found = [Fed(metric, count, newest) for metric, count, newest in session.exec(statement)]
    return sorted(found, key=lambda one: (-one.newest.toordinal(), one.metric))


def _entry(one: ManualReading, run: SyncRun | None, earlier: Iterable[Earlier]) -> Entry:
    by_hand = run is not None and run.kind == "manual"
    return Entry(
        id=one.id,
        day=one.day,
        value=one.value,
        evidence=one.evidence,
        segment=dict(one.segment or {}),
        recorded_at=one.recorded_at,
        run_id=one.run_id,
        is_removed=one.deleted_at is not None,
        by=(run.result or {}).get("by") if run is not None and by_hand else None,
        file=run.label if run is not None and not by_hand else None,
        earlier=tuple(earlier),
    )


def _earlier(session: Session, ids: list[int]) -> dict[int, list[Earlier]]:
    found: dict[int, list[Earlier]] = {}
    statement = (
        select(RecordVersion)
        .where(
            col(RecordVersion.workspace_id) == workspace_of(session),
            col(RecordVersion.record) == "reading",
            col(RecordVersion.record_id).in_(ids),
        )
        .order_by(col(RecordVersion.valid_until).desc(), col(RecordVersion.id).desc())
    )
    for one in session.exec(statement):
        if one.data.get("deleted_at") is None and one.data.get("value") is not None:
            said = Earlier(
                Decimal(str(one.data["value"])), one.data.get("evidence"), one.valid_until
            )
            found.setdefault(one.record_id, []).append(said)
    return found


def _runs(session: Session, ids: set[int]) -> dict[int, SyncRun]:
    statement = select(SyncRun).where(
        col(SyncRun.workspace_id) == workspace_of(session), col(SyncRun.id).in_(ids)
    )
    return {one.id: one for one in session.exec(statement)}
