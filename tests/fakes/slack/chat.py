"""chat.*, reactions.* and what posting means: where, how long, in which thread."""

from __future__ import annotations

import json
from typing import Any

from . import audit
from .api import Ask, method, present
from .world import Channel, Finding, Json, Message, SlackError

MAX_POST = 40_000
MAX_UPDATE = 4_000
MAX_METADATA = 8_000

_POST = (
    "channel* text blocks:json attachments:json thread_ts reply_broadcast:bool metadata:json "
    "mrkdwn:bool unfurl_links:bool unfurl_media:bool parse link_names:bool markdown_text "
    "client_msg_id as_user:bool "
    "icon_emoji icon_url username"
)


@method("chat.postMessage", _POST, scope="chat:write", tier="post")
def post_message(ask: Ask) -> Json:
    """Post to a channel, a thread or, by user id, a direct message."""
    channel = _postable(ask)
    message = _compose(ask, channel, MAX_POST)
    same = _same(ask, channel, message)
    if same is None:
        _into_thread(ask, channel, message)
        message.metadata = _metadata(ask)
        ask.slack.put(message)
        _clear_status(ask, message)
        _note_linking(ask, message)
    else:
        message = same
    return {
        "channel": channel.id,
        "ts": message.ts,
        "message": present(ask.slack, message, metadata=True),
    }


@method(
    "chat.postEphemeral",
    "channel* user* text blocks:json attachments:json thread_ts parse link_names:bool "
    "markdown_text "
    "as_user:bool icon_emoji icon_url username",
    scope="chat:write",
    tier="4",
)
def post_ephemeral(ask: Ask) -> Json:
    """Show a message to one member of a channel."""
    channel = _postable(ask)
    user = ask.slack.users.get(ask.args["user"])
    if user is None or user.id not in channel.members:
        raise SlackError("user_not_in_channel")
    message = _compose(ask, channel, MAX_POST)
    message.shown_to = user.id
    _into_thread(ask, channel, message)
    ask.slack.put(message)
    _note_linking(ask, message)
    return {"message_ts": message.ts}


@method(
    "chat.update",
    "channel* ts* text blocks:json attachments:json metadata:json parse link_names:bool "
    "markdown_text "
    "as_user:bool reply_broadcast:bool file_ids:json",
    scope="chat:write",
)
def update(ask: Ask) -> Json:
    """Change a message of our own; blocks and attachments stay unless given again."""
    channel = ask.inside(ask.args["channel"])
    message = ask.slack.message_at(channel.id, ask.args["ts"])
    if message.bot_id != ask.team.bot_id:
        raise SlackError("cant_update_message")
    window = ask.slack.edit_window
    if window is not None and ask.slack.clock() - float(message.ts) > window:
        raise SlackError("edit_window_closed")
    new = _compose(ask, channel, MAX_UPDATE)
    message.earlier.append((message.text, message.blocks))
    if "blocks" not in ask.args and message.blocks:
        ask.slack.audit.append(Finding("update_without_blocks", channel.id, message.ts, new.text))
    if "blocks" in ask.args:
        message.blocks = new.blocks
    if "attachments" in ask.args:
        message.attachments = new.attachments
    if "metadata" in ask.args:
        message.metadata = _metadata(ask)
    message.text = new.text
    message.edited_ts = ask.slack.next_ts(channel.id)
    ask.slack.refresh(message)
    return {
        "channel": channel.id,
        "ts": message.ts,
        "text": message.text,
        "message": present(ask.slack, message, metadata=True),
    }


@method("chat.delete", "channel* ts* as_user:bool", scope="chat:write")
def delete(ask: Ask) -> Json:
    """Delete a message of our own."""
    channel = ask.inside(ask.args["channel"])
    message = ask.slack.message_at(channel.id, ask.args["ts"])
    if message.bot_id != ask.team.bot_id:
        raise SlackError("cant_delete_message")
    message.deleted = True
    ask.slack.note("deleted", message)
    return {"channel": channel.id, "ts": message.ts}


