"""How often deals were won that stood in a stage so long: own history, by stage and age."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from sqlalchemy import and_, func, select
from sqlmodel import Session, col

from goals.metrics.figures.forecast import ENOUGH
from goals.metrics.sql import days_between
from goals.records.sales import Deal, StageEvent
from goals.table import workspace_of

#: Deals that closed within so many days tell.
SPAN = timedelta(days=730)
#: Older than all but this share of the deals that were won from its stage, a deal is stale.
OLDEST = 0.05


@dataclass(frozen=True)
class Past:
    """The closed deals that stood in a stage, by the days from entering it to closing.

    `lasted` and `left` count those that took at least as long as each of `days`: won ones, and all.
    """

    days: Sequence[int]
    lasted: Sequence[int]
    left: Sequence[int]

    def after(self, age: int) -> tuple[int, int]:
        """Return how many were won, and how many closed, that were open at an age."""
        place = bisect_left(self.days, age)
        return (self.lasted[place], self.left[place]) if place < len(self.days) else (0, 0)


@dataclass(frozen=True)
class StageOdds:
    """The own history of all stages."""

    stages: dict[str, Past]

    def chance(self, stage: str | None, age: int | None) -> float | None:
        """Return the share that was won of the deals that stood in a stage so long and longer.

        Where fewer than ten did, all of the stage count; None where these are too few as well.
        """
        past = self.stages.get(stage or "")
        if past is None:
            return None
        for so_long in (age or 0, 0):
            won, closed = past.after(so_long)
            if closed >= ENOUGH:
                return won / closed
        return None

    def is_stale(self, stage: str | None, age: int | None) -> bool:
        """Tell whether a deal is older in its stage than 95 of 100 that were won from there."""
        past = self.stages.get(stage or "")
        if past is None or age is None:
            return False
        every = past.after(0)[0]
        return every >= ENOUGH and past.after(age)[0] < OLDEST * every


def of(session: Session, today: date) -> StageOdds:
    """Return what became of the deals that closed within two years up to a day."""
    here = workspace_of(session)
    closed = (
        select(
            col(StageEvent.stage).label("stage"),
            (col(Deal.status) == "won").label("won"),
            days_between(func.min(col(StageEvent.entered_on)), col(Deal.closed_on)).label("days"),
        )
        .select_from(Deal)
        .join(
            StageEvent,
            and_(
                col(StageEvent.workspace_id) == col(Deal.workspace_id),
                col(StageEvent.deal_id) == col(Deal.id),
            ),
        )
        .where(
            col(Deal.workspace_id) == here,
            col(Deal.deleted_at).is_(None),
            col(Deal.status) != "open",
            col(Deal.closed_on) > today - SPAN,
            col(Deal.closed_on) <= today,
            col(StageEvent.deleted_at).is_(None),
            col(StageEvent.status) == "open",
        )
        .group_by(col(StageEvent.stage), col(Deal.id), col(Deal.status), col(Deal.closed_on))
        .subquery()
    )
    told: dict[str, dict[int, list[int]]] = {}
    counted = select(closed.c.stage, closed.c.days, closed.c.won, func.count())
    for stage, days, won, n in session.execute(
        counted.group_by(closed.c.stage, closed.c.days, closed.c.won)
    ):
        place = told.setdefault(stage, {}).setdefault(max(days, 0), [0, 0])
        place[0] += n if won else 0
        place[1] += n
    return StageOdds({stage: _past(by_days) for stage, by_days in told.items()})


def _past(by_days: dict[int, list[int]]) -> Past:
    days = sorted(by_days)
    won, every = (
        list(accumulate(by_days[one][which] for one in reversed(days)))[::-1] for which in (0, 1)
    )
    return Past(days, won, every)
