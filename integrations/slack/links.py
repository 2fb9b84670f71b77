"""Which Slack user is which member, as it is kept here."""

from datetime import datetime

from sqlmodel import Session, col, select

from goals.errors import Refusal
from goals.table import workspace_of
from goals.tracking.visibility import Viewer
from goals.words import N_
from goals.workspace import Member, Person
from integrations.slack.tables import SlackLink


def linked(session: Session) -> dict[str, Viewer]:
    """Return the linked Slack users of this workspace who may still sign in."""
    statement = (
        select(SlackLink.user_id, Member)
        .join(
            Member,
            (col(Member.workspace_id) == col(SlackLink.workspace_id))
            & (col(Member.id) == col(SlackLink.member_id)),
        )
        .join(Person, col(Person.id) == col(Member.person_id))
        .where(
            col(Member.workspace_id) == workspace_of(session),
            col(SlackLink.workspace_id) == workspace_of(session),
            col(SlackLink.ended_at).is_(None),
            col(Person.disabled_at).is_(None),
        )
    )
    return {user_id: viewer(member) for user_id, member in session.exec(statement)}


def user_of(session: Session, team_id: str, member_id: int | None) -> str | None:
    """Return a member's user id in a Slack workspace, None where they are not linked."""
    statement = select(SlackLink.user_id).where(
        col(SlackLink.workspace_id) == workspace_of(session),
        col(SlackLink.team_id) == team_id,
        col(SlackLink.member_id) == member_id,
        col(SlackLink.ended_at).is_(None),
    )
    return session.exec(statement).first()


def link(session: Session, team_id: str, user_id: str, member: Member, now: datetime) -> SlackLink:
    """Link a Slack user to a member; an earlier link of either in this team gives way."""
    statement = select(SlackLink).where(
        col(SlackLink.team_id) == team_id,
        (col(SlackLink.user_id) == user_id)
        | (
            (col(SlackLink.workspace_id) == member.workspace_id)
            & (col(SlackLink.member_id) == member.id)
        ),
    )
    for old in list(session.exec(statement)):
        session.delete(old)
    session.flush()
    made = SlackLink(
        team_id=team_id,
        user_id=user_id,
        workspace_id=member.workspace_id,
        member_id=member.id,
        linked_at=now,
    )
    session.add(made)
    session.flush()
    return made


def end(session: Session, team_id: str, user_id: str, now: datetime) -> SlackLink | None:
    """End a link, which an e-mail address does not make again; None where there is none."""
    row = session.get(SlackLink, (team_id, user_id))
    if row is None or row.workspace_id != workspace_of(session) or row.ended_at is not None:
        return None
    row.ended_at, row.locale, row.locale_at = now, None, None
    # Their tab is not to go on showing what they see no more.
    row.home_due = None if row.home_hash is None else now
    session.add(row)
    session.flush()
    return row


def was_ended(session: Session, team_id: str, user_id: str) -> bool:
    """Tell whether somebody ended the link of a Slack user here."""
    row = session.get(SlackLink, (team_id, user_id))
    return (
        row is not None and row.workspace_id == workspace_of(session) and row.ended_at is not None
    )


def alive(session: Session) -> list[SlackLink]:
    """Return the links of this workspace, the oldest first."""
    statement = (
        select(SlackLink)
        .where(
            col(SlackLink.workspace_id) == workspace_of(session),
            col(SlackLink.ended_at).is_(None),
        )
        .order_by(col(SlackLink.linked_at), col(SlackLink.user_id))
    )
    return list(session.exec(statement))


def locale_of(session: Session, person_id: int) -> str | None:
    """Return the language in which a person reads Slack, None where it is not known."""
    statement = (
        select(SlackLink.locale)
        .join(
            Member,
            (col(Member.workspace_id) == col(SlackLink.workspace_id))
            & (col(Member.id) == col(SlackLink.member_id)),
        )
        .where(
            col(SlackLink.workspace_id) == workspace_of(session),
            col(Member.workspace_id) == workspace_of(session),
            col(Member.person_id) == person_id,
            col(SlackLink.ended_at).is_(None),
            col(SlackLink.locale).is_not(None),
        )
        .order_by(col(SlackLink.linked_at).desc())
    )
    return session.exec(statement).first()


def who_to_ask(session: Session) -> str:
    """Return the name of an owner, who can link people."""
    statement = (
        select(Person.name)
        .join(Member, col(Member.person_id) == col(Person.id))
        .where(
            col(Member.workspace_id) == workspace_of(session),
            col(Member.role) == "owner",
            col(Person.disabled_at).is_(None),
        )
        .order_by(col(Member.created_at), col(Member.id))
    )
    return session.exec(statement).first() or "-"


def member_with(session: Session, email: str) -> Member:
    """Return the member with an e-mail address; raises Refusal `unknown_member`."""
    found = with_email(session, email.strip().lower())
    if found is None:
        raise Refusal(
            "unknown_member",
            N_("There is no member with the address %(email)s."),
            {"email": email},
            field="email",
        )
    return found


def with_email(session: Session, email: str) -> Member | None:
    """Return the member with an e-mail address who may still sign in."""
    statement = (
        select(Member)
        .join(Person, col(Person.id) == col(Member.person_id))
        .where(
            col(Member.workspace_id) == workspace_of(session),
            col(Person.email) == email,
            col(Person.disabled_at).is_(None),
        )
    )
    return session.exec(statement).first()


def member(session: Session, team_id: str, user_id: str) -> tuple[Member, Person] | None:
    """Return which member a Slack user is, None for one who is not linked."""
    statement = (
        select(Member, Person)
        .join(Person, col(Person.id) == col(Member.person_id))
        .join(
            SlackLink,
            (col(SlackLink.workspace_id) == col(Member.workspace_id))
            & (col(SlackLink.member_id) == col(Member.id)),
        )
        .where(
            col(Member.workspace_id) == workspace_of(session),
            col(SlackLink.team_id) == team_id,
            col(SlackLink.user_id) == user_id,
            col(SlackLink.ended_at).is_(None),
            col(Person.disabled_at).is_(None),
        )
    )
    return session.exec(statement).first()


def viewer(member: Member) -> Viewer:
    """Return a member as somebody who looks at goals."""
    return Viewer(member.id, member.role, member.team_id)
