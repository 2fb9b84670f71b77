"""Delivered readings one by one: each with what it said before, where it came from and who says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session, col, func, select

from goals.metrics import delivered
from goals.metrics.query import Query
from goals.records import provenance
from goals.records.connections import Connection
from goals.records.figures import ManualReading
from goals.records.provenance import Origin
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
    """A metric that is fed by readings: how many stand, and the newest of them.

    An archived one is not looked after any more until a person brings it back.
    """

    metric: str
    count: int
    newest: date
    archived: bool = False


#: The setting of a source that names the metrics whose readings were put away, each with the day.
ARCHIVED = "archived"


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
    before = provenance.earlier(session, "reading", [one.id for one in found])
    origins = provenance.origins(session, {one.run_id for one in found})
    return [_entry(one, origins.get(one.run_id, Origin()), before.get(one.id, ())) for one in found]


def behind(session: Session, query: Query) -> list[tuple[ManualReading, Origin]]:
    """Return the readings that make a delivered value, the newest first, and what wrote each."""
    found = delivered.counted(session, query)[::-1]
    origins = provenance.origins(session, {one.run_id for one in found})
    return [(one, origins.get(one.run_id, Origin())) for one in found]


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
    away = {metric for one in _sources(session) for metric in one.settings.get(ARCHIVED, {})}
    found = [
        Fed(metric, count, newest, metric in away)
        for metric, count, newest in session.exec(statement)
    ]
    return sorted(found, key=lambda one: (-one.newest.toordinal(), one.metric))


def archive(session: Session, metric: str, day: date) -> None:
    """Put a metric away whose readings nobody uses; the readings stay as they are.

    It stands with the sources of its readings. Nothing happens where there are none.
    """
    statement = (
        select(ManualReading.connection_id)
        .where(
            col(ManualReading.workspace_id) == workspace_of(session),
            col(ManualReading.metric) == metric,
        )
        .distinct()
    )
    mine = set(session.exec(statement))
    for one in _sources(session, hold=True):
        if one.id in mine:
            away = {metric: day.isoformat(), **one.settings.get(ARCHIVED, {})}
            one.settings = {**one.settings, ARCHIVED: away}
            session.add(one)
    session.flush()


def restore(session: Session, metric: str) -> bool:
    """Bring back a metric that was put away; return False for one that was not."""
    found = False
    for one in _sources(session, hold=True):
        away = dict(one.settings.get(ARCHIVED, {}))
        if away.pop(metric, None) is None:
            continue
        rest = {key: value for key, value in one.settings.items() if key != ARCHIVED}
        one.settings = {**rest, ARCHIVED: away} if away else rest
        session.add(one)
        found = True
    session.flush()
    return found


def _sources(session: Session, *, hold: bool = False) -> list[Connection]:
    statement = (
        select(Connection)
        .where(col(Connection.workspace_id) == workspace_of(session))
        .order_by(col(Connection.id))
    )
    if hold:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return list(session.exec(statement))


def _entry(one: ManualReading, origin: Origin, before: Iterable[RecordVersion]) -> Entry:
    return Entry(
        id=one.id,
        day=one.day,
        value=one.value,
        evidence=one.evidence,
        segment=dict(one.segment or {}),
        recorded_at=one.recorded_at,
        run_id=one.run_id,
        is_removed=one.deleted_at is not None,
        by=origin.by,
        file=origin.file,
        earlier=tuple(
            Earlier(Decimal(str(old.data["value"])), old.data.get("evidence"), old.valid_until)
            for old in before
            if old.data.get("value") is not None
        ),
    )
