"""Who may see what, from the rules alone, and what gives a goal away.

An owner may see every goal, a member what is open to the workspace, what is their team's and what
is their own; a channel what all its members may see or what an owner cleared it for, a public
channel at most what the whole workspace may see, a channel with people of other companies and one
that is switched off nothing else.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from sqlmodel import col, select

from goals.alerts.outbox import Channel as Place
from goals.tracking.checkins.table import Checkin
from goals.tracking.evaluation import Evaluation
from goals.tracking.goal import Goal
from goals.workspace import Member, Person, Team
from integrations.slack.tables import SlackLink
from tests.fakes.slack.world import Channel, User
from tests.support.slack import Desk

#: What goals' names are made of and nothing else is, and what is typed into forms, each once.
MARK, SURNAME, REMARK = "Quillon", "Vexmoor", "Remark"
#: What owners of one goal alone are called.
KEEPER = "Keeper"
_TELLING = re.compile(rf"{MARK}\d+x|{SURNAME}\d+y|{REMARK}\d+z")


@dataclass(frozen=True)
class Secret:
    """A goal as the rules see it, and what gives it away."""

    goal_id: int
    visibility: str
    team_id: int | None
    owner_id: int | None
    marks: tuple[str, ...]

    def is_in(self, said: str) -> bool:
        """Tell whether something that was said gives the goal away."""
        return any(mark in said for mark in self.marks)


class Rules:
    """The rules applied to how things are at one moment."""

    def __init__(self, desk: Desk) -> None:
        self._slack = desk.slack
        here = desk.workspace_id
        with desk.session() as session:
            of = {
                table: session.exec(select(table).where(col(table.workspace_id) == here)).all()
                for table in (Goal, Evaluation, Checkin, Member, Place, Team)
            }
            people = {person.id: person.name for person in session.exec(select(Person))}
            links = session.exec(select(SlackLink).where(col(SlackLink.workspace_id) == here)).all()
        by_id = {member.id: member for member in of[Member]}
        self._members = {link.user_id: by_id[link.member_id] for link in links}
        self._places = {place.external_id: place for place in of[Place]}
        self._teams = {team.channel: team.id for team in of[Team] if team.channel}
        names = {member.id: people[member.person_id] for member in of[Member]}
        held = Counter(goal.owner_id for goal in of[Goal])
        self.secrets = []
        for goal in of[Goal]:
            marks = _TELLING.findall(goal.name)
            marks.append(str(goal.id))
            marks += _written(one.actual for one in of[Evaluation] if one.goal_id == goal.id)
            for one in of[Checkin]:
                if one.goal_id == goal.id:
                    marks += _TELLING.findall(f"{one.note} {one.blocker} {one.next_action}")
            # An owner who acts here, or has other goals, may be named for other reasons.
            owner = names.get(goal.owner_id or 0, "")
            if owner.startswith(KEEPER) and held[goal.owner_id] == 1:
                marks.append(owner)
            self.secrets.append(
                Secret(goal.id, goal.visibility, goal.team_id, goal.owner_id, tuple(marks))
            )

    def member_id(self, user: User) -> int:
        """Return which member somebody in Slack is."""
        return self._members[user.id].id

    def may(self, user: User, secret: Secret) -> bool:
        """Tell whether somebody may see a goal by themselves."""
        member = self._members.get(user.id)
        if member is None:
            return False
        if member.role == "owner" or secret.owner_id == member.id:
            return True
        if secret.visibility == "team":
            return member.team_id is not None and member.team_id == secret.team_id
        return secret.visibility == "workspace"

    def cleared(self, place: Channel, secret: Secret) -> bool:
        """Tell whether an owner cleared a channel for a goal."""
        row = self._places.get(place.id)
        clearance = row.clearance if row is not None else "none"
        if secret.visibility == "workspace":
            return clearance != "none"
        team = self._teams.get(place.id)
        is_theirs = secret.visibility == "team" and team is not None and secret.team_id == team
        return clearance == "team" and is_theirs

    def may_land(self, place: Channel, secret: Secret) -> bool:
        """Tell whether everybody in a channel may be told of a goal."""
        inside = [self._slack.users[one] for one in place.members]
        everybody = all(self.may(user, secret) for user in inside if not user.bot)
        if place.is_im:
            return everybody
        row = self._places.get(place.id)
        if row is None or not row.is_on:
            return False
        if self.cleared(place, secret):
            return True
        is_open = place.kind == "public" and secret.visibility != "workspace"
        return everybody and not is_open and not place.ext_shared

    def reads(self, user: User, secret: Secret) -> bool:
        """Tell whether somebody may see a goal by themselves or in a channel that they read."""
        mine = [one for one in self._slack.channels.values() if self._slack.can_see(user, one)]
        return self.may(user, secret) or any(
            self.may_land(place, secret) or self.cleared(place, secret) for place in mine
        )


def _written(values: Iterator[Decimal | None]) -> list[str]:
    """Return how numbers may be written that no other goal has."""
    odd = [value for value in values if value is not None and value % 1_000_000]
    return [form for value in odd for form in (f"{value:,.0f}", f"{value:.0f}")]
