"""Pull, review and deliver: worker runs until it is stopped, worker --once does what is due."""

import signal
import threading
from argparse import ArgumentParser, Namespace

from app import settings as configuration
from app import work, workers
from app.cli import common
from app.cli.common import CommandError
from app.cli.context import require_prepared, wired, workspace_named
from app.wiring import Wiring, clock_of


def add_arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--once", action="store_true", help="do everything that is due, then exit")
    common.add_workspace(parser)
    common.add_today(parser)
    common.add_json(parser)


def run(args: Namespace) -> int:
    """Work once, or until asked to stop."""
    if args.today is not None and not args.once:
        raise CommandError(
            "today_without_once",
            "Only worker --once can behave as on another day.",
            "Add --once, or leave --today out.",
            field="today",
            exit_code=2,
        )
    with wired() as wiring:
        try:
            wiring.settings.require_keys()
        except configuration.SettingsError as error:
            raise CommandError("keys_missing", str(error), "Set both and start again.") from error
        if args.once:
            return _once(args, wiring)
        require_prepared(wiring.settings)
        return _forever(wiring)


def _once(args: Namespace, wiring: Wiring) -> int:
    clock = None
    only = None if args.workspace is None else workspace_named(wiring, args.workspace).id
    if args.today is not None:
        clock = clock_of(workspace_named(wiring, args.workspace), args.today)
    done = work.run_due(wiring, workers.name(), clock, only)
    common.show(args, {"done": done}, f"{done} pieces of work done.")
    return 0


def _forever(wiring: Wiring) -> int:
    from app import jobs

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    scheduler = jobs.start(wiring)
    try:
        stop.wait()
    finally:
        scheduler.shutdown(wait=True)
    return 0
