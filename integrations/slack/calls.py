"""Calling Slack's Web API: one try each, and what its failures mean."""

import http.client
import json
import logging
import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from goals.errors import DeliveryError
from goals.words import N_, Message
from integrations.slack.parts import Parts

#: Seconds a call may take, and one without which an answer can do.
TIMEOUT = 10
LOOK = 2
#: And one that a message can do without, but nobody waits for.
UPLOAD = 5

#: The channel does not take messages until a person changes something.
REFUSED = {
    "channel_not_found": N_("Slack does not know this channel, or the app is not in it."),
    "is_archived": N_("The channel is archived."),
    "not_in_channel": N_("The app is not in the channel."),
    "missing_scope": N_("The app lacks a permission that this needs."),
    "messages_tab_disabled": N_("The app takes no direct messages."),
    "msg_too_long": N_("Slack finds the message too long."),
    "no_permission": N_("Slack does not let the app post there."),
}
RESTRICTED = N_("The channel's settings do not let the app post there.")
#: The workspace does not know our token any more.
SIGNED_OUT = frozenset(
    ("invalid_auth", "token_revoked", "account_inactive", "not_authed", "token_expired")
)
#: Slack itself is in trouble for a while.
PASSING = frozenset(
    ("slack_unreachable", "ratelimited", "rate_limited", "internal_error", "fatal_error")
    + ("service_unavailable", "request_timeout", "external_channel_migrating")
)
_CODE = re.compile(r"[a-z][a-z0-9_]{1,60}")
#: Slack's own library would log whole answers, which hold what people wrote.
QUIET = logging.getLogger("headway.slack.library")
QUIET.setLevel(logging.CRITICAL)
UNREACHABLE = N_("Slack could not be reached.")
SLOWER = N_("Slack asks to slow down.")
ANSWERED = N_("Slack answered with an error: %(code)s.")

#: What a call may raise beyond Slack's own errors.
BROKEN = (OSError, http.client.HTTPException, json.JSONDecodeError, SlackClientError)


def client(parts: Parts, token: str | None, timeout: int = TIMEOUT) -> WebClient:
    """Return a client that never repeats a call by itself: a lost answer may be a sent message."""
    return WebClient(
        token=token,
        base_url=parts.config.api_url,
        timeout=timeout,
        retry_handlers=[],
        logger=QUIET,
    )


def is_slacks(url: str, api_url: str) -> bool:
    """Tell whether an address that came with an answer is Slack's own."""
    where = urlsplit(url)
    host = where.hostname or ""
    if where.scheme == "https" and (host == "slack.com" or host.endswith(".slack.com")):
        return True
    return where.netloc == urlsplit(api_url).netloc


def scopes_of(answer: Any) -> frozenset[str] | None:
    """Return what the token of a call may do, None where Slack did not say."""
    said = header(answer, "x-oauth-scopes")
    return None if said is None else frozenset(filter(None, map(str.strip, said.split(","))))


def header(answer: Any, name: str) -> str | None:
    """Return a header of an answer, whatever the case of its name; None where it is missing."""
    headers: Any = getattr(answer, "headers", None) or {}
    for key, value in headers.items():
        if str(key).lower() == name:
            return ",".join(map(str, value)) if isinstance(value, list) else str(value)
    return None


def code_of(error: Exception) -> str:
    """Return Slack's word for a failure, "slack_unreachable" where it said none."""
    if isinstance(error, SlackApiError):
        data: Any = getattr(error.response, "data", error.response)
        code = str(data.get("error") or "") if isinstance(data, dict) else ""
        # An answer that is no JSON comes as an error whose code is that very text.
        if _CODE.fullmatch(code):
            return code
        if getattr(error.response, "status_code", 0) == 429:
            return "ratelimited"
    return "slack_unreachable"


def failure(error: Exception, now: datetime) -> DeliveryError:
    """Return what a failed call means for a message: lasting, passing, or to wait for."""
    code = code_of(error)
    if code in ("ratelimited", "rate_limited"):
        return DeliveryError(
            code,
            Message(SLOWER),
            resume_after=now + timedelta(seconds=_retry_after(error)),
        )
    if code.startswith("restricted_action"):
        return DeliveryError(code, Message(RESTRICTED), permanent=True)
    if code in REFUSED:
        return DeliveryError(code, Message(REFUSED[code]), permanent=True)
    if code == "slack_unreachable":
        return DeliveryError(code, Message(UNREACHABLE), outage=True)
    return DeliveryError(code, Message(ANSWERED, {"code": code}), outage=code in PASSING)


def _retry_after(error: Exception) -> int:
    text = header(getattr(error, "response", None), "retry-after") or "1"
    return min(3600, max(1, int(text))) if text.isdigit() else 1
