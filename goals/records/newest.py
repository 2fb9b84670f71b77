"""The newest business day that a connection's records speak of."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

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
            # The first of an index read backwards; a maximum would look at every row.
            statement = (
                select(column)
                .where(
                    col(table.workspace_id) == workspace_of(session),
                    col(table.connection_id) == connection_id,
                    col(table.deleted_at).is_(None),
                    column <= through,
                )
                .order_by(column.desc())
                .limit(1)
            )
            found.extend(session.exec(statement))
    return max(found, default=None)
