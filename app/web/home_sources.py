"""Which sources must be connected again before goals of the start page can be judged."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlmodel import Session, col, select

from app.web import frame
from goals.errors import Refusal
from goals.metrics import library
from goals.records.connections import Connection
from goals.tracking.glance import Glance
from goals.tracking.goal import Goal


class Lost(NamedTuple):
    """A source that must be connected again, and how many goals wait for it."""

    id: int
    name: str
    goals: int


def lost(session: Session, every: Sequence[Glance]) -> tuple[Lost, ...]:
    """Return the sources that goals under way depend on and that must be connected again."""
    running = [one.id for one in every if not one.is_closed]
    if not running or every[0].to_reconnect is None:
        return ()
    here = frame.here().id
    broken = session.exec(
        select(Connection)
        .where(
            col(Connection.workspace_id) == here,
            col(Connection.needs_reconnect),
            col(Connection.removed_at).is_(None),
        )
        .order_by(col(Connection.name))
    ).all()
    metrics = session.exec(
        select(Goal.metric).where(col(Goal.workspace_id) == here, col(Goal.id).in_(running))
    ).all()
    needs = [_needs(session, one) for one in metrics]
    found = (
        Lost(one.id, one.name, sum(bool(n & set(one.records)) for n in needs)) for one in broken
    )
    return tuple(one for one in found if one.goals)


def _needs(session: Session, metric: str) -> set[str]:
    try:
        return set(library.find(session, metric).needs)
    except Refusal:
        return set()
