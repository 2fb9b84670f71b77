"""Slack's signature: who sent a request, and that it was sent just now (pure)."""

import hashlib
import hmac

#: A request older or newer than this many seconds is refused.
WINDOW = 300


def is_good(secret: str, body: bytes, timestamp: str, signature: str, now: float) -> bool:
    """Tell whether Slack signed this body within the window; `now` is in seconds since 1970.

    Anything that is no number, or not ASCII, is simply not a signature; without a secret
    nothing is.
    """
    if not secret or not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    if not signature.isascii() or abs(now - int(timestamp)) > WINDOW:
        return False
    signed = b"v0:" + timestamp.encode() + b":" + body
    expected = "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode())
