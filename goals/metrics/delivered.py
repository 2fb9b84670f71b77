"""Metrics that people or other systems deliver: the latest reading, or the sum of a flow's."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from sqlmodel import Session, col, select

from goals.metrics import catalogue, fitting, limits, notes
from goals.metrics.formulas import Figure
from goals.metrics.notes import Note
from goals.metrics.query import Query
from goals.records.figures import ManualReading
from goals.table import workspace_of


def read(session: Session, query: Query) -> tuple[Figure, list[Note], date | None]:
    """Return the delivered value of a window, what to know about it, and its newest day.

    A flow adds up its readings within the window; anything else is the latest on or before
    its last day. None without any.
    """
    found = readings(session, query.metric, None, query.last_day, query.where)
    if not found:
        return Figure(None), [], None
    latest = found[-1]
    values = [one.value for one in _counted(query, found)]
    value = sum(values, Decimal()) if values else None
    said = [notes.delivered(latest.evidence)]
    return Figure(value, value, None, len(values)), said, latest.day


def counted(session: Session, query: Query) -> list[ManualReading]:
    """Return the readings that make a delivered value, the oldest first."""
    found = readings(session, query.metric, None, query.last_day, query.where)
    return _counted(query, found)


def _counted(query: Query, found: list[ManualReading]) -> list[ManualReading]:
    if catalogue.find(query.metric).kind != "flow":
        return found[-1:]
    return [one for one in found if one.day >= query.first_day]


def readings(
    session: Session, metric: str, first: date | None, last: date, where: Mapping[str, str]
) -> list[ManualReading]:
    """Return the delivered readings of a window and exactly this segment, the oldest first."""
    statement = select(ManualReading).where(
        col(ManualReading.workspace_id) == workspace_of(session),
        col(ManualReading.metric) == metric,
        col(ManualReading.deleted_at).is_(None),
        col(ManualReading.goal_id).is_(None),
        col(ManualReading.day) <= last,
    )
    if first is not None:
        statement = statement.where(col(ManualReading.day) >= first)
    parted = limits.of(session)
    if parted:
        connection, day = col(ManualReading.connection_id), col(ManualReading.day)
        statement = statement.where(fitting.counts(connection, day, parted))
    ordered = statement.order_by(col(ManualReading.day), col(ManualReading.id))
    return [one for one in session.exec(ordered) if (one.segment or {}) == dict(where)]
