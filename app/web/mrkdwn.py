"""Slack's mark-up and blocks as HTML, for looking at messages as Slack would show them."""

import html
import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

_PIECE = re.compile(
    r"<(?P<url>https?://[^|>]+)(?:\|(?P<label>[^>]*))?>"
    r"|<@(?P<user>[A-Z0-9]+)(?:\|[^>]*)?>|<#(?P<place>[A-Z0-9]+)(?:\|(?P<called>[^>]*))?>"
    r"|<!date\^[^|>]*\|(?P<date>[^>]*)>|<!(?P<all>here|channel|everyone)[^>]*>"
    r"|```(?P<pre>[\s\S]+?)```|`(?P<code>[^`\n]+)`|\*(?P<strong>[^*\n]+)\*"
    r"|(?<![\w/])_(?P<slanted>[^_\n]+)_(?!\w)|(?<!\w)~(?P<struck>[^~\n]+)~(?!\w)|\n"
)
_TAGS = {"pre": "pre", "code": "code", "strong": "b", "slanted": "i", "struck": "s"}


def render(text: str, names: Mapping[str, str] | None = None) -> Markup:
    """Return mark-up as HTML: styles, links, mentions and line breaks; all else as it is.

    `names` are those of people and channels by id; without one its id stands there.
    """
    known = names or {}
    made = Markup("")
    end = 0
    for found in _PIECE.finditer(text):
        made += _plain(text[end : found.start()]) + _piece(found, known)
        end = found.end()
    return made + _plain(text[end:])


def _piece(found: re.Match[str], names: Mapping[str, str]) -> Markup:
    """Return one piece of mark-up as HTML."""
    kind, inside = found.lastgroup, found.group(found.lastgroup or 0)
    if found["url"]:
        shown = render(found["label"], names) if found["label"] else _plain(found["url"])
        return Markup('<a href="{}">{}</a>').format(html.unescape(found["url"]), shown)
    if found["user"]:
        return Markup("<b>@{}</b>").format(names.get(found["user"], found["user"]))
    if found["place"]:
        called = names.get(found["place"]) or html.unescape(found["called"] or found["place"])
        return Markup("<b>#{}</b>").format(called)
    if kind == "all":
        return Markup("<b>@{}</b>").format(inside)
    if kind == "date":
        return _plain(inside)
    if kind in ("pre", "code"):
        return Markup("<{0}>{1}</{0}>").format(Markup(_TAGS[kind]), _plain(inside))
    if kind in _TAGS:
        return Markup("<{0}>{1}</{0}>").format(Markup(_TAGS[kind]), render(inside, names))
    return Markup("<br>")


def _element(one: dict[str, Any]) -> Markup:
    """Return a piece of rich text as HTML."""
    if one["type"] == "user":
        return Markup("<b>@{}</b>").format(one["user_id"])
    shown = Markup("<br>").join(escape(line) for line in one["text"].split("\n"))
    if one.get("style", {}).get("bold"):
        shown = Markup("<b>{}</b>").format(shown)
    if one["type"] == "link":
        shown = Markup('<a href="{}">{}</a>').format(one["url"], shown)
    return shown


def _plain(text: str) -> Markup:
    return escape(html.unescape(text))


def _value(one: dict[str, Any]) -> str | None:
    """Return what a button stands for; a menu stands for what its choices are about."""
    if one["type"] == "static_select":
        return str(one["options"][0]["value"]).partition(":")[0]
    value: str | None = one.get("value")
    return value


def lines(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return blocks ready for a template: kind, texts as HTML, buttons with where they lead."""
    found = []
    for block in blocks:
        kind = block["type"]
        if kind == "section":
            found.append({"kind": kind, "text": render(block["text"]["text"])})
        elif kind == "rich_text":
            [inside] = block["elements"]
            said = Markup("").join(map(_element, inside["elements"]))
            found.append({"kind": "section", "text": said})
        elif kind == "context":
            said = Markup(" ").join(escape(one["text"]) for one in block["elements"])
            found.append({"kind": kind, "text": said})
        elif kind == "actions":
            buttons = [
                {
                    "label": (one.get("text") or one["placeholder"])["text"],
                    "url": one.get("url"),
                    "value": _value(one),
                    "action": one["action_id"],
                }
                for one in block["elements"]
                # What stands behind three dots is seen in Slack alone.
                if one["type"] != "overflow"
            ]
            found.append({"kind": kind, "buttons": buttons})
    return found
