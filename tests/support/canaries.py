"""Secrets that must be seen nowhere, and a vendor that tells them to whoever asks."""

import json
from typing import Self
from urllib.parse import quote

from tests.fakes.wire import Request, Response, Server

#: The word that every secret of a test holds.
SECRET = "canary"
#: Everything the environment may hold that nobody may read.
HELD = {
    "HEADWAY_SECRET_KEY": f"{SECRET}-" * 6,
    "HEADWAY_SMTP_URL": f"smtp://mail:{SECRET}@127.0.0.1:1",
    "HEADWAY_SLACK_SIGNING_SECRET": f"{SECRET}-signing",
    "HEADWAY_SLACK_BOT_TOKEN": f"xoxb-{SECRET}",
    "HEADWAY_SLACK_APP_TOKEN": f"xapp-{SECRET}",
    "HEADWAY_SLACK_CLIENT_SECRET": f"{SECRET}-client",
    "HUB_TOKEN": f"pat-{SECRET}",
}  # fmt: skip
#: How the vendor below answers, in the order in which it is asked to.
MOODS = (
    "400", "401", "403", "404", "429", "500", "302", "page", "broken", "grant", "strange", "reset",
)  # fmt: skip


class Parrot:
    """A vendor on this machine that says back whatever it was sent, secrets and all.

    Vendors do quote what they refuse, and what they give is secret as well: each answer holds
    new tokens. `mood` is the status or the kind of its answers; `heard` is what it was sent.
    """

    def __init__(self) -> None:
        self.mood = "400"
        self.heard: list[str] = []

    def __enter__(self) -> Self:
        self._server = Server(self._answer)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    @property
    def url(self) -> str:
        """Return the address at which all paths begin."""
        return f"http://127.0.0.1:{self._server.port}"

    def _answer(self, request: Request) -> Response:
        said = f"{request.target} {request.headers} {request.body.decode('utf-8', 'replace')}"
        self.heard.append(said)
        told = f"Refused: {SECRET} {said}"
        tokens = {"access_token": f"{SECRET}-access", "refresh_token": f"{SECRET}-refresh"}
        refusal = {"error": told, "error_description": told, "message": told, "code": told}
        if self.mood == "reset":
            return Response(200, b"", cut="reset")
        if self.mood == "page":
            return Response(200, f"<!DOCTYPE html><title>{told}</title>".encode(), "text/html")
        if self.mood == "broken":
            return Response(200, json.dumps({**tokens, **refusal}).encode()[:-9])
        if self.mood == "grant" and "token" in request.path:
            given = {**tokens, "api_domain": self.url, "instance_url": self.url, "expires_in": 3600}
            return Response(200, json.dumps(given).encode())
        if self.mood in ("grant", "strange"):
            odd = dict.fromkeys(("data", "results", "list", "records", "id", "result"), told)
            return Response(200, json.dumps({**odd, **tokens}).encode())
        more = f"Location: {self.url}/{quote(told[:200])}\r\nSet-Cookie: s={SECRET}\r\n"
        headers = more if self.mood == "302" else f"Retry-After: {SECRET}\r\n"
        status = int(self.mood)
        return Response(status, json.dumps({**refusal, **tokens}).encode(), headers=headers)
