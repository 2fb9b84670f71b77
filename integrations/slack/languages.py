"""The language in which linked people use Slack, for those who have chosen none here."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlmodel import Session

from goals import words
from goals.table import workspace_of
from integrations.slack import calls
from integrations.slack.parts import Parts
from integrations.slack.tables import SlackLink
from integrations.slack.teams import Installed

log = structlog.get_logger()

#: What Slack said is good for so long, should an event about it be lost.
FRESH = timedelta(hours=24)
#: Where Slack did not answer, it is asked again after this.
AGAIN = timedelta(hours=1)
#: Languages that texts exist in, as Slack's locales begin; others read the workspace's.
SPOKEN = ("en", "th", "zh")


def keep(session: Session, row: SlackLink, told: Mapping[str, Any], now: datetime) -> None:
    """Keep the language that Slack says of a linked person; None where it says none of ours."""
    locale = told.get("locale")
    is_ours = isinstance(locale, str) and locale.lower().startswith(SPOKEN)
    row.locale, row.locale_at = words.normalise(locale) if is_ours else None, now
    session.add(row)


def is_old(parts: Parts, team: Installed, user_id: str) -> bool:
    """Tell whether Slack should be asked again for a linked person's language."""
    with parts.session(team.workspace_id) as session:
        row = _link(session, team.team_id, user_id)
        is_fresh = row is None or (
            row.locale_at is not None and parts.clock() - row.locale_at < FRESH
        )
        return not is_fresh


def learn(parts: Parts, team: Installed, client: WebClient, user_id: str) -> None:
    """Ask Slack for a linked person's language; where it does not say, the last one stays."""
    told: Mapping[str, Any] | None = None
    try:
        told = client.users_info(user=user_id, include_locale=True)["user"]
    except (SlackApiError, KeyError, *calls.BROKEN) as error:
        log.info("slack_user_unknown", code=calls.code_of(error))
    with parts.session(team.workspace_id) as session:
        row = _link(session, team.team_id, user_id)
        if row is None:
            return
        if told is not None:
            keep(session, row, told, parts.clock())
        else:
            row.locale_at = parts.clock() - FRESH + AGAIN
            session.add(row)


def changed(session: Session, team_id: str, told: Mapping[str, Any], now: datetime) -> None:
    """Take note that a person changed in Slack; what the event leaves out is asked for again."""
    row = _link(session, team_id, str(told.get("id")))
    if row is None:
        return
    if isinstance(told.get("locale"), str):
        keep(session, row, told, now)
    else:
        row.locale_at = None
        session.add(row)


def _link(session: Session, team_id: str, user_id: str) -> SlackLink | None:
    row = session.get(SlackLink, (team_id, user_id))
    is_here = row is not None and row.workspace_id == workspace_of(session)
    return row if is_here and row is not None and row.ended_at is None else None
