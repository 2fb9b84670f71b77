"""Block Kit as Slack accepts it: which blocks on which surface, with which fields and limits.

The checks answer in Slack's manner, a sentence and a JSON pointer. Where sources disagree on a
limit, the smaller one holds. Lengths are counted in Unicode code points.
"""

from __future__ import annotations

import ipaddress
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from .blockkit_data import check_chart, check_table
from .blockkit_elements import Checker, check_element
from .world import Json

MAX_VIEW_BYTES = 250_000
MAX_MARKDOWN = 12_000

_EVERYWHERE = {"actions", "context", "divider", "header", "image", "input", "rich_text"} | {
    "section",
    "video",
}
SURFACES = {
    "message": _EVERYWHERE
    | {"card", "carousel", "container", "context_actions", "data_table", "data_visualization"}
    | {"file", "markdown", "plan", "table", "task_card"},
    "modal": _EVERYWHERE | {"alert", "card"},
    "home": _EVERYWHERE | {"card", "carousel", "container"},
}
# type -> (required fields, optional fields)
FIELDS = {
    "actions": ("elements", ""),
    "alert": ("text", "level"),
    "card": ("", "hero_image icon title subtitle body actions subtext"),
    "carousel": ("elements", ""),
    "container": (
        "child_blocks",
        "title rich_text_title subtitle width icon is_collapsible default_collapsed "
        "has_header_divider",
    ),
    "context": ("elements", ""),
    "context_actions": ("elements", ""),
    "data_table": ("rows caption", "page_size row_header_column_index"),
    "data_visualization": ("title chart", ""),
    "divider": ("", ""),
    "file": ("external_id source", ""),
    "header": ("text", "level"),
    "image": ("alt_text", "image_url slack_file title"),
    "input": ("label element", "hint optional dispatch_action"),
    "markdown": ("text", ""),
    "plan": ("title", "tasks"),
    "rich_text": ("elements", ""),
    "section": ("", "text fields accessory expand"),
    "table": ("rows", "column_settings"),
    "task_card": ("task_id title status", "details output sources"),
    "video": (
        "video_url thumbnail_url alt_text title",
        "title_url author_name provider_name provider_icon_url description",
    ),
}
# Text objects directly on a block: type -> (field, limit, the only kind allowed)
_TEXTS: dict[str, list[tuple[str, int, str | None]]] = {
    "alert": [("text", 200, None)],
    "card": [
        *[("title", 150, None), ("subtitle", 150, None)],
        *[("body", 200, None), ("subtext", 200, None)],
    ],
    "container": [("title", 150, "plain_text"), ("subtitle", 150, None)],
    "header": [("text", 150, "plain_text")],
    "image": [("title", 2000, "plain_text")],
    "input": [("label", 2000, "plain_text"), ("hint", 2000, "plain_text")],
    "section": [("text", 3000, None)],
    "video": [("title", 200, "plain_text"), ("description", 200, "plain_text")],
}
# Arrays directly on a block: type -> (field, fewest, most)
_ARRAYS = {
    "actions": ("elements", 1, 25),
    "carousel": ("elements", 1, 10),
    "container": ("child_blocks", 1, 10),
    "context": ("elements", 1, 10),
    "context_actions": ("elements", 1, 5),
    "plan": ("tasks", 0, 50),
    "rich_text": ("elements", 0, 1000),
    "section": ("fields", 1, 10),
}

ImageReady = Callable[[Json], bool]


@dataclass(frozen=True)
class Surface:
    """Where blocks are to stand: message, modal or home, and which slack_file may be shown."""

    name: str
    image_ready: ImageReady


def block_problems(
    blocks: Any, surface: str, image_ready: ImageReady = lambda file: True
) -> list[str]:
    """List what Slack would refuse in these blocks of a message, modal or home."""
    check = Checker()
    _check_blocks(check, blocks, Surface(surface, image_ready), "/blocks")
    return check.problems


def view_problems(view: Any, image_ready: ImageReady = lambda file: True) -> list[str]:
    """List what Slack would refuse in a modal or App Home."""
    check = Checker()
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        return ["unsupported type: view must be modal or home [json-pointer:/view/type]"]
    surface = Surface(view["type"], image_ready)
    required, allowed = "type blocks", "private_metadata callback_id external_id"
    if surface.name == "modal":
        required += " title"
        allowed += " submit close clear_on_close notify_on_close submit_disabled"
    check.fields(view, "/view", required, allowed)
    for name in ("title", "submit", "close"):
        if name in view:
            check.text(view[name], f"/view/{name}", 24, only="plain_text")
    check.string(view, "private_metadata", "/view", 3000, empty=True)
    check.string(view, "callback_id", "/view", 255)
    check.string(view, "external_id", "/view", 255)
    blocks = view.get("blocks")
    _check_blocks(check, blocks, surface, "/view/blocks")
    asks = any(_type(block) == "input" for block in blocks or ())
    if surface.name == "modal" and asks and "submit" not in view:
        check.say("/view/submit", "must define `submit` to use an `input` block in modals")
    return check.problems


def too_large(view: Json) -> bool:
    """Whether a view is over Slack's 250 kB."""
    return len(json.dumps(view, ensure_ascii=False).encode()) > MAX_VIEW_BYTES


def _type(block: Any) -> Any:
    return block.get("type") if isinstance(block, dict) else None


