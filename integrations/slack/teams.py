"""Slack workspaces in which the app is installed, and the Headway workspace each belongs to."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from slack_sdk.errors import SlackApiError
from sqlalchemy import or_, update
from sqlmodel import Session, col, select

from goals.alerts import upkeep
from goals.alerts.outbox import Outbox
from goals.errors import Refusal
from goals.words import N_, Message
from integrations.slack import calls, rotation
from integrations.slack.parts import Parts
from integrations.slack.tables import SlackTeam
from integrations.vault import Vault

log = structlog.get_logger()

LOST = N_(
    "Slack does not take the token of %(name)s any more. Nothing is posted there until it is"
    " connected again; messages wait."
)
ENTERPRISE = N_(
    "The app was added to a whole Enterprise organisation, which Headway does not support. Add it"
    " to single workspaces."
)
#: Seconds between looks whether Slack takes our token again.
PROBE = 30.0
#: Owners hear of a lost token after this, unless Slack takes it again meanwhile.
MENDED = timedelta(minutes=2)


@dataclass(frozen=True)
class Installed:
    """A Slack workspace that we may talk to, with the token for it.

    `token` is None where it cannot be read. `paused_reason` is Slack's word for why it does
    not take our token at present.
    """

    team_id: str
    workspace_id: int
    name: str | None
    token: str | None = field(repr=False)
    bot_id: str | None
    bot_user_id: str | None
    scopes: frozenset[str]
    paused_reason: str | None


def installed(parts: Parts, team_id: str) -> Installed | None:
    """Return the workspace with this id if the app is in it, None for strangers."""
    with parts.system() as session:
        row = session.get(SlackTeam, team_id)
        found = None if row is None or row.removed_at is not None else _installed(parts, row)
    if row is not None and found is not None:
        return _renewed(parts, row, found) if rotation.is_due(parts, row, rotation.LATE) else found
    if row is not None and row.bot_token is not None:
        return None
    bound = bind(parts)
    return bound if bound is not None and bound.team_id == team_id else None


def here(parts: Parts, workspace_id: int) -> list[Installed]:
    """Return the Slack workspaces of a Headway workspace, the oldest first."""
    statement = (
        select(SlackTeam)
        .where(col(SlackTeam.workspace_id) == workspace_id, col(SlackTeam.removed_at).is_(None))
        .order_by(col(SlackTeam.installed_at), col(SlackTeam.team_id))
    )
    with parts.system() as session:
        rows = list(session.exec(statement))
        found = [_installed(parts, row) for row in rows]
    if found:
        return [
            _renewed(parts, row, one) if rotation.is_due(parts, row) else one
            for row, one in zip(rows, found, strict=True)
        ]
    bound = bind(parts)
    return [bound] if bound is not None and bound.workspace_id == workspace_id else []


def gone(parts: Parts, workspace_id: int) -> list[str]:
    """Return the names of Slack workspaces that took the app away and did not add it again."""
    statement = select(SlackTeam).where(
        col(SlackTeam.workspace_id) == workspace_id, col(SlackTeam.removed_at).is_not(None)
    )
    with parts.system() as session:
        return sorted(one.name or one.team_id for one in session.exec(statement))


def _renewed(parts: Parts, row: SlackTeam, before: Installed) -> Installed:
    """Return a workspace whose token runs out with its next token, where Slack gives one."""
    outcome = rotation.renew(parts, row.team_id)
    if outcome.refused is not None:
        pause(parts, row.team_id, rotation.FAILED)
    if outcome.is_renewed and row.paused_reason is not None:
        wake(parts, row.workspace_id)
    with parts.system() as session:
        now = session.get(SlackTeam, row.team_id)
        return before if now is None else _installed(parts, now)


def is_expected(parts: Parts, workspace_id: int) -> bool:
    """Tell whether messages for Slack wait though no workspace is there to take them.

    The environment's token must be this workspace's and is not yet bound, or the app was removed
    in Slack and may be added again.
    """
    if parts.config.bot_token and parts.workspaces() == [workspace_id]:
        return True
    return bool(gone(parts, workspace_id))


def bind(parts: Parts, workspace_id: int | None = None) -> Installed | None:
    """Bind the environment's token to a workspace, the only one unless one is given.

    Returns None without a token, where Slack does not take it, or where there are several
    workspaces and none was given. A token that is bound already stays where it is.
    """
    token = parts.config.bot_token
    if not token:
        return None
    if workspace_id is None:
        every = parts.workspaces()
        if len(every) != 1 or not _may_probe(parts, "bind"):
            return None
        workspace_id = every[0]
    try:
        told = calls.client(parts, token, calls.LOOK).auth_test()
    except (SlackApiError, *calls.BROKEN) as error:
        log.warning("slack_token_refused", code=calls.code_of(error))
        return None
    scopes = ",".join(sorted(calls.scopes_of(told) or ()))
    team_id, added_at = str(told["team_id"]), rotation.wall(parts)
    with parts.system() as session:
        row = session.get(SlackTeam, team_id)
        if row is None:
            row = SlackTeam(team_id=team_id, workspace_id=workspace_id, installed_at=added_at)
        elif row.removed_at is None and row.bot_token is not None:
            return None
        row.name = str(told.get("team") or "") or None
        row.bot_id, row.bot_user_id = told.get("bot_id"), told.get("user_id")
        row.scopes, row.bot_token = scopes, None
        row.paused_reason = row.removed_at = row.expires_at = row.refreshing_until = None
        row.installed_at = added_at
        session.add(row)
        session.flush()
        made = _installed(parts, row)
    wake(parts, made.workspace_id)
    return made


def install(
    parts: Parts, workspace_id: int, granted: Mapping[str, object], *, move: bool = False
) -> Installed:
    """Keep what Slack's consent page granted (the answer of oauth.v2.access).

    Raises Refusal `slack_team_taken` where the Slack workspace belongs to another Headway
    workspace, unless it is to be moved from there.
    """
    if granted.get("is_enterprise_install"):
        raise Refusal("slack_enterprise", ENTERPRISE, misused=False)
    team = granted.get("team")
    team_id = team.get("id") if isinstance(team, dict) else None
    token = granted.get("access_token")
    if not isinstance(team_id, str) or not isinstance(token, str):
        raise Refusal(
            "slack_install_failed",
            N_("Slack granted nothing that Headway can use. Start once more."),
            misused=False,
        )
    refresh_token = granted.get(rotation.REFRESH)
    kept = {"bot_token": token}
    if isinstance(refresh_token, str):
        kept[rotation.REFRESH] = refresh_token
    sealed, added_at = parts.vault.seal(kept), rotation.wall(parts)
    with parts.system() as session:
        row = session.get(SlackTeam, team_id)
        if row is not None and row.workspace_id != workspace_id:
            if row.removed_at is None and not move:
                raise Refusal(
                    "slack_team_taken",
                    N_("%(name)s is linked to another workspace of this Headway."),
                    {"name": row.name or team_id},
                    misused=False,
                )
            row.workspace_id = workspace_id
        if row is None:
            row = SlackTeam(team_id=team_id, workspace_id=workspace_id, installed_at=added_at)
        name = team.get("name") if isinstance(team, dict) else None
        row.name = str(name) if name else None
        row.bot_user_id = _text(granted.get("bot_user_id"))
        row.bot_id = _text(granted.get("bot_id"))
        row.scopes, row.bot_token = str(granted.get("scope") or ""), sealed
        row.expires_at = rotation.ends_at(parts, granted)
        row.paused_reason = row.removed_at = row.refreshing_until = None
        row.installed_at = added_at
        session.add(row)
        session.flush()
        made = _installed(parts, row)
    wake(parts, workspace_id)
    return made


def removed(session: Session, team_id: str, now: datetime, at: float | None) -> None:
    """Take note that the app was removed: nothing goes there any more, what was said stays.

    `at` is when, by Slack's clock in seconds since 1970 (None: it does not say). Word of a
    removal may come after the app was added anew, which it says nothing of.
    """
    row = session.get(SlackTeam, team_id, with_for_update=True)
    if row is None or row.removed_at is not None:
        return
    # Slack's word may be to the second.
    if at is not None and at < int(row.installed_at.timestamp()):
        log.info("slack_removal_outdated", team=team_id)
        return
    row.removed_at, row.bot_token, row.expires_at = now, None, None
    session.add(row)


def pause(parts: Parts, team_id: str, reason: str) -> None:
    """Take note that Slack does not take our token: messages wait, and owners are told once."""
    with parts.system() as session:
        known = session.get(SlackTeam, team_id)
    if known is None:
        return
    with parts.session(known.workspace_id) as session:
        row = session.get(SlackTeam, team_id, with_for_update=True)
        if row is None or row.paused_reason is not None or row.removed_at is not None:
            return
        row.paused_reason = reason
        session.add(row)
        now = parts.clock()
        # Slack may change its mind often; owners hear of it once a day.
        key = f"slack:{team_id}:{reason}:{now.date().isoformat()}"
        name = row.name or team_id
        why = Message(LOST, {"name": name})
        upkeep.tell_owners(session, key, name, why, now, way="email", wait=MENDED)
    log.warning("slack_paused", team=team_id, reason=reason)


def keep_scopes(parts: Parts, team_id: str, granted: frozenset[str]) -> None:
    """Keep what the token may do by now: it was given more in Slack, or less."""
    with parts.system() as session:
        row = session.get(SlackTeam, team_id)
        if row is not None:
            row.scopes = ",".join(sorted(granted))
            session.add(row)


def probed(parts: Parts, team: Installed) -> Installed:
    """Return a paused workspace as it is now: Slack may take our token again."""
    if team.paused_reason in (None, rotation.FAILED) or team.token is None:
        return team
    if not _may_probe(parts, team.team_id):
        return team
    try:
        told = calls.client(parts, team.token, calls.LOOK).auth_test()
    except (SlackApiError, *calls.BROKEN):
        return team
    if told.get("team_id") != team.team_id:
        return team
    with parts.system() as session:
        row = session.get(SlackTeam, team.team_id)
        if row is None:
            return team
        row.paused_reason = None
        session.add(row)
        session.flush()
        awake = _installed(parts, row)
    wake(parts, team.workspace_id)
    return awake


def wake(parts: Parts, workspace_id: int) -> None:
    """Make the messages that waited for Slack due now, those in quiet hours left out."""
    now = parts.clock()
    waiting = (
        update(Outbox)
        .where(
            col(Outbox.workspace_id) == workspace_id,
            col(Outbox.channel_kind).in_(("slack", "direct")),
            col(Outbox.state) == "new",
            or_(col(Outbox.deferred_until).is_(None), col(Outbox.deferred_until) <= now),
        )
        .values(next_attempt_at=now)
    )
    with parts.session(workspace_id) as session:
        session.execute(waiting)
        upkeep.withdraw(session, "slack")


def _installed(parts: Parts, row: SlackTeam) -> Installed:
    token = parts.config.bot_token
    paused = row.paused_reason
    if row.bot_token is not None:
        try:
            token = parts.vault.open(row.bot_token).get("bot_token")
        except Refusal as error:
            token, paused = None, error.code
    return Installed(
        team_id=row.team_id,
        workspace_id=row.workspace_id,
        name=row.name,
        token=token or None,
        bot_id=row.bot_id,
        bot_user_id=row.bot_user_id,
        scopes=frozenset(filter(None, row.scopes.split(","))),
        paused_reason=paused or (None if token else "no_token"),
    )


def _may_probe(parts: Parts, what: str) -> bool:
    now = time.monotonic()
    if now - parts.recent.get(what, -PROBE) < PROBE:
        return False
    parts.recent[what] = now
    return True


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def reseal(session: Session, vault: Vault) -> int:
    """Seal the tokens of all installed teams with the newest key; return how many.

    Raises Refusal `secrets_unreadable` where none of the keys opens them.
    """
    # Held until the commit: the next token, kept meanwhile, must not be overwritten by this one.
    statement = select(SlackTeam).where(col(SlackTeam.bot_token).is_not(None)).with_for_update()
    found = list(session.exec(statement))
    for one in found:
        one.bot_token = vault.reseal(one.bot_token or "")
        session.add(one)
    session.flush()
    return len(found)
