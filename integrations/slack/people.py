"""Slack users and the members they are: linked by a verified e-mail address or by an owner."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlmodel import Session, col, select

from goals import workspace
from goals.errors import Refusal
from goals.table import workspace_of
from goals.tracking.visibility import Viewer
from goals.words import N_, Reader
from goals.workspace import Member, Person
from integrations.slack import calls
from integrations.slack.parts import Parts
from integrations.slack.tables import SlackLink
from integrations.slack.teams import Installed

log = structlog.get_logger()


@dataclass(frozen=True)
class Asker:
    """Somebody who asks in Slack; `viewer` is None for one who is no linked member."""

    user_id: str
    viewer: Viewer | None
    reader: Reader


def asker(parts: Parts, team: Installed, client: WebClient, user_id: str) -> Asker:
    """Return who asks, linking them first where their e-mail address says who they are."""
    with parts.session(team.workspace_id) as session:
        found = _member(session, team.team_id, user_id)
        reader = reader_of(session, found[1] if found else None)
    if found is None:
        link_by_email(parts, team, client, [user_id])
        with parts.session(team.workspace_id) as session:
            found = _member(session, team.team_id, user_id)
            reader = reader_of(session, found[1] if found else None)
    return Asker(user_id, _viewer(found[0]) if found else None, reader)


def reader_of(session: Session, person: Person | None = None, locale: str | None = None) -> Reader:
    """Return for whom texts are rendered: a person's or channel's language, else ours."""
    here = workspace.of(session)
    return Reader(
        locale=locale or (person.locale if person is not None else None) or here.locale,
        calendar=here.calendar,
        zone=here.zone,
        currency=here.currency,
    )


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
            col(Person.disabled_at).is_(None),
        )
    )
    return {user_id: _viewer(member) for user_id, member in session.exec(statement)}


def user_of(session: Session, team_id: str, member_id: int | None) -> str | None:
    """Return a member's user id in a Slack workspace, None where they are not linked."""
    statement = select(SlackLink.user_id).where(
        col(SlackLink.workspace_id) == workspace_of(session),
        col(SlackLink.team_id) == team_id,
        col(SlackLink.member_id) == member_id,
    )
    return session.exec(statement).first()


def link(session: Session, team_id: str, user_id: str, member: Member, now: Any) -> SlackLink:
    """Link a Slack user to a member; an earlier link of either in this team gives way."""
    statement = select(SlackLink).where(
        col(SlackLink.team_id) == team_id,
        (col(SlackLink.user_id) == user_id)
        | (
            (col(SlackLink.workspace_id) == member.workspace_id)
            & (col(SlackLink.member_id) == member.id)
        ),
    )
    for old in session.exec(statement):
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


def link_by_email(parts: Parts, team: Installed, client: WebClient, user_ids: Iterable[str]) -> int:
    """Link users whose e-mail address, verified by Slack, is a member's; returns how many.

    Without the permission to read addresses nobody is linked.
    """
    made = 0
    for user_id in user_ids:
        try:
            told: dict[str, Any] = client.users_info(user=user_id)["user"]
        except (SlackApiError, KeyError, *calls.BROKEN) as error:
            log.info("slack_user_unknown", code=calls.code_of(error))
            continue
        email = _email(told, team.team_id)
        if email is None:
            if "email" not in (told.get("profile") or {}) and not told.get("is_bot"):
                return made
            continue
        with parts.session(team.workspace_id) as session:
            member = _with_email(session, email)
            if member is None or user_of(session, team.team_id, member.id) is not None:
                continue
            link(session, team.team_id, user_id, member, parts.clock())
            made += 1
    return made


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
    found = _with_email(session, email.strip().lower())
    if found is None:
        raise Refusal(
            "unknown_member",
            N_("There is no member with the address %(email)s."),
            {"email": email},
            field="email",
        )
    return found


def _email(told: dict[str, Any], team_id: str) -> str | None:
    """Return an address that Slack vouches for: of a person of this very workspace."""
    profile = told.get("profile")
    email = profile.get("email") if isinstance(profile, dict) else None
    strange = told.get("team_id") != team_id or told.get("is_stranger") or told.get("deleted")
    unverified = told.get("is_email_confirmed") is False
    if not isinstance(email, str) or strange or unverified or told.get("is_bot"):
        return None
    return email.strip().lower()


def _with_email(session: Session, email: str) -> Member | None:
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


def _member(session: Session, team_id: str, user_id: str) -> tuple[Member, Person] | None:
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
            col(Person.disabled_at).is_(None),
        )
    )
    return session.exec(statement).first()


def _viewer(member: Member) -> Viewer:
    return Viewer(member.id, member.role, member.team_id)
