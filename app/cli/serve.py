"""Run the web process: serve [--host H] [--port N]."""

import sys
from argparse import ArgumentParser, Namespace
from typing import Any

from app import settings as configuration
from app.cli import common
from app.cli.common import CommandError
from app.settings import Settings

WORKERS = 2


def add_arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--host", default="127.0.0.1", metavar="H")
    parser.add_argument("--port", type=common.port, default=8000, metavar="N")
    common.add_any_workspace(parser)
    common.add_json(parser)


def run(args: Namespace) -> int:
    """Serve until stopped; refuses to start without keys."""
    try:
        settings = configuration.load()
    except configuration.SettingsError as error:
        fix = "Correct the variable and start again."
        raise CommandError("bad_setting", str(error), fix) from error
    try:
        settings.require_keys()
    except configuration.SettingsError as error:
        raise CommandError("keys_missing", str(error), "Set both and start again.") from error
    if sys.platform == "win32":
        return _waitress(args, settings)
    return _gunicorn(args, settings)


def _gunicorn(args: Namespace, settings: Settings) -> int:
    from gunicorn.app.base import BaseApplication

    from app import create_app

    class Server(BaseApplication):
        def load_config(self) -> None:
            self.cfg.set("bind", f"{args.host}:{args.port}")
            self.cfg.set("workers", WORKERS)
            self.cfg.set("accesslog", None)

        def load(self) -> Any:
            return create_app(settings)

    Server().run()
    return 0


def _waitress(args: Namespace, settings: Settings) -> int:
    import waitress

    from app import create_app

    waitress.serve(create_app(settings), host=args.host, port=args.port)
    return 0
