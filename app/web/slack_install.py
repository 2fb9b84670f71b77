"""Adding a Slack workspace through Slack's consent page, by an owner."""

from datetime import datetime, timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import delete
from sqlmodel import Session, col
from werkzeug.wrappers import Response as AnyResponse

from app.accounts.tables import Setting
from app.web import access, frame, texts
from app.web.texts import gettext as _
from goals.errors import Refusal
from integrations.slack import oauth, teams

#: How long Slack's consent page may stay open.
LIFE = timedelta(minutes=10)
_KEPT = "slack_state:"
_GRANT = "slack_grant:"


@access.needs("owner")
def install() -> AnyResponse:
    """Send an owner to Slack's consent page."""
    config = frame.wiring().slack.config
    if not config.can_install:
        flash(_("Set the client id and the client secret first."))
        return redirect(url_for("slack.setup"), 303)
    state = oauth.new_state()
    with frame.wiring().database.system() as system:
        _keep(system, _KEPT + oauth.kept_as(state, _browser()), {"workspace": frame.here().id})
    return redirect(oauth.consent_url(config, state), 303)


@access.needs("owner")
def oauth_redirect() -> AnyResponse | str | tuple[str, int]:
    """Take what Slack grants, for the browser that asked and once only."""
    if request.args.get("error"):
        flash(_("Slack was not connected: nobody agreed on its page."))
        return redirect(url_for("slack.setup"), 303)
    state, code = request.args.get("state", ""), request.args.get("code", "")
    wiring = frame.wiring()
    with wiring.database.system() as system:
        kept = _taken(system, _KEPT + oauth.kept_as(state, _browser()), frame.now())
    if kept is None or kept.get("workspace") != frame.here().id or not code:
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
    with wiring.database.system() as system:
        kept = _taken(system, _GRANT + oauth.kept_as(ticket, _browser()), frame.now())
    if kept is None or kept.get("workspace") != frame.here().id:
        abort(400)
    granted = {**kept["granted"], **wiring.vault.open(kept["sealed"])}
    made = teams.install(wiring.slack, frame.here().id, granted, move=True)
    flash(_("Slack is connected: %(name)s.", name=made.name or made.team_id))
    return redirect(url_for("slack.setup"), 303)


def _ask_to_move(granted: dict[str, Any], error: Refusal) -> tuple[str, int]:
    """Keep what was granted, sealed, until the owner says whether to move."""
    ticket = oauth.new_state()
    wiring = frame.wiring()
    token = str(granted.pop("access_token"))
    value = {
        "workspace": frame.here().id,
        "granted": {name: granted.get(name) for name in ("team", "bot_user_id", "scope")},
        "sealed": wiring.vault.seal({"access_token": token}),
    }
    with wiring.database.system() as system:
        _keep(system, _GRANT + oauth.kept_as(ticket, _browser()), value)
    return render_template("slack/move.html", ticket=ticket, text=texts.say(error.message)), 409


def _browser() -> str:
    found = frame.signed_in()
    return found.token_hash if found is not None else ""


def _keep(session: Session, name: str, value: dict[str, Any]) -> None:
    until = (frame.now() + LIFE).isoformat()
    session.add(Setting(name=name, value={**value, "until": until}))


def _taken(session: Session, name: str, now: datetime) -> dict[str, Any] | None:
    """Take what was kept, so that nobody takes it again; None when it is gone or too old."""
    row = session.get(Setting, name)
    if row is None:
        return None
    value: dict[str, Any] = row.value
    gone = session.execute(delete(Setting).where(col(Setting.name) == name))
    if gone.rowcount != 1:  # type: ignore[attr-defined]
        return None
    return value if datetime.fromisoformat(value["until"]) > now else None
