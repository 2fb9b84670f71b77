"""Tokens for requests: a fixed one, or one that a token endpoint gives and gives again."""

import base64
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import httpx2
import msgspec

from goals.errors import SourceError
from goals.words import N_, Message
from integrations import addresses, pinned

#: A token is renewed this long before it ends, so that it cannot end on the way.
EARLY = timedelta(minutes=2)
#: How long a refreshed token is taken for good where the vendor does not say.
REFRESHED = timedelta(minutes=30)
#: How long what an app signed is good; Salesforce takes three minutes at most.
SIGNED = timedelta(minutes=2)
TIMEOUT = httpx2.Timeout(30.0)
#: The largest answer of a token endpoint, and the longest it may take in seconds.
MOST_BYTES = 1024 * 1024
PATIENCE = 60.0
#: Refusals of a token endpoint that pass by themselves and say nothing about the token.
PASSING = frozenset((404, 408, 423, 425, 429, 477))


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
    """

    def __init__(
        self,
        vendor: str,
        url: str,
        form: Callable[[], Mapping[str, str]],
        *,
        clock: Callable[[], datetime],
        allow_private: bool = False,
        lasts: timedelta | None = None,
    ) -> None:
        """Take what the vendor's token endpoint needs."""
        addresses.check(url, allow_private=allow_private)
        self._vendor, self._url, self._ask, self._clock = vendor, url, form, clock
        self._allow_private, self._lasts = allow_private, lasts
        self._token: str | None = None
        self._until: datetime | None = None

    def __call__(self, renew: bool) -> str | None:
        """Return a token that is good now; raises SourceError when none is given any more."""
        over = self._until is not None and self._clock() >= self._until
        if renew or self._token is None or over:
            self._renew()
        return self._token

    def _renew(self) -> None:
        try:
            with (
                pinned.client(TIMEOUT, allow_private=self._allow_private) as client,
                client.stream("POST", self._url, data=dict(self._ask())) as answer,
            ):
                if answer.status_code >= 500 or answer.status_code in PASSING:
                    raise self._error("unreachable", permanent=False)
                if answer.status_code >= 400:
                    raise self._error("unauthorized", permanent=True)
                grant = msgspec.json.decode(self._content(answer), type=_Grant)
        except (
            httpx2.HTTPError,
            httpx2.InvalidURL,
            msgspec.DecodeError,
            UnicodeDecodeError,
        ) as error:
            raise self._error("unreachable", permanent=False) from error
        self._take(grant)

    def _take(self, grant: _Grant) -> None:
        told = grant.expires_in
        lasts = self._lasts if told is None else timedelta(seconds=told)
        self._token = grant.access_token
        self._until = None if lasts is None else self._clock() + lasts - EARLY

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

    `keep` stores a new refresh token before it is used, because the old one dies with it.
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
        allow_private: bool = False,
    ) -> None:
        """Take what the vendor's token endpoint needs."""
        self._keep = keep
        self._form = {
            "grant_type": "refresh_token",
            "client_id": client_id,
            "client_secret": client_secret,
            "refresh_token": refresh_token,
        }
        super().__init__(
            vendor,
            url,
            lambda: self._form,
            clock=clock,
            allow_private=allow_private,
            lasts=REFRESHED,
        )

    def _take(self, grant: _Grant) -> None:
        if grant.refresh_token and grant.refresh_token != self._form["refresh_token"]:
            self._keep(grant.refresh_token)
            self._form["refresh_token"] = grant.refresh_token
        super()._take(grant)


def client_credentials(client_id: str, client_secret: str) -> Callable[[], Mapping[str, str]]:
    """Return the form with which an app signs in for itself (RFC 6749, 4.4)."""
    form = {
        "grant_type": "client_credentials",
        "client_id": client_id,
        "client_secret": client_secret,
    }
    return lambda: form


def jwt_bearer(
    client_id: str,
    username: str,
    audience: str,
    private_key: str,
    clock: Callable[[], datetime],
) -> Callable[[], Mapping[str, str]]:
    """Return the form with which an app signs in for a user by its own signature (RFC 7523).

    `private_key` is an RSA key as PEM. Raises SourceError for one that cannot be read.
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

    def form() -> dict[str, str]:
        ends = int((clock() + SIGNED).timestamp())
        said = {"iss": client_id, "sub": username, "aud": audience, "exp": ends}
        text = b".".join(_packed(msgspec.json.encode(one)) for one in ({"alg": "RS256"}, said))
        signature = key.sign(text, padding.PKCS1v15(), hashes.SHA256())
        return {
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "assertion": b".".join((text, _packed(signature))).decode(),
        }

    return form


def _packed(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")
