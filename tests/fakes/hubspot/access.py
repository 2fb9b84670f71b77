"""Who may ask: a lasting token, OAuth access tokens that run out, and scopes."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from tests.fakes.hubspot import stamps
from tests.fakes.hubspot.consent import Consent
from tests.fakes.hubspot.errors import ApiError, expired, missing_scopes, not_authenticated

FORM = "application/x-www-form-urlencoded"


@dataclass(slots=True)
class Token:
    """An access token; `expires` in epoch milliseconds, None for one that lasts."""

    text: str
    expires: int | None = None
    revoked: bool = False
    oauth: bool = False


@dataclass(slots=True)
class OAuthApp:
    """The OAuth app that may ask for consent, at its own addresses only, and refresh.

    `rotate` gives a new refresh token each time.
    """

    client_id: str = "client-1"
    client_secret: str = "secret-1"
    refresh_token: str = "refresh-1"
    access_life: int = 1800
    rotate: bool = False
    name: str = "Headway"
    redirect_uris: set[str] = field(default_factory=set)


class Access:
    """Tokens and scopes of the account; scopes None grants everything."""

    def __init__(self, token: str, app: OAuthApp, scopes: set[str] | None, portal: int) -> None:
        self.app = app
        self.scopes = scopes
        self.portal = portal
        self.consent = Consent(app, scopes)
        self.tokens = {token: Token(token)}
        self.issued: list[str] = []
        self._numbers = itertools.count(1)
        self._countdown: int | None = None

    def expire(self, after: int = 0) -> None:
        """Let all current tokens run out once `after` more calls have been let in."""
        self._countdown = after

    def revoke(self, text: str | None = None) -> None:
        """Take a token back, or all of them."""
        for token in self.tokens.values():
            if text in (None, token.text):
                token.revoked = True

    def check(self, authorization: str | None, now: int) -> Token:
        """The token of a call; refuses (401) when there is none, or it is unknown or run out."""
        if self._countdown == 0:
            self._countdown = None
            for token in self.tokens.values():
                token.expires = now
        scheme, _, text = (authorization or "").partition(" ")
        token = self.tokens.get(text.strip(), Token("", revoked=True))
        if scheme.lower() != "bearer" or token.revoked:
            raise not_authenticated()
        if token.expires is not None and token.expires <= now:
            raise expired((now - token.expires) // 1000, stamps.iso(token.expires))
        if self._countdown is not None:
            self._countdown -= 1
        return token

    def require(self, any_of: list[str]) -> None:
        """Refuse (403) a token that has none of the scopes."""
        if any_of and self.scopes is not None and not self.scopes & set(any_of):
            raise missing_scopes(any_of)

    def refresh(self, content_type: str, body: bytes, now: int) -> dict[str, Any]:
        """Answer a token request: form body only, with a refresh token or a code."""
        form = {}
        if content_type.partition(";")[0].strip().lower() == FORM:
            form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        grant = form.get("grant_type")
        if grant not in ("refresh_token", "authorization_code"):
            raise _denied("BAD_GRANT_TYPE", "There is no such grant_type.")
        if form.get("client_id") != self.app.client_id:
            raise _denied("BAD_CLIENT_ID", "There is no such client_id.")
        if form.get("client_secret") != self.app.client_secret:
            raise _denied("BAD_CLIENT_SECRET", "The client_secret is wrong.")
        if grant == "authorization_code" and not self.consent.redeem(form, now):
            raise _denied("BAD_AUTH_CODE", "The code is missing or not valid.")
        if grant == "refresh_token" and form.get("refresh_token") != self.app.refresh_token:
            raise _denied("BAD_REFRESH_TOKEN", "The refresh token is missing or not valid.")
        text = f"access-{next(self._numbers)}"
        self.tokens[text] = Token(text, now + self.app.access_life * 1000, oauth=True)
        self.issued.append(text)
        if self.app.rotate:
            self.app.refresh_token = f"refresh-{len(self.issued) + 1}"
        return {
            "token_type": "bearer",
            "refresh_token": self.app.refresh_token,
            "access_token": text,
            "expires_in": self.app.access_life,
            "hub_id": self.portal,
            "scopes": sorted(self.scopes or {"oauth"}),
        }


def _denied(status: str, message: str) -> ApiError:
    error = ApiError(400, "VALIDATION_ERROR", message)
    # The token endpoint names the fault in `status`.
    error.more["status"] = status
    return error
