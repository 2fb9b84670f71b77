"""Check a goal in a sentence against the SMART rules: lint TEXT."""

from argparse import ArgumentParser, Namespace

from app.cli import common
from app.cli.context import opened
from goals.tracking.smart import check


def add_arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("text", metavar="TEXT", help="the goal, in English, Thai or Chinese")
    common.add_workspace(parser)
    common.add_today(parser)
    common.add_lang(parser)
    common.add_json(parser)


def run(args: Namespace) -> int:
    """Show what is found; a letter that fails makes the exit code 1."""
    with opened(args) as context, context.session() as session:
        found = check.text(session, args.text, today=context.today)
        reader = context.reader
    common.show(args, found.to_json(reader), found.to_text(reader))
    return 1 if found.has_failed else 0
