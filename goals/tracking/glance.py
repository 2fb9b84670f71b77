"""All goals at a glance: what lists sort, count and recognise them by, and no more.

A page that keeps its drawn rows needs the whole of a goal only when something of it changed.
"""

from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, select
from sqlmodel import Session, col

from goals.records.connections import Connection
from goals.table import workspace_of
from goals.tracking import standing, visibility
from goals.tracking.evaluation import Evaluation
from goals.tracking.goal import Goal, GoalVersion
from goals.tracking.visibility import Audience
from goals.workspace import Member, Person, Team


class Glance(NamedTuple):
    """A goal by what makes it up, so that two equal ones look the same; None as in Standing.

    The last six speak of the workspace's sources: how many there are, the latest success
    among them, and the name of one that must be connected again; of those that pull by
    themselves the last success, the newest business day and the longest interval.
    """

    id: int
    version: int
    evaluation_id: int | None
    name: str
    owner_id: int | None
    owner_name: str | None
    team_id: int | None
    team_name: str | None
    origin_question: str | None
    created_at: datetime
    last_day: date
    every: str | None
    judged: str | None
    is_final: bool | None
    since: date | None
    day: date | None
    pace: float | None
    evaluated_at: datetime | None
    sources: int
    heard_at: datetime | None
    to_reconnect: str | None
    synced_at: datetime | None
    newest_on: date | None
    interval: int | None

    @property
    def status(self) -> str:
        """Return the status shown; a goal that was never reviewed has no data yet."""
        return self.judged or "no_data"

    @property
    def is_closed(self) -> bool:
        """Tell whether the goal is over and its result will not change."""
        is_over = bool(self.is_final) and self.day is not None and self.last_day <= self.day
        return is_over and self.every is None


def glances(session: Session, who: Audience) -> list[Glance]:
    """Return the goals an audience may see, worst first, in one statement."""
    session.flush()
    # Columns alone need no objects: the ORM takes half as long again over them.
    rows = session.connection().execute(_statement(workspace_of(session), who))
    found = [Glance._make(row) for row in rows]
    return sorted(
        found, key=lambda one: standing.order(one.status, one.pace, one.last_day, one.name)
    )


@lru_cache(maxsize=512)
def _statement(here: int, who: Audience) -> Select[Any]:
    """Return the statement, which takes longer to put together than to carry out."""
    source = select(col(Connection.id)).where(col(Connection.workspace_id) == here)
    columns: tuple[Any, ...] = (
        col(Goal.id),
        col(Goal.version),
        col(Goal.evaluation_id),
        col(Goal.name),
        col(Goal.owner_id),
        col(Person.name),
        col(Goal.team_id),
        col(Team.name),
        col(Goal.origin_question),
        col(Goal.created_at),
        col(GoalVersion.last_day),
        col(Goal.every),
        col(Evaluation.status),
        col(Evaluation.final),
        col(Evaluation.since),
        col(Evaluation.day),
        col(Evaluation.pace),
        col(Evaluation.evaluated_at),
        source.with_only_columns(func.count()).scalar_subquery(),
        source.with_only_columns(func.max(col(Connection.last_success_at))).scalar_subquery(),
        source.with_only_columns(func.min(col(Connection.name)))
        .where(col(Connection.needs_reconnect))
        .scalar_subquery(),
        *(
            source.with_only_columns(func.max(column))
            .where(col(Connection.interval).is_not(None))
            .scalar_subquery()
            for column in (
                col(Connection.last_success_at),
                col(Connection.newest_on),
                col(Connection.interval),
            )
        ),
    )
    return (
        select(*columns)
        .select_from(Goal)
        .join(
            GoalVersion,
            and_(
                col(GoalVersion.workspace_id) == col(Goal.workspace_id),
                col(GoalVersion.goal_id) == col(Goal.id),
                col(GoalVersion.version) == col(Goal.version),
            ),
        )
        .outerjoin(
            Evaluation,
            and_(
                col(Evaluation.workspace_id) == col(Goal.workspace_id),
                col(Evaluation.id) == col(Goal.evaluation_id),
            ),
        )
        .outerjoin(
            Member,
            and_(
                col(Member.workspace_id) == col(Goal.workspace_id),
                col(Member.id) == col(Goal.owner_id),
            ),
        )
        .outerjoin(Person, col(Person.id) == col(Member.person_id))
        .outerjoin(
            Team,
            and_(
                col(Team.workspace_id) == col(Goal.workspace_id), col(Team.id) == col(Goal.team_id)
            ),
        )
        .where(visibility.sees(here, who), col(Goal.workspace_id) == here)
    )
