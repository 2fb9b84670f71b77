"""What a person reads in a message or view: blocks, alt texts, mrkdwn as plain words."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .world import Json, Message, View

if TYPE_CHECKING:
    from .state import State

# Keys whose string value is shown to, or spoken for, a person.
_SPOKEN = (
    "alt_text",
    "title",
    "caption",
    "name",
    "accessibility_label",
    "label",
    "x_label",
    "y_label",
)
_INLINE = {"rich_text_section", "rich_text_quote", "rich_text_preformatted"}
_TOKEN = re.compile(r"<([^<>]+)>")
_STYLE = re.compile(r"(?<![\w*_~`])([*_~`])(?=\S)(.+?)(?<=\S)\1(?![\w*_~`])")


def pieces(node: Any) -> Iterator[tuple[str, str]]:
    """Yield (kind, text) of every human-readable text; kind is mrkdwn, rich, plain or markdown."""
    if isinstance(node, list):
        for item in node:
            yield from pieces(item)
    elif isinstance(node, dict):
        yield from _of_object(node)


def _of_object(node: Json) -> Iterator[tuple[str, str]]:
    kind = node.get("type")
    if kind in ("mrkdwn", "plain_text", "raw_text") and isinstance(node.get("text"), str):
        yield ("mrkdwn" if kind == "mrkdwn" else "plain", node["text"])
    elif kind == "markdown":
        yield ("markdown", str(node.get("text", "")))
    elif kind in _INLINE:
        yield ("rich", "".join(_inline(element) for element in node.get("elements", [])))
    elif kind == "raw_number":
        yield ("plain", str(node.get("text") or node.get("value")))
    else:
        yield from _of_container(node)


def _of_container(node: Json) -> Iterator[tuple[str, str]]:
    for key, value in node.items():
        if isinstance(value, str):
            if key in _SPOKEN:
                yield ("plain", value)
        elif isinstance(value, (dict, list)):
            if key == "categories":
                yield from (("plain", str(item)) for item in value)
            else:
                yield from pieces(value)
        elif key == "value" and isinstance(value, (int, float)) and not isinstance(value, bool):
            yield ("plain", f"{value}")


def _inline(element: Json) -> str:
    kind = element.get("type")
    # Rich text has no mark-up of its own: what reads like a mention or an entity is none.
    if kind == "text":
        return html.escape(str(element.get("text", "")), quote=False)
    if kind == "link":
        return html.escape(str(element.get("text") or element.get("url", "")), quote=False)
    if kind == "user":
        return f"<@{element.get('user_id')}>"
    if kind == "channel":
        return f"<#{element.get('channel_id')}>"
    if kind == "broadcast":
        return f"<!{element.get('range')}>"
    if kind == "emoji":
        return f":{element.get('name')}:"
    return str(element.get("fallback") or "")


def plain(state: State, text: str, *, styled: bool = True) -> str:
    """Render mrkdwn as it reads: names for ids, labels for links, marks and entities gone."""

    def token(found: re.Match[str]) -> str:
        inner = found.group(1)
        target, _, label = inner.partition("|")
        if target.startswith("@"):
            user = state.users.get(target[1:])
            return "@" + (user.name if user else label or target[1:])
        if target.startswith("#"):
            channel = state.channels.get(target[1:])
            return "#" + (channel.name if channel else label or target[1:])
        if target.startswith("!date"):
            return label
        if target.startswith("!"):
            return "@" + target[1:]
        return label or target

    shown = _TOKEN.sub(token, text)
    if styled:
        shown = _STYLE.sub(r"\2", _STYLE.sub(r"\2", shown))
    return html.unescape(shown)


def notification_text(state: State, message: Message) -> str:
    """The top-level text alone: all that a push notification and most screen readers give."""
    return plain(state, message.text, styled=message.mrkdwn)


def screen_text(state: State, what: Message | View, *, notification: bool = True) -> str:
    """All human-readable text, a line each: top-level text, blocks, attachments, files, alt texts.

    With `notification=False` the top-level text is left out where blocks take its place on the
    screen.
    """
    lines: list[str] = []
    if isinstance(what, View):
        for key in ("title", "submit", "close"):
            lines += _lines(state, what.body.get(key))
        lines += _lines(state, what.blocks) + list(what.errors.values())
    else:
        if what.text and (notification or not what.blocks):
            lines.append(notification_text(state, what))
        lines += _lines(state, what.blocks)
        for attachment in what.attachments:
            lines += _attachment(state, attachment)
        for file in what.files:
            lines += [str(file.get(key, "")) for key in ("title", "alt_txt") if file.get(key)]
    return "\n".join(line for line in lines if line)


def _lines(state: State, node: Any) -> list[str]:
    return [
        plain(state, text, styled=kind == "mrkdwn") if kind in ("mrkdwn", "rich") else text
        for kind, text in pieces(node)
    ]


def _attachment(state: State, attachment: Json) -> list[str]:
    keys = ("pretext", "title", "text", "footer", "fallback", "author_name")
    lines = [plain(state, str(attachment[key])) for key in keys if attachment.get(key)]
    for item in attachment.get("fields") or []:
        lines += [
            plain(state, str(item.get("title", ""))),
            plain(state, str(item.get("value", ""))),
        ]
    return lines + _lines(state, attachment.get("blocks"))
