"""Tokens for requests: a fixed one, or one that a token endpoint gives and gives again."""

import base64
import re
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from secrets import token_hex
from types import MappingProxyType
from typing import Any

import httpx2
import msgspec

from goals.errors import SourceError
from goals.words import N_, Message
from integrations import addresses, pinned
from integrations.vendor import UNREADABLE

#: A token is renewed this long before it ends, so that it cannot end on the way.
EARLY = timedelta(minutes=2)
#: Where the access token and its end are kept among the secrets, for the next run and others.
ACCESS, UNTIL = "access_token", "access_until"
#: Where a worker writes down that it renews, until when, and for how long that holds: longer
#: than any answer takes.
RENEWING, LEASE = "renewing", timedelta(minutes=3)
#: How often another one looks whether it is done, and how many seconds apart.
LOOKS, LOOK_EVERY = 50, 0.2
#: How long a refreshed token is taken for good where the vendor does not say.
REFRESHED = timedelta(minutes=30)
#: How long what an app signed is good; Salesforce takes three minutes at most.
SIGNED = timedelta(minutes=2)
#: A vendor's clock that is further away than this is gone by where an instant is signed.
APART = timedelta(seconds=30)
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


Alone = Callable[[], AbstractContextManager[dict[str, str]]]


class _Refusal(msgspec.Struct):
    error: str | None = None


class _Grant(msgspec.Struct):
    access_token: str
    expires_in: int | None = None
    refresh_token: str | None = None


def fixed(token: str) -> Callable[[bool], str | None]:
    """Return the token for every request; renewing it is not possible."""

    def give(renew: bool) -> str | None:
        return None if renew else token

    return give


class Granted:
    """An access token that a token endpoint gives for what `form` returns.

    `lasts` is how long one is good where the vendor does not say; None: until it is refused.
    What else an answer tells, as the address where the token is good, stands in `told`. An
    error may come with any status; those in `busy` only say that tokens were asked for too often.
    """

    told: Mapping[str, Any] = MappingProxyType({})

    def __init__(
        self,
        vendor: str,
        url: str,
        form: Callable[[datetime], Mapping[str, str]],
        *,
        clock: Callable[[], datetime],
        allow_private: bool = False,
        lasts: timedelta | None = None,
        busy: frozenset[str] = frozenset(),
        hosts: re.Pattern[str] | None = None,
    ) -> None:
        """Take what the vendor's token endpoint needs."""
        addresses.check(url, allow_private=allow_private, hosts=hosts)
        self._vendor, self._url, self._ask, self._clock = vendor, url, form, clock
        self._allow_private, self._lasts, self._busy = allow_private, lasts, busy
        self._token: str | None = None
        self._until: datetime | None = None
        #: How far the vendor's clock is ahead of ours, and what it said last.
        self._ahead = timedelta(0)
        self._there: datetime | None = None

    def __call__(self, renew: bool) -> str | None:
        """Return a token that is good now; raises SourceError when none is given any more."""
        over = self._until is not None and self._clock() >= self._until
        if renew or self._token is None or over:
            self._renew()
        return self._token

    def _renew(self) -> None:
        try:
            grant = self._granted()
        except SourceError as error:
            # What is signed by a clock that is wrong is refused as if it were no sign-in at all.
            if error.code != "unauthorized" or not self._is_elsewhere():
                raise
            grant = self._granted()
        self._hold(grant.access_token, self._end(grant))

    def _is_elsewhere(self) -> bool:
        """Tell whether the vendor's clock is not where it was taken to be, and go by it."""
        if self._there is None:
            return False
        ahead = self._there - self._clock()
        is_elsewhere = abs(ahead - self._ahead) > APART
        self._ahead = ahead
        return is_elsewhere

    def _hold(self, token: str, until: datetime | None) -> None:
        self._token, self._until = token, until

    def _end(self, grant: _Grant) -> datetime | None:
        told = grant.expires_in
        lasts = self._lasts if told is None else timedelta(seconds=told)
        return None if lasts is None else self._clock() + lasts - EARLY

    def _granted(self) -> _Grant:
        try:
            with (
                pinned.client(TIMEOUT, allow_private=self._allow_private) as client,
                client.stream("POST", self._url, data=dict(self._form_now())) as answer,
            ):
                self._there = _date(answer.headers.get("Date"))
                if answer.status_code >= 500 or answer.status_code in PASSING:
                    raise self._error("unreachable", permanent=False)
                content = self._content(answer)
                self._refused(answer.status_code, content)
                self.told = msgspec.json.decode(content, type=dict[str, Any])
                return msgspec.json.decode(content, type=_Grant)
        except (
            httpx2.HTTPError,
            httpx2.InvalidURL,
            *UNREADABLE,
        ) as error:
            raise self._error("unreachable", permanent=False) from error

    def _form_now(self) -> Mapping[str, str]:
        return self._ask(self._clock() + self._ahead)

    def _refused(self, status: int, content: bytes) -> None:
        """Raise SourceError for an answer that gives no token and says why."""
        try:
            error = msgspec.json.decode(content, type=_Refusal).error
        except UNREADABLE:
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


