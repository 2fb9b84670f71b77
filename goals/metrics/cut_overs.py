"""Setting the day from which one source counts in the place of another, and taking it back.

Only days on which something counts otherwise than before are counted again.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, not_, or_, select, true
from sqlmodel import Session, col

from goals.calendar import FIRST_COMMON_YEAR, LAST_COMMON_YEAR
from goals.errors import Refusal
from goals.metrics import fitting, limits, refresh
from goals.metrics.overlap import held
from goals.metrics.rows import Limit
from goals.records import kinds, ledger
from goals.records.connections import Connection, CutOver
from goals.table import workspace_of
from goals.words import N_, Message

Pair = tuple[int, int, date]


def of_pair(session: Session, old_id: int, new_id: int) -> CutOver | None:
    """Return the cut-over that holds between two connections, None where there is none."""
    found = (one for one in limits.holding(session) if (one.old_id, one.new_id) == (old_id, new_id))
    return next(found, None)


def planned(session: Session, old: Connection, new: Connection, day: date) -> tuple[Limit, ...]:
    """Return what would count when a cut-over was set; raises Refusal where it cannot be."""
    return limits.limited(_pairs(session, old, new, day))


def set_day(
    session: Session,
    old: Connection,
    new: Connection,
    day: date | None,
    *,
    by: int | None,
    now: datetime,
) -> bool:
    """Let a new connection count from a day on and an old one until the day before.

    `day` None takes a cut-over back. What changes by that is counted again. Returns False where
    it was so already; raises Refusal for what cannot be.
    """
    before = of_pair(session, old.id, new.id)
    if (None if before is None else before.day) == day:
        return False
    pairs = _pairs(session, old, new, day)
    was, will = limits.of(session), limits.limited(pairs)
    row = CutOver(
        workspace_id=workspace_of(session),
        old_id=old.id,
        new_id=new.id,
        day=day,
        set_at=now,
        set_by=by,
    )
    session.add(row)
    session.flush()
    _mark(session, was, will)
    refresh.true_up(session)
    return True


def _pairs(session: Session, old: Connection, new: Connection, day: date | None) -> list[Pair]:
    """Return the cut-overs that would hold; raises Refusal where they contradict each other."""
    if old.id == new.id:
        raise Refusal(
            "cut_over_same", N_("Choose two connections that differ."), field="new", misused=False
        )
    pairs = [
        (one.old_id, one.new_id, one.day)
        for one in limits.holding(session)
        if one.day is not None and (one.old_id, one.new_id) != (old.id, new.id)
    ]
    if day is None:
        return pairs
    if not FIRST_COMMON_YEAR <= day.year <= LAST_COMMON_YEAR:
        raise Refusal("cut_over_day", N_("This is no day to count from."), field="day")
    for side in (old, new):
        # What a file or a query delivers is held by the connection of all files.
        if not any(held.any_of(session, side.id, one) for one in side.records):
            raise Refusal(
                "cut_over_empty",
                N_("%(name)s holds no records of its own, so that none can be told apart."),
                {"name": side.name},
                field="day",
                misused=False,
            )
    pairs.append((old.id, new.id, day))
    for first, then, at in pairs[:-1]:
        if first == old.id or (then == new.id and at != day):
            raise _contradiction(old if first == old.id else new, at)
    for one in limits.limited(pairs):
        if one.first is not None and one.last is not None and one.last < one.first:
            raise _contradiction(old if one.connection_id == old.id else new, one.first)
    return pairs


def _contradiction(connection: Connection, day: date) -> Refusal:
    return Refusal(
        "cut_over_taken",
        N_("%(name)s has another cut-over, on %(day)s, that does not go with this one."),
        {"name": connection.name, "day": day},
        fix=Message(N_("Take that one back first.")),
        field="day",
        misused=False,
    )


def _mark(session: Session, was: Sequence[Limit], will: Sequence[Limit]) -> None:
    """Mark every day on which a record counts now and did not before, or the other way round."""
    before = {one.connection_id: one for one in was}
    after = {one.connection_id: one for one in will}
    changed = {one for one in {*before, *after} if before.get(one) != after.get(one)}
    ends = [found[one] for found in (before, after) for one in changed if one in found]
    for record, column, is_handed in _counted():
        kind = kinds.KINDS[record]
        if not column:
            ledger.mark_days(session, kind, column, {ledger.NO_DAY})
            continue
        days: set[str | None] = set()
        day: Any = getattr(kind.table, column)
        for one in changed:
            statement = select(day).where(
                col(kind.table.workspace_id) == workspace_of(session),
                col(kind.table.connection_id) == one,
                col(kind.table.deleted_at).is_(None),
                day.is_not(None),
                _differs(day, before.get(one), after.get(one)),
            )
            days.update(found.isoformat() for found in session.scalars(statement.distinct()))
        for end in ends if is_handed else ():
            handed = {end.first, fitting.following(end.last)}
            days.update(found.isoformat() for found in handed if found is not None)
        ledger.mark_days(session, kind, column, days)


def _differs(day: Any, before: Limit | None, after: Limit | None) -> Any:
    was, will = (true() if one is None else fitting.within(day, one) for one in (before, after))
    return or_(and_(was, not_(will)), and_(will, not_(was)))


def _counted() -> Iterator[tuple[str, str, bool]]:
    """Yield the columns that measures count by, and whether what stands is counted by them.

    First purchases follow from the days on which deals closed.
    """
    found: dict[tuple[str, str], bool] = {}
    for family in refresh.FAMILIES:
        for one in family:
            if one.record != "customer":
                place = (one.record, one.column)
                found[place] = found.get(place, False) or one.came is not None
    for (record, column), is_handed in found.items():
        yield record, column, is_handed
