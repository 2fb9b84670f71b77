"""The app's manifest for Slack: only the events and permissions that are used (pure)."""

import json
from typing import Any
from urllib.parse import urlencode, urlsplit

from goals.errors import Refusal
from goals.words import N_

CREATE = "https://api.slack.com/apps"
BOT_SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "channels:read",
    "chat:write",
    "commands",
    "im:history",
    "im:write",
    "users:read",
)
#: Without these the app works with less; the set-up page says what each is for.
OPTIONAL_SCOPES = (
    "channels:history",
    "groups:history",
    "groups:read",
    "metadata.message:read",
    "users:read.email",
)
EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_archive",
    "channel_deleted",
    "channel_left",
    "channel_rename",
    "channel_shared",
    "channel_unarchive",
    "channel_unshared",
    "member_joined_channel",
    "member_left_channel",
    "message.im",
    "tokens_revoked",
    "user_change",
)


def host_of(address: str) -> str:
    """Return the https address of a host as given: a name, or a whole address.

    Raises Refusal for anything that Slack could not call.
    """
    text = address.strip()
    parts = urlsplit(text if "//" in text else f"https://{text}")
    try:
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    bad = not host or parts.path not in ("", "/") or parts.query or parts.fragment or parts.username
    if bad or parts.scheme not in ("https", "http") or any(one.isspace() for one in text):
        raise Refusal(
            "host_wrong",
            N_("Give the address at which Slack reaches Headway, such as https://headway.example."),
            field="host",
        )
    return f"https://{host}{f':{port}' if port else ''}"


def create_url(document: dict[str, Any]) -> str:
    """Return the address at which Slack makes an app from a manifest."""
    text = json.dumps(document, separators=(",", ":"))
    return f"{CREATE}?{urlencode({'new_app': 1, 'manifest_json': text})}"


def manifest(
    host: str, *, socket_mode: bool = False, token_rotation: bool = False
) -> dict[str, Any]:
    """Return the manifest; with Socket Mode Slack needs no way in to us.

    `token_rotation` lets tokens expire, which only those that Headway is given by Slack's consent
    page may do: nobody changes one in the environment every twelve hours.
    """
    base = host_of(host)
    request_url = f"{base}/slack/events"
    interactivity: dict[str, Any] = {"is_enabled": True}
    subscriptions: dict[str, Any] = {"bot_events": list(EVENTS)}
    command: dict[str, Any] = {
        "command": "/goals",
        "description": "How your goals stand",
        "usage_hint": "status of churn | what is off track | help",
        "should_escape": True,
    }
    if not socket_mode:
        interactivity["request_url"] = request_url
        subscriptions["request_url"] = request_url
        command["url"] = request_url
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Headway",
            "description": "Goal status, alerts and answers from your CRM.",
            "background_color": "#1F3A5F",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": False,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "agent_view": {
                "agent_description": "Says how goals stand, with numbers from your CRM.",
                "suggested_prompts": [
                    {"title": "What is off track?", "message": "What is off track?"},
                    {"title": "All goals", "message": "Show all goals"},
                    {"title": "What can I ask?", "message": "help"},
                ],
            },
            "bot_user": {"display_name": "Headway", "always_online": True},
            "slash_commands": [command],
        },
        "oauth_config": {
            "redirect_urls": [f"{base}/slack/oauth_redirect"],
            "scopes": {"bot": list(BOT_SCOPES), "bot_optional": list(OPTIONAL_SCOPES)},
        },
        "settings": {
            "event_subscriptions": subscriptions,
            "interactivity": interactivity,
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": token_rotation,
        },
    }
