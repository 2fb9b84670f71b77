"""What Slack would send to the app for each thing that people do."""

import re
import secrets

from app.demo.slack import views
from app.demo.slack.directory import show_channel
from app.demo.slack.stage import Json, Stage

_NAMED = re.compile(r"(?<![\w@])@([\w.-]*\w)|(?<![\w&])#([\w-]+)|(https?://[^\s<>|]+)")


def typed(stage: Stage, text: str) -> str:
    """Return typed words as Slack passes them on: people, channels and links as tokens."""
    team = stage.data["team"]
    people = {one["name"].lower(): user for user, one in stage.data["users"].items()}
    people["headway"] = team["bot_user_id"]
    places = {one["name"]: one["id"] for one in stage.data["channels"].values() if one["name"]}

    def token(found: re.Match[str]) -> str:
        person, place, link = found.groups()
        if link:
            return f"<{link}>"
        if person and person.lower() in people:
            return f"<@{people[person.lower()]}>"
        if place in places:
            return f"<#{places[place]}|{place}>"
        return found.group(0)

    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _NAMED.sub(token, escaped)


def event(stage: Stage, inner: Json) -> Json:
    """Return the delivery of an event."""
    team = stage.data["team"]
    at = stage.clock().timestamp()
    return {
        "team_id": team["id"], "api_app_id": team["app_id"], "type": "event_callback",
        "event": {"event_ts": f"{at:.6f}", **inner}, "event_time": int(at),
        "event_id": f"Ev{secrets.token_hex(6).upper()}", "is_ext_shared_channel": False,
        "authorizations": [
            {"team_id": team["id"], "user_id": team["bot_user_id"], "is_bot": True,
             "enterprise_id": None, "is_enterprise_install": False}
        ],
    }  # fmt: skip


def command(stage: Stage, user: str, channel: Json, name: str, text: str) -> Json:
    """Return the delivery of a slash command."""
    team = stage.data["team"]
    return {
        "team_id": team["id"], "team_domain": "sample", "channel_id": channel["id"],
        "channel_name": channel["name"] or "directmessage", "user_id": user,
        "user_name": stage.user(user)["name"], "command": name, "text": typed(stage, text),
        "api_app_id": team["app_id"], "is_enterprise_install": "false",
        "response_url": stage.hook(channel["id"], user, None), "trigger_id": stage.trigger(user),
    }  # fmt: skip


def _acted(stage: Stage, user: str, kind: str, view: str | None = None) -> Json:
    team = stage.data["team"]
    name = stage.user(user)["name"]
    return {
        "type": kind, "team": {"id": team["id"], "domain": "sample"},
        "user": {"id": user, "username": name, "name": name, "team_id": team["id"]},
        "api_app_id": team["app_id"], "enterprise": None, "is_enterprise_install": False,
        "trigger_id": stage.trigger(user, view),
    }  # fmt: skip


def _about(stage: Stage, message: Json, channel: Json) -> Json:
    """Return what stands in a delivery of the message that somebody used."""
    shown = show_channel(channel)
    found: Json = {
        "channel": {"id": channel["id"], "name": shown.get("name") or "directmessage"},
        "container": {
            "type": "message", "message_ts": message["ts"], "channel_id": channel["id"],
            "is_ephemeral": bool(message.get("only")),
        },
    }  # fmt: skip
    if message.get("thread_ts"):
        found["container"]["thread_ts"] = message["thread_ts"]
    if not message.get("only"):
        found["message"] = message
    return found


def in_message(
    stage: Stage, user: str, channel: Json, message: Json, action: Json, values: Json
) -> Json:
    """Return the delivery of something pressed or chosen in a message."""
    return {
        **_acted(stage, user, "block_actions"),
        **_about(stage, message, channel),
        "state": {"values": values},
        "response_url": stage.hook(channel["id"], user, message["ts"]),
        "actions": [{**action, "action_ts": f"{stage.clock().timestamp():.6f}"}],
    }


def in_view(stage: Stage, user: str, view: Json, action: Json) -> Json:
    """Return the delivery of something pressed or chosen in a modal or in the app's home."""
    is_modal = view["content"]["type"] == "modal"
    return {
        **_acted(stage, user, "block_actions", view["id"] if is_modal else None),
        "container": {"type": "view", "view_id": view["id"]},
        "view": views.show(stage, view),
        "actions": [{**action, "action_ts": f"{stage.clock().timestamp():.6f}"}],
    }


def of_view(stage: Stage, user: str, view: Json, kind: str) -> Json:
    """Return the delivery of a modal that was sent (view_submission) or closed (view_closed)."""
    made = {**_acted(stage, user, kind, view["id"]), "view": views.show(stage, view)}
    if kind == "view_closed":
        return {**made, "is_cleared": False}
    return {**made, "response_urls": []}


def suggestion(stage: Stage, user: str, where: Json, element: Json, text: str) -> Json:
    """Return the question for what fits to typed words; `where` is what the element stands in."""
    made = {**_acted(stage, user, "block_suggestion"), **where, **element, "value": text}
    del made["trigger_id"]
    return made


def shortcut(
    stage: Stage, user: str, callback_id: str, about: tuple[Json, Json] | None = None
) -> Json:
    """Return the delivery of a shortcut, also one on a message (its channel, and itself)."""
    kind = "shortcut" if about is None else "message_action"
    made = {
        **_acted(stage, user, kind), "callback_id": callback_id,
        "action_ts": f"{stage.clock().timestamp():.6f}",
    }  # fmt: skip
    if about is None:
        return made
    channel, message = about
    shown = _about(stage, message, channel)
    return {
        **made, "channel": shown["channel"], "message": message, "message_ts": message["ts"],
        "response_url": stage.hook(channel["id"], user, message["ts"]),
    }  # fmt: skip
