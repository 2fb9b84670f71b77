"""Tokens that expire: the next one is asked for in time, by one process only.

Slack takes a refresh token once. A lease, taken before Slack is asked, keeps every other process
from asking with the same one; whoever dies in between leaves a lease that ends by itself.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from sqlalchemy import or_, update
from sqlmodel import Session, col

from goals.errors import Refusal
from integrations.slack import calls
from integrations.slack.parts import Parts
from integrations.slack.tables import SlackTeam

log = structlog.get_logger()

#: A token lives for twelve hours; with less than this left the next one is asked for, and with
#: less than the second also where somebody waits for an answer: no worker seems to run.
AHEAD, LATE = timedelta(minutes=120), timedelta(minutes=10)
#: Longer than the call may take.
LEASE = timedelta(seconds=30)
#: Between two tries where Slack did not answer, and where it refused.
REST, LONG_REST = timedelta(minutes=1), timedelta(minutes=10)
#: Seconds that a process without a good token waits for the one that asks, and between two waits.
PATIENCE, PATIENCE_AGAIN = 1.5, 30.0
#: Why a workspace is paused whose next token Slack does not give.
FAILED = "refresh_failed"
REFRESH = "refresh_token"


@dataclass(frozen=True)
class Outcome:
    """What became of a try: renewed, refused for good, or neither."""

    is_renewed: bool = False
    refused: str | None = None


def wall(parts: Parts) -> datetime:
    """Return Slack's time, the real one, by which tokens end."""
    return datetime.fromtimestamp(parts.wall(), UTC)


def ends_at(parts: Parts, granted: Any) -> datetime | None:
    """Return when a token that was granted ends, None for one that does not."""
    seconds = granted.get("expires_in")
    if not isinstance(seconds, int) or not granted.get(REFRESH):
        return None
    return wall(parts) + timedelta(seconds=seconds)


def is_due(parts: Parts, row: SlackTeam, ahead: timedelta = AHEAD) -> bool:
    """Tell whether a workspace's next token should be asked for, or waited for."""
    now = wall(parts)
    if row.expires_at is None or row.removed_at is not None or row.expires_at > now + ahead:
        return False
    is_free = row.refreshing_until is None or row.refreshing_until <= now
    return is_free or (row.expires_at <= now and row.paused_reason != FAILED)


def renew(parts: Parts, team_id: str) -> Outcome:
    """Ask for the next token of a workspace unless another process does."""
    claimed = _claim(parts, team_id)
    if claimed is None:
        _wait(parts, team_id)
        return Outcome()
    sealed, until = claimed
    try:
        used = parts.vault.open(sealed).get(REFRESH, "")
    except Refusal:
        return Outcome()  # Nobody can read what is sealed: the page says so.
    try:
        told = _ask(parts, used)
    except (SlackApiError, *calls.BROKEN) as error:
        code = calls.code_of(error)
        log.warning("slack_token_not_refreshed", team=team_id, code=code)
        return _put_off(parts, team_id, used, until, code)
    return _keep(parts, team_id, used, told)


def _claim(parts: Parts, team_id: str) -> tuple[str, datetime] | None:
    """Take the lease; returns what is sealed and until when, None where another has it."""
    now = wall(parts)
    until = now + LEASE
    mine = (
        update(SlackTeam)
        .where(
            col(SlackTeam.team_id) == team_id,
            col(SlackTeam.removed_at).is_(None),
            col(SlackTeam.bot_token).is_not(None),
            col(SlackTeam.expires_at) <= now + AHEAD,
            or_(col(SlackTeam.refreshing_until).is_(None), col(SlackTeam.refreshing_until) <= now),
        )
        .values(refreshing_until=until)
    )
    with parts.system() as session:
        if session.execute(mine).rowcount != 1:  # type: ignore[attr-defined]
            return None
        row = session.get(SlackTeam, team_id)
        return None if row is None or row.bot_token is None else (row.bot_token, until)


def _wait(parts: Parts, team_id: str) -> None:
    """Wait for who is at it where the present token is over; with a good one nobody waits."""
    start = time.monotonic()
    if start - parts.recent.get(f"wait:{team_id}", -PATIENCE_AGAIN) < PATIENCE_AGAIN:
        return
    parts.recent[f"wait:{team_id}"] = start
    while time.monotonic() < start + PATIENCE:
        with parts.system() as session:
            row = session.get(SlackTeam, team_id)
            if row is None or row.expires_at is None or row.expires_at > wall(parts):
                return
        time.sleep(0.1)


def _ask(parts: Parts, refresh_token: str) -> dict[str, Any]:
    answer: Any = (
        calls.client(parts, None)
        .oauth_v2_access(
            client_id=parts.config.client_id or "",
            client_secret=parts.config.client_secret or "",
            grant_type=REFRESH,
            refresh_token=refresh_token,
        )
        .data
    )
    return dict(answer)


def _keep(parts: Parts, team_id: str, used: str, told: dict[str, Any]) -> Outcome:
    """Keep the new token, whoever holds the lease by now, unless Slack was connected anew."""
    fresh = {"bot_token": str(told["access_token"]), REFRESH: str(told.get(REFRESH) or "")}
    with parts.system() as session:
        row = _held(session, team_id)
        if row is None or not _is_from(parts, row, used):
            return Outcome()
        row.bot_token = parts.vault.seal(fresh)
        row.expires_at = ends_at(parts, told)
        row.refreshing_until = row.paused_reason = None
        session.add(row)
    return Outcome(is_renewed=True)


def _put_off(parts: Parts, team_id: str, used: str, until: datetime, code: str) -> Outcome:
    """Let nobody try again at once; what Slack refused may be mended by the settings."""
    is_passing = code in calls.PASSING
    with parts.system() as session:
        row = _held(session, team_id)
        if row is None or row.refreshing_until != until or not _is_from(parts, row, used):
            return Outcome()
        row.refreshing_until = wall(parts) + (REST if is_passing else LONG_REST)
        session.add(row)
    return Outcome(refused=None if is_passing else code)


def _held(session: Session, team_id: str) -> SlackTeam | None:
    return session.get(SlackTeam, team_id, with_for_update=True, populate_existing=True)


def _is_from(parts: Parts, row: SlackTeam, used: str) -> bool:
    """Tell whether the refresh token is still the one that was used: it may be sealed anew."""
    try:
        return parts.vault.open(row.bot_token).get(REFRESH) == used
    except Refusal:
        return False
