"""Slack users and the members they are: linked by a verified e-mail address or by an owner."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from goals import workspace
from goals.tracking.visibility import Viewer
from goals.words import Reader
from goals.workspace import Person
from integrations.slack import calls, links
from integrations.slack.parts import Parts
from integrations.slack.teams import Installed

log = structlog.get_logger()

#: Who may say something of a goal or an alert, and who may change a goal.
SPEAKS = ("owner", "editor", "commenter")
CHANGES = ("owner", "editor")


@dataclass(frozen=True)
class Asker:
    """Somebody who asks in Slack; `viewer` is None for one who is no linked member."""

    user_id: str
    viewer: Viewer | None
    reader: Reader

    @property
    def may_speak(self) -> bool:
        """Tell whether they may say something of goals and alerts."""
        return self.viewer is not None and self.viewer.role in SPEAKS


def asker(parts: Parts, team: Installed, client: WebClient, user_id: str) -> Asker:
    """Return who asks, linking them first where their e-mail address says who they are."""
    with parts.session(team.workspace_id) as session:
        found = links.member(session, team.team_id, user_id)
        reader = reader_of(session, found[1] if found else None)
    if found is None:
        link_by_email(parts, team, client, [user_id])
        with parts.session(team.workspace_id) as session:
            found = links.member(session, team.team_id, user_id)
            reader = reader_of(session, found[1] if found else None)
    return Asker(user_id, links.viewer(found[0]) if found else None, reader)


def reader_of(session: Session, person: Person | None = None, locale: str | None = None) -> Reader:
    """Return for whom texts are rendered: a person's or channel's language, else ours."""
    here = workspace.of(session)
    return Reader(
        locale=locale or (person.locale if person is not None else None) or here.locale,
        calendar=here.calendar,
        zone=here.zone,
        currency=here.currency,
    )


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
            if calls.code_of(error) in ("slack_unreachable", "missing_scope"):
                return made
            continue
        email = _email(told, team.team_id)
        if email is None:
            if "email" not in (told.get("profile") or {}) and not told.get("is_bot"):
                return made
            continue
        # Another delivery may link the same user at the same moment; either link is good.
        with suppress(IntegrityError), parts.session(team.workspace_id) as session:
            member = links.with_email(session, email)
            if member is None or links.user_of(session, team.team_id, member.id) is not None:
                continue
            links.link(session, team.team_id, user_id, member, parts.clock())
            made += 1
    return made


def _email(told: dict[str, Any], team_id: str) -> str | None:
    """Return an address that Slack vouches for: of a person of this very workspace."""
    profile = told.get("profile")
    email = profile.get("email") if isinstance(profile, dict) else None
    strange = told.get("team_id") != team_id or told.get("is_stranger") or told.get("deleted")
    unverified = told.get("is_email_confirmed") is False
    if not isinstance(email, str) or strange or unverified or told.get("is_bot"):
        return None
    return email.strip().lower()
