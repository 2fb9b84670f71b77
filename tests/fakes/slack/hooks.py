"""Answers outside the Web API: response_urls, uploaded bytes, bodies that answer commands."""

from __future__ import annotations

from email.parser import BytesParser
from email.policy import HTTP
from typing import TYPE_CHECKING

from .api import Ask
from .chat import MAX_POST
from .world import File, Json, Message, ResponseUrl, SlackError, Token

if TYPE_CHECKING:
    from .server import FakeSlack

MAX_USES = 5
MAX_SECONDS = 1800.0
_KNOWN = {
    "text",
    "blocks",
    "attachments",
    "response_type",
    "replace_original",
    "delete_original",
    "thread_ts",
    "metadata",
    "mrkdwn",
    "unfurl_links",
    "unfurl_media",
    "parse",
    "link_names",
}


def follow_up(slack: FakeSlack, hook_id: str, payload: Json) -> None:
    """Carry out one use of a response_url; raises `expired_url`, `used_url`, `no_text`, ..."""
    hook = slack.response_urls.get(hook_id)
    if hook is None or slack.age(hook.born) > MAX_SECONDS:
        raise SlackError("expired_url", 404)
    if hook.uses >= MAX_USES:
        raise SlackError("used_url", 404)
    hook.uses += 1
    message = hook.message
    if payload.get("delete_original"):
        if message is None:
            raise SlackError("message_not_found", 404)
        message.deleted = True
        slack.note("deleted", message)
    elif payload.get("replace_original") and message is not None:
        text, blocks, attachments = _content(slack, hook, payload)
        message.earlier.append((message.text, message.blocks))
        message.text, message.blocks, message.attachments = text, blocks, attachments
        slack.refresh(message)
    else:
        hook.said.append(reply(slack, hook, payload))


def reply(slack: FakeSlack, hook: ResponseUrl, payload: Json) -> Message:
    """Show an answer to the person who acted, or to the whole channel when it says in_channel."""
    text, blocks, attachments = _content(slack, hook, payload)
    team = slack.teams[hook.team_id]
    public = payload.get("response_type") == "in_channel"
    return slack.put(
        Message(
            team_id=team.id,
            channel=hook.channel,
            ts=slack.next_ts(hook.channel),
            user=team.bot_user_id,
            text=text,
            blocks=blocks,
            attachments=attachments,
            thread_ts=payload.get("thread_ts"),
            bot_id=team.bot_id,
            app_id=team.app_id,
            shown_to=None if public else hook.user_id,
        )
    )


def _content(
    slack: FakeSlack, hook: ResponseUrl, payload: Json
) -> tuple[str, list[Json], list[Json]]:
    unknown = sorted(set(payload) - _KNOWN)
    if unknown and slack.strict_args:
        raise SlackError("invalid_payload", 400)
    ask = Ask(
        slack, Token("", "none", "none", hook.team_id, set()), slack.teams[hook.team_id], payload
    )
    try:
        blocks = ask.checked_blocks(payload.get("blocks"))
    except SlackError as error:
        raise SlackError(error.code, 400, **error.extra) from None
    text, attachments = payload.get("text") or "", payload.get("attachments") or []
    if not (text or blocks or attachments):
        raise SlackError("no_text", 400)
    if len(text) > MAX_POST:
        raise SlackError("msg_too_long", 400)
    return text, blocks, attachments


def receive_bytes(file: File, body: bytes, content_type: str) -> bytes:
    """Take an upload, sent raw or as the one part of a form; gives what was kept."""
    if content_type.startswith("multipart/form-data"):
        head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1")
        part = next(iter(BytesParser(policy=HTTP).parsebytes(head + body).iter_parts()), None)
        found = part.get_payload(decode=True) if part is not None else b""
        body = found if isinstance(found, bytes) else b""
    file.content = body
    return body
