"""Add a team: team add NAME [--channel C0..]."""

from argparse import ArgumentParser, Namespace

from app.accounts import people
from app.cli import common
from app.cli.context import opened


def add_arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    actions = parser.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help="add a team")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--channel", metavar="C0..", help="the team's Slack channel, by id")
    common.add_workspace(add)
    common.add_json(add)


def run(args: Namespace) -> int:
    """Add the team."""
    with opened(args) as context, context.session() as session:
        team = people.add_team(session, args.name, args.channel)
        document = {"id": str(team.id), "name": team.name, "channel": team.channel}
    common.show(args, document, f"Team {document['name']} is ready.")
    return 0
