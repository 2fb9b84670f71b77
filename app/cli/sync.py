"""Pull the sources now: sync [NAME] [--full [--believe]]."""

from argparse import ArgumentParser, Namespace
from typing import Any

from app import work
from app.cli import common
from app.cli.common import CommandError
from app.cli.context import opened
from integrations import connections
from integrations.runs import NOTES


def add_arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="a connection, all without")
    parser.add_argument("--full", action="store_true", help="read everything again")
    parser.add_argument(
        "--believe",
        action="store_true",
        help="take away what is not listed, even if that is most of what was there",
    )
    common.add_workspace(parser)
    common.add_today(parser)
    common.add_lang(parser)
    common.add_json(parser)


def run(args: Namespace) -> int:
    """Pull; a run that failed makes the exit code 1."""
    with opened(args) as context:
        with context.session() as session:
            if args.name:
                named = connections.find(session, args.name)
                if named.interval is None:
                    raise CommandError(
                        "nothing_to_pull",
                        f"{named.name} came in files and cannot be pulled.",
                        "Bring newer files in with: import FILE --as RECORD",
                        field="connection",
                    )
                chosen = [named.id]
            else:
                chosen = [one.id for one in connections.every(session) if one.interval is not None]
        runs = []
        for connection_id in chosen:
            run = work.sync_now(
                context.wiring,
                context.workspace.id,
                connection_id,
                full=args.full,
                believe=args.believe,
                clock=context.now if args.today is not None else None,
            )
            if run is None:
                raise CommandError(
                    "sync_running",
                    "This connection is being pulled already.",
                    "Wait for that run to end; connection list shows when it did.",
                )
            runs.append(run)
        documents = [one.to_json(context.reader.locale) for one in runs]
    lines = [
        f"{one['connection']}: {one['status']}"
        + "".join(
            f"\n  {stream['record']:<12} read {stream['read']}, new {stream['created']}, "
            f"changed {stream['updated']}, deleted {stream['deleted']}"
            + (f", rejected {stream['rejected']}" if stream["rejected"] else "")
            for stream in one["streams"]
            if stream["read"]
        )
        + "".join(f"\n  {told}" for told in _told(one))
        + (f"\n  {one['error']['message']} {one['error']['fix'] or ''}" if one["error"] else "")
        for one in documents
    ]
    common.show(args, {"runs": documents}, "\n".join(lines) or "Nothing is connected yet.")
    return 1 if any(one["status"] in ("failed", "partial") for one in documents) else 0


def _told(run: dict[str, Any]) -> list[str]:
    """Return what was not read, kept or taken away, and why it is tried less often, each once."""
    streams = run["streams"]
    found = [one.get(name) for one in streams for name in NOTES]
    reasons = [one for stream in streams for one in stream.get("reasons", ())]
    return list(dict.fromkeys(told for told in (*found, *reasons, run.get("slower")) if told))
