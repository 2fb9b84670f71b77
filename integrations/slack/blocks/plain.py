"""A message as plain text: for e-mail and for programs (pure)."""

import html
import re
from typing import Any

from integrations.slack.blocks.mrkdwn import Post

_LINK = re.compile(r"<(https?://[^|>]+)\|([^>]*)>")
_USER = re.compile(r"<@([A-Z0-9]+)>")


def text(post: Post) -> str:
    """Return what a message says, one paragraph for each block; links stand behind their names."""
    parts = [_block(one) for one in post.blocks]
    return "\n\n".join(part for part in parts if part) or html.unescape(post.text)


def subject(post: Post) -> str:
    """Return the message in one line."""
    return " ".join(html.unescape(post.text).split())


def _block(block: dict[str, Any]) -> str:
    match block["type"]:
        case "section":
            return _plain(block["text"]["text"])
        case "rich_text":
            [inside] = block["elements"]
            return "".join(_element(one) for one in inside["elements"])
        case "context":
            return " ".join(str(one["text"]) for one in block["elements"])
        case "actions":
            buttons = (one for one in block["elements"] if one.get("url"))
            return "\n".join(f"{one['text']['text']}: {one['url']}" for one in buttons)
    return ""


def _element(one: dict[str, Any]) -> str:
    if one["type"] == "user":
        return f"@{one['user_id']}"
    return str(one["text"])


def _plain(marked_up: str) -> str:
    named = _LINK.sub(lambda found: found.group(2), marked_up)
    return html.unescape(_USER.sub(r"@\1", named).replace("*", ""))
