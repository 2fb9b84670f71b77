"""Judge the goals as of a day and queue the messages about it: review [GOAL]."""

from argparse import ArgumentParser, Namespace

from app.cli import common
from app.cli.context import opened
from goals import words
from goals.alerts import review
from goals.tracking import goals


def add_arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("goal", nargs="?", metavar="GOAL", help="an id or a name, all without")
    common.add_workspace(parser)
    common.add_today(parser)
    common.add_lang(parser)
    common.add_json(parser)


def run(args: Namespace) -> int:
    """Review; what follows from it is one commit."""
    with opened(args) as context, context.session() as session:
        only = [goals.find(session, args.goal)] if args.goal else None
        found = review.review(session, now=context.now(), today=context.today, only=only)
        document = {
            "today": context.today,
            "evaluations": [one.to_json(context.reader) for one in found],
            "queued": sum(one.queued for one in found),
        }
        lines = [
            f"{words.render(words.status(one.evaluation.status), context.reader):<12} "
            f"{one.goal.name}"
            for one in found
        ]
    common.show(args, document, "\n".join([*lines, f"{document['queued']} messages queued."]))
    return 0
