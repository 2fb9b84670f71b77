"""What answers are checked and shown against: currency, people, teams, metrics."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select

from goals import workspace
from goals.metrics import catalogue
from goals.metrics.catalogue import Metric
from goals.table import workspace_of
from goals.workspace import Member, Person, Team


@dataclass(frozen=True)
class Setting:
    """A workspace as the worksheets see it; ids are strings, as in answers.

    `members` are those who can be chosen, `names` also holds people who left.
    """

    currency: str
    metrics: Mapping[str, Metric]
    members: Mapping[str, str]
    names: Mapping[str, str]
    teams: Mapping[str, str]
    name: str = ""
    fiscal_start: int = 1

    def who(self, member_id: int | None) -> str | None:
        """Return a member's name, None if nobody is named or known."""
        return None if member_id is None else self.names.get(str(member_id))


def of(session: Session) -> Setting:
    """Return the setting of the workspace a Session is bound to."""
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
    return Setting(
        currency=place.currency,
        metrics=catalogue.METRICS,
        members={str(id): name for id, name, left in people if left is None},
        names={str(id): name for id, name, _ in people},
        teams={str(id): name for id, name in teams},
        name=place.name,
        fiscal_start=place.fiscal_start,
    )
