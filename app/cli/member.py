"""Add a member and print a one-time sign-in link: member add EMAIL --name N --role R."""

from argparse import ArgumentParser, Namespace

from app.accounts import people, sign_in
from app.cli import common
from app.cli.context import opened
from goals.workspace import ROLES, Person


def add_arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    actions = parser.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help="add a member")
    add.add_argument("email", metavar="EMAIL")
    add.add_argument("--name", required=True, metavar="N")
    add.add_argument("--role", required=True, choices=ROLES)
    add.add_argument("--team", metavar="T")
    common.add_workspace(add)
    common.add_json(add)


def run(args: Namespace) -> int:
    """Add the member; the link is shown once and kept nowhere."""
    with opened(args) as context, context.session() as session:
        member = people.add(
            session,
            email=args.email,
            name=args.name,
            role=args.role,
            team=args.team,
            now=context.now(),
        )
        person = session.get(Person, member.person_id)
        assert person is not None
        token = sign_in.make_link(session, person, context.workspace.id, context.now())
        document = {
            "id": str(member.id),
            "email": person.email,
            "name": person.name,
            "role": member.role,
            "team": args.team,
            "sign_in_url": f"{context.wiring.settings.base_url.rstrip('/')}/sign-in/{token}",
        }
    text = f"{document['name']} is a member. Send this link, it works once:"
    common.show(args, document, f"{text}\n{document['sign_in_url']}")
    return 0
