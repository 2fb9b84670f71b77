"""Keys that seal secrets: keys reseal, after a new one was put before the old ones."""

from argparse import ArgumentParser, Namespace

from app.cli import common
from app.cli.context import wired
from app.web import awaited
from integrations import connections
from integrations.slack import teams


def add_arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    actions = parser.add_subparsers(dest="action", required=True)
    reseal = actions.add_parser("reseal", help="seal every secret with the newest key")
    common.add_any_workspace(reseal)
    common.add_json(reseal)


def run(args: Namespace) -> int:
    """Seal everything anew; all of a workspace or, where a key is missing, nothing of it."""
    sealed = 0
    with wired() as wiring:
        for workspace_id in wiring.database.workspaces():
            with wiring.database.session(workspace_id) as session:
                sealed += connections.reseal(session, wiring.vault)
        with wiring.database.system() as session:
            sealed += teams.reseal(session, wiring.vault)
            sealed += awaited.reseal(session, wiring.vault)
    said = f"{sealed} secrets are sealed with the newest key. The older keys may be removed now."
    common.show(args, {"sealed": sealed}, said)
    return 0
