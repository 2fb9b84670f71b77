"""The numbers that people steer by: how many each follows, which fall asleep or are put away."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session

from goals.errors import Refusal
from goals.metrics import catalogue, entries
from goals.metrics.catalogue import Metric
from goals.tracking import standing, visibility
from goals.tracking.standing import Standing
from goals.words import N_

#: More numbers than this are too many for one person to steer by.
MOST = 7
#: A goal about which nothing was decided for so long is idle.
LONG = timedelta(days=90)


@dataclass(frozen=True)
class Follower:
    """Somebody with the numbers of the goals under way that they own; None: nobody owns them."""

    owner_id: int | None
    name: str | None
    metrics: tuple[Metric, ...]

    @property
    def too_many(self) -> bool:
        """Tell whether these are more than one person can steer by."""
        return self.owner_id is not None and len(self.metrics) > MOST


def followers(board: Iterable[Standing], today: date) -> list[Follower]:
    """Return who follows which numbers, the most first."""
    found: dict[int | None, tuple[str | None, dict[str, Metric]]] = {}
    for one in under_way(board, today):
        owned = found.setdefault(one.goal.owner_id, (one.owner_name, {}))
        if one.metric is not catalogue.MILESTONE:
            owned[1][one.goal.metric] = one.metric
    listed = [Follower(id, name, tuple(own.values())) for id, (name, own) in found.items() if own]
    return sorted(listed, key=lambda one: (-len(one.metrics), one.name or "~"))


def idle(board: Iterable[Standing], today: date) -> list[Standing]:
    """Return the goals under way whose terms nobody has set or changed for long, oldest first."""
    found = [
        one
        for one in under_way(board, today)
        if today - max(one.terms.changed_at.date(), one.terms.first_day) > LONG
    ]
    return sorted(found, key=lambda one: one.terms.changed_at)


def unused(session: Session, board: Iterable[Standing], today: date) -> list[entries.Fed]:
    """Return the numbers kept by hand that no goal under way uses, archived ones left out."""
    used = {one.goal.metric for one in under_way(board, today)}
    return [
        one
        for one in entries.fed(session)
        if one.metric not in used and one.metric in catalogue.METRICS and not one.archived
    ]


def archive(session: Session, metric: str, today: date) -> None:
    """Put away a number kept by hand; raises Refusal where a goal under way lives on it."""
    board = standing.board(session, visibility.OWNER)
    if any(one.goal.metric == metric for one in under_way(board, today)):
        raise Refusal(
            "metric_in_use",
            N_("A goal under way uses this number. Archive the goal first."),
            misused=False,
        )
    entries.archive(session, metric, today)


def under_way(board: Iterable[Standing], today: date) -> list[Standing]:
    """Return the goals whose window is not over."""
    return [one for one in board if one.terms.last_day >= today]
