"""The consent page of an app: who asks for what, and the code that the browser brings back."""

from __future__ import annotations

import base64
import hashlib
import html
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tests.fakes.wire import Request, Response

if TYPE_CHECKING:
    from tests.fakes.hubspot.access import OAuthApp

PATH = "/oauth/authorize"
HTML = "text/html; charset=utf-8"
#: Milliseconds for which a code is good.
LIFE = 60_000


@dataclass(slots=True)
class Code:
    """What somebody agreed to; good once, for the app and the address that asked."""

    redirect_uri: str
    challenge: str | None
    expires: int
    scopes: frozenset[str]


class Consent:
    """Shows an app's wish, gives a code to whoever agrees, and takes it back once."""

    def __init__(self, app: OAuthApp, scopes: set[str] | None) -> None:
        self.app = app
        self.scopes = scopes
        self.codes: dict[str, Code] = {}
        self._numbers = itertools.count(1)

    def page(self, request: Request, now: int) -> Response:
        """Answer the browser: what is wrong, the question, or the way back with a code."""
        asked = {name: values[0] for name, values in request.query.items()}
        trouble = self._trouble(asked)
        if trouble:
            return Response(400, f"<!doctype html><h1>{trouble}</h1>".encode(), HTML)
        if asked.get("agree") == "no":
            return _back(asked, {"error": "access_denied"})
        if asked.get("agree") != "yes":
            told = urlencode(asked)
            body = f"<!doctype html><title>Connect</title><h1>{html.escape(self.app.name)}</h1>"
            body += f'<a href="{PATH}?{html.escape(told)}&amp;agree=yes">Connect app</a> '
            body += f'<a href="{PATH}?{html.escape(told)}&amp;agree=no">Cancel</a>'
            return Response(200, body.encode(), HTML)
        code = f"code-{next(self._numbers)}"
        wanted = f"{asked.get('scope', '')} {asked.get('optional_scope', '')}".split()
        self.codes[code] = Code(
            asked["redirect_uri"], asked.get("code_challenge"), now + LIFE, frozenset(wanted)
        )
        return _back(asked, {"code": code})

    def _trouble(self, asked: dict[str, str]) -> str:
        if asked.get("client_id") != self.app.client_id:
            return "There is no app with this client ID."
        if asked.get("redirect_uri") not in self.app.redirect_uris:
            return "The redirect URI is not one of the app's."
        if not asked.get("scope"):
            return "The app asks for no scope."
        lacking = set(asked["scope"].split()) - (self.scopes or set(asked["scope"].split()))
        if lacking:
            return "The account cannot give these scopes."
        if "code_challenge" in asked and asked.get("code_challenge_method") != "S256":
            return "The challenge must be S256."
        return ""

    def redeem(self, form: dict[str, str], now: int) -> bool:
        """Tell whether a code is good for whoever brings it; it is gone in any case."""
        code = self.codes.pop(form.get("code", ""), None)
        if code is None or code.expires < now or code.redirect_uri != form.get("redirect_uri"):
            return False
        if code.challenge is None:
            return True
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == code.challenge


def _back(asked: dict[str, str], told: dict[str, str]) -> Response:
    if "state" in asked:
        told["state"] = asked["state"]
    location = f"{asked['redirect_uri']}?{urlencode(told)}"
    return Response(302, b"", HTML, headers=f"Location: {location}\r\n")
