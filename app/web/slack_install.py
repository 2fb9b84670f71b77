"""Adding a Slack workspace through Slack's consent page, by an owner."""

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.web import access, awaited, frame, texts
from app.web.texts import gettext as _
from goals.errors import Refusal
from goals.words import N_
from integrations.slack import oauth, rotation, teams
from integrations.slack.envelope import an_id

_STATE = "slack_state"
_GRANT = "slack_grant"
_SECRETS = ("access_token", rotation.REFRESH)


@access.needs("owner")
def install() -> AnyResponse:
    """Send an owner to Slack's consent page, for a known Slack workspace to connect it again."""
    config = frame.wiring().slack.config
    if not config.can_install:
        flash(_("Set the client id and the client secret first."))
        return redirect(url_for("slack.setup"), 303)
    wanted = an_id(request.args.get("team"))
    here = teams.here(frame.wiring().slack, frame.here().id)
    team = next((one for one in here if one.team_id == wanted), None)
    known = {} if team is None else {"team": team.team_id, "name": team.name or team.team_id}
    state = awaited.keep(_STATE, known)
    return redirect(oauth.consent_url(config, state, known.get("team")), 303)


@access.needs("owner")
def oauth_redirect() -> AnyResponse | str | tuple[str, int]:
    """Take what Slack grants, for the browser that asked and once only."""
    state, code = request.args.get("state", ""), request.args.get("code", "")
    kept = awaited.take(_STATE, state)
    error = request.args.get("error")
    if error == "access_denied":
        flash(_("Slack was not connected: nobody agreed on its page."))
        return redirect(url_for("slack.setup"), 303)
    if kept is None or error or not code:
        return _problem(
            _("This installation was not started here, or it took too long. Start once more."), 400
        )
    wiring = frame.wiring()
    try:
        granted = oauth.exchange(wiring.slack, code)
        _expect(granted, kept[0])
        made = teams.install(wiring.slack, frame.here().id, granted)
    except Refusal as refusal:
        if refusal.code == "slack_team_taken":
            return _ask_to_move(granted, refusal)
        return _problem(texts.say(refusal.message), 409)
    flash(_("Slack is connected: %(name)s.", name=made.name or made.team_id))
    return redirect(url_for("slack.setup"), 303)


def _expect(granted: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Refuse what was granted for another Slack workspace than was to be connected again."""
    team = granted.get("team")
    found = team if isinstance(team, dict) else {}
    if "team" in wanted and found.get("id") != wanted["team"]:
        raise Refusal(
            "slack_wrong_team",
            N_("You agreed in %(found)s, but %(wanted)s was to be connected. Nothing was kept."),
            {"found": str(found.get("name") or found.get("id")), "wanted": wanted["name"]},
            misused=False,
        )


def _problem(text: str, code: int) -> tuple[str, int]:
    return render_template("slack/problem.html", text=text), code


@access.needs("owner")
def move() -> AnyResponse | tuple[str, int]:
    """Move a Slack workspace here from another workspace, after being asked."""
    ticket = request.form.get("ticket", "")
    wiring = frame.wiring()
    kept = awaited.take(_GRANT, ticket)
    if kept is None:
        abort(400)
    told, secrets = kept
    granted = {**told["granted"], **secrets}
    made = teams.install(wiring.slack, frame.here().id, granted, move=True)
    flash(_("Slack is connected: %(name)s.", name=made.name or made.team_id))
    return redirect(url_for("slack.setup"), 303)


def _ask_to_move(granted: dict[str, Any], error: Refusal) -> tuple[str, int]:
    """Keep what was granted, sealed, until the owner says whether to move."""
    secrets = {name: granted[name] for name in _SECRETS if isinstance(granted.get(name), str)}
    told = {name: granted.get(name) for name in ("team", "bot_user_id", "scope", "expires_in")}
    ticket = awaited.keep(_GRANT, {"granted": told}, secrets)
    return render_template("slack/move.html", ticket=ticket, text=texts.say(error.message)), 409
