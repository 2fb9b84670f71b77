"""Messages for programs: posted to an address, signed, and only where sources may be read too."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import httpx2
import msgspec

from goals.alerts.channel import CannotTell, Outgoing
from goals.errors import DeliveryError, SourceError
from goals.words import N_, Message
from integrations import addresses, pinned
from integrations.pauses import retry_after

TIMEOUT = httpx2.Timeout(15.0, connect=5.0)
#: Answers that pass by themselves.
PASSING = frozenset((408, 425, 429))
UNREACHABLE = N_("The address could not be reached.")
ANSWERED = N_("The address answered with %(code)s.")


def prepared(routes: Iterable[Mapping[str, str]], *, allow_private: bool) -> str | None:
    """Return a new secret for the address among a rule's routes, None where there is none.

    Raises SourceError for an address that may not be called.
    """
    wanted = [one["to"] for one in routes if one["kind"] == "webhook"]
    for url in wanted:
        addresses.check(url, allow_private=allow_private)
    return f"whsec_{secrets.token_urlsafe(32)}" if wanted else None


def signature(secret: str, stamp: int, body: bytes) -> str:
    """Return what proves that a body comes from us: HMAC-SHA256 over the time, a dot and it."""
    mac = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256)
    return f"t={stamp},v1={mac.hexdigest()}"


def send(
    url: str, secret: str, message: Outgoing, text: str, now: datetime, *, allow_private: bool
) -> str:
    """Post a message and return its key; raises DeliveryError.

    What comes twice has the same `Headway-Delivery`.
    """
    document = {
        "key": message.dedupe_key,
        "kind": message.kind,
        "text": text,
        "decided_at": None if message.since is None else message.since.isoformat(),
        "is_repeat": message.is_repeat,
        "facts": message.facts,
    }
    body = msgspec.json.encode(document)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Headway",
        "Headway-Delivery": message.dedupe_key,
        "Headway-Signature": signature(secret, int(now.timestamp()), body),
    }
    try:
        addresses.check(url, allow_private=allow_private)
        with (
            pinned.client(TIMEOUT, allow_private=allow_private) as client,
            client.stream("POST", url, content=body, headers=headers) as answer,
        ):
            code = answer.status_code
            wait = retry_after(answer.headers, now)
    except SourceError as error:
        lasting = error.code != "address_unknown"
        raise DeliveryError(
            error.code, error.message, permanent=lasting, outage=not lasting
        ) from error
    except (httpx2.HTTPError, OSError) as error:
        raise DeliveryError("webhook_unreachable", Message(UNREACHABLE), outage=True) from error
    if 200 <= code < 300:
        return f"webhook:{message.dedupe_key}"
    passing = code in PASSING or code >= 500
    raise DeliveryError(
        "webhook_refused",
        Message(ANSWERED, {"code": code}),
        permanent=not passing,
        outage=code >= 500,
        resume_after=now + timedelta(seconds=wait) if code == 429 and wait is not None else None,
    )


def find(message: Outgoing) -> str | None:
    """Raise CannotTell: only the receiver knows whether a message arrived."""
    raise CannotTell(message.dedupe_key)
