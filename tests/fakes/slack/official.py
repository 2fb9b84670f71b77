"""What Slack's own libraries say about a payload: the validators of slack_sdk, the published types.

A kind of block that neither of them knows is left to the fake's own limits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block, Option
from slack_sdk.models.views import View

from . import schema
from .world import Json

Found = Iterator[tuple[str, str]]


def in_blocks(blocks: list[Json]) -> Found:
    """Yield what is wrong with a message's blocks, as (kind, words)."""
    yield from _types_of(blocks)
    for block in blocks:
        yield from _sdk(partial(Block.parse, block), block)


def in_card(card: Json) -> Found:
    """Yield what is wrong with an attachment or the card of a link."""
    yield from in_blocks(card.get("blocks", []))
    yield from _types("MessageAttachment", _without_blocks(card), "/attachment")


def in_view(view: Json) -> Found:
    """Yield what is wrong with a modal or App Home."""
    yield from _types_of(view.get("blocks", []))
    name = "ModalView" if view.get("type") == "modal" else "HomeView"
    yield from _types(name, _without_blocks(view), "/view")
    yield from _sdk(lambda: View(**view), view)


def in_options(options: list[Json]) -> Found:
    """Yield what is wrong with the options offered to somebody who types."""
    for number, option in enumerate(options):
        yield from _types("PlainTextOption", option, f"/options/{number}")
    yield from _sdk(lambda: Option.parse_all(options), options)


def _types(name: str, value: Any, at: str) -> Found:
    yield from (("types", f"{at} {problem}") for problem in schema.problems(name, value))


def _sdk(read: Callable[[], Any], value: Any) -> Found:
    """Yield what the validators of slack_sdk say of a payload and of everything in it."""
    try:
        found = read()
        for one in found if isinstance(found, list) else [found]:
            if one is not None:
                one.to_dict()
    except (SlackObjectFormationError, TypeError, AttributeError, ValueError) as error:
        yield ("sdk", f"{error}: {value}")


def _types_of(blocks: list[Json]) -> Found:
    for number, block in enumerate(blocks):
        if block.get("type") in schema.block_types():
            yield from _types("KnownBlock", block, f"/blocks/{number}")


def _without_blocks(holder: Json) -> Json:
    """Give a view or card without the blocks, which are looked at one by one."""
    return {**holder, "blocks": []} if "blocks" in holder else holder
