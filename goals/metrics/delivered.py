"""Metrics that people or other systems deliver: the latest reading, or the sum of a flow's."""

from datetime import date
from decimal import Decimal

from sqlmodel import Session, col, select

from goals.metrics import catalogue, notes
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
    of_metric = (
        col(ManualReading.workspace_id) == workspace_of(session),
        col(ManualReading.metric) == query.metric,
        col(ManualReading.deleted_at).is_(None),
        col(ManualReading.goal_id).is_(None),
        col(ManualReading.day) <= query.last_day,
    )
    latest = session.exec(
        select(ManualReading)
        .where(*of_metric)
        .order_by(col(ManualReading.day).desc(), col(ManualReading.id).desc())
    ).first()
    if latest is None:
        return Figure(None), [], None
    said = [notes.delivered(latest.evidence)]
    if catalogue.find(query.metric).kind != "flow":
        return Figure(latest.value, latest.value, None, 1), said, latest.day
    inside = select(ManualReading.value).where(
        *of_metric, col(ManualReading.day) >= query.first_day
    )
    values = list(session.exec(inside))
    value = sum(values, Decimal()) if values else None
    return Figure(value, value, None, len(values)), said, latest.day
