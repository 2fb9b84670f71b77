"""The newest business day that a connection's records speak of."""

from datetime import date

from sqlmodel import Session, col, func, select

from goals.records.demand import Lead
from goals.records.figures import ManualReading
from goals.records.sales import Deal, StageEvent
from goals.table import workspace_of

_COLUMNS = (
    (Deal, Deal.created_on),
    (Deal, Deal.closed_on),
    (StageEvent, StageEvent.entered_on),
    (Lead, Lead.created_on),
    (Lead, Lead.converted_on),
    (ManualReading, ManualReading.day),
)


def day(session: Session, connection_id: int, *, through: date) -> date | None:
    """Return the latest day up to `through` on which something happened, None for no records.

    Days ahead (an expected close, a typing error) say nothing about how fresh a source is.
    """
    here = workspace_of(session)
    found = []
    for table, column in _COLUMNS:
        statement = select(func.max(column)).where(
            col(table.workspace_id) == here,
            col(table.connection_id) == connection_id,
            col(table.deleted_at).is_(None),
            col(column) <= through,
        )
        found.append(session.exec(statement).one())
    return max((one for one in found if one is not None), default=None)
