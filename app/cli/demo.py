"""Show the sample company: web pages and worker in one process, nothing needed from outside."""

import contextlib
import json
import os
import secrets
import signal
import socket
import sys
import threading
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DatabaseError

from app.cli import common
from app.cli.context import database_error
from app.settings import Settings
from app.wiring import Wiring, system_clock

if TYPE_CHECKING:
    from app.demo.slack.stage import Stage

FOLDER = Path("var/demo")


def add_arguments(parser: ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "--port", type=common.port, default=8000, metavar="N", help="0 takes a free one"
    )
    parser.add_argument("--postgres", action="store_true", help="on an embedded PostgreSQL")
    common.add_any_workspace(parser)
    common.add_today(parser)
    common.add_json(parser)


def run(args: Namespace) -> int:
    """Make the sample company if needed, then serve it until stopped."""
    from app import db

    folder = Path(os.environ.get("HEADWAY_DATA_DIR") or FOLDER)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        keys = _keys(folder)
    except OSError as error:
        raise common.CommandError(
            "unwritable_folder",
            f"{error.filename} cannot be written: {error.strerror}.",
            "Name a folder of yours in HEADWAY_DATA_DIR and run the command again.",
        ) from error
    stop: list[Callable[[], None]] = []
    url = None
    if args.postgres:
        url = _postgres(folder, stop)
    port = args.port or _free_port()
    base = os.environ.get("HEADWAY_BASE_URL") or f"http://127.0.0.1:{port}"
    given: dict[str, Any] = {"data_dir": folder, "database_url": url, "base_url": base, **keys}
    settings = Settings(**given)
    clock = _clock(args)
    stage = None if _has_slack(settings) else _stage(folder, clock, stop)
    if stage is not None:
        # Without a Slack of its own the company talks in a small one within this process.
        settings = Settings(**given, slack_api_url=f"{stage.base}/api/")
    wiring = Wiring(settings, clock)
    try:
        db.upgrade(settings.database)
        return _serve(args, port, wiring, stage)
    except db.DatabaseProblem as error:
        raise common.CommandError("database_problem", str(error), error.fix) from error
    except DatabaseError as error:
        told = database_error(error)
        if told is None:
            raise
        raise told from error
    finally:
        wiring.close()
        for each in stop:
            each()


def _clock(args: Namespace) -> Callable[[], datetime]:
    if args.today is None:
        return system_clock
    from goals.calendar import end_of_day

    instant = end_of_day(args.today, "Asia/Bangkok")
    return lambda: instant


def _keys(folder: Path) -> dict[str, Any]:
    """Return the demo's own keys, made once and kept beside its data."""
    place = folder / "keys.json"
    if not place.exists():
        from cryptography.fernet import Fernet

        kept = {
            "secret_key": secrets.token_urlsafe(48),
            "encryption_keys": Fernet.generate_key().decode(),
        }
        with os.fdopen(os.open(place, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
            json.dump(kept, file)
    found: dict[str, Any] = json.loads(place.read_text())
    return found


def _postgres(folder: Path, stop: list[Callable[[], None]]) -> str:
    from app.demo import postgres

    server = postgres.start(folder / "postgres")
    stop.append(server.stop)
    return str(server.url)


def _has_slack(settings: Settings) -> bool:
    """Tell whether the environment names a Slack to connect to."""
    default = Settings.model_fields["slack_api_url"].default
    own = (settings.slack_bot_token, settings.slack_app_token, settings.slack_client_id)
    return any(own) or settings.slack_api_url != default


def _stage(folder: Path, clock: Callable[[], datetime], stop: list[Callable[[], None]]) -> "Stage":
    from app.demo.slack import server
    from app.demo.slack.stage import Stage

    stage = Stage(clock, folder / "slack.json")
    serving = contextlib.ExitStack()
    serving.enter_context(server.served(stage))
    stop.append(serving.close)
    return stage


def _free_port() -> int:
    """Return a port that nobody uses now: links are made with it before it is served."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listen(wiring: Wiring, stop: threading.Event) -> threading.Thread | None:
    """Hold the connection to a real Slack in this process until told to stop.

    Returns None where the environment has no token for one. The demo's keys are its own, so that
    no other process could.
    """
    if not wiring.slack.config.app_token:
        return None
    from app import slack_heard
    from goals import words
    from goals.errors import Refusal
    from integrations.slack import socket_mode

    def hold() -> None:
        def alive() -> None:
            slack_heard.note(wiring, slack_heard.SOCKET)

        try:
            socket_mode.listen(wiring.slack, wiring.slack_bot.answer, stop, lambda: None, alive)
        except Refusal as error:
            print(words.render(error.message, words.Reader()), file=sys.stderr, flush=True)

    thread = threading.Thread(target=hold, daemon=True)
    thread.start()
    return thread


def _serve(args: Namespace, port: int, wiring: Wiring, stage: "Stage | None") -> int:
    from werkzeug.serving import WSGIRequestHandler, make_server

    from app import factory, jobs
    from app.demo import setup

    class Quiet(WSGIRequestHandler):
        def log(self, type: str, message: str, *args: Any) -> None:
            """Leave requests out of the terminal."""

    setup.make(wiring, stage)
    app = factory.create_app(wiring=wiring)
    app.extensions["small_slack"] = stage
    try:
        server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
    except SystemExit as error:
        raise common.CommandError(
            "port_taken",
            f"Port {port} is taken by another program.",
            "Choose another one with --port N; 0 takes a free one.",
            field="port",
        ) from error
    scheduler, stop = jobs.start(wiring), threading.Event()
    connection = listen(wiring, stop)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    document = {
        "url": f"http://127.0.0.1:{server.server_port}",
        "email": setup.EMAIL,
        "password": setup.PASSWORD,
        "pid": os.getpid(),
    }
    text = (
        f"The sample company is open: {document['url']}\n"
        f"  e-mail    {setup.EMAIL}\n  password  {setup.PASSWORD}\nStop it with Ctrl-C."
    )
    common.show(args, document, text)
    sys.stdout.flush()
    try:
        server.serve_forever()
    finally:
        stop.set()
        scheduler.shutdown(wait=False)
        server.server_close()
        if connection is not None:
            connection.join(5)
    return 0
