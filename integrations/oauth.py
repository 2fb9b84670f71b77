"""Signing in at a vendor's own page: authorization code with PKCE (RFC 6749 4.1, RFC 7636).

A vendor's addresses and words are data (`OAuth`, named by a way of its guide). Nobody but this
installation can use what the browser carries: the state is known to the browser that began, and
the code is worth nothing without the verifier, which never leaves here.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit, urlunsplit

import msgspec

from goals.errors import SourceError
from goals.words import N_, Message
from integrations.vendor import UNREADABLE

#: The largest answer of a token endpoint.
MOST_BYTES = 1024 * 1024


@dataclass(frozen=True)
class OAuth:
    """How a vendor lets somebody agree: its page, its token endpoint, and what is asked for.

    `optional` are scopes that an account need not have, asked for under the name that the
    vendor has for them. `more` are further words of its page. `basic` sends the client's id
    and secret in a header and not in the form. Where a vendor has a server for each of its
    regions, `servers` has them by what the setting `by` says. A connection's setting `auth_url`,
    or else `base_url`, takes the place of the host of both addresses; it must be one of `hosts`.
    """

    vendor: str
    authorize: str
    token: str
    scopes: tuple[str, ...]
    optional: tuple[str, ...] = ()
    optional_word: str = "optional_scope"
    gap: str = " "
    more: Mapping[str, str] = field(default_factory=dict)
    basic: bool = False
    hosts: re.Pattern[str] | None = None
    servers: Mapping[str, str] = field(default_factory=dict)
    by: str = ""

    def at(self, address: str, settings: Mapping[str, Any]) -> str:
        """Return an address of the vendor, on the host that a connection's settings name."""
        names = settings.get("auth_url"), settings.get("base_url")
        own = str(next(filter(None, names), "")).strip()
        own = own or self.servers.get(str(settings.get(self.by, "")), "")
        if not own:
            return address
        host, path = urlsplit(own.rstrip("/")), urlsplit(address).path
        return urlunsplit((host.scheme, host.netloc, host.path + path, "", ""))


class Start(NamedTuple):
    """Where the browser is sent, and the verifier that is kept here meanwhile."""

    url: str
    verifier: str

    def __repr__(self) -> str:
        """Return the address without the verifier."""
        return f"Start({self.url!r})"


def begin(
    oauth: OAuth, settings: Mapping[str, Any], client_id: str, redirect_uri: str, state: str
) -> Start:
    """Return the address of the vendor's page for one sign-in."""
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": oauth.gap.join(oauth.scopes),
        "state": state,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        **oauth.more,
    }
    if oauth.optional:
        asked[oauth.optional_word] = oauth.gap.join(oauth.optional)
    return Start(f"{oauth.at(oauth.authorize, settings)}?{urlencode(asked)}", verifier)


def exchange(
    oauth: OAuth,
    settings: Mapping[str, Any],
    *,
    client_id: str,
    client_secret: str,
    code: str,
    verifier: str,
    redirect_uri: str,
    allow_private: bool,
) -> str:
    """Return the refresh token that a vendor gives for a code.

    Raises SourceError `sign_in_failed` when it gives none, and `unreachable`.
    """
    import httpx2

    from integrations import addresses, auth, pinned

    url = oauth.at(oauth.token, settings)
    addresses.check(url, allow_private=allow_private, hosts=oauth.hosts)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
    }
    headers = {"Accept": "application/json"}
    if oauth.basic:
        pair = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
        headers["Authorization"] = f"Basic {pair}"
    else:
        form |= {"client_id": client_id, "client_secret": client_secret}
    try:
        with (
            pinned.client(auth.TIMEOUT, allow_private=allow_private) as client,
            client.stream("POST", url, data=form, headers=headers) as answer,
        ):
            if answer.status_code >= 500 or answer.status_code in auth.PASSING:
                raise _error(oauth, "unreachable", N_("%(vendor)s could not be reached."))
            content = b""
            for part in answer.iter_bytes():
                content += part
                if len(content) > MOST_BYTES:
                    raise _error(oauth, "unreachable", N_("%(vendor)s could not be reached."))
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise _error(oauth, "unreachable", N_("%(vendor)s could not be reached.")) from error
    token = _refresh_token(content)
    if token is None:
        raise _error(
            oauth,
            "sign_in_failed",
            N_("%(vendor)s did not finish the sign-in."),
            N_(
                "Check the client ID and the client secret, and that the redirect URI at"
                " %(vendor)s is the one on this page, letter by letter. Then sign in again."
            ),
        )
    return token


def _refresh_token(content: bytes) -> str | None:
    """Return the refresh token of an answer; some vendors refuse with a good status."""
    try:
        told = msgspec.json.decode(content)
    except UNREADABLE:
        return None
    found = told.get("refresh_token") if isinstance(told, dict) else None
    return found if isinstance(found, str) and found else None


def _error(oauth: OAuth, code: str, text: str, fix: str | None = None) -> SourceError:
    names = {"vendor": oauth.vendor}
    told = Message(fix, names) if fix is not None else None
    return SourceError(code, Message(text, names), fix=told, permanent=fix is not None)
