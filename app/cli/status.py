"""Say how the goals stand, as last reviewed: status [GOAL]."""

from argparse import ArgumentParser, Namespace

from app.cli import common
from app.cli.context import opened
from goals import words
from goals.tracking import goals, silence, standing, visibility
from goals.tracking.standing import Standing


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
        found = standing.board(session, visibility.OWNER, ids=ids, on=args.today)
        document = {
            "as_of": context.now(),
            "goals": [one.to_json(context.reader) for one in found],
        }
        lines = [
            f"{words.render(words.status(one.status), context.reader):<12} {one.goal.name}\n"
            f"{'':<12} {' '.join(_said(one, context.reader))}"
            for one in found
        ]
        told = None if args.today else silence.of_goals(session, found, context.now())
        if told is not None:
            lines.append(words.render(told, context.reader))
    common.show(args, document, "\n".join(lines) or "There are no goals yet.")
    return 0


def _said(one: Standing, reader: words.Reader) -> list[str]:
    texts = (one.reason, one.against_original)
    return [words.render(text, reader) for text in texts if text is not None]
