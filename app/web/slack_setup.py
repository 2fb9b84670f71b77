"""Setting up Slack: the app, its keys, and the channels Headway may write in."""

import json
from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.web import access, frame, texts
from app.web.forms.settings import ChannelForm
from app.web.texts import gettext as _
from goals.alerts import keeping
from goals.alerts.outbox import CLEARANCES, Channel
from goals.errors import Refusal
from goals.words import Message
from integrations.slack import calls, channels, links, manifest, teams
from integrations.slack.envelope import an_id


@dataclass(frozen=True)
class Line:
    """A channel in the list, with how many messages it held back while off."""

    channel: Channel
    held: int

    @property
    def known(self) -> int | None:
        """Return how many members are known, None where they are not."""
        return None if self.channel.members is None else len(self.channel.members)


@access.needs("owner")
def page() -> str:
    """Show the steps, what is done of them, and the channels."""
    return _page(ChannelForm(formdata=None))


def _page(form: ChannelForm) -> str:
    session = frame.session()
    parts = frame.wiring().slack
    config = parts.config
    held = channels.waiting_for(session)
    try:
        host = manifest.host_of(config.base_url)
    except Refusal:
        host = "https://headway.example"
    here = teams.here(parts, frame.here().id)
    return render_template(
        "slack/setup.html",
        form=form,
        config=config,
        by_socket=_text(manifest.manifest(host, socket_mode=True)),
        by_http=_text(manifest.manifest(host)),
        request_url=f"{host}/slack/events",
        is_reachable=config.base_url.startswith("https://"),
        teams=here,
        paused=[one for one in here if one.paused_reason is not None],
        bindable=bool(config.bot_token) and not here,
        lines=[Line(one, held.get(one.external_id, 0)) for one in channels.every(session)],
        clearances=_clearances(),
    )


def _text(document: dict[str, object]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False)


def _clearances() -> list[tuple[str, str]]:
    named = {
        "none": _("Nothing"),
        "team": _("Open goals and the team's"),
        "workspace": _("Open goals"),
    }
    return [(one, named[one]) for one in CLEARANCES]


@access.needs("owner")
def bind() -> AnyResponse:
    """Take the environment's token for this workspace, where there are several."""
    made = teams.bind(frame.wiring().slack, frame.here().id)
    if made is None:
        flash(_("Slack does not take this token."))
    elif made.workspace_id != frame.here().id:
        flash(_("This Slack workspace is linked to another workspace of this Headway."))
    else:
        flash(_("Slack is connected: %(name)s.", name=made.name or made.team_id))
    return redirect(url_for("slack.setup"), 303)


@access.needs("owner")
def add_channel() -> AnyResponse | tuple[str, int]:
    """Take a channel into the list, switched off, with what Slack says of it."""
    form = ChannelForm()
    if not form.validate() or not _read(form):
        return _page(form), 422
    return redirect(url_for("slack.setup", _anchor="channels"), 303)


@access.needs("owner")
def switch(channel_id: str) -> AnyResponse:
    """Switch a channel on or off, and say what it may see and what it gets beside its alerts."""
    session = frame.session()
    if an_id(channel_id) is None:
        abort(404)
    on = request.form.get("on") == "1"
    row = channels.switch(session, channel_id, on, frame.now())
    clearance = request.form.get("clearance")
    if clearance in CLEARANCES:
        row.clearance = clearance
        session.add(row)
    if on and request.form.get("asked") == "1":
        row.has_charts = request.form.get("charts") == "1"
        keeps = request.form.get("keeps") == "1"
        if keeps and not row.keeps_status:
            keeping.begin(session, row)
        row.keeps_status = keeps
        session.add(row)
        if keeps and not keeping.board(session, row, links.linked(session)):
            flash(_("No goal may be shown there, so nothing is posted. Choose what it may see."))
    name = row.name or row.external_id
    if on:
        flash(_("Headway writes in %(name)s from now on.", name=name))
    else:
        flash(_("Headway writes nothing in %(name)s.", name=name))
    return redirect(url_for("slack.setup", _anchor="channels"), 303)


def _read(form: ChannelForm) -> bool:
    """Read a channel at Slack, or take it in by its id alone; False if Slack knows of none."""
    parts, channel_id = frame.wiring().slack, form.channel.data or ""
    for team in teams.here(parts, frame.here().id):
        if team.token is not None:
            client = calls.client(parts, team.token, calls.LOOK)
            if channels.is_unknown(client, channel_id):
                form.channel.errors = [texts.say(Message(calls.REFUSED["channel_not_found"]))]
                return False
            channels.refresh(parts, team, client, channel_id)
            flash(_("The channel is in the list, switched off."))
            return True
    channels.switch(frame.session(), channel_id, False, frame.now())
    flash(_("The channel is in the list. Its name and members come once Slack is connected."))
    return True
