"""Slack's mark-up and blocks as HTML, for looking at messages as Slack would show them."""

import html
import re
from typing import Any

from markupsafe import Markup, escape

_PIECE = re.compile(r"<(https?://[^|>]+)\|([^>]*)>|<@([A-Z0-9]+)>|\*([^*\n]+)\*|\n")


def render(text: str) -> Markup:
    """Return mark-up as HTML: bold, links, mentions and line breaks; all else as it is."""
    made = Markup("")
    end = 0
    for found in _PIECE.finditer(text):
        made += _plain(text[end : found.start()])
        url, label, user, strong = found.groups()
        if url:
            made += Markup('<a href="{}">{}</a>').format(html.unescape(url), render(label))
        elif user:
            made += Markup("<b>@{}</b>").format(user)
        elif strong:
            made += Markup("<b>{}</b>").format(_inside(strong))
        else:
            made += Markup("<br>")
        end = found.end()
    return made + _plain(text[end:])


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


def _inside(text: str) -> Markup:
    return render(text) if "<" in text else _plain(text)


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
