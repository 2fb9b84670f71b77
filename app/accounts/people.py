"""People in a workspace: adding members, finding them, and what they may do."""

import re
from datetime import datetime

from sqlmodel import Session, col, func, select

from goals import names
from goals.errors import Refusal
from goals.table import workspace_of
from goals.tracking.visibility import Viewer
from goals.words import N_
from goals.workspace import ROLES, Member, Person, Team

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,63}")


def clean_email(text: str) -> str:
    """Return an address in the form in which it is kept; raises Refusal if it is none."""
    email = text.strip().lower()
    if len(email) > 254 or not _EMAIL.fullmatch(email):
        raise Refusal(
            "email_wrong",
            N_("Write an e-mail address such as name@company.com."),
            field="email",
        )
    return email


def clean_name(text: str) -> str:
    """Return a person's name in the form in which it is kept; raises Refusal if it is none."""
    called = names.clean(text)
    if not called:
        raise Refusal("name_missing", N_("Say the person's name."), field="name")
    return called


def person_with(session: Session, email: str) -> Person | None:
    """Return the person with this address, None if there is none."""
    return session.exec(select(Person).where(col(Person.email) == email)).first()


def add(
    session: Session, *, email: str, name: str, role: str, team: str | None, now: datetime
) -> Member:
    """Make a person a member; an address that is known already joins with its own name.

    Raises Refusal for a wrong address or role, an unknown team, or somebody who is a member.
    """
    address, called = clean_email(email), clean_name(name)
    _check_role(role)
    here = workspace_of(session)
    team_id = team_named(session, team).id if team else None
    person = person_with(session, address)
    if person is None:
        person = Person(email=address, name=called, created_at=now)
        session.add(person)
        session.flush()
    elif membership(session, person.id) is not None:
        raise Refusal(
            "member_exists",
            N_("%(email)s is a member already."),
            {"email": address},
            field="email",
            misused=False,
        )
    member = Member(
        workspace_id=here, person_id=person.id, role=role, team_id=team_id, created_at=now
    )
    session.add(member)
    session.flush()
    return member


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise Refusal(
            "role_unknown",
            N_("%(role)s is not a role. The roles are %(roles)s."),
            {"role": role, "roles": ", ".join(ROLES)},
            field="role",
        )


def membership(session: Session, person_id: int) -> Member | None:
    """Return a person's place in this workspace, None for a stranger."""
    statement = select(Member).where(
        col(Member.workspace_id) == workspace_of(session), col(Member.person_id) == person_id
    )
    return session.exec(statement).first()


def with_email(session: Session, email: str) -> Member:
    """Return the member with this address; raises Refusal `unknown_member`."""
    statement = (
        select(Member)
        .join(Person, col(Person.id) == col(Member.person_id))
        .where(
            col(Member.workspace_id) == workspace_of(session),
            col(Person.email) == email.strip().lower(),
        )
    )
    found = session.exec(statement).first()
    if found is None:
        raise Refusal(
            "unknown_member",
            N_("There is no member with the address %(email)s."),
            {"email": email},
            field="owner",
        )
    return found


def everybody(session: Session) -> list[tuple[Member, Person]]:
    """Return the members with who they are, by name."""
    statement = (
        select(Member, Person)
        .join(Person, col(Person.id) == col(Member.person_id))
        .where(col(Member.workspace_id) == workspace_of(session))
        .order_by(func.lower(col(Person.name)), col(Person.id))
    )
    return [(member, person) for member, person in session.exec(statement)]


def change(session: Session, member: Member, *, role: str, team_id: int | None) -> None:
    """Give a member another role or team.

    Raises Refusal for an unknown role or team, and for taking the last owner's role away.
    """
    _check_role(role)
    if member.role == "owner" and role != "owner":
        owners = select(func.count()).where(
            col(Member.workspace_id) == workspace_of(session), col(Member.role) == "owner"
        )
        if session.exec(owners).one() <= 1:
            raise Refusal(
                "last_owner",
                N_("Somebody must stay owner. Make another member one first."),
                field="role",
                misused=False,
            )
    if team_id is not None and _team_by_id(session, team_id) is None:
        raise Refusal("unknown_team", N_("There is no such team."), field="team")
    member.role, member.team_id = role, team_id
    session.add(member)
    session.flush()


def member_with(session: Session, member_id: int) -> Member:
    """Return the member with this id; raises Refusal `unknown_member`."""
    statement = select(Member).where(
        col(Member.workspace_id) == workspace_of(session), col(Member.id) == member_id
    )
    found = session.exec(statement).first()
    if found is None:
        raise Refusal("unknown_member", N_("There is no such member."), field="member")
    return found


def viewer(member: Member) -> Viewer:
    """Return a member as somebody who looks at goals."""
    return Viewer(member.id, member.role, member.team_id)


def add_team(session: Session, name: str, channel: str | None = None) -> Team:
    """Add a team; raises Refusal for an empty name or one that is taken."""
    called = names.clean(name)
    if not called:
        raise Refusal("name_missing", N_("Give the team a name."), field="name")
    if _team(session, called) is not None:
        raise Refusal(
            "team_exists",
            N_("There is a team named %(name)s already."),
            {"name": called},
            field="name",
            misused=False,
        )
    team = Team(workspace_id=workspace_of(session), name=called, channel=channel)
    session.add(team)
    session.flush()
    return team


def give_channel(session: Session, team_id: int | None, channel: str) -> None:
    """Let a channel be a team's own, and no other's; None is nobody's.

    Raises Refusal `unknown_team` for a team that is not there.
    """
    if team_id is not None and session.get(Team, (workspace_of(session), team_id)) is None:
        raise Refusal("unknown_team", N_("This team is not there any more."), field="team")
    for one in teams(session):
        if one.id == team_id:
            one.channel = channel
        elif one.channel == channel:
            one.channel = None
        session.add(one)
    session.flush()


def team_named(session: Session, name: str) -> Team:
    """Return the team of this name; raises Refusal `unknown_team`."""
    found = _team(session, " ".join(name.split()))
    if found is None:
        raise Refusal(
            "unknown_team", N_("There is no team named %(name)s."), {"name": name}, field="team"
        )
    return found


def teams(session: Session) -> list[Team]:
    """Return the teams of the workspace, by name."""
    statement = select(Team).where(col(Team.workspace_id) == workspace_of(session))
    return list(session.exec(statement.order_by(func.lower(col(Team.name)))))


def _team_by_id(session: Session, team_id: int) -> Team | None:
    statement = select(Team).where(
        col(Team.workspace_id) == workspace_of(session), col(Team.id) == team_id
    )
    return session.exec(statement).first()


def _team(session: Session, name: str) -> Team | None:
    statement = select(Team).where(
        col(Team.workspace_id) == workspace_of(session), col(Team.name) == name
    )
    return session.exec(statement).first()
