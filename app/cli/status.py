"""Say how the goals stand, as last reviewed: status [GOAL]."""

from argparse import ArgumentParser, Namespace

from app.cli import common
from app.cli.context import opened
from goals import words
from goals.tracking import goals, standing, visibility


def add_arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("goal", nargs="?", metavar="GOAL", help="an id or a name, all without")
    common.add_workspace(parser)
    common.add_today(parser)
    common.add_lang(parser)
    common.add_json(parser)


def run(args: Namespace) -> int:
    """Print the goals, worst first."""
    with opened(args) as context, context.session() as session:
        ids = [goals.find(session, args.goal).id] if args.goal else None
        found = standing.board(session, visibility.OWNER, ids=ids)
        document = {
            "as_of": context.now(),
            "goals": [one.to_json(context.reader) for one in found],
        }
        lines = [
            f"{words.render(words.status(one.status), context.reader):<12} {one.goal.name}\n"
            f"{'':<12} {words.render(one.reason, context.reader)}"
            for one in found
        ]
    common.show(args, document, "\n".join(lines) or "There are no goals yet.")
    return 0
