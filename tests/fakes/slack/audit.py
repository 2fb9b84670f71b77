"""The audit of a bot's messages: pings, disguised links, raw user content, missing spoken text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from . import official
from . import text as reading
from .world import Finding, Json, Message, View

if TYPE_CHECKING:
    from .state import State

_BROADCAST = re.compile(r"<!(channel|here|everyone|subteam\^[^>]*)(\|[^>]*)?>")
_LINK = re.compile(r"<((?:https?|mailto|slack|javascript|data|file):[^<>|]*)(?:\|([^<>]*))?>", re.I)
_MARKDOWN_LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]+)[^)]*\)")
_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")
_URLISH = re.compile(r"^(https?://|www\.)|^[\w-]+(\.[\w-]+)*\.[a-z]{2,}(/|$)", re.I)


def examine(state: State, message: Message) -> list[Finding]:
    """List what is wrong with a bot's message; kinds are named in the package's documentation."""
    texts = [("mrkdwn", message.text)]
    texts += list(reading.pieces(message.blocks))
    texts += [text for attachment in message.attachments for text in _on_card(attachment)]
    found = list(_in_texts(state, message.team_id, texts))
    found += [("broadcast", f"rich text {item}") for item in _rich_broadcasts(message.blocks)]
    if not message.text.strip() and (message.blocks or message.attachments):
        found.append(("no_notification_text", ""))
    found += official.in_blocks(message.blocks)
    for attachment in message.attachments:
        found += official.in_card(attachment)
    return [Finding(kind, message.channel, message.ts, words) for kind, words in found]


def examine_view(state: State, view: View) -> list[Finding]:
    """List what is wrong with a modal or App Home."""
    found = list(_in_texts(state, view.team_id, reading.pieces(view.blocks)))
    found += [("broadcast", f"rich text {item}") for item in _rich_broadcasts(view.blocks)]
    found += official.in_view(view.body)
    return [Finding(kind, view.user_id, view.id, words) for kind, words in found]


def examine_card(state: State, team_id: str, url: str, card: Json) -> list[Finding]:
    """List what is wrong with the card of a link."""
    found = list(_in_texts(state, team_id, _on_card(card)))
    found += [("broadcast", f"rich text {item}") for item in _rich_broadcasts(card.get("blocks"))]
    found += official.in_card(card)
    return [Finding(kind, url, "", words) for kind, words in found]


def _on_card(card: Json) -> list[tuple[str, str]]:
    texts = [("mrkdwn", str(card.get(key) or "")) for key in ("pretext", "text", "title")]
    return texts + list(reading.pieces(card.get("blocks")))


def _in_texts(
    state: State, team_id: str, texts: Iterable[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    for kind, words in texts:
        if kind in ("mrkdwn", "markdown"):
            yield from _in_markup(state, team_id, kind, words)


def _in_markup(state: State, team_id: str, kind: str, words: str) -> Iterator[tuple[str, str]]:
    for match in _BROADCAST.finditer(words):
        yield ("broadcast", match.group(0))
    for match in _MENTION.finditer(words):
        user = state.users.get(match.group(1))
        if user is None or user.team_id != team_id:
            yield ("unknown_mention", match.group(0))
    links = [(m.group(1), m.group(2) or "", m.group(0)) for m in _LINK.finditer(words)]
    if kind == "markdown":
        links += [(m.group(2), m.group(1), m.group(0)) for m in _MARKDOWN_LINK.finditer(words)]
    yield from (("disguised_link", link[2]) for link in links if not _honest(state, *link[:2]))
    yield from (("raw_user_content", raw) for raw in state.watched if _is_raw_in(raw, words))


def _honest(state: State, url: str, label: str) -> bool:
    """Whether a link goes where it says: to a trusted host, or with its address for a label."""
    try:
        parts = urlsplit(url)
        named = urlsplit(label if "//" in label else f"//{label}").hostname
    except ValueError:
        return False
    if parts.scheme.lower() not in ("http", "https", "mailto", "slack"):
        return False
    if label and _URLISH.search(label.strip()):
        return named == parts.hostname
    if not label or parts.scheme.lower() in ("mailto", "slack"):
        return True
    return (parts.hostname or "") in state.trusted_hosts


def _is_raw_in(raw: str, words: str) -> bool:
    return raw in words and any(mark in raw for mark in "&<>")


def _rich_broadcasts(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _rich_broadcasts(item)
    elif isinstance(node, dict):
        if node.get("type") == "broadcast":
            yield str(node.get("range"))
        for value in node.values():
            yield from _rich_broadcasts(value)
