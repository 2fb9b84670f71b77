"""Run the web process: serve [--host H] [--port N]."""

import errno
import socket
import sys
from argparse import ArgumentParser, Namespace
from typing import Any

from app import settings as configuration
from app.cli import common
from app.cli.common import CommandError
from app.cli.context import require_prepared
from app.settings import Settings

#: Threads let short requests by while one waits for Slack or takes in a large file. A process
#: takes no more than it can begin at once: the rest is left to the other.
WORKERS, THREADS = 2, 8
#: Seconds that a request may take.
LONGEST = 15 * 60


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
    require_prepared(settings)
    require_free(args.host, args.port)
    if sys.platform == "win32":
        return _waitress(args, settings)
    return _gunicorn(args, settings)


def require_free(host: str, port: int) -> None:
    """Raise CommandError for an address that cannot be listened at."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, address = found[0]
        with socket.socket(family, kind, protocol) as probe:
            if sys.platform != "win32":
                # As the server does: connections that just ended hold no port.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CommandError(
                "port_taken",
                f"Port {port} is taken by another program.",
                "Choose another one with --port N.",
                field="port",
            ) from error
        raise CommandError(
            "bad_address",
            f"{host}, port {port}, cannot be listened at: {error.strerror}.",
            "Name an address of this machine with --host H and a port that is yours with --port N.",
            field="host",
        ) from error


def _gunicorn(args: Namespace, settings: Settings) -> int:
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):
        def load_config(self) -> None:
            host = f"[{args.host}]" if ":" in args.host else args.host
            self.cfg.set("bind", f"{host}:{args.port}")
            configure(self.cfg)
            self.cfg.set("accesslog", None)
            # A file of 64 MB takes minutes; what gunicorn ends sooner would never come in.
            self.cfg.set("timeout", LONGEST)

        def load(self) -> Any:
            return _application(settings)

    Server().run()
    return 0


def configure(config: Any) -> None:
    """Say how many requests are taken at the same time, in gunicorn's words."""
    config.set("workers", WORKERS)
    config.set("worker_class", "gthread")
    config.set("threads", THREADS)
    config.set("worker_connections", THREADS)
    config.set("keepalive", 0)


def _application(settings: Settings) -> Any:
    """Return the web application, which goes on with what an earlier one owed in Slack."""
    from app.factory import create_app
    from app.wiring import Wiring

    wiring = Wiring(settings)
    if settings.slack_signing_secret is not None:
        wiring.slack_bot.resume()
    return create_app(settings, wiring)


def _waitress(args: Namespace, settings: Settings) -> int:
    import waitress

    waitress.serve(_application(settings), host=args.host, port=args.port)
    return 0
