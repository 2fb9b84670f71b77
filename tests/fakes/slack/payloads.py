"""The payloads that Slack sends to an app, in the shapes of its documentation."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any

from .api import present
from .surfaces import show_view
from .world import Channel, Json, Message, ResponseUrl, Team, User, View

if TYPE_CHECKING:
    from .server import FakeSlack

_VERIFICATION = "fake-verification-token"
_NAMED = re.compile(r"@([\w.-]+[\w])|#([\w-]+)|(https?://[^\s<>|]+)")


def typed(slack: FakeSlack, user: User, words: str, *, names: bool = False) -> str:
    """What Slack makes of typed words: entities, and tokens for @people, #channels, links."""

    def token(found: re.Match[str]) -> str:
        person, place, link = found.groups()
        if link:
            return link if names else f"<{link}>"
        if person:
            for other in slack.users.values():
                if other.name == person and other.team_id == user.team_id:
                    return f"<@{other.id}|{other.name}>" if names else f"<@{other.id}>"
        for channel in slack.channels.values():
            if channel.name == place and channel.team_id == user.team_id and place:
                return f"<#{channel.id}|{channel.name}>"
        return found.group(0)

    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _NAMED.sub(token, escaped)


def event(slack: FakeSlack, user: User, inner: Json) -> Json:
    """The envelope of an Events API delivery.

    Where somebody of another company acts in a shared channel, it is the authorization that names
    the workspace with the app.
    """
    team = slack.teams[user.team_id]
    channel = slack.channels.get(str(inner.get("channel")))
    app = slack.teams[channel.team_id] if channel is not None and channel.ext_shared else team
    return {
        "token": _VERIFICATION,
        "team_id": team.id,
        "context_team_id": app.id,
        "context_enterprise_id": app.enterprise_id,
        "api_app_id": team.app_id,
        "event": {"event_ts": f"{slack.clock():.6f}", **inner},
        "type": "event_callback",
        "event_id": "Ev" + secrets.token_hex(5).upper(),
        "event_time": int(slack.clock()),
        "authorizations": [
            {
                "enterprise_id": app.enterprise_id,
                "team_id": app.id,
                "user_id": app.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": bool(channel and channel.ext_shared),
        "event_context": "4-" + secrets.token_hex(16),
    }


def message_event(slack: FakeSlack, message: Message, channel_type: str) -> Json:
    """The inner event of something a person wrote."""
    shown = present(slack, message)
    shown.pop("reply_count", None)
    inner = {
        **shown,
        "channel": message.channel,
        "channel_type": channel_type,
        "event_ts": message.ts,
        "blocks": [
            {
                "type": "rich_text",
                "block_id": secrets.token_hex(3),
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [{"type": "text", "text": message.text}],
                    }
                ],
            }
        ],
    }
    if message.thread_ts and message.thread_ts != message.ts:
        inner["parent_user_id"] = slack.message_at(message.channel, message.thread_ts).user
    return inner


def slash(
    slack: FakeSlack, user: User, command: str, words: str, channel: Channel, hook: ResponseUrl
) -> Json:
    """The fields of a slash command."""
    team = slack.teams[user.team_id]
    name = {"im": "directmessage", "private": "privategroup"}.get(channel.kind, channel.name)
    return {
        "token": _VERIFICATION,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": name,
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": typed(slack, user, words, names=True) if slack.should_escape else words,
        "api_app_id": team.app_id,
        "is_enterprise_install": "false",
        "response_url": f"{slack.url}/hooks/response/{hook.id}",
        "trigger_id": slack.new_trigger(team.id, user.id),
    }


def _interactive(
    slack: FakeSlack, user: User, kind: str, view_id: str | None = None, app: Team | None = None
) -> Json:
    """What all interactive payloads have; `app` is the workspace with the app if it is another."""
    team = app or slack.teams[user.team_id]
    return {
        "type": kind,
        "token": _VERIFICATION,
        "team": {"id": team.id, "domain": team.domain},
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
        "api_app_id": team.app_id,
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": slack.new_trigger(team.id, user.id, view_id),
    }


def block_action(
    slack: FakeSlack, user: User, where: Message | View, action: Json, values: Json
) -> Json:
    """A click or choice in a message, a modal or App Home."""
    action = {**action, "action_ts": f"{slack.clock():.6f}"}
    if isinstance(where, View):
        payload = _interactive(
            slack, user, "block_actions", where.id if where.type == "modal" else None
        )
        shown = show_view(slack, where) | {"state": {"values": values}}
        return payload | {
            "container": {"type": "view", "view_id": where.id},
            "view": shown,
            "actions": [action],
        }
    hook = slack.new_response_url(user.team_id, where.channel, user.id, where)
    container: Json = {
        "type": "message",
        "message_ts": where.ts,
        "channel_id": where.channel,
        "is_ephemeral": where.ephemeral,
    }
    if where.thread_ts:
        container["thread_ts"] = where.thread_ts
    app = slack.teams[where.team_id]
    payload = _interactive(slack, user, "block_actions", app=app) | {
        "container": container,
        "channel": _channel(slack, where.channel),
        "state": {"values": values},
        "response_url": f"{slack.url}/hooks/response/{hook.id}",
        "actions": [action],
    }
    if not where.ephemeral:
        payload["message"] = present(slack, where)
    return payload


def suggestion(
    slack: FakeSlack, user: User, where: Message | View, action: Json, words: str
) -> Json:
    """A request for the options of an external select, while somebody types."""
    payload = _interactive(slack, user, "block_suggestion")
    del payload["trigger_id"]
    payload |= {"action_id": action["action_id"], "block_id": action["block_id"], "value": words}
    if isinstance(where, View):
        return payload | {
            "container": {"type": "view", "view_id": where.id},
            "view": show_view(slack, where),
        }
    return payload | {
        "container": {"type": "message", "message_ts": where.ts, "channel_id": where.channel},
        "channel": _channel(slack, where.channel),
        "message": present(slack, where),
    }


def view_event(slack: FakeSlack, user: User, view: View, kind: str, values: Json) -> Json:
    """A modal submitted (view_submission) or closed (view_closed)."""
    payload = _interactive(slack, user, kind, view.id)
    payload["view"] = show_view(slack, view) | {"state": {"values": values}}
    if kind == "view_closed":
        del payload["trigger_id"]
        return payload | {"is_cleared": False}
    return payload | {"response_urls": []}


def shortcut(slack: FakeSlack, user: User, callback_id: str, message: Message | None) -> Json:
    """A global shortcut, or one on a message."""
    payload = _interactive(slack, user, "message_action" if message else "shortcut")
    payload |= {"callback_id": callback_id, "action_ts": f"{slack.clock():.6f}"}
    if message is None:
        return payload
    hook = slack.new_response_url(user.team_id, message.channel, user.id, message)
    return payload | {
        "message_ts": message.ts,
        "channel": _channel(slack, message.channel),
        "message": present(slack, message),
        "response_url": f"{slack.url}/hooks/response/{hook.id}",
    }


def _channel(slack: FakeSlack, channel_id: str) -> dict[str, Any]:
    channel = slack.channels[channel_id]
    return {"id": channel.id, "name": "directmessage" if channel.is_im else channel.name}
