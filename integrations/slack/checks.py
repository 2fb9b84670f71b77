"""Whether Slack is set up: each thing that must hold, in words, and what to do where it fails."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from slack_sdk.errors import SlackApiError
from sqlmodel import Session

from goals import words
from goals.words import N_, P_, Message
from integrations.slack import calls, channels, signature, teams
from integrations.slack.manifest import BOT_SCOPES, OPTIONAL_SCOPES
from integrations.slack.parts import Parts
from integrations.slack.teams import Installed

#: Channels that are looked at.
MOST_CHANNELS = 20
_REPEATS = N_(
    "A message that may have arrived is sent again with a mark, because nobody can look for it."
)
#: What is lost without each permission that the app can do without.
COSTS = {
    "channels:history": _REPEATS,
    "groups:history": _REPEATS,
    "metadata.message:read": _REPEATS,
    "groups:read": N_("Who is in a private channel is not known: it sees what you clear it for."),
    "users:read.email": N_("Nobody is linked by their address: everybody presses a button once."),
}
_INSTALL = N_("Install the app again in Slack: it asks for all permissions.")


@dataclass(frozen=True)
class Check:
    """Something that was looked at: ok, warn, fail, or none where there is nothing to look at."""

    state: str
    text: Message
    fix: Message | None = None


@dataclass(frozen=True)
class Ways:
    """When Slack was last heard of: by a signed request, and whether a connection is open."""

    signed_at: datetime | None
    is_connected: bool


def run(parts: Parts, session: Session, workspace_id: int, ways: Ways) -> list[Check]:
    """Look at everything, asking Slack; returns one line for each thing."""
    here = teams.here(parts, workspace_id)
    found: list[Check] = []
    for team in here:
        found += _token(parts, team)
    if not here:
        found.append(_without_team(parts))
    found.append(_signing(parts, ways))
    found += _socket(parts, ways)
    for team in here[:1]:
        found += _channels(parts, session, team)
    return found


def _without_team(parts: Parts) -> Check:
    if not parts.config.bot_token:
        text = N_("There is no bot token yet.")
        return Check("none", Message(text), Message(N_("Do the steps above first.")))
    try:
        calls.client(parts, parts.config.bot_token, calls.LOOK).auth_test()
    except (SlackApiError, *calls.BROKEN) as error:
        return _refused("HEADWAY_SLACK_BOT_TOKEN", error)
    return Check(
        "warn",
        Message(N_("Slack takes the token, but it is not this workspace's yet.")),
        Message(N_("Press “Use the token for this workspace” above.")),
    )


def _token(parts: Parts, team: Installed) -> list[Check]:
    name = team.name or team.team_id
    if team.token is None:
        text = N_("The token of %(name)s cannot be read with the present keys.")
        return [Check("fail", Message(text, {"name": name}), Message(_RECONNECT))]
    try:
        told: Any = calls.client(parts, team.token, calls.LOOK).auth_test()
    except (SlackApiError, *calls.BROKEN) as error:
        return [_refused(name, error)]
    granted = calls.scopes_of(told)
    said = {"name": name, "bot": str(told.get("user") or team.bot_user_id)}
    found = [Check("ok", Message(N_("Slack takes the token of %(name)s, as %(bot)s."), said))]
    if granted is not None and granted != team.scopes:
        teams.keep_scopes(parts, team.team_id, granted)
    found += _scopes(team.scopes if granted is None else granted)
    return found + _clock(parts, told)


def _clock(parts: Parts, told: Any) -> list[Check]:
    """Compare our clock with Slack's, by which what it signs is good for some minutes."""
    try:
        slacks = parsedate_to_datetime(calls.header(told, "date") or "").timestamp()
    except ValueError:
        return []
    off = round((parts.wall() - slacks) / 60)
    if off == 0:
        return []
    texts = _AHEAD if off > 0 else _BEHIND
    state = "fail" if abs(off) * 60 >= signature.WINDOW else "warn"
    return [Check(state, Message.counted(texts, abs(off)), Message(_SET_CLOCK))]


_RECONNECT = N_("Connect Slack again.")
_AHEAD = P_(
    "The clock of this machine is %(n)s minute ahead of Slack's.",
    "The clock of this machine is %(n)s minutes ahead of Slack's.",
)
_BEHIND = P_(
    "The clock of this machine is %(n)s minute behind Slack's.",
    "The clock of this machine is %(n)s minutes behind Slack's.",
)
_SET_CLOCK = N_("Beyond five minutes what Slack sends is refused. Set the clock, best by NTP.")


