"""Adding a Slack workspace through Slack's consent page, by an owner."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.web import access, awaited, frame, texts
from app.web.texts import gettext as _
from goals.errors import Refusal
from integrations.slack import oauth, teams

_STATE = "slack_state"
_GRANT = "slack_grant"


@access.needs("owner")
def install() -> AnyResponse:
    """Send an owner to Slack's consent page."""
    config = frame.wiring().slack.config
    if not config.can_install:
        flash(_("Set the client id and the client secret first."))
        return redirect(url_for("slack.setup"), 303)
    state = awaited.keep(_STATE, {})
    return redirect(oauth.consent_url(config, state), 303)


@access.needs("owner")
def oauth_redirect() -> AnyResponse | str | tuple[str, int]:
    """Take what Slack grants, for the browser that asked and once only."""
    if request.args.get("error"):
        flash(_("Slack was not connected: nobody agreed on its page."))
        return redirect(url_for("slack.setup"), 303)
    state, code = request.args.get("state", ""), request.args.get("code", "")
    wiring = frame.wiring()
    if awaited.take(_STATE, state) is None or not code:
        text = _("This installation was not started here, or it took too long. Start once more.")
        return render_template("slack/problem.html", text=text), 400
    granted = oauth.exchange(wiring.slack, code)
    try:
        made = teams.install(wiring.slack, frame.here().id, granted)
    except Refusal as error:
        if error.code != "slack_team_taken":
            raise
        return _ask_to_move(granted, error)
    flash(_("Slack is connected: %(name)s.", name=made.name or made.team_id))
    return redirect(url_for("slack.setup"), 303)


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
    token = str(granted.pop("access_token"))
    told = {name: granted.get(name) for name in ("team", "bot_user_id", "scope")}
    ticket = awaited.keep(_GRANT, {"granted": told}, {"access_token": token})
    return render_template("slack/move.html", ticket=ticket, text=texts.say(error.message)), 409
