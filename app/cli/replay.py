"""What an alert rule would have said over the past: replay RULE [--from --to --set N=V]."""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from typing import Any

from app.cli import common
from app.cli.context import opened
from goals.alerts import ruling
from goals.alerts.replay import past
from goals.tracking.typed import pairs


def add_arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("rule", metavar="RULE", help="an id or a name; default for the first one")
    parser.add_argument(
        "--from", type=common.day, dest="first", metavar="D", help="a year before the last day"
    )
    parser.add_argument("--to", type=common.day, dest="last", metavar="D", help="today without")
    parser.add_argument(
        "--set", action="append", default=[], dest="settings", metavar="N=V",
        help="another setting than the rule's own; cool_down and weekly_most too",
    )  # fmt: skip
    common.add_workspace(parser)
    common.add_today(parser)
    common.add_lang(parser)
    common.add_json(parser)


def run(args: Namespace) -> int:
    """Replay; nothing is changed."""
    with opened(args) as context, context.session() as session:
        found = past.replay(
            session,
            ruling.find(session, args.rule, context.now()),
            today=context.today,
            first=args.first,
            last=args.last,
            given=pairs("set", args.settings),
        )
        document = found.to_json(context.reader)
    common.show(args, document, _text(found, document))
    return 0


def _text(found: past.Replay, document: Mapping[str, Any]) -> str:
    head = f"{document['rule']['name']}, {found.first} to {found.last} ({document['history']})"
    columns = f"{'settings':<28}{'fired':>6}{'caught':>9}{'false':>7}{'lead':>7}{'a week':>8}"
    lines = [head, "", columns, _line(document)]
    lines += [_line(one) for one in document["alternatives"]]
    if document["firings"]:
        lines.append("")
    lines += [f"{one['day']}  {one['outcome']:<7} {_about(one)}" for one in document["firings"]]
    return "\n".join(lines)


def _about(one: Mapping[str, Any]) -> str:
    """Return what a firing is about; of a state also since when it was over."""
    until = f", until {one['until']}" if one.get("until") else ""
    return str(one["goal"]["name"] if one["goal"] else one["about"]) + until


def _line(one: Mapping[str, Any]) -> str:
    def shown(value: object, suffix: str = "") -> str:
        return "-" if value is None else f"{value:g}{suffix}"

    settings = " ".join(f"{name}={value:g}" for name, value in one["settings"].items()) or "-"
    caught = f"{shown(one['caught'])}/{one['misses']}"
    return (
        f"{settings:<28}{one['fired']:>6}{caught:>9}{shown(one['false_alarms']):>7}"
        f"{shown(one['lead_days_median'], ' d'):>7}{one['messages_per_week']:>8.2f}"
    )
