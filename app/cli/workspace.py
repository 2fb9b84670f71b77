"""Make a workspace: workspace create NAME."""

from argparse import ArgumentParser, Namespace

from app import work
from app.accounts import workspaces
from app.cli import common
from app.cli.context import wired


def add_arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    actions = parser.add_subparsers(dest="action", required=True)
    create = actions.add_parser("create", help="make a workspace")
    create.add_argument("name", metavar="NAME")
    create.add_argument("--zone", default="UTC", metavar="Z", help="such as Asia/Bangkok")
    create.add_argument("--currency", default="USD", metavar="C", help="such as THB")
    create.add_argument("--fiscal-start", type=int, default=1, metavar="MM")
    create.add_argument("--locale", type=common.language, default="en", metavar="L")
    common.add_any_workspace(create)
    common.add_json(create)


def run(args: Namespace) -> int:
    """Make the workspace and put its recurring work on the list."""
    with wired() as wiring:
        now = wiring.clock()
        with wiring.database.system() as system:
            made = workspaces.create(
                system,
                args.name,
                now=now,
                zone=args.zone,
                currency=args.currency,
                fiscal_start=args.fiscal_start,
                locale=args.locale,
            )
            document = {
                "id": str(made.id),
                "name": made.name,
                "zone": made.zone,
                "currency": made.currency,
                "fiscal_start": made.fiscal_start,
                "locale": made.locale,
            }
            workspace_id = made.id
        with wiring.database.session(workspace_id) as session:
            work.plan(session, now)
    common.show(args, document, f"Workspace {document['name']} is ready.")
    return 0
