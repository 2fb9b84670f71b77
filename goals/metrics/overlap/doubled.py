"""Whether two sources hold the same records and both count, so that numbers are doubled."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from goals.metrics import limits
from goals.records import kinds
from goals.records.connections import Connection
from goals.table import workspace_of

#: By what a record is looked for in the other source, by kind; a number counts them by it.
_BY = {
    "deal": ("name", "amount"),
    "lead": ("email",),
    "contact": ("email",),
    "account": ("name",),
}
#: So many of a source's newest records are looked for.
LOOKED_AT = 200
#: From this share of them on, and at least so many, two sources are said to hold the same.
SHARE, ENOUGH = 0.2, 3
#: Values of fields that are looked up as ids.
MOST_VALUES = 900


@dataclass(frozen=True)
class Doubled:
    """Two sources that hold the same records, the older first: `n` of `of` that were looked at."""

    old: Connection
    new: Connection
    record: str
    n: int
    of: int


def found(session: Session, records: Collection[str] | None = None) -> list[Doubled]:
    """Return the pairs of sources that hold the same and both count on every day.

    `records` narrows to some kinds. Only a sample is looked at, the newest of the younger source.
    """
    statement = (
        select(Connection)
        .where(
            col(Connection.workspace_id) == workspace_of(session),
            col(Connection.removed_at).is_(None),
        )
        .order_by(col(Connection.created_at), col(Connection.id))
    )
    parted = {(one.old_id, one.new_id) for one in limits.holding(session)}
    told = []
    for old, new in combinations(session.exec(statement), 2):
        if (old.id, new.id) in parted or (new.id, old.id) in parted:
            continue
        for record in _BY:
            if record not in old.records or record not in new.records:
                continue
            if records is not None and record not in records:
                continue
            one = _looked(session, old, new, record)
            if one is not None:
                told.append(one)
                break
    return told


def _looked(session: Session, old: Connection, new: Connection, record: str) -> Doubled | None:
    table: Any = kinds.KINDS[record].table
    columns: list[Any] = [getattr(table, name) for name in _BY[record]]
    custom: Any = table.custom

    def living(connection: Connection) -> list[Any]:
        return [
            col(table.workspace_id) == workspace_of(session),
            col(table.connection_id) == connection.id,
            col(table.deleted_at).is_(None),
            col(table.is_stub).is_(False),
            columns[0].is_not(None),
        ]

    newest = (
        select(*[*columns, custom])
        .where(*living(new))
        .order_by(col(table.recorded_at).desc(), col(table.id))
        .limit(LOOKED_AT)
    )
    rows = session.execute(newest).all()
    sample = [tuple(_plain(one) for one in row[:-1]) for row in rows]
    first = func.lower(columns[0])
    names = {one[0] for one in sample}
    same = select(*columns).where(*living(old), first.in_(names))
    there = {tuple(_plain(one) for one in row) for row in session.execute(same)}
    n = sum(one in there for one in sample)
    if n < SHARE * len(sample):
        n = _by_ids(session, table, old, [set(map(str, (row[-1] or {}).values())) for row in rows])
    if n >= ENOUGH and n >= SHARE * len(sample):
        return Doubled(old, new, record, n, len(sample))
    return None


def _by_ids(session: Session, table: Any, old: Connection, values: Sequence[set[str]]) -> int:
    """Return how many records keep an id of the old source in a field; 0 where few do.

    Numbers may be ids by chance, so most of the records must have one.
    """
    wanted = sorted(set().union(*values))[:MOST_VALUES]
    statement = select(table.external_id).where(
        col(table.workspace_id) == workspace_of(session),
        col(table.connection_id) == old.id,
        col(table.deleted_at).is_(None),
        col(table.external_id).in_(wanted),
    )
    ids = set(session.execute(statement).scalars())
    n = sum(bool(one & ids) for one in values)
    return n if 2 * n > len(values) else 0


def _plain(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value
