"""The app's manifest for Slack: only the events and permissions that are used (pure)."""

import copy
from typing import Any
from urllib.parse import urlsplit

from goals.errors import Refusal
from goals.words import N_

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
    "channel_left",
    "channel_shared",
    "channel_unshared",
    "function_executed",
    "member_joined_channel",
    "member_left_channel",
    "message.im",
    "tokens_revoked",
)
#: Shortcuts: what people choose in Slack's menus, on nothing and on a message.
SHORTCUTS = (
    {
        "name": "New check-in",
        "type": "global",
        "callback_id": "checkin_global",
        "description": "Say how sure you are of a goal's target",
    },
    {
        "name": "Attach to goal",
        "type": "message",
        "callback_id": "link_message",
        "description": "Keep this message with a goal",
    },
)
#: Whoever starts a workflow; Slack fills it in, and nobody can type another person.
_STARTER = {
    "type": "slack#/types/user_context",
    "title": "Person",
    "description": "Who started the workflow",
}
_GOAL = {"type": "string", "title": "Goal", "description": "Its name or its number"}
#: Steps of workflows, with what goes in and what comes out.
FUNCTIONS: dict[str, dict[str, Any]] = {
    "goal_status": {
        "title": "Get goal status",
        "description": "How a goal stands that the whole workspace may see",
        "input_parameters": {
            "properties": {"goal": _GOAL, "user": _STARTER},
            "required": ["goal", "user"],
        },
        "output_parameters": {
            "properties": {
                "status": {"type": "string", "title": "Status", "description": "In one word"},
                "summary": {
                    "type": "string",
                    "title": "Summary",
                    "description": "Status, numbers and target in a sentence or two",
                },
            },
            "required": ["status", "summary"],
        },
    },
    "record_checkin": {
        "title": "Record a check-in",
        "description": "Say how sure somebody is of a goal's target, and what changed",
        "input_parameters": {
            "properties": {
                "goal": _GOAL,
                "confidence": {
                    "type": "string",
                    "title": "Confidence",
                    "description": "90, 70, 50, 30 or 10 percent",
                },
                "note": {
                    "type": "string",
                    "title": "Note",
                    "description": "What changed, in a sentence",
                },
                "user": _STARTER,
            },
            "required": ["goal", "confidence", "note", "user"],
        },
        "output_parameters": {
            "properties": {
                "summary": {
                    "type": "string",
                    "title": "Summary",
                    "description": "What was recorded",
                }
            },
            "required": ["summary"],
        },
    },
}


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


def manifest(host: str, *, socket_mode: bool = False) -> dict[str, Any]:
    """Return the manifest; with Socket Mode Slack needs no way in to us."""
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
        interactivity["message_menu_options_url"] = request_url
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
            "shortcuts": [dict(one) for one in SHORTCUTS],
            "slash_commands": [command],
        },
        "oauth_config": {
            "redirect_urls": [f"{base}/slack/oauth_redirect"],
            "scopes": {"bot": list(BOT_SCOPES), "bot_optional": list(OPTIONAL_SCOPES)},
        },
        "settings": {
            "event_subscriptions": subscriptions,
            "interactivity": interactivity,
            "function_runtime": "remote",
            # Slack takes steps of workflows only from apps that a whole organisation may install.
            "org_deploy_enabled": True,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": False,
        },
        "functions": copy.deepcopy(FUNCTIONS),
    }
