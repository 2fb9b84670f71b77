"""What every goal is called and how it stands, as plain rows: enough to find the ones meant."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Text, cast, select
from sqlmodel import Session, col

from goals.table import workspace_of
from goals.tracking import standing
from goals.tracking.evaluation import Evaluation
from goals.tracking.goal import Goal
from goals.tracking.visibility import Audience
from goals.workspace import Person, Team


class Seen(NamedTuple):
    """A goal at a glance; rows that are equal say that nothing changed.

    `params` and `segment` are JSON as it is kept.
    """

    id: int
    name: str
    metric: str
    params: str
    segment: str
    channel: str | None
    owner_id: int | None
    owner_name: str | None
    team_id: int | None
    team_name: str | None
    first_day: date
    last_day: date
    said: str | None
    pace: float | None

    @property
    def status(self) -> str:
        """Return the status shown; a goal that was never reviewed has no data yet."""
        return self.said or "no_data"


def every(session: Session, who: Audience, *, on: date | None = None) -> tuple[Seen, ...]:
    """Return the goals an audience may see, worst first, as they were by the end of a day `on`."""
    here, terms = workspace_of(session), standing.TERMS
    columns: Any = (
        col(Goal.id),
        col(Goal.name),
        col(Goal.metric),
        cast(col(Goal.params), Text),
        cast(col(Goal.segment), Text),
        col(Goal.channel),
        col(Goal.owner_id),
        col(Person.name),
        col(Goal.team_id),
        col(Team.name),
        col(terms.first_day),
        col(terms.last_day),
        col(Evaluation.status),
        col(Evaluation.pace),
    )
    statement = standing.around(select(*columns), here, who, on)
    found = [Seen(*row) for row in session.execute(statement)]
    return tuple(sorted(found, key=_worst_first))


def _worst_first(one: Seen) -> tuple[int, float, date, str]:
    return standing.order(one.status, one.pace, one.last_day, one.name)
