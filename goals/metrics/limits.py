"""Which connections count on some days only: cut-overs from one source to another.

Every change is kept as a row of its own, so that what was counted at an earlier instant can be
told, and who set it. The latest row of a pair of connections holds; one without a day ended it.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from goals.metrics.rows import Limit
from goals.records.connections import CutOver
from goals.table import workspace_of

_DAY = timedelta(days=1)


def ledger(session: Session) -> list[CutOver]:
    """Return every change of a cut-over, the earliest first."""
    statement = select(CutOver).where(col(CutOver.workspace_id) == workspace_of(session))
    return list(session.exec(statement.order_by(col(CutOver.set_at), col(CutOver.id))))


def holding(session: Session) -> list[CutOver]:
    """Return the cut-overs that hold, the earliest day first."""
    latest = {(one.old_id, one.new_id): one for one in ledger(session)}
    return sorted(
        (one for one in latest.values() if one.day is not None),
        key=lambda one: (one.day or date.min, one.id),
    )


def of(session: Session) -> tuple[Limit, ...]:
    """Return the connections that count on some days only, with these days."""
    return limited([(one.old_id, one.new_id, one.day) for one in holding(session) if one.day])


def limited(pairs: Sequence[tuple[int, int, date]]) -> tuple[Limit, ...]:
    """Return what cut-overs, as (old, new, day), mean for each connection."""
    firsts = {new: day for _, new, day in pairs}
    lasts = {old: day - _DAY for old, _, day in pairs}
    return tuple(Limit(one, firsts.get(one), lasts.get(one)) for one in sorted({*firsts, *lasts}))


def latest(session: Session, since: datetime) -> CutOver | None:
    """Return the latest change of a cut-over after an instant, None where there was none."""
    return next((one for one in reversed(ledger(session)) if one.set_at > since), None)


def turn_back(session: Session, instant: datetime) -> None:
    """Forget what was set after an instant; the caller takes that back in the end."""
    session.execute(
        delete(CutOver)
        .where(col(CutOver.workspace_id) == workspace_of(session), col(CutOver.set_at) > instant)
        .execution_options(synchronize_session=False)
    )
