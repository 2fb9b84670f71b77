"""Saying something in Slack: to everybody in a channel or thread, or to one person."""

import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from integrations.slack import calls
from integrations.slack.blocks.mrkdwn import Post

#: Under this name our key stands in a message's metadata.
ANSWER = "headway_answer"
ALERT = "headway_alert"
#: So many of the newest messages are looked through.
PAGE, MOST_PAGES = 200, 10
READ_METADATA = "metadata.message:read"

#: Slack looks at a picture before it shows it: the seconds between the tries.
WAITS = (0.3, 0.7, 1.5)
#: A message that is not there any more, is not ours, or is too old to be changed.
UNCHANGEABLE = frozenset(("message_not_found", "cant_update_message", "edit_window_closed"))
_BAD_BLOCKS = frozenset(("invalid_blocks", "invalid_blocks_format"))

_SPACE = uuid.UUID("6f1b1f3e-6a52-5d0e-9c52-8c7b9f4f4a10")
#: Slack does not let us look, now or later.
_NO_LOOK = frozenset(
    ("missing_scope", "not_in_channel", "channel_not_found", "access_denied", "no_permission")
)
#: Nothing in the text is mark-up: it is what notifications say.
_QUIET = {"unfurl_links": False, "unfurl_media": False, "mrkdwn": False}


class NotSure(Exception):
    """Slack does not let us look whether a message is there."""


@dataclass(frozen=True)
class Mark:
    """What makes a message findable again: the kind of our metadata, and our key in it."""

    kind: str
    key: str

    @property
    def metadata(self) -> dict[str, Any]:
        """Return the metadata that goes with the message."""
        return {"event_type": self.kind, "event_payload": {"key": self.key}}

    @property
    def message_id(self) -> str:
        """Return an id that is always the same for this key."""
        return str(uuid.uuid5(_SPACE, self.key))

    def is_on(self, message: dict[str, Any]) -> bool:
        """Tell whether a message from a channel's history is this one."""
        if message.get("client_msg_id") == self.message_id:
            return True
        found = message.get("metadata")
        payload = found.get("event_payload") if isinstance(found, dict) else None
        return isinstance(payload, dict) and payload.get("key") == self.key


def post(client: WebClient, channel: str, said: Post, mark: Mark, thread: str | None = None) -> str:
    """Post a message once and return its id (ts).

    A picture that Slack is not done with is waited for, one that it does not show is left out;
    blocks that it refuses go as text.
    """
    arguments: dict[str, Any] = {
        "channel": channel,
        "metadata": mark.metadata,
        "client_msg_id": mark.message_id,
        **_QUIET,
    }
    if thread is not None:
        arguments["thread_ts"] = thread
    for shown, wait in _versions(said):
        time.sleep(wait)
        try:
            return str(client.chat_postMessage(**arguments, **shown)["ts"])
        except SlackApiError as error:
            # Refused for its blocks, it surely was not posted.
            if calls.code_of(error) not in _BAD_BLOCKS:
                raise
    return str(client.chat_postMessage(**arguments, text=said.text)["ts"])


def change(client: WebClient, channel: str, ts: str, said: Post, mark: Mark) -> None:
    """Let a message of ours say something else; blocks that Slack refuses go as text."""
    arguments: dict[str, Any] = {"channel": channel, "ts": ts, "metadata": mark.metadata}
    try:
        client.chat_update(**arguments, **said.payload())
    except SlackApiError as error:
        if calls.code_of(error) not in _BAD_BLOCKS:
            raise
        client.chat_update(**arguments, text=said.text, blocks=[])


def _versions(said: Post) -> Iterator[tuple[dict[str, Any], float]]:
    """Yield what to post one after the other until Slack takes it, with the seconds before."""
    yield said.payload(), 0.0
    if said.has_picture:
        for wait in WAITS:
            yield said.payload(), wait
        yield said.without_pictures().payload(), 0.0


def whisper(
    client: WebClient, channel: str, user: str, said: Post, thread: str | None = None
) -> None:
    """Show a message to one person in a channel."""
    arguments: dict[str, Any] = {} if thread is None else {"thread_ts": thread}
    client.chat_postEphemeral(channel=channel, user=user, **arguments, **said.payload())


def reply(response_url: str, said: Post, api_url: str) -> int:
    """Answer a click privately through the address that came with it; returns Slack's status."""
    return send(response_url, {**said.payload(), "response_type": "ephemeral"}, api_url)


def send(response_url: str, answer: dict[str, Any], api_url: str) -> int:
    """Answer through the address that came with a click or a command; returns Slack's status.

    An address that is not Slack's gets nothing, as if it had been used up (404).
    """
    if not calls.is_slacks(response_url, api_url):
        return 404
    webhook = WebhookClient(
        response_url, timeout=calls.TIMEOUT, retry_handlers=[], logger=calls.QUIET
    )
    return int(webhook.send_dict({**answer, "replace_original": False}).status_code)


def find(
    client: WebClient,
    channel: str,
    mark: Mark,
    *,
    oldest: float,
    thread: str | None = None,
    reads_metadata: bool,
) -> str | None:
    """Return the id of a message that may have arrived, None if it surely did not.

    Looks from `oldest` (seconds since 1970) on. `reads_metadata` tells whether the app may
    read what we mark messages with, unless Slack says so with its answer. Raises NotSure where
    the app lacks the permission to look, or there is too much to look through; otherwise what
    a call may raise.
    """
    cursor = ""
    for _ in range(MOST_PAGES):
        arguments: dict[str, Any] = {
            "channel": channel,
            "oldest": f"{oldest:.6f}",
            "limit": PAGE,
            "include_all_metadata": True,
        }
        if cursor:
            arguments["cursor"] = cursor
        page, scopes = _page_of(client, thread, arguments)
        if scopes is not None:
            reads_metadata = READ_METADATA in scopes
        for message in page.get("messages") or ():
            if mark.is_on(message):
                return str(message["ts"])
        cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            break
    if cursor or not reads_metadata:
        raise NotSure("metadata")
    if thread is None:
        return None
    # Where its thread was gone by then, it stands alone.
    return find(client, channel, mark, oldest=oldest, reads_metadata=reads_metadata)


def _page_of(
    client: WebClient, thread: str | None, arguments: dict[str, Any]
) -> tuple[dict[str, Any], frozenset[str] | None]:
    try:
        if thread is not None:
            answer: Any = client.conversations_replies(ts=thread, **arguments)
        else:
            answer = client.conversations_history(**arguments)
    except SlackApiError as error:
        code = calls.code_of(error)
        if code == "thread_not_found":
            return {}, None
        if code in _NO_LOOK:
            raise NotSure(code) from error
        raise
    found = answer.data if isinstance(answer.data, dict) else {}
    return found, calls.scopes_of(answer)
