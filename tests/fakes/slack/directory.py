"""conversations.*, users.*, auth.* and team.*: who and what is there, and what was said."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from .api import Ask, method, present
from .world import Channel, Json, Message, SlackError, User

_KINDS = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}
_TYPES = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}


@method("api.test", "error", token=None, tier="4")
def api_test(ask: Ask) -> Json:
    """Answer ok, or the error asked for."""
    if ask.args.get("error"):
        raise SlackError(ask.args["error"])
    return {}


@method("auth.test", tier="auth")
def auth_test(ask: Ask) -> Json:
    """Tell whose token this is."""
    return {
        "url": f"https://{ask.team.domain}.slack.com/",
        "team": ask.team.name,
        "user": ask.slack.users[ask.team.bot_user_id].name,
        "team_id": ask.team.id,
        "user_id": ask.team.bot_user_id,
        "bot_id": ask.team.bot_id,
        "is_enterprise_install": False,
    }


@method("auth.revoke", "test:bool")
def auth_revoke(ask: Ask) -> Json:
    """Revoke the token that asks."""
    if not ask.args.get("test"):
        ask.token.revoked = True
    return {"revoked": not ask.args.get("test")}


@method("team.info", "team domain", scope="team:read")
def team_info(ask: Ask) -> Json:
    """Describe the workspace."""
    return {"team": {"id": ask.team.id, "name": ask.team.name, "domain": ask.team.domain}}


@method("conversations.open", "channel users return_im:bool prevent_creation:bool")
def open_conversation(ask: Ask) -> Json:
    """Open the direct message with one person."""
    ids = [item.strip() for item in str(ask.args.get("users") or "").split(",") if item.strip()]
    if ask.args.get("channel"):
        return {"channel": {"id": ask.inside(ask.args["channel"]).id}}
    if not ids:
        raise SlackError("users_list_not_supplied")
    if len(ids) > 1:
        raise SlackError("missing_scope", needed="mpim:write", provided=",".join(ask.token.scopes))
    ask.need("im:write")
    user = ask.user(ids[0])
    if user.deleted:
        raise SlackError("user_disabled")
    if user.team_id != ask.team.id or user.bot:
        raise SlackError("user_not_visible")
    channel = ask.slack.im(user)
    return {"channel": show(ask, channel) if ask.args.get("return_im") else {"id": channel.id}}


@method("conversations.info", "channel* include_locale:bool include_num_members:bool")
def conversation_info(ask: Ask) -> Json:
    """Describe one conversation."""
    channel = _readable(ask, "read")
    shown = show(ask, channel)
    if ask.args.get("include_num_members"):
        shown["num_members"] = len(channel.members)
    return {"channel": shown}


@method("conversations.members", "channel* cursor limit:int", tier="4")
def members(ask: Ask) -> Json:
    """List a conversation's members by id, a page at a time."""
    channel = _readable(ask, "read")
    page, more = ask.page(sorted(channel.members), 100, 1000)
    return {"members": page, "response_metadata": more}


@method("conversations.list", "cursor exclude_archived:bool limit:int team_id types", tier="2")
def conversations(ask: Ask) -> Json:
    """List the conversations of the asked types that our bot may know of."""
    return _list(ask, lambda channel: channel.kind == "public" or _member(ask, channel))


@method(
    "users.conversations",
    "cursor exclude_archived:bool exclude_muted:bool limit:int team_id types user",
    tier="2",
)
def user_conversations(ask: Ask) -> Json:
    """List the conversations a person (default: our bot) is in."""
    who = ask.args.get("user") or ask.team.bot_user_id
    return _list(
        ask,
        lambda channel: (
            who in channel.members and (channel.kind == "public" or _member(ask, channel))
        ),
    )


@method(
    "conversations.history",
    "channel* cursor include_all_metadata:bool inclusive:bool latest limit:int oldest",
)
def history(ask: Ask) -> Json:
    """Give a channel's messages, newest first; replies only if also sent to the channel."""
    channel = _readable(ask, "history")
    said = [
        message
        for message in _said(ask, channel)
        if message.thread_ts in (None, message.ts) or message.broadcast
    ]
    page, more = ask.page(_window(ask, said)[::-1], 100, 999)
    with_metadata = _with_metadata(ask)
    return {
        "messages": [present(ask.slack, message, metadata=with_metadata) for message in page],
        "has_more": bool(more["next_cursor"]),
        "pin_count": 0,
        "response_metadata": more,
    }


@method(
    "conversations.replies",
    "channel* ts* cursor include_all_metadata:bool inclusive:bool latest limit:int oldest",
)
def replies(ask: Ask) -> Json:
    """Give a thread, its parent first."""
    channel = _readable(ask, "history")
    thread = [
        message
        for message in _said(ask, channel)
        if ask.args["ts"] in (message.ts, message.thread_ts)
    ]
    if not thread:
        raise SlackError("thread_not_found")
    page, more = ask.page(_window(ask, thread), 100, 1000)
    with_metadata = _with_metadata(ask)
    return {
        "messages": [present(ask.slack, message, metadata=with_metadata) for message in page],
        "has_more": bool(more["next_cursor"]),
        "response_metadata": more,
    }


