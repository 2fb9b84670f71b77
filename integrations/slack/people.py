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
from goals.workspace import Member, Person
from integrations.slack import calls, languages, links
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
    found, reader = _known(parts, team, user_id)
    if found is None:
        link_by_email(parts, team, client, [user_id])
        found, reader = _known(parts, team, user_id)
    elif found[1].locale is None and languages.is_old(parts, team, user_id):
        languages.learn(parts, team, client, user_id)
        found, reader = _known(parts, team, user_id)
    return Asker(user_id, links.viewer(found[0]) if found else None, reader)


def _known(
    parts: Parts, team: Installed, user_id: str
) -> tuple[tuple[Member, Person] | None, Reader]:
    with parts.session(team.workspace_id) as session:
        found = links.member(session, team.team_id, user_id)
        return found, reader_of(session, found[1] if found else None)


def reader_of(session: Session, person: Person | None = None, locale: str | None = None) -> Reader:
    """Return for whom texts are rendered: a person's or channel's language, else ours.

    A person who has chosen none reads in the one they use Slack in.
    """
    here = workspace.of(session)
    if locale is None and person is not None:
        locale = person.locale or links.locale_of(session, person.id)
    return Reader(
        locale=locale or here.locale,
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
            told: dict[str, Any] = client.users_info(user=user_id, include_locale=True)["user"]
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
            if links.was_ended(session, team.team_id, user_id):
                continue
            member = links.with_email(session, email)
            if member is None or links.user_of(session, team.team_id, member.id) is not None:
                continue
            row = links.link(session, team.team_id, user_id, member, parts.clock())
            languages.keep(session, row, told, parts.clock())
            made += 1
    return made


def _email(told: dict[str, Any], team_id: str) -> str | None:
    """Return an address that Slack vouches for: of a person of this very workspace."""
    profile = told.get("profile")
    email = profile.get("email") if isinstance(profile, dict) else None
    strange = told.get("team_id") != team_id or told.get("is_stranger") or told.get("deleted")
    unverified = told.get("is_email_confirmed") is False
    # Guests are of other companies or there for a while: an owner or they themselves link them.
    guest = told.get("is_restricted") or told.get("is_ultra_restricted")
    if not isinstance(email, str) or strange or unverified or guest or told.get("is_bot"):
        return None
    return email.strip().lower()
