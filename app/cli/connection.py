"""Sources: connection add, list, check, and overlap and cut-over for one in another's place."""

import os
from argparse import ArgumentParser, Namespace
from typing import Any

from sqlmodel import Session

from app import work
from app.cli import common, overlap
from app.cli.common import CommandError
from app.cli.context import Context, opened
from goals import words
from goals.records.connections import Connection
from goals.tracking.typed import pairs
from integrations import checking, connections, runs


def add_arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    actions = parser.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help="connect a source")
    add.add_argument("provider", metavar="PROVIDER")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--set", action="append", default=[], metavar="K=V", dest="settings")
    add.add_argument("--secret", action="append", default=[], metavar="K=ENVVAR", dest="secrets")
    listing = actions.add_parser("list", help="list the connections")
    check = actions.add_parser("check", help="test connections")
    check.add_argument("name", nargs="?", metavar="NAME")
    both = actions.add_parser("overlap", help="compare two sources that hold the same records")
    place = actions.add_parser("cut-over", help="let one source count in the place of another")
    overlap.add_arguments(both, place)
    for one in (add, listing, check, both, place):
        common.add_workspace(one)
        common.add_lang(one)
        common.add_json(one)


def run(args: Namespace) -> int:
    """Do what the action says; a check that finds something wrong exits 1."""
    with opened(args) as context, context.session() as session:
        if args.action == "add":
            document = _add(args, context, session)
            common.show(args, document, f"Connected {document['name']}. Pull it with: sync")
            return 0
        if args.action == "list":
            found = [_listed(session, context, one) for one in connections.every(session)]
            text = "\n".join(
                f"{one['name']}  {one['provider']}"
                + (f"\n  {one['slower']}" if "slower" in one else "")
                for one in found
            )
            common.show(args, {"connections": found}, text or "Nothing is connected yet.")
            return 0
        if args.action == "overlap":
            return overlap.overlap(args, context, session)
        if args.action == "cut-over":
            return overlap.cut_over(args, context, session)
        return _check(args, context, session)


def _listed(session: Session, context: Context, connection: Connection) -> dict[str, Any]:
    """Return a connection, with words where it failed so often that it is asked less often."""
    told = runs.slower(runs.failed_in_row(session, connection.id))
    more = {} if told is None else {"slower": words.render(told, context.reader)}
    return {**connections.describe(connection), **more}


def _add(args: Namespace, context: Context, session: Session) -> dict[str, Any]:
    connection = connections.add(
        session,
        args.provider,
        args.name,
        settings=dict(pairs("set", args.settings)),
        secrets=_secrets(args.secrets),
        vault=context.wiring.vault,
        now=context.now(),
    )
    work.plan(session, context.now())
    return connections.describe(connection)


def _secrets(given: list[str]) -> dict[str, str]:
    """Return secrets from the environment variables that arguments name, never from arguments."""
    found = {}
    for name, variable in pairs("secret", given).items():
        value = os.environ.get(variable)
        if not value:
            raise CommandError(
                "secret_not_set",
                f"The environment variable {variable} is not set.",
                "Put the secret into that variable and run the command again.",
                field=name,
                exit_code=2,
            )
        found[name] = value
    return found


def _check(args: Namespace, context: Context, session: Session) -> int:
    chosen = [connections.find(session, args.name)] if args.name else connections.every(session)
    reader = context.reader
    checks = []
    ok = True
    for connection in chosen:
        found = checking.check(
            context.session,
            connection.id,
            vault=context.wiring.vault,
            clock=context.now,
            allow_private=context.wiring.settings.allow_private_sources,
            allow_commands=context.wiring.settings.allow_commands,
        )
        ok = ok and checking.passed(found)
        for one in found:
            name = one.name if args.name else f"{connection.name}: {one.name}"
            fix = words.render(one.fix, reader) if one.fix is not None else None
            message = words.render(one.message, reader)
            checks.append({"name": name, "ok": one.ok, "message": message, "fix": fix})
    lines = [
        f"{'ok  ' if one['ok'] else 'bad '} {one['name']}: {one['message']}"
        + (f" {one['fix']}" if one["fix"] and not one["ok"] else "")
        for one in checks
    ]
    common.show(args, {"ok": ok, "checks": checks}, "\n".join(lines) or "Nothing is connected yet.")
    return 0 if ok else 1