@method("conversations.join", "channel*", scope="channels:join")
def join(ask: Ask) -> Json:
    """Let our bot join a public channel."""
    channel = ask.channel(ask.args["channel"])
    if channel.kind != "public":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.archived:
        raise SlackError("is_archived")
    already = _member(ask, channel)
    channel.members.add(ask.team.bot_user_id)
    answer: Json = {"channel": show(ask, channel)}
    if already:
        answer["warning"] = "already_in_channel"
    return answer


@method("users.info", "user* include_locale:bool", scope="users:read", tier="4")
def user_info(ask: Ask) -> Json:
    """Describe a person; the e-mail address needs users:read.email."""
    return {"user": show_user(ask, ask.user(ask.args["user"]), ask.args.get("include_locale"))}


@method("users.list", "cursor include_locale:bool limit:int team_id", scope="users:read", tier="2")
def users(ask: Ask) -> Json:
    """List everybody in the workspace, bots and deleted people too."""
    everybody = [user for user in ask.slack.users.values() if user.team_id == ask.team.id]
    page, more = ask.page(everybody, 1000, 1000)
    return {
        "members": [show_user(ask, user, ask.args.get("include_locale")) for user in page],
        "response_metadata": more,
    }


@method("users.lookupByEmail", "email*", scope="users:read.email")
def lookup(ask: Ask) -> Json:
    """Find a person by e-mail address."""
    wanted = ask.args["email"].lower()
    for user in ask.slack.users.values():
        if user.team_id == ask.team.id and user.email.lower() == wanted and not user.deleted:
            return {"user": show_user(ask, user)}
    raise SlackError("users_not_found")


def show(ask: Ask, channel: Channel) -> Json:
    """A conversation as the Web API shows it."""
    shown: Json = {
        "id": channel.id,
        "created": channel.created,
        "is_archived": channel.archived,
        "is_im": channel.is_im,
        "is_org_shared": False,
        "context_team_id": ask.team.id,
    }
    if channel.is_im:
        other = next(iter(channel.members - {ask.team.bot_user_id}))
        return shown | {"user": other, "is_open": True}
    return shown | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "public",
        "is_group": channel.kind == "private",
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.kind != "public",
        "is_general": channel.name == "general",
        "is_shared": channel.ext_shared,
        "is_ext_shared": channel.ext_shared,
        "is_member": _member(ask, channel),
        "shared_team_ids": [channel.team_id],
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
    }


def show_user(ask: Ask, user: User, locale: Any = False) -> Json:
    """A person as the Web API shows them."""
    profile = {"real_name": user.real_name, "display_name": user.name, "team": user.team_id}
    if "users:read.email" in ask.token.scopes and not user.bot:
        profile["email"] = user.email
    shown: Json = {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "deleted": user.deleted,
        "real_name": user.real_name,
        "profile": profile,
        "is_bot": user.bot,
        "is_stranger": user.team_id != ask.team.id,
    }
    if not user.deleted:
        offset = datetime.fromtimestamp(ask.slack.clock(), ZoneInfo(user.tz)).utcoffset()
        shown |= {
            "tz": user.tz,
            "tz_label": user.tz,
            "tz_offset": int(offset.total_seconds()) if offset else 0,
            "is_admin": user.admin,
            "is_owner": False,
            "is_restricted": user.guest is not None,
            "is_ultra_restricted": user.guest == "single",
        }
    if locale:
        shown["locale"] = user.locale
    return shown


def _member(ask: Ask, channel: Channel) -> bool:
    return ask.team.bot_user_id in channel.members


def _readable(ask: Ask, what: str) -> Channel:
    """Find a channel to read: visible, with its kind's scope, and for history from inside."""
    channel = ask.channel(ask.args["channel"])
    ask.need(f"{_KINDS[channel.kind]}:{what}")
    return ask.inside(channel.id) if what == "history" else channel


def _with_metadata(ask: Ask) -> bool:
    wanted = bool(ask.args.get("include_all_metadata"))
    return wanted and "metadata.message:read" in ask.token.scopes


def _said(ask: Ask, channel: Channel) -> list[Message]:
    return [m for m in ask.slack.posts[channel.id] if not m.deleted and not m.ephemeral]


def _window(ask: Ask, messages: list[Message]) -> list[Message]:
    try:
        oldest = float(ask.args.get("oldest") or 0)
        latest = float(ask.args.get("latest") or "inf")
    except ValueError:
        raise SlackError("invalid_ts_oldest") from None
    if ask.args.get("inclusive"):
        return [m for m in messages if oldest <= float(m.ts) <= latest]
    return [m for m in messages if oldest < float(m.ts) < latest]


def _list(ask: Ask, fits: Any) -> Json:
    kinds = []
    for name in str(ask.args.get("types") or "public_channel").split(","):
        if name.strip() not in _TYPES:
            raise SlackError("invalid_types")
        kinds.append(_TYPES[name.strip()])
    for kind in kinds:
        ask.need(f"{_KINDS[kind]}:read")
    found = [
        channel
        for channel in ask.slack.channels.values()
        if channel.team_id == ask.team.id
        and channel.kind in kinds
        and fits(channel)
        and not (ask.args.get("exclude_archived") and channel.archived)
    ]
    page, more = ask.page(found, 100, 1000)
    return {"channels": [show(ask, channel) for channel in page], "response_metadata": more}