def _refused(name: str, error: Exception) -> Check:
    code = calls.code_of(error)
    if code in calls.PASSING:
        text = N_("Slack does not answer (%(code)s).")
        fix = N_("Try again in a minute; see that this machine reaches slack.com.")
        return Check("warn", Message(text, {"code": code}), Message(fix))
    text = N_("Slack does not take the token of %(name)s (%(code)s).")
    return Check("fail", Message(text, {"name": name, "code": code}), Message(_RECONNECT))


def _scopes(granted: frozenset[str]) -> list[Check]:
    if not granted:
        return [Check("none", Message(N_("Slack does not say which permissions are granted.")))]
    missing = [one for one in BOT_SCOPES if one not in granted]
    found = []
    if missing:
        text = N_("Permissions are missing: %(scopes)s.")
        found.append(
            Check("fail", Message(text, {"scopes": ", ".join(missing)}), Message(_INSTALL))
        )
    else:
        found.append(Check("ok", Message(N_("All permissions that are needed are granted."))))
    costs: dict[str, list[str]] = {}
    for scope in OPTIONAL_SCOPES:
        if scope not in granted:
            costs.setdefault(COSTS[scope], []).append(scope)
    text = N_("Not granted: %(scopes)s. %(cost)s")
    for cost, scopes in costs.items():
        said = {"scopes": ", ".join(scopes), "cost": Message(cost)}
        found.append(Check("warn", Message(text, said), None))
    return found


def _signing(parts: Parts, ways: Ways) -> Check:
    if not parts.config.signing_secret:
        return Check(
            "none", Message(N_("No signing secret is set: Slack cannot call by HTTP.")), None
        )
    if ways.signed_at is None:
        text = N_("No request that Slack signed has come yet.")
        fix = N_("In Slack, under Event Subscriptions, let the address be checked once more.")
        return Check("none", Message(text), Message(fix))
    text = N_("The signing secret is right: Slack last called %(at)s.")
    return Check("ok", Message(text, {"at": words.Instant(ways.signed_at)}))


def _socket(parts: Parts, ways: Ways) -> list[Check]:
    token = parts.config.app_token
    if not token:
        text = N_("No app-level token is set: Socket Mode is not used.")
        return [Check("none", Message(text))]
    try:
        calls.client(parts, token, calls.LOOK).apps_connections_open(app_token=token)
    except (SlackApiError, *calls.BROKEN) as error:
        code = calls.code_of(error)
        text = N_("Slack does not take the app-level token (%(code)s).")
        fix = N_("See that it begins with xapp- and has connections:write.")
        return [Check("fail", Message(text, {"code": code}), Message(fix))]
    if ways.is_connected:
        return [Check("ok", Message(N_("The connection to Slack is open.")))]
    text = N_("Slack takes the app-level token, but no connection is open.")
    fix = N_("Start it with: %(command)s")
    return [Check("warn", Message(text), Message(fix, {"command": "python3 -m app slack socket"}))]


def _channels(parts: Parts, session: Session, team: Installed) -> list[Check]:
    on = [one for one in channels.every(session) if one.is_on]
    if not on:
        text = N_("No channel is switched on yet, so nothing is written anywhere.")
        return [Check("none", Message(text))]
    if team.token is None:
        return []
    client = calls.client(parts, team.token, calls.LOOK)
    found, inside = [], 0
    for one in on[:MOST_CHANNELS]:
        said = {"name": f"#{one.name}" if one.name else one.external_id}
        try:
            told: Any = client.conversations_info(channel=one.external_id)["channel"]
        except (SlackApiError, KeyError, *calls.BROKEN) as error:
            code = calls.code_of(error)
            text = N_("%(name)s cannot be looked at (%(code)s).")
            found.append(Check("warn", Message(text, {**said, "code": code}), None))
            continue
        if told.get("is_archived"):
            found.append(Check("fail", Message(N_("%(name)s is archived."), said)))
        elif told.get("is_member"):
            inside += 1
        else:
            fix = Message(N_("Type /invite @Headway in it."))
            found.append(Check("fail", Message(N_("Headway is not in %(name)s."), said), fix))
    if inside:
        texts = P_(
            "Headway is in %(n)s channel that is switched on.",
            "Headway is in %(n)s channels that are switched on.",
        )
        found.insert(0, Check("ok", Message.counted(texts, inside)))
    return found
