"""The newest business day that a connection's records speak of."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import ScalarSelect
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from goals.records import kinds
from goals.records.record import Record
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
    columns = [
        (kinds.KINDS[name].table, column)
        for name in sorted(asked)
        for column in kinds.KINDS[name].happens
    ]
    if not columns:
        return None
    wanted = [_Column(session, connection_id, table, name, through) for table, name in columns]
    # The end of an index, which is nearly always right. A server that has not counted a new
    # table yet would rather sort all rows than go back from there one by one.
    told = session.execute(select(*(one for each in wanted for one in each.ends()))).one()
    lasts, found = told[::2], told[1::2]
    newest: date | None = max(filter(None, found), default=None)
    for each, last, own in zip(wanted, lasts, found, strict=True):
        if own is None and last is not None and (newest is None or last > newest):
            behind = session.exec(each.backwards()).first()
            newest = max(filter(None, (newest, behind)), default=None)
    return newest


class _Column:
    """A column of days, and its rows of one connection up to a day."""

    def __init__(
        self, session: Session, connection_id: int, table: type[Record], name: str, through: date
    ) -> None:
        self.days: Any = getattr(table, name)
        self.through = through
        self.here = col(table.workspace_id) == workspace_of(session)
        self.own = (col(table.connection_id) == connection_id, col(table.deleted_at).is_(None))

    def ends(self) -> tuple[ScalarSelect[date], ScalarSelect[date]]:
        """Return the latest day of all, and the same where a living row of ours has it."""
        last = select(func.max(self.days)).where(self.here, self.days <= self.through)
        # Of one day alone: SQLite would rather go through all days that are before another.
        of_it = self.days == last.scalar_subquery()
        ours = select(self.days).where(self.here, *self.own, of_it).limit(1)
        return last.scalar_subquery(), ours.scalar_subquery()

    def backwards(self) -> SelectOfScalar[date]:
        """Return what finds the latest day of our rows, one after the other from the end."""
        own = (self.here, self.days <= self.through, *self.own)
        return select(self.days).where(*own).order_by(self.days.desc()).limit(1)
