"""The newest business day that a connection's records speak of."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlmodel import Session, col, func, select

from goals.records import kinds
from goals.table import workspace_of


def day(
    session: Session,
    connection_id: int,
    *,
    through: date,
    records: Iterable[str] = kinds.KINDS,
) -> date | None:
    """Return the latest day up to `through` on which something happened, None for no records.

    `records` are the kinds that the connection ever delivered, where that is known; what is
    part of them is looked at with them. Days ahead (an expected close, a typing error) say
    nothing about how fresh a source is.
    """
    asked = {name for name in records if name in kinds.KINDS}
    asked |= {part.name for name in asked for part, _ in kinds.parts(name)}
    found: list[date] = []
    for kind in (kinds.KINDS[name] for name in sorted(asked)):
        table = kind.table
        for name in kind.happens:
            column: Any = getattr(table, name)
            here = col(table.workspace_id) == workspace_of(session)
            living = (
                here,
                col(table.connection_id) == connection_id,
                col(table.deleted_at).is_(None),
            )
            # The end of an index, which is nearly always right. A server that has not counted a
            # new table yet would rather sort all rows than go back from there one by one.
            last = select(func.max(column)).where(here, column <= through).scalar_subquery()
            ends = select(column).where(*living, column == last).limit(1)
            newest = session.exec(ends).first()
            if newest is None:
                backwards = select(column).where(*living, column <= through).order_by(column.desc())
                newest = session.exec(backwards.limit(1)).first()
            if newest is not None:
                found.append(newest)
    return max(found, default=None)