def _check_blocks(check: Checker, blocks: Any, surface: Surface, at: str) -> None:
    most = 50 if surface.name == "message" else 100
    if not check.items(blocks, at, 0 if surface.name == "home" else 1, most):
        return
    for number, block in enumerate(blocks):
        here = f"{at}/{number}"
        kind = _type(block)
        if kind not in FIELDS:
            check.say(f"{here}/type", f"unsupported type: {kind}")
        elif kind not in SURFACES[surface.name]:
            check.say(f"{here}/type", f"{kind} is not allowed on the {surface.name} surface")
        else:
            try:
                _check_block(check, block, surface, here)
            except (AttributeError, KeyError, TypeError, ValueError):
                check.say(here, "malformed block")
    _check_together(check, [block for block in blocks if isinstance(block, dict)], at)


def _check_together(check: Checker, blocks: list[Json], at: str) -> None:
    """Check what holds for all blocks of a payload together."""
    ids = Counter(block["block_id"] for block in blocks if isinstance(block.get("block_id"), str))
    for name, count in ids.items():
        if count > 1:
            check.say(at, f"`block_id` {name} already exists")
    kinds = Counter(block.get("type") for block in blocks)
    if kinds["data_visualization"] > 2:
        check.say(at, "no more than 2 data_visualization blocks allowed")
    if kinds["table"] > 1:
        check.say(at, "only one table allowed")
    markdown = [str(b.get("text", "")) for b in blocks if b.get("type") == "markdown"]
    if sum(map(len, markdown)) > MAX_MARKDOWN:
        check.say(at, f"markdown must be less than {MAX_MARKDOWN + 1} characters altogether")
    if sum(check.focus(block) for block in blocks) > 1:
        check.say(at, "only one element may have focus_on_load")


def _check_block(check: Checker, block: Json, surface: Surface, at: str) -> None:
    kind = block["type"]
    required, optional = FIELDS[kind]
    check.fields(block, at, required, f"type block_id {optional}")
    check.string(block, "block_id", at, 255)
    for name, most, only in _TEXTS.get(kind, []):
        if name in block:
            check.text(block[name], f"{at}/{name}", most, only=only)
    if kind in _ARRAYS and _ARRAYS[kind][0] in block:
        name, fewest, most = _ARRAYS[kind]
        if not check.items(block[name], f"{at}/{name}", fewest, most):
            return
    if kind in _MORE:
        _MORE[kind](check, block, surface, at)


def _section(check: Checker, block: Json, surface: Surface, at: str) -> None:
    if "text" not in block and "fields" not in block:
        check.say(at, "one of `text` or `fields` is required")
    for number, field in enumerate(block.get("fields", [])):
        check.text(field, f"{at}/fields/{number}", 2000)
    accessory = block.get("accessory")
    if isinstance(accessory, dict) and accessory.get("type") == "image":
        _image(check, accessory, surface, f"{at}/accessory")
    elif accessory is not None:
        check_element(check, accessory, "section", surface.name, f"{at}/accessory")


def _actions(check: Checker, block: Json, surface: Surface, at: str) -> None:
    elements = block["elements"]
    for number, element in enumerate(elements):
        check_element(check, element, block["type"], surface.name, f"{at}/elements/{number}")
    names = Counter(element.get("action_id") for element in elements)
    for name, count in names.items():
        if name and count > 1:
            check.say(f"{at}/elements", f"`action_id` {name} already exists in this block")


def _context(check: Checker, block: Json, surface: Surface, at: str) -> None:
    for number, element in enumerate(block["elements"]):
        here = f"{at}/elements/{number}"
        if _type(element) == "image":
            _image(check, element, surface, here)
        else:
            check.text(element, here, 3000)


def _input(check: Checker, block: Json, surface: Surface, at: str) -> None:
    check_element(check, block.get("element"), "input", surface.name, f"{at}/element")


def _image(check: Checker, image: Json, surface: Surface, at: str) -> None:
    check.string(image, "alt_text", at, 2000, required=True)
    if ("image_url" in image) == ("slack_file" in image):
        check.say(at, "exactly one of `image_url` or `slack_file` is required")
    if "image_url" in image:
        check.string(image, "image_url", at, 3000)
        if not _public(str(image["image_url"])):
            check.say(f"{at}/image_url", "downloading image failed")
    file = image.get("slack_file")
    if file is not None and not (isinstance(file, dict) and surface.image_ready(file)):
        check.say(f"{at}/slack_file", "invalid slack file")


def _public(url: str) -> bool:
    """Whether an address could be fetched from outside, judged by its scheme and host alone."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or "." not in host:
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return not host.endswith((".local", ".internal"))


def _markdown(check: Checker, block: Json, surface: Surface, at: str) -> None:
    check.string(block, "text", at, MAX_MARKDOWN)


def _video(check: Checker, block: Json, surface: Surface, at: str) -> None:
    check.string(block, "alt_text", at, 2000)


def _table(check: Checker, block: Json, surface: Surface, at: str) -> None:
    check_table(check, block, at)


def _chart(check: Checker, block: Json, surface: Surface, at: str) -> None:
    check.string(block, "title", at, 50)
    check_chart(check, block.get("chart"), f"{at}/chart")


_MORE: dict[str, Callable[[Checker, Json, Surface, str], None]] = {
    "actions": _actions,
    "context": _context,
    "context_actions": _actions,
    "data_table": _table,
    "data_visualization": _chart,
    "image": _image,
    "input": _input,
    "markdown": _markdown,
    "section": _section,
    "table": _table,
    "video": _video,
}
