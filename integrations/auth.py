"""Tokens for requests: a fixed one, or one that is renewed with a refresh token."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import httpx2
import msgspec

from goals.errors import SourceError
from goals.words import N_, Message
from integrations import addresses, pinned

#: A token is renewed this long before it ends, so that it cannot end on the way.
EARLY = timedelta(minutes=2)
TIMEOUT = httpx2.Timeout(30.0)
#: The largest answer of a token endpoint, and the longest it may take in seconds.
MOST_BYTES = 1024 * 1024
PATIENCE = 60.0
#: Refusals of a token endpoint that pass by themselves and say nothing about the token.
PASSING = frozenset((404, 408, 423, 425, 429, 477))
#: Errors of the body that pass as well (RFC 6749 and RFC 8628, and one that Zoho adds).
PASSING_ERRORS = frozenset(("server_error", "temporarily_unavailable", "slow_down"))
PASSING_ERRORS |= {"general_error"}
#: A token endpoint that was asked too often is left alone for this long.
BUSY = timedelta(minutes=10)


class _Refusal(msgspec.Struct):
    error: str | None = None


class _Grant(msgspec.Struct):
    access_token: str
    expires_in: int = 1800
    refresh_token: str | None = None


def fixed(token: str) -> Callable[[bool], str | None]:
    """Return the token for every request; renewing it is not possible."""

    def give(renew: bool) -> str | None:
        return None if renew else token

    return give


class Refreshed:
    """An access token kept fresh by a refresh token.

    `keep` stores a new refresh token before it is used, because the old one dies with it. What
    else an answer tells, as the address where the token is good, stands in `told`. An error may
    come with any status; those in `busy` only say that tokens were asked for too often.
    """

    told: Mapping[str, Any] = MappingProxyType({})

    def __init__(
        self,
        vendor: str,
        url: str,
        *,
        client_id: str,
        client_secret: str,
        refresh_token: str,
        keep: Callable[[str], None],
        clock: Callable[[], datetime],
        allow_private: bool = False,
        busy: frozenset[str] = frozenset(),
    ) -> None:
        """Take what the vendor's token endpoint needs."""
        addresses.check(url, allow_private=allow_private)
        self._vendor, self._url, self._keep, self._clock = vendor, url, keep, clock
        self._allow_private, self._busy = allow_private, busy
        self._form = {
            "grant_type": "refresh_token",
            "client_id": client_id,
            "client_secret": client_secret,
            "refresh_token": refresh_token,
        }
        self._token: str | None = None
        self._until: datetime | None = None

    def __call__(self, renew: bool) -> str | None:
        """Return a token that is good now; raises SourceError when none is given any more."""
        if renew or self._token is None or self._until is None or self._clock() >= self._until:
            self._renew()
        return self._token

    def _renew(self) -> None:
        try:
            with (
                pinned.client(TIMEOUT, allow_private=self._allow_private) as client,
                client.stream("POST", self._url, data=self._form) as answer,
            ):
                if answer.status_code >= 500 or answer.status_code in PASSING:
                    raise self._error("unreachable", permanent=False)
                content = self._content(answer)
                self._refused(answer.status_code, content)
                grant = msgspec.json.decode(content, type=_Grant)
                self.told = msgspec.json.decode(content, type=dict[str, Any])
        except (
            httpx2.HTTPError,
            httpx2.InvalidURL,
            msgspec.DecodeError,
            UnicodeDecodeError,
        ) as error:
            raise self._error("unreachable", permanent=False) from error
        if grant.refresh_token and grant.refresh_token != self._form["refresh_token"]:
            self._keep(grant.refresh_token)
            self._form["refresh_token"] = grant.refresh_token
        self._token = grant.access_token
        self._until = self._clock() + timedelta(seconds=grant.expires_in) - EARLY

    def _refused(self, status: int, content: bytes) -> None:
        """Raise SourceError for an answer that gives no token and says why."""
        try:
            error = msgspec.json.decode(content, type=_Refusal).error
        except (msgspec.DecodeError, UnicodeDecodeError):
            error = None
        if error in self._busy:
            raise SourceError(
                "rate_limited",
                Message(
                    N_("%(vendor)s allows no more requests for now."), {"vendor": self._vendor}
                ),
                resume_after=self._clock() + BUSY,
            )
        if error in PASSING_ERRORS:
            raise self._error("unreachable", permanent=False)
        if status >= 400 or error is not None:
            raise self._error("unauthorized", permanent=True)

    def _content(self, answer: httpx2.Response) -> bytes:
        """Return a whole answer, unless it is larger or slower than any grant can be."""
        started = time.monotonic()
        content = b""
        for part in answer.iter_bytes():
            content += part
            if len(content) > MOST_BYTES or time.monotonic() - started > PATIENCE:
                raise self._error("unreachable", permanent=False)
        return content

    def _error(self, code: str, *, permanent: bool) -> SourceError:
        names = {"vendor": self._vendor}
        text = (
            N_("%(vendor)s no longer accepts the sign-in.")
            if permanent
            else N_("%(vendor)s could not be reached.")
        )
        fix = Message(N_("Connect %(vendor)s again."), names) if permanent else None
        return SourceError(code, Message(text, names), fix=fix, permanent=permanent)
