"""Setting up Slack: the app, its keys, and the channels Headway may write in."""

import json
from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response as AnyResponse

from app import slack_heard
from app.accounts import people
from app.web import access, frame, slack_small, texts
from app.web.forms.settings import ChannelForm, choices_of_teams
from app.web.texts import gettext as _
from goals.alerts import keeping
from goals.alerts.outbox import CLEARANCES, Channel
from goals.errors import Refusal
from goals.table import id_from
from goals.words import Message
from integrations.slack import calls, channels, checks, links, manifest, teams
from integrations.slack.envelope import an_id
from integrations.slack.parts import Config

#: Ways to connect: by a connection that we open, by HTTP, by Slack's consent page.
WAYS = ("socket", "http", "oauth")
#: What a channel may read in, each by its own name.
LANGUAGES = (("en", "English"), ("th", "ไทย"), ("zh_Hans", "中文"))


@dataclass(frozen=True)
class Line:
    """A channel in the list, with how many messages it held back while off."""

    channel: Channel
    held: int
    team_id: int | None

    @property
    def known(self) -> int | None:
        """Return how many members are known, None where they are not."""
        return None if self.channel.members is None else len(self.channel.members)


@dataclass(frozen=True)
class Given:
    """Something that Slack gives and the environment holds: never shown, only whether it is set."""

    variable: str
    where: str
    is_set: bool


@dataclass(frozen=True)
class Looked:
    """A check as the page shows it."""

    state: str
    text: str
    fix: str | None


@access.needs("owner")
def page() -> str:
    """Show the steps, what is done of them, and the channels."""
    return _page(ChannelForm(formdata=None))


@access.needs("owner")
def test() -> str:
    """Look at everything and say of each thing how it stands."""
    wiring = frame.wiring()
    found = slack_heard.heard(wiring)
    ways = checks.Ways(found.signed_at, found.is_connected(wiring.clock()))
    made = checks.run(wiring.slack, frame.session(), frame.here().id, ways)
    looked = [
        Looked(one.state, texts.say(one.text), None if one.fix is None else texts.say(one.fix))
        for one in made
    ]
    return _page(ChannelForm(formdata=None), looked)


def _page(form: ChannelForm, looked: list[Looked] | None = None) -> str:
    session = frame.session()
    parts = frame.wiring().slack
    config = parts.config
    try:
        host = manifest.host_of(config.base_url)
    except Refusal:
        host = "https://headway.example"
    way = request.values.get("way", "")
    way = way if way in WAYS else _way(config)
    document = manifest.manifest(host, socket_mode=way == "socket", token_rotation=way == "oauth")
    here = teams.here(parts, frame.here().id)
    return render_template(
        "slack/setup.html",
        form=form,
        config=config,
        way=way,
        ways=_ways(),
        text=_text(document),
        create_url=manifest.create_url(document),
        given=_given(way),
        request_url=f"{host}/slack/events",
        is_reachable=config.base_url.startswith("https://"),
        teams=here,
        is_small=slack_small.stage() is not None,
        gone=teams.gone(parts, frame.here().id),
        paused=[one for one in here if one.paused_reason is not None],
        bindable=bool(config.bot_token) and not here,
        lines=_lines(session),
        clearances=_clearances(),
        languages=LANGUAGES,
        of_teams=choices_of_teams(people.teams(session), _("No team")),
        looked=looked,
    )


def _way(config: Config) -> str:
    """Return the way that the settings speak for, the first where they speak for none."""
    if config.app_token or not config.signing_secret:
        return "socket"
    return "oauth" if config.can_install else "http"


def _ways() -> list[tuple[str, str]]:
    """Return the ways to connect, the one for most first."""
    named = {
        "socket": _("Without a public address: Socket Mode"),
        "http": _("With a public address: HTTP"),
        "oauth": _("Several Slack workspaces: Add to Slack"),
    }
    return [(one, named[one]) for one in WAYS]


def _given(way: str) -> list[Given]:
    config = frame.wiring().slack.config
    bot = Given(
        "HEADWAY_SLACK_BOT_TOKEN",
        _("Install App: Bot User OAuth Token (xoxb-)"),
        bool(config.bot_token),
    )
    app = Given(
        "HEADWAY_SLACK_APP_TOKEN",
        _("Basic Information, App-Level Tokens: make one with connections:write (xapp-)"),
        bool(config.app_token),
    )
    secret = Given(
        "HEADWAY_SLACK_SIGNING_SECRET",
        _("Basic Information, App Credentials: Signing Secret"),
        bool(config.signing_secret),
    )
    client = Given(
        "HEADWAY_SLACK_CLIENT_ID",
        _("Basic Information, App Credentials: Client ID"),
        bool(config.client_id),
    )
    client_secret = Given(
        "HEADWAY_SLACK_CLIENT_SECRET",
        _("Basic Information, App Credentials: Client Secret"),
        bool(config.client_secret),
    )
    return {
        "socket": [bot, app],
        "http": [secret, bot],
        "oauth": [secret, client, client_secret],
    }[way]


def _lines(session: Session) -> list[Line]:
    held = channels.waiting_for(session)
    of_channel = {one.channel: one.id for one in people.teams(session) if one.channel}
    return [
        Line(one, held.get(one.external_id, 0), of_channel.get(one.external_id))
        for one in channels.every(session)
    ]


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
    language = request.form.get("locale")
    if language is not None and (not language or language in dict(LANGUAGES)):
        row.locale = language or None
    session.add(row)
    if "team_id" in request.form:
        people.give_channel(session, id_from(request.form["team_id"]), channel_id)
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
