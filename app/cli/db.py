"""Prepare, back up or restore the database: db upgrade, db backup FILE, db restore FILE."""

from argparse import ArgumentParser, Namespace

from sqlalchemy import make_url
from sqlalchemy.exc import DatabaseError

from app import db
from app import settings as configuration
from app.cli import common
from app.cli.common import CommandError
from app.cli.context import database_error
from app.settings import Settings


def add_arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    actions = parser.add_subparsers(dest="action", required=True)
    upgrade = actions.add_parser("upgrade", help="bring the tables to this program's version")
    backup = actions.add_parser("backup", help="write everything into one new file")
    backup.add_argument("file", metavar="FILE")
    restore = actions.add_parser("restore", help="put a backup in place of the database")
    restore.add_argument("file", metavar="FILE")
    for one in (upgrade, backup, restore):
        common.add_any_workspace(one)
        common.add_json(one)
    restore.add_argument(
        "--force", action="store_true", help="replace a database that has a workspace"
    )


def run(args: Namespace) -> int:
    """Do it as the role that owns the tables."""
    try:
        settings = configuration.load()
        said = act(args, settings)
        document = {"action": args.action, "file": getattr(args, "file", None), "message": said}
        common.show(args, document, said)
    except configuration.SettingsError as error:
        fix = "Correct the variable and run the command again."
        raise CommandError("bad_setting", str(error), fix) from error
    except db.DatabaseProblem as error:
        raise CommandError("database_problem", str(error), error.fix) from error
    except DatabaseError as error:
        if database_error(error) is None:
            raise
        raise CommandError(
            "database_unreachable",
            f"The database did not answer: {str(error.orig or error).splitlines()[0]}",
            "Check HEADWAY_DATABASE_URL and HEADWAY_OWNER_DATABASE_URL and that it runs.",
        ) from error
    return 0


def act(args: Namespace, settings: Settings) -> str:
    """Return what was done."""
    url = settings.owner_database_url or settings.database
    if args.action == "upgrade":
        db.upgrade(url, app_role(settings))
        return f"The database is at version {db.current(url)}."
    if args.action == "backup":
        db.backup(url, args.file)
        return f"{args.file} holds everything. Keep it as safe as the encryption keys."
    db.restore(url, args.file, force=args.force, app_role=app_role(settings))
    return (
        "The backup is in place. Messages that waited in it are held: they are shown and not sent."
    )


def app_role(settings: Settings) -> str | None:
    """Return the role that works in the database; None where it is the one that owns it."""
    if settings.owner_database_url is None:
        return None
    owner, worker = make_url(settings.owner_database_url), make_url(settings.database)
    return worker.username if worker.username != owner.username else None
