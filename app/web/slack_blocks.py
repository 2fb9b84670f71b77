"""Blocks of Slack as the pages draw them: their texts as HTML, and what their fields hold."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from markupsafe import Markup, escape

from app.demo.slack import elements
from app.demo.slack.stage import Json
from app.web import mrkdwn
from app.web.texts import gettext as _

Names = Mapping[str, str]
_STYLES = {"bold": "b", "italic": "i", "strike": "s", "code": "code"}
_LISTS = {"ordered": "ol", "bullet": "ul"}


def text(given: Any, names: Names) -> Markup:
    """Return a text object, or the bare text of a message, as HTML."""
    if isinstance(given, dict):
        if given.get("type") == "mrkdwn":
            return mrkdwn.render(str(given.get("text", "")), names)
        given = given.get("text", "")
    return Markup("<br>").join(escape(line) for line in str(given or "").split("\n"))


def rich(block: Json, names: Names) -> Markup:
    """Return rich text as HTML."""
    return Markup("").join(_part(one, names) for one in block.get("elements") or ())


def _part(part: Json, names: Names) -> Markup:
    inside = part.get("elements") or ()
    if part["type"] == "rich_text_list":
        rows = (Markup("<li>{}</li>").format(_run(one, names)) for one in inside)
        tag = Markup(_LISTS.get(part.get("style", ""), "ul"))
        return Markup("<{0}>{1}</{0}>").format(tag, Markup("").join(rows))
    tags = {"rich_text_quote": "blockquote", "rich_text_preformatted": "pre"}
    tag = Markup(tags.get(part["type"], "p"))
    return Markup("<{0}>{1}</{0}>").format(tag, _run(part, names))


def _run(part: Json, names: Names) -> Markup:
    return Markup("").join(_element(one, names) for one in part.get("elements") or ())


def _element(one: Json, names: Names) -> Markup:
    kind = one["type"]
    if kind == "user":
        shown = Markup("<b>@{}</b>").format(names.get(one["user_id"], one["user_id"]))
    elif kind == "channel":
        shown = Markup("<b>#{}</b>").format(names.get(one["channel_id"], one["channel_id"]))
    elif kind == "emoji":
        code = str(one.get("unicode") or "")
        shown = escape("".join(chr(int(part, 16)) for part in code.split("-") if part))
    else:
        said = one.get("text") or one.get("url") or one.get("fallback") or ""
        shown = Markup("<br>").join(escape(line) for line in str(said).split("\n"))
    for style, tag in _STYLES.items():
        if (one.get("style") or {}).get(style):
            shown = Markup("<{0}>{1}</{0}>").format(Markup(tag), shown)
    if kind == "link":
        shown = Markup('<a href="{}">{}</a>').format(one["url"], shown)
    return shown


def picture(image: Json, base_url: str) -> str | None:
    """Return where a browser gets a picture, None for one that is not here."""
    file = image.get("slack_file") or {}
    if file.get("id"):
        return url_for("slack.file", token=file["id"])
    url = str(image.get("image_url") or file.get("url") or "")
    return url.removeprefix(base_url) if url.startswith(f"{base_url}/") else None


def chosen(element: Json, block: Json, values: Json) -> list[str]:
    """Return what an element holds, as a form's field has it."""
    kept = values.get(block["block_id"], {}).get(element["action_id"])
    held = elements.held(kept or elements.initial(element))
    if isinstance(held, dict):
        if held.get("type") == "rich_text":
            return [_words(held)]
        return [str(held.get("value", ""))]
    if isinstance(held, Sequence) and not isinstance(held, str):
        return [str(one.get("value", "")) if isinstance(one, dict) else str(one) for one in held]
    return [] if held is None else [str(held)]


def picked(element: Json, block: Json, values: Json) -> Json | None:
    """Return the option that a select holds, with its words."""
    kept = values.get(block["block_id"], {}).get(element["action_id"])
    held = elements.held(kept or elements.initial(element))
    return held if isinstance(held, dict) else None


def _words(held: Json) -> str:
    parts = held.get("elements") or ()
    return "".join(str(one.get("text", "")) for p in parts for one in p.get("elements") or ())


def fault(given: Any) -> str:
    """Return why a field was not taken, in words: the app's own, or those of Slack."""
    if isinstance(given, str):
        return given
    code = given.get("code")
    if code == "required":
        return _("Please complete this field.")
    if code == "length":
        return _(
            "Write %(least)s to %(most)s characters.", least=given["least"], most=given["most"]
        )
    if code == "number":
        return _("Write a number.")
    if code == "least":
        return _("Write at least %(number)s.", number=given["least"])
    if code == "most":
        return _("Write at most %(number)s.", number=given["most"])
    return _("Headway did not answer. Try again.")
