"""What Slack sent, read once for both ways in: signed HTTP and Socket Mode (pure)."""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

Payload = dict[str, Any]

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_MOST_FIELDS = 100
#: Parts of what people press and submit that are objects where they are there at all.
_OBJECTS = ("user", "channel", "container", "message", "view", "team")


class Malformed(ValueError):
    """A body that is not what Slack sends."""


@dataclass(frozen=True)
class Envelope:
    """One delivery: its payload, the Slack workspace it is for, and what makes it unique.

    `key` is None for what may be handled any number of times (typing in a menu). `team_id`
    is None where Slack names none.
    """

    payload: Payload
    key: str | None
    team_id: str | None

    @property
    def is_enterprise(self) -> bool:
        """Tell whether it is for an installation in a whole organisation, not in a workspace."""
        return _is_enterprise(self.payload)

    @property
    def is_event(self) -> bool:
        """Tell whether this is an event, which nobody waits for."""
        return self.payload.get("type") == "event_callback"

    @property
    def happened_at(self) -> float | None:
        """Return when an event happened by Slack's clock, in seconds since 1970; None: not said."""
        event = self.payload.get("event")
        said = event.get("event_ts") if isinstance(event, dict) else None
        try:
            return float(said or self.payload.get("event_time"))  # type: ignore[arg-type]
        except (TypeError, ValueError):
            return None

    @property
    def kept(self) -> Payload:
        """Return the payload as it may be kept: without the token of a workflow's step."""
        event = self.payload.get("event")
        if not isinstance(event, dict) or "bot_access_token" not in event:
            return self.payload
        return {**self.payload, "event": {**event, "bot_access_token": ""}}


def read(body: bytes, content_type: str) -> Payload:
    """Return the payload of a request's body; raises Malformed."""
    try:
        text = body.decode("utf-8")
        if content_type.partition(";")[0].strip().lower() == "application/json":
            return _object(text)
        fields = dict(
            parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
        )
    except (ValueError, RecursionError) as error:
        raise Malformed(str(error)) from error
    if "payload" in fields:
        return _object(fields["payload"])
    if "command" not in fields and "ssl_check" not in fields:
        raise Malformed("neither a command nor a payload")
    return dict(fields)


def _object(text: str) -> Payload:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed(str(error)) from error
    if not isinstance(found, dict):
        raise Malformed("not an object")
    return found


def envelope(payload: Payload) -> Envelope:
    """Return a payload with its key and workspace; raises Malformed for ids that are none."""
    _check(payload)
    return Envelope(payload, _key(payload), _team(payload))


def _check(payload: Payload) -> None:
    """Raise Malformed for a payload without the shape that all of its kind have."""
    kind = payload.get("type")
    if not isinstance(kind, str | None):
        raise Malformed("no usable type")
    if kind == "event_callback":
        if "event" in payload:
            _named_by(payload["event"], "type")
        return
    if any(not isinstance(payload.get(name), dict | None) for name in _OBJECTS):
        raise Malformed("not an object")
    if kind == "block_actions":
        actions = payload.get("actions")
        if not isinstance(actions, list) or not actions:
            raise Malformed("no action")
        for action in actions:
            _named_by(action, "action_id")
    elif kind in ("view_submission", "view_closed"):
        _named_by(payload.get("view"), "callback_id")
    elif kind in ("shortcut", "message_action"):
        _named_by(payload, "callback_id")


def _named_by(found: object, name: str) -> None:
    if not isinstance(found, dict) or not isinstance(found.get(name), str):
        raise Malformed(f"no usable {name}")


def _key(payload: Payload) -> str | None:
    kind = payload.get("type")
    if kind == "event_callback":
        return _named("event", payload.get("event_id"))
    if kind == "block_suggestion":
        return None
    if kind in ("view_submission", "view_closed"):
        view = payload.get("view")
        if not isinstance(view, dict):
            raise Malformed("no view")
        # A form that comes back with errors is the same one; what was entered tells tries apart.
        return _named(kind, view.get("id"), view.get("hash"), _digest(view.get("state")))
    if "command" in payload or "trigger_id" in payload:
        return _named("trigger", payload.get("trigger_id"))
    return None


def _digest(found: object) -> str:
    text = json.dumps(found, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def _named(kind: str, *parts: object) -> str:
    key = ":".join((kind, *map(str, parts)))
    if None in parts or not _KEY.fullmatch(key):
        raise Malformed("no usable id")
    return key


def _is_enterprise(payload: Payload) -> bool:
    authorizations = payload.get("authorizations")
    first: Any = authorizations[0] if isinstance(authorizations, list) and authorizations else None
    if isinstance(first, dict) and "is_enterprise_install" in first:
        return first["is_enterprise_install"] is True
    return payload.get("is_enterprise_install") in (True, "true")


def _team(payload: Payload) -> str | None:
    """Return the workspace in which the app is installed, whoever acted.

    None for an installation in a whole organisation: the workspace named then is only where
    somebody acted.
    """
    if _is_enterprise(payload):
        return None
    found: Any = None
    authorizations = payload.get("authorizations")
    view = payload.get("view")
    if isinstance(authorizations, list) and authorizations and isinstance(authorizations[0], dict):
        found = authorizations[0].get("team_id")
    elif isinstance(view, dict):
        found = view.get("app_installed_team_id")
    if found is None:
        team = payload.get("team")
        found = team.get("id") if isinstance(team, dict) else payload.get("team_id")
    if found is None:
        return None
    if not isinstance(found, str) or not _ID.fullmatch(found):
        raise Malformed("no usable workspace")
    return found


def an_id(value: object) -> str | None:
    """Return a user's, channel's or message's id if it looks like one, else None."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else None
