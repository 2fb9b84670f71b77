"""What answers are checked and shown against: currency, people, teams, metrics, goals, stages."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session, col, select

from goals import workspace
from goals.fiscal import FiscalCalendar
from goals.metrics import library
from goals.metrics.catalogue import Metric
from goals.records.sales import PipelineStage
from goals.table import workspace_of
from goals.tracking import visibility
from goals.tracking.goal import Goal
from goals.tracking.visibility import Audience
from goals.workspace import Member, Person, Team
from strategy.worksheets.won import Largest

#: Readers who are not named see the goals that are open to the whole workspace.
EVERYBODY = Audience(clearance="workspace")
#: Stands between the names of a pipeline and of its stage.
BETWEEN = " / "


@dataclass(frozen=True)
class Setting:
    """A workspace as the worksheets see it; ids are strings, as in answers.

    `members` are those who can be chosen, `names` also holds people who left. `goals` are
    those that the reader may see, `hidden_goals` the ids of the others. `stages` are those of
    the connected CRMs as "pipeline / stage", in their order. `today` lets rules tell what is
    old; without it they say nothing of that. `won` are the largest won deals, None where
    nobody asked for them.
    """

    currency: str
    metrics: Mapping[str, Metric]
    members: Mapping[str, str]
    names: Mapping[str, str]
    teams: Mapping[str, str]
    name: str = ""
    fiscal: FiscalCalendar = FiscalCalendar()
    goals: Mapping[str, str] = field(default_factory=dict)
    hidden_goals: frozenset[str] = frozenset()
    stages: tuple[str, ...] = ()
    today: date | None = None
    won: Largest | None = None

    def who(self, member_id: int | None) -> str | None:
        """Return a member's name, None if nobody is named or known."""
        return None if member_id is None else self.names.get(str(member_id))


def of(session: Session, who: Audience = EVERYBODY, *, today: date | None = None) -> Setting:
    """Return the setting of the workspace a Session is bound to, for these readers, on a day."""
    place = workspace.of(session)
    bound = workspace_of(session)
    people = session.exec(
        select(Member.id, Person.name, Person.disabled_at)
        .join(Person, col(Person.id) == col(Member.person_id))
        .where(col(Member.workspace_id) == bound)
        .order_by(col(Person.name))
    ).all()
    teams = session.exec(
        select(Team.id, Team.name).where(col(Team.workspace_id) == bound).order_by(col(Team.name))
    ).all()
    goals, hidden = _goals(session, who)
    return Setting(
        currency=place.currency,
        metrics=library.every(session),
        members={str(id): name for id, name, left in people if left is None},
        names={str(id): name for id, name, _ in people},
        teams={str(id): name for id, name in teams},
        name=place.name,
        fiscal=place.fiscal,
        goals=goals,
        hidden_goals=hidden,
        stages=_stages(session),
        today=today,
    )


def _goals(session: Session, who: Audience) -> tuple[dict[str, str], frozenset[str]]:
    bound = workspace_of(session)
    found = session.exec(
        select(Goal.id, Goal.name, visibility.may_see(who))
        .where(col(Goal.workspace_id) == bound, col(Goal.archived_at).is_(None))
        .order_by(col(Goal.name), col(Goal.id))
    ).all()
    seen = {str(id): name for id, name, may in found if may}
    return seen, frozenset(str(id) for id, _, may in found if not may)


def _stages(session: Session) -> tuple[str, ...]:
    found = session.exec(
        select(PipelineStage.pipeline, PipelineStage.name)
        .where(col(PipelineStage.workspace_id) == workspace_of(session))
        .order_by(
            col(PipelineStage.connection_id),
            col(PipelineStage.pipeline),
            col(PipelineStage.position),
            col(PipelineStage.name),
        )
    ).all()
    # In the form in which a choice comes back from a page.
    names = (BETWEEN.join(part for part in pair if part) for pair in found)
    plain = (" ".join(unicodedata.normalize("NFC", one).split()) for one in names)
    return tuple(dict.fromkeys(one for one in plain if one))
