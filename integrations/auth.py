"""Tokens for requests: a fixed one, or one that is renewed with a refresh token."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import httpx2
import msgspec

from goals.errors import SourceError
from goals.words import N_, Message
from integrations import addresses, pinned

#: A token is renewed this long before it ends, so that it cannot end on the way.
EARLY = timedelta(minutes=2)
TIMEOUT = httpx2.Timeout(30.0)
#: Where the access token and its end are kept among the secrets, for the next run and others.
ACCESS, UNTIL = "access_token", "access_until"
#: The largest answer of a token endpoint, and the longest it may take in seconds.
MOST_BYTES = 1024 * 1024
PATIENCE = 60.0
#: Refusals of a token endpoint that pass by themselves and say nothing about the token.
PASSING = frozenset((404, 408, 423, 425, 429, 477))


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

    `keep` stores a new refresh token before it is used, because the old one dies with it. With
    `alone` (of the terms) one worker renews at a time: whoever comes second finds the token that
    the first one was given. Our clock alone says when a token ends; where it goes wrong, the
    vendor's refusal has the token renewed.
    """

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
        alone: Callable[[], AbstractContextManager[dict[str, str]]] | None = None,
        allow_private: bool = False,
    ) -> None:
        """Take what the vendor's token endpoint needs."""
        addresses.check(url, allow_private=allow_private)
        self._vendor, self._url, self._keep, self._clock = vendor, url, keep, clock
        self._alone = alone
        self._allow_private = allow_private
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
        if self._alone is None:
            grant = self._granted()
            if grant.refresh_token and grant.refresh_token != self._form["refresh_token"]:
                self._keep(grant.refresh_token)
                self._form["refresh_token"] = grant.refresh_token
            self._take(grant.access_token, self._end(grant))
            return
        with self._alone() as secrets:
            if self._found(secrets):
                return
            # Another worker may have exchanged the one that was read when this run began.
            self._form["refresh_token"] = secrets.get("refresh_token", self._form["refresh_token"])
            grant = self._granted()
            until = self._end(grant)
            secrets |= {ACCESS: grant.access_token, UNTIL: until.isoformat()}
            if grant.refresh_token:
                secrets["refresh_token"] = grant.refresh_token
                self._form["refresh_token"] = grant.refresh_token
        self._take(grant.access_token, until)

    def _found(self, secrets: dict[str, str]) -> bool:
        """Take the token that is kept, unless it has ended or is the one that was refused."""
        token, told = secrets.get(ACCESS), secrets.get(UNTIL)
        if token is None or told is None or token == self._token:
            return False
        until = datetime.fromisoformat(told)
        if until <= self._clock():
            return False
        self._take(token, until)
        return True

    def _take(self, token: str, until: datetime) -> None:
        self._token, self._until = token, until

    def _end(self, grant: _Grant) -> datetime:
        return self._clock() + timedelta(seconds=grant.expires_in) - EARLY

    def _granted(self) -> _Grant:
        try:
            with (
                pinned.client(TIMEOUT, allow_private=self._allow_private) as client,
                client.stream("POST", self._url, data=self._form) as answer,
            ):
                if answer.status_code >= 500 or answer.status_code in PASSING:
                    raise self._error("unreachable", permanent=False)
                if answer.status_code >= 400:
                    raise self._error("unauthorized", permanent=True)
                return msgspec.json.decode(self._content(answer), type=_Grant)
        except (
            httpx2.HTTPError,
            httpx2.InvalidURL,
            msgspec.DecodeError,
            UnicodeDecodeError,
        ) as error:
            raise self._error("unreachable", permanent=False) from error

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