class Refreshed(Granted):
    """An access token kept fresh by a refresh token.

    `keep` stores a new refresh token before it is used, because the old one dies with it. With
    `alone` (of the terms) one worker renews at a time, and nothing is locked while the vendor
    answers: whoever comes second finds the token that the first one was given, with the parts of
    the answer that `kept` names. Our clock alone says when a token ends; where it goes wrong,
    the vendor's refusal has the token renewed.
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
        alone: Alone | None = None,
        kept: tuple[str, ...] = (),
        allow_private: bool = False,
        busy: frozenset[str] = frozenset(),
        hosts: re.Pattern[str] | None = None,
    ) -> None:
        """Take what the vendor's token endpoint needs."""
        self._keep, self._alone, self._kept = keep, alone, kept
        self._form = {
            "grant_type": "refresh_token",
            "client_id": client_id,
            "client_secret": client_secret,
            "refresh_token": refresh_token,
        }
        super().__init__(
            vendor,
            url,
            lambda _: self._form,
            clock=clock,
            allow_private=allow_private,
            lasts=REFRESHED,
            busy=busy,
            hosts=hosts,
        )

    def _renew(self) -> None:
        if self._alone is None:
            grant = self._granted()
            if grant.refresh_token and grant.refresh_token != self._form["refresh_token"]:
                self._keep(grant.refresh_token)
                self._form["refresh_token"] = grant.refresh_token
            self._hold(grant.access_token, self._end(grant))
            return
        mine = self._taken(self._alone)
        if mine is None:
            return
        try:
            grant = self._granted()
        except Exception:
            with self._alone() as secrets:
                _give_back(secrets, mine)
            raise
        until = self._end(grant)
        assert until is not None, "a refreshed token ends"
        with self._alone() as secrets:
            # Whoever signed in anew meanwhile has other secrets, which are left as they are.
            if _give_back(secrets, mine):
                secrets |= {ACCESS: grant.access_token, UNTIL: until.isoformat()}
                secrets |= {name: str(self.told[name]) for name in self._kept if name in self.told}
                if grant.refresh_token:
                    secrets["refresh_token"] = grant.refresh_token
        self._form["refresh_token"] = grant.refresh_token or self._form["refresh_token"]
        self._hold(grant.access_token, until)

    def _taken(self, alone: Alone) -> str | None:
        """Take the lease on renewing and return it; None where another worker renewed meanwhile.

        It is written down before the vendor is asked, so that nothing is locked while the
        vendor answers. Raises SourceError while another worker holds it for long.
        """
        for _ in range(LOOKS):
            with alone() as secrets:
                if self._found(secrets):
                    return None
                # Another worker may have exchanged the one that was read when this run began.
                known = secrets.get("refresh_token", self._form["refresh_token"])
                self._form["refresh_token"] = known
                now, held = self._clock(), secrets.get(RENEWING)
                until = datetime.fromisoformat(held.partition(" ")[0]) if held else now
                # No lease is that long: whoever took it had a clock far ahead of ours.
                if until <= now or until > now + 2 * LEASE:
                    mine = f"{(now + LEASE).isoformat()} {token_hex(8)}"
                    secrets[RENEWING] = mine
                    return mine
            time.sleep(LOOK_EVERY)
        raise SourceError(
            "renewing",
            Message(
                N_("Another worker renews the sign-in at %(vendor)s; this one goes on after it."),
                {"vendor": self._vendor},
            ),
            resume_after=until,
        )

    def _found(self, secrets: dict[str, str]) -> bool:
        """Take the token that is kept, unless it has ended or is the one that was refused."""
        token, told = secrets.get(ACCESS), secrets.get(UNTIL)
        if token is None or told is None or token == self._token:
            return False
        until = datetime.fromisoformat(told)
        if until <= self._clock():
            return False
        self.told = {name: secrets[name] for name in self._kept if name in secrets}
        self._hold(token, until)
        return True


def _give_back(secrets: dict[str, str], mine: str) -> bool:
    """Take a lease out of secrets; False where it is not there any more."""
    if secrets.get(RENEWING) != mine:
        return False
    del secrets[RENEWING]
    return True


def client_credentials(
    client_id: str, client_secret: str
) -> Callable[[datetime], Mapping[str, str]]:
    """Return the form with which an app signs in for itself (RFC 6749, 4.4)."""
    form = {
        "grant_type": "client_credentials",
        "client_id": client_id,
        "client_secret": client_secret,
    }
    return lambda _: form


def jwt_bearer(
    client_id: str,
    username: str,
    audience: str,
    private_key: str,
) -> Callable[[datetime], Mapping[str, str]]:
    """Return the form with which an app signs in for a user by its own signature (RFC 7523).

    It is made for an instant of the vendor's clock. `private_key` is an RSA key as PEM. Raises
    SourceError for one that cannot be read.
    """
    # Only few connections sign, and the package is slow to load.
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    try:
        key = serialization.load_pem_private_key(private_key.encode(), password=None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError(type(key))
    except (ValueError, TypeError) as error:
        raise SourceError(
            "setting_wrong",
            Message(N_("The private key cannot be read.")),
            fix=Message(N_("Give an RSA key without a password, as it stands in its .pem file.")),
            permanent=True,
        ) from error

    def form(now: datetime) -> dict[str, str]:
        ends = int((now + SIGNED).timestamp())
        said = {"iss": client_id, "sub": username, "aud": audience, "exp": ends}
        text = b".".join(_packed(msgspec.json.encode(one)) for one in ({"alg": "RS256"}, said))
        signature = key.sign(text, padding.PKCS1v15(), hashes.SHA256())
        return {
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "assertion": b".".join((text, _packed(signature))).decode(),
        }

    return form


def _date(told: str | None) -> datetime | None:
    """Return the instant of an answer's Date header, None for none that can be read."""
    try:
        found = parsedate_to_datetime(told or "")
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _packed(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")
