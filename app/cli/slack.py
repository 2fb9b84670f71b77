"""Slack: slack manifest, slack socket, slack channel C0.. on|off, slack link EMAIL U0.. ."""

import re
import signal
import threading
from argparse import ArgumentParser, Namespace
from typing import Any

from app import settings as configuration
from app import slack_heard
from app.cli import common
from app.cli.common import CommandError
from app.cli.context import Context, opened, wired
from goals.alerts.outbox import CLEARANCES


def add_arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    actions = parser.add_subparsers(dest="action", required=True)
    manifest = actions.add_parser("manifest", help="print the app's manifest for Slack")
    manifest.add_argument("--host", required=True, metavar="URL", help="where Slack reaches us")
    manifest.add_argument("--socket", action="store_true", help="for Socket Mode")
    manifest.add_argument(
        "--rotation", action="store_true", help="tokens expire; for several Slack workspaces"
    )
    common.add_json(manifest)
    socket = actions.add_parser("socket", help="run the Socket Mode process")
    for one in (manifest, socket):
        common.add_any_workspace(one)
    channel = actions.add_parser("channel", help="switch a channel on or off")
    channel.add_argument("channel", metavar="C0..")
    channel.add_argument("state", choices=("on", "off"))
    channel.add_argument(
        "--clearance", choices=CLEARANCES, help="what it may see where its readers are not known"
    )
    link = actions.add_parser("link", help="link a member to a Slack user")
    link.add_argument("email", metavar="EMAIL")
    link.add_argument("user", metavar="U0..")
    for one in (channel, link):
        common.add_workspace(one)
        common.add_lang(one)
        common.add_json(one)


def run(args: Namespace) -> int:
    """Do what the action says."""
    if args.action == "manifest":
        return _manifest(args)
    if args.action == "socket":
        return _socket()
    with opened(args) as context:
        document, text = (_channel if args.action == "channel" else _link)(args, context)
    common.show(args, document, text)
    return 0


def _manifest(args: Namespace) -> int:
    import json

    from integrations.slack import manifest

    document = manifest.manifest(args.host, socket_mode=args.socket, token_rotation=args.rotation)
    print(json.dumps(document, indent=2, ensure_ascii=False))
    return 0


def _socket() -> int:
    from integrations.slack import socket_mode

    stop = threading.Event()

    def ready() -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        print("Connected to Slack. Stop with Ctrl-C.", flush=True)

    with wired() as wiring:
        try:
            wiring.settings.require_keys()
        except configuration.SettingsError as error:
            raise CommandError("keys_missing", str(error), "Set both and start again.") from error
        wiring.slack_bot.resume()
        socket_mode.listen(
            wiring.slack,
            wiring.slack_bot.answer,
            stop,
            ready,
            lambda: slack_heard.note(wiring, slack_heard.SOCKET),
        )
    return 0


def _channel(args: Namespace, context: Context) -> tuple[dict[str, Any], str]:
    from integrations.slack import calls, channels, teams

    _an_id(args.channel, "CG", "channel")
    parts = context.wiring.slack
    with context.session() as session:
        row = channels.switch(session, args.channel, args.state == "on", context.now())
        if args.clearance is not None:
            row.clearance = args.clearance
            session.add(row)
    for team in teams.here(parts, context.workspace.id):
        if team.token is not None and team.paused_reason is None:
            channels.refresh(parts, team, calls.client(parts, team.token), args.channel)
            break
    with context.session() as session:
        row = channels.switch(session, args.channel, args.state == "on", context.now())
        document = {
            "channel": row.external_id,
            "name": row.name,
            "on": row.is_on,
            "clearance": row.clearance,
            "members": None if row.members is None else len(row.members),
        }
    name = f"#{document['name']}" if document["name"] else str(document["channel"])
    if document["on"]:
        return document, f"Headway writes in {name} from now on."
    return document, f"Headway writes nothing in {name}."


def _link(args: Namespace, context: Context) -> tuple[dict[str, Any], str]:
    from integrations.slack import links, teams

    _an_id(args.user, "UW", "user")
    installed = teams.here(context.wiring.slack, context.workspace.id)
    if not installed:
        raise CommandError(
            "slack_not_connected",
            "Slack is not connected yet, so its people are not known.",
            "Set HEADWAY_SLACK_BOT_TOKEN, or add the workspace on the set-up page.",
        )
    with context.session() as session:
        member = links.member_with(session, args.email)
        links.link(session, installed[0].team_id, args.user, member, context.now())
    document = {"email": args.email, "user": args.user, "team": installed[0].team_id}
    return document, f"{args.email} is linked to {args.user}."


def _an_id(text: str, starts: str, field: str) -> None:
    if not re.fullmatch(rf"[{starts}][A-Z0-9]{{2,31}}", text):
        raise CommandError(
            f"{field}_wrong",
            f"{text} is not the id of a {field} in Slack.",
            f"Ids start with {' or '.join(starts)} and stand at the end of the {field}'s details.",
            field=field,
            exit_code=2,
        )
