"""The address at which the bot calls the small Slack: within this machine, for one token."""

import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug import Request, Response
from werkzeug.serving import WSGIRequestHandler, make_server

from app.demo.slack import calls, chat, directory, files, views
from app.demo.slack.stage import Failed, Json, Stage
from integrations.slack import manifest

#: The modules whose methods can be called.
METHODS = (chat, directory, files, views)
_SCOPES = ",".join((*manifest.BOT_SCOPES, *manifest.OPTIONAL_SCOPES))


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Leave requests out of the terminal."""


@contextmanager
def served(stage: Stage) -> Iterator[str]:
    """Serve a small Slack on a free port of this machine, and lend the address of its API."""

    @Request.application
    def answer(request: Request) -> Response:
        return _answer(stage, request)

    server = make_server("127.0.0.1", 0, answer, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    stage.base = f"http://127.0.0.1:{server.server_port}"
    try:
        yield f"{stage.base}/api/"
    finally:
        server.shutdown()
        server.server_close()


def _answer(stage: Stage, request: Request) -> Response:
    place, _, rest = request.path.strip("/").partition("/")
    request.max_content_length = 2 * files.MOST_BYTES
    try:
        if place == "api":
            return _call(stage, request, rest)
        if place == "response":
            chat.follow_up(stage, rest, json.loads(request.get_data()))
            return Response("ok")
        if place == "upload":
            files.receive(stage, rest, _bytes(request))
            return Response("OK")
    except (Failed, ValueError) as error:
        return Response(str(error), 404)
    return Response("", 404)


def _call(stage: Stage, request: Request, name: str) -> Response:
    if not hmac.compare_digest(
        request.headers.get("Authorization", "").encode(), f"Bearer {stage.token}".encode()
    ):
        return _json({"ok": False, "error": "invalid_auth"})
    given: Json = dict(request.args)
    if request.mimetype == "application/json":
        given |= json.loads(request.get_data() or b"{}")
    else:
        given |= dict(request.form)
    return _json(calls.call(stage, name, given))


def _json(document: Json) -> Response:
    headers = {"X-OAuth-Scopes": _SCOPES}
    return Response(json.dumps(document), mimetype="application/json", headers=headers)


def _bytes(request: Request) -> bytes:
    """Return an upload, sent as it is or as the one part of a form."""
    if request.mimetype == "multipart/form-data":
        return b"".join(file.read() for file in list(request.files.values())[:1])
    return request.get_data()