@method("chat.getPermalink", "channel* message_ts*", tier="permalink")
def permalink(ask: Ask) -> Json:
    """Give the address of a message."""
    channel = ask.channel(ask.args["channel"])
    message = ask.slack.message_at(channel.id, ask.args["message_ts"])
    link = (
        f"https://{ask.team.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    )
    if message.thread_ts and message.thread_ts != message.ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


@method(
    "chat.unfurl",
    "channel ts unfurls:json unfurl_id source user_auth_message user_auth_required:bool "
    "user_auth_url "
    "user_auth_blocks:json metadata:json",
    scope="links:write",
)
def unfurl(ask: Ask) -> Json:
    """Record cards for links; their blocks are checked like a message's."""
    if not (ask.args.get("unfurl_id") and ask.args.get("source")):
        message = ask.slack.message_at(
            ask.channel(ask.args.get("channel")).id, str(ask.args.get("ts"))
        )
        if message.bot_id == ask.team.bot_id:
            raise SlackError("cannot_unfurl_message")
    for url, card in (ask.args.get("unfurls") or {}).items():
        ask.checked_blocks(card.get("blocks"))
        ask.slack.audit += audit.examine_card(ask.slack, ask.team.id, url, card)
    ask.slack.unfurls.append(dict(ask.args))
    return {}


@method("reactions.add", "channel* timestamp* name*", scope="reactions:write")
def react(ask: Ask) -> Json:
    """Add our bot's reaction to a message."""
    channel = ask.inside(ask.args["channel"])
    message = ask.slack.message_at(channel.id, ask.args["timestamp"])
    users = message.reactions.setdefault(ask.args["name"], [])
    if ask.team.bot_user_id in users:
        raise SlackError("already_reacted")
    users.append(ask.team.bot_user_id)
    return {}


def _postable(ask: Ask) -> Channel:
    """Find where to post; raises channel_not_found, is_archived, not_in_channel, restricted_*."""
    wanted = ask.args["channel"]
    person = ask.slack.users.get(wanted)
    if person is not None and person.team_id == ask.team.id and not person.bot:
        channel = ask.slack.im(person)
    else:
        channel = ask.channel(wanted)
    if channel.archived:
        raise SlackError("is_archived")
    if ask.team.bot_user_id not in channel.members and "chat:write.public" not in ask.token.scopes:
        raise SlackError("not_in_channel")
    if channel.restricted:
        raise SlackError(channel.restricted)
    if channel.is_im and not ask.team.messages_tab:
        raise SlackError("messages_tab_disabled")
    return channel


def _compose(ask: Ask, channel: Channel, most: int) -> Message:
    text = ask.args.get("text") or ""
    markdown = ask.args.get("markdown_text")
    if markdown and (text or ask.args.get("blocks")):
        raise SlackError("markdown_text_conflict")
    blocks = ask.checked_blocks(ask.args.get("blocks"))
    attachments = ask.args.get("attachments") or []
    if len(attachments) > 100:
        raise SlackError("too_many_attachments")
    for attachment in attachments:
        ask.checked_blocks(attachment.get("blocks"))
    if not (text.strip() or markdown or blocks or attachments):
        raise SlackError("no_text")
    if len(text) > most or len(markdown or "") > 12_000:
        raise SlackError("msg_too_long")
    return Message(
        team_id=ask.team.id,
        channel=channel.id,
        ts=ask.slack.next_ts(channel.id),
        user=ask.team.bot_user_id,
        text=markdown or text,
        blocks=[{"type": "markdown", "text": markdown}] if markdown else blocks,
        attachments=attachments,
        bot_id=ask.team.bot_id,
        app_id=ask.team.app_id,
        client_msg_id=ask.args.get("client_msg_id"),
        mrkdwn=ask.args.get("mrkdwn", True),
    )


def _into_thread(ask: Ask, channel: Channel, message: Message) -> None:
    thread = ask.args.get("thread_ts")
    if not thread:
        return
    try:
        parent = ask.slack.message_at(channel.id, thread)
    except SlackError:
        raise SlackError("cannot_reply_to_message") from None
    if parent.thread_ts not in (None, parent.ts):
        raise SlackError("cannot_reply_to_message")
    message.thread_ts = parent.ts
    message.broadcast = bool(ask.args.get("reply_broadcast"))
    if message.broadcast:
        message.subtype = "thread_broadcast"


def _metadata(ask: Ask) -> Json | None:
    metadata: Any = ask.args.get("metadata")
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        raise SlackError("invalid_metadata_format")
    if not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(metadata)) > MAX_METADATA:
        raise SlackError("metadata_too_large")
    return metadata


def _same(ask: Ask, channel: Channel, message: Message) -> Message | None:
    if not (message.client_msg_id and ask.slack.dedupe_client_msg_id):
        return None
    for other in ask.slack.posts[channel.id]:
        if other.client_msg_id == message.client_msg_id and other.bot_id == message.bot_id:
            return other
    return None


def _clear_status(ask: Ask, message: Message) -> None:
    for key in [key for key in ask.slack.statuses if key[0] == message.channel]:
        if key[1] == message.thread_ts:
            del ask.slack.statuses[key]


def _note_linking(ask: Ask, message: Message) -> None:
    if ask.args.get("parse") == "full" or ask.args.get("link_names"):
        ask.slack.audit.append(
            Finding("auto_link", message.channel, message.ts, "parse=full or link_names")
        )
