"""Zoho's data centres, and what its refusals mean.

An account lives in one data centre, with an accounts server that gives tokens and an address
for data, which the token's answer tells (zoho.com/crm/developer/docs/api/v8/multi-dc.html).
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from goals.errors import SourceError
from goals.words import N_, Message
from integrations import auth
from integrations.terms import Terms
from integrations.vendor import UNREADABLE, Limit, Vendor

#: Data centres by the ending of their addresses: the accounts server and where data is.
CENTRES = {
    "com": ("https://accounts.zoho.com", "https://www.zohoapis.com"),
    "eu": ("https://accounts.zoho.eu", "https://www.zohoapis.eu"),
    "in": ("https://accounts.zoho.in", "https://www.zohoapis.in"),
    "com.cn": ("https://accounts.zoho.com.cn", "https://www.zohoapis.com.cn"),
    "com.au": ("https://accounts.zoho.com.au", "https://www.zohoapis.com.au"),
    "jp": ("https://accounts.zoho.jp", "https://www.zohoapis.jp"),
    "ca": ("https://accounts.zohocloud.ca", "https://www.zohoapis.ca"),
    "sa": ("https://accounts.zoho.sa", "https://www.zohoapis.sa"),
}
HOSTS = re.compile(
    r"([\w-]+\.)*zoho(apis|cloud)?\.(com|eu|in|com\.cn|com\.au|jp|ca|sa|uk|ae)", re.ASCII
)
#: Other names under which people know them.
CALLED = {"us": "com", "cn": "com.cn", "au": "com.au", "zohocloud.ca": "ca"}
#: The accounts server says this when it was asked for more than 10 tokens within 10 minutes.
BUSY = frozenset(("Access Denied",))
#: What is not allowed or not in the account's edition, whatever status it comes with.
FORBIDDEN = frozenset(
    ("OAUTH_SCOPE_MISMATCH", "NO_PERMISSION", "INVALID_MODULE", "MODULE_NOT_SUPPORTED")
)
FORBIDDEN |= {"FEATURE_NOT_SUPPORTED", "LICENSE_REQUIRED"}
#: What is left of a day's credits; told from the middle of the day's allowance on.
LEFT = "x-api-credits-remaining"
#: Zoho names no pause. Too many at once pass in seconds; credits come back bit by bit over a
#: rolling day, of which one hour gives enough to go on.
AT_ONCE, NO_CREDITS = 10.0, timedelta(hours=1)


class _Refusal(msgspec.Struct):
    code: str | None = None


def sign(token: str) -> dict[str, str]:
    """Return the header in which Zoho takes a token."""
    return {"Authorization": f"Zoho-oauthtoken {token}"}


def means(status: int, content: bytes) -> int:
    """Return 403 for what is not allowed, which Zoho says with 400 and 401 as well."""
    if status not in (400, 401):
        return status
    try:
        code = msgspec.json.decode(content, type=_Refusal).code
    except UNREADABLE:
        return status
    return 403 if code in FORBIDDEN else status


def limit_of(status: int, headers: Mapping[str, str], answer: bytes, now: datetime) -> Limit | None:
    """Return what a 429 means: too many calls at once, or no credits left."""
    if headers.get(LEFT, "") == "0":
        return Limit(until=now + NO_CREDITS)
    return Limit(seconds=AT_ONCE)


VENDOR = Vendor(
    "Zoho CRM",
    limit_of,
    sign=sign,
    nothing=frozenset((304,)),
    # An answer that has content and no list is no empty list.
    empty=b'{"data": []}',
    means=means,
    hosts=HOSTS,
)


def centre(terms: Terms) -> tuple[str, str]:
    """Return the addresses of tokens and data; raises SourceError for an unknown centre."""
    told = str(terms.settings.get("dc") or "com").strip().lower().removeprefix(".")
    found = CENTRES.get(CALLED.get(told, told))
    if found is None:
        names = {"name": "dc", "example": ", ".join(CENTRES)}
        raise SourceError(
            "setting_wrong",
            Message(N_("The setting %(name)s is not written as it should be."), names),
            fix=Message(N_("Write it like this: %(example)s"), names),
            permanent=True,
        )
    return found


def tokens(terms: Terms) -> auth.Refreshed:
    """Return what gives access tokens for a connection."""
    secrets = terms.secrets

    def keep(token: str) -> None:
        terms.keep_secrets({**secrets, "refresh_token": token})

    base = str(terms.settings.get("auth_url") or centre(terms)[0]).rstrip("/")
    return auth.Refreshed(
        VENDOR.name,
        f"{base}/oauth/v2/token",
        client_id=str(terms.settings.get("client_id", "")),
        client_secret=secrets.get("client_secret", ""),
        refresh_token=secrets.get("refresh_token", ""),
        keep=keep,
        clock=terms.clock,
        alone=terms.alone,
        kept=("api_domain",),
        allow_private=terms.allow_private,
        busy=BUSY,
        hosts=HOSTS,
    )
